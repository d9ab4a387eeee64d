"""M-IFEval's kinds of instruction in French (Dussolle et al. 2025): IFEval's, and what French alone can ask for.

A title stands between double hashes and a quotation between any French marks, as the prompts say. Accents that are put
where they belong, and the familiar form of address, are checked as far as the published rules do: in the words that
the text does use, and by one such word. A text in capitals is shown to langdetect in small letters: it knows no others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from harness.public.instructions.base import Rule, Settings
from harness.public.instructions.layout import layout, wrapped
from harness.public.instructions.reading import titled, words
from harness.public.instructions.wording import Speech, wording

SPEECH = Speech("fr", "french", "french", ("Oui.", "Non.", "Peut-être."), lowered=True)
_CASED = ("oui.", "non.", "peut-être.")  # where all is to be in small letters, so are the options
_FAMILIAR = re.compile(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['’]", re.IGNORECASE)
_ACCENTED = re.compile("[àáâãäåçèéêëìíîïñòóôõöùúûüýÿ]", re.IGNORECASE)
_QUOTES = (('"', '"'), ("'", "'"), ("«", "»"))


def _no_digits(text: str, _: Settings) -> bool:
    return not any(sign.isdecimal() for sign in text)


def _without(text: str, settings: Settings) -> bool:
    return settings["forbidden_char"].lower() not in text.lower()


def _accents(text: str, settings: Settings) -> bool:
    """Every word of the text that is a word of the list, but for its accents, has those of the list."""
    expected: Mapping[str, str] = settings["word_to_accentuate"]
    return all(expected.get(bare(word), word) == word for word in words(text.lower()))


def bare(word: str) -> str:
    """A word without accents and cedillas."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


RULES: Mapping[str, Rule] = {
    **wording(SPEECH),
    **layout(SPEECH),
    "detectable_format:constrained_response": lambda text, _: any(one in text for one in SPEECH.options + _CASED),
    "detectable_format:title": lambda text, _: titled(text, "##", "##"),
    "startend:quotation": lambda text, _: any(wrapped(text, *marks) for marks in _QUOTES),
    "detectable_content:informal_address": lambda text, _: _FAMILIAR.search(text) is not None,
    "detectable_content:no_digits": _no_digits,
    "special_character:accents": _accents,
    "special_character:no_accents": lambda text, _: _ACCENTED.search(text) is None,
    "special_character:ethel_or_cedilla": _without,
}
