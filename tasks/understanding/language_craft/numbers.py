"""Numbers in words, below a million millions, and whether an answer spells one.

French follows the traditional spelling (`vingt et un`, `deux cent mille`, `quatre-vingts millions`); the hyphens that
the spelling of 1990 adds (`vingt-et-un`, `deux-cent-mille`) are accepted, those that tradition wants are required.
English joins 21 to 99 with a hyphen; "and", commas, and "a hundred" are as one likes.
"""

from __future__ import annotations

import re

_FR = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
).split()
_FR_TENS = "_ _ vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()
_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_EN_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = (("milliard", "billion", 10**9), ("million", "million", 10**6))
_LONGEST = 400  # characters: no number below the limit is as long


def spell(number: int, language: str) -> str:
    """A number from 0 to 10**12 - 1 in words."""
    return _french(number) if language == "fr" else _english(number)


def spells(text: str, target: str, language: str) -> bool:
    """Whether a text, in lower case, is the number that `target` spells, in any accepted spelling."""
    if len(text) > _LONGEST:
        return False
    if language == "en":
        plain = re.sub(r"^an? (?=(?:hundred|thousand|million|billion)\b)", "one ", text.replace(",", " "))
        return " ".join(re.sub(r"(?<=\w) and (?=\w)", " ", plain).split()) == target.replace(" and ", " ")
    said = " ".join(text.split())
    same_words = said.replace("-", " ") == target.replace("-", " ")
    return same_words and all(got == "-" or wanted != "-" for got, wanted in zip(said, target, strict=True))


def _french(number: int) -> str:
    words = []
    for name, _, size in _SCALES:
        count, number = divmod(number, size)
        if count:
            words.append(f"{_french_hundreds(count, final=True)} {name}{'s' if count > 1 else ''}")
    thousands, rest = divmod(number, 1000)
    if thousands:
        words.append("mille" if thousands == 1 else f"{_french_hundreds(thousands, final=False)} mille")
    if rest or not words:
        words.append(_french_hundreds(rest, final=True))
    return " ".join(words)


def _french_hundreds(number: int, *, final: bool) -> str:
    """Below 1000. `final`: nothing follows, or a noun such as `millions`, so `vingt` and `cent` take their plural."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _french_tens(rest, final=final)
    if not rest:
        return "cent" if hundreds == 1 else f"{_FR[hundreds]} cent{'s' if final else ''}"
    head = "cent" if hundreds == 1 else f"{_FR[hundreds]} cent"
    return f"{head} {_french_tens(rest, final=final)}"


def _french_tens(number: int, *, final: bool) -> str:
    if number < 20:
        return _FR[number]
    tens, unit = divmod(number, 10)
    if tens in {7, 9}:
        unit += 10
    if number == 80:
        return "quatre-vingts" if final else "quatre-vingt"
    if unit == 0:
        return _FR_TENS[tens]
    if unit in {1, 11} and tens < 8:
        return f"{_FR_TENS[tens]} et {_FR[unit]}"
    return f"{_FR_TENS[tens]}-{_FR[unit]}"


def _english(number: int) -> str:
    words = []
    for _, name, size in (*_SCALES, ("", "thousand", 1000)):
        count, number = divmod(number, size)
        if count:
            words.append(f"{_english_hundreds(count)} {name}")
    if number or not words:
        words.append(("and " if words and number < 100 else "") + _english_hundreds(number))
    return " ".join(words)


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    head = [f"{_EN[hundreds]} hundred"] if hundreds else []
    if rest < 20:
        tail = [_EN[rest]] if rest or not head else []
    else:
        tens, unit = divmod(rest, 10)
        tail = [f"{_EN_TENS[tens]}-{_EN[unit]}" if unit else _EN_TENS[tens]]
    return " and ".join([*head, *tail])
