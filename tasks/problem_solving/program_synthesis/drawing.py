"""Drawing functions: pipelines of steps at the lower levels, machines at the upper ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from harness.errors import TaskError
from tasks.problem_solving.program_synthesis.growing import Grown, Rules, grow
from tasks.problem_solving.program_synthesis.hidden import FEWEST, choose
from tasks.problem_solving.program_synthesis.problem import Draft, Parameter, Part, Problem
from tasks.problem_solving.program_synthesis.rules import indented
from tasks.problem_solving.program_synthesis.running import Chain
from tasks.problem_solving.program_synthesis.steps import VARIABLE

FUNCTIONS: Final = (
    "solve compute process transform build make derive evaluate convert treat run work handle update prepare combine "
    "adjust refine reduce measure select inspect resolve produce"
).split()
_NUMBERS: Final = "n x number value".split()
_SUMS: Final = (("+", "plus", "plus"), ("-", "minus", "moins"))
_SHOWN: Final = 2  # examples of level 1
_ATTEMPTS: Final = 3_000


PIPELINES: Final[Mapping[int, Rules]] = {
    2: Rules(1, 1, ("ns", "ns", "s", "ws")),
    3: Rules(2, 1, ("ns", "ns", "s", "ws")),
    4: Rules(3, 2, ("ns", "ns", "s", "ws"), examples=3),
    5: Rules(4, 2, ("ns", "ns", "s", "ws"), second=True, examples=3),
    6: Rules(5, 3, ("ns", "ns", "s", "ws"), second=True, branch=True, examples=3),
    7: Rules(6, 4, ("ns", "ns", "nn"), second=True, branch=True, guard=True, hard=3, examples=3),
}


def draw_sum(rng: Random, index: int, *, times: bool = False) -> Problem:
    """A number plus or minus another one, in turns; `times` a third one first, at level 2."""
    sign, en, fr = _SUMS[index % len(_SUMS)]
    k, function, name = rng.randint(2, 99), rng.choice(FUNCTIONS), rng.choice(_NUMBERS)
    parameters = (Parameter(name, "n", 1, 999),)
    m = rng.randint(2, 9) if times else 1
    code, english, french = (f" * {m}", f" times {m},", f" fois {m},") if times else ("", "", "")
    added = k if sign == "+" else -k
    part = Part((f"number = {name}{code} {sign} {k}",), f"`{name}`{english} {en} {k}", f"`{name}`{french} {fr} {k}",
                lambda n, _: n * m + added)  # fmt: skip
    program = Chain((part,))
    draft = Draft(function, parameters, (part,), write(function, parameters, (part,), "number"), program)
    tried = tuple(((n,), program.run((n,))) for n in rng.sample(range(1, 1000), _SHOWN + FEWEST))
    return Problem(draft, tried[:_SHOWN], tried[_SHOWN:])


def draw_pipeline(rng: Random, level: int) -> Problem:
    """A pipeline of the level whose every step matters."""
    rules = PIPELINES[level]
    for _ in range(_ATTEMPTS):
        grown = grow(rng, rules)
        problem = choose(rng, _draft(rng, grown), rules.examples) if grown else None
        if problem:
            return problem
    raise TaskError(f"no pipeline found in {_ATTEMPTS} attempts", where=f"program_synthesis level {level}")


def _draft(rng: Random, grown: Grown) -> Draft:
    """The function of a chain."""
    function, parts, parameters = rng.choice(FUNCTIONS), tuple(grown.parts), tuple(grown.parameters)
    source = write(function, parameters, parts, VARIABLE[grown.kind])
    return Draft(function, parameters, parts, source, Chain(parts), tuple(grown.specials))


def write(function: str, parameters: Sequence[Parameter], parts: Sequence[Part], value: str) -> str:
    """The program: its parts in order, and what it returns."""
    lines = [line for part in parts for line in part.lines]
    if lines[-1].startswith(f"{value} = "):
        lines[-1] = "return " + lines[-1].removeprefix(f"{value} = ")
    else:
        lines.append(f"return {value}")
    return "\n".join([f"def {function}({', '.join(p.name for p in parameters)}):", *indented(lines)])
