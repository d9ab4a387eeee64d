"""What the rules of machines can say: tests and effects on the numbers `a`, `b`, `x` and on `pile`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Final

from tasks.problem_solving.program_synthesis import state
from tasks.problem_solving.program_synthesis.problem import Act, Part
from tasks.problem_solving.program_synthesis.state import in_turn, nothing, when


@dataclass(frozen=True, slots=True)
class Phrase:
    """Code with how it is said; braces are its numbers."""

    code: str
    run: Act  # the same, as a function of the numbers and the state
    en: str
    fr: str
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    bars: tuple[tuple[Act, ...], tuple[Act, ...]] = ((), ())  # effects that do nothing where a test holds, or fails

    def drawn(self, rng: Random, specials: list[int]) -> Part:
        """The phrase with numbers."""
        numbers = {name: rng.randint(*bounds) for name, bounds in self.numbers.items()}
        specials += numbers.values()
        lines = tuple(self.code.format(**numbers).split("\n"))
        en, fr, held = self.en.format(**numbers), self.fr.format(**numbers), tuple(numbers.values())
        near = [partial(self.run, *others) for others in next_to(held)]
        return Part(lines, en, fr, partial(self.run, *held) if held else self.run, (nothing,), tuple(near))


_ON_PILE: Final = (  # effects that do nothing while `pile` is empty
    state.add_length, state.pop_top, state.pop_bottom, state.turn, state.keep_top, state.sink, state.subtract_top,
    state.remove_x, state.add_count,
)  # fmt: skip
_K: Final = {"k": (2, 9)}

STATE_TESTS: Final = (
    Phrase("a > b", lambda s: s.a > s.b,
           "`a` is greater than `b`", "`a` est strictement supérieur à `b`"),
    Phrase("a > {k}", lambda k, s: s.a > k,
           "`a` is greater than {k}", "`a` est strictement supérieur à {k}", {"k": (5, 20)}),
    Phrase("b < {k}", lambda k, s: s.b < k,
           "`b` is less than {k}", "`b` est strictement inférieur à {k}", {"k": (-5, 5)}),
    Phrase("a % {k} == 0", lambda k, s: s.a % k == 0,
           "`a` is a multiple of {k} (0 is one)", "`a` est un multiple de {k} (0 en est un)",
           {"k": (3, 5)}),
    Phrase("b % 2 == 1", lambda s: s.b % 2 == 1,
           "`b` is odd", "`b` est impair"),
    Phrase("len(pile) > {k}", lambda k, s: len(s.pile) > k,
           "`pile` has more than {k} numbers", "`pile` a plus de {k} nombres", {"k": (1, 4)}),
    Phrase("not pile", lambda s: not s.pile,
           "`pile` is empty", "`pile` est vide", bars=(_ON_PILE, ())),
)  # fmt: skip
NUMBER_TESTS: Final = (
    Phrase("x > {k}", lambda k, s: s.x > k,
           "`x` is greater than {k}", "`x` est strictement supérieur à {k}", {"k": (2, 6)}),
    Phrase("x % 2 == 0", lambda s: s.x % 2 == 0,
           "`x` is even", "`x` est pair"),
    Phrase("x < 0", lambda s: s.x < 0,
           "`x` is negative", "`x` est strictement négatif"),
    Phrase("x % 3 == 0", lambda s: s.x % 3 == 0,
           "`x` is a multiple of 3 (0 is one)", "`x` est un multiple de 3 (0 en est un)"),
    Phrase("x > a", lambda s: s.x > s.a,
           "`x` is greater than `a`", "`x` est strictement supérieur à `a`"),
    Phrase("x in pile", lambda s: s.x in s.pile,
           "`x` is in `pile`", "`x` est dans `pile`", bars=((), (state.remove_x, state.add_count))),
    Phrase("pile and pile[-1] > x", lambda s: s.pile and s.pile[-1] > s.x,
           "`pile` is not empty and its top number is greater than `x`",
           "`pile` n'est pas vide et que son nombre du dessus est strictement supérieur à `x`"),
)  # fmt: skip
STATE_EFFECTS: Final = (
    Phrase("a += {k}", state.add_to_a,
           "add {k} to `a`", "ajoutez {k} à `a`", _K),
    Phrase("b += {k}", state.add_to_b,
           "add {k} to `b`", "ajoutez {k} à `b`", _K),
    Phrase("a -= {k}", state.take_from_a,
           "subtract {k} from `a`", "retranchez {k} de `a`", _K),
    Phrase("a, b = b, a", state.swap,
           "swap `a` and `b`", "échangez `a` et `b`"),
    Phrase("a = a * {k} % {m}", state.multiply,
           "multiply `a` by {k} and keep the remainder modulo {m} (0 or more, for negative "
           "numbers too) in `a`", "multipliez `a` par {k} et gardez dans `a` le reste modulo {m} (positif ou nul, "
           "même pour un nombre négatif)", {"k": (2, 5), "m": (17, 40)}),
    Phrase("b = b // 2", state.halve,
           "divide `b` by 2, rounding down (-7 gives -4)",
           "divisez `b` par 2 en arrondissant vers le bas (-7 donne -4)"),
    Phrase("b += len(pile)", state.add_length,
           "add to `b` how many numbers `pile` has", "ajoutez à `b` le nombre d'éléments de `pile`"),
    Phrase("a = abs(a - b)", state.distance,
           "replace `a` with the absolute value of `a` minus `b`",
           "remplacez `a` par la valeur absolue de `a` moins `b`"),
    Phrase("pile.append(a)", state.push_a,
           "put `a` on top of `pile`", "posez `a` sur le dessus de `pile`"),
    Phrase("if pile:\n    a += pile.pop()", state.pop_top,
           "take the top number, if there is one, off `pile` and add it to `a`",
           "retirez de `pile` le nombre du dessus, s'il y en a un, et ajoutez-le à `a`"),
    Phrase("if pile:\n    b -= pile.pop(0)", state.pop_bottom,
           "take the bottom number, if there is one, out of `pile` and subtract it from `b`",
           "retirez de `pile` le nombre du dessous, s'il y en a un, et retranchez-le de `b`"),
    Phrase("pile = pile[::-1]", state.turn,
           "turn `pile` upside down", "retournez `pile` (le dessus devient le dessous)"),
    Phrase("pile = pile[-{k}:]", state.keep_top,
           "keep only the top {k} numbers of `pile` (all, if it has fewer)",
           "ne gardez dans `pile` que les {k} nombres du dessus (tous, s'il y en a moins)", {"k": (2, 3)}),
    Phrase("pile = pile[-1:] + pile[:-1]", state.sink,
           "move the top number of `pile`, if there is one, to the bottom",
           "déplacez le nombre du dessus de `pile`, s'il y en a un, tout en dessous"),
    Phrase("if len(pile) > 1:\n    top = pile.pop()\n    pile[-1] -= top", state.subtract_top,
           "take the top number off `pile` and subtract it from the new top one (nothing happens if `pile` has "
           "fewer than two numbers)",
           "retirez de `pile` le nombre du dessus et retranchez-le du nouveau nombre du dessus (il ne se passe rien si "
           "`pile` a moins de deux nombres)"),
)  # fmt: skip
PUSH: Final = Phrase("pile.append(x)", state.push_x, "put `x` on top of `pile`", "posez `x` sur le dessus de `pile`")
NUMBER_EFFECTS: Final = (
    Phrase("a += x", state.add_x_to_a,
           "add `x` to `a`", "ajoutez `x` à `a`"),
    Phrase("b += x", state.add_x_to_b,
           "add `x` to `b`", "ajoutez `x` à `b`"),
    Phrase("a -= x", state.take_x_from_a,
           "subtract `x` from `a`", "retranchez `x` de `a`"),
    Phrase("b -= x * {k}", state.take_x_from_b,
           "subtract {k} times `x` from `b`", "retranchez {k} fois `x` de `b`", {"k": (2, 3)}),
    Phrase("b = max(b, x)", state.raise_b,
           "replace `b` with the larger of `b` and `x`",
           "remplacez `b` par le plus grand de `b` et de `x`"),
    Phrase("pile.insert(0, x)", state.push_below,
           "put `x` at the bottom of `pile`", "glissez `x` tout en dessous de `pile`"),
    Phrase("pile.append(x + a)", state.push_sum,
           "put the sum of `x` and `a` on top of `pile`",
           "posez sur le dessus de `pile` la somme de `x` et de `a`"),
    Phrase("a = x - a", state.take_a_from_x,
           "replace `a` with `x` minus `a`", "remplacez `a` par `x` moins `a`"),
    Phrase("pile = [v for v in pile if v != x]", state.remove_x,
           "take all numbers equal to `x` out of `pile`",
           "retirez de `pile` tous les nombres égaux à `x`"),
    Phrase("b += pile.count(x)", state.add_count,
           "add to `b` how many numbers of `pile` are equal to `x`",
           "ajoutez à `b` le nombre d'éléments de `pile` égaux à `x`"),
)  # fmt: skip
TESTS: Final = (STATE_TESTS, NUMBER_TESTS)
EFFECTS: Final = (STATE_EFFECTS, NUMBER_EFFECTS)


def indented(lines: Sequence[str], depth: int = 1) -> tuple[str, ...]:
    """Lines further to the right."""
    return tuple("    " * depth + line for line in lines)


def next_to(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """The numbers with one of them one more, or one less."""
    return [(*numbers[:n], k + d, *numbers[n + 1 :]) for n, k in enumerate(numbers) for d in (1, -1)]


def joined(parts: Sequence[Part]) -> Part:
    """Two effects one after the other."""
    one, two = parts
    return Part(
        (*one.lines, *two.lines),
        f"{one.en}, then {two.en}",
        f"{one.fr}, puis {two.fr}",
        in_turn(one.act, two.act),
        (two.act, one.act),
        (*(in_turn(act, two.act) for act in one.near), *(in_turn(one.act, act) for act in two.near)),
    )


def conditional(test: Part, body: Part, other: Part | None = None) -> Part:
    """An effect under a condition, and another one otherwise."""
    lines = (f"if {test.lines[0]}:", *indented(body.lines))
    en, fr = f"if {test.en}, {body.en}", f"si {test.fr}, {body.fr}"
    act = other.act if other else nothing
    near = [when(one, body.act, act) for one in test.near] + [when(test.act, one, act) for one in body.near]
    if other is None:
        fr = fr.replace("si il", "s'il")
        return Part(lines, en, fr, when(test.act, body.act, act), (nothing,), (body.act, *near))
    lines = (*lines, "else:", *indented(other.lines))
    fewer = (nothing, when(test.act, nothing, act), when(test.act, body.act, nothing))
    near += [when(test.act, body.act, one) for one in other.near]
    whole = when(test.act, body.act, act)
    return Part(lines, f"{en}; otherwise, {other.en}", f"{fr} ; sinon, {other.fr}", whole, fewer, tuple(near))


def sentence(part: Part) -> Part:
    """A part as a sentence of its own."""
    return replace(part, en=f"{part.en[0].upper()}{part.en[1:]}.", fr=f"{part.fr[0].upper()}{part.fr[1:]}.")
