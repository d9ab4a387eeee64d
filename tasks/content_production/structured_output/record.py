"""The facts of an item: who ordered what, when, in which parcels. The same in every language."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from random import Random

from harness.types import Json
from tasks.content_production.structured_output import lexicon

_NAMES = tuple([f"{first} {last}" for first in lexicon.FIRST for last in lexicon.LAST if first != last])
_FACTS: tuple[tuple[str, tuple[Json, ...]], ...] = (("age", tuple(range(18, 91))), ("city", tuple(lexicon.CITIES)))
# Customers with a fact fall into parts, one for each index of a round and of a worked example (1,000,000 % 10,102 is
# 10,004): no two of the first 10,000 items of a seed have the same.
_APART, _STRIDE = 10_102, 7_919
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Rung:
    """What a level's record holds."""

    facts: int  # about the person
    items: int = 0  # in each list of items
    nested: bool = False  # one item, as an object instead of a list
    dated: bool = False  # with a date to write in ISO 8601
    sized: bool = False  # with a size for some items only
    priced: bool = False  # with prices in a currency
    totals: bool = False  # with totals to compute
    distractors: int = 0  # facts about something else
    parcels: int = 0  # parcels, in which the items are
    depth: int = 1  # parcels inside parcels
    corrections: int = 0  # weights given wrong first
    likened: int = 0  # weights given as a multiple of another's
    shuffled: bool = False  # parcels told in any order


RUNGS = (
    Rung(facts=1),
    Rung(facts=2),
    Rung(facts=1, items=1, nested=True),
    Rung(facts=1, items=2),
    Rung(facts=1, items=2, dated=True, sized=True),
    Rung(facts=1, items=3, dated=True, sized=True, priced=True),
    Rung(facts=1, items=3, dated=True, sized=True, priced=True, totals=True, distractors=1),
    Rung(1, 2, dated=True, sized=True, priced=True, totals=True, distractors=1, parcels=2),
    Rung(1, 2, dated=True, sized=True, priced=True, totals=True, distractors=1, parcels=3, depth=2),
    Rung(1, 2, dated=True, sized=True, priced=True, totals=True, distractors=2, parcels=4, depth=3, corrections=1),
    Rung(
        1, 2, dated=True, sized=True, priced=True, totals=True, distractors=2,
        parcels=6, depth=4, corrections=2, likened=1, shuffled=True,
    ),
    Rung(
        1, 2, dated=True, sized=True, priced=True, totals=True, distractors=3,
        parcels=9, depth=5, corrections=3, likened=3, shuffled=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goods:
    """A number of one product."""

    product: str
    quantity: int
    size: str = ""  # empty when the text does not say
    price: int = 0  # of one; 0 when there are no prices


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel with its goods; its weight leaves out the parcels inside it."""

    code: str
    weight: int  # grams
    goods: tuple[Goods, ...]
    parent: str = ""  # code of the parcel that holds it
    mistake: int = 0  # a weight given first and then corrected; 0 for none
    like: tuple[str, int] = ("", 0)  # its weight is so many times that of the parcel of this code


@dataclass(frozen=True, slots=True)
class Record:
    """All the facts, and the order in which parcels are told."""

    rung: Rung
    name: str
    facts: tuple[tuple[str, Json], ...]
    goods: tuple[Goods, ...]
    parcels: tuple[Parcel, ...]  # a parent always comes before its children
    told: tuple[int, ...]  # places in `parcels`
    date: datetime.date
    delay: int  # days to the delivery
    currency: str
    others: tuple[tuple[str, Goods], ...]  # distractors: another's name and order


def draw(rng: Random, level: int, index: int) -> Record:
    """Draw a record of the level's rung; where it has one fact, its kind alternates, so that examples show both."""
    rung = RUNGS[level - 1]
    products = rng.sample(lexicon.PRODUCTS, len(lexicon.PRODUCTS))
    lists = [tuple(_goods(rng, rung, products) for _ in range(rung.items)) for _ in range(max(1, rung.parcels))]
    parcels = _parcels(rng, rung, lists) if rung.parcels else ()
    told = list(range(len(parcels)))
    if rung.shuffled:
        rng.shuffle(told)
    name, facts = _customer(rng, rung.facts, index)
    return Record(
        rung=rung,
        name=name,
        facts=facts,
        goods=() if parcels else lists[0],
        parcels=parcels,
        told=tuple(told),
        date=datetime.date(rng.randint(2019, 2027), rng.randint(1, 12), rng.randint(2, 28)),
        delay=rng.randint(3, 40),
        currency=rng.choice(list(lexicon.CURRENCIES)),
        others=tuple((rng.choice(_NAMES), _goods(rng, rung, [rng.choice(products)])) for _ in range(rung.distractors)),
    )


def _customer(rng: Random, count: int, index: int) -> tuple[str, tuple[tuple[str, Json], ...]]:
    """A name and some facts; name and one of the facts are together at no other of the first 10,000 indices."""
    kind, values = _FACTS[index % 2]
    openings = len(_NAMES) * len(values)
    part = openings // _APART
    value, name = divmod((index % _APART * part + rng.randrange(part)) * _STRIDE % openings, len(_NAMES))
    facts = [(kind, values[value])]
    if count > 1:
        other, among = _FACTS[1 - index % 2]
        facts.insert(rng.randrange(2), (other, rng.choice(among)))
    return _NAMES[name], tuple(facts)


def _goods(rng: Random, rung: Rung, products: list[str]) -> Goods:
    """A product, taken off the list, so that no two are the same; only clothes, and not all of them, have a size."""
    size = ""
    clothes = [product for product in products if product in lexicon.CLOTHES]
    if rung.sized and clothes and rng.random() < 0.5:
        size = rng.choice(lexicon.SIZES)
        products.append(products.pop(products.index(clothes[-1])))
    return Goods(products.pop(), rng.randint(2, 20), size, rng.randint(2, 60) if rung.priced else 0)


def _parcels(rng: Random, rung: Rung, lists: list[tuple[Goods, ...]]) -> tuple[Parcel, ...]:
    """A first chain of the full depth, then parcels anywhere."""
    codes = sorted(f"{letter}{rng.randint(1, 9)}" for letter in rng.sample(_LETTERS, rung.parcels))
    rng.shuffle(codes)
    places = rng.sample(range(1, rung.parcels), rung.likened + rung.corrections) if rung.parcels > 1 else []
    parcels: list[Parcel] = []
    depths: list[int] = []
    for n, (code, goods) in enumerate(zip(codes, lists, strict=True)):
        holders = [m for m in range(n) if depths[m] < rung.depth]
        parent = n - 1 if 0 < n < rung.depth else rng.choice([-1, *holders])
        depths.append(depths[parent] + 1 if parent >= 0 else 1)
        weight, like, mistake = rng.randint(2, 99) * 100, ("", 0), 0
        if n in places[: rung.likened]:
            model = rng.choice(parcels)
            like = (model.code, rng.randint(2, 3))
            weight = model.weight * like[1]
        elif n in places:
            mistake = weight + 100 * rng.randint(3, 40)
        parcels.append(Parcel(code, weight, goods, codes[parent] if parent >= 0 else "", mistake, like))
    return tuple(parcels)
