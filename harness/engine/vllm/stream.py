"""Requests kept in flight up to a cap, in a fixed order, and answers handed out as they end."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from harness.engine.vllm.choose import Ask
from harness.errors import EngineError

K = TypeVar("K")


class Stream(Generic[K]):
    """Steps vLLM's engine with as many requests in flight as it may compute together, and no more.

    The next one enters when one ends, so that the engine is never short of work before the last few; and all that
    are in flight fit the cache with their whole budgets, so that none is ever put out and computed again.
    """

    def __init__(
        self, engine: Any, sampling: Callable[[Mapping[str, Any]], Any], sequences: int, cache_tokens: int, block: int
    ) -> None:
        """`sampling` makes vLLM's parameters; `cache_tokens` is the cache's size, `block` what is reserved together."""
        self._engine, self._sampling = engine, sampling
        self._sequences, self._cache, self._block = sequences, cache_tokens, block
        self._next: deque[tuple[K, Ask]] = deque()  # of what has begun
        self._flying: dict[str, tuple[K, Ask]] = {}
        self._reserved = 0
        self._asked = 0
        self.step_seconds = 0.0

    def push(self, key: K, ask: Ask) -> None:
        """Ask this before anything that waits."""
        self._next.append((key, ask))

    def run(self, waiting: Iterator[tuple[K, Ask]]) -> Iterator[tuple[K, Ask, Any]]:
        """Answers in the order in which they end; what is pushed meanwhile goes first."""
        head = next(waiting, None)
        while True:
            while self._next and self._fits(self._next[0][1]):
                self._add(*self._next.popleft())
            while not self._next and head is not None and self._fits(head[1]):
                self._add(*head)
                head = next(waiting, None)
            if not self._flying:
                return
            for output in self._step():
                if output.finished:
                    key, ask = self._flying.pop(output.request_id)
                    self._reserved -= self._need(ask)
                    yield key, ask, output

    def _step(self) -> list[Any]:
        begin = time.perf_counter()
        try:
            outputs: list[Any] = self._engine.step()
        except Exception as error:  # whatever stops the engine: what is finished stays, the rest can be asked again
            raise EngineError(
                f"vLLM stopped: {type(error).__name__}: {error}",
                where="engine=vllm",
                remedy="run again: finished items are kept; where memory ran out, lower engine.memory or max_sequences",
            ) from error
        self.step_seconds += time.perf_counter() - begin
        return outputs

    def _fits(self, ask: Ask) -> bool:
        """At least one is always let in: vLLM refuses by itself what could never be computed."""
        within = self._reserved + self._need(ask) <= self._cache
        return not self._flying or (len(self._flying) < self._sequences and within)

    def _need(self, ask: Ask) -> int:
        """Cache tokens that a request may come to fill, in whole blocks; what it shares is counted too."""
        tokens = len(ask.ids) + int(ask.wanted.get("max_tokens", 1))
        return -(-tokens // self._block) * self._block

    def _add(self, key: K, ask: Ask) -> None:
        name = str(self._asked)
        self._asked += 1
        self._flying[name] = (key, ask)
        self._reserved += self._need(ask)
        self._engine.add_request(name, {"prompt_token_ids": ask.ids}, self._sampling(ask.wanted))
