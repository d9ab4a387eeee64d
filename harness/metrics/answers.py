r"""Read what a free text answers: a number, or some of a list of names. Shared by tasks.

A person is lenient about form (bold, case, accents, units, "The answer is 5.") and strict about hedging. The rule,
in `settle`, is the same for every kind of candidate:

1. An explicit final answer wins ("Answer: 5", "Réponse : 5", "The answer is 5", "#### 5", "\boxed{5}"); after a
   correction the last one counts, but three different ones are a list of guesses and none counts, and neither does
   any of four different announcements, whatever they announce.
2. Otherwise an answer that begins with nothing but a candidate ("5", "5 apples", "Anna, Tom") is read, unless
   another sentence of it is nothing but a different candidate: that is a list of guesses too.
3. Otherwise the last paragraph that names a candidate is the conclusion, and must name exactly one.

What precedes a repetition of the question is a quotation of the prompt, never an answer. Every function takes any
text (lone surrogates and NULs too), raises nothing, evaluates nothing and runs in linear time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Hashable, Sequence
from fractions import Fraction
from typing import TypeVar

from harness.metrics import text as metrics_text

T = TypeVar("T", bound=Hashable)

_LIMIT = 20_000  # characters: longer than any token budget; of a longer text the end is read
_MOST_DIGITS = 15  # a longer run of digits is a candidate of its own that no target equals
_MOST_CORRECTIONS = 2  # different final answers that still read as one correction
_UNREADABLE = Fraction(-1, 7)  # what such a run is read as

_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\r\f\v]")
_MARKUP = re.compile(r"[*`]+|^[ ]*#{1,3} +|(?<!\w)_{1,3}(?=\w)|(?<=[^\W_])_{1,3}(?!\w)|\\[()\[\]]|\$", re.M)
_MARK = re.compile(
    r"####|\\boxed\{"
    r"|\b(?:answer|r[ée]ponse)(?: finale| correcte)? ?(?:(?:is|was|est|serait|sera)\b(?: donc| thus)?|[:=])[ :=]*",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_NUMBER = re.compile(r"(?<![\w.,])[-−]?[0-9]+(?:[., ][0-9]+)*")
_GROUPED = re.compile(
    r"[-−]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-−]?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?"
)
_SIMPLE = re.compile(r"[-−]?[0-9]+(?:[.,][0-9]+)?")
_EITHER = re.compile(r"\b(?:or|ou)\b", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_STEP_LABEL = re.compile(r"^[ ]*[0-9]{1,2}[.)] +(?=\S)", re.M)

_WORDS_EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_WORDS_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_LARGER = {
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "cent": 100, "cents": 100, "hundred": 100, "mille": 1000, "thousand": 1000, "une": 1,
}  # fmt: skip
_NUMBER_WORDS = {
    **{word: value for words in (_WORDS_EN, _WORDS_FR) for value, word in enumerate(words.split())},
    **_LARGER,
}
_ARTICLES = frozenset({"un", "une", "one"})  # numbers only where little else is said
_ANY_NUMBER = rf"(?:(?<![0-9.,])[-−]?[0-9]{{1,20}}(?:[., ][0-9]{{1,20}}){{0,6}}|\b(?:{'|'.join(_NUMBER_WORDS)})\b)"
# A number that is denied ("not 9", "9 is not the answer") or only bounds the answer ("less than 9", "au plus 9").
_DENIED = re.compile(
    r"(?:\b(?:not|cannot|never|no longer|pas|jamais|non|rather than|instead of|plut[ôo]t que|au lieu de)|n't)"
    r"(?: (?:be|being|equals?|exactly|to|the|number|[êe]tre|exactement|[ée]gale?s?|[àa]|de|le|nombre)){0,3}"
    rf" {_ANY_NUMBER}"
    r"|\b(?:(?:less|more|fewer|greater|higher|lower|bigger|smaller|larger) than|at (?:least|most)|up to|under|below"
    rf"|above|(?:plus|moins) de|au (?:plus|moins)|sup[ée]rieure? [àa]|inf[ée]rieure? [àa]|jusqu'[àa]) {_ANY_NUMBER}"
    rf"|{_ANY_NUMBER} (?:(?:is|was) not|isn't|wasn't|n'est pas|or (?:more|less|fewer)|ou (?:plus|moins)"
    r"|(?:is|est) (?:wrong|incorrect|fausse?|faux))\b",
    re.I,
)


def tidy(text: str, question: str = "") -> str:
    """The text without markup, thinking block, odd spaces, or what precedes a repetition of the question."""
    if question and (place := text.rfind(question)) >= 0:
        text = text[place + len(question) :]
    if "</think>" in text:
        text = text.rpartition("</think>")[2]
    elif "<think>" in text:
        return ""  # a thought that was cut is not an answer
    text = _SPACES.sub(" ", text[-_LIMIT:]).replace("\u2019", "'")
    return _MARKUP.sub("", text).strip()


def fold(text: str) -> str:
    """Lower case without accents, so that "LEA" and "Léa" are the same name."""
    return metrics_text.fold(text[-_LIMIT:])


def sentences(text: str) -> list[str]:
    """The non-empty sentences and lines of a text."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def final_answers(text: str) -> list[str]:
    """What each final-answer mark announces: the sentence after it, or the next line where that is empty."""
    found = []
    marks = list(_MARK.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):
        said = text[mark.end() : end].lstrip(" \n")
        if parts := sentences(said):
            found.append(parts[0].partition("}")[0] if mark.group().endswith("{") else parts[0])
    return found


def conclusion(text: str) -> str | None:
    """A tidy text from its last announced answer on, or all of it; None where over two different ones are announced."""
    announced = list(dict.fromkeys(piece.strip() for piece in final_answers(text)))
    if len(announced) > _MOST_CORRECTIONS:
        return None
    return text[text.rfind(announced[-1]) :] if announced else text


def in_parts(text: str, count: int, marks: str = ";,") -> list[str] | None:
    """The `count` parts of a conclusion: of the one line that the first fitting mark parts so, else as many lines.

    Lines that are the same count once; two different ones with as many parts are a list of guesses: None.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    for mark in marks if count > 1 else "":
        rows = list(dict.fromkeys(line for line in lines if line.count(mark) == count - 1))
        if rows:
            return rows[0].split(mark) if len(rows) == 1 else None
    return lines if len(lines) == count else None


def settle(text: str, read: Callable[[str], Sequence[T]], bare: Callable[[str], bool]) -> T | None:
    """The one candidate a tidy text answers, or None (see the rule at the top of this module).

    Args:
        text: what `tidy` returned.
        read: the different candidates a passage names, in the order of the text; empty when it names none.
        bare: whether a sentence is nothing but a candidate.
    """
    said = final_answers(text)
    if len({fold(one) for one in said}) > _MOST_CORRECTIONS + 1:
        return None
    announced = [found for one in said if (found := read(one))]
    if announced:
        different = {one for found in announced for one in found}
        agreed = len(announced[-1]) == 1 and len(different) <= _MOST_CORRECTIONS
        return announced[-1][0] if agreed else None
    parts = sentences(text)
    lone = {one for part in parts if bare(part) for one in read(part)}
    if (parts and bare(parts[0])) or len(lone) > 1:
        return lone.pop() if len(lone) == 1 else None
    for paragraph in reversed(re.split(r"\n *\n", text)):
        if found := read(paragraph):
            return found[0] if len(found) == 1 else None
    return None


# --- numbers ---------------------------------------------------------------------------------------------------


def numbers(text: str) -> list[Fraction]:
    """Every number written in digits, in order: 1234, 1,234, 1 234, 3.5 and 3,5 (decimal unless groups of three)."""
    found: list[Fraction] = []
    for run in _NUMBER.findall(text):
        grouped = _GROUPED.fullmatch(run)
        parts = [run] if grouped else _SIMPLE.findall(run)
        found += [_value(part, grouped=bool(grouped)) for part in parts]
    return found


def read_number(text: str, question: str = "") -> Fraction | None:
    """The one number a text answers to a question, or None.

    In a sentence, what follows the last "=" is the result, and numbers that the question itself gives do not
    compete with a new one ("12 minus 5 leaves 7" says 7); "5 or 6", "not 5" and "less than 5" say nothing. Words from
    zero to twenty count where a passage has no digits.
    """
    given = set(numbers(tidy(question)))
    return settle(_without_labels(tidy(text, question)), lambda said: _candidates(said, given), _bare_number)


def _candidates(passage: str, given: Collection[Fraction]) -> list[Fraction]:
    """The different numbers of the passage's last sentence that has any."""
    for whole in reversed(sentences(passage)):
        sentence = _DENIED.sub(" ", whole)
        values = numbers(sentence.rpartition("=")[2]) or numbers(sentence) or _in_words(sentence)
        different = list(dict.fromkeys(values))
        if different:
            new = [value for value in different if value not in given]
            return new if len(new) == 1 and not _EITHER.search(sentence) else different
    return []


def _bare_number(sentence: str) -> bool:
    """Whether a sentence is a number and at most three words of unit after it."""
    sentence = _DENIED.sub(" ", sentence)
    words = sentence.split()
    if len(words) > 5:
        return False
    if values := numbers(sentence):
        return len(values) == 1 and not _WORD.match(sentence.lstrip(" (=€"))
    return len(words) <= 2 and len(_in_words(sentence)) == 1


def _in_words(sentence: str) -> list[Fraction]:
    words = [word.casefold() for word in _WORD.findall(sentence)]
    found = [word for word in words if word in _NUMBER_WORDS]
    if all(word in _ARTICLES for word in found) and len(words) > 3:
        return []
    return [Fraction(_NUMBER_WORDS[word]) for word in found]


def _value(written: str, *, grouped: bool) -> Fraction:
    """A number as written; a comma is decimal unless it separates groups of three digits."""
    plain = written.replace("−", "-").replace(*((" ", "") if " " in written or not grouped else (",", "")))
    return Fraction(plain.replace(",", ".")) if len(plain) <= _MOST_DIGITS else _UNREADABLE


def _without_labels(text: str) -> str:
    """The text without "1." and "2." before its steps, where it has at least two."""
    return _STEP_LABEL.sub("", text) if len(_STEP_LABEL.findall(text)) > 1 else text


# --- names -----------------------------------------------------------------------------------------------------


def names_in(text: str, names: Collection[str]) -> list[str]:
    """Those of `names` that a text names as whole words, whatever the case and accents, in the text's order."""
    if not names:
        return []
    known, pattern = _known_names(tuple(names))
    return list(dict.fromkeys(known[found] for found in pattern.findall(fold(text))))


@functools.lru_cache(maxsize=256)
def _known_names(names: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    """Names by their folded form, and what finds these, longest first."""
    known = {fold(name): name for name in names}
    longest_first = sorted(known, key=len, reverse=True)
    return known, re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in longest_first) + r")(?!\w)")


def only_names(sentence: str, names: Collection[str], allowed: Collection[str] = ()) -> bool:
    """Whether a sentence is nothing but some of `names`, with "and"/"et" between and `allowed` words."""
    known, extra = _known_words(tuple(names)), _known_words(tuple(allowed))
    words = set(_WORD.findall(fold(sentence)))
    return bool(words & (known | extra) - _AND or words & extra) and words <= known | extra | _AND


_AND = frozenset({"and", "et"})


@functools.lru_cache(maxsize=256)
def _known_words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for word in _WORD.findall(fold(name)))
