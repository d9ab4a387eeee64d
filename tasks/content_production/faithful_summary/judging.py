"""How much of what is essential a summary holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harness.metrics.text import word_forms
from harness.types import Json
from tasks.content_production.faithful_summary import reading

KINDS = ("who", "by", "cost", "where")


@dataclass(slots=True)
class Sentence:
    """A sentence as it is read: where it names which fact, and the details it gives."""

    text: str
    forms: frozenset[str]
    topics: dict[int, int] = field(default_factory=dict)  # fact: place
    details: dict[str, list[tuple[int, Json]]] = field(default_factory=dict)  # kind: place, value


def coverage(found: Sequence[str], facts: Sequence[Json], language: str) -> list[float]:
    """The share of each fact's details that is told; 0 where the fact is not named."""
    read = [_read(sentence, facts, language) for sentence in found]
    told: list[set[str]] = [set() for _ in facts]
    for n, sentence in enumerate(read):
        for fact in sentence.topics:
            told[fact] |= _told(sentence, sentence, fact, facts)
            if n + 1 < len(read) and not read[n + 1].topics:
                told[fact] |= _told(sentence, read[n + 1], fact, facts)
    return [len(kinds) / len(fact["details"]) for kinds, fact in zip(told, facts, strict=True)]


def adopted(found: Sequence[str], rejected: Sequence[Json]) -> list[str]:
    """Rejected proposals that a sentence tells without saying so."""
    read = [(reading.plain(sentence), frozenset(word_forms(sentence))) for sentence in found]
    return [
        stems[0]
        for stems in rejected
        if any(reading.place_of(flat, stems) >= 0 and not reading.denies(forms) for flat, forms in read)
    ]


def _read(sentence: str, facts: Sequence[Json], language: str) -> Sentence:
    flat = reading.plain(sentence)
    read = Sentence(flat, frozenset(word_forms(sentence)))
    for n, fact in enumerate(facts):
        if (place := reading.place_of(flat, fact["known"])) >= 0:
            read.topics[n] = place
    names = [fact["details"].get("who", ()) for fact in facts]
    read.details["who"] = [(place, names[who]) for place, who in reading.name_places(flat, names)]
    read.details["by"] = [(place, list(when)) for place, when in reading.date_places(flat, language)]
    read.details["cost"] = list(reading.number_places(flat, language))
    wheres = [fact["details"]["where"] for fact in facts if "where" in fact["details"]]
    read.details["where"] = [(p, stems) for stems in wheres if (p := reading.place_of(flat, stems)) >= 0]
    return read


def _told(named: Sentence, sentence: Sentence, fact: int, facts: Sequence[Json]) -> set[str]:
    """The kinds of a fact's details that a sentence tells of the facts named in `named`."""
    told = set()
    for kind, value in facts[fact]["details"].items():
        at = {other: _place(sentence, kind, facts[other]["details"].get(kind)) for other in range(len(facts))}
        stray = any(place >= 0 and other not in named.topics for other, place in at.items())
        if at[fact] < 0 or stray or (kind == "cost" and _outdated(sentence, facts[fact])):
            continue
        if value is not None and _in_order(named, at):
            told.add(kind)
    return told


def _place(sentence: Sentence, kind: str, value: Json) -> int:
    if value is None:
        return -1
    return next((place for place, said in sentence.details[kind] if said == value), -1)


def _outdated(sentence: Sentence, fact: Json) -> bool:
    """Whether an amount that was corrected is told beside the right one with no word of correction."""
    old = fact.get("old")
    given = any(value == old for _, value in sentence.details["cost"])
    return old is not None and given and not reading.corrects(sentence.forms)


def _in_order(named: Sentence, at: dict[int, int]) -> bool:
    """Whether the details of the facts named come in the order in which the facts are named."""
    places = [at[fact] for fact in sorted(named.topics, key=named.topics.__getitem__) if at[fact] >= 0]
    return all(low < high for low, high in pairwise(places))
