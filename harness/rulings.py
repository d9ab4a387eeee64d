"""Decisions of the organisers about submissions: lines of the round's log, and of `rulings.jsonl` for who reads.

A ruling has a reason, somebody who made it, and a time. It is never changed; another one takes it back. Here they are
read; `harness.decisions` makes them. The log is written first and decides: a ruling that it does not tell of is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from harness.attest.log import NAME as LOG
from harness.canonical import plain, sha256_json
from harness.errors import RecordError
from harness.journal import read_all
from harness.types import Json

NAME = "rulings.jsonl"
SCHEMA = "grand-defi/ruling/1"
EVENT = "ruling.made"  # of the round's log
Kind = Literal["admit", "withdraw", "disqualify", "void", "reinstate", "close-case"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OUT = {"withdraw": "withdrawn", "disqualify": "disqualified"}  # kinds that take a place away, and what it is called


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision."""

    number: int  # from 1, in the order they were made
    kind: Kind
    submission: str  # TEAM/ENTRY
    reason: str  # as it is published
    by: str  # who decided
    at: str  # ISO, UTC
    task: str = ""  # of a voided one
    digest: str = ""  # of an admitted submission's manifest
    case: int = 0  # that is closed
    outcome: str = ""  # of that case
    takes_back: int = 0  # the number of an earlier ruling
    schema: str = SCHEMA

    @property
    def sha256(self) -> str:
        """By which the round's log knows it."""
        return sha256_json(self)

    def facts(self) -> dict[str, Json]:
        """What the round's log says of it: all that is not empty."""
        told = {key: value for key, value in plain(self).items() if value and key not in ("schema", "number")}
        return {"ruling": self.number, **told, "ruling_sha256": self.sha256}


def read_rulings(round_folder: Path) -> tuple[Ruling, ...]:
    """All rulings of a round, in their order, as its log tells them; none where it tells of none.

    `rulings.jsonl` may lag behind the log, whose writer was killed, and says nothing that the log does not.

    Raises:
        RecordError: a line is damaged, or the file says otherwise than the log; it is named.
    """
    here = written(round_folder)  # before the log, which grows first
    told = _logged(round_folder)
    for place, one in enumerate(here, 1):
        if place > len(told) or told[place - 1] != one:
            where, remedy = f"{round_folder.name}/{NAME}", f"move {NAME} away: it is written again from {LOG}"
            raise RecordError(f"line {place} is not a ruling of the round's log", where=where, remedy=remedy)
    return told


def written(round_folder: Path) -> tuple[Ruling, ...]:
    """What `rulings.jsonl` says, believed by nobody; RecordError where a line is damaged."""
    found = tuple(read_all(Ruling, round_folder / NAME))
    for place, one in enumerate(found, 1):
        if not _is_whole(one) or one.number != place:
            remedy = "restore the file; a ruling is taken back by another one, never edited"
            raise RecordError(f"line {place} is no ruling {place}", where=f"{round_folder.name}/{NAME}", remedy=remedy)
    return found


def told_by(facts: Mapping[str, Json]) -> Ruling | None:
    """The ruling that a line of the log tells; None where its facts are not those of one."""
    named = {one.name: facts[one.name] for one in fields(Ruling) if one.name in facts}
    try:
        found = Ruling(**{**named, "number": facts["ruling"]})
    except (KeyError, TypeError):
        return None
    return found if _is_whole(found) and found.facts() == dict(facts) else None


def _logged(round_folder: Path) -> tuple[Ruling, ...]:
    found: list[Ruling] = []
    for line, facts in _lines(round_folder / LOG):
        one = told_by(facts)
        if one is None or one.number != len(found) + 1:
            what = f"line {line} is not ruling {len(found) + 1}: one was erased, or made twice"
            remedy = f"restore {LOG} and {NAME} as they were before that line, or as they were published"
            raise RecordError(what, where=f"{round_folder.name}/{LOG}", remedy=remedy)
        found.append(one)
    return tuple(found)


def _lines(log: Path) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """Number and facts of each line about a ruling; the others are not parsed, as a log may have tens of thousands."""
    if not log.exists():
        return
    mark = f'"event":"{EVENT}"'.encode()
    with log.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if mark not in line or not line.endswith(b"\n"):
                continue
            try:
                entry = json.loads(line)
            except ValueError as error:
                raise RecordError(f"line {number} is not JSON", where=log.name, remedy="restore the log") from error
            if entry.get("event") == EVENT:
                yield number, entry["facts"] if isinstance(entry.get("facts"), dict) else {}


def _is_whole(one: Ruling) -> bool:
    typed = all(type(getattr(one, f.name)) is (int if f.name in _NUMBERS else str) for f in fields(Ruling))
    return typed and one.kind in KINDS and one.schema == SCHEMA


_NUMBERS = ("number", "case", "takes_back")


def ruled_out(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """The submissions that are withdrawn or disqualified, each with the last ruling that stands.

    A reinstatement takes one ruling back: who was disqualified, and withdrew then, is disqualified still.
    """
    out: dict[str, list[Ruling]] = {}
    for one in rulings:
        standing = out.setdefault(one.submission, [])
        if one.kind in OUT:
            standing.append(one)
        elif one.kind == "reinstate" and not one.task and standing:
            former = one.takes_back or standing[-1].number
            standing[:] = [kept for kept in standing if kept.number != former]
    return {name: standing[-1] for name, standing in out.items() if standing}


def admitted(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """The submissions that were taken after the closing: each digest counts as listed."""
    return {one.submission: one for one in rulings if one.kind == "admit"}


def voided(rulings: Iterable[Ruling]) -> dict[tuple[str, str], Ruling]:
    """By submission and task: the last voiding that nobody took back."""
    void: dict[tuple[str, str], Ruling] = {}
    for one in rulings:
        if one.kind == "void":
            void[one.submission, one.task] = one
        elif one.kind == "reinstate" and one.task:
            void.pop((one.submission, one.task), None)
    return void


def closed_cases(rulings: Iterable[Ruling]) -> dict[int, Ruling]:
    """The cases that people have looked at, with what came of it."""
    return {one.case: one for one in rulings if one.kind == "close-case"}
