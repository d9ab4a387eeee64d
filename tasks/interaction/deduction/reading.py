"""Read the one guess of a turn, as a person at the table would.

A first line that is nothing but a guess is the guess (a model that goes on to play the other side has still guessed);
otherwise the rule of `harness.metrics.answers.settle` holds, and several different guesses are none. As a turn is one
guess whatever is read, there is nothing to gain by offering more.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from harness.metrics.answers import final_answers, numbers, read_number, settle, tidy

LONGEST = 2_000  # characters: far beyond any turn's budget
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER_LINE = re.compile(r"\W*([0-9]{1,6})\W*")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s,/-]")  # a word, or a mark that ends a code


def first_line(text: str) -> str:
    """The first line of a tidy text, unless an answer is announced."""
    return "" if final_answers(text) else text.partition("\n")[0]


@functools.lru_cache(maxsize=4096)
def read_whole(text: str, question: str) -> str | None:
    """The whole number that is guessed, in digits; one outside the range is a guess too, and is told the same."""
    if len(text) > LONGEST:
        return None
    said = tidy(text, question)
    lone = _NUMBER_LINE.fullmatch(first_line(said))
    if not lone and not _LETTER.search(said) and len(set(numbers(said))) > 1:
        return None  # a list of guesses, though some of them be numbers that the question gives
    number = int(lone[1]) if lone else read_number(text, question)
    return str(number) if number is not None and number.denominator == 1 and number >= 0 else None


@functools.lru_cache(maxsize=4096)
def read_code(text: str, question: str, symbols: str, length: int) -> str | None:
    """The code that is guessed: `length` symbols, joined or with spaces, commas, dashes or slashes between."""
    if len(text) > LONGEST:
        return None
    said = tidy(text, question)

    def read(passage: str) -> Sequence[str]:
        return _codes(passage, symbols, length)

    def bare(sentence: str) -> bool:
        found = read(sentence)
        return len(found) == 1 and "".join(re.findall(r"[^\W_]", sentence.upper())) == found[0]

    opening = first_line(said)
    return read(opening)[0] if bare(opening) else settle(said, read, bare)


def _codes(passage: str, symbols: str, length: int) -> list[str]:
    """The different runs of exactly `length` symbols, in order."""
    found, run = [], ""
    for token in [*_TOKEN.findall(passage.upper()), "."]:
        if all(character in symbols for character in token):
            run += token
        else:
            found += [run] if len(run) == length else []
            run = ""
    return list(dict.fromkeys(found))
