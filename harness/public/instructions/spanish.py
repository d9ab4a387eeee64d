"""M-IFEval's kinds of instruction in Spanish (Dussolle et al. 2025): IFEval's, and what Spanish alone can ask for.

The published rules take words and sentences from spaCy's Spanish model; here words are runs of letters and digits with
the hyphens and apostrophes between them, and sentences those of Punkt's Spanish model, list marks left out.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

from harness.public.instructions.base import Rule, Settings, compare
from harness.public.instructions.layout import layout
from harness.public.instructions.reading import blocks, bullets, sentences
from harness.public.instructions.wording import Speech, wording

SPEECH = Speech("es", "spanish", "spanish", ("Sí.", "No.", "Quizás."), lowered=True)
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_LIST_MARK = re.compile(r"^[^\S\n]*(?:\d+\.|[-*])[^\S\n]*", re.MULTILINE)
_TILDES = frozenset("áéíóúÁÉÍÓÚ")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _sentence_count(text: str, settings: Settings) -> bool:
    count = len(sentences(_LIST_MARK.sub("", text), SPEECH.punkt))
    return compare(count, settings, "relation", "num_sentences")


def _word_count(text: str, settings: Settings) -> bool:
    return compare(len(_words(_LIST_MARK.sub("", text))), settings, "relation", "num_words")


def _capital_words(text: str, settings: Settings) -> bool:
    count = sum(word.isupper() for word in _words(text))
    return compare(count, settings, "capital_relation", "capital_frequency")


def _tildes(text: str, settings: Settings) -> bool:
    count = sum(not _TILDES.isdisjoint(word) for word in _words(text))
    return compare(count, settings, "relation", "num_words")


def _with_letter(text: str, letter: str, settings: Settings) -> bool:
    """Exactly so many words have the letter."""
    return bool(sum(letter in word.lower() for word in _words(text)) == settings["let_frequency"])


def _asks(text: str, opening: str, closing: str) -> bool:
    """Whether something stands between an inverted mark and its mark, over as many lines as it takes."""
    place = text.find(opening)
    while place >= 0:
        end = text.find(closing, place)
        if end < 0:
            return False
        if text[place:end].lstrip(opening).strip():
            return True
        place = text.find(opening, end)
    return False


def _first_words(text: str, settings: Settings) -> bool:
    """So many paragraphs between blank lines, and the words that one of them begins with."""
    place, parts = settings["nth_paragraph"], blocks(text)
    if len([part for part in parts if part.strip()]) != settings["num_paragraphs"] or place > len(parts):
        return False
    expected = settings["first_word"].lower().split()
    said = [word.translate(_PUNCTUATION).lower() for word in parts[place - 1].split()]
    return bool(said[: len(expected)] == expected)


def _ends(text: str, settings: Settings) -> bool:
    """The end phrase, with or without a period after it."""
    text, phrase = text.strip().strip('"').lower(), settings["end_phrase"].strip().lower()
    return text.endswith(phrase) or text.removesuffix(".").endswith(phrase)


RULES: Mapping[str, Rule] = {
    **wording(SPEECH),
    **layout(SPEECH),
    "length_constraints:number_sentences": _sentence_count,
    "length_constraints:number_words": _word_count,
    "length_constraints:nth_paragraph_first_word": _first_words,
    "change_case:capital_word_frequency": _capital_words,
    "detectable_format:number_bullet_lists": lambda text, settings: bullets(text, "*") == settings["num_bullets"],
    "startend:end_checker": _ends,
    "punctuation:question_marks": lambda text, _: _asks(text, "¿", "?"),
    "punctuation:exclamation_marks": lambda text, _: _asks(text, "¡", "!"),
    "special_character:tildes": _tildes,
    "special_character:enie": lambda text, settings: _with_letter(text, "ñ", settings),
    "special_character:dieresis": lambda text, settings: _with_letter(text, "ü", settings),
}
