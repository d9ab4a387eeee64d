"""Reading and writing the files of a record. Whole files are replaced atomically; journals only grow."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import dumps, plain
from harness.errors import RecordError, UnknownNameError
from harness.journal import read_all
from harness.record.paths import RoundPaths, RunPaths
from harness.types import Completion, Json, ScoreRow


@dataclass(frozen=True, slots=True)
class Run:
    """All that a record holds of one submission's run."""

    team: str
    entry: str
    submission: Mapping[str, Json]  # fields of types.Submission
    plan: Mapping[str, Json] | None
    completions: Sequence[Completion]
    scores: Sequence[ScoreRow]
    conditions: Mapping[str, Json]
    state: str  # refused, planned, running, failed, generated, scored
    reason: str  # why, in words the team can act on

    @property
    def id(self) -> str:
        """`TEAM/ENTRY`."""
        return f"{self.team}/{self.entry}"


def write_json(path: Path, value: Json) -> None:
    """Replace a file at once: readers see the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(path)
    text = json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False)
    with partial.open("wb") as stream:
        stream.write(text.encode("utf-8", "backslashreplace") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def _partial(path: Path) -> Path:
    """A name that no other process writes to, on any of the machines that share the folder."""
    return path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}.partial")


def read_json(path: Path, default: Json = None) -> Json:
    """The file's value, or `default` where there is no file; RecordError where it is damaged."""
    if not path.exists():
        return default
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise RecordError(f"not JSON: {error}", where=f"{path.parent.name}/{path.name}") from error


def read_completions(run: RunPaths) -> dict[str, Completion]:
    """One completion an item: the turns of a dialogue are put together."""
    return {item: together(turns) for item, turns in read_turns(run).items()}


def read_turns(run: RunPaths, journal: Path | None = None) -> dict[str, list[Completion]]:
    """The turns of each item, in order, of the completions or of another `journal`.

    The first of each counts (a journal never holds two, but a copy of one might).
    """
    done: dict[str, list[Completion]] = {}
    for completion in read_all(Completion, journal or run.completions):
        turns = done.setdefault(completion.item, [])
        if completion.turn == len(turns):
            turns.append(completion)
    return done


def together(turns: Sequence[Completion]) -> Completion:
    """The turns of one item as one completion: the last text and all texts, the sum of what was spent.

    A dialogue one of whose turns was cut counts as cut.
    """
    last = turns[-1]
    if len(turns) == 1:
        return last
    cut = last.finish == "stop" and any(turn.finish == "length" for turn in turns)
    return dataclasses.replace(
        last,
        finish="length" if cut else last.finish,
        prompt_tokens=sum(turn.prompt_tokens for turn in turns),
        completion_tokens=sum(turn.completion_tokens for turn in turns),
        seconds=sum(turn.seconds for turn in turns),
        turns=tuple(turn.text for turn in turns),
    )


def read_scores(run: RunPaths) -> tuple[ScoreRow, ...]:
    """The judgements, in the plan's order."""
    return tuple(read_all(ScoreRow, run.scores))


def write_scores(run: RunPaths, rows: Iterable[ScoreRow]) -> None:
    """Replace the judgements: scoring is separate, and can be done again."""
    partial = _partial(run.scores)
    with partial.open("wb") as stream:
        for row in rows:
            stream.write(dumps(row).encode("utf-8", "backslashreplace") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(run.scores)


def freeze_round(paths: RoundPaths, frozen: Mapping[str, Json]) -> None:
    """Write the round as it was opened."""
    write_json(paths.frozen, frozen)


def read_frozen(paths: RoundPaths) -> dict[str, Json]:
    """The round as it was opened; UnknownNameError lists the rounds that have been run."""
    frozen: dict[str, Json] | None = read_json(paths.frozen)
    if frozen is None:
        known = [path.parent.name for path in paths.root.glob("*/frozen.json")]
        raise UnknownNameError("round with results", paths.round, known)
    return frozen


def list_runs(paths: RoundPaths) -> list[RunPaths]:
    """The records of a round, by team and entry."""
    return [RunPaths(path.parent) for path in sorted(paths.folder.glob("*/*/submission.json"))]


def read_run(run: RunPaths) -> Run:
    """Everything in a record."""
    submission = read_json(run.submission, {})
    state = read_json(run.state, {"state": "planned", "reason": ""})
    return Run(
        team=run.folder.parent.name,
        entry=run.folder.name,
        submission=submission,
        plan=read_json(run.plan),
        completions=tuple(read_completions(run).values()),
        scores=read_scores(run),
        conditions=read_json(run.conditions, {}),
        state=state["state"],
        reason=state["reason"],
    )
