"""What an answer says: one name, or who and what stands at each place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.metrics.answers import fold, names_in, only_names, sentences, settle, tidy
from tasks.problem_solving.zebra_puzzles.lexicon import NAMES, WORDS

_DOUBT = re.compile(r"\b(?:not|or|nor|except|pas|ou|ni|sauf)\b|n't\b", re.I)
_ANNOUNCED = re.compile(r"\b(?:answer|r[ée]ponse)(?: finale)? ?:", re.I)
_PARAGRAPH = re.compile(r"\n *\n")
_PLACE = re.compile(r"(?<![0-9])[0-9]{1,2}(?![0-9])")
Rows = tuple[frozenset[str], ...]


def read_name(text: str, question: str = "") -> str | None:
    """The one name a text answers, or None; clues copied from the question answer nothing."""
    clean = tidy(text, question)
    if _only_copies(clean, question):
        return None
    return settle(clean, _names, lambda said: only_names(said, NAMES))


def _only_copies(text: str, question: str) -> bool:
    """Whether each sentence is a clue, or begins one, and none says what is asked ("Who plays golf?": "plays golf")."""
    *clues, asked = [fold(part).strip(" .?") for part in sentences(tidy(question))] or [""]
    wanted = asked.partition(" ")[2]
    said = [fold(part).strip(" .") for part in sentences(text) if not only_names(part, NAMES)]
    return bool(said) and all(wanted not in part and any(clue.startswith(part) for clue in clues) for part in said)


def _names(said: str) -> list[str]:
    found = names_in(said, NAMES)
    return [*found, ""] if found and _DOUBT.search(said) else found


def read_rows(text: str, question: str, language: str, size: int) -> Rows | None:
    """The words of each place in order: of the last announced or the last whole paragraph that gives every place.

    Three different whole assignments are guesses, and none of them counts.
    """
    clean = tidy(text, question)
    announced = _ANNOUNCED.split(clean)
    pieces = announced[1:] if len(announced) > 1 else _PARAGRAPH.split(clean)
    found = [rows for piece in pieces if (rows := _rows(piece.split("\n"), language, size))]
    if not found and len(announced) == 1:
        rows = _rows(clean.split("\n"), language, size)
        return rows
    return found[-1] if found and len(set(found)) <= 2 else None


def _rows(lines: Sequence[str], language: str, size: int) -> Rows | None:
    """One row a line with at least two known words, in the order of the numbers or of the lines."""
    rows = [(line, words) for line in lines if len(words := names_in(line, WORDS[language])) > 1]
    if len(rows) != size:
        return None
    numbers = [int(found.group()) for line, _ in rows if (found := _PLACE.search(line))]
    if numbers and sorted(numbers) != list(range(1, size + 1)):
        return None
    order = numbers or range(1, size + 1)
    return tuple(frozenset(words) for _, (_, words) in sorted(zip(order, rows, strict=True), key=lambda pair: pair[0]))
