"""Drawing functions: pipelines of steps at the lower levels, machines at the upper ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from harness.errors import TaskError
from tasks.problem_solving.program_synthesis.hidden import FEWEST, choose
from tasks.problem_solving.program_synthesis.interpreter import Reference
from tasks.problem_solving.program_synthesis.problem import Draft, Parameter, Part, Problem
from tasks.problem_solving.program_synthesis.steps import TESTS, VARIABLE, Step, Test
from tasks.problem_solving.program_synthesis.steps_numbers import NUMBERS
from tasks.problem_solving.program_synthesis.steps_texts import NESTED, TEXTS

FUNCTIONS: Final = (
    "solve compute process transform build make derive evaluate convert treat run work handle update prepare combine "
    "adjust refine reduce measure select inspect resolve produce"
).split()
_SECOND: Final = "limit extra amount level bound factor".split()
_NUMBERS: Final = "n x number value".split()
_SUMS: Final = (("+", "plus", "plus"), ("-", "minus", "moins"))
_SHOWN: Final = 2  # examples of level 1
_VARIED: Final = 0.7  # share of steps with numbers at the lowest levels, where few others exist to be guessed
_ATTEMPTS: Final = 3_000
_STEPS: Final = (*NUMBERS, *TEXTS, *NESTED)
_BY_TYPE: Final = {kind: tuple(step for step in _STEPS if step.takes == kind) for kind in VARIABLE}
_LAST_ONLY: Final = ("{x}.upper()",)  # capitals would make later words about letters ambiguous
_EMPTY: Final = {"n": "-1", "ns": "[]", "nn": "[]"}
_NOUN: Final = {
    "n": ("the number", "le nombre"),
    "ns": ("the list", "la liste"),
    "nn": ("the list of groups", "la liste des groupes"),
}


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
    pool: int = 40  # calls that tests are chosen from


PIPELINES: Final[Mapping[int, Rules]] = {
    2: Rules(1, 1, ("ns", "ns", "s", "ws"), pool=20),
    3: Rules(2, 1, ("ns", "ns", "s", "ws"), pool=24),
    4: Rules(3, 2, ("ns", "ns", "s", "ws"), examples=3),
    5: Rules(4, 2, ("ns", "ns", "s", "ws"), second=True, examples=3),
    6: Rules(5, 3, ("ns", "ns", "s", "ws"), second=True, branch=True, examples=3),
    7: Rules(6, 4, ("ns", "ns", "nn"), second=True, branch=True, guard=True, hard=3, examples=3, pool=70),
}


def draw_sum(rng: Random, index: int, *, times: bool = False) -> Problem:
    """A number plus or minus another one, in turns; `times` a third one first, at level 2."""
    sign, en, fr = _SUMS[index % len(_SUMS)]
    k, function, name = rng.randint(2, 99), rng.choice(FUNCTIONS), rng.choice(_NUMBERS)
    parameters = (Parameter(name, "n", 1, 999),)
    m = rng.randint(2, 9) if times else 1
    code, english, french = (f" * {m}", f" times {m},", f" fois {m},") if times else ("", "", "")
    part = Part((f"number = {name}{code} {sign} {k}",), f"`{name}`{english} {en} {k}", f"`{name}`{french} {fr} {k}")
    source = write(function, parameters, (part,), "number")
    calls = [(n,) for n in rng.sample(range(1, 1000), _SHOWN + FEWEST)]
    reference = Reference(source)
    tried = tuple((call, reference(call)) for call in calls)
    draft = Draft(function, parameters, (part,), source)
    return Problem(draft, tried[:_SHOWN], tried[_SHOWN:])


def draw_pipeline(rng: Random, level: int) -> Problem:
    """A pipeline of the level whose every step matters."""
    rules = PIPELINES[level]
    for _ in range(_ATTEMPTS):
        steps = _chain(rng, rules)
        draft = _draft(rng, rules, steps) if steps else None
        problem = choose(rng, draft, rules.examples, rules.pool) if draft else None
        if problem:
            return problem
    raise TaskError(f"no pipeline found in {_ATTEMPTS} attempts", where=f"program_synthesis level {level}")


def _chain(rng: Random, rules: Rules) -> list[Step]:
    """Steps that fit one behind the other; none where they do not."""
    kind = rng.choice(rules.starts)
    steps: list[Step] = []
    for n in range(rules.steps):
        fits = [
            step
            for step in _BY_TYPE[kind]
            if step.tier <= rules.tier and step not in steps and (step.gives != "n" or n >= rules.steps - 2)
        ]
        fits = [step for step in fits if n == rules.steps - 1 or step.code not in _LAST_ONLY]
        if any(step.takes == "ws" and step.gives == "s" for step in steps):
            fits = [step for step in fits if step.gives != "ws"]
        if not fits:
            return []
        varied = [step for step in fits if step.numbers]
        steps.append(rng.choice(varied if varied and rules.tier == 1 and rng.random() < _VARIED else fits))
        kind = steps[-1].gives
    return steps if sum(step.tier == rules.tier for step in steps) >= rules.hard else []


def _draft(rng: Random, rules: Rules, steps: Sequence[Step]) -> Draft | None:
    """The function of a chain of steps; None where it cannot be what the level wants."""
    specials: list[int] = []
    start = steps[0].takes
    parameters = [Parameter(VARIABLE[start], start)]
    freed = -1
    if rules.second:
        places = [n for n, step in enumerate(steps) if step.free]
        if not places:
            return None
        freed = rng.choice(places)
        low, high = (int(bound) for bound in steps[freed].numbers["k"])
        parameters.append(Parameter(rng.choice(_SECOND), "n", low, high))
    parts = [_part(rng, step, parameters[1].name if n == freed else "", specials) for n, step in enumerate(steps)]
    if rules.branch:
        parts, ok = _branched(rng, rules, steps, parts, freed, specials)
        if not ok:
            return None
    if rules.guard:
        place = rng.randrange(1, len(steps) - 1)
        parts.insert(place, _guard(rng, steps[place].takes, steps[-1].gives, specials))
    function = rng.choice(FUNCTIONS)
    orders = [[*parts[:n], parts[n + 1], parts[n], *parts[n + 2 :]] for n in range(len(parts) - 1)]
    source, *reordered = (write(function, parameters, order, VARIABLE[steps[-1].gives]) for order in [parts, *orders])
    return Draft(function, tuple(parameters), tuple(parts), source, tuple(specials), reordered=tuple(reordered))


def _part(rng: Random, step: Step, freed: str, specials: list[int]) -> Part:
    """A step with its numbers; `freed` is the parameter that stands for its `k`."""
    numbers = {
        name: rng.choice(bounds) if isinstance(bounds, str) else str(rng.randint(*bounds))
        for name, bounds in step.numbers.items()
    }
    specials += [int(number) for number in numbers.values() if not number.isalpha()]
    if freed:
        numbers["k"] = freed
    x, y = VARIABLE[step.takes], VARIABLE[step.gives]
    code = step.code.format(x=x, y=y, **numbers)
    lines = [*code.split("\n"), f"{y} = result"] if "\n" in code else [f"{y} = {code}"]
    said = {name: f"`{freed}`" if name == "k" and freed else number for name, number in numbers.items()}
    if "{last}" in step.en:
        said["last"] = str(int(numbers["k"]) - 1)
    return Part(tuple(lines), step.en.format(**said), step.fr.format(**said))


def _branched(
    rng: Random, rules: Rules, steps: Sequence[Step], parts: list[Part], freed: int, specials: list[int]
) -> tuple[list[Part], bool]:
    """One step made a choice of two, by a test."""
    places = [n for n, step in enumerate(steps) if step.takes == step.gives and n != freed]
    if not places:
        return parts, False
    place = rng.choice(places)
    kind = steps[place].takes
    others = [
        step
        for step in _BY_TYPE[kind]
        if step.gives == kind and step.tier <= rules.tier and step not in steps and step.code not in _LAST_ONLY
    ]
    if not others:
        return parts, False
    code, en, fr = _test(rng, kind, specials)
    one, two = parts[place], _part(rng, rng.choice(others), "", specials)
    lines = (f"if {code}:", *_indented(one.lines), "else:", *_indented(two.lines))
    english = f"If {en}: {_low(one.en)} Otherwise: {_low(two.en)}"
    french = f"{_if(fr)} : {_low(one.fr)} Sinon : {_low(two.fr)}"
    return [*parts[:place], Part(lines, english, french), *parts[place + 1 :]], True


def _guard(rng: Random, kind: str, final: str, specials: list[int]) -> Part:
    """A test that ends the function at once."""
    code, en, fr = _test(rng, kind, specials)
    if kind == final:
        value = VARIABLE[kind]
        said = (f"{_NOUN[kind][0]} as it is at this point", f"{_NOUN[kind][1]} dans son état actuel")
    else:
        value = _EMPTY[final]
        said = (value, value)
    en = f"If {en}, return {said[0]} and do nothing of what follows."
    fr = f"{_if(fr)}, renvoyez {said[1]} et ne faites rien de ce qui suit."
    return Part((f"if {code}:", f"    return {value}"), en, fr)


def _test(rng: Random, kind: str, specials: list[int]) -> tuple[str, str, str]:
    test: Test = rng.choice([test for test in TESTS if test.takes == kind])
    numbers = {name: rng.randint(*bounds) for name, bounds in test.numbers.items()}
    specials += numbers.values()
    return test.code.format(x=VARIABLE[kind], **numbers), test.en.format(**numbers), test.fr.format(**numbers)


def _if(test: str) -> str:
    return f"S'{test}" if test.startswith("il ") else f"Si {test}"


def _low(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _indented(lines: Sequence[str]) -> list[str]:
    return ["    " + line for line in lines]


def write(function: str, parameters: Sequence[Parameter], parts: Sequence[Part], value: str) -> str:
    """The program: its parts in order, and what it returns."""
    lines = [line for part in parts for line in part.lines]
    if lines[-1].startswith(f"{value} = "):
        lines[-1] = "return " + lines[-1].removeprefix(f"{value} = ")
    else:
        lines.append(f"return {value}")
    return "\n".join([f"def {function}({', '.join(p.name for p in parameters)}):", *_indented(lines)])
