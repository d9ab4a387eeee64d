"""Registers as structures: payments, most of which nobody asks about, and a question on a few of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from tasks.understanding.long_context.lexicon import REMARK

QueryKind = Literal[
    "single", "several", "count", "sum", "latest", "several latest", "sum latest", "count where", "sum where"
]
CHARACTERS_PER_TOKEN = 4  # the estimate by which a level's length is stated
_ENTRY = 81  # characters of an entry on average over wordings and languages (measured), with its space
_REMARK = 58  # and of a remark
_FIRST = 1_000  # tokens of level 1's documents
_LONGEST = 128_000
_KEPT = 3  # other entries in a worked example


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level asks; its documents' length doubles up to the longest."""

    kinds: tuple[QueryKind, ...]  # in turn
    keys: int = 1  # files asked about
    hits: int = 0  # payments to add or count: from so many to twice as many
    versions: int = 1  # payments of one file, of which the most recent counts
    others: int = -1  # other payments among remarks; -1: payments only
    alike: bool = False  # whether these are told in the same words as the one asked
    repeats: int = 1  # how often the payment asked about is told


_MIXED: tuple[QueryKind, ...] = ("several", "count", "latest", "sum")
_HARD: tuple[QueryKind, ...] = ("several latest", "count where", "sum latest", "sum where")
LEVELS: tuple[Rules, ...] = (
    Rules(("single",), others=2, repeats=3),
    Rules(("single",), others=6, alike=True, repeats=2),
    Rules(("single", "several", "count"), keys=2, hits=3),
    Rules(_MIXED, keys=3, hits=3, versions=2),
    Rules(_MIXED, keys=4, hits=4, versions=3),
    Rules(_MIXED, keys=5, hits=5, versions=4),
    Rules(_MIXED, keys=6, hits=6, versions=5),
    Rules(_MIXED, keys=8, hits=8, versions=6),
    Rules(_HARD, keys=6, hits=10, versions=4),
    Rules(_HARD, keys=12, hits=16, versions=6),
)


class Entry(NamedTuple):
    """One payment. The first name, the last name and the city are places in `lexicon`; the year is always the same."""

    first: int
    last: int
    code: str  # of the file it is for, as "KV-4821"
    amount: int  # euros; of a remark, which one it is
    month: int  # from 0
    day: int
    city: int
    form: int  # which wording


class Query(NamedTuple):
    """What is asked: the codes, or the person, and where the payments that count were made (-1: anywhere)."""

    kind: QueryKind
    codes: tuple[str, ...] = ()
    first: int = -1
    last: int = -1
    city: int = -1


@dataclass(frozen=True, slots=True)
class Register:
    """One item's structure."""

    entries: tuple[Entry, ...]  # in the order they are told, which is not that of their dates
    query: Query
    answer: tuple[int, ...]


def tokens(level: int) -> int:
    """Length of a level's documents in estimated tokens."""
    return int(min(_FIRST * 2 ** (level - 1), _LONGEST))


def entries(level: int) -> int:
    """How many payments a level's documents hold."""
    plain = LEVELS[level - 1].others < 0
    return tokens(level) * CHARACTERS_PER_TOKEN // (_ENTRY if plain else _REMARK)


def answer(told: tuple[Entry, ...], query: Query) -> tuple[int, ...]:
    """What the question asks for, found by reading every entry."""
    if query.first >= 0:
        amounts = [
            e.amount for e in told if (e.first, e.last) == (query.first, query.last) and query.city in {-1, e.city}
        ]
        return (len(amounts) if query.kind.startswith("count") else sum(amounts),)
    last: dict[str, Entry] = {}
    wanted = frozenset(query.codes)
    for e in told:
        if e.code in wanted and (e.code not in last or (e.month, e.day) > (last[e.code].month, last[e.code].day)):
            last[e.code] = e
    found = tuple(last[code].amount for code in query.codes)
    return (sum(found),) if query.kind == "sum latest" else found


def excerpt(register: Register) -> tuple[Entry, ...]:
    """The entries that the question is about and the first few others, in order: a short register, for an example."""
    query, person = register.query, (register.query.first, register.query.last)
    few = any(entry.form == REMARK for entry in register.entries)  # payments, which are all kept
    others, kept = _KEPT, []
    for entry in register.entries:
        asked = entry.code in query.codes if query.codes else (entry.first, entry.last) == person
        asked = asked or (few and entry.form != REMARK)
        others -= not asked
        if asked or others >= 0:
            kept.append(entry)
    return tuple(kept)


def difficulty(level: int) -> tuple[int, int]:
    """The proxy: the length of the documents, then how many payments must be found for one answer at most."""
    rules = LEVELS[level - 1]
    joined = rules.keys * rules.versions if "sum latest" in rules.kinds else max(rules.keys, rules.versions)
    return tokens(level), max(joined, 2 * rules.hits)
