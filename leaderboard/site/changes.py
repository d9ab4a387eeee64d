"""What changed since the round before: who came, who went, and levels cleared where the two rounds' ladders are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.types import Json
from leaderboard.site.cleaning import cleaned
from leaderboard.site.naming import called, cut


@dataclass(frozen=True, slots=True)
class Step:
    """A submission of both rounds and the level that it cleared in each."""

    submission: str
    before: int
    after: int
    same_model: bool  # by the digests of what was submitted


@dataclass(frozen=True, slots=True)
class Changes:
    """This round against an earlier one."""

    round: Json  # of the earlier table
    new: tuple[str, ...]  # submissions
    gone: tuple[str, ...]  # titles, since this round has no page of theirs
    comparable: bool  # both rounds have the same tasks with the same levels and thresholds
    up: tuple[Step, ...]
    down: tuple[Step, ...]
    same: int


def changes(table: Json, earlier: Json) -> Changes:
    """Contestants of a table against those of an earlier one. Levels are compared of entries placed in both."""
    now, before = _contestants(table), {cleaned(name): row for name, row in _contestants(earlier).items()}
    comparable = _ladder(table) == _ladder(earlier)
    steps = [_step(row, before[name]) for name, row in now.items() if name in before and comparable]
    found = [step for step in steps if step is not None]
    return Changes(
        round=cleaned(earlier["round"]),
        new=tuple(name for name in now if name not in before),
        gone=tuple(cut(cleaned(called(row))) for name, row in before.items() if name not in now),
        comparable=comparable,
        up=tuple(step for step in found if step.after > step.before),
        down=tuple(step for step in found if step.after < step.before),
        same=sum(step.after == step.before for step in found),
    )


def _contestants(table: Json) -> Mapping[str, Json]:
    return {row["submission"]: row for row in table["standings"] if not row["baseline"]}


def _step(row: Json, before: Json) -> Step | None:
    """None where one of them has no place, or its level was not tested."""
    levels = (before["level_cleared"], row["level_cleared"])
    if None in levels or not row["rank"] or not before["rank"]:
        return None
    return Step(row["submission"], *levels, same_model=bool(row["digest"]) and row["digest"] == before.get("digest"))


def _ladder(table: Json) -> Sequence[Json]:
    """What levels mean in a round: its tasks, each with its levels, its languages and its thresholds."""
    tasks = [(task["name"], task["levels"], tuple(task["languages"])) for task in table["tasks"]]
    return sorted(tasks), list(table["round"]["thresholds"])
