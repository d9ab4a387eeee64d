"""Scoring a sentence: right if it is made of accepted pieces; else how near it comes, by chrF++."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import get_args

from harness.metrics.chrf import chrf
from harness.metrics.text import fold
from harness.types import Json
from tasks.content_production.translation.lexicon import NAMES
from tasks.content_production.translation.structure import Article, Clause, Tense
from tasks.content_production.translation.telling import arranged
from tasks.content_production.translation.tongues import QUALITIES, TONGUES, shared_things

BLIND = 0.6  # chrF++ of a sentence with the right form, names and numbers that says something else
NOT_ALL = 0.95  # the most that what is not known to be right may earn
_FORM = re.compile(r"[^\W_]+(?:'[^\W_]*)?")
_GROUPS = re.compile(r"(?<=\d)[,. \u00a0\u202f](?=\d{3}(?!\d))")
_LONG_RUN = re.compile(r"([^\w\s]{4})[^\w\s]+")  # normalising sorts runs of combining marks in quadratic time
_CHOICE = re.compile(r"[/|(\[{=]")
_FULL = {
    "won't": "will not", "don't": "do not", "doesn't": "does not", "didn't": "did not", "isn't": "is not",
    "wasn't": "was not", "hasn't": "has not", "it's": "it is", "that's": "that is", "can't": "can not",
    "cannot": "can not", "they're": "they are", "aren't": "are not",
}  # fmt: skip
_NAMES = frozenset(fold(name) for name, _ in NAMES)


def plain(sentence: str, language: str) -> str:
    """Words alone, lower case, accents kept; full forms for contractions, digits for numbers, thousands together."""
    text = unicodedata.normalize("NFC", _LONG_RUN.sub(r"\1", sentence)).casefold().replace("œ", "oe")
    forms = _FORM.findall(re.sub("[’‘ʼ`´]", "'", _GROUPS.sub("", text)))
    digits = _digits(language)
    return " ".join(digits.get(form, _FULL.get(form, form)) for form in forms)


def worth(said: str, sentence: Json, source: str, language: str) -> float:
    """What one sentence earns for another.

    1 for an accepted rendering. 0 where it leaves words of the source, offers a choice, or has other names or numbers.
    Else chrF++ against the nearest rendering, rescaled so that 0 is what the source itself or a blind answer earns.
    """
    words = plain(said, language)
    if accepted(words, sentence, language):
        return 1.0
    told = renderings(sentence, language, words)
    if _is_unfit(said, words, told[0], plain(source, language), language):
        return 0.0
    blind = max(BLIND, chrf(plain(source, language), told))
    return min(NOT_ALL, max(0.0, (chrf(words, told) - blind) / (1 - blind)))


def _is_unfit(said: str, words: str, told: str, source: str, language: str) -> bool:
    forms, known = words.split(), vocabulary(language)
    left = {form for form in source.split() if form not in known and not form.isdigit()}
    chooses = _CHOICE.search(said) or any(form in TONGUES[language].or_words for form in forms)
    return bool(chooses or left.intersection(forms) or _marks(words) != _marks(told))


def _marks(words: str) -> Counter[str]:
    """The names and numbers, which no translation changes."""
    return Counter(form for word in words.replace("'", " ").split() if (form := fold(word)) in _NAMES or form.isdigit())


# --- accepted renderings -----------------------------------------------------------------------------------------


def accepted(words: str, sentence: Json, language: str) -> bool:
    """Whether plain words are an accepted rendering: pieces that are as good, in an order that is as good."""
    if "idiom" in sentence:
        return any(words == plain(said, language) for said in sentence["idiom"])
    text, (first, *others) = f"{words} ", sentence["clauses"]
    ends = _ends(text, {0}, first, sentence["orders"], "", language)
    if others:
        after = [_ends(text, ends, others[0], orders, word, language) for word, orders in sentence["links"]]
        ends = set().union(*after)
    return len(text) in ends


def _ends(text: str, starts: set[int], clause: Json, orders: Sequence[str], link: str, language: str) -> set[int]:
    """Where a clause that begins at one of `starts` may end."""
    who, verbs, things, adjuncts = clause
    found: set[int] = set()
    for order, verb in product(orders, verbs) if starts else ():
        finite, _, rest = verb.partition("|")
        pieces = {"W": [who], "V": [finite], "R": [rest], "T": things, "A": adjuncts}
        places, lead = starts, link
        for mark in order:
            if choices := [piece for piece in pieces[mark] if piece]:
                ready = [_ready(f"{lead} {piece}", language) for piece in choices]
                places = {n + len(one) for n in places for one in ready if text.startswith(one, n)}
                lead = ""
        found |= places
    return found


@functools.lru_cache(maxsize=16_384)
def _ready(piece: str, language: str) -> str:
    """A piece as `plain` gives it, with the space after it."""
    return plain(TONGUES[language].smooth(f" {piece.strip()} "), language) + " "


def renderings(sentence: Json, language: str, near: str = "") -> list[str]:
    """A rendering for every order, of the pieces that `near` has; the first is the one that is told, if it is empty."""
    if "idiom" in sentence:
        return [plain(said, language) for said in sentence["idiom"]]
    smooth, around = TONGUES[language].smooth, f" {near} "
    first, *others = sentence["clauses"]
    orders, links = [sentence["orders"]], [""]
    if others:
        word, under = next((one for one in sentence["links"] if f" {one[0]} " in around), sentence["links"][0])
        orders, links = [sentence["orders"], under], ["", word]
    said = [_nearest(clause, around, language) for clause in (first, *others)]
    found = []
    for n in range(max(map(len, orders))):
        parts = [arranged(some[min(n, len(some) - 1)], one) for some, one in zip(orders, said, strict=True)]
        whole = " ".join(f"{link} {part}" for link, part in zip(links, parts, strict=True))
        found.append(plain(smooth(whole), language))
    return found


def _nearest(clause: Json, around: str, language: str) -> tuple[str, ...]:
    """Of every piece the choice that a text has, or the one that is told."""
    who, verbs, things, adjuncts = clause

    def has(piece: str) -> bool:
        return all(_ready(part, language) in around for part in piece.split("|") if part)

    verb, thing, adjunct = (next(filter(has, some), some[0]) if some else "" for some in (verbs, things, adjuncts))
    finite, _, rest = verb.partition("|")
    return who, finite, rest, thing, adjunct


# --- words of a language -----------------------------------------------------------------------------------------


@functools.cache
def _digits(language: str) -> dict[str, str]:
    return {word: str(n) for n, word in enumerate(TONGUES[language].numbers.split(), 2)}


@functools.cache
def vocabulary(language: str) -> frozenset[str]:
    """Every word that the grammar of a language can say."""
    tongue = TONGUES[language]
    said = [said for some in (*tongue.adjuncts, *tongue.idioms) for said in some]
    said += [name for name, _ in NAMES]
    said += [one for clause in _clauses() if tongue.things[clause.thing] for one in _says(clause, language)]
    links = [word for link in tongue.links for word, _ in link]
    smoothed = [tongue.smooth(f" {word} {name}") for word, (name, _) in product(links, NAMES)]
    return frozenset(form for one in {*said, *smoothed} for form in plain(one, language).split())


def _says(clause: Clause, language: str) -> tuple[str, ...]:
    tongue = TONGUES[language]
    if clause.quality is not None and not tongue.has_quality(clause.quality):
        return ()
    return *tongue.verb(clause), *tongue.thing(clause)


def _clauses() -> Iterator[Clause]:
    """Clauses that hold every word: each thing with each article and quality, each verb in each tense."""
    for thing, article, who in product(shared_things(""), get_args(Article), (0, len(NAMES) - 1)):
        count = 2 if article == "count" else 1
        for quality in (None, *range(QUALITIES)):
            yield Clause(who, thing, article, count, quality, "present", False, None)
        for tense, denied in product(get_args(Tense), (False, True)):
            yield Clause(who, thing, article, count, None, tense, denied, None)
