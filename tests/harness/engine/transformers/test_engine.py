"""The transformers engine against a reference with no cache, no batch and no padding."""

from __future__ import annotations

import dataclasses
import gc
import random
import time
from pathlib import Path
from types import ModuleType

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from harness.engine.base import EngineContext
from harness.engine.transformers.attention import Pass, Prefix
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import CheckpointError, ContextOverflowError, EngineError, UsageError
from harness.prompt import PromptStyle
from harness.types import Completion, Message, Request, Sampling

PLAIN = PromptStyle("plain")


def requests(count: int, options: int = 0, budget: int = 12, seed: int = 1) -> list[Request]:
    """Requests that share an instruction and two examples, with questions of very different lengths."""
    rng = random.Random(seed)
    shared = (
        Message("system", "Read the question and answer in one word, please."),
        Message("user", "one and one"),
        Message("assistant", "two"),
    )
    made = []
    for n in range(count):
        words = " ".join(rng.choice(["red", "blue", "seven", "cat", "été"]) for _ in range(rng.randint(1, 12)))
        choices = tuple(rng.choice(["ab", "cde", "f", "ghij"]) + str(k) for k in range(options))
        made.append(Request(f"i{n}", "en", (*shared, Message("user", words)), Sampling(budget), choices))
    return made


_OPEN: dict[tuple[Path, int, int | None], TransformersEngine] = {}


def run(folder: Path, asked: list[Request], rows: int = 16, memory: int | None = None) -> dict[str, Completion]:
    """Answers of an engine that is loaded once per checkpoint and budget."""
    key = (folder, rows, memory)
    if key not in _OPEN:
        engine = TransformersEngine(EngineContext(PLAIN, folder), dtype="float32", rows=rows, memory=memory)
        _OPEN[key] = engine.__enter__()
    return {done.item: done for done in _OPEN[key].run(asked)}


def test_option_log_likelihoods_equal_the_reference(checkpoint: Path, tiny: ModuleType) -> None:
    """Sums over option tokens equal those of whole, uncached sequences (PITFALLS: log-softmax over every position)."""
    tokens = lambda text: tiny.tokenizer_of(checkpoint)(text)["input_ids"]  # noqa: E731
    asked = requests(6, options=4)
    done = run(checkpoint, asked)
    for request in asked:
        prompt = PLAIN.render(request.messages, "en")
        ids = tokens(prompt)
        for option, found in zip(request.options, done[request.item].option_logprobs, strict=True):
            whole = tokens(f"{prompt} {option}")
            logs = tiny.reference_logits(checkpoint, whole).log_softmax(-1)
            expected = sum(float(logs[n - 1, whole[n]]) for n in range(len(ids), len(whole)))
            assert found == pytest.approx(expected, abs=1e-4)


def test_greedy_text_equals_the_reference(checkpoint: Path, tiny: ModuleType) -> None:
    """Each text is what repeated uncached passes choose, token by token (PITFALLS: padding side, pad = eos)."""
    asked = requests(5, budget=8)
    done = run(checkpoint, asked, rows=3)
    tokenizer = tiny.tokenizer_of(checkpoint)
    for request in asked:
        ids = tokenizer(PLAIN.render(request.messages, "en"))["input_ids"]
        answer: list[int] = []
        while len(answer) < 8 and (not answer or answer[-1] != 257):
            answer.append(int(tiny.reference_logits(checkpoint, ids + answer)[-1].argmax()))
        ended = answer[-1] == 257
        assert done[request.item].text == tokenizer.decode(answer[:-1] if ended else answer, skip_special_tokens=True)
        assert done[request.item].finish == ("stop" if ended else "length")


@pytest.mark.parametrize(("rows", "memory"), [(1, 1), (2, 100_000), (7, 400_000), (16, 3_000_000), (64, None)])
def test_budget_and_order_change_nothing(checkpoint: Path, rows: int, memory: int | None) -> None:
    """Texts are equal and log-likelihoods within the tolerance for any budget and order (PITFALLS: batch size)."""
    asked = requests(9, budget=10) + [dataclasses.replace(r, item=f"c{r.item}") for r in requests(5, options=3, seed=2)]
    alone = {r.item: run(checkpoint, [r], rows=1)[r.item] for r in asked}
    shuffled = random.Random(rows).sample(asked, len(asked))
    together = run(checkpoint, shuffled, rows=rows, memory=memory)
    for item, one in alone.items():
        assert together[item].text == one.text
        assert together[item].finish == one.finish
        assert together[item].option_logprobs == pytest.approx(one.option_logprobs, abs=1e-4)


def test_a_stop_string_across_tokens_ends_and_cuts(checkpoint: Path) -> None:
    """A stop string that spans several tokens ends the answer and is not part of it."""
    (request,) = requests(1, budget=12)
    whole = run(checkpoint, [request])["i0"].text
    stop = next(whole[n : n + 3] for n in range(2, len(whole) - 3) if "�" not in whole[n : n + 3])
    stopped = dataclasses.replace(request, sampling=dataclasses.replace(request.sampling, stop=(stop,)))
    done = run(checkpoint, [stopped])["i0"]
    assert done.finish == "stop"
    assert done.text == whole[: whole.index(stop)]


def test_a_prompt_longer_than_the_context_is_not_asked(checkpoint: Path) -> None:
    """Nothing is cut: the item ends beyond, its neighbours are answered (PITFALLS: prompt truncated with a warning)."""
    asked = requests(2)
    long = dataclasses.replace(asked[0], item="long", messages=(Message("user", "word " * 600),))
    done = run(checkpoint, [*asked, long])
    assert done["long"].finish == "beyond"
    assert "512" in done["long"].error
    assert {done["i0"].finish, done["i1"].finish} <= {"stop", "length"}


def test_exactly_one_bos(tiny: ModuleType, tmp_path: Path) -> None:
    """A plain prompt gets the tokenizer's one BOS; a template that writes one no second (PITFALLS: BOS)."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    template = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"
    doubled = "{{ bos_token }}" + template
    from harness.engine.transformers.model import Model

    plain = Model(folder, PLAIN, "float32", "cpu")
    assert plain.prompter.tokens("hello", 1)[:2].count(256) == 1
    chat = PromptStyle("chat", template, bos="<bos>")
    once = Model(folder, chat, "float32", "cpu").prompter.tokens(chat.render([Message("user", "hello")], "en"), 1)
    assert once[:2].count(256) == 1
    twice = PromptStyle("chat", doubled, bos="<bos>")
    with pytest.raises(EngineError, match="two BOS"):
        Model(folder, twice, "float32", "cpu").prompter.tokens(twice.render([Message("user", "hello")], "en"), 1)


def test_a_token_across_the_border_fails_loudly(tiny: ModuleType, tmp_path: Path) -> None:
    """Where a merge crosses prompt and option the item is an error (PITFALLS: context/option token boundary)."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    from harness.engine.transformers.model import Model

    model = Model(folder, PLAIN, "float32", "cpu").prompter
    model.tokenizer = lambda text, **_: {"input_ids": [1, 2, 9] if text.endswith("x") else [1, 2, 3]}
    with pytest.raises(EngineError, match="crosses the border"):
        model.continuation("p", [1, 2, 3], "x")


def test_nan_weights_are_the_submissions_own_fault(tiny: ModuleType, tmp_path: Path) -> None:
    """Logits that are not finite are no answer, and not our fault: a model cannot choose which questions count."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    network = transformers.AutoModelForCausalLM.from_pretrained(folder)
    network.model.norm.weight.data[:] = torch.nan
    network.save_pretrained(folder)
    done = run(folder, requests(1) + [dataclasses.replace(requests(1, options=2)[0], item="c")])
    assert {d.finish for d in done.values()} == {"broken"}
    assert all("not finite" in d.error for d in done.values())


def test_an_engine_without_a_checkpoint_or_dtype_says_so(tmp_path: Path) -> None:
    """What is missing is named before anything is loaded; an empty folder is the checkpoint's fault."""
    with pytest.raises(CheckpointError, match="no checkpoint"):
        TransformersEngine(EngineContext(PLAIN))
    for wrong in ({"dtype": "int4"}, {"device": "tpu"}, {"rows": 0}, {"memory": -1}, {"threads": "two"}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            TransformersEngine(EngineContext(PLAIN, tmp_path), **wrong)  # type: ignore[arg-type]
    with pytest.raises(CheckpointError), TransformersEngine(EngineContext(PLAIN, tmp_path)):
        pass


def test_every_option_that_changes_a_score_is_in_the_identity(tmp_path: Path) -> None:
    """Dtype, device, budget and versions are part of the plan."""
    one, two = (TransformersEngine(EngineContext(PLAIN, tmp_path), dtype=d).identity for d in ("float32", "bfloat16"))
    assert one != two
    assert set(one) == {
        "name",
        "dtype",
        "device",
        "memory",
        "rows",
        "threads",
        "context_length",
        "attention",
        "versions",
    }
    assert set(one["versions"]) == {"torch", "transformers", "tokenizers"}


def test_nan_in_the_middle_of_an_answer_ends_it(tiny: ModuleType, tmp_path: Path) -> None:
    """An answer during which the logits stop being finite is broken, and not what was said before."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    (request,) = requests(1, budget=6)
    engine = TransformersEngine(EngineContext(PLAIN, folder), dtype="float32")
    with engine:
        model = engine._loaded()
        forward, calls = model.forward, []

        def breaking(*args: object, **kwargs: object) -> torch.Tensor:
            calls.append(1)
            logits = forward(*args, **kwargs)  # type: ignore[arg-type]
            return logits if len(calls) < 3 else torch.full_like(logits, torch.nan)

        model.forward = breaking  # type: ignore[method-assign]
        (done,) = engine.run([request])
    assert (done.finish, done.text) == ("broken", "")


@pytest.mark.parametrize("change", ["lacks", "has more"])
def test_weights_that_are_not_all_the_teams_are_refused(tiny: ModuleType, tmp_path: Path, change: str) -> None:
    """The library fills what is missing with random numbers: it is refused (PLATFORM: a missing tensor)."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    tensors = load_file(folder / "model.safetensors")
    if change == "lacks":
        del tensors["model.layers.1.mlp.up_proj.weight"]
    else:
        tensors["model.layers.9.mlp.up_proj.weight"] = torch.zeros(2, 2)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(CheckpointError, match=r"layers\.[19]\.mlp"), TransformersEngine(EngineContext(PLAIN, folder)):
        pass


def test_the_declared_context_and_the_options_count(checkpoint: Path) -> None:
    """Prompt and answer together stay within the declared length, options included; else it is not asked."""
    (request,) = requests(1, options=2)
    length = len(PLAIN.render(request.messages, "en").encode()) + 1
    engine = TransformersEngine(EngineContext(PLAIN, checkpoint, context_length=length + 2))
    with engine:
        done = {d.item: d for d in engine.run([request, dataclasses.replace(requests(1, budget=9)[0], item="text")])}
    assert [done[item].finish for item in ("i0", "text")] == ["beyond", "beyond"]
    assert str(length + 2) in done["i0"].error
    assert issubclass(ContextOverflowError, EngineError)


@pytest.mark.model
def test_the_real_model_answers_alike_in_any_batch(smollm2: Path) -> None:
    """SmolLM2 in float32: shared prefix and batch against one request at a time."""
    asked = requests(4, budget=12) + [dataclasses.replace(r, item=f"c{r.item}") for r in requests(3, options=4)]
    together = run(smollm2, asked)
    for request in asked:
        (one,) = run(smollm2, [request]).values()
        assert together[request.item].text == one.text
        assert together[request.item].option_logprobs == pytest.approx(one.option_logprobs, abs=1e-3)


def test_what_is_shared_is_computed_once(checkpoint: Path) -> None:
    """No token of a beginning that requests share is fed to the model twice, for options nor for texts."""
    texts = requests(12, budget=1)
    choices = [dataclasses.replace(request, item=f"c{request.item}") for request in requests(12, options=4)]
    prompts = [PLAIN.render(request.messages, "en") for request in texts]
    common = next(n for n, letters in enumerate(zip(*prompts, strict=False)) if len(set(letters)) > 1)
    own = [len(prompt.encode()) - common for prompt in prompts]
    engine = TransformersEngine(EngineContext(PLAIN, checkpoint), dtype="float32")
    with engine:
        model = engine._loaded()
        forward, fed = model.forward, []
        model.forward = lambda work: fed.append(work.ids.shape[1]) or forward(work)  # type: ignore[method-assign]
        list(engine.run(texts))
        assert sum(fed) <= common + sum(own) + 1 + len(own)
        fed.clear()
        list(engine.run(choices))
        options = sum(len(f" {option}") for request in choices for option in request.options)
        assert sum(fed) <= common + sum(own) + options + 1 + len(own)


def odd(item: str, prompt: str = "hello", options: tuple[str, ...] = (), **sampling: object) -> Request:
    return Request(item, "en", (Message("user", prompt),), Sampling(**{"max_new_tokens": 4, **sampling}), options)  # type: ignore[arg-type]


def test_what_cannot_be_asked_is_an_error_of_that_item_alone(checkpoint: Path) -> None:
    """Half a character, no token to write, a temperature: each says so, and its neighbours are answered."""
    asked = [
        odd("half", "a\ud800b"),
        odd("half option", options=("x\udc00", "y")),
        odd("nothing", max_new_tokens=0),
        odd("warm", temperature=0.7),
        odd("empty stop", stop=("",)),
        odd("good"),
    ]
    done = run(checkpoint, asked)
    assert {item for item, one in done.items() if one.finish == "error"} == {"half", "half option", "nothing", "warm"}
    assert all(one.error for one in done.values() if one.finish == "error")
    assert done["empty stop"].text == done["good"].text


def test_two_requests_for_one_item_are_refused(checkpoint: Path) -> None:
    """Neither would be lost in silence."""
    with pytest.raises(EngineError, match="same item"):
        run(checkpoint, [odd("a"), odd("a", "bonjour")])


def watched(folder: Path, asked: list[Request], **options: int) -> list[tuple[int, int]]:
    """Of every pass: rows decoded, and tokens of shared pieces attended."""
    engine, seen = TransformersEngine(EngineContext(PLAIN, folder), dtype="float32", **options), []
    with engine:
        model = engine._loaded()
        forward = model.forward

        def watch(work: Pass) -> torch.Tensor:
            seen.append((work.rows, sum(shared.prefix.length for shared in work.shared)))
            return forward(work)

        model.forward = watch  # type: ignore[method-assign]
        list(engine.run(asked))
    return seen


def test_equal_prompts_keep_to_the_rows(checkpoint: Path) -> None:
    """A hundred times the same question are no more rows than any others (and each is answered)."""
    asked = [odd(f"i{n}", "the same") for n in range(30)]
    assert max(rows for rows, _ in watched(checkpoint, asked, rows=3)) <= 3
    assert len(run(checkpoint, asked, rows=3)) == 30


def test_shared_pieces_of_rows_keep_to_the_budget(checkpoint: Path) -> None:
    """What rows look back at is held, and counts: rows of many passages do not pile up."""
    asked = [odd(f"p{p}q{q}", f"{p}" * 120 + f" {q}", max_new_tokens=20) for p in range(9) for q in range(3)]
    memory = 2 * 512 * 450  # bytes: half of it for what is shared, 450 tokens of 512 bytes
    assert max(shared for _, shared in watched(checkpoint, asked, memory=memory)) <= 450


def test_nothing_is_held_after_a_run_that_was_left(checkpoint: Path) -> None:
    """Keys and values of an abandoned run are let go at once, not when the collector comes by."""
    engine = TransformersEngine(EngineContext(PLAIN, checkpoint), dtype="float32")
    with engine:
        gc.collect()
        gc.disable()
        try:
            running = engine.run(requests(12, budget=10))
            next(running)
            running.close()
            assert not [thing for thing in gc.get_objects() if isinstance(thing, Prefix)]
        finally:
            gc.enable()


def test_the_callers_time_is_not_an_answers(checkpoint: Path) -> None:
    """Seconds are those of computing, however slowly answers are fetched."""
    engine = TransformersEngine(EngineContext(PLAIN, checkpoint), dtype="float32")
    with engine:
        total = 0.0
        for done in engine.run(requests(4, budget=2) + [odd(f"c{n}", str(n), ("a", "b")) for n in range(4)]):
            total += done.seconds
            time.sleep(0.2)
    assert total < 1.0


def test_an_engine_tells_what_the_end_of_its_batch_lost(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows end early and one is long: its last passes alone take a row's time each, which full passes share."""
    clock = iter(range(10_000))
    monkeypatch.setattr("harness.engine.transformers.model.time.perf_counter", lambda: float(next(clock)))
    engine = TransformersEngine(EngineContext(PLAIN, checkpoint), dtype="float32", rows=4)
    with engine:
        list(engine.run([odd(f"i{n}", f"{n}{n}", max_new_tokens=12 if n else 40) for n in range(4)]))
        assert 0.0 < engine.drained_seconds < engine.forward_seconds
    assert engine.drained_seconds > 0.0
