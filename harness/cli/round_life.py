"""`defi round new|open|close|draw|reveal|publish|amend ROUND`: a round's life; `run` and `status` are in `round.py`."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from harness.calendar import Calendar, find_calendar
from harness.cli.notices import OVERRIDES, composed, step_told
from harness.cli.rulings import COMMANDS as RULINGS
from harness.cli.site import write_site
from harness.config import Settings
from harness.entries import entry_names
from harness.intake.manifest import read_manifest
from harness.intake.verdict import check_submission
from harness.record import RoundPaths, RunPaths
from harness.round_ending import PUBLICATIONS, demand_publishing, is_out, publish_standings, reveal_round
from harness.round_life import amend_calendar, close_round, demand_closing, draw_round, open_intake, open_round
from harness.round_state import demand, read_life
from harness.rulings import read_rulings, ruled_out
from harness.sealed_round import FOLDER, VARIABLE, competing
from harness.types import Json
from harness.workspace import Workspace, find_workspace

_FORCE = click.option(
    "--force", "reason", default="", metavar="REASON", help="Not at its date; the reason is published."
)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What every step of a life begins with."""

    workspace: Workspace
    settings: Settings
    calendar: Calendar | None

    @property
    def folder(self) -> Path:
        """Of the round, in runs/."""
        return self.workspace.runs / self.settings.round.name

    @property
    def next(self) -> str:
        """What comes next, after a step."""
        return read_life(self.folder, sealed=self.settings.round.sealed).summary


def _begin(round_name: str, overrides: Sequence[str]) -> _Begun:
    workspace = find_workspace()
    settings = composed(workspace, round_name, overrides)
    return _Begun(workspace, settings, find_calendar(workspace.configs, round_name, sealed=settings.round.sealed))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@click.command()
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
def new(round_name: str, overrides: tuple[str, ...]) -> None:
    """Begin a round's life: publish its rules, tasks and calendar; of a sealed one, commit to a secret.

    The secret goes to secrets/ROUND.json (mode 600), or comes from DEFI_ROUND_SECRET; keep a copy of it elsewhere. A
    round without configs/calendar/ROUND.yaml opens at once.

    \b
    defi round new spring-2027
    defi round new spring-2027 notify=webhook notify.webhook.url=https://example.org/hook
    """
    begun = _begin(round_name, overrides)
    secrets, sealed = begun.workspace.root / FOLDER, begun.settings.round.sealed
    rules = begun.workspace.root / "docs/rounds.md"
    with step_told(begun.folder, begun.settings):
        published = open_round(begun.settings, begun.workspace.runs, secrets, rules, _now(), begun.calendar)
    if sealed:
        click.echo(f"commitment: {published['commitment']}")
        kept = VARIABLE if os.environ.get(VARIABLE) else secrets / f"{round_name}.json"
        click.echo(f"secret: in {kept}; keep a copy elsewhere")
    click.echo(
        f"publish {begun.folder / ('seed.json' if sealed else 'life.json')}, and rules.md and log.jsonl beside it"
    )
    click.echo(begun.next)


@click.command("open")
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
@_FORCE
def open_(round_name: str, overrides: tuple[str, ...], reason: str) -> None:
    """Open the intake of a round that has dates: publish title, calendar and rules.

    \b
    defi round open spring-2027
    """
    begun = _begin(round_name, overrides)
    with step_told(begun.folder, begun.settings):
        life = open_intake(begun.settings, begun.workspace.runs, begun.calendar, _now(), reason.strip())
    click.echo(life.summary)


@click.command()
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
@click.option("--source", default="", help="Where public randomness will come from; else what the calendar says.")
@click.option("--dry-run", is_flag=True, help="Say who would be listed, who not and why; close nothing.")
@_FORCE
def close(round_name: str, overrides: tuple[str, ...], source: str, dry_run: bool, reason: str) -> None:
    """Close the intake: publish the digests of all eligible submissions.

    Whatever arrives or changes later is refused by `defi run`, unless `defi round admit` takes it.

    \b
    defi round close spring-2027 --dry-run
    defi round close spring-2027 --source "drand quicknet, first round after 2027-03-01T12:00Z"
    """
    begun = _begin(round_name, overrides)
    if dry_run:
        _dry(begun)
        return
    runs, dates, why = begun.workspace.runs, begun.calendar, reason.strip()
    with step_told(begun.folder, begun.settings):
        demand_closing(begun.settings, runs, source, _now(), calendar=dates, reason=why)  # before all entries are read
        listed = _listed(begun)
        published = close_round(begun.settings, runs, listed, source, _now(), calendar=dates, reason=why)
    for name in sorted(listed.keys() - set(begun.settings.round.submissions)):
        click.echo(f"listed, and not asked as long as configs/round/{round_name}.yaml does not name it: {name}")
    click.echo(
        f"closed at {published['closed']['at']} with {len(listed)} submissions; publish what runs/{round_name} says"
    )
    click.echo(begun.next)


def _dry(begun: _Begun) -> None:
    """Who would be listed, of a round that is not closed yet."""
    life = read_life(begun.folder, sealed=begun.settings.round.sealed)
    if life.state not in ("free", "committed"):
        demand(life, "open", wanted="closed")
    listed = _listed(begun)
    for name, digest in listed.items():
        click.echo(f"would be listed: {name} ({digest[:12]})")
    click.echo(f"{len(listed)} would be listed; nothing was closed. {begun.next}")


def _listed(begun: _Begun) -> dict[str, str]:
    """The digests of all that will be listed; says who will not, though the configuration names it."""
    listed, name = _eligible(begun), begun.settings.round.name
    for missing in sorted(set(begun.settings.round.submissions) - listed.keys()):
        click.echo(f"not listed, though configs/round/{name}.yaml names it: {missing}")
    return listed


@click.command()
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
@click.option("--randomness", required=True, help="The public value, as it was published.")
@click.option("--dated", required=True, help="When it was published: ISO, with its offset; after the closing.")
@click.option("--source", default="", help="Where exactly: the words of the announced source, and more after them.")
def draw(round_name: str, overrides: tuple[str, ...], randomness: str, dated: str, source: str) -> None:
    """Draw the seed of a closed round from its secret and public randomness.

    \b
    defi round draw spring-2027 --randomness 8f3c… --dated 2027-03-01T12:00:03+00:00
    """
    begun = _begin(round_name, overrides)
    given = {"value": randomness, "dated": dated, "source": source}
    secrets = begun.workspace.root / FOLDER
    with step_told(begun.folder, begun.settings):
        published = draw_round(begun.settings, begun.workspace.runs, secrets, given, _now(), calendar=begun.calendar)
    click.echo(f"the seed is drawn (digest {published['seed_sha256']}); publish seed.json")
    click.echo(begun.next)


@click.command()
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
@click.option("--force", "reason", default="", metavar="REASON", help="Early, or although runs have not ended.")
def reveal(round_name: str, overrides: tuple[str, ...], reason: str) -> None:
    """Reveal the secret of a round whose runs have ended: anyone can make every item again.

    \b
    defi round reveal spring-2027
    defi round reveal spring-2027 --force "team/entry withdrew"
    """
    begun = _begin(round_name, overrides)
    secrets = begun.workspace.root / FOLDER
    with step_told(begun.folder, begun.settings):
        reveal_round(begun.settings, begun.workspace.runs, secrets, reason.strip(), _now(), calendar=begun.calendar)
    click.echo(f"revealed: publish {begun.folder / 'seed.json'}")
    click.echo(begun.next)


@click.command()
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the site.")
@click.option("--correction", default="", metavar="REASON", help="What was wrong with the standings published before.")
@click.option("--force", "reason", default="", metavar="REASON", help="Early, or with entries that take no place.")
def publish(round_name: str, overrides: tuple[str, ...], out: Path, correction: str, reason: str) -> None:
    """Publish a round: freeze its standings, enter their digest in the log, and write the site.

    \b
    defi round publish spring-2027 --out site/
    defi round publish spring-2027 --out site/ --correction "two answers of team/entry were judged anew"
    """
    from leaderboard.facts import note_facts, standings_alone
    from leaderboard.publish import round_json
    from leaderboard.table import Tabulated, build

    begun = _begin(round_name, overrides)
    before = _publications(begun)
    with step_told(begun.folder, begun.settings):
        demand_publishing(begun.settings, begun.workspace.runs, _now(), calendar=begun.calendar, reason=reason.strip())
        made = build(begun.folder)  # takes its time
        number = publish_standings(
            begun.settings,
            begun.workspace.runs,
            round_json(standings_alone(made.table)),
            _without_place(begun, made.table),
            _now(),
            calendar=begun.calendar,
            reason=reason.strip(),
            correction=correction.strip(),
        )
    kept = f"publication {number}: {begun.folder / PUBLICATIONS / f'{number}.json'}"
    click.echo(kept if number > before else f"{kept}, as it was published: its site is written again")
    paths = RoundPaths(begun.workspace.runs, begun.settings.round.name)
    write_site(paths, Tabulated(note_facts(made.table, begun.folder), made.pairs), out)


@click.command()
@click.argument("round_name", metavar="ROUND")
@OVERRIDES
@click.option("--reason", required=True, help="Why the dates change; published.")
def amend(round_name: str, overrides: tuple[str, ...], reason: str) -> None:
    """Publish changed dates of a round's calendar. Dates of steps that were taken stay.

    \b
    defi round amend spring-2027 --reason "the intake's machine was down for two days"
    """
    begun = _begin(round_name, overrides)
    with step_told(begun.folder, begun.settings):
        changed = amend_calendar(begun.settings, begun.workspace.runs, begun.calendar, reason.strip())
    click.echo(f"amended and published: {', '.join(changed)}" if changed else "the calendar is as it was published")
    click.echo(begun.next)


def _eligible(begun: _Begun) -> dict[str, str]:
    """The digests of all entries that the intake lets in; says which ones it does not, and which are withdrawn."""
    found: dict[str, str] = {}
    out = ruled_out(read_rulings(begun.folder))
    for name in entry_names(begun.workspace):
        verdict = check_submission(begun.workspace.submissions / name, begun.workspace)
        if name in out:
            click.echo(f"not listed: {name} (ruling {out[name].number}: {out[name].reason})")
        elif verdict.eligible:
            found[name] = read_manifest(begun.workspace.submissions / name).digest
        else:
            codes = ", ".join(sorted({f.code for f in verdict.findings if f.severity == "error"}))
            click.echo(f"not eligible: {name} ({codes})")
    return found


def _publications(begun: _Begun) -> int:
    """How often standings were published so far."""
    log = read_life(begun.folder, sealed=begun.settings.round.sealed).log
    return sum(one.event in ("round.published", "round.corrected") for one in log)


def _without_place(begun: _Begun, table: Mapping[str, Json]) -> dict[str, str]:
    """Why entries that compete take no place; one that was refused, or failed by its own fault, is not missed."""
    listed = competing(begun.folder)
    return {
        row["submission"]: row["reason"] or f"the run is {row['state']}"
        for row in table["standings"]
        if row["submission"] in listed
        and row["rank"] is None
        and not is_out(RunPaths(begun.folder / row["submission"]))
    }


COMMANDS = (new, open_, close, draw, reveal, publish, amend, *RULINGS)
