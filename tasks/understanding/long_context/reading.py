"""Reading an answer: one number, or as many as there are files, in order."""

from __future__ import annotations

import re
from fractions import Fraction

from harness.metrics.answers import final_answers, read_number, tidy

_MOST_ANNOUNCED = 2
_LABEL = re.compile(r"^(?:[-•] ?|\(?\d{1,2}[.)] +)?(?:\(?[A-Z]{2}-\d{4}\)? ?[:=] ?)?")
_PART = re.compile(r"-?\d{1,9}(?: ?(?:euros?|EUR|€))?\.?")


def read_amounts(text: str, question: str, asked: str, count: int) -> list[Fraction] | None:
    """The numbers answered; None where they are not exactly `count`.

    One number is read by `read_number`, for which the numbers of `asked` (the codes) do not compete. Several stand on
    one line between semicolons, else commas, or on a line each, with their file's code before them if one likes; the
    last announced answer counts, unless three different ones are announced.
    """
    text = text.rpartition(question)[2]
    if count == 1:
        number = read_number(text, asked)
        return None if number is None else [number]
    plain = tidy(text, asked)
    announced = list(dict.fromkeys(piece.strip() for piece in final_answers(plain)))
    if len(announced) > _MOST_ANNOUNCED:
        return None
    if announced:
        plain = plain[plain.rfind(announced[-1]) :]
    lines = [line for line in plain.split("\n") if line.strip()]
    for mark in (";", ","):
        rows = list(dict.fromkeys(line for line in lines if line.count(mark) == count - 1))
        if rows:
            return _parts(rows[0].split(mark)) if len(rows) == 1 else None
    return _parts(lines) if len(lines) == count else None


def _parts(parts: list[str]) -> list[Fraction] | None:
    bare = [_LABEL.sub("", part.strip()) for part in parts]
    if not all(_PART.fullmatch(part) for part in bare):
        return None
    return [Fraction(re.sub(r"[^\d-]", "", part)) for part in bare]
