"""Growing chains step by step, on probes: a step is taken only where it, and every one before it, still matters."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tasks.problem_solving.program_synthesis.inputs import Inputs
from tasks.problem_solving.program_synthesis.parts import draw_part, draw_test, either, guard
from tasks.problem_solving.program_synthesis.problem import FAILURES, Act, Draft, Parameter, Part
from tasks.problem_solving.program_synthesis.running import Chain, Ended
from tasks.problem_solving.program_synthesis.steps import VARIABLE, Step
from tasks.problem_solving.program_synthesis.steps_numbers import NUMBERS
from tasks.problem_solving.program_synthesis.steps_texts import NESTED, TEXTS

_SECOND: Final = "limit extra amount level bound factor".split()
_VARIED: Final = 0.7  # share of steps with numbers at the lowest levels, where few others exist to be guessed
_BY_TYPE: Final = {kind: tuple(step for step in (*NUMBERS, *TEXTS, *NESTED) if step.takes == kind) for kind in VARIABLE}
_LAST_ONLY: Final = ("{x}.upper()",)  # capitals would make later words about letters ambiguous
_TRIES: Final = 10  # steps tried for one place
_PROBES: Final = range(2, 10)  # calls: neither empty nor of one number
_FAILED: Final = Ended("failed")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's pipelines are made of."""

    steps: int
    tier: int  # the hardest step
    starts: tuple[str, ...]
    second: bool = False  # whether a number is a second parameter
    branch: bool = False
    guard: bool = False
    hard: int = 0  # steps of the hardest tier at least
    examples: int = 2


@dataclass(slots=True)
class Grown:
    """A chain so far: its parts, and the values of the probes with every statement or with one left out."""

    kind: str  # of the value so far
    parameters: list[Parameter]
    values: list[Any]
    parts: list[Part] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    specials: list[int] = field(default_factory=list)
    seconds: list[int | None] = field(default_factory=list)  # second arguments of the probes
    others: list[list[Any]] = field(default_factory=list)
    latest: dict[str, list[Any]] = field(default_factory=dict)  # values of the variable of a type

    def takes(self, part: Part, gives: str) -> bool:
        """Whether a part, and every statement so far, matters for a probe behind it; it is then added."""
        values = self._after(part.act, self.values)
        others = [self._after(part.act, column) for column in self.others]
        others += [self._after(act, self.values) for act in part.fewer]
        if gives in self.latest and gives != self.kind:
            others.append(self.latest[gives])  # without the assignment, the variable holds what it did before
            if sum(map(operator.ne, self.latest[gives], values)) < len(values) / 2:
                return False
        said = [value for value in values if value and type(value) is not Ended]
        if len(said) < len(values) / 2 or values in others or max(values.count(v) for v in values) > len(values) / 2:
            return False
        self.values, self.others, self.kind = values, others, gives
        self.latest[gives] = values
        self.parts.append(part)
        return True

    def _after(self, act: Act, values: Sequence[Any]) -> list[Any]:
        pairs = zip(values, self.seconds, strict=True)
        return [value if type(value) is Ended else _tried(act, value, second) for value, second in pairs]


def _tried(act: Act, value: Any, second: Any) -> Any:
    try:
        return act(value, second)
    except FAILURES:
        return _FAILED


def grow(rng: Random, rules: Rules) -> Grown | None:
    """A chain of the rules; None where no step fits."""
    kind = rng.choice(rules.starts)
    parameter = Parameter(VARIABLE[kind], kind)
    inputs = Inputs(rng, Draft("", (parameter,), (), "", Chain(())))
    values = [inputs.call(n)[0] for n in _PROBES]
    grown = Grown(kind, [parameter], values, seconds=[None] * len(values), latest={kind: values})
    branch = rng.randrange(rules.steps) if rules.branch else -1
    stop = rng.randrange(1, rules.steps - 1) if rules.guard else -1
    test: Part | None = None
    for n in range(rules.steps):
        if n == stop and (test := _stopped(rng, grown)) is None:
            return None
        if not (_branched(rng, rules, grown) if n == branch else _stepped(rng, rules, grown)):
            return None
    if len(grown.parameters) < 1 + rules.second:
        return None
    if test:
        grown.parts[stop] = guard(test, grown.steps[stop].takes, grown.kind)
    return grown


def _stopped(rng: Random, grown: Grown) -> Part | None:
    """The test of a guard; what that returns is not known yet, as it depends on how the chain ends."""
    for _ in range(_TRIES):
        test = draw_test(rng, grown.kind, grown.specials)
        if grown.takes(guard(test, grown.kind, grown.kind), grown.kind):
            return test
    return None


def _fits(rules: Rules, grown: Grown) -> list[Step]:
    """The steps that can come next."""
    n = len(grown.steps)
    late, last = n >= rules.steps - 2, n == rules.steps - 1
    joined = any(step.takes == "ws" and step.gives == "s" for step in grown.steps)
    needed = rules.hard - sum(step.tier == rules.tier for step in grown.steps)
    low = rules.tier if needed >= rules.steps - n else 1
    return [
        step
        for step in _BY_TYPE[grown.kind]
        if low <= step.tier <= rules.tier
        and (late or step.gives != "n")
        and (last or step.code not in _LAST_ONLY)
        and not (joined and step.gives == "ws")
        and step not in grown.steps
    ]


def _stepped(rng: Random, rules: Rules, grown: Grown) -> bool:
    """One more step; it may be the one whose number is a parameter."""
    fits, left = _fits(rules, grown), rules.steps - len(grown.steps)
    freed = rules.second and len(grown.parameters) == 1 and rng.random() < 1 / left
    if freed:
        fits = [step for step in fits if step.free]
    elif rules.tier == 1 and rng.random() < _VARIED:
        fits = [step for step in fits if step.numbers] or fits
    for step in rng.sample(fits, min(_TRIES, len(fits))):
        name = rng.choice(_SECOND) if freed else ""
        if freed:
            low, high = (int(bound) for bound in step.numbers["k"])
            grown.seconds = [rng.randint(low, high) for _ in _PROBES]
        if grown.takes(draw_part(rng, step, name, grown.specials), step.gives):
            if freed:
                grown.parameters.append(Parameter(name, "n", low, high))
            grown.steps.append(step)
            return True
    return False


def _branched(rng: Random, rules: Rules, grown: Grown) -> bool:
    """A step that is one of two, by a test."""
    fits = [step for step in _fits(rules, grown) if step.gives == grown.kind and step.code not in _LAST_ONLY]
    if len(fits) < 2:
        return False
    for _ in range(_TRIES):
        one, two = rng.sample(fits, 2)
        test = draw_test(rng, grown.kind, grown.specials)
        parts = [draw_part(rng, step, "", grown.specials) for step in (one, two)]
        if grown.takes(either(test, *parts), grown.kind):
            grown.steps.append(one)
            return True
    return False
