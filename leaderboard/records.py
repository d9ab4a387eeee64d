"""A round's records, as everything that computes with them reads them: one rule for tables, comparisons and links.

A record that was changed after its seal, or says what no record says, is not read; of an entry that was withdrawn or
disqualified nothing is used; and what is not complete by the table's rule is compared with nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from harness.attest.intact import damage
from harness.attest.log import NAME as LOG
from harness.attest.log import read_log
from harness.errors import PublishError, RecordError, UnknownNameError
from harness.metrics.ladder import Stopping, read_stopping
from harness.record import RoundPaths, Run, RunPaths, list_runs, read_frozen, read_run
from harness.rulings import OUT, Ruling, read_rulings, ruled_out
from harness.types import TRACKS, Json, ScoreRow
from leaderboard.estimates import averaged, core_design, lacking
from leaderboard.ranking import Design, TaskDesign
from leaderboard.rulings import without_place
from leaderboard.shape import misshapen


class Records:
    """What lies in a round's folder, with the round as it was opened and the organisers' rulings."""

    def __init__(self, paths: RoundPaths, reader: Callable[[RunPaths], Run] = read_run) -> None:
        """UnknownNameError lists the rounds that have been run; `reader` reads one record that is whole."""
        self.paths, self._reader = paths, reader
        self.frozen = read_frozen(paths)
        self.rulings = read_rulings(paths.folder)

    @cached_property
    def design(self) -> Design:
        """What the round asks; up to the caps, where it stops by itself."""
        return round_design(self.frozen)

    @cached_property
    def stopping(self) -> Stopping | None:
        """How the round stops asking; None where it asks everything."""
        return round_stopping(self.frozen["round"])

    @property
    def averages(self) -> Design:
        """What averages are of: the core, where the round stops by itself."""
        return core_design(self.design, self.stopping)

    @property
    def out(self) -> dict[str, Ruling]:
        """The entries that were withdrawn or disqualified, each with the ruling that stands."""
        return ruled_out(self.rulings)

    @property
    def listed(self) -> list[str]:
        """The entries that the round lists, each once; any other record is a practice run."""
        return list(dict.fromkeys(self.frozen["round"]["submissions"]))

    def read(self, name: str) -> Run:
        """One entry as the table shows it: a record or none; a damaged one or one without a place has no scores."""
        team, _, entry = name.partition("/")
        if name in self.asked_late:
            return Run(team, entry, {}, None, (), (), {}, "refused", "it was asked after its items were public")
        return without_place([_intact(self.paths.run(team, entry), self._reader)], self.rulings)[0]

    @cached_property
    def asked_late(self) -> set[str]:
        """The entries whose run was begun or gone on with after the reveal: by the log's order, not by a clock."""
        events = [(one.event, one.facts) for one in read_log(self.paths.folder / LOG)]
        revealed = [place for place, (event, _) in enumerate(events) if event == "round.revealed"]
        after = events[revealed[0] :] if revealed else []
        return {facts["submission"] for event, facts in after if event == "run.state" and facts["state"] == "running"}

    def complete(self, *, baselines: bool = False) -> list[Run]:
        """The listed entries that could have a place, with or without baselines, by team and entry."""
        runs = [self.read(name) for name in sorted(self.listed) if self._filed(name)]
        chosen = [run for run in runs if baselines or not run.submission.get("baseline", False)]
        return [run for run in chosen if not lacking(self.design, self.stopping, run)]

    def usable(self, name: str) -> Run:
        """A complete record by its name, listed or not.

        UnknownNameError lists the records there are; PublishError says why this one cannot be computed with.
        """
        if not self._filed(name):
            known = [f"{run.folder.parent.name}/{run.folder.name}" for run in list_runs(self.paths)]
            raise UnknownNameError("record", name, known, where=f"round {self.paths.round}")
        run = self.read(name)
        folder = self.paths.run(run.team, run.entry).folder
        if ruling := self.out.get(name):
            remedy = f"an entry that is {OUT[ruling.kind]} has no figures; `defi round reinstate` takes that back"
            raise PublishError(f"{OUT[ruling.kind]}: {ruling.reason}", where=name, remedy=remedy)
        if damage(folder):
            remedy = f"`defi verify {folder}` says all; put back what was sealed"
            raise PublishError(run.reason, where=name, remedy=remedy)
        if lacks := lacking(self.design, self.stopping, run):
            remedy = f"finish the run: defi run {name} --round {self.paths.round}"
            raise PublishError(f"the record is not complete: {lacks}", where=name, remedy=remedy)
        return run

    def averaged(self, run: Run) -> Sequence[ScoreRow]:
        """The scores that averages are of: those of the core, where the round stops by itself."""
        return averaged(run, self.stopping)

    def _filed(self, name: str) -> bool:
        team, _, entry = name.partition("/")
        return bool(team and entry) and self.paths.run(team, entry).submission.exists()


def _intact(paths: RunPaths, reader: Callable[[RunPaths], Run]) -> Run:
    """A record, or of one that was changed after its seal or cannot be read no more than its name and what is wrong."""
    wrong = damage(paths.folder)
    why = f"the record is not what was sealed: {wrong}"
    if not wrong:
        try:
            run = reader(paths)
            wrong = misshapen(run)
        except RecordError as error:
            wrong = f"{error.where}: {error.what}"
        except (KeyError, TypeError, AttributeError, RecursionError) as error:  # JSON of another shape
            wrong = type(error).__name__
        if not wrong:
            return run
        why = f"the record cannot be read: {wrong}"
    return Run(paths.folder.parent.name, paths.folder.name, {}, None, (), (), {}, "refused", why)


def round_stopping(settings: Mapping[str, Json]) -> Stopping | None:
    """How a frozen round stops asking; None where it asks everything."""
    return read_stopping(settings["stopping"]) if settings.get("stopping") else None


def round_design(frozen: Mapping[str, Json]) -> Design:
    """What a frozen round asks, from its configuration and cards; up to the caps, where it stops by itself."""
    settings = frozen["round"]
    cards = {card["name"]: card for card in frozen["cards"]}
    tasks = []
    for part in settings["tasks"]:
        if part["name"] not in cards:
            raise UnknownNameError("task", part["name"], cards, where=f"round {settings['name']}")
        card = cards[part["name"]]
        languages = tuple(name for name in settings["languages"] if name in card["languages"])
        counts = tuple(part["counts"])[: part["levels"]]
        tasks.append(TaskDesign(part["name"], card["track"], languages, tuple(card["chance"]), counts))
    tasks.sort(key=lambda task: TRACKS.index(task.track))
    return Design(tuple(tasks), tuple(settings["languages"]), tuple(settings["level_weights"]))
