"""Decisions of the organisers about submissions, as a round's folder holds them: `rulings.jsonl`, one line each.

A ruling has a reason, somebody who made it, and a time. It is never changed; another one takes it back. Here they are
read; `harness.decisions` makes them, and enters each in the round's log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from harness.canonical import plain, sha256_json
from harness.errors import RecordError
from harness.journal import read_all
from harness.types import Json

NAME = "rulings.jsonl"
SCHEMA = "grand-defi/ruling/1"
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
    """All rulings of a round, in their order; none where there is no file. RecordError where a line is damaged."""
    found = tuple(read_all(Ruling, round_folder / NAME))
    for place, one in enumerate(found, 1):
        whole = all(isinstance(getattr(one, f.name), int if f.name in _NUMBERS else str) for f in fields(Ruling))
        if not whole or one.number != place or one.kind not in KINDS or one.schema != SCHEMA:
            remedy = "restore the file; a ruling is taken back by another one, never edited"
            raise RecordError(f"line {place} is no ruling {place}", where=f"{round_folder.name}/{NAME}", remedy=remedy)
    return found


_NUMBERS = ("number", "case", "takes_back")


def ruled_out(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """The submissions that are withdrawn or disqualified, each with the ruling that stands."""
    out: dict[str, Ruling] = {}
    for one in rulings:
        if one.kind in OUT:
            out[one.submission] = one
        elif one.kind == "reinstate" and not one.task:
            out.pop(one.submission, None)
    return out


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
