"""How a story is drawn, and why nothing but reading finds its answer.

Every attribute is a bijection from the people to their values, and every relation a permutation of the people. So
from a start drawn uniformly, any walk ends uniformly: given the passage alone, each person (and value) is as likely to
be the answer as any other, whatever its place or its number of mentions.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from tasks.understanding.reading_choice.lexicon import ASKED_JOBS, INVERSE, OBJECTS, PEOPLE, WOMEN, values
from tasks.understanding.reading_choice.story import (
    Either,
    Fact,
    Has,
    Holder,
    Lacks,
    Linked,
    Moved,
    Named,
    Older,
    Query,
    Ranked,
    Story,
    Swapped,
)

_OPTIONS = 4
_RELATIONS = (("sibling",), ("teacher", "pupil"), ("landlord", "tenant"), ("supplier", "customer"), ("left", "right"))
_FAMILIES = ("object", "city", "job", "animal", "instrument")
_FIRST_YEAR, _LAST_YEAR = 2000, 2024
_MOVES = ((2001, 2003), (2011, 2013))  # years in which everybody moves; questions fall in between, or after
_MOVES_ASKED = ((2005, 2009), (2015, 2019))


@dataclass(frozen=True, slots=True)
class Rung:
    """What one level is made of."""

    people: int
    steps: int  # facts needed to answer
    attributes: int  # plain attributes told of everybody, beside the asked one if that is told otherwise
    relations: int = 0
    starts: tuple[Literal["name", "value", "rank"], ...] = ("name",)
    final: Literal["plain", "either", "moves", "swaps"] = "plain"  # how the asked attribute is told
    names: bool = False  # whether a name may be asked for
    varied: bool = False  # relations told from either side, several wordings
    swaps: tuple[int, int] = (0, 0)  # before and after the year asked


RUNGS = (
    Rung(people=1, steps=1, attributes=3),
    Rung(people=2, steps=1, attributes=2),
    Rung(people=4, steps=1, attributes=2, starts=("name", "value"), names=True),
    Rung(people=4, steps=2, attributes=2, relations=1, starts=("name", "value"), names=True),
    Rung(people=6, steps=3, attributes=2, relations=1, starts=("name", "value"), names=True),
    Rung(people=6, steps=4, attributes=2, relations=2, starts=("name", "value"), names=True, varied=True),
    Rung(people=6, steps=5, attributes=1, relations=2, starts=("name", "value"), final="either", varied=True),
    Rung(people=6, steps=6, attributes=1, relations=2, starts=("name", "value"), final="moves", varied=True),
    Rung(people=6, steps=10, attributes=0, relations=3, starts=("rank",), final="moves", varied=True),
    Rung(people=8, steps=17, attributes=0, relations=2, starts=("rank",), final="swaps", varied=True, swaps=(4, 2)),
    Rung(people=8, steps=23, attributes=0, relations=3, starts=("rank",), final="swaps", varied=True, swaps=(8, 2)),
    Rung(people=8, steps=30, attributes=0, relations=4, starts=("rank",), final="swaps", varied=True, swaps=(12, 3)),
)


def draw_story(rng: Random, level: int) -> Story:
    """Draw people, facts, question and options for a level."""
    rung = RUNGS[level - 1]
    start = rng.choice(rung.starts)
    asks_name = rung.names and start == "value" and rng.random() < 0.5
    people = _people(rng, rung.people)
    asked, kinds = _kinds(rng, rung, asks_name)
    plain = {kind: _assign(rng, people, kind, asked=kind == asked) for kind in kinds}
    told: list[Fact] = [
        Has(who, kind, value, form=rng.randrange(2) if rung.varied else 0)
        for kind, holders in plain.items()
        for who, value in holders.items()
    ]
    year, answers = 0, plain.get(asked, {who: who for who in people})
    if rung.final != "plain":
        year, answers = _told_otherwise(rng, rung, people, asked, told)
    walk = rung.steps - _cost(rung, start, asks_name=asks_name)
    nouns, links = _walk(rng, people, rung, walk, told)
    order = rng.sample(people, len(people))
    if start == "rank":
        told += [Older(a, b, rng.randrange(2)) for a, b in itertools.pairwise(order)]
    first = rng.choice(people)
    path = [first]
    for noun in nouns:
        path.append(links[noun][path[-1]])
    beginning = _start(rng, start, first, plain, asked, order)
    query = Query(beginning, nouns, asked, year, tuple(path))
    rng.shuffle(told)
    return Story(tuple(told), query, _options(rng, asked, answers, path[-1]), rung.steps)


def _cost(rung: Rung, start: str, *, asks_name: bool) -> int:
    """Facts needed to find the start and to read the answer at the end: the walk takes the rest of the steps."""
    begin = {"name": 0, "value": 1, "rank": rung.people - 1}[start]
    end = {"plain": 1, "either": 2, "moves": 2, "swaps": 2 + rung.swaps[0]}[rung.final]
    return begin + (0 if asks_name else end)


def _people(rng: Random, count: int) -> list[int]:
    """People of one gender: the gender of a noun, which French always shows, must not rule out an option."""
    return rng.sample(rng.choice((range(len(WOMEN)), range(len(WOMEN), len(PEOPLE)))), count)


def _kinds(rng: Random, rung: Rung, asks_name: bool) -> tuple[str, list[str]]:
    """The kind asked for, and the kinds told plainly (the asked one first among them, if it is told plainly)."""
    forced = {"plain": _FAMILIES, "either": ("object", "city", "job"), "moves": ("city",), "swaps": ("object",)}
    asked = rng.choice(forced[rung.final])
    others = rng.sample([family for family in _FAMILIES if family != asked], rung.attributes)
    families = [asked, *others[1:]] if rung.final == "plain" else others
    objects = rng.choice(list(OBJECTS))
    names = [objects if family == "object" else family for family in families]
    if asks_name:
        return "name", names
    return (objects if asked == "object" else asked), names


def _assign(rng: Random, people: list[int], kind: str, *, asked: bool) -> dict[int, int]:
    """A different value for each person."""
    pool = ASKED_JOBS if kind == "job" and asked else len(values(kind))
    return dict(zip(people, rng.sample(range(pool), len(people)), strict=True))


def _cycle(rng: Random, people: list[int]) -> dict[int, int]:
    """A random permutation that is one cycle: nobody is their own image, nor (from three people on) their image's."""
    order = rng.sample(people, len(people))
    return dict(zip(order, order[1:] + order[:1], strict=True))


def _told_otherwise(
    rng: Random, rung: Rung, people: list[int], asked: str, told: list[Fact]
) -> tuple[int, dict[int, int]]:
    """Tell the asked attribute by alternatives, moves or exchanges; the year asked, and who then has what."""
    if rung.final == "moves":
        return _tell_moves(rng, people, told)
    holders = _assign(rng, people, asked, asked=True)
    year = _FIRST_YEAR if rung.final == "swaps" else 0
    decoy = _cycle(rng, people)  # every value is told as often as a right one and as a wrong one
    for who, value in holders.items():
        pair = [value, holders[decoy[who]]]
        rng.shuffle(pair)
        told += [Either(who, asked, (pair[0], pair[1]), year), Lacks(who, asked, holders[decoy[who]], year)]
    return _tell_swaps(rng, rung, people, asked, holders, told) if rung.final == "swaps" else (0, holders)


def _tell_moves(rng: Random, people: list[int], told: list[Fact]) -> tuple[int, dict[int, int]]:
    """Everybody moves twice; the second time, to a city where somebody else first lived."""
    first = _assign(rng, people, "city", asked=True)
    heir = _cycle(rng, people)
    cities = (first, {who: first[heir[who]] for who in people})
    for (low, high), homes in zip(_MOVES, cities, strict=True):
        told += [Moved(who, city, rng.randint(low, high)) for who, city in homes.items()]
    period = rng.randrange(2)
    return rng.randint(*_MOVES_ASKED[period]), cities[period]


def _tell_swaps(
    rng: Random, rung: Rung, people: list[int], kind: str, holders: dict[int, int], told: list[Fact]
) -> tuple[int, dict[int, int]]:
    """Pairs exchange the object in different years; the year asked comes after the first ones only."""
    before, after = rung.swaps
    years = sorted(rng.sample(range(_FIRST_YEAR + 1, _LAST_YEAR + 1), before + 1 + after))
    now, asked = dict(holders), years[before]
    previous: tuple[int, ...] = ()
    for year in years[:before] + years[before + 1 :]:
        a, b = rng.sample(people, 2)
        while {a, b} == {*previous}:  # two exchanges in a row would undo each other
            a, b = rng.sample(people, 2)
        previous = (a, b)
        told.append(Swapped((a, b), kind, year))
        if year < asked:
            now[a], now[b] = now[b], now[a]
    return asked, now


def _walk(
    rng: Random, people: list[int], rung: Rung, length: int, told: list[Fact]
) -> tuple[tuple[str, ...], dict[str, dict[int, int]]]:
    """Tell the relations; the nouns to follow, and what each noun leads to."""
    single = rung.relations == 1 and length > 1  # a sibling's sibling is nobody new
    links: dict[str, dict[int, int]] = {}
    forward = []
    for pair in rng.sample(_RELATIONS[1:] if single else _RELATIONS, rung.relations):
        noun = rng.choice(pair)
        forward.append(noun)
        links[noun] = _siblings(rng, people) if noun == "sibling" else _cycle(rng, people)
        links[INVERSE[noun]] = {other: who for who, other in links[noun].items()}
        told += _tell_links(rng, noun, links, varied=rung.varied)
    known = list(links) if rung.varied else forward
    nouns: list[str] = []
    for _ in range(length):
        nouns.append(rng.choice([n for n in known if not nouns or n != INVERSE[nouns[-1]]]))
    return tuple(nouns), links


def _siblings(rng: Random, people: list[int]) -> dict[int, int]:
    order = rng.sample(people, len(people))
    pairs = list(zip(order[::2], order[1::2], strict=True))
    return {a: b for x, y in pairs for a, b in ((x, y), (y, x))}


def _tell_links(rng: Random, noun: str, links: Mapping[str, Mapping[int, int]], *, varied: bool) -> list[Fact]:
    """Each link once; if `varied`, from one side or the other, and a pair of siblings only once."""
    told: list[Fact] = []
    seen: list[int] = []
    for who, other in links[noun].items():
        if varied and noun == "sibling" and other in seen:
            continue
        seen.append(who)
        form = rng.randrange(2) if varied else 0
        turned = varied and rng.random() < 0.5
        told.append(Linked(other, INVERSE[noun], who, form) if turned else Linked(who, noun, other, form))
    return told


def _start(
    rng: Random, start: str, first: int, plain: Mapping[str, Mapping[int, int]], asked: str, order: list[int]
) -> Named | Holder | Ranked:
    if start == "name":
        return Named(first)
    if start == "rank":
        place = order.index(first)
        from_top = place < len(order) / 2
        return Ranked(place + 1 if from_top else len(order) - place, from_top)
    kind = rng.choice([kind for kind in plain if kind != asked])
    return Holder(kind, plain[kind][first])


def _options(rng: Random, asked: str, answers: Mapping[int, int], end: int) -> tuple[int, ...]:
    """The right value, then three wrong ones: those of other people, and unmentioned ones where people are too few."""
    right = answers[end]
    wrong = [value for value in answers.values() if value != right]
    rng.shuffle(wrong)
    pool = ASKED_JOBS if asked == "job" else len(values(asked))
    while len(wrong) < _OPTIONS - 1:
        extra = rng.randrange(pool)
        if extra != right and extra not in wrong:
            wrong.append(extra)
    return (right, *wrong[: _OPTIONS - 1])
