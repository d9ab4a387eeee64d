"""Steps of a pipeline: what each takes and gives, its code, and its sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

VARIABLE: Final = {"n": "number", "ns": "values", "s": "text", "ws": "words", "nn": "groups"}  # by type


@dataclass(frozen=True, slots=True)
class Step:
    """One step. In braces, `x` is the variable it takes, `last` one less than `k`, and all else its numbers."""

    takes: str  # a type: n, ns (a list of numbers), s (a text), ws (words), nn (a list of lists)
    gives: str
    tier: int  # how hard it is, 1 to 4
    code: str  # an expression, or lines that leave their result in `result`
    en: str
    fr: str
    numbers: Mapping[str, tuple[int, int] | str] = field(default_factory=dict)  # lowest and highest, or letters
    free: bool = False  # whether its number may be a parameter of the function


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on the variable `{x}`."""

    takes: str
    code: str
    en: str
    fr: str
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)


K: Final = {"k": (2, 9)}
SMALL: Final = {"k": (2, 4)}

TESTS: Final = (
    Test("ns", "len({x}) > {k}", "the list has more than {k} numbers", "la liste a plus de {k} nombres", {"k": (2, 5)}),
    Test("ns", "sum({x}) % 2 == 0", "the sum of the list is even", "la somme de la liste est paire"),
    Test("ns", "any(v < 0 for v in {x})", "the list contains a negative number", "la liste contient un nombre négatif"),
    Test("ns", "{k} in {x}", "the list contains {k}", "la liste contient {k}", {"k": (0, 9)}),
    Test(
        "ns",
        "len({x}) > 1 and {x}[0] > {x}[-1]",
        "the list has at least two numbers and the first is greater than the last",
        "la liste a au moins deux nombres et que le premier est plus grand que le dernier",
    ),
    Test("n", "{x} > {k}", "the number is greater than {k}", "le nombre est strictement supérieur à {k}",
         {"k": (2, 30)}),
    Test("n", "{x} % 2 == 0", "the number is even", "le nombre est pair"),
    Test("s", "len({x}) > {k}", "the text has more than {k} characters", "le texte a plus de {k} caractères", K),
    Test("s", "{x}.count('a') > 1", "the text contains the letter a at least twice",
         "le texte contient au moins deux fois la lettre a"),
    Test("ws", "len({x}) > {k}", "there are more than {k} words", "il y a plus de {k} mots", SMALL),
    Test("ws", "any(len(w) > {k} for w in {x})", "some word has more than {k} letters",
         "un des mots a plus de {k} lettres", {"k": (3, 6)}),
    Test("nn", "len({x}) > {k}", "there are more than {k} groups", "il y a plus de {k} groupes", SMALL),
)  # fmt: skip
