"""`defi round run ROUND --dry-run` and `defi round budget ROUND`: what a round will take, has taken, and has saved."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from harness.at_work import sole_conductor
from harness.budgeting import Row, row, totals
from harness.calibration import basis_of, calibration_paths, forget
from harness.canonical import plain
from harness.cli.printable import json_text
from harness.cli.show import Bars, print_table
from harness.conditions.rules import read_conditions
from harness.conduct import Conductor
from harness.config import Settings
from harness.costs import read_costs
from harness.due import Outcome
from harness.entries import compose_round, entry_folder
from harness.errors import DefiError, UsageError
from harness.forecast import Outline, wall
from harness.intake.manifest import read_manifest
from harness.job_book import JobBook
from harness.launch.errand import Errand, Kind
from harness.launching import cluster_named, needs_of, new_launcher, terms_of
from harness.metrics.ladder import read_stopping
from harness.node import do
from harness.record import RoundPaths, RunPaths
from harness.rulings import read_rulings, ruled_out
from harness.types import Json
from harness.workspace import Workspace, find_workspace

_HEAD = ("submission", "items", "engine time", "jobs", "planned", "expected", "GPU planned", "GPU expected", "spent")
_HALF = 1.96  # standard deviations to each side of nineteen draws in twenty


def dry_run(round_name: str, overrides: Sequence[str], items: int) -> None:
    """Ask a few items of every submission, none of them the round's own, and print what the round will take.

    What was measured before, of the same manifests and tasks and of as many items, is not measured again.
    """
    if items < 1:
        raise UsageError(f"{items} items tell nothing", where="--calibrate", remedy="at least 1; 2 show a spread")
    asked = find_asked(round_name, overrides)
    watch = _Watch(Bars())
    try:
        _calibrate(asked, items, watch)
    finally:
        watch.bars.close()
    show(asked)
    if failed := watch.failed:
        raise DefiError(
            f"{len(failed)} of {len(asked.submissions)} submissions could not be calibrated: {', '.join(failed)}",
            where=asked.settings.round.name,
            remedy="see the reasons above; the same command tries these again",
        )


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def budget(round_name: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Show what a round is planned to take, what it took, and what stopping saved.

    Planned and expected are known after `defi round run ROUND --dry-run`, for the same cluster.

    \b
    defi round budget demo
    defi round budget spring-2027 cluster=jean_zay --json
    """
    asked = find_asked(round_name, overrides)
    if as_json:
        click.echo(json_text(as_data(asked)))
    else:
        show(asked)


def as_data(asked: Asked) -> dict[str, Json]:
    """The budget, as docs/schemas/budget.schema.json has it; times in seconds."""
    settings, rows = asked.settings, _rows(asked)
    last = {"wall_seconds": {name: _wall(settings, rows, name) for name in ("planned", "expected")}}
    data: dict[str, Json] = plain({"schema": "grand-defi/budget/1", "round": settings.round.name, "submissions": rows})
    return {**data, "totals": {**totals(rows), **last}}


def show(asked: Asked) -> None:
    """The budget as a table, and what it comes to."""
    settings, rows = asked.settings, _rows(asked)
    print_table(_HEAD, [_cells(one) for one in rows])
    found = totals(rows)
    planned, wanted, spent, saved = (found[name] for name in ("planned", "expected", "spent", "saved"))
    gpu = f", GPU {said(planned['gpu_seconds'])}" if planned["gpu_seconds"] else ""
    click.echo(f"planned: {said(planned['node_seconds'])} of jobs{gpu}; {_lasting(settings, rows, 'planned')}")
    if settings.round.stopping:
        gpu = f", GPU {said(wanted['gpu_seconds'])}" if wanted["gpu_seconds"] else ""
        click.echo(f"expected, as the round stops by itself: {said(wanted['node_seconds'])} of jobs{gpu}")
        click.echo(f"saved so far: {saved['items']} items, {said(saved['engine_seconds'])} of answering")
    click.echo(f"spread by the items drawn: ± {said(_HALF * wanted['deviation'])} (95 %)")
    gpu = f", GPU {said(spent['gpu_seconds'])}" if spent["gpu_seconds"] else ""
    click.echo(f"spent: {said(spent['node_seconds'])} of jobs{gpu}")
    for one in rows:
        if one.warning:
            click.echo(f"warning: {one.submission}: {one.warning}")
    if found["unknown"]:
        click.echo(f"not measured, and in no sum of what is planned: {', '.join(found['unknown'])}")


def said(seconds: float) -> str:
    """A time, for people."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


@dataclass(frozen=True, slots=True)
class Asked:
    """The round that a command names. Known by what the command said."""

    workspace: Workspace
    name: str  # of its file
    overrides: tuple[str, ...]
    settings: Settings = field(compare=False)

    @property
    def paths(self) -> RoundPaths:
        """Where its records are."""
        return RoundPaths(self.workspace.runs, self.settings.round.name)

    @property
    def submissions(self) -> list[str]:
        """Those that are asked."""
        out = ruled_out(read_rulings(self.paths.folder))
        return [name for name in self.settings.round.submissions if name not in out]

    def errand(self, kind: Kind, submission: str, items: int = 0) -> Errand:
        """One of the round's."""
        return Errand(kind, self.name, submission, 0, self.overrides, str(self.workspace.root), items)


def find_asked(round_name: str, overrides: Sequence[str]) -> Asked:
    """The round of this workspace, composed."""
    workspace = find_workspace()
    cluster_named(overrides)  # a key that no cluster has is refused in our words
    return Asked(workspace, round_name, tuple(overrides), compose_round(workspace, round_name, overrides))


class _Watch:
    """Says how calibrations end."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.failed: list[str] = []

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """Too short to be shown."""

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        done = end.result == "done"
        self.bars.say(f"{submission}: {'calibrated' if done else end.reason}")
        self.failed += [] if done else [submission]

    def said(self, words: str) -> None:
        self.bars.say(words)


def _calibrate(asked: Asked, items: int, watch: _Watch) -> None:
    """Through the round's own launcher; what a calibration that was stopped has asked is not asked again."""
    own, settings = calibration_paths(asked.paths), asked.settings
    own.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    conducted = terms_of(settings)
    terms = dataclasses.replace(conducted, sharded=True, sealing=False)
    with sole_conductor(own):
        old = [name for name in asked.submissions if not _fresh(asked, name, items)]
        if not old:
            return
        bases = [asked.errand("calibrate", name, items) for name in old]
        book = JobBook(own)
        for name in old:
            book.again(name)
        needs = functools.partial(needs_of, asked.workspace, settings)
        with new_launcher(settings, own, do, cluster_named(asked.overrides)) as launcher:
            Conductor(own, bases, launcher, needs, terms, watch).conduct()


def _fresh(asked: Asked, name: str, items: int) -> bool:
    """Whether a submission need not be measured; what no longer holds is forgotten."""
    found = read_costs(asked.paths, name)
    if found is None:
        return False
    try:
        submission = read_manifest(entry_folder(asked.workspace, name) / "manifest.yaml")
        basis = basis_of(_settings(asked, submission.engine), submission)
    except DefiError:  # the errand says what is wrong, where the submission can be told
        basis = {}
    if found.basis == basis and found.items >= items:
        return True
    forget(asked.paths, name)
    return False


@functools.lru_cache(maxsize=64)
def _settings(asked: Asked, engine: str) -> Settings:
    """As `entries.prepare` composes them for a submission of this engine."""
    chosen = any(override.startswith("engine=") for override in asked.overrides)
    own = [] if chosen else [f"engine={engine}"]
    return compose_round(asked.workspace, asked.name, [*own, *asked.overrides])


def _rows(asked: Asked) -> list[Row]:
    outline, paths = _outline(asked.settings), asked.paths
    found = []
    for name in asked.submissions:
        gpus = needs_of(asked.workspace, asked.settings, asked.errand("whole", name)).gpus
        found.append(row(paths.run(*name.split("/")), read_costs(paths, name), outline, gpus))
    return found


def _outline(settings: Settings) -> Outline:
    """What of the round and its cluster decides what is asked."""
    round_, cluster = settings.round, settings.cluster
    stopping = read_stopping(round_.stopping) if round_.stopping else None
    again = sum(read_conditions(round_.conditions, round_.name).canaries)
    most = cluster.get("shard_tokens")
    if most is not None and stopping is not None:
        most = cluster.get("ladder_tokens") or math.inf
    return Outline(round_.tasks, stopping, again, most)


def _wall(settings: Settings, rows: Sequence[Row], which: str) -> float:
    """Seconds that the round lasts where the site gives all that it ever gives at once."""
    cluster = settings.cluster
    limits = [cluster.get(key) for key in ("workers", "array_parallelism", "submit_limit")]
    found = [one.planned if which == "planned" else one.expected for one in rows]
    slots = min((limit for limit in limits if limit), default=None)
    return round(wall([one.jobs.stages for one in found if one], slots), 1)


def _lasting(settings: Settings, rows: Sequence[Row], which: str) -> str:
    return f"lasts {said(_wall(settings, rows, which))}, the queue's waits aside"


def _cells(one: Row) -> list[str]:
    spent = said(one.spent.node_seconds) if one.spent.jobs else ""
    if one.planned is None or one.expected is None:
        return [one.submission, "", "not measured", "", "", "", "", "", spent]
    planned, wanted = one.planned, one.expected
    items = f"{planned.items:.0f}"
    if wanted is not planned:
        items = f"{wanted.items:.0f} of {items}"
    gpu = [said(jobs.gpu_seconds) if jobs.gpus else "" for jobs in (planned.jobs, wanted.jobs)]
    engine = f"{said(wanted.engine)} ± {said(_HALF * wanted.deviation)}"
    nodes = [said(planned.jobs.node_seconds), said(wanted.jobs.node_seconds)]
    return [one.submission, items, engine, str(len(planned.jobs.ask)), *nodes, *gpu, spent]
