"""Baselines know nothing but the request (the oracle: the gold), and each does exactly what it says."""

from collections.abc import Sequence

import pytest

from harness.engine.base import EngineContext
from harness.engine.baselines import Baseline, Chance, Constant, Echo, Null, Oracle
from harness.errors import EngineError
from harness.prompt import PromptStyle, prompt_sha256
from harness.task import load_task, task_names
from harness.types import Completion, Message, Request, Sampling

STYLE = PromptStyle("plain")
MESSAGES = (Message("system", "Add."), Message("user", "1 + 1?"))
ASKED = Request("t/en/0", "en", MESSAGES, Sampling(4))
CHOSEN = Request("t/en/1", "en", MESSAGES, Sampling(0), ("2", "3", "4", "5"))
KNOW_NOTHING: list[type[Baseline]] = [Null, Constant, Echo, Chance]


def _run(cls: type[Baseline], requests: Sequence[Request], **gold: Completion) -> list[Completion]:
    with cls(EngineContext(STYLE, gold={done.item: done for done in gold.values()})) as engine:
        return list(engine.run(requests))


def test_texts() -> None:
    """Null says nothing, constant the letter A, echo every message."""
    assert _run(Null, [ASKED])[0].text == ""
    assert _run(Constant, [ASKED])[0].text == "A"
    assert _run(Echo, [ASKED])[0].text == "Add.\n1 + 1?"


def test_preferences() -> None:
    """Constant prefers the first option; null and echo prefer none."""
    assert _run(Constant, [CHOSEN])[0].option_logprobs == (-1.0, -2.0, -2.0, -2.0)
    for cls in (Null, Echo):
        assert len(set(_run(cls, [CHOSEN])[0].option_logprobs)) == 1
    assert _run(Null, [ASKED])[0].option_logprobs == ()


def test_chance_is_seeded_noise() -> None:
    """Random answers depend on the item alone, and every option is preferred about equally often."""
    requests = [Request(f"t/{n}", "en", MESSAGES, Sampling(0), CHOSEN.options) for n in range(400)]
    done = _run(Chance, requests)
    assert done == _run(Chance, requests)
    assert _run(Chance, requests[::-1]) == done[::-1]
    best = [scores.index(max(scores)) for scores in (one.option_logprobs for one in done)]
    assert all(70 < best.count(place) < 130 for place in range(4))
    assert len({one.text for one in done}) > 300
    assert all(1 <= len(one.text.split()) <= 12 for one in done)


def test_oracle_answers_the_gold() -> None:
    """The oracle returns the text or likelihoods that it was handed."""
    gold = Completion(ASKED.item, "2", "stop", 0, 0, "")
    choice = Completion(CHOSEN.item, "", "stop", 0, 0, "", option_logprobs=(-1.0, -10.0, -10.0, -10.0))
    first, second = _run(Oracle, [ASKED, CHOSEN], gold=gold, choice=choice)
    assert first.text == "2"
    assert second.option_logprobs == choice.option_logprobs


def test_oracle_without_gold_stops() -> None:
    """An oracle that was not given an answer says so: it never guesses."""
    with pytest.raises(EngineError, match="not given") as caught:
        _run(Oracle, [ASKED])
    assert caught.value.where == ASKED.item


@pytest.mark.parametrize("cls", KNOW_NOTHING)
def test_completions_are_whole(cls: type[Baseline]) -> None:
    """Each request is answered once, in order, with its prompt's hash and counts."""
    done = _run(cls, [ASKED, CHOSEN])
    assert [one.item for one in done] == [ASKED.item, CHOSEN.item]
    text = STYLE.render(MESSAGES, "en")
    for one in done:
        assert one.finish == "stop"
        assert one.prompt_sha256 == prompt_sha256(text)
        assert one.prompt_tokens == len(text.split())
        assert one.completion_tokens == len(one.text.split())


@pytest.mark.parametrize("cls", [*KNOW_NOTHING, Oracle])
def test_identity_is_the_name(cls: type[Baseline]) -> None:
    """A baseline's identity is known before it runs, and its answers repeat exactly."""
    engine = cls(EngineContext(STYLE))
    assert engine.identity == {"name": cls.name}
    assert engine.tolerance == 0.0
    assert cls.name in {"null", "constant", "echo", "random", "oracle"}


@pytest.mark.parametrize("name", task_names())
def test_order_and_places_follow_no_target(name: str) -> None:
    """On every task, what a baseline answers is a function of the request: neighbours change nothing."""
    task = load_task(name)
    requests = [task.request(item) for item in task.items(1, "fr", "baselines", 6)]
    for cls in KNOW_NOTHING:
        together = _run(cls, requests)
        assert [_run(cls, [request])[0] for request in requests] == together
