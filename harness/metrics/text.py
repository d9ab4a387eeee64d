"""Pure functions on texts: words, sentences, letters, and the JSON found in an answer.

All are safe on any text (empty, a megabyte, lone surrogates) and take time linear in its length.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Iterator

from harness.types import Json

_APOSTROPHES = "’‘ʼ`´"
_LIGATURES = {"œ": "oe", "æ": "ae"}
_ABBREVIATIONS = frozenset({"m", "mm", "mr", "mrs", "ms", "dr", "st"})
_LETTERS = re.compile(r"[^\W_]+")
_ENDERS = ".!?…"
_CLOSERS = "\"'»”’)]*_"
_LAST = frozenset(_ENDERS + _CLOSERS)  # how the last word of a sentence can end
_SPACED_MARKS = re.compile(r"\s([!?…»:;]|\.+(?=\s|$))")
_FENCE = re.compile(r"^[ \t]*(```|~~~)[^\n]*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*•–—>]|\d{1,2}[.)])[ \t]+", re.MULTILINE)
_LABEL = re.compile(r"^(?:answer|text|réponse|texte)\s?:\s*", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t\r]*\n")
_STARTS = 16  # places from which a JSON value is tried: bounds the work on broken JSON
_DIGITS = 40  # longest number literal read


# --- letters and words -------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """Lower case, without accents, ligatures opened, straight apostrophes.

    Characters are decomposed one by one: normalising a whole text sorts runs of combining marks in quadratic time.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_fold_character, text))


@functools.lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    pieces = unicodedata.normalize("NFKD", character).casefold()
    return "".join(_LIGATURES.get(c, c) for c in pieces if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words as a word processor counts them: runs between spaces that hold a letter or a digit."""
    return [run for run in text.split() if run[0].isalnum() or any(c.isalnum() for c in run)]


def word_forms(text: str) -> list[str]:
    """Folded runs of letters and digits: `l'eau` holds the two forms `l` and `eau`."""
    return _LETTERS.findall(fold(text))


def letters(text: str) -> str:
    """The folded letters and digits alone, in order."""
    return "".join(word_forms(text))


def contains_run(text: list[str], run: list[str]) -> int:
    """How many times the forms `run` follow each other in the forms `text`."""
    size = len(run)
    return sum(text[n : n + size] == run for n in range(len(text) - size + 1)) if size else 0


# --- sentences ---------------------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    """The sentences, each with its closing mark: a run of `.!?…` (and closing quotes) before a space or the end.

    Titles such as `Mr.` do not end a sentence, nor does a point inside a number. A rest with no mark is a sentence.
    """
    found: list[str] = []
    pending: list[str] = []
    for run in _SPACED_MARKS.sub(r"\1", text).split():
        pending.append(run)
        if run[-1] in _LAST and ends_sentence(run):
            found.append(" ".join(pending))
            pending = []
    if pending:
        found.append(" ".join(pending))
    return [sentence for sentence in found if sentence[0].isalnum() or any(c.isalnum() for c in sentence)]


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    bare = text.rstrip().rstrip(_CLOSERS).rstrip()
    if not bare or bare[-1] not in _ENDERS:
        return False
    return bare[-1] != "." or bare[-12:].split()[-1].rstrip(".").lower() not in _ABBREVIATIONS


def first_letters(text: str) -> str:
    """The folded first letter of every sentence, upper case."""
    return "".join(letters(sentence)[0].upper() for sentence in sentences(text) if letters(sentence))


def paragraph(text: str) -> str:
    """The paragraph that answers: the first one, after an opening line that ends with a colon if there is one.

    Code fences, list marks, a label such as `Answer:`, bold marks and quotes around it are taken off.
    """
    blocks = [b.strip() for b in _BLANK.split(_FENCE.sub("", text)) if b.strip()]
    if not blocks:
        return ""
    lines = blocks[0].splitlines()
    continued = len(lines) > 1 and lines[1].lstrip()[:1].islower()  # "Nora a un canard :\nil est blanc."
    if lines[0].rstrip(" *_").endswith(":") and (len(lines) > 1 or len(blocks) > 1) and not continued:
        block = "\n".join(lines[1:]) if len(lines) > 1 else blocks[1]
    else:
        block = blocks[0]
    bare = " ".join(_BULLET.sub("", block).split()).replace("**", "").strip("*_ ")
    return _unquote(_LABEL.sub("", bare))


def _unquote(text: str) -> str:
    for opening, closing in (('"', '"'), ("«", "»"), ("“", "”")):
        if len(text) > 1 and text[0] == opening and text[-1] == closing and text.count(closing) <= 2:
            return text[1:-1].strip()
    return text


# --- JSON --------------------------------------------------------------------------------------------------------


def json_objects(text: str, max_depth: int = 32) -> list[dict[str, Json]]:
    """The different outermost JSON objects in a text, in order; prose and code fences around them are passed over.

    A value with a repeated key, NaN, a number of over 40 digits or more than `max_depth` levels is not read.
    """
    found: list[dict[str, Json]] = []
    for piece in _balanced(text, max_depth):
        value = _decode(piece)
        if isinstance(value, dict) and not any(same_json(value, other) for other in found):
            found.append(value)
    return found


def same_json(left: Json, right: Json) -> bool:
    """Whether two JSON values are the same, types included (`1` is not `true`, but is `1.0`)."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _balanced(text: str, max_depth: int) -> Iterator[str]:
    """Outermost spans with balanced brackets; a span that breaks is left and the search goes on inside it."""
    place = 0
    for _ in range(_STARTS):
        start = min((n for n in (text.find("{", place), text.find("[", place)) if n >= 0), default=-1)
        if start < 0:
            return
        end = _span(text, start, max_depth)
        if end:
            yield text[start:end]
        place = end or start + 1


_TOKEN = re.compile(r'[{}\[\]"]')
_STRING_END = re.compile(r'\\.|"', re.DOTALL)


def _span(text: str, start: int, max_depth: int) -> int:
    """End of the balanced span that starts here, 0 when there is none."""
    expected: list[str] = []
    place = start
    while found := _TOKEN.search(text, place):
        mark, place = found.group(), found.end()
        if mark == '"':
            place = _string_end(text, place)
            if not place:
                return 0
        elif mark in "{[":
            expected.append("}" if mark == "{" else "]")
            if len(expected) > max_depth:
                return 0
        elif mark != expected.pop():
            return 0
        elif not expected:
            return place
    return 0


def _string_end(text: str, place: int) -> int:
    """Place after the quote that closes a string, 0 when it stays open."""
    for found in _STRING_END.finditer(text, place):
        if found.group() == '"':
            return found.end()
    return 0


def _decode(piece: str) -> Json:
    """The JSON value, or None: an answer that is not JSON is an answer like any other."""
    try:
        value, end = _DECODER.raw_decode(piece)
    except ValueError:
        return None
    return value if end == len(piece) else None


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    keys = dict(pairs)
    if len(keys) < len(pairs):
        raise ValueError("a key is given twice")
    return keys


def _refuse(literal: str) -> Json:
    raise ValueError(f"{literal} is not JSON")


def _short(literal: str) -> str:
    if len(literal) > _DIGITS:
        raise ValueError("the number is too long")
    return literal


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_refuse,
    parse_int=lambda literal: int(_short(literal)),
    parse_float=lambda literal: float(_short(literal)),
)
