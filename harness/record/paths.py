"""Every path of a record, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RoundPaths:
    """Where a round's records live: `<root>/<round>/`."""

    root: Path
    round: str

    @property
    def folder(self) -> Path:
        """The round's folder."""
        return self.root / self.round

    @property
    def frozen(self) -> Path:
        """The round as it was opened: configuration, cards, sample items."""
        return self.folder / "frozen.json"

    def run(self, team: str, entry: str) -> RunPaths:
        """One submission's record."""
        return RunPaths(self.folder / team / entry)


@dataclass(frozen=True, slots=True)
class RunPaths:
    """The files of one record, or of one of the parts that shards of it are asked in."""

    folder: Path
    shard: int = 0  # of a part, from 1

    @property
    def record(self) -> Path:
        """The folder of the whole record."""
        return self.folder.parents[1] if self.shard else self.folder

    @property
    def id(self) -> str:
        """`TEAM/ENTRY`."""
        return f"{self.record.parent.name}/{self.record.name}"

    @property
    def round_folder(self) -> Path:
        """The folder of the round."""
        return self.record.parents[1]

    def part(self, shard: int) -> RunPaths:
        """Where a shard's answers are kept until all are there."""
        return RunPaths(self.parts / f"{shard:04d}", shard)

    @property
    def parts(self) -> Path:
        """The parts that are under way."""
        return self.record / "parts"

    @property
    def shards(self) -> Path:
        """How the plan is cut, where it is."""
        return self.record / "shards.json"

    @property
    def events(self) -> Path:
        """What happened while it was asked, for those who watch; never part of the record."""
        shard = f".{self.shard:04d}" if self.shard else ""
        return self.round_folder / "logs" / f"{self.id.replace('/', '+')}{shard}.jsonl"  # no name holds a plus

    @property
    def submission(self) -> Path:
        """The entry as declared."""
        return self.folder / "submission.json"

    @property
    def state(self) -> Path:
        """Where the run stands."""
        return self.folder / "state.json"

    @property
    def plan(self) -> Path:
        """The plan."""
        return self.folder / "plan.json"

    @property
    def completions(self) -> Path:
        """Raw answers, append-only."""
        return self.folder / "completions.jsonl"

    @property
    def canaries(self) -> Path:
        """Raw answers to canary items, append-only; never scored into a standing."""
        return self.folder / "canaries.jsonl"

    @property
    def canary_report(self) -> Path:
        """What the canaries tell."""
        return self.folder / "canaries.json"

    @property
    def scores(self) -> Path:
        """Judgements."""
        return self.folder / "scores.jsonl"

    @property
    def judging(self) -> Path:
        """Digests of the code that judged."""
        return self.folder / "judging.json"

    @property
    def estimates(self) -> Path:
        """Means with intervals."""
        return self.folder / "estimates.json"

    @property
    def conditions(self) -> Path:
        """Hardware, packages, budgets."""
        return self.folder / "conditions.json"

    @property
    def tracking(self) -> Path:
        """What the tracking server has been told."""
        return self.folder / "tracking.json"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes this record."""
        return self.folder / ".lock"
