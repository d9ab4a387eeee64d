"""Reading an answer: as many short texts as there are gaps, each of which must fill its own.

Case, bold, code fences, quotes, numbering, a final period and curly apostrophes do not count; accents and hyphens do,
for they are what is asked. The last announced answer ("Réponse : …") is read, unless three different ones are
announced; else the first line (one gap), the line with the right number of ";" or the right number of lines (several
gaps). A whole sentence with its gap filled is an answer too. Several candidates for one gap fill none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.metrics.answers import final_answers, tidy
from tasks.understanding.language_craft.numbers import spells

_MOST_ANNOUNCED = 2
_LABEL = re.compile(r"^(?:[-•] ?|\(?\d{1,2}[.):] ?)")
_EQUATION = re.compile(r"^[\d ,]{1,25}(?:=|:|is|est|s'écrit)? ?(?=[^\d\s])")
_QUOTES = " \"'«»“”()[].,!"


def read_gaps(text: str, question: str, count: int) -> list[str] | None:
    """What fills each gap, in lower case; None where the answer does not have one text a gap."""
    plain = tidy(text, question)
    announced = list(dict.fromkeys(piece.strip() for piece in final_answers(plain)))
    if len(announced) > _MOST_ANNOUNCED:
        return None
    if announced:
        plain = announced[-1] if count == 1 or announced[-1].count(";") == count - 1 else _after_mark(plain, announced)
    lines = [line for line in plain.split("\n") if line.strip()]
    if count == 1:
        return [clean(lines[0])] if lines else None
    rows = list(dict.fromkeys(line for line in lines if line.count(";") == count - 1))
    if len(rows) == 1:
        return [clean(part) for part in rows[0].split(";")]
    return [clean(line) for line in lines] if not rows and len(lines) == count else None


def fills(said: str, accepted: Sequence[str], sentence: str, language: str, *, number: bool) -> bool:
    """Whether a cleaned text is one of the accepted forms, alone or in the whole sentence."""
    if number:
        bare = _EQUATION.sub("", said)
        return spells(bare, accepted[0], language)
    plain = said.removesuffix(";").strip(_QUOTES)
    whole = clean(sentence)
    return any(plain == form.lower() or plain == whole.replace("___", form.lower()) for form in accepted)


def clean(part: str) -> str:
    """A part without label, quotes and final period, in lower case."""
    return _LABEL.sub("", part.strip()).strip(_QUOTES).replace("’", "'").lower()


def _after_mark(plain: str, announced: Sequence[str]) -> str:
    """What follows an announcement on several lines."""
    return plain[plain.rfind(announced[-1]) :]
