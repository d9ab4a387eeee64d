"""Drawing machines: functions that go through numbers or commands and change a state by rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any, Final

from harness.errors import TaskError
from tasks.problem_solving.program_synthesis import features
from tasks.problem_solving.program_synthesis.drawing import FUNCTIONS
from tasks.problem_solving.program_synthesis.features import Feature
from tasks.problem_solving.program_synthesis.hidden import choose
from tasks.problem_solving.program_synthesis.problem import Act, Draft, Parameter, Part, Problem
from tasks.problem_solving.program_synthesis.rules import (
    EFFECTS,
    PUSH,
    TESTS,
    Phrase,
    conditional,
    indented,
    joined,
    sentence,
)
from tasks.problem_solving.program_synthesis.running import Commanded, Stream
from tasks.problem_solving.program_synthesis.state import nothing, when

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
    limit: tuple[int, int] = (12, 20)  # commands executed at most, where there is a limit


MACHINES: Final[Mapping[int, Rules]] = {
    8: Rules(3, 0, 0, 1),
    9: Rules(4, 1, 0, 1, (), (features.SKIP, features.FLIP, features.STORE), 1),
    10: Rules(5, 2, 1, 2, (features.LIMIT,), (features.SKIP, features.FLIP, features.STORE, features.DELAY), 2),
    11: Rules(
        6, 3, 1, 3, (features.SKIP, features.LIMIT, features.LOOP),
        (features.UNDO, features.MIRROR, features.DELAY, features.AGAIN), 2, (20, 30),
    ),
    12: Rules(
        7, 4, 2, 4,
        (features.SKIP, features.LIMIT, features.UNDO, features.DELAY, features.AGAIN, features.FLIP, features.MIRROR,
         features.STORE, features.LOOP), limit=(24, 36),
    ),
}  # fmt: skip


def draw_machine(rng: Random, level: int) -> Problem:
    """A machine of the level whose every rule matters."""
    for _ in range(_ATTEMPTS):
        draft = _stream(rng, MACHINES[level]) if level == min(MACHINES) else _commanded(rng, MACHINES[level])
        if problem := choose(rng, draft, 3):
            return problem
    raise TaskError(f"no machine found in {_ATTEMPTS} attempts", where=f"program_synthesis level {level}")


class _Drawn:
    """Phrases without repetition, and the numbers they name."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.specials: list[int] = []
        self._tests = [rng.sample(kind, len(kind)) for kind in TESTS]
        self._effects = [rng.sample(kind, len(kind)) for kind in EFFECTS]

    def test(self, number: bool) -> Part:
        """A test of the number or of the state."""
        return self._taken(self._tests, TESTS, number).drawn(self.rng, self.specials)

    def effect(self, number: bool) -> Part:
        """An effect of the number or of the state."""
        return self._taken(self._effects, EFFECTS, number).drawn(self.rng, self.specials)

    def conditional(self, test: bool, body: bool, other: bool | None = None) -> Part:
        """A test with an effect, or two, that can do something where they stand; each of the number or of the state."""
        held = self._taken(self._tests, TESTS, test)
        one = self._taken(self._effects, EFFECTS, body, barred=held.bars[0]).drawn(self.rng, self.specials)
        condition = held.drawn(self.rng, self.specials)
        if other is None:
            return conditional(condition, one)
        two = self._taken(self._effects, EFFECTS, other, barred=held.bars[1])
        return conditional(condition, one, two.drawn(self.rng, self.specials))

    def _taken(
        self, left: list[list[Phrase]], kinds: Sequence[Sequence[Phrase]], number: bool, barred: Sequence[Act] = ()
    ) -> Phrase:
        """The next phrase of a kind that is not barred."""
        while True:
            for phrase in reversed(left[number]):
                if phrase.run not in barred:
                    left[number].remove(phrase)
                    return phrase
            left[number] = self.rng.sample(kinds[number], len(kinds[number]))


def _stream(rng: Random, rules: Rules) -> Draft:
    """A machine that reads numbers: what it does with each depends on the number."""
    drawn = _Drawn(rng)
    cases = [joined([drawn.effect(n < 2), drawn.effect(n % 2 == 1)]) for n in range(rules.cases - 1)]
    cases.insert(rng.randrange(rules.cases), joined([PUSH.drawn(rng, []), drawn.effect(number=False)]))
    choice = _choice([drawn.test(number=True) for _ in range(rules.cases - 1)], cases)
    after = [sentence(drawn.conditional(test=False, body=False)) for _ in range(rules.after)]
    parts, start = (choice, *after), rng.randint(0, 5)
    body = [line for part in parts for line in part.lines]
    function, source = _function(rng, "values", start, ["for x in values:", *indented(body)])
    return Draft(function, (Parameter("values", "stream"),), parts, source, Stream(start, parts), tuple(drawn.specials),
                 notes=_notes(start, "values"))  # fmt: skip


def _choice(tests: Sequence[Part], cases: Sequence[Part]) -> Part:
    """The first case whose test holds, as one part; the last case has no test."""
    whole = replace(cases[-1], lines=("else:", *indented(cases[-1].lines)),
                    en=f"Otherwise, {cases[-1].en}.", fr=f"Sinon, {cases[-1].fr}.")  # fmt: skip
    for n in range(len(tests) - 1, -1, -1):
        test, case, rest = tests[n], cases[n], whole
        lines = (f"{'elif' if n else 'if'} {test.lines[0]}:", *indented(case.lines), *rest.lines)
        en = f"{'Otherwise, if' if n else 'If'} {test.en}, {case.en}. {rest.en}"
        fr = f"{'Sinon, si' if n else 'Si'} {test.fr}, {case.fr}. {rest.fr}"
        fewer = [when(test.act, act, rest.act) for act in case.fewer]
        fewer += [when(test.act, case.act, act) for act in rest.fewer]
        near = [when(act, case.act, rest.act) for act in test.near]
        near += [when(test.act, case.act, act) for act in rest.near]
        near += [when(test.act, act, rest.act) for act in case.near]
        whole = Part(lines, en, fr, when(test.act, case.act, rest.act), tuple(fewer), tuple(near))
    return whole


def _commanded(rng: Random, rules: Rules) -> Draft:
    """A machine that executes commands, each a name and a number."""
    drawn = _Drawn(rng)
    colours = rng.sample(_COLOURS, rules.cases)
    chosen = [*rules.fixed, *rng.sample(rules.drawn, rules.features)]
    if features.DELAY in chosen and features.LIMIT not in chosen:
        chosen.append(features.LIMIT)
    chosen.sort(key=lambda feature: feature.order)
    fills = rng.randrange(len(colours))
    filling = (colours[fills], *colours[:fills], *colours[fills + 1 :])
    words: dict[str, Any] = {"one": filling[0], "two": filling[1], "k": rng.randint(2, 4)}
    words["limit"] = rng.randint(*rules.limit)
    words["colours"], words["quoted"] = colours, ", ".join(f"`{colour}`" for colour in colours)
    before = [_filled(feature.before, words) for feature in chosen if feature.before]
    before += [_rule(drawn) for _ in range(rules.before)]
    cases = [_case(drawn, n < rules.conditional, n) for n in range(len(colours) - 1)]
    cases.insert(fills, PUSH.drawn(rng, []))
    handlers = [_filled(part, words) for feature in chosen for part in feature.handlers]
    named = [command for feature in chosen for command, _ in zip(feature.commands, feature.handlers, strict=False)]
    names = [*colours, *named]
    done = dict(zip(names, [*cases, *handlers], strict=True))
    after = [_rule(drawn) for _ in range(rules.after)]
    start = rng.randint(0, 5)
    parts = (*before, _commands(done), *after)
    body = [line for part in parts for line in part.lines]
    loop = ["while position < len(commands):", *indented(["name, x = commands[position]", "position += 1", *body])]
    first = [line.format(**words) for feature in chosen for line in feature.start] + ["position = 0"]
    function, source = _function(rng, "commands", start, [*first, *loop])
    abilities = tuple(command for feature in chosen for command in feature.commands)
    program = Commanded(start, before, done, after)
    return Draft(function, (Parameter("commands", "commands"),), parts, source, program, tuple(drawn.specials),
                 filling, abilities, _notes(start, "commands"))  # fmt: skip


def _rule(drawn: _Drawn) -> Part:
    return sentence(drawn.conditional(drawn.rng.random() < 0.3, body=False))


def _case(drawn: _Drawn, conditional_: bool, n: int) -> Part:
    if conditional_:
        return drawn.conditional(n % 2 == 0, body=True, other=n % 2 == 1)
    return joined([drawn.effect(number=True), drawn.effect(number=False)]) if n % 2 else drawn.effect(number=True)


def _commands(done: Mapping[str, Part]) -> Part:
    """What every command does, as one part of several lines."""
    lines: list[str] = []
    for name, case in done.items():
        lines += [f"{'elif' if lines else 'if'} name == '{name}':", *indented(case.lines)]
    en = "\n".join(f"   - `{name}`: {case.en};" for name, case in done.items())
    fr = "\n".join(f"   - `{name}` : {case.fr} ;" for name, case in done.items())
    return Part(tuple(lines), f"The command does what its name says:\n{en[:-1]}.",
                f"La commande fait ce que dit son nom :\n{fr[:-2]}.", nothing)  # fmt: skip


def _filled(part: Part, words: Mapping[str, Any]) -> Part:
    lines = tuple(line.format(**words) for line in part.lines)
    acts = [tuple(partial(act, words) for act in some) for some in (part.fewer, part.near)]
    en, fr = part.en.format(**words), part.fr.format(**words)
    return Part(lines, en, fr, partial(part.act, words), (nothing, *acts[0]), acts[1])


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
    return Part((), en, fr, nothing)
