r"""Whether two final answers are the same mathematics: numbers, formulas, lists, intervals, matrices, words.

A whole number must be said as a number, a fraction as a number or a fraction: an unfinished computation is no
answer. Other formulas may be written differently ("2(k+1)" and "2k+2", "\sqrt{12}" and "2\sqrt{3}"), but one that the
question itself holds is no answer unless it is written as the published one. Formulas are compared at points, exactly
where they are rational, else to ten digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from harness.canonical import sha256_text
from tasks.public.math500.formula import Node, parse
from tasks.public.math500.latex import bare, clean
from tasks.public.math500.values import Number, value

_POINTS, _PRECISION = 3, 1e-10
_MOST_PARTS = 24
_OPENING, _CLOSING = "([{", ")]}"
_MATRIX = re.compile(r"\\begin\{[a-zB]?matrix\}(.*)\\end\{[a-zB]?matrix\}")
_NAMED = re.compile(r"[a-zA-Z](?:_[0-9a-z])?(?:\([a-zA-Z]\))?(?:=|\\in(?![a-z]))(?!.*=)")
_WORDS = re.compile(r"\([A-Za-z]\)|[A-Z]|[A-Za-z]{3,}")
_WHOLE = re.compile(r"-?[0-9]+(?:\.0*)?")
_RATIONAL = re.compile(
    r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)|-?[0-9]*\\frac\{-?[0-9]+\}\{-?[0-9]+\}|-?[0-9]+/[0-9]+"
    r"|-?[0-9]+(?:\.[0-9]+)?\*10\^(?:[0-9]|\{-?[0-9]{1,3}\})"
)


def equivalent(said: str, wanted: str, question: str = "") -> bool:
    """Whether an answer is the published one."""
    left, right = clean(said), clean(wanted)
    if not left or not right:
        return False
    return left == right or _same(left, right, bare(question))


def _same(left: str, right: str, question: str) -> bool:
    if left == right:
        return True
    for split in (_united, _cells, _listed):
        ours, theirs = split(left), split(right)
        if ours or theirs:
            return len(ours) == len(theirs) and _match(ours, theirs, question, ordered=split is _cells)
    if (tuples := _bracketed(left)) and (others := _bracketed(right)):
        (marks, ours), (kinds, theirs) = tuples, others
        return marks == kinds and _match(ours, theirs, question, ordered=marks[0] != "{")
    if _WORDS.fullmatch(right):
        return left.strip("()").casefold() == right.strip("()").casefold()
    return _same_formula(left, right, question)


def _match(ours: Sequence[str], theirs: Sequence[str], question: str, *, ordered: bool) -> bool:
    """Whether parts are the same, in order or each in place of another."""
    if len(ours) != len(theirs) or len(ours) > _MOST_PARTS:
        return False
    if ordered:
        return all(_same(one, other, question) for one, other in zip(ours, theirs, strict=True))
    left = list(theirs)
    for one in ours:
        place = next((n for n, other in enumerate(left) if _same(one, other, question)), -1)
        if place < 0:
            return False
        del left[place]
    return True


def _same_formula(left: str, right: str, question: str) -> bool:
    left, right = _NAMED.sub("", left, count=1), _NAMED.sub("", right, count=1)
    if left == right:
        return True
    if _WHOLE.fullmatch(right) and not _WHOLE.fullmatch(left):
        return False
    if _RATIONAL.fullmatch(right) and not _RATIONAL.fullmatch(left):
        return False
    if not _RATIONAL.fullmatch(right) and bare(left) in question:
        return False
    try:
        ours, theirs = _formula(left), _formula(right)
        return all(_close(value(ours, at), value(theirs, at)) for at in map(_letters, range(_POINTS)))
    except ValueError:
        return False


def _formula(text: str) -> Node:
    """A formula; of an equation, the difference of its sides."""
    if text.count("=") == 1:
        left, _, right = text.partition("=")
        return Node("-", (parse(left), parse(right)))
    return parse(text)


def _letters(point: int) -> Callable[[str], Fraction]:
    """Values of letters at a point: fractions between 1 and 2 that depend on the letter's name."""
    return lambda name: 1 + Fraction(int(sha256_text(f"{name}{point}")[:4], 16), 1 << 16)


def _close(left: Number, right: Number) -> bool:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    return abs(complex(left) - complex(right)) <= _PRECISION * max(1.0, abs(complex(right)))


# --- parts -------------------------------------------------------------------------------------------------------


def _united(text: str) -> list[str]:
    """The parts of a union; none where there is one."""
    return parts if len(parts := text.split("\\cup")) > 1 else []


def _cells(text: str) -> list[str]:
    """The rows of a matrix as texts of cells, or of a row its cells."""
    if found := _MATRIX.fullmatch(text):
        rows = [row.split("&") for row in found.group(1).removesuffix("\\\\").split("\\\\")]
        return [cell for row in rows for cell in (*row, f"row{len(row)}")]
    return []


def _listed(text: str) -> list[str]:
    """The values of a list without brackets, both signs of a plus-or-minus apart; none where there is one value."""
    parts = _NAMED.sub("", text, count=1).split("\\pm")
    if len(parts) == 2 and not _commas(text)[1:]:
        return [f"{parts[0]}+{parts[1]}".removeprefix("+"), "-".join(parts)]
    return found if len(found := _commas(text)) > 1 else []


def _bracketed(text: str) -> tuple[str, list[str]] | None:
    """The brackets around a text and what commas part within, where these brackets are each other's."""
    if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
        return None
    parts = _commas(text[1:-1])
    return (text[0] + text[-1], parts) if len(parts) > 1 or text[0] == "{" else None


def _commas(text: str) -> list[str]:
    """The parts between the commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for place, mark in enumerate(text):
        depth += (mark in _OPENING) - (mark in _CLOSING)
        if mark == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
