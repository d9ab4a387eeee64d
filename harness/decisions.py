"""Decisions of the organisers, made: admitted late, withdrawn, disqualified, voided, reinstated, a case closed.

A decision is one line of the round's log under its signed head, then one of `rulings.jsonl`, then what follows from it.
Whoever is killed between two of these finishes by the same command, or by the next one: `settle_rulings` does first
what earlier rulings left undone. A decision that stands already is not made twice, and a line of `rulings.jsonl` that
the log does not have decides nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from harness.attest.log import NAME as LOG
from harness.attest.log import LogEntry, read_log
from harness.attest.log_head import append_signed
from harness.canonical import plain
from harness.errors import UnknownNameError, UsageError
from harness.journal import Journal
from harness.record import RoundPaths, RunPaths, list_runs, read_json
from harness.round_state import LifeError, demand, read_life, said_time, settle
from harness.rulings import (
    EVENT,
    NAME,
    OUT,
    Kind,
    Ruling,
    admitted,
    closed_cases,
    read_rulings,
    ruled_out,
    voided,
    written,
)
from harness.sealed_round import competing
from harness.types import Json
from harness.voiding import asked_again, held, is_set_aside, planned_items, put_back, set_aside

_TAKEN_BACK = (*OUT, "void", "reinstate")


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and by whom decisions are made."""

    folder: Path  # of the round, in runs/
    sealed: bool  # whether the round is
    known: tuple[str, ...]  # submissions that its configuration names
    by: str
    now: datetime.datetime

    def run(self, submission: str) -> RunPaths:
        """A submission's record."""
        return _run(self.folder, submission)


def admit(bench: Bench, submission: str, digest: str, reason: str) -> Ruling:
    """Take a submission after the closing, with its digest; before the items exist, or somebody might know them.

    LifeError in any other state, and where it is withdrawn or disqualified.
    """
    settle_rulings(bench.folder)
    state = read_life(bench.folder, sealed=bench.sealed)
    if state.state == "open":
        remedy = f"leave it in submissions/: `defi round close {bench.folder.name}` lists it"
        raise LifeError("the intake is open: nobody is late", where=submission, remedy=remedy)
    if bench.sealed and state.state in ("drawn", "running", "ended", "revealed", "published"):
        remedy = "submit it to the next round"
        raise LifeError(f"the round is {state.state}: its items may be known", where=submission, remedy=remedy)
    if state.state in ("running", "ended", "published"):
        remedy = "submit it to the next round"
        raise LifeError(
            f"the round is {state.state}: nobody is admitted once it is run", where=submission, remedy=remedy
        )
    demand(state, "closed", wanted="closed")
    _refuse_out(bench, submission)
    if competing(bench.folder).get(submission) == digest:
        late = admitted(read_rulings(bench.folder)).get(submission)
        if late is None:
            raise LifeError("it was listed at the closing: nobody is late", where=submission, remedy="nothing to do")
        return late
    return _rule(bench, "admit", submission, reason, digest=digest)


def take_out(bench: Bench, kind: Kind, submission: str, reason: str) -> Ruling:
    """Withdraw or disqualify a submission: it keeps its row, and no place. UnknownNameError where nobody knows it."""
    _demand_known(bench, submission)
    standing = ruled_out(read_rulings(bench.folder)).get(submission)
    if standing is not None and standing.kind == kind:
        settle_rulings(bench.folder)
        return standing
    return _rule(bench, kind, submission, reason)


def void(bench: Bench, submission: str, task: str, reason: str) -> tuple[Ruling, int]:
    """Void a task's answers: they are set aside, and `defi round run` asks these items again; how many there were.

    Raises:
        LifeError: the items are public, or the standings are; or the submission is withdrawn or disqualified.
        RecordError: there is no such record or task, or it is being written.
    """
    life = read_life(bench.folder, sealed=bench.sealed)
    if life.state in ("revealed", "published"):
        remedy = "what is wrong stays in the record, and may be said by a disqualification or a correction"
        raise LifeError(f"the round is {life.state}: its items could not be asked again fairly",
                        where=f"{submission} in {bench.folder.name}", remedy=remedy)  # fmt: skip
    _refuse_out(bench, submission)
    run = bench.run(submission)
    planned_items(run, task)
    with held(run):  # a record that is being written is refused before anything is decided
        pass
    settle_rulings(bench.folder)
    standing = voided(read_rulings(bench.folder)).get((submission, task))
    if standing is None or asked_again(run, task):
        standing = _rule(bench, "void", submission, reason, task=task)
    return standing, set_aside(run, standing)


def reinstate(bench: Bench, submission: str, task: str, reason: str) -> Ruling:
    """Take a withdrawal, a disqualification, or the voiding of a task back. LifeError where there is none.

    Of several that stand the last; said again in the same words it is the same decision.
    """
    rulings = read_rulings(bench.folder)
    about = [one for one in rulings if (one.submission, one.task) == (submission, task) and one.kind in _TAKEN_BACK]
    if about and about[-1].kind == "reinstate" and about[-1].reason == reason.strip():
        settle_rulings(bench.folder)
        return about[-1]
    standing = voided(rulings).get((submission, task)) if task else ruled_out(rulings).get(submission)
    if standing is not None:
        if task and asked_again(bench.run(submission), task) and is_set_aside(bench.run(submission), standing):
            remedy = "what was asked again counts: of two answers nobody may choose the better"
            raise LifeError("its items were asked again since", where=f"{submission} {task}", remedy=remedy)
        return _rule(bench, "reinstate", submission, reason, task=task, takes_back=standing.number)
    if not about:
        remedy = f"{bench.folder.name}/{NAME} has every ruling"
        raise LifeError("there is nothing to take back", where=f"{submission} {task}".strip(), remedy=remedy)
    settle_rulings(bench.folder)
    return about[-1]


def close_case(bench: Bench, number: int, outcome: str, reason: str) -> Ruling:
    """Say what people found in a case (`cases/<number>.json`). UnknownNameError where there is none."""
    folder = bench.folder / "cases"
    case: dict[str, Json] | None = read_json(folder / f"{number}.json")
    if case is None:
        raise UnknownNameError("case", str(number), [path.stem for path in folder.glob("*.json")])
    closed = closed_cases(read_rulings(bench.folder)).get(number)
    if closed is not None and closed.outcome == outcome:
        settle_rulings(bench.folder)
        return closed
    return _rule(bench, "close-case", str(case["submission"]), reason, case=number, outcome=outcome)


def settle_rulings(folder: Path) -> None:
    """Do what earlier rulings of a round left undone: their lines, voidings and what takes them back.

    Every step of a round's life does it first, `defi round run` among them: an admission stands before the drawing. A
    record that was moved away has nothing to void.
    """
    settle(folder)
    rulings = _write_down(folder)
    lines = read_log(folder / LOG) if rulings else ()
    for one in rulings:
        for event, facts in _told(one).items():
            if not any(_is(line, event, facts) for line in lines):
                append_signed(folder / LOG, event, facts)
    for one in voided(rulings).values():
        run = _run(folder, one.submission)
        if run.plan.exists() and not is_set_aside(run, one):
            set_aside(run, one)
    for one in rulings:
        if one.kind == "reinstate" and one.task:
            former, run = rulings[one.takes_back - 1], _run(folder, one.submission)
            if is_set_aside(run, former):
                put_back(run, former, one)


def _run(folder: Path, submission: str) -> RunPaths:
    return RunPaths(folder / submission)


def _write_down(folder: Path) -> tuple[Ruling, ...]:
    """Add to `rulings.jsonl` what the log has and it lacks; all rulings."""
    rulings = read_rulings(folder)
    if len(written(folder)) < len(rulings):
        with _lock(folder), Journal(folder / NAME) as journal:
            for one in rulings[len(written(folder)) :]:
                journal.append(plain(one))
    return rulings


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / f".{NAME}.lock")


def _rule(bench: Bench, kind: Kind, submission: str, reason: str, **facts: str | int) -> Ruling:
    """Write a ruling down, and what follows from it."""
    if not reason.strip() or not bench.by.strip():
        raise UsageError("a ruling has a reason, and somebody who made it", remedy="--reason WORDS --by NAME")
    bench.folder.mkdir(parents=True, exist_ok=True)
    with _lock(bench.folder):
        number = len(read_rulings(bench.folder)) + 1
        made = Ruling(number, kind, submission, reason.strip(), bench.by.strip(), said_time(bench.now), **facts)  # type: ignore[arg-type]
        append_signed(bench.folder / LOG, EVENT, made.facts())
    settle_rulings(bench.folder)
    return made


def _told(ruling: Ruling) -> dict[str, dict[str, Json]]:
    """The lines of the log that follow from a ruling's own."""
    lines: dict[str, dict[str, Json]] = {}
    about: dict[str, Json] = {"submission": ruling.submission, "ruling": ruling.number, "reason": ruling.reason}
    if ruling.kind == "void":
        lines["result.voided"] = {**about, "task": ruling.task}
    if ruling.kind == "close-case":
        lines["case.closed"] = {**about, "case": ruling.case, "outcome": ruling.outcome}
    return lines


def _is(line: LogEntry, event: str, facts: Mapping[str, Json]) -> bool:
    return line.event == event and dict(line.facts) == facts


def _demand_known(bench: Bench, submission: str) -> None:
    begun = {run.id for run in list_runs(RoundPaths(bench.folder.parent, bench.folder.name))}
    out = ruled_out(read_rulings(bench.folder))
    known = {*bench.known, *competing(bench.folder), *begun, *out}
    if submission not in known:
        raise UnknownNameError("submission", submission, known, where=bench.folder.name)


def _refuse_out(bench: Bench, submission: str) -> None:
    """LifeError where a submission is withdrawn or disqualified: nothing is decided for the time that it is not."""
    if (out := ruled_out(read_rulings(bench.folder)).get(submission)) is not None:
        remedy = f"`defi round reinstate {bench.folder.name} {submission} --reason …` first, if it is to compete again"
        what = f"it is {OUT[out.kind]} by ruling {out.number}: nothing of it counts, and it is not asked"
        raise LifeError(what, where=f"{submission} in {bench.folder.name}", remedy=remedy)
