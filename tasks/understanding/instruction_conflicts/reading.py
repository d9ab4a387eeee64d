"""Reading an answer: one value, or the stated words for a missing answer, a question.

Case, accents, bold, quotes, articles, numbering and whole short sentences do not count. The last announced answer is
read unless three different ones are announced; else the one line with as many parts as there are questions (between
semicolons, else commas), else as many lines. To a single question, every line that names a value must name the
same. A part counts when it names exactly one value or one of the words for a missing answer, and denies nothing.
"""

from __future__ import annotations

import functools
import re

from harness.metrics.answers import conclusion, fold, in_parts, names_in, tidy
from tasks.understanding.instruction_conflicts.lexicon import WORDS, YEARS, size, value_text
from tasks.understanding.instruction_conflicts.scene import KINDS

_MOST_CHARACTERS = 160  # of a part
_LABEL = re.compile(r"^(?:[-•] ?|\(?\d{1,2}[.):] ?)")
_HEDGE = re.compile(r"\b(?:pas|non|jamais|ou|not|never|or|either|maybe|perhaps)\b|n't|/")


def read_parts(text: str, question: str, count: int, language: str) -> list[str] | None:
    """What is said to each question (empty where nothing can be read); None without one part a question."""
    plain = conclusion(tidy(text, question))
    if plain is None:
        return None
    if count == 1:
        lines = plain.split("\n")
        said = [value_in(line, language) for line in lines if names_in(line, _candidates(language))]
        return said[:1] if len(set(said)) == 1 else None
    parts = in_parts(plain, count)
    return None if parts is None else [value_in(part, language) for part in parts]


def value_in(part: str, language: str) -> str:
    """The one value, or words for a missing answer, that a part names; empty where there is not exactly one."""
    bare = _LABEL.sub("", part.strip())
    if len(bare) > _MOST_CHARACTERS:
        return ""
    found = names_in(bare, _candidates(language))
    if len(found) != 1 or _HEDGE.search(fold(bare).replace(fold(found[0]), " ")):
        return ""
    return found[0]


@functools.cache
def _candidates(language: str) -> tuple[str, ...]:
    """All values and words of a language."""
    values = [value_text(kind, value, language) for kind in KINDS if kind != "year" for value in size(kind)]
    return (*values, *(str(year) for year in range(YEARS[0], YEARS[1] + 1)), *WORDS[language])
