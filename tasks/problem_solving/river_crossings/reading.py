"""The plan that an answer gives.

The crossings are those after the last "Answer:" or "Réponse :" (of at most two different plans), else those of the
whole text, read as one plan: a text that offers several plans is simulated from end to end, and so fails. A crossing
is "who -> shore"; where a text has no arrow, it is a sentence that names travellers and one shore. Who crosses is said
with names and small words alone: someone who is not in the problem makes a crossing unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.metrics.answers import fold, names_in, only_names, tidy
from tasks.problem_solving.river_crossings.world import Asked

_MOST = 200  # crossings read
_ARROW = r"(?:-+>|=+>|[→⇒➔➜>]|\\to\b|\\rightarrow\b)"
_HEDGE = re.compile(r"\b(?:or|ou|not|never|pas|jamais|either|soit|maybe|peut-etre)\b|n't\b")
_ANNOUNCED = re.compile(r"\b(?:answer|r[ée]ponse)(?: finale)?(?: is| est)? ?:", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?;\n]+|\b(?:then|puis|ensuite)\b")
_SMALL = (
    "the a in on to from by with back over across alone boat bank step crossing trip bridge lantern then now finally "
    "first next last again is are person people "
    "takes take brings bring rows row crosses cross goes go returns return comes come moves move carries carry ferries "
    "le la les l un une du de des d au aux sur vers dans par avec seul seule seuls bateau rive etape traversee retour "
    "pont lanterne puis ensuite enfin est sont emmene emmenent prend prennent traverse traversent passe passent "
    "va vont revient reviennent retourne retournent rentre rentrent ramene conduit transporte rame rament accompagne "
    "accompagnes accompagnee jusqu"
).split()


@dataclass(frozen=True, slots=True)
class Words:
    """What a plan may name."""

    travellers: Sequence[str]
    boats: Sequence[str]
    shores: Sequence[str]


def read_plan(text: str, question: str, words: Words) -> list[Asked] | None:
    """The crossings in order, or None where no single plan can be read."""
    clean = tidy(text, question)
    pieces = _ANNOUNCED.split(clean)
    if len(pieces) == 1:
        return _crossings(clean, words)
    plans = [plan for piece in pieces[1:] if (plan := _crossings(piece, words))]
    if not plans or len({tuple(plan) for plan in plans}) > 2 or len(pieces) > 4:
        return None
    return plans[-1]


def _crossings(text: str, words: Words) -> list[Asked] | None:
    """Every crossing of a passage."""
    folded = fold(text)
    if _HEDGE.search(folded):
        return None
    arrows = re.compile(_ARROW + r"[^\n>→⇒]{0,30}?\b(" + "|".join(map(re.escape, map(fold, words.shores))) + r")\b")
    if arrows.search(folded):
        found = [crossing for line in folded.split("\n") for crossing in _with_arrows(line, arrows, words)]
    else:
        told = [_told(sentence, words) for sentence in _SENTENCE.split(folded)]
        found = [crossing for crossing in told if crossing]
    return found if 0 < len(found) <= _MOST and all(who for who, _, _ in found) else None


def _with_arrows(line: str, arrows: re.Pattern[str], words: Words) -> list[Asked]:
    """The crossings of a line: who is named before each arrow, or else after its shore."""
    marks = list(arrows.finditer(line))
    starts = [0, *(mark.end() for mark in marks)]
    found = []
    for number, mark in enumerate(marks):
        before = line[starts[number] : mark.start()]
        after = line[mark.end() : marks[number + 1].start() if number + 1 < len(marks) else len(line)]
        found.append(_asked(before if names_in(before, words.travellers) else after, mark.group(1), words))
    return found


def _told(sentence: str, words: Words) -> Asked | None:
    """The crossing of a sentence without an arrow, where it names travellers and one shore."""
    shores = names_in(sentence, words.shores)
    if len(shores) != 1 or not names_in(sentence, words.travellers):
        return None
    asked = _asked(sentence, fold(shores[0]), words)
    return asked if asked[0] else None


def _asked(side: str, shore: str, words: Words) -> Asked:
    """Who crosses, after a colon if there is one; nobody where another word stands among the names."""
    said = tail if names_in(tail := side.rpartition(":")[2], words.travellers) else side
    known = (*words.travellers, *words.boats, *words.shores)
    named = names_in(said, words.travellers) if only_names(said, known, _SMALL) else []
    if any(len(re.findall(rf"(?<!\w){re.escape(fold(name))}(?!\w)", said)) > 1 for name in named):
        named = []  # someone sits in a boat once
    boats = names_in(side, words.boats)
    return (
        tuple(sorted(words.travellers.index(name) for name in named)),
        [fold(known) for known in words.shores].index(shore),
        words.boats.index(boats[0]) if len(boats) == 1 else None,
    )
