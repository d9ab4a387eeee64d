"""Weighing options with an engine that answers from a table: what is asked, and what is believed."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from harness.engine.prompting import Prompt
from harness.engine.vllm.choose import Ask, Choice
from harness.errors import EngineError
from harness.types import Message, Request, Sampling

CONTEXT = [1, 2, 3, 4]


def log(token: int, before: Sequence[int]) -> float:
    """A log-probability that depends on all that stands before."""
    return -((token * 7 + sum((n + 1) * t for n, t in enumerate(before))) % 13) / 4


def choice(options: list[list[int]]) -> Choice:
    request = Request("i", "en", (Message("user", "x"),), Sampling(0), tuple(map(str, options)))
    return Choice(Prompt(request, "x", CONTEXT, options))


def entry(token: int, before: Sequence[int], rank: int = 2) -> SimpleNamespace:
    return SimpleNamespace(logprob=log(token, before), rank=rank)


def answer(ask: Ask, cached: int = 0, best: int = 5, rows: str = "all") -> Any:
    """What vLLM answers: rows of cached positions are garbage, or left out by builds that keep none."""
    cached = 0 if ask.wanted.get("skip_reading_prefix_cache") else cached
    generated = SimpleNamespace(
        logprobs=[{token: entry(token, ask.ids) for token in ask.wanted["logprob_token_ids"]}], token_ids=[best]
    )
    prompt = None
    if "prompt_logprobs" in ask.wanted:
        good = [{ask.ids[n]: entry(ask.ids[n], ask.ids[:n], rank=1)} for n in range(1, len(ask.ids))]
        prompt = [None, *({99: entry(99, [])} if n + 1 <= cached else row for n, row in enumerate(good))]
        prompt = prompt if rows == "all" else [None, *good[cached:]]
    return SimpleNamespace(outputs=[generated], prompt_logprobs=prompt, num_cached_tokens=cached)


def weigh(subject: Choice, **how: Any) -> list[Ask]:
    """Drive a choice to its end; every ask that it made."""
    waiting, asked = list(subject.begin()), []
    while waiting:
        ask = waiting.pop(0)
        asked.append(ask)
        waiting.extend(subject.take(ask.part, answer(ask, **how)))
    assert subject.done
    return asked


def expected(option: list[int]) -> float:
    whole = [*CONTEXT, *option]
    return sum(log(whole[n], whole[:n]) for n in range(len(CONTEXT), len(whole)))


OPTIONS = [[5], [6, 7], [5, 8, 9], [6, 7, 10, 11, 12]]


@pytest.mark.parametrize("rows", ["all", "computed"])
def test_every_token_of_every_option_counts_once(rows: str) -> None:
    """Weights are sums over exactly the option's tokens, whichever rows a build gives for cached positions."""
    subject = choice(OPTIONS)
    weigh(subject, cached=4, rows=rows)
    assert subject.weights()[0] == pytest.approx([expected(option) for option in OPTIONS])


def test_letters_cost_one_request() -> None:
    """Options of one token need the prompt alone."""
    assert len(weigh(choice([[5], [6], [7], [8]]))) == 1


def test_the_last_token_is_never_computed() -> None:
    """An option's last token is asked after, not fed; and nothing asks for rows that it does not need."""
    asked = weigh(choice(OPTIONS))
    assert [ask.ids for ask in asked] == [CONTEXT, [*CONTEXT, 6], [*CONTEXT, 5, 8], [*CONTEXT, 6, 7, 10, 11]]
    assert ["prompt_logprobs" in ask.wanted for ask in asked] == [False, False, True, True]
    assert all(not ask.wanted.get("skip_reading_prefix_cache") for ask in asked)


def test_a_cache_that_reaches_into_an_option_is_not_believed() -> None:
    """Rows at cached positions hold what was there before (PITFALLS: vllm #42245): the option is asked without it."""
    subject = choice([[5, 8, 9, 10]])
    asked = weigh(subject, cached=5)
    assert [ask.wanted.get("skip_reading_prefix_cache") for ask in asked] == [None, False, True]
    assert subject.again == 1
    assert subject.weights()[0] == pytest.approx([expected([5, 8, 9, 10])])


@pytest.mark.parametrize("first", [0, 1])
def test_options_that_begin_alike_tell_of_one_another(first: int) -> None:
    """Where one option's beginning was cached by another's, nothing is computed twice, in whatever order they end."""
    options = [[5, 8, 9, 10, 11], [5, 8, 9, 12, 13, 14], [5, 8, 9, 10, 11]]
    subject = choice(options)
    (ask,) = subject.begin()
    rest = list(subject.take(ask.part, answer(ask)))
    assert len(rest) == 2  # of two equal options one is asked
    for n in (first, 1 - first):
        assert list(subject.take(rest[n].part, answer(rest[n], cached=6 if n == 0 else 4))) == []
    assert subject.weights()[0] == pytest.approx([expected(option) for option in options])


def test_a_token_that_nobody_tells_of_is_our_error() -> None:
    """Garbage is never summed, and never the weights' fault."""
    subject = choice([[5, 8, 9, 10]])
    (first,) = subject.begin()
    (rest,) = subject.take(first.part, answer(first))
    wrong = answer(rest)
    wrong.prompt_logprobs[-1] = {98: entry(98, [])}
    (again,) = subject.take(rest.part, wrong)
    wrong = answer(again)
    wrong.prompt_logprobs[-1] = {98: entry(98, [])}
    with pytest.raises(EngineError, match="no log-probability"):
        list(subject.take(again.part, wrong))


def test_greedy_needs_every_token() -> None:
    """An option is what the model would have said only when each of its tokens was the best."""
    subject = choice([[5], [6], [5, 5], [5, 8, 5], [5, 8, 6]])
    weigh(subject, best=5)
    assert subject.weights()[1] == (True, False, True, True, False)


def test_many_first_tokens_are_asked_in_parts() -> None:
    """A request takes 128 token ids: 300 options are three requests, and none is lost."""
    options = [[n] for n in range(300)]
    subject = choice(options)
    assert len(weigh(subject)) == 3
    assert subject.weights()[0] == pytest.approx([expected(option) for option in options])
