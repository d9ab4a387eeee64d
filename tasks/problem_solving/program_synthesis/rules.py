"""What the rules of machines can say: tests and effects on the numbers `a`, `b`, `x` and on `pile`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tasks.problem_solving.program_synthesis.problem import Part


@dataclass(frozen=True, slots=True)
class Phrase:
    """Code with how it is said; braces are its numbers."""

    code: str
    en: str
    fr: str
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def drawn(self, rng: Random, specials: list[int]) -> Part:
        """The phrase with numbers."""
        numbers = {name: rng.randint(*bounds) for name, bounds in self.numbers.items()}
        specials += numbers.values()
        return Part(
            tuple(self.code.format(**numbers).split("\n")), self.en.format(**numbers), self.fr.format(**numbers)
        )


_K: Final = {"k": (2, 9)}

STATE_TESTS: Final = (
    Phrase("a > b", "`a` is greater than `b`", "`a` est strictement supérieur à `b`"),
    Phrase("a > {k}", "`a` is greater than {k}", "`a` est strictement supérieur à {k}", {"k": (5, 20)}),
    Phrase("b < {k}", "`b` is less than {k}", "`b` est strictement inférieur à {k}", {"k": (-5, 5)}),
    Phrase("a % {k} == 0", "`a` is a multiple of {k} (0 is one)", "`a` est un multiple de {k} (0 en est un)",
           {"k": (3, 5)}),
    Phrase("b % 2 == 1", "`b` is odd", "`b` est impair"),
    Phrase("len(pile) > {k}", "`pile` has more than {k} numbers", "`pile` a plus de {k} nombres", {"k": (2, 5)}),
    Phrase("not pile", "`pile` is empty", "`pile` est vide"),
)  # fmt: skip
NUMBER_TESTS: Final = (
    Phrase("x > {k}", "`x` is greater than {k}", "`x` est strictement supérieur à {k}", {"k": (2, 6)}),
    Phrase("x % 2 == 0", "`x` is even", "`x` est pair"),
    Phrase("x < 0", "`x` is negative", "`x` est strictement négatif"),
    Phrase("x % 3 == 0", "`x` is a multiple of 3 (0 is one)", "`x` est un multiple de 3 (0 en est un)"),
    Phrase("x > a", "`x` is greater than `a`", "`x` est strictement supérieur à `a`"),
    Phrase("x in pile", "`x` is in `pile`", "`x` est dans `pile`"),
    Phrase("pile and pile[-1] > x", "`pile` is not empty and its top number is greater than `x`",
           "`pile` n'est pas vide et que son nombre du dessus est strictement supérieur à `x`"),
)  # fmt: skip
STATE_EFFECTS: Final = (
    Phrase("a += {k}", "add {k} to `a`", "ajoutez {k} à `a`", _K),
    Phrase("b += {k}", "add {k} to `b`", "ajoutez {k} à `b`", _K),
    Phrase("a -= {k}", "subtract {k} from `a`", "retranchez {k} de `a`", _K),
    Phrase("a, b = b, a", "swap `a` and `b`", "échangez `a` et `b`"),
    Phrase("a = a * {k} % {m}", "multiply `a` by {k} and keep the remainder modulo {m} (0 or more, for negative "
           "numbers too) in `a`", "multipliez `a` par {k} et gardez dans `a` le reste modulo {m} (positif ou nul, "
           "même pour un nombre négatif)", {"k": (2, 5), "m": (17, 40)}),
    Phrase("b = b // 2", "divide `b` by 2, rounding down (-7 gives -4)",
           "divisez `b` par 2 en arrondissant vers le bas (-7 donne -4)"),
    Phrase("b += len(pile)", "add to `b` how many numbers `pile` has", "ajoutez à `b` le nombre d'éléments de `pile`"),
    Phrase("a = abs(a - b)", "replace `a` with the absolute value of `a` minus `b`",
           "remplacez `a` par la valeur absolue de `a` moins `b`"),
    Phrase("pile.append(a)", "put `a` on top of `pile`", "posez `a` sur le dessus de `pile`"),
    Phrase("if pile:\n    a += pile.pop()", "take the top number, if there is one, off `pile` and add it to `a`",
           "retirez de `pile` le nombre du dessus, s'il y en a un, et ajoutez-le à `a`"),
    Phrase("if pile:\n    b -= pile.pop(0)",
           "take the bottom number, if there is one, out of `pile` and subtract it from `b`",
           "retirez de `pile` le nombre du dessous, s'il y en a un, et retranchez-le de `b`"),
    Phrase("pile = pile[::-1]", "turn `pile` upside down", "retournez `pile` (le dessus devient le dessous)"),
    Phrase("pile = pile[-{k}:]", "keep only the top {k} numbers of `pile` (all, if it has fewer)",
           "ne gardez dans `pile` que les {k} nombres du dessus (tous, s'il y en a moins)", {"k": (2, 3)}),
    Phrase("pile = pile[-1:] + pile[:-1]", "move the top number of `pile`, if there is one, to the bottom",
           "déplacez le nombre du dessus de `pile`, s'il y en a un, tout en dessous"),
    Phrase("if len(pile) > 1:\n    top = pile.pop()\n    pile[-1] -= top",
           "take the top number off `pile` and subtract it from the new top one (nothing happens if `pile` has "
           "fewer than two numbers)",
           "retirez de `pile` le nombre du dessus et retranchez-le du nouveau nombre du dessus (il ne se passe rien si "
           "`pile` a moins de deux nombres)"),
)  # fmt: skip
PUSH: Final = Phrase("pile.append(x)", "put `x` on top of `pile`", "posez `x` sur le dessus de `pile`")
NUMBER_EFFECTS: Final = (
    Phrase("a += x", "add `x` to `a`", "ajoutez `x` à `a`"),
    Phrase("b += x", "add `x` to `b`", "ajoutez `x` à `b`"),
    Phrase("a -= x", "subtract `x` from `a`", "retranchez `x` de `a`"),
    Phrase("b -= x * {k}", "subtract {k} times `x` from `b`", "retranchez {k} fois `x` de `b`", {"k": (2, 3)}),
    Phrase("b = max(b, x)", "replace `b` with the larger of `b` and `x`",
           "remplacez `b` par le plus grand de `b` et de `x`"),
    Phrase("pile.insert(0, x)", "put `x` at the bottom of `pile`", "glissez `x` tout en dessous de `pile`"),
    Phrase("pile.append(x + a)", "put the sum of `x` and `a` on top of `pile`",
           "posez sur le dessus de `pile` la somme de `x` et de `a`"),
    Phrase("a = x - a", "replace `a` with `x` minus `a`", "remplacez `a` par `x` moins `a`"),
    Phrase("pile = [v for v in pile if v != x]", "take all numbers equal to `x` out of `pile`",
           "retirez de `pile` tous les nombres égaux à `x`"),
    Phrase("b += pile.count(x)", "add to `b` how many numbers of `pile` are equal to `x`",
           "ajoutez à `b` le nombre d'éléments de `pile` égaux à `x`"),
)  # fmt: skip


def indented(lines: Sequence[str], depth: int = 1) -> tuple[str, ...]:
    """Lines further to the right."""
    return tuple("    " * depth + line for line in lines)


def joined(parts: Sequence[Part]) -> Part:
    """Effects one after the other."""
    lines = tuple(line for part in parts for line in part.lines)
    return Part(lines, ", then ".join(part.en for part in parts), ", puis ".join(part.fr for part in parts))


def conditional(test: Part, body: Part, other: Part | None = None) -> Part:
    """An effect under a condition, and another one otherwise."""
    lines = (f"if {test.lines[0]}:", *indented(body.lines))
    en, fr = f"if {test.en}, {body.en}", f"si {test.fr}, {body.fr}"
    if other is None:
        return Part(lines, en, fr.replace("si il", "s'il"))
    return Part((*lines, "else:", *indented(other.lines)), f"{en}; otherwise, {other.en}", f"{fr} ; sinon, {other.fr}")


def sentence(part: Part) -> Part:
    """A part as a sentence of its own."""
    return Part(part.lines, f"{part.en[0].upper()}{part.en[1:]}.", f"{part.fr[0].upper()}{part.fr[1:]}.")
