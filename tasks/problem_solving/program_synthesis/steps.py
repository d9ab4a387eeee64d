"""Steps of a pipeline: what each takes and gives, its code, and its sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

VARIABLE: Final = {"n": "number", "ns": "values", "s": "text", "ws": "words", "nn": "groups"}  # by type


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step. In braces, `x` is the variable it takes, `last` one less than `k`, and all else its numbers."""

    takes: str  # a type: n, ns (a list of numbers), s (a text), ws (words), nn (a list of lists)
    gives: str
    tier: int  # how hard it is, 1 to 4
    code: str  # an expression, or lines that leave their result in `result`
    run: Callable[..., Any]  # the same as a function of the variable and the numbers
    en: str
    fr: str
    numbers: Mapping[str, tuple[int, int] | str] = field(default_factory=dict)  # lowest and highest, or letters
    free: bool = False  # whether its number may be a parameter of the function
    fewer: Callable[..., Any] | None = None  # it without a line that seldom matters
    near: Callable[..., Any] | None = None  # it with another rule for what is seldom equal


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on the variable `{x}`."""

    takes: str
    code: str
    run: Callable[..., Any]
    en: str
    fr: str
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    near: tuple[Callable[..., Any], ...] = ()  # it with other rules for what is seldom equal


K: Final = {"k": (2, 9)}
SMALL: Final = {"k": (2, 4)}

TESTS: Final = (
    Test("ns", "len({x}) > {k}", lambda x, k: len(x) > k,
         "the list has more than {k} numbers", "la liste a plus de {k} nombres", {"k": (2, 5)}),
    Test("ns", "sum({x}) % 2 == 0", lambda x: sum(x) % 2 == 0,
         "the sum of the list is even", "la somme de la liste est paire"),
    Test("ns", "any(v < 0 for v in {x})", lambda x: any(v < 0 for v in x),
         "the list contains a negative number", "la liste contient un nombre négatif",
         near=(lambda x: any(v < 1 for v in x), lambda x: any(v < -1 for v in x))),
    Test("ns", "{k} in {x}", lambda x, k: k in x,
         "the list contains {k}", "la liste contient {k}", {"k": (0, 9)}),
    Test(
        "ns",
        "len({x}) > 1 and {x}[0] > {x}[-1]", lambda x: len(x) > 1 and x[0] > x[-1],
        "the list has at least two numbers and the first is greater than the last",
        "la liste a au moins deux nombres et que le premier est plus grand que le dernier",
        near=(lambda x: len(x) > 1 and x[0] >= x[-1], lambda x: len(x) > 2 and x[0] > x[-1]),
    ),
    Test("n", "{x} > {k}", lambda x, k: x > k,
         "the number is greater than {k}", "le nombre est strictement supérieur à {k}",
         {"k": (2, 30)}),
    Test("n", "{x} % 2 == 0", lambda x: x % 2 == 0,
         "the number is even", "le nombre est pair"),
    Test("s", "len({x}) > {k}", lambda x, k: len(x) > k,
         "the text has more than {k} characters", "le texte a plus de {k} caractères", K),
    Test("s", "{x}.count('a') > 1", lambda x: x.count("a") > 1,
         "the text contains the letter a at least twice",
         "le texte contient au moins deux fois la lettre a"),
    Test("ws", "len({x}) > {k}", lambda x, k: len(x) > k,
         "there are more than {k} words", "il y a plus de {k} mots", SMALL),
    Test("ws", "any(len(w) > {k} for w in {x})", lambda x, k: any(len(w) > k for w in x),
         "some word has more than {k} letters",
         "un des mots a plus de {k} lettres", {"k": (3, 6)}),
    Test("nn", "len({x}) > {k}", lambda x, k: len(x) > k,
         "there are more than {k} groups", "il y a plus de {k} groupes", SMALL),
)  # fmt: skip
