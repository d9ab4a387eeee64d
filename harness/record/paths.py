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
    """The files of one record."""

    folder: Path

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
