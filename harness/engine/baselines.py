"""Engines that know nothing (and one that knows everything): they prove that a task can be trusted.

The oracle must score 1 on every item. The others must stay at or below chance: a task on which an empty answer,
a constant, the prompt itself or noise earns more is a task that can be cheated.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import TracebackType
from typing import Self

from harness.engine.base import EngineContext
from harness.errors import EngineError
from harness.prompt import prompt_sha256
from harness.types import Completion, Json, Request

_CONSTANT = "A"
_LETTERS, _SHORTEST = 16, 512  # letters of an echoed token; tokens of the shortest bound
_WORDS = "oui non un deux trois le la les et Paul 1 2 3 5 7 12 42 yes no the a vrai faux true false {} []".split()


class Baseline(ABC):
    """Answers a request from the request alone, with no model."""

    name: str
    tolerance = 0.0

    def __init__(self, context: EngineContext) -> None:
        """Keep the context; nothing is loaded."""
        self.context = context

    @property
    def identity(self) -> Mapping[str, Json]:
        """The baseline's name: it has no options."""
        return {"name": self.name}

    def __enter__(self) -> Self:
        """Nothing to load."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to free."""

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer in order."""
        for request in requests:
            text = self.context.style.render(request.messages, request.language)
            answer = self.answer(request)
            scores = self.prefer(request) if request.options else ()
            yield replace(
                answer,
                prompt_tokens=len(text.split()),
                completion_tokens=len(answer.text.split()),
                prompt_sha256=prompt_sha256(text),
                option_logprobs=answer.option_logprobs or scores,
                turn=request.turn,
            )

    @abstractmethod
    def answer(self, request: Request) -> Completion:
        """The text answered."""

    def prefer(self, request: Request) -> tuple[float, ...]:
        """Log-likelihoods of the options; by default none is preferred."""
        return (-1.0,) * len(request.options)


class Oracle(Baseline):
    """Answers the target. Only ever built for the organisers' own entry."""

    name = "oracle"
    needs_gold = True

    def answer(self, request: Request) -> Completion:
        """The gold completion; EngineError if it was not handed over."""
        if request.item not in self.context.gold:
            raise EngineError("the oracle was not given this item's answer", where=request.item)
        gold = self.context.gold[request.item]
        return replace(gold, text=gold.turns[request.turn], turns=()) if gold.turns else gold


class Null(Baseline):
    """Answers nothing."""

    name = "null"

    def answer(self, request: Request) -> Completion:
        """An empty text."""
        return said(request, "")


class Constant(Baseline):
    """Answers the same letter, and the first option, always."""

    name = "constant"

    def answer(self, request: Request) -> Completion:
        """The letter A."""
        return said(request, _CONSTANT)

    def prefer(self, request: Request) -> tuple[float, ...]:
        """The first option."""
        return tuple(-1.0 - (n > 0) for n in range(len(request.options)))


class Echo(Baseline):
    """Repeats the prompt."""

    name = "echo"

    def answer(self, request: Request) -> Completion:
        """All messages, one after the other, no longer than an answer: a dialogue would double at every turn."""
        most = _LETTERS * max(_SHORTEST, request.sampling.max_new_tokens)
        return said(request, "\n".join(m.content for m in request.messages)[:most])


class Chance(Baseline):
    """Answers seeded noise: a few common words, any option."""

    name = "random"

    def answer(self, request: Request) -> Completion:
        """One to twelve words."""
        rng = self._rng(request)
        return said(request, " ".join(rng.choices(_WORDS, k=rng.randint(1, 12))))

    def prefer(self, request: Request) -> tuple[float, ...]:
        """A random option."""
        rng = self._rng(request)
        return tuple(-rng.random() for _ in request.options)

    def _rng(self, request: Request) -> Random:
        name = f"{request.item}/{request.turn}" if request.turn else request.item
        return Random(int.from_bytes(hashlib.sha256(name.encode()).digest(), "big"))


def said(request: Request, text: str) -> Completion:
    """A text as the answer to a request."""
    return Completion(request.item, text, "stop", 0, 0, "")
