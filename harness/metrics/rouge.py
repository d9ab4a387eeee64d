"""ROUGE (Lin 2004): n-grams and longest common subsequences shared with the best of several references.

Tokens are runs of letters and digits without case, and are not stemmed. `gain` is the mean of ROUGE-1, 2 and L, set
against what the best beginning of the source earns with the same references: 0 where it is no better, 1 for a
reference itself. Scores are counted for all beginnings of a text at once, in one walk for each reference.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

Tokens = tuple[str, ...]

_KINDS = ("rouge1", "rouge2", "rougeL")
_ENGLISH = re.compile(r"[a-z0-9]+")
_ANY = re.compile(r"[^\W_]+")


def english(text: str) -> Tokens:
    """Tokens as the package `rouge-score` cuts them; a letter with an accent is none."""
    return tuple(_ENGLISH.findall(text.lower()))


def letters(text: str) -> Tokens:
    """Tokens with the letters of every language."""
    return tuple(_ANY.findall(text.lower()))


def rouge(tokens: Tokens, references: Sequence[Tokens]) -> dict[str, float]:
    """F-scores in [0, 1], each with the reference that it is highest for."""
    *_, whole = (dict.fromkeys(_KINDS, 0.0), *_beginnings(tokens, references))
    return whole


def gain(scores: dict[str, float], source: Tokens, references: tuple[Tokens, ...]) -> float:
    """How far scores are on the way from those of the best beginning of the source to 1; in [0, 1]."""
    copied = best_copy(source, references)
    return max(0.0, (_mean(scores) - copied) / (1 - copied)) if copied < 1 else 0.0


@functools.lru_cache(maxsize=4096)
def best_copy(source: Tokens, references: tuple[Tokens, ...]) -> float:
    """The mean score of the best beginning of the source, of any number of words."""
    return max(map(_mean, _beginnings(source, references)), default=0.0)


def _mean(scores: dict[str, float]) -> float:
    return sum(scores.values()) / len(_KINDS)


def _beginnings(tokens: Tokens, references: Sequence[Tokens]) -> Iterator[dict[str, float]]:
    """The scores of the first token, of the first two, and so on to all."""
    walks = (
        [_ngrams(tokens, one, 1) for one in references],
        [_ngrams(tokens, one, 2) for one in references],
        [_subsequences(tokens, one) for one in references],
    )
    for best in zip(*(map(max, zip(*walk, strict=True)) for walk in walks), strict=True):
        yield dict(zip(_KINDS, best, strict=True))


def _ngrams(tokens: Tokens, reference: Tokens, size: int) -> Iterator[float]:
    """F-scores of n-grams; each one of the reference is found once."""
    left = Counter(zip(*(reference[n:] for n in range(size)), strict=False))
    total, found = left.total(), 0
    for end in range(1, len(tokens) + 1):
        gram = tokens[max(0, end - size) : end]
        if left[gram] > 0:
            left[gram] -= 1
            found += 1
        yield _f(found, max(0, end - size + 1) + total)


def _subsequences(tokens: Tokens, reference: Tokens) -> Iterator[float]:
    """F-scores of the longest common subsequence; a row of its table is held as bits (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for n, token in enumerate(reference):
        places[token] = places.get(token, 0) | 1 << n
    whole = row = (1 << len(reference)) - 1
    for end, token in enumerate(tokens, start=1):
        met = row & places.get(token, 0)
        row = ((row + met) | (row - met)) & whole
        yield _f(len(reference) - row.bit_count(), end + len(reference))


def _f(common: int, both: int) -> float:
    """Twice what is common over the lengths of both sides."""
    return 2 * common / both if common else 0.0
