"""Which of the propositions A to E a text chooses.

The last announcement counts ("Réponse : A, C", "Les bonnes réponses sont A et C", a box); four different ones are a
list of guesses. Without any, letters that begin the text are read ("A, C", or lines such as "A. Glucose"), else those
of the last sentence that names some and denies nothing. A letter beyond E makes a list of all letters, and no choice.
Takes any text, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.metrics.answers import sentences, tidy

LETTERS = "ABCDE"
_EVERY = "ABCDEFGH"  # a letter after E is no proposition
_MOST_DIFFERENT = 3
_LINE = 400  # characters of a line that are read
_QUALITIES = "correctes?|exactes?|justes?|finales?|vraies?|bonnes?|correct|final|à retenir|à cocher"
_MARK = re.compile(
    rf"####|\\boxed\{{|\b(?:r[ée]ponses?|answers?|propositions?|options?|lettres?|affirmations?)(?: (?:{_QUALITIES}))?"
    r"(?: ?[:=]| (?:sont|est|is|are|seraient|serait)\b(?: donc)?:?)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+['’]?")
_BETWEEN = frozenset("et and les le la lettre lettres réponse réponses proposition propositions option options".split())
_VERBS = frozenset({"est", "sont", "is", "are", *_BETWEEN})
_NEXT = re.compile(r"[,;]\s*(?:et\s+)?([A-H])[.):]")
_ITEM = re.compile(r"[ \t]*(?:[-•] ?)?\(?([A-H])\s?[.):]")
_SENTENCE = re.compile(r"[A-H](?:,? (?:et |and )?[A-H])* (?:est|sont|is|are)\b")
_STANDING = re.compile(r"(?<![\w'’])([A-H])(?:(?=\s*(?:[,;/+&.):\]!]|$))|(?= (?:et|and|est|sont|is|are)\b))")
_DENIED = re.compile(r"\b(?:pas|faux|fausses?|incorrecte?s?|inexacte?s?|sauf|not|wrong|false)\b", re.I)


def read_letters(text: str, question: str = "") -> frozenset[str]:
    """The letters chosen; none where nothing is said, or everything."""
    said = tidy(text, question)
    announced = [found for found in _announced(said) if found]
    if announced:
        return _propositions(announced[-1]) if len(set(announced)) <= _MOST_DIFFERENT else frozenset()
    lines = [line for line in said.split("\n") if line.strip()]
    if lines and not _SENTENCE.match(lines[0]) and (found := _chosen(lines)):
        return _propositions(found)
    for sentence in reversed(sentences(said)):
        if (named := frozenset(_STANDING.findall(sentence[-_LINE:]))) and not _DENIED.search(sentence):
            return _propositions(named)
    return frozenset()


def _propositions(found: frozenset[str]) -> frozenset[str]:
    """The letters, or none where one of them is no proposition's."""
    return found if found <= set(LETTERS) else frozenset()


def _announced(said: str) -> Iterator[frozenset[str]]:
    """The letters that each mark announces, on its line or, where that is empty, on those after it."""
    marks = list(_MARK.finditer(said))
    ends = [*(mark.start() for mark in marks), len(said)][1:]
    for mark, end in zip(marks, ends, strict=True):
        lines = [line for line in said[mark.end() : end].partition("}")[0].split("\n") if line.strip()]
        if lines:
            yield _chosen(lines)


def _chosen(lines: list[str]) -> frozenset[str]:
    """The letters that begin the first line; those of each line where it is one of a list."""
    found: set[str] = set()
    for line in lines:
        if not (letters := _leading(line[:_LINE])):
            break
        found |= letters
        if not (_ITEM.match(line) or len(line.strip()) == 1):
            break
    return frozenset(found)


def _leading(line: str) -> set[str]:
    """The letters that a line begins with, with what joins them ("A et C", "b, d", "ACD", "A. Glucose, C. Lactose")."""
    found: list[str] = []
    for word in _WORD.finditer(line):
        said, rest = word.group(), line[word.end() :]
        if not found and line[: word.start()].strip(" \t-•([«\"'"):
            break
        if said.casefold() in _BETWEEN:
            continue
        letters = said if said.isupper() else said.upper() if len(said) == 1 else ""
        if not letters or sorted(set(letters) & set(_EVERY)) != list(letters) or _is_word(said, rest):
            break
        found += letters
    return {*found, *_NEXT.findall(line)} if found else set()


def _is_word(letter: str, rest: str) -> bool:
    """Whether an "a" is the French word: a small letter's word follows."""
    following = _WORD.match(rest[1:]) if rest.startswith(" ") else None
    return (
        letter in ("a", "A")
        and following is not None
        and (following.group()[0].islower() and len(following.group()) > 1 and following.group() not in _VERBS)
    )
