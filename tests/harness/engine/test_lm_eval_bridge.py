"""An engine as an lm-eval model: the same answers as lm-eval's own backend, and refusals that name their items."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.engine.base import EngineContext
from harness.engine.baselines import Chance, Oracle
from harness.engine.lm_eval_bridge import lm_eval_model
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import EngineError
from harness.prompt import PromptStyle
from harness.types import Completion, Json, Request

lm_eval = pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
VERBATIM = PromptStyle("verbatim")
TEXT = "The hare ran. The tortoise walked, and was there first."


def instance(kind: str, *arguments: Any, number: int = 0) -> Any:
    """A question of lm-eval's."""
    from lm_eval.api.instance import Instance

    return Instance(kind, {}, arguments, 0, ("fable", number, 1))


def weigh(*pairs: tuple[str, str]) -> list[Any]:
    """Questions about continuations."""
    return [instance("loglikelihood", *pair, number=n) for n, pair in enumerate(pairs)]


class Recorder:
    """An engine that answers by rule and remembers what it was asked."""

    identity: Mapping[str, Json] = {"name": "recorder"}
    tolerance = 0.0

    def __init__(self, answer: Callable[[Request], Completion]) -> None:
        """Keep the rule."""
        self.answer = answer
        self.asked: list[Request] = []

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        self.asked += requests
        return (self.answer(request) for request in reversed(requests))


def weighed(request: Request) -> Completion:
    """Each option's likelihood is the length of the whole text, so that a mix-up shows."""
    whole = [len(request.messages[0].content + option) for option in request.options]
    flags = tuple(size % 2 == 0 for size in whole)
    return Completion(request.item, "", "stop", 1, 1, "", tuple(-float(size) for size in whole), flags)


@pytest.fixture(scope="module", params=[True, False], ids=["adds BOS", "adds nothing"])
def sides(request: pytest.FixtureRequest, tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A tiny model behind lm-eval's own backend and behind ours."""
    from lm_eval.models.huggingface import HFLM

    folder: Path = tiny.tiny_checkpoint(tmp_path_factory.mktemp("tiny"), "grouped", add_bos=request.param)
    hf = HFLM(pretrained=str(folder), device="cpu", dtype="float32", batch_size=1)
    with TransformersEngine(EngineContext(VERBATIM, folder), dtype="float32", device="cpu") as engine:
        yield lm_eval_model(engine), hf, request.param


def test_continuations_agree(sides: Any) -> None:
    """Trailing spaces, an empty context, a BOS that is written out and repeated pairs are weighed as lm-eval does."""
    ours, hf, _ = sides
    pairs = weigh(
        ("The hare", " ran"), ("The hare ", "ran"), ("The hare \n", "ran"), ("The hare", " sat"), ("The hare", " ran"),
        ("", "The tortoise"), ("", " walked"), ("<bos>The hare", " ran"), ("", "<bos>The hare"),
    )  # fmt: skip
    for own, theirs in zip(ours.loglikelihood(pairs), hf.loglikelihood(pairs), strict=True):
        assert own[0] == pytest.approx(theirs[0], abs=1e-4)
        assert own[1] is theirs[1]


def test_greedy_flags_agree(sides: Any) -> None:
    """A continuation is greedy on one side exactly when it is on the other, and some are."""
    ours, hf, _ = sides
    contexts, letters = [TEXT[:n] for n in range(3, 40, 3)], [chr(n) for n in range(33, 127)]
    pairs = weigh(*((context.rstrip(), letter) for context in contexts for letter in letters))
    flags = [flag for _, flag in ours.loglikelihood(pairs)]
    assert flags == [flag for _, flag in hf.loglikelihood(pairs)]
    assert 0 < sum(flags) <= len(contexts)


def test_whole_texts_agree(sides: Any) -> None:
    """A whole text is weighed after one BOS; lm-eval does the same where the tokenizer adds none, else it has two."""
    ours, hf, adds_bos = sides
    asked = [instance("loglikelihood_rolling", TEXT), instance("loglikelihood_rolling", "One. Two.")]
    theirs = hf.loglikelihood_rolling(asked)
    if adds_bos:
        theirs = [value for value, _ in hf.loglikelihood(weigh(("", TEXT), ("", "One. Two.")))]
    assert ours.loglikelihood_rolling(asked) == pytest.approx(theirs, abs=1e-4)


def test_texts_agree(sides: Any) -> None:
    """Answers are cut at the first stop and at the budget, whose default is lm-eval's."""
    ours, hf, _ = sides
    options: list[dict[str, Any]] = [
        {"until": ["\n"], "max_gen_toks": 12},
        {"until": "e", "do_sample": False, "max_gen_toks": 30},
        {"until": ["zz", "a"], "temperature": 0.0, "max_new_tokens": 5},
        {"until": ["\n\n"]},
    ]
    asked = [instance("generate_until", TEXT, entry) for entry in (*options, options[0])]
    assert ours.generate_until(asked) == hf.generate_until(asked)


def test_one_context_is_one_request() -> None:
    """Continuations of one context are asked together, each once, and each answer finds its instances."""
    engine = Recorder(weighed)
    pairs = weigh(("A b", " c"), ("A b ", "dd"), ("E", " f"), ("A b", " c"), ("A b", " ggg"))
    answers = lm_eval_model(engine).loglikelihood(pairs)
    assert [(r.messages[0].content, r.options) for r in engine.asked] == [
        ("A b", (" c", " dd", " ggg")),
        ("E", (" f",)),
    ]
    assert answers == [(-5.0, False), (-6.0, True), (-3.0, False), (-5.0, False), (-7.0, False)]


def test_many_options_are_parted() -> None:
    """A context with very many continuations becomes several requests, with every answer in its place."""
    engine = Recorder(weighed)
    answers = lm_eval_model(engine).loglikelihood(weigh(*(("A", " " + "x" * n) for n in range(150))))
    assert [len(request.options) for request in engine.asked] == [64, 64, 22]
    assert [value for value, _ in answers] == [-2.0 - n for n in range(150)]


def test_refused_items_are_named_and_the_rest_is_kept() -> None:
    """An item that an engine cannot answer stops lm-eval with its name, after all others are in lm-eval's cache."""

    def answer(request: Request) -> Completion:
        if request.messages[0].content == "bad":
            return Completion(request.item, "", "error", 0, 0, "", error="a token crosses the border")
        return weighed(request)

    model, kept = lm_eval_model(Recorder(answer)), []
    model.cache_hook = type("Hook", (), {"add_partial": lambda _, *entry: kept.append(entry)})()
    with pytest.raises(EngineError, match=r"1 of 3 requests.*\n  fable/1#1: a token crosses the border"):
        model.loglikelihood(weigh(("good", " a"), ("bad", " b"), ("fine", " c")))
    assert sorted(arguments for _, arguments, _ in kept) == [("fine", " c"), ("good", " a")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("p", {"do_sample": True}), "sampled"),
        (("p", {"until": []}, {"visual": []}), "pictures"),
        (("p", {"num_beams": 2}), "num_beams"),
    ],
)
def test_what_is_not_greedy_text_is_refused(arguments: tuple[Any, ...], told: str) -> None:
    """Sampling, beams and pictures are refused by item."""
    with pytest.raises(EngineError, match=rf"fable/0#0: .*{told}"):
        lm_eval_model(Recorder(weighed)).generate_until([instance("generate_until", *arguments)])


def test_too_long_is_refused_not_cut(sides: Any) -> None:
    """What lm-eval would cut from the left, or into windows, is refused by item."""
    ours, _, _ = sides
    long = "word " * 200
    with pytest.raises(EngineError, match=r"fable/0#0: .*context"):
        ours.loglikelihood(weigh((long, " end")))
    with pytest.raises(EngineError, match="context"):
        ours.loglikelihood_rolling([instance("loglikelihood_rolling", long)])
    with pytest.raises(EngineError, match="context"):
        ours.generate_until([instance("generate_until", TEXT, {"max_gen_toks": 500})])


def test_only_verbatim_engines(tiny: ModuleType, tmp_path: Path) -> None:
    """An engine that would dress the prompts is refused, and so is a chat template."""
    with pytest.raises(EngineError, match="prompt style"):
        lm_eval_model(Chance(EngineContext(PromptStyle("plain"))))
    with pytest.raises(EngineError, match="as they are"):
        lm_eval_model(Recorder(weighed)).apply_chat_template([{"role": "user", "content": "Hello"}])


def test_baselines_answer_too() -> None:
    """An engine without a tokenizer works, and says no option greedily."""
    model = lm_eval_model(Chance(EngineContext(VERBATIM)))
    answers = model.loglikelihood(weigh(("A", " b"), ("", "c")))
    assert all(value < 0 and flag is False for value, flag in answers)
    assert len(model.generate_until([instance("generate_until", "A", {})])) == 1


def test_a_model_must_say_what_is_greedy(tiny: ModuleType, tmp_path: Path) -> None:
    """A model whose engine is silent about greedy options is refused, not taken to have none."""

    def silent(request: Request) -> Completion:
        return Completion(request.item, "", "stop", 1, 1, "", (-1.0,) * len(request.options))

    model = lm_eval_model(Recorder(silent), tiny.tiny_checkpoint(tmp_path, "grouped"))
    with pytest.raises(EngineError, match="greedy"):
        model.loglikelihood(weigh(("A", " b")))


def test_a_plain_failure_is_not_swallowed() -> None:
    """An engine that cannot go on stops lm-eval with its own error."""
    with pytest.raises(EngineError, match="was not given"):
        lm_eval_model(Oracle(EngineContext(VERBATIM))).generate_until([instance("generate_until", "A", {})])


def test_absent_lm_eval_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without lm-eval the bridge can be imported, and says what to install when it is used."""
    monkeypatch.setitem(sys.modules, "lm_eval.api.model", None)
    with pytest.raises(EngineError, match="lm-eval") as caught:
        lm_eval_model(Recorder(weighed))
    assert "pip install" in caught.value.remedy
