"""Reading an answer: one number, or as many as there are files, in order."""

from __future__ import annotations

import re
from fractions import Fraction

from harness.metrics.answers import conclusion, in_parts, read_number, tidy

_LONGEST = 1_000  # characters: more than any budget leaves room for is the document, not an answer
_LABEL = re.compile(r"^(?:[-•] ?|\(?\d{1,2}[.)] +)?(?:\(?[A-Z]{2}-\d{4}\)? ?[:=] ?)?")
_PART = re.compile(r"-?\d{1,9}(?: ?(?:euros?|EUR|€))?\.?")


def read_amounts(text: str, question: str, asked: str, count: int) -> list[Fraction] | None:
    """The numbers answered; None where they are not exactly `count`.

    One number is read by `read_number`, for which the numbers of `asked` (the codes) do not compete. Several stand on
    one line between semicolons, else commas, or on a line each, with their file's code before them if one likes; the
    last announced answer counts, unless three different ones are announced. A page of text is the document again.
    """
    text = text.rpartition(question)[2]
    plain = tidy(text, asked)
    if len(plain) > _LONGEST:
        return None
    if count == 1:
        number = read_number(text, asked)
        return None if number is None else [number]
    concluded = conclusion(plain)
    parts = None if concluded is None else in_parts(concluded, count)
    return None if parts is None else _parts(parts)


def _parts(parts: list[str]) -> list[Fraction] | None:
    bare = [_LABEL.sub("", part.strip()) for part in parts]
    if not all(_PART.fullmatch(part) for part in bare):
        return None
    return [Fraction(re.sub(r"[^\d-]", "", part)) for part in bare]
