"""Drawing a register in time linear in its length: the payments that matter, their doubles, and all the others."""

from __future__ import annotations

from random import Random

from tasks.understanding.long_context.lexicon import (
    CITIES,
    FIRST_NAMES,
    FORMS,
    LABEL,
    LAST_NAMES,
    REMARK,
    near_name,
)
from tasks.understanding.long_context.register import LEVELS, Entry, Query, Register, Rules, answer, entries

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_PAIRS = tuple(one + two for one in _LETTERS for two in _LETTERS)
_AMOUNTS = (10, 999)
_SPAN = _AMOUNTS[1] - _AMOUNTS[0] + 1
_DAYS, _MONTHS = 28, 12
_FIRSTS, _LASTS, _PLACES = len(FIRST_NAMES), len(LAST_NAMES), len(CITIES)
_NEAR_KEYS = 2  # codes like each one asked, with one letter or one digit changed
_DRAWN = (1 << 96) - 1  # one draw serves several fields
_ONE = frozenset({"single", "latest"})  # kinds that ask about one file only


def draw_register(rng: Random, level: int, index: int) -> Register:
    """A register of the level; the kinds of question take turns."""
    rules = LEVELS[level - 1]
    if rules.others >= 0:
        return _among_remarks(rng, rules, entries(level))
    kind = rules.kinds[index % len(rules.kinds)]
    used: set[str] = set()  # codes; never iterated
    if kind.startswith(("count", "sum")) and kind != "sum latest":
        query, told = _about_person(rng, rules, kind.endswith("where"), used)
        query = query._replace(kind=kind)
    else:
        versions = rules.versions if "latest" in kind else 1
        codes = tuple(_new_code(rng, used) for _ in range(1 if kind in _ONE else rules.keys))
        told = [entry for code in codes for entry in _about_file(rng, code, versions, used)]
        query = Query(kind, codes)
    person = (query.first, query.last)
    count = entries(level)
    others = (_entry(rng, _new_code(rng, used), person) for _ in range(count - len(told)))
    placed = dict(zip(rng.sample(range(count), len(told)), told, strict=True))
    whole = tuple(placed[n] if n in placed else next(others) for n in range(count))
    return Register(whole, query, answer(whole, query))


def _among_remarks(rng: Random, rules: Rules, count: int) -> Register:
    """One payment told several times, some others told once, and remarks."""
    used: set[str] = set()
    drawn = [
        _entry(rng, _new_code(rng, used), (-1, -1))._replace(amount=amount)
        for amount in rng.sample(range(_AMOUNTS[0], _AMOUNTS[1] + 1), 1 + rules.others)
    ]
    asked = drawn[0]._replace(form=LABEL)
    others = [entry._replace(form=LABEL) if rules.alike else entry for entry in drawn[1:]]
    told = [asked] * rules.repeats + others
    places = dict(zip(rng.sample(range(count), len(told)), told, strict=True))
    blank = asked._replace(code="", form=REMARK)
    whole = tuple(places[n] if n in places else blank._replace(amount=rng.randrange(_DRAWN)) for n in range(count))
    query = Query("single", (asked.code,))
    return Register(whole, query, answer(whole, query))


def _about_file(rng: Random, code: str, versions: int, used: set[str]) -> list[Entry]:
    """The payments of a file on different days, and as many of files with nearly the same code."""
    codes = [code, *(_near_code(rng, code, used) for _ in range(_NEAR_KEYS))]
    told = []
    for each in codes:
        for date in rng.sample(range(_DAYS * _MONTHS), versions):
            entry = _entry(rng, each, (-1, -1))
            told.append(entry._replace(month=date // _DAYS, day=date % _DAYS + 1))
    return told


def _about_person(rng: Random, rules: Rules, filtered: bool, used: set[str]) -> tuple[Query, list[Entry]]:
    """Payments of one person; about as many by someone of nearly the same name; and in other cities if that counts."""
    first, last = rng.randrange(len(FIRST_NAMES)), rng.randrange(len(LAST_NAMES))
    city, nowhere = rng.randrange(len(CITIES)), -1
    hits = rng.randint(rules.hits, 2 * rules.hits)
    told = []
    for n in range(3 * hits if filtered else 2 * hits):
        entry = _entry(rng, _new_code(rng, used), (first, last))._replace(first=first)
        own = entry._replace(last=last if n < hits or n >= 2 * hits else near_name(last))
        if filtered:
            place = city if n < 2 * hits else (city + 1 + entry.city % (len(CITIES) - 1)) % len(CITIES)
            own = own._replace(city=place)
        told.append(own)
    return Query("sum", (), first, last, city if filtered else nowhere), told


def _entry(rng: Random, code: str, person: tuple[int, int]) -> Entry:
    """A payment of anybody but `person`. One draw serves all fields: documents are long."""
    bits = rng.randrange(_DRAWN)
    first, last = bits % _FIRSTS, (bits >> 12) % _LASTS
    amount, city = _AMOUNTS[0] + (bits >> 24) % _SPAN, (bits >> 44) % _PLACES
    date = (bits >> 60) % (_DAYS * _MONTHS)
    if (first, last) == person:
        last = (last + 1) % _LASTS
    return Entry(first, last, code, amount, date // _DAYS, date % _DAYS + 1, city, (bits >> 80) % FORMS)


def _new_code(rng: Random, used: set[str]) -> str:
    """A code that no other file has."""
    while True:
        pair, number = divmod(rng.randrange(_DRAWN), 9_000)
        code = f"{_PAIRS[pair % len(_PAIRS)]}-{number + 1_000}"
        if code not in used:
            used.add(code)
            return code


def _near_code(rng: Random, code: str, used: set[str]) -> str:
    """A new code that differs in one letter, or in one digit."""
    while True:
        place = rng.choice((0, 1, 4, 5, 6))
        near = code[:place] + rng.choice(_LETTERS if place < 2 else "0123456789") + code[place + 1 :]
        if near not in used:
            used.add(near)
            return near
