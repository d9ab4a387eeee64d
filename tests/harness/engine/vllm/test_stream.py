"""The stream over an engine that counts: caps, order, and answers as they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.engine.vllm.choose import Ask
from harness.engine.vllm.stream import Stream
from harness.errors import EngineError


class Counter:
    """Ends each request after as many steps as it has tokens to generate."""

    def __init__(self, dies_at: int = -1) -> None:
        """Raise at the step `dies_at`."""
        self.left: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self.order: list[str] = []
        self.widest = self.fullest = self.steps = 0
        self.dies_at = dies_at

    def add_request(self, name: str, prompt: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        self.left[name] = params.get("max_tokens", 1)
        self.sizes[name] = len(prompt["prompt_token_ids"]) + self.left[name]
        self.order.append(name)

    def step(self) -> list[Any]:
        self.steps += 1
        if self.steps == self.dies_at:
            raise RuntimeError("out of memory")
        self.widest = max(self.widest, len(self.left))
        self.fullest = max(self.fullest, sum(self.sizes[name] for name in self.left))
        self.left = {name: left - 1 for name, left in self.left.items()}
        ended = [name for name, left in self.left.items() if left <= 0]
        self.left = {name: left for name, left in self.left.items() if left > 0}
        return [SimpleNamespace(finished=True, request_id=name) for name in ended]


def asks(sizes: list[tuple[int, int]]) -> Iterator[tuple[int, Ask]]:
    for n, (prompt, budget) in enumerate(sizes):
        yield n, Ask([0] * prompt, {"max_tokens": budget}, ("text", 0))


def stream(engine: Counter, sequences: int = 4, cache: int = 10_000, block: int = 1) -> Stream[int]:
    return Stream(engine, dict, sequences, cache, block)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), max_size=30), st.integers(1, 6))
def test_all_are_answered_within_the_caps(sizes: list[tuple[int, int]], sequences: int) -> None:
    """Every request is answered once, with never more in flight than allowed nor more than the cache holds."""
    engine = Counter()
    answered = [key for key, _, _ in stream(engine, sequences, cache=60).run(asks(sizes))]
    assert sorted(answered) == list(range(len(sizes)))
    assert engine.widest <= sequences
    assert engine.fullest <= 60


def test_places_that_become_free_are_taken_at_once() -> None:
    """No place waits for the slowest: 3 + 3 + 3 + 9 steps of work on two places take 9 steps."""
    engine = Counter()
    list(stream(engine, sequences=2).run(asks([(1, 9), (1, 3), (1, 3), (1, 3)])))
    assert engine.steps == 9


def test_answers_come_before_the_last_has_begun() -> None:
    """An answer is handed out when it ends, not when all have."""
    engine = Counter()
    answers = stream(engine, sequences=1).run(asks([(1, 2), (1, 2)]))
    assert next(answers)[0] == 0
    assert len(engine.order) == 1


def test_what_has_begun_goes_first() -> None:
    """A follow-up is asked before what waits, while its prompt is still in the cache."""
    engine = Counter()
    subject = stream(engine, sequences=1)
    seen = []
    for key, _, _ in subject.run(asks([(1, 1), (1, 1)])):
        seen.append(key)
        if key == 0:
            subject.push(7, Ask([0], {}, ("rest", 0)))
    assert seen == [0, 7, 1]


def test_blocks_are_reserved_whole() -> None:
    """Five tokens take two blocks of four: three such requests do not fit five blocks at once."""
    engine = Counter()
    list(stream(engine, cache=20, block=4).run(asks([(3, 2)] * 3)))
    assert engine.widest == 2


def test_a_request_larger_than_the_cache_is_asked_alone() -> None:
    """It is vLLM's to refuse, and nothing waits for it for ever."""
    engine = Counter()
    assert [key for key, _, _ in stream(engine, cache=8).run(asks([(1, 1), (30, 1), (1, 1)]))] == [0, 1, 2]
    assert engine.widest == 1


def test_an_engine_that_stops_says_so() -> None:
    """Whatever vLLM raises is our error, with what to do; what was answered before has been handed out."""
    answers = stream(Counter(dies_at=2), sequences=1).run(asks([(1, 1), (1, 1)]))
    assert next(answers)[0] == 0
    with pytest.raises(EngineError, match="out of memory") as caught:
        next(answers)
    assert "run again" in caught.value.remedy
