"""What is copied: a run of words of the report, or one in which words are left out, put in or parted by a point."""

from __future__ import annotations

from collections.abc import Sequence

from harness.metrics.prose import lines_and_sentences
from harness.metrics.text import word_forms

_PIECE = 3  # words in a row that are one piece of a longer copy
_GAP = 2  # words left out or put in between two pieces
_PIECED = 6  # words that a copy in pieces may have beyond a whole one: facts that stand side by side stay so
_WHOLE = 0.75  # share of a text that makes a shorter copy in pieces all that the text is


def copies(text: str, source: str, most: int) -> bool:
    """Whether a sentence holds more than `most` words in a row of the source, or the text a copy of it in pieces."""
    given = word_forms(source)
    runs = {tuple(given[n : n + most + 1]) for n in range(len(given) - most)}
    groups = [word_forms(sentence) for sentence in lines_and_sentences(text)]
    if any(tuple(group[n : n + most + 1]) in runs for group in groups for n in range(len(group) - most)):
        return True
    said = [form for group in groups for form in group]
    pieced = longest_in_pieces(said, given)
    return pieced > most and (pieced > most + _PIECED or pieced > _WHOLE * len(said))


def longest_in_pieces(said: Sequence[str], given: Sequence[str]) -> int:
    """Most words of pieces that follow each other in both texts, with few words between, whatever the points."""
    places: dict[tuple[str, ...], list[int]] = {}
    for n in range(len(given) - _PIECE + 1):
        places.setdefault(tuple(given[n : n + _PIECE]), []).append(n)
    ends: dict[tuple[int, int], int] = {}  # where a copy has come to in both texts: its words so far
    longest = 0
    for n in range(len(said) - _PIECE + 1):
        for place in places.get(tuple(said[n : n + _PIECE]), ()):
            one_more = ends.get((n + _PIECE - 1, place + _PIECE - 1), 0)
            back = range(_GAP + 1)
            before = max(ends.get((n - a, place - b), 0) for a in back for b in back)
            total = max(one_more + 1 if one_more else 0, before + _PIECE)
            ends[n + _PIECE, place + _PIECE] = total
            longest = max(longest, total)
    return longest
