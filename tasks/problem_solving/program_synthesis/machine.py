"""Drawing machines: functions that go through numbers or commands and change a state by rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from harness.errors import TaskError
from tasks.problem_solving.program_synthesis import features
from tasks.problem_solving.program_synthesis.drawing import FUNCTIONS
from tasks.problem_solving.program_synthesis.features import Feature
from tasks.problem_solving.program_synthesis.hidden import choose
from tasks.problem_solving.program_synthesis.problem import Draft, Parameter, Part, Problem
from tasks.problem_solving.program_synthesis.rules import (
    NUMBER_EFFECTS,
    NUMBER_TESTS,
    PUSH,
    STATE_EFFECTS,
    STATE_TESTS,
    conditional,
    indented,
    joined,
    sentence,
)

_ATTEMPTS: Final = 400
_COLOURS: Final = "red blue gold pink gray lime navy rose teal plum".split()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's machines are made of."""

    cases: int  # commands, or kinds of numbers
    conditional: int  # of them with a condition of their own
    before: int  # rules before every command
    after: int  # rules after every command
    fixed: tuple[Feature, ...] = ()
    drawn: tuple[Feature, ...] = ()  # some of these
    features: int = 0  # how many of them
    pool: int = 60
    limit: tuple[int, int] = (12, 20)  # commands executed at most, where there is a limit


MACHINES: Final[Mapping[int, Rules]] = {
    8: Rules(3, 0, 0, 1),
    9: Rules(4, 1, 0, 1, (), (features.SKIP, features.FLIP, features.STORE), 1),
    10: Rules(5, 2, 1, 2, (features.LIMIT,), (features.SKIP, features.FLIP, features.STORE, features.DELAY), 2),
    11: Rules(
        6, 3, 1, 3, (features.SKIP, features.LIMIT, features.LOOP),
        (features.UNDO, features.MIRROR, features.DELAY, features.AGAIN), 2, 120, (20, 30),
    ),
    12: Rules(
        7, 4, 2, 4,
        (features.SKIP, features.LIMIT, features.UNDO, features.DELAY, features.AGAIN, features.FLIP, features.MIRROR,
         features.STORE, features.LOOP), pool=120, limit=(24, 36),
    ),
}  # fmt: skip


def draw_machine(rng: Random, level: int) -> Problem:
    """A machine of the level whose every rule matters."""
    for _ in range(_ATTEMPTS):
        draft = _stream(rng, MACHINES[level]) if level == min(MACHINES) else _commanded(rng, MACHINES[level])
        if problem := choose(rng, draft, 3, MACHINES[level].pool):
            return problem
    raise TaskError(f"no machine found in {_ATTEMPTS} attempts", where=f"program_synthesis level {level}")


class _Drawn:
    """Phrases without repetition, and the numbers they name."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.specials: list[int] = []
        self._tests = [rng.sample(kind, len(kind)) for kind in (STATE_TESTS, NUMBER_TESTS)]
        self._effects = [rng.sample(kind, len(kind)) for kind in (STATE_EFFECTS, NUMBER_EFFECTS)]

    def test(self, number: bool) -> Part:
        """A test of the number or of the state."""
        return self._next(self._tests, (STATE_TESTS, NUMBER_TESTS), number)

    def effect(self, number: bool) -> Part:
        """An effect of the number or of the state."""
        return self._next(self._effects, (STATE_EFFECTS, NUMBER_EFFECTS), number)

    def _next(self, left: list, kinds: tuple, number: bool) -> Part:  # type: ignore[type-arg]
        if not left[number]:
            left[number] = self.rng.sample(kinds[number], len(kinds[number]))
        return left[number].pop().drawn(self.rng, self.specials)  # type: ignore[no-any-return]


def _stream(rng: Random, rules: Rules) -> Draft:
    """A machine that reads numbers: what it does with each depends on the number."""
    drawn = _Drawn(rng)
    cases = [joined([drawn.effect(n < 2), drawn.effect(n % 2 == 1)]) for n in range(rules.cases - 1)]
    cases.insert(rng.randrange(rules.cases), joined([PUSH.drawn(rng, []), drawn.effect(number=False)]))
    tests = [drawn.test(number=True) for _ in range(rules.cases - 1)]
    lines: list[str] = []
    en, fr = [], []
    for n, case in enumerate(cases):
        head = "else:" if n == len(tests) else f"{'elif' if n else 'if'} {tests[n].lines[0]}:"
        lines += [head, *indented(case.lines)]
        test = None if n == len(tests) else tests[n]
        en.append(f"{('Otherwise, if' if n else 'If') + ' ' + test.en if test else 'Otherwise'}, {case.en}.")
        fr.append(f"{('Sinon, si' if n else 'Si') + ' ' + test.fr if test else 'Sinon'}, {case.fr}.")
    after = [sentence(conditional(drawn.test(number=False), drawn.effect(number=False))) for _ in range(rules.after)]
    parts = (Part(tuple(lines), " ".join(en), " ".join(fr)), *after)
    start = rng.randint(0, 5)
    body = [line for part in parts for line in part.lines]
    source = _function(rng, "values", start, ["for x in values:", *indented(body)])
    return Draft(source[0], (Parameter("values", "stream"),), parts, source[1], tuple(drawn.specials),
                 notes=_notes(start, "values"))  # fmt: skip


def _commanded(rng: Random, rules: Rules) -> Draft:
    """A machine that executes commands, each a name and a number."""
    drawn = _Drawn(rng)
    colours = rng.sample(_COLOURS, rules.cases)
    chosen = [*rules.fixed, *rng.sample(rules.drawn, rules.features)]
    if features.DELAY in chosen and features.LIMIT not in chosen:
        chosen.append(features.LIMIT)
    chosen.sort(key=lambda feature: feature.order)
    words = {"one": colours[0], "two": colours[1], "k": str(rng.randint(2, 4)), "limit": str(rng.randint(*rules.limit))}
    words["colours"], words["quoted"] = repr(colours), ", ".join(f"`{colour}`" for colour in colours)
    before = [_filled(feature.before, words) for feature in chosen if feature.before]
    before += [_rule(drawn) for _ in range(rules.before)]
    cases = [_case(drawn, n < rules.conditional, n) for n in range(len(colours) - 1)]
    cases.insert(rng.randrange(len(colours)), PUSH.drawn(rng, []))
    handlers = [_filled(part, words) for feature in chosen for part in feature.handlers]
    named = [command for feature in chosen for command, _ in zip(feature.commands, feature.handlers, strict=False)]
    names = [*colours, *named]
    commands = _commands(names, [*cases, *handlers])
    after = [_rule(drawn) for _ in range(rules.after)]
    start = rng.randint(0, 5)
    parts = (*before, commands, *after)
    body = [line for part in parts for line in part.lines]
    loop = ["while position < len(commands):", *indented(["name, x = commands[position]", "position += 1", *body])]
    first = [line.format(**words) for feature in chosen for line in feature.start] + ["position = 0"]
    function, source = _function(rng, "commands", start, [*first, *loop])
    every = tuple(dict.fromkeys([*names, *(command for feature in chosen for command in feature.commands)]))
    return Draft(function, (Parameter("commands", "commands"),), parts, source, tuple(drawn.specials), every,
                 notes=_notes(start, "commands"))  # fmt: skip


def _rule(drawn: _Drawn) -> Part:
    number = drawn.rng.random() < 0.3
    return sentence(conditional(drawn.test(number), drawn.effect(number=False)))


def _case(drawn: _Drawn, conditional_: bool, n: int) -> Part:
    if conditional_:
        return conditional(drawn.test(n % 2 == 0), drawn.effect(number=True), drawn.effect(number=n % 2 == 1))
    return joined([drawn.effect(number=True), drawn.effect(number=False)]) if n % 2 else drawn.effect(number=True)


def _commands(names: Sequence[str], cases: Sequence[Part]) -> Part:
    """What every command does, as one part of several lines."""
    lines: list[str] = []
    for name, case in zip(names, cases, strict=True):
        lines += [f"{'elif' if lines else 'if'} name == '{name}':", *indented(case.lines)]
    en = "\n".join(f"   - `{name}`: {case.en};" for name, case in zip(names, cases, strict=True))
    fr = "\n".join(f"   - `{name}` : {case.fr} ;" for name, case in zip(names, cases, strict=True))
    return Part(
        tuple(lines), f"The command does what its name says:\n{en[:-1]}.",
        f"La commande fait ce que dit son nom :\n{fr[:-2]}.",
    )  # fmt: skip


def _filled(part: Part, words: Mapping[str, str]) -> Part:
    return Part(tuple(line.format(**words) for line in part.lines), part.en.format(**words), part.fr.format(**words))


def _function(rng: Random, parameter: str, start: int, lines: Sequence[str]) -> tuple[str, str]:
    function = rng.choice(FUNCTIONS)
    opening = [f"a = {start}", "b = 0", "pile = []"]
    return function, "\n".join([f"def {function}({parameter}):", *indented([*opening, *lines, "return [a, b, pile]"])])


def _notes(start: int, parameter: str) -> Part:
    """What is said of the state, and of what is read."""
    en = f"At the start `a` is {start}, `b` is 0, and `pile` is an empty list whose last number is its top. "
    fr = f"Au début, `a` vaut {start}, `b` vaut 0 et `pile` est une liste vide dont le dernier nombre est le dessus. "
    if parameter == "values":
        en += "For every number `x` of `values`, from left to right, do the following, in this order:"
        fr += "Pour chaque nombre `x` de `values`, de gauche à droite, faites ce qui suit, dans cet ordre :"
    else:
        en += (
            "Go through the commands from the first one on. A command is a list [name, `x`]; only the names given "
            "below occur. For each, in this order:"
        )
        fr += (
            "Parcourez les commandes à partir de la première. Une commande est une liste [nom, `x`] ; il n'y a pas "
            "d'autres noms que ceux donnés plus bas. Pour chacune, dans cet ordre :"
        )
    return Part((), en, fr)
