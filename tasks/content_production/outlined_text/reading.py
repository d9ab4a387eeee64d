"""Reading a text with titles: which parts it has, and what each part lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.metrics import prose
from harness.metrics.text import contains_run, fold, word_forms, words
from harness.types import Json

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M)
_LEAD = re.compile(
    r"^[\s#>*_\-–—•«\"“]*(?:(?:partie|part|section|chapitre|chapter)\s+)?(?:\d{1,2}\s*[.):–-]+\s*)?", re.I
)
_TAIL = re.compile(r"[\s*_:.»\"”]+$")
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]{3}|20[0-9]{2})(?!\d)")
_PREAMBLE = 25  # words that may precede the first title


def parts(text: str, titles: Sequence[str]) -> list[str] | None:
    """The body under each title; None unless each title stands on a line of its own, once, in order."""
    known = {heading(title): n for n, title in enumerate(titles)}
    bodies: list[list[str]] = [[]]
    for line in _FENCE.sub("", text).splitlines():
        place = known.get(heading(line)) if len(line) < 120 else None
        if place is None:
            bodies[-1].append(line)
        elif place == len(bodies) - 1:
            bodies.append([])
        else:
            return None
    if len(bodies) != len(titles) + 1 or len(words(" ".join(bodies[0]))) > _PREAMBLE:
        return None
    return ["\n".join(lines).strip() for lines in bodies[1:]]


def heading(line: str) -> str:
    """A title without its number and marks, folded."""
    return " ".join(fold(_TAIL.sub("", _LEAD.sub("", line[:200]))).split())


def lacks(n: int, bodies: Sequence[str], sections: Sequence[Json], language: str) -> Iterator[str]:
    """What the part at a place fails to do."""
    body, section = bodies[n].replace("**", ""), sections[n]
    count = len(words(body))
    if not section["low"] <= count <= section["high"]:
        yield f"{count} words"
    forms = word_forms(body)
    for word in section["words"]:
        if not any(_same(form, *word_forms(word)) for form in forms):
            yield f"no {word}"
    if section["cites"] is not None and not contains_run(forms, word_forms(sections[section["cites"]]["title"])):
        yield "a title is not quoted"
    if section["gives"] and len(_years(body)) != 1:
        yield "not one year"
    if section["repeats"] is not None and _years(body) != _years(bodies[section["repeats"]]):
        yield "not the same year"
    if fault := prose.fault(body, language):
        yield fault


def _years(body: str) -> set[str]:
    return set(_YEAR.findall(body))


def _same(form: str, word: str) -> bool:
    """Singular and plural are one word."""
    return form == word or (len(form) > 2 and _singular(form) == _singular(word))


def _singular(form: str) -> str:
    for plural, single in (("ies", "y"), ("aux", "a"), ("al", "a"), ("eau", "ea"), ("es", "e"), ("s", ""), ("x", "")):
        if form.endswith(plural):
            return form.removesuffix(plural) + single
    return form
