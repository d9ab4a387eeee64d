"""Telling whether a sentence is one of the right ones: every order that the language leaves free is accepted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import product

from harness.types import Json

_FORM = re.compile(r"[^\W_]+(?:'[^\W_]*)?")
_FULL = {
    "won't": "will not", "don't": "do not", "doesn't": "does not", "didn't": "did not", "isn't": "is not",
    "aren't": "are not", "wasn't": "was not", "weren't": "were not", "she'll": "she will", "he'll": "he will",
    "i'll": "i will", "you'll": "you will", "you're": "you are",
}  # fmt: skip


def plain(sentence: str, contracted: bool) -> str:
    """Words alone, lower case, accents kept; full forms for contractions where these do not matter."""
    text = unicodedata.normalize("NFC", sentence[:2000]).casefold()
    forms = _FORM.findall(re.sub("[’‘ʼ`´]", "'", text))
    return " ".join(forms if contracted else (_FULL.get(form, form) for form in forms))


def accepted(clauses: Sequence[Json], joiner: str) -> set[str]:
    """Every right saying of a sentence, as `plain` gives it."""
    said = [_orders(clause) for clause in clauses]
    if len(clauses) == 2 and clauses[0]["head"] == clauses[1]["head"]:
        said[1] |= _without_subject(clauses[1])
    return {plain(f" {joiner} ".join(choice), contracted=True) for choice in product(*said)}


def _orders(clause: Json) -> set[str]:
    head, body, adjunct = clause["head"], clause["body"], clause["adjunct"]
    core = f"{head}{body}" if head.endswith("'") else f"{head} {body}"
    found = {f"{core} {adjunct}", f"{adjunct} {core}"}
    return found | {f"{head} {adjunct} {body}"} if clause["passive"] else found


def _without_subject(clause: Json) -> set[str]:
    """The second clause of "she washes the car and closes the door", "she will wash the car and close the door"."""
    body, adjunct = clause["body"], clause["adjunct"]
    return set() if clause["passive"] else {f"{said} {adjunct}" for said in (body, body.removeprefix("will "))}


def matches(found: Sequence[str], wanted: Sequence[set[str]]) -> int:
    """How many of the wanted sentences are found, in order."""
    place = count = 0
    for sentence in found:
        later = next((n for n in range(place, len(wanted)) if sentence in wanted[n]), None)
        if later is not None:
            place, count = later + 1, count + 1
    return count
