"""The noise floor of an engine: how far its answers move under circumstances that must not matter.

The same requests are answered again in other orders, one at a time, and with other limits of memory; every answer is
compared with the first run's, and with float32's where the engine computes in less. What is measured here backs the
tolerance that an engine states, and says which margins a comparison of two engines must leave out.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.engine.base import Engine
from harness.errors import EngineError
from harness.task import load_task
from harness.types import Completion, Json, Request, RoundTask

SCHEMA = "grand-defi/noise/1"
_MIB = 1 << 20
# Options that bound how much is computed at a time. Of each row, the first that the engine has is tried.
_LIMITS: tuple[tuple[str, tuple[Mapping[str, Json], ...]], ...] = (
    ("one row", ({"rows": 1, "memory": 16 * _MIB}, {"max_sequences": 1})),
    ("little at a time", ({"batched_tokens": 256}, {"memory": 64 * _MIB})),
)

MakeEngine = Callable[[Mapping[str, Json]], Engine]  # from options that differ from the configured ones
Answers = Mapping[str, Completion]


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One way of asking the same requests."""

    name: str
    options: Mapping[str, Json] = field(default_factory=dict)  # that differ from the configured ones
    order: int | None = None  # seed of a shuffled order; None keeps the drawn one
    apart: bool = False  # every request in a call of its own


@dataclass(frozen=True, slots=True)
class Change:
    """A choice that changed, and how far the first run's best option was ahead of its second."""

    item: str
    margin: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What moved between a run and one or several others; differences are absolute, in natural logarithms."""

    name: str
    options: Mapping[str, Json]
    seconds: float
    logprobs: int  # options compared
    largest: float  # of their differences
    p999: float  # their 99.9th percentile
    choices: int
    changed: tuple[Change, ...]  # by margin; an item stands once for every run in which it changed
    texts: int
    differ: tuple[str, ...]  # items whose texts differ, in the same way
    unlike: tuple[str, ...]  # items that were answered in one run only


@dataclass(frozen=True, slots=True)
class Noise:
    """The measure of one engine on one submission's model."""

    engine: Mapping[str, Json]  # identity of the first run's engine
    tolerance: float  # that it states
    choose: int  # requests of each kind
    generate: int
    repeats: tuple[Comparison, ...]  # each against the first run
    floor: Comparison  # all repeats together
    float32: Comparison | None  # the first run against float32; None where it is float32 itself, or has no dtype

    @property
    def within(self) -> bool:
        """Whether no log-likelihood moved by more than the stated tolerance."""
        return self.floor.largest <= self.tolerance


def draw_requests(tasks: Sequence[RoundTask], languages: Sequence[str], seed: str, count: int) -> list[Request]:
    """`count` requests of a round's tasks, as many to choose as to generate, spread over levels and languages."""
    cells = [(part.name, level) for part in tasks for level in range(1, part.levels + 1)]
    random.Random(seed).shuffle(cells)
    sides = []
    for choose in (True, False):
        own = [cell for cell in cells if (load_task(cell[0]).card.kind == "choose") is choose]
        each = math.ceil(count / max(1, len(own) * len(languages)))
        drawn = [_cell(*cell, language, seed, each) for cell in own for language in languages]
        sides += [_dealt(drawn)] if drawn else []
    return list(itertools.islice(_dealt(sides), count))


def measure(
    make: MakeEngine,
    requests: Sequence[Request],
    options: Iterable[str],
    repeats: int = 2,
    answered: Callable[[int, int], None] = lambda _done, _total: None,
) -> Noise:
    """Answer the requests under every circumstance and compare.

    Args:
        make: an engine, not yet entered, from the options that differ from the configured ones.
        requests: items must be distinct.
        options: names of the options that the engine has.
        repeats: number of shuffled orders.
        answered: told how many answers there are, and how many there will be.
    """
    first = make({})
    plan, reference = _plan(set(options), repeats), first.identity.get("dtype") not in (None, "float32")
    asked = [*plan, Circumstance("float32", {"dtype": "float32"})] if reference else plan
    total, done = len(asked) * len(requests), 0
    runs: list[tuple[Circumstance, Answers, float]] = []
    for circumstance, engine in _engines(make, first, asked):
        begin = time.perf_counter()
        found: dict[str, Completion] = {}
        for completion in _answers(engine, requests, circumstance):
            found[completion.item] = completion
            done += 1
            answered(done, total)
        if len(found) != len(requests):
            what = f"{len(requests) - len(found)} of {len(requests)} requests got no answer"
            raise EngineError(what, where=circumstance.name)
        runs.append((circumstance, found, time.perf_counter() - begin))
    (_, base, _), *others = runs
    compared = [_compare(c.name, c.options, base, [found], seconds) for c, found, seconds in others]
    against = compared.pop() if reference else None
    repeated = [found for _, found, _ in others[: len(compared)]]
    return Noise(
        engine=first.identity,
        tolerance=first.tolerance,
        choose=sum(bool(request.options) for request in requests),
        generate=sum(not request.options for request in requests),
        repeats=tuple(compared),
        floor=_compare("all repeats", {}, base, repeated, sum(seconds for _, _, seconds in runs)),
        float32=against,
    )


def _plan(options: set[str], repeats: int) -> list[Circumstance]:
    """Circumstances on the engine as configured first: it is loaded once for all of them."""
    orders = [Circumstance(f"order {n}", order=n) for n in range(1, repeats + 1)]
    limits = [
        Circumstance(name, next(choice for choice in choices if choice.keys() <= options))
        for name, choices in _LIMITS
        if any(choice.keys() <= options for choice in choices)
    ]
    return [Circumstance("first"), Circumstance("again"), *orders, Circumstance("one at a time", apart=True), *limits]


def _engines(
    make: MakeEngine, first: Engine, circumstances: Sequence[Circumstance]
) -> Iterator[tuple[Circumstance, Engine]]:
    """Each circumstance with its engine, loaded; one engine at a time is in memory."""
    plain = [circumstance for circumstance in circumstances if not circumstance.options]
    with first:
        for circumstance in plain:
            yield circumstance, first
    for circumstance in circumstances[len(plain) :]:
        with make(circumstance.options) as engine:
            yield circumstance, engine


def _answers(engine: Engine, requests: Sequence[Request], circumstance: Circumstance) -> Iterator[Completion]:
    if circumstance.apart:
        for request in requests:
            yield from engine.run([request])
        return
    order = list(requests)
    if circumstance.order is not None:
        random.Random(circumstance.order).shuffle(order)
    yield from engine.run(order)


def _compare(
    name: str, options: Mapping[str, Json], first: Answers, others: Sequence[Answers], seconds: float
) -> Comparison:
    """The first run's answers with those of other runs, all differences together."""
    moved: list[float] = []
    changed: list[Change] = []
    differ: list[str] = []
    unlike: list[str] = []
    choices = texts = 0
    for item, one, two in ((item, one, other[item]) for other in others for item, one in first.items()):
        if not (_answered(one) and _answered(two)):
            if one.finish != two.finish:
                unlike.append(item)
        elif one.option_logprobs:
            choices += 1
            moved += [abs(a - b) for a, b in zip(one.option_logprobs, two.option_logprobs, strict=True)]
            if _best(one) != _best(two):
                changed.append(Change(item, _margin(one)))
        else:
            texts += 1
            if (one.text, one.finish) != (two.text, two.finish):
                differ.append(item)
    return Comparison(
        name=name,
        options=options,
        seconds=seconds,
        logprobs=len(moved),
        largest=max(moved, default=0.0),
        p999=float(np.quantile(moved, 0.999)) if moved else 0.0,
        choices=choices,
        changed=tuple(sorted(changed, key=lambda change: change.margin)),
        texts=texts,
        differ=tuple(sorted(differ)),
        unlike=tuple(sorted(unlike)),
    )


def _answered(completion: Completion) -> bool:
    return completion.finish in ("stop", "length")


def _best(completion: Completion) -> set[int]:
    """The options that would be chosen: equal ones share the place."""
    scores = completion.option_logprobs
    return {n for n, score in enumerate(scores) if score == max(scores)}


def _margin(completion: Completion) -> float:
    best, *rest = sorted(completion.option_logprobs, reverse=True)
    return best - rest[0] if rest else float("inf")


def _cell(name: str, level: int, language: str, seed: str, count: int) -> Iterator[Request]:
    """Requests of one task, level and language, drawn when they are asked for."""
    task = load_task(name)
    for item in task.items(level, language, seed, count):
        yield task.request(item)


def _dealt(sides: Sequence[Iterator[Any]]) -> Iterator[Any]:
    """One of each side in turn, until none has any left."""
    left = list(sides)
    while left:
        for side in list(left):
            try:
                yield next(side)
            except StopIteration:
                left.remove(side)
