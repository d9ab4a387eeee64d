"""Which integers an answer gives, when several are asked for in order."""

from __future__ import annotations

import re
from fractions import Fraction

from harness.metrics.answers import numbers, read_number, sentences, settle, tidy

_EITHER = re.compile(r"\b(?:or|ou|not|pas|non)\b|n't", re.I)
_SEPARATOR = re.compile(r", +|;|\b(?:and|et|then|puis)\b|\n", re.I)
_INTEGER = re.compile(r"[-−]?[0-9]{1,15}(?![0-9])")
_OPEN_LIST = re.compile(r"(?<=[0-9])(?:;|,?\n)\s*(?=[-−]?[0-9])")


def read_integers(text: str, size: int, question: str = "") -> tuple[Fraction, ...] | None:
    """The `size` numbers that a text answers in order, or None when it answers another number of them, or hedges."""
    if size == 1:
        number = read_number(text, question)
        return None if number is None else (number,)
    lined = _OPEN_LIST.sub(", ", tidy(text, question))  # "12; 5" is a list, and one sentence

    def read(passage: str) -> list[tuple[Fraction, ...]]:
        for sentence in reversed(sentences(passage)):
            if found := _listed(sentence, size):
                return [found] if len(found) == size and not _EITHER.search(sentence) else [found, ()]
        return []

    def bare(sentence: str) -> bool:
        return (
            not re.search(r"[^\W\d_]", re.sub(r"\b(?:and|et)\b", "", sentence)) and len(_listed(sentence, size)) == size
        )

    return settle(lined, read, bare)


def _listed(sentence: str, size: int) -> tuple[Fraction, ...]:
    """The numbers of a sentence: one for each part between separators if that makes `size`, else the runs of digits."""
    parts = [numbers(part.rpartition("=")[2]) for part in _SEPARATOR.split(sentence)]
    found = [number for part in parts for number in part]
    if len(found) == size and all(len(part) <= 1 for part in parts) and all(n.denominator == 1 for n in found):
        return tuple(found)
    return tuple(Fraction(run.replace("−", "-")) for run in _INTEGER.findall(sentence))
