"""Reading an answer: as many short texts as there are gaps, each of which must fill its own.

Case, bold, code fences, quotes, numbering, a final period and curly apostrophes do not count; accents and hyphens do,
for they are what is asked. The last announced answer ("Réponse : …") is read, unless three different ones are
announced; else the first line (one gap), the line with the right number of ";" or the right number of lines (several
gaps). Words of the sentence around the gap may be repeated: "an apple", or the whole sentence with its gap filled.
Several candidates for one gap fill none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.metrics.answers import conclusion, final_answers, in_parts, tidy
from tasks.understanding.language_craft.numbers import spells

_LABEL = re.compile(r"^(?:[-•] ?|\(?\d{1,2}[.):] ?)")
_EQUATION = re.compile(r"^[\d ,]{1,25}(?:=|:|is|est|s'écrit)? ?(?=[^\d\s])")
_QUOTES = " \"'«»“”()[].,!"


def read_gaps(text: str, question: str, count: int) -> list[str] | None:
    """What fills each gap, in lower case; None where the answer does not have one text a gap."""
    plain = conclusion(tidy(text, question))
    if plain is None:
        return None
    if count == 1:
        lines = final_answers(tidy(text, question))[-1:] or [line for line in plain.split("\n") if line.strip()]
        return [clean(lines[0])] if lines else None
    parts = in_parts(plain, count, ";")
    return None if parts is None else [clean(part) for part in parts]


def fills(said: str, accepted: Sequence[str], sentence: str, language: str, *, number: bool) -> bool:
    """Whether a cleaned text is one of the accepted forms, alone or in the whole sentence."""
    if number:
        bare = _EQUATION.sub("", said)
        return spells(bare, accepted[0], language)
    plain = said.removesuffix(";").strip(_QUOTES)
    whole = clean(sentence)
    return any(_holds(whole, form.lower(), plain) for form in accepted)


def _holds(whole: str, form: str, plain: str) -> bool:
    """Whether a text is the gap's form, alone or with words of the sentence around it: "an apple", the whole of it."""
    before, _, after = whole.partition("___")
    filled = before + form + after
    start = filled.find(plain, max(0, len(before) + len(form) - len(plain)))
    end = start + len(plain)
    covers = 0 <= start <= len(before) and end >= len(before) + len(form)
    return plain == form or (covers and f" {filled} "[start] in " '" and f" {filled} "[end + 1] in " ,;:?!.")


def clean(part: str) -> str:
    """A part without label, quotes and final period, in lower case."""
    return _LABEL.sub("", part.strip()).strip(_QUOTES).replace("’", "'").lower()
