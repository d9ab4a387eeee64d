"""Instructions on words, letters, length, case and language: half of IFEval's 25 kinds.

The rules are those that the data's authors publish in words (Zhou et al. 2023, arXiv:2311.07911, tables 1 and 2), read
from an instruction's id and settings. A word to include or to avoid is taken as it is, in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.public.instructions.base import Rule, Settings, compare
from harness.public.instructions.language import is_language
from harness.public.instructions.reading import blocks, sentences, tokens, words

_WORD_ENDS = ".,?!'\""  # a paragraph's first word ends at the first of these


@dataclass(frozen=True, slots=True)
class Speech:
    """What differs between the languages that instructions are given in."""

    code: str  # ISO 639-1
    punkt: str  # the sentence model's name
    cased: str  # how the kinds on case name the language
    options: tuple[str, ...]  # the answers that a constrained response is chosen from
    lowered: bool  # whether the language of a text in capitals is looked for in small letters


def wording(speech: Speech) -> Mapping[str, Rule]:
    """The rules on wording for one language, by kind."""

    def sentence_count(text: str, settings: Settings) -> bool:
        return compare(len(sentences(text, speech.punkt)), settings, "relation", "num_sentences")

    def capital(text: str, _: Settings) -> bool:
        return text.isupper() and is_language(text.lower() if speech.lowered else text, speech.code)

    def lowercase(text: str, _: Settings) -> bool:
        return text.islower() and is_language(text, speech.code)

    return {
        "keywords:existence": _existence,
        "keywords:frequency": _frequency,
        "keywords:forbidden_words": _forbidden,
        "keywords:letter_frequency": _letters,
        "language:response_language": lambda text, settings: is_language(text, settings["language"]),
        "length_constraints:number_sentences": sentence_count,
        "length_constraints:number_words": _word_count,
        "length_constraints:nth_paragraph_first_word": _first_word,
        "change_case:capital_word_frequency": _capital_words,
        f"change_case:{speech.cased}_capital": capital,
        f"change_case:{speech.cased}_lowercase": lowercase,
        "punctuation:no_comma": lambda text, _: "," not in text,
    }


def occurrences(text: str, word: str) -> int:
    """How often a word stands in a text, in any case, inside longer words too."""
    return sum(1 for _ in re.finditer(re.escape(word), text, re.IGNORECASE))


def _existence(text: str, settings: Settings) -> bool:
    return all(occurrences(text, word) for word in settings["keywords"])


def _frequency(text: str, settings: Settings) -> bool:
    return compare(occurrences(text, settings["keyword"].strip()), settings, "relation", "frequency")


def _forbidden(text: str, settings: Settings) -> bool:
    return not any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in settings["forbidden_words"])


def _letters(text: str, settings: Settings) -> bool:
    """The character that the settings name, be it a letter or a sign."""
    return compare(text.lower().count(settings["letter"].lower()), settings, "let_relation", "let_frequency")


def _word_count(text: str, settings: Settings) -> bool:
    return compare(len(words(text)), settings, "relation", "num_words")


def _capital_words(text: str, settings: Settings) -> bool:
    count = sum(token.isupper() for token in tokens(text))
    return compare(count, settings, "capital_relation", "capital_frequency")


def _first_word(text: str, settings: Settings) -> bool:
    """So many paragraphs between blank lines, and the word that one of them begins with."""
    place, parts = settings["nth_paragraph"], blocks(text)
    if len([part for part in parts if part.strip()]) != settings["num_paragraphs"] or place > len(parts):
        return False
    paragraph = parts[place - 1].split()
    if not paragraph:
        return False
    word = paragraph[0].lstrip("'").lstrip('"')
    end = next((n for n, sign in enumerate(word) if sign in _WORD_ENDS), len(word))
    return bool(word[:end].lower() == settings["first_word"].lower())
