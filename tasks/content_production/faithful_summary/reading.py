"""Reading a summary: which details of which facts it holds, and what it makes up.

A fact is told where a sentence names what it is about; its details must be in that sentence, or in the next one if
that names no other fact. A detail does not count where a sentence also gives the same kind of detail of a fact that
it does not name, or gives the details of several facts in another order than it names them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from harness.metrics.answers import numbers
from harness.metrics.text import fold, word_forms
from harness.types import Json
from tasks.content_production.faithful_summary.lexicon import MONTHS

_WORDS = {
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt".split(),
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty".split(),
}
_CHANGED = frozenset(
    "non au-lieu lieu instead not rather corrige corrigee corrected correction rectificatif initially initialement "
    "contre against from previously auparavant revised revu revise d'abord abord first".split()
)
_DENIED = frozenset(
    "rejet rejete rejetee rejetes rejetees refus refuse refusee refuses refusees repousse repoussee "
    "repousses repoussees "
    "abandonne abandonnee ecarte ecartee non pas ni reject rejected rejects refused turned declined "
    "dropped not no without sans neither nor dismissed abandoned denied discarded".split()
)
# Capitals that name nobody.
_COMMON = frozenset(
    "i rapport report compte rendu resume summary reunion meeting conseil council assemblee assembly board comite "
    "committee association club fondation foundation cooperative centre center euro euros eur decision decisions "
    "correction rectificatif monday tuesday wednesday thursday friday saturday sunday mr mrs ms mme m".split()
)
_NUMBER_AT = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:[ ,.][0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)?")
_CAPITAL = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DEFINED = re.compile(r"\b(?:1er|[0-9]{1,2}(?:st|nd|rd|th))\b")

Place = tuple[int, Json]


def plain(sentence: str) -> str:
    """A sentence folded, with single plain spaces."""
    return " ".join(fold(sentence).split())


def place_of(sentence: str, stems: Sequence[str]) -> int:
    """Where a plain sentence first has a word that begins as a stem does, or -1; short stems are whole words."""
    found = _stemmed(tuple(stems)).search(sentence)
    return found.start() if found else -1


@functools.lru_cache(maxsize=1024)
def _stemmed(stems: tuple[str, ...]) -> re.Pattern[str]:
    words = (re.escape(stem) if len(stem) > 3 else rf"{re.escape(stem)}s?(?![^\W_])" for stem in stems)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})")


_SINCE = re.compile(r"\b(?:after|since|from|apres|des|depuis|a partir d[ue])(?: (?:the|le|du))? $")


def date_places(sentence: str, language: str) -> list[tuple[int, tuple[int, int]]]:
    """Every date of a plain sentence: "12 mai", "May 12th", "the 12th of May", "12/05"."""
    found = []
    for match in _DATES[language].finditer(sentence):
        if _SINCE.search(sentence, max(0, match.start() - 24), match.start()):
            continue  # a deadline, or a day, is not told as a beginning
        day, month = match["d1"] or match["d2"], match["m1"] or match["m2"]
        if day:
            found.append((match.start(), (int(day), _month(month, language))))
        else:
            found.append((match.start(), (int(match["d3"]), int(match["m3"]))))
    return found


def _month(written: str, language: str) -> int:
    return next(n for n, name in enumerate(MONTHS[language], 1) if fold(name).startswith(written[:4]))


def number_places(sentence: str, language: str) -> list[tuple[int, Fraction]]:
    """Every number of a plain sentence that is not part of a date, in digits or, from two to twenty, in words."""
    rest = _DATES[language].sub(lambda match: " " * len(match.group()), sentence)
    found = [(m.start(), value) for m in _NUMBER_AT.finditer(rest) for value in numbers(m.group())[:1]]
    return found + [
        (m.start(), Fraction(_IN_WORDS[language][m.group()])) for m in _NUMBER_WORD[language].finditer(rest)
    ]


def name_places(sentence: str, names: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Where a plain sentence says which of the people, by either name."""
    owner = {form: n for n, pair in enumerate(names) for form in pair}
    found: list[tuple[int, int]] = []
    for match in _CAPITAL.finditer(sentence):
        who = owner.get(match.group())
        if who is not None and not any(known == who for _, known in found):
            found.append((match.start(), who))
    return found


# --- what is made up ---------------------------------------------------------------------------------------------


def invented(found: Sequence[str], source: str, totals: Collection[int], language: str) -> list[str]:
    """Numbers in digits and names with a capital that the source does not hold, each once."""
    known_forms, flat = set(word_forms(source)), plain(source)
    known_numbers = {value for _, value in number_places(flat, language)} | {Fraction(n) for n in totals}
    known_dates = {when for _, when in date_places(flat, language)}
    made: dict[str, None] = {}
    for sentence in found:
        flat = plain(_DEFINED.sub(lambda m: re.sub(r"\D", "", m.group()), sentence))
        digits = [(n, v) for n, v in number_places(flat, language) if flat[n].isdigit()]
        made.update({str(v): None for _, v in digits if v not in known_numbers})
        made.update(
            {"/".join(map(str, when)): None for _, when in date_places(flat, language) if when not in known_dates}
        )
        made.update(dict.fromkeys(_unknown_names(sentence, known_forms)))
    return list(made)


def _unknown_names(sentence: str, known: Collection[str]) -> Iterator[str]:
    """Words with a capital, but the first one."""
    for n, match in enumerate(_CAPITAL.finditer(sentence)):
        word = match.group()
        if n and word[0].isupper() and not sentence[: match.start()].rstrip().endswith((":", "«", '"', "“")):
            parts = word_forms(word)
            if not all(part in known or part in _COMMON or part.rstrip("s") in known for part in parts):
                yield word


def denies(forms: Collection[str]) -> bool:
    """Whether a sentence tells something as not adopted."""
    return not _DENIED.isdisjoint(forms)


def corrects(forms: Collection[str]) -> bool:
    """Whether a sentence may give an old amount beside the new one."""
    return not _CHANGED.isdisjoint(forms)


def _dates_of(language: str) -> re.Pattern[str]:
    months = "|".join(f"{fold(name)[:4]}[a-z]*" if len(name) > 4 else fold(name) for name in MONTHS[language])
    day = r"(?P<{}>0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|er)?"
    return re.compile(
        rf"\b{day.format('d1')} (?:of )?(?P<m1>{months})\b|\b(?P<m2>{months}) (?:the )?{day.format('d2')}\b"
        rf"|\b{day.format('d3')}/(?P<m3>0?[1-9]|1[0-2])\b"
    )


_DATES = {language: _dates_of(language) for language in MONTHS}
_IN_WORDS = {language: {word: n for n, word in enumerate(words, 2)} for language, words in _WORDS.items()}
_NUMBER_WORD = {
    language: re.compile(r"(?<![\w-])(?:" + "|".join(sorted(words, key=len, reverse=True)) + r")(?![\w-])")
    for language, words in _WORDS.items()
}
