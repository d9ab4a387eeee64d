"""Scoring a translation: accepted renderings sentence by sentence, chrF++ for what is not among them.

chrF++ (Popović 2017, doi 10.18653/v1/W17-4770) is computed by sacrebleu; it runs from 0 to 100.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from harness.types import Json

if TYPE_CHECKING:
    from sacrebleu.metrics.chrf import CHRF

_FORM = re.compile(r"[^\W_]+(?:'[^\W_]*)?")
_FULL = {
    "won't": "will not", "don't": "do not", "doesn't": "does not", "didn't": "did not", "isn't": "is not",
    "wasn't": "was not", "hasn't": "has not", "it's": "it is", "that's": "that is", "can't": "can not",
    "cannot": "can not", "they're": "they are", "aren't": "are not",
}  # fmt: skip
_IN_WORDS = {
    word: str(n)
    for words in (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    )
    for n, word in enumerate(words.split(), 2)
}


def plain(sentence: str) -> str:
    """Words alone, lower case, accents kept; full forms for contractions, digits for small numbers."""
    text = unicodedata.normalize("NFC", sentence).casefold().replace("œ", "oe")
    forms = _FORM.findall(re.sub("[’‘ʼ`´]", "'", text))
    return " ".join(_IN_WORDS.get(form, _FULL.get(form, form)) for form in forms)


def renderings(sentence: Json) -> set[str]:
    """Every accepted rendering of a sentence, as `plain` gives it; where and when may come first or last."""
    if "idiom" in sentence:
        return {plain(said) for said in sentence["idiom"]}
    said = [_orders(*clause) for clause in sentence["clauses"]]
    if len(said) == 1:
        return said[0]
    found = {f"{one} {link} {two}" for one, link, two in product(said[0], sentence["link"], said[1])}
    return {_QUE.sub(r" qu'\1", rendering) for rendering in found}


_QUE = re.compile(r" que ([aeiouyéèêh])")


def _orders(who: str, verbs: Sequence[str], things: Sequence[str], adjuncts: Sequence[str]) -> set[str]:
    cores = [plain(" ".join(parts)) for parts in product([who], verbs, things)]
    if not adjuncts:
        return set(cores)
    places = [plain(adjunct) for adjunct in adjuncts]
    return {f"{a} {b}" for core, place in product(cores, places) for a, b in ((core, place), (place, core))}


def chrf(said: str, references: Sequence[str]) -> float:
    """Sentence chrF++ against the closest reference, in [0, 100]."""
    return float(_metric().sentence_score(said, list(references)).score)


@functools.cache
def _metric() -> CHRF:
    """Built once; sacrebleu is heavy to import, and listing tasks does not need it."""
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(word_order=2)
