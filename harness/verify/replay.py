"""A random part of a record asked again, at another batch budget, and compared with what the record says.

Every recorded answer is asked for by itself: a dialogue's turn after the turns that the record holds, so that one turn
that noise has changed does not change all that follow. Where two texts part, the engine is asked how likely it finds
the next token of each: noise changes an answer where two are next to equally likely, a forger elsewhere.
"""

from __future__ import annotations

import dataclasses
import math
import random
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.attest.log_head import append_signed
from harness.canonical import changed_fields, plain
from harness.engine.base import Engine
from harness.errors import RecordError, UsageError
from harness.record import read_turns
from harness.tolerances import limits_of
from harness.types import Item, Json
from harness.verify.agreement import ALPHA, Tally, Trial, doubtful, judge
from harness.verify.asked import MakeEngine, Recorded, engine_maker, other_budget, read_recorded
from harness.verify.cases import Append, open_case
from harness.verify.comparing import compare
from harness.workspace import Workspace, find_workspace

SCHEMA = "grand-defi/replay/1"
_UNASKED = ("error", "late")  # last turns after which a record holds no answer to compare


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay asked, and how far the answers agree with the record."""

    submission: str
    fraction: float
    drawn: str  # the seed by which items were chosen
    items: tuple[str, ...]
    options: Mapping[str, Json]  # of the engine, other than recorded
    changed: tuple[str, ...]  # what else of the engine is other than recorded; then nothing is concluded
    unanswered: int  # recorded turns, or replayed ones, that have no answer
    trials: tuple[Trial, ...]
    tests: tuple[Tally, ...]
    doubts: tuple[str, ...]  # names of the tests that noise does not explain
    case: str = ""  # file of the case that was opened

    @property
    def agrees(self) -> bool | None:
        """Whether the record is what its engine answers; None where the engine is not the record's."""
        return None if self.changed else not self.doubts

    def to_json(self) -> dict[str, Json]:
        """For programs; infinite differences are null."""
        facts: dict[str, Json] = plain(self)
        facts["trials"] = [_finite(plain(trial)) for trial in self.trials if trial.differs or trial.moved]
        return {"schema": SCHEMA, **facts, "answers": len(self.trials), "alpha": ALPHA, "agrees": self.agrees}


def replay(
    folder: Path,
    fraction: float,
    *,
    seed: str = "",
    options: Mapping[str, Json] | None = None,
    workspace: Workspace | None = None,
    make: MakeEngine | None = None,
    case: bool = True,
    append: Append = append_signed,
) -> ReplayReport:
    """Ask a random part of a record's items again and compare; a doubt opens a case.

    Args:
        folder: the record, `runs/<round>/<team>/<entry>`.
        fraction: share of the answered items, in (0, 1].
        seed: draws the items; new where it is empty, so that nobody knows which will be asked.
        options: of the engine, other than recorded; by default another budget.
        workspace: where checkpoints and configurations are.
        make: makes the engine from options that differ from the record's.
        case: whether a doubt opens a case in the round's folder.
        append: writes into the round's log.

    Raises:
        RecordError: the record cannot be asked again.
        CheckpointError: the checkpoint at hand is not the one that was planned.
        EngineError: the engine left requests without an answer.
    """
    if not 0 < fraction <= 1:
        raise UsageError(f"{fraction} is no share of the items", remedy="more than 0, up to 1, for instance 0.05")
    space = workspace or find_workspace()
    recorded = read_recorded(folder, space)
    answered = {item: turns for item, turns in read_turns(recorded.run).items() if turns[-1].finish not in _UNASKED}
    if not answered.keys() <= recorded.items.keys() or not answered:
        raise RecordError("the record answers no item of its round, or others", where=str(folder))
    drawn = seed or secrets.token_hex(8)
    chosen = draw_items([recorded.items[item] for item in answered], fraction, drawn)
    changes = other_budget(recorded.plan["engine"]) if options is None else dict(options)
    engine = (make or engine_maker(recorded, space.configs))(changes)
    trials, unanswered = compare(recorded, engine, {item.id: answered[item.id] for item in chosen})
    report = _report(recorded, engine, fraction, drawn, changes, trials, unanswered)
    return _with_case(recorded, report, append) if case and report.agrees is False else report


def draw_items(items: Sequence[Item], fraction: float, seed: str) -> list[Item]:
    """A share of the items, as even over tasks and levels as can be (systematic sampling with a random start)."""
    rng = random.Random(f"replay {seed}")
    strata: dict[tuple[str, int], list[Item]] = defaultdict(list)
    for item in items:
        strata[item.task, item.level].append(item)
    order = [item for key in sorted(strata) for item in rng.sample(strata[key], len(strata[key]))]
    number = max(1, round(fraction * len(order)))
    start = rng.random()
    return [order[int((start + n) * len(order) / number)] for n in range(number)]


def _report(
    recorded: Recorded,
    engine: Engine,
    fraction: float,
    drawn: str,
    options: Mapping[str, Json],
    trials: Sequence[Trial],
    unanswered: int,
) -> ReplayReport:
    before, after = plain(recorded.plan["engine"]), plain(dict(engine.identity))
    changed = [name for name in changed_fields(before, after) if name.partition(".")[0] not in options]
    tests = judge(trials, limits_of(before), engine.tolerance)
    items = tuple(dict.fromkeys(trial.item for trial in trials))
    doubts = () if changed else tuple(doubtful(tests))
    found = (dict(options), tuple(changed), unanswered, tuple(trials), tests, doubts)
    return ReplayReport(recorded.submission.id, fraction, drawn, items, *found)


def _with_case(recorded: Recorded, report: ReplayReport, append: Append) -> ReplayReport:
    why = f"replay: {', '.join(report.doubts)} differ by more than noise does"
    facts = {"plan": recorded.plan["hash"], "replay": report.to_json()}
    path = open_case(recorded.round_folder, report.submission, why, facts, append)
    return dataclasses.replace(report, case=path.name)


def _finite(trial: dict[str, Json]) -> dict[str, Json]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in trial.items()
    }
