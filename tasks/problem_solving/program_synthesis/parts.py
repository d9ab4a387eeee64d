"""Parts of a chain: steps with their numbers, choices between two, and guards."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from tasks.problem_solving.program_synthesis.problem import Act, Part
from tasks.problem_solving.program_synthesis.rules import indented, next_to
from tasks.problem_solving.program_synthesis.running import Ended
from tasks.problem_solving.program_synthesis.steps import TESTS, VARIABLE, Step, Test

_TESTS_BY_TYPE: Final = {kind: tuple(test for test in TESTS if test.takes == kind) for kind in VARIABLE}
_EMPTY: Final[Mapping[str, tuple[str, Act]]] = {  # what a guard returns for another type
    "n": ("-1", lambda *_: Ended(-1)), "ns": ("[]", lambda *_: Ended([])), "nn": ("[]", lambda *_: Ended([])),
}  # fmt: skip
_NOUN: Final = {
    "n": ("the number", "le nombre"),
    "ns": ("the list", "la liste"),
    "nn": ("the list of groups", "la liste des groupes"),
}


def draw_part(rng: Random, step: Step, freed: str, specials: list[int]) -> Part:
    """A step with its numbers; `freed` is the parameter that stands for its `k`."""
    numbers = {
        name: rng.choice(bounds) if isinstance(bounds, str) else rng.randint(*bounds)
        for name, bounds in step.numbers.items()
    }
    whole = [number for number in numbers.values() if isinstance(number, int)]
    specials += whole
    held = tuple(numbers.values())
    others = next_to(whole) if len(whole) == len(held) else []
    near = [_act(step.run, one, freed) for one in others if not (freed and one[0] != held[0])]
    if step.near:
        near.append(_act(step.near, held, freed))
    said = {name: f"`{freed}`" if name == "k" and freed else number for name, number in numbers.items()}
    if "{last}" in step.en:
        said["last"] = whole[0] - 1
    if freed:
        numbers["k"] = freed
    x, y = VARIABLE[step.takes], VARIABLE[step.gives]
    code = step.code.format(x=x, y=y, **numbers)
    lines = (*code.split("\n"), f"{y} = result") if "\n" in code else (f"{y} = {code}",)
    act = _act(step.run, held, freed)
    fewer = (_unchanged, _act(step.fewer, held, freed)) if step.fewer else (_unchanged,)
    return Part(lines, step.en.format(**said), step.fr.format(**said), act, fewer, tuple(near))


def _act(run: Act, numbers: tuple[Any, ...], freed: str) -> Act:
    """A step as a function of the value and of the second argument."""
    if freed:
        return lambda value, second: run(value, second, *numbers[1:])
    return lambda value, _: run(value, *numbers)


def _unchanged(value: Any, _: Any) -> Any:
    """What a step that is left out gives."""
    return value


def either(test: Part, one: Part, two: Part) -> Part:
    """One of two parts, by a test."""
    lines = (f"if {test.lines[0]}:", *indented(one.lines), "else:", *indented(two.lines))
    english = f"If {test.en}: {_low(one.en)} Otherwise: {_low(two.en)}"
    french = f"{_if(test.fr)} : {_low(one.fr)} Sinon : {_low(two.fr)}"
    fewer = [_unchanged, *(_when(test.act, act, two.act) for act in one.fewer)]
    fewer += [_when(test.act, one.act, act) for act in two.fewer]
    near = [_when(act, one.act, two.act) for act in test.near] + [_when(test.act, act, two.act) for act in one.near]
    near += [one.act, two.act, *(_when(test.act, one.act, act) for act in two.near)]
    return Part(lines, english, french, _when(test.act, one.act, two.act), tuple(fewer), tuple(near))


def _when(test: Act, one: Act, two: Act) -> Act:
    return lambda value, second: one(value, second) if test(value, second) else two(value, second)


def guard(test: Part, kind: str, final: str) -> Part:
    """A test that ends the function at once: with the value so far, or an empty one of the final type."""
    if kind == final:
        code, end = VARIABLE[kind], _end
        said = (f"{_NOUN[kind][0]} as it is at this point", f"{_NOUN[kind][1]} dans son état actuel")
    else:
        code, end = _EMPTY[final]
        said = (code, code)
    en = f"If {test.en}, return {said[0]} and do nothing of what follows."
    fr = f"{_if(test.fr)}, renvoyez {said[1]} et ne faites rien de ce qui suit."
    near = tuple(_when(act, end, _unchanged) for act in test.near)
    lines = (f"if {test.lines[0]}:", f"    return {code}")
    return Part(lines, en, fr, _when(test.act, end, _unchanged), (_unchanged,), (*near, end))


def _end(value: Any, _: Any) -> Ended:
    return Ended(value)


def draw_test(rng: Random, kind: str, specials: list[int]) -> Part:
    """A condition on a variable of the type."""
    test: Test = rng.choice(_TESTS_BY_TYPE[kind])
    numbers = {name: rng.randint(*bounds) for name, bounds in test.numbers.items()}
    specials += numbers.values() or (0,)
    held = tuple(numbers.values())
    code, en, fr = (said.format(x=VARIABLE[kind], **numbers) for said in (test.code, test.en, test.fr))
    near = tuple(_act(test.run, others, "") for others in next_to(held))
    near += tuple(_act(other, held, "") for other in test.near)
    return Part((code,), en, fr, _act(test.run, held, ""), (), near)


def _if(test: str) -> str:
    return f"S'{test}" if test.startswith("il ") else f"Si {test}"


def _low(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
