"""vLLM for real, on SmolLM2 in float32: against the transformers engine, in any order, with every way to end."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("vllm", reason="vLLM is not installed in this environment: make test-vllm")

import torch
import transformers

from harness.engine.base import EngineContext
from harness.engine.transformers.engine import TransformersEngine
from harness.engine.vllm.engine import VllmEngine
from harness.prompt import PromptStyle
from harness.task import load_task
from harness.types import Completion, Message, Request, Sampling

pytestmark = [pytest.mark.vllm, pytest.mark.model, pytest.mark.timeout(600)]

PLAIN = PromptStyle("plain")
FLOOR = 1e-3  # of a log-likelihood in float32: below this margin two first choices are equally good
TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[VllmEngine]:
    """One resident engine, as in a run; a narrow cap, so that requests wait for one another."""
    with VllmEngine(EngineContext(PLAIN, smollm2, "float32", 2048), max_sequences=12) as opened:
        yield opened


@pytest.fixture(scope="module")
def reference(smollm2: Path) -> Iterator[TransformersEngine]:
    """The engine of the transformers library on the same files."""
    with TransformersEngine(EngineContext(PLAIN, smollm2, "float32", 2048)) as opened:
        yield opened


def choices(levels: int = 3, count: int = 8) -> list[Request]:
    """Real questions with options of several tokens, in both languages."""
    task = load_task("understanding/reading_choice")
    items = [i for lv in range(1, levels + 1) for lang in ("fr", "en") for i in task.items(lv, lang, "vllm", count)]
    return [task.request(item) for item in items]


def texts(count: int = 8) -> list[Request]:
    """Real writing questions, with budgets of very different sizes."""
    task = load_task("content_production/constrained_writing")
    made = [task.request(item) for lang in ("fr", "en") for item in task.items(2, lang, "vllm", count // 2)]
    cut = [dataclasses.replace(r.sampling, max_new_tokens=6 + 7 * n) for n, r in enumerate(made)]
    return [dataclasses.replace(request, sampling=sampling) for request, sampling in zip(made, cut, strict=True)]


def answers(engine: VllmEngine | TransformersEngine, asked: list[Request]) -> dict[str, Completion]:
    found = list(engine.run(asked))
    assert sorted(done.item for done in found) == sorted(request.item for request in asked)
    return {done.item: done for done in found}


def best(logs: tuple[float, ...]) -> tuple[int, float]:
    """The first choice, and its margin over the second."""
    order = sorted(range(len(logs)), key=lambda n: -logs[n])
    return order[0], logs[order[0]] - logs[order[1]]


def test_choices_agree_with_the_transformers_engine(engine: VllmEngine, reference: TransformersEngine) -> None:
    """Log-likelihoods within 1e-3, greedy flags equal, the same choice wherever the margin exceeds the noise floor."""
    asked = choices()
    ours, theirs = answers(engine, asked), answers(reference, asked)
    for item, one in ours.items():
        other = theirs[item]
        assert one.option_logprobs == pytest.approx(other.option_logprobs, abs=TOLERANCE)
        assert one.option_greedy == other.option_greedy
        assert (one.prompt_tokens, one.completion_tokens) == (other.prompt_tokens, other.completion_tokens)
        assert one.prompt_sha256 == other.prompt_sha256
    clear = [item for item in ours if best(theirs[item].option_logprobs)[1] > FLOOR]
    same = [i for i in clear if best(ours[i].option_logprobs)[0] == best(theirs[i].option_logprobs)[0]]
    assert len(clear) > 0.9 * len(asked)
    assert len(same) >= 0.99 * len(clear)


def test_texts_agree_with_the_transformers_engine(
    engine: VllmEngine, reference: TransformersEngine, smollm2: Path
) -> None:
    """The same text, or texts that part at a token whose margin does not exceed the noise floor."""
    asked = texts()
    ours, theirs = answers(engine, asked), answers(reference, asked)
    network = transformers.AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(smollm2)
    for request in asked:
        one, other = ours[request.item], theirs[request.item]
        if one.text != other.text:
            ids = tokenizer(PLAIN.render(request.messages, request.language))["input_ids"]
            first, second = (tokenizer(done.text)["input_ids"] for done in (one, other))
            common = next(n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)
            with torch.inference_mode():
                logits = network(torch.tensor([[*ids, *first[:common]]])).logits[0, -1].log_softmax(-1)
            top = logits.topk(2).values
            assert float(top[0] - top[1]) <= FLOOR
        else:
            assert (one.finish, one.completion_tokens) == (other.finish, other.completion_tokens)


def test_order_and_neighbours_change_no_choice(engine: VllmEngine) -> None:
    """Cold, warm, shuffled, or among texts: the same log-likelihoods (PITFALLS: vllm #42245, #23399, #27433)."""
    asked = choices(levels=3, count=4)
    engine._engine.reset_prefix_cache()
    cold = answers(engine, asked)
    warm = answers(engine, asked)
    shuffled = answers(engine, random.Random(5).sample([*asked, *texts(4)], len(asked) + 4))
    engine._engine.reset_prefix_cache()
    backwards = answers(engine, asked[::-1])
    for item, one in cold.items():
        for other in (warm, shuffled, backwards):
            assert other[item].option_logprobs == pytest.approx(one.option_logprobs, abs=TOLERANCE)
            assert best(other[item].option_logprobs)[0] == best(one.option_logprobs)[0]


def test_an_option_that_is_in_the_cache_is_still_scored(engine: VllmEngine, reference: TransformersEngine) -> None:
    """Long options asked twice, or beginning alike, do not get what memory held before (PITFALLS: vllm #42245)."""
    long = "the man who had come to the door " * 12
    options = (f"{long} and left.", f"{long} and stayed.", f"{long} and left.", "Nobody.")
    request = Request("long", "en", (Message("user", "Who was seen?"),), Sampling(0), options)
    expected = answers(reference, [request])["long"].option_logprobs
    for _ in range(2):
        assert answers(engine, [request])["long"].option_logprobs == pytest.approx(expected, abs=TOLERANCE)


def test_answers_stream(engine: VllmEngine) -> None:
    """The first answers are handed out while the longest text is still being written."""
    short = [dataclasses.replace(r, item=f"s{n}") for n, r in enumerate(choices(1, 3))]
    (long,) = texts(2)[:1]
    long = dataclasses.replace(long, item="long", sampling=dataclasses.replace(long.sampling, max_new_tokens=60))
    order = [done.item for done in engine.run([long, *short])]
    assert order[-1] == "long"
    running = engine.run([long, *short])
    assert next(running).item != "long"
    assert engine._engine.has_unfinished_requests()
    assert {done.item for done in running} >= {"long"}


def test_a_stop_string_across_tokens_ends_and_cuts(engine: VllmEngine) -> None:
    """A stop string that spans tokens ends the answer and is not part of it; the style's own stops count too."""
    request = Request("i", "en", (Message("user", "Tell me about the sea."),), Sampling(40))
    whole = answers(engine, [request])["i"]
    at = len(whole.text) // 2
    stop = whole.text[at : at + 9]
    stopped = dataclasses.replace(request, sampling=dataclasses.replace(request.sampling, stop=("never", stop)))
    done = answers(engine, [stopped])["i"]
    assert done.finish == "stop"
    assert done.text == whole.text[: whole.text.index(stop)]
    assert done.completion_tokens < whole.completion_tokens
    assert "\nQuestion:" not in whole.text


def test_budgets_are_kept_one_by_one(engine: VllmEngine) -> None:
    """Each request has its own number of tokens, and an answer that is cut says so."""
    asked = [Request(f"b{n}", "en", (Message("user", "Count to a hundred."),), Sampling(n)) for n in (1, 5, 9)]
    done = answers(engine, asked)
    assert [(done[f"b{n}"].completion_tokens, done[f"b{n}"].finish) for n in (1, 5, 9)] == [
        (1, "length"),
        (5, "length"),
        (9, "length"),
    ]
    assert done["b9"].text.startswith(done["b5"].text)


def test_what_cannot_be_asked_is_that_items_error(engine: VllmEngine) -> None:
    """A prompt beyond the context is not asked, one without a token of budget is an error; neighbours are answered."""
    long = Request("long", "en", (Message("user", "word " * 3000),), Sampling(5))
    none = Request("none", "en", (Message("user", "Hello"),), Sampling(0))
    good = Request("good", "en", (Message("user", "Hello"),), Sampling(5))
    done = answers(engine, [long, none, good])
    assert (done["long"].finish, done["none"].finish) == ("beyond", "error")
    assert "2048" in done["long"].error
    assert done["good"].finish in ("stop", "length")


def test_a_sampled_text_repeats_with_its_seed(engine: VllmEngine) -> None:
    """A temperature draws from the request's own seed: the same twice, another with another seed."""
    sampling = Sampling(24, temperature=1.0, top_p=0.95, seed=11)
    request = Request("i", "en", (Message("user", "Write a line of a poem."),), sampling)
    other = dataclasses.replace(request, item="j", sampling=dataclasses.replace(sampling, seed=12))
    first, second = answers(engine, [request, other]), answers(engine, [other, request])
    assert first["i"].text == second["i"].text
    assert first["i"].text != first["j"].text


def test_every_option_is_in_the_identity(engine: VllmEngine) -> None:
    """What can change an answer is in the plan: every settled option, and the versions."""
    fields = {field.name for field in dataclasses.fields(engine.settings)}
    assert set(engine.identity) == fields | {"name", "prefix_caching", "versions"}
    assert engine.identity["batch_invariant"] is False  # a CPU has no such kernels
    assert {"torch", "transformers", "tokenizers"} < set(engine.identity["versions"])
