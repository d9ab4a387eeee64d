"""The life of a round, until it is run: begun, opened, closed, drawn. All of it in public.

`runs/<round>/seed.json` holds all that is published of a sealed round, `life.json` that of one in the open, `rules.md`
the rules as they were when it began, and the round's log a line for each step. A step writes the file, then the log;
one that was interrupted between the two is made good by the next. Where a round stands is `harness.round_state`'s to
say; `harness.round_ending` has the rest of its life.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from pathlib import Path

from harness.attest.log import NAME as LOG
from harness.attest.log_head import append_signed
from harness.calendar import Calendar
from harness.canonical import changed_fields, sha256_json
from harness.commitment import (
    SCHEMA,
    CommitmentError,
    announced,
    commitment,
    round_seed,
    seed_sha256,
    weakness,
)
from harness.config import Settings, generator_digests
from harness.decisions import settle_rulings
from harness.errors import RoundError
from harness.plan import round_tasks
from harness.record import RoundPaths, list_runs, write_json
from harness.round_state import (
    Life,
    LifeError,
    State,
    demand,
    departure,
    log_departure,
    read_life,
    refuse_other_calendar,
    said_time,
    settle,
)
from harness.sealed_round import (
    LIFE,
    LIFE_SCHEMA,
    RoundSecret,
    demand_secret,
    keep_secret,
    opened_as,
    refuse_other_generator,
    refuse_other_settings,
    rules_digest,
)
from harness.types import Json

_UNTIL: dict[str, tuple[State, ...]] = {  # a date may be changed in these states: before its step was taken
    "opens": ("committed",),
    "closes": ("committed", "open"),
    "randomness": ("committed", "open"),  # announced at the closing, at the latest
    "runs_from": ("committed", "open", "closed", "drawn"),
    "reveals": ("committed", "open", "closed", "drawn", "running", "ended"),
    "publishes": ("committed", "open", "closed", "drawn", "running", "ended", "revealed"),
}


def begin_step(
    settings: Settings, runs: Path, calendar: Calendar | None, needed: tuple[State, ...], wanted: State
) -> Life:
    """Where the round stands, made good in its log and checked; LifeError where this step may not be taken now."""
    folder = runs / settings.round.name
    settle_rulings(folder)
    life = read_life(folder, sealed=settings.round.sealed)
    demand(life, *needed, wanted=wanted)
    refuse_other_calendar(life, calendar)
    return life


def open_round(
    settings: Settings,
    runs: Path,
    secrets: Path,
    rules: Path,
    now: datetime.datetime,
    calendar: Calendar | None = None,
) -> dict[str, Json]:
    """Publish rules, tasks, configuration and calendar; of a sealed round draw the secret and commit to it as well.

    A round without a calendar opens at once; one with dates opens with `open_intake`.

    Args:
        settings: the round, composed without overrides.
        runs: the folder of all rounds.
        secrets: the folder where the secret is kept.
        rules: the rules' text, published as it is now.
        now: with a time zone.
        calendar: of the round, where it has one.

    Raises:
        RoundError: it was begun before, there are no rules, it has been run, or its calendar is over.
        CommitmentError: its secret cannot be used.
    """
    name, folder = settings.round.name, runs / settings.round.name
    settle(folder)
    life = read_life(folder, sealed=settings.round.sealed)
    _refuse_begun(life, calendar, now)
    if list_runs(RoundPaths(runs, name)):
        remedy = "give the round another name: what was asked before it began competes in nothing"
        raise LifeError("the round has been run as a free one", where=name, remedy=remedy)
    if not rules.is_file():
        raise RoundError("there are no rules to commit to", where=name, remedy=f"write them into {rules}")
    list(round_tasks(settings.round))  # a round that cannot be planned is not opened
    folder.mkdir(parents=True, exist_ok=True)
    text = rules.read_bytes()
    (folder / "rules.md").write_bytes(text)
    digest = hashlib.sha256(text).hexdigest()
    if calendar is not None and (life.calendar is None or life.calendar.to_json() != calendar.to_json()):
        append_signed(folder / LOG, "round.calendar", {"calendar": calendar.to_json(), "reason": ""})  # before the file
    kept = keep_secret(secrets, name) if settings.round.sealed else None
    return publish_content(folder, _commit(settings, kept, digest, now))


def _refuse_begun(life: Life, calendar: Calendar | None, now: datetime.datetime) -> None:
    if life.content is not None:
        remedy = f"next is {life.next}" if life.next else "its life is over"
        raise LifeError(f"the round was begun on {life.content['opened']}", where=life.name, remedy=remedy)
    if life.calendar is not None and calendar is None:
        remedy = "restore the file that an interrupted `defi round new` has published"
        raise LifeError("the calendar is gone", where=f"configs/calendar/{life.name}.yaml", remedy=remedy)
    if calendar is not None and calendar.closes <= now:
        remedy = "give it dates that are to come"
        raise LifeError(f"by its calendar the intake closed at {calendar.closes.isoformat()}", where=life.name,
                        remedy=remedy)  # fmt: skip


def _commit(settings: Settings, kept: RoundSecret | None, text: str, now: datetime.datetime) -> dict[str, Json]:
    """The first file of a round's life: what it commits to; `text` is the hash of the rules."""
    name, generator, configured = settings.round.name, generator_digests(settings.round), opened_as(settings.raw)
    digests = sha256_json(generator), rules_digest(text, configured)
    made = {
        "schema": LIFE_SCHEMA,
        "round": name,
        "generator": generator,
        "generator_digest": digests[0],
        "rules": {"text": text, "round": configured},
        "rules_digest": digests[1],
        "opened": said_time(now),
        "closed": None,
    }
    if kept is None:
        return made
    later = dict.fromkeys(("randomness", "seed_sha256", "secret", "salt", "revealed"))
    committed = commitment(kept.secret, kept.salt, name, *digests)
    return {**made, "schema": SCHEMA, "commitment": committed, **later}


def open_intake(
    settings: Settings, runs: Path, calendar: Calendar | None, now: datetime.datetime, reason: str = ""
) -> Life:
    """Publish title, calendar and rules: submissions may come.

    Raises:
        LifeError: the round is not committed, or it is too early or too late and no `reason` is given.
    """
    life = begin_step(settings, runs, calendar, ("committed",), "open")
    log_departure(life, departure(life, "open", now, reason))
    dates = life.calendar.to_json() if life.calendar else None
    told = {"title": dict(settings.round.title), "calendar": dates, "rules_digest": content_of(life)["rules_digest"]}
    append_signed(life.folder / LOG, "round.intake", told)
    return read_life(life.folder, sealed=life.sealed)


def close_round(
    settings: Settings,
    runs: Path,
    submissions: Mapping[str, str],
    source: str,
    now: datetime.datetime,
    *,
    calendar: Calendar | None = None,
    reason: str = "",
) -> dict[str, Json]:
    """Publish which submissions compete, by their digests, and where randomness that does not exist yet will come from.

    `source` is of a sealed round, and may be left out where its calendar announces one.

    Raises:
        RoundError: the round is not open, nobody competes, no source is announced, or it is not the date.
    """
    life, announced_as = demand_closing(settings, runs, source, now, calendar=calendar, reason=reason)
    if not submissions:
        remedy = "`defi submission check` says what is wrong with those that there are"
        raise LifeError("there is no eligible submission", where=life.name, remedy=remedy)
    closed: dict[str, Json] = {"at": said_time(now), **({"source": announced_as} if life.sealed else {})}
    log_departure(life, departure(life, "close", now, reason))
    return publish_content(
        life.folder, {**content_of(life), "closed": {**closed, "submissions": dict(sorted(submissions.items()))}}
    )


def demand_closing(
    settings: Settings,
    runs: Path,
    source: str,
    now: datetime.datetime,
    *,
    calendar: Calendar | None = None,
    reason: str = "",
) -> tuple[Life, str]:
    """Everything that a closing demands of the round, before its submissions are gone through; changes nothing.

    The round's life, and the source of randomness to be announced, empty for a round in the open.

    Raises:
        RoundError: the round is not open, no source is announced, or it is not the date.
    """
    life = begin_step(settings, runs, calendar, ("open",), "closed")
    if not life.sealed and source.strip():
        remedy = "leave --source out: its seed stands in its configuration"
        raise LifeError("a round in the open draws nothing", where=life.name, remedy=remedy)
    departure(life, "close", now, reason)
    return life, _source_announced(life, source.strip()) if life.sealed else ""


def _source_announced(life: Life, given: str) -> str:
    """Where randomness will come from: what the calendar announces, or the same said more exactly."""
    before = life.calendar.announced if life.calendar else ""
    if before and given and not announced(given, before):
        remedy = f"leave --source out, or let it begin with the announced words: {before}"
        raise CommitmentError("another source of randomness than the calendar's", where=life.name, remedy=remedy)
    if not (given or before):
        remedy = "say where it will come from, for instance the first round of a beacon after a time"
        raise CommitmentError("no source of randomness is announced", where=life.name, remedy=remedy)
    return given or before


def draw_round(
    settings: Settings,
    runs: Path,
    secrets: Path,
    randomness: Mapping[str, str],
    now: datetime.datetime,
    *,
    calendar: Calendar | None = None,
) -> dict[str, Json]:
    """Mix the secret with public randomness; the seed's digest is published, the seed is not.

    Args:
        settings: the round, as it was opened.
        runs: the folder of all rounds.
        secrets: the folder where the secret is kept.
        randomness: `value`, `dated` (ISO, with its offset), and `source`, empty where it is the one announced.
        now: with a time zone.
        calendar: of the round, where it has one.

    Raises:
        RoundError: the round is not closed, not as it was opened, or the randomness is not the one announced.
    """
    name = settings.round.name
    life = begin_step(settings, runs, calendar, ("closed",), "drawn")
    if not life.sealed:
        remedy = f"next is {life.next}"
        raise LifeError("the round has its seed in the open: there is nothing to draw", where=name, remedy=remedy)
    published = content_of(life)
    refuse_other_settings(published, settings.raw)
    refuse_other_generator(published, generator_digests(settings.round))
    dated, value = _moment(randomness["dated"], name), randomness["value"].strip()
    if weak := weakness(value):
        remedy = "give the whole value as it was published; a beacon's has 32 bytes"
        raise CommitmentError(f"the randomness is too weak: {weak}", where=name, remedy=remedy)
    closed = datetime.datetime.fromisoformat(published["closed"]["at"])
    _demand_between(max([closed, *([life.calendar.after] if life.calendar and life.calendar.after else [])]), dated,
                    now, name)  # fmt: skip
    kept = demand_secret(secrets, name, published)
    source = _source(randomness["source"].strip(), published["closed"]["source"], name)
    drawn = {"value": value, "source": source, "dated": said_time(dated), "drawn": said_time(now)}
    seed = round_seed(kept.secret, value, name)
    return publish_content(life.folder, {**published, "randomness": drawn, "seed_sha256": seed_sha256(seed)})


def _source(given: str, before: str, where: str) -> str:
    """Where the value was read: the announced source, or the same said more exactly."""
    if given and not announced(given, before):
        remedy = f"leave --source out, or let it begin with the announced words: {before}"
        raise CommitmentError(
            "another source of randomness than was announced at the closing", where=where, remedy=remedy
        )
    return given or before


def amend_calendar(settings: Settings, runs: Path, calendar: Calendar | None, reason: str) -> list[str]:
    """Publish a change of the calendar's dates; their names. Dates of steps that were taken stay as they were.

    Raises:
        LifeError: the round has no life or no calendar, nothing changed, or a date is one of the past.
    """
    folder = runs / settings.round.name
    settle(folder)
    life = read_life(folder, sealed=settings.round.sealed)
    if life.calendar is None or calendar is None or life.content is None:
        remedy = "a calendar is published by `defi round new`, or never; a file that was published must stay"
        raise LifeError("there is no published calendar to amend", where=life.name, remedy=remedy)
    before, after = life.calendar.to_json(), calendar.to_json()
    changed = [key for key in _UNTIL if list(changed_fields(before.get(key), after.get(key)))]
    if past := [key for key in changed if life.state not in _UNTIL[key]]:
        remedy = "write the dates of steps that were taken as they were published"
        raise LifeError(f"the round is {life.state}: {', '.join(past)} is past", where=life.name, remedy=remedy)
    if changed:
        append_signed(folder / LOG, "round.calendar", {"calendar": after, "reason": reason, "changed": changed})
    return changed


def describe(runs: Path, name: str, *, sealed: bool = True) -> str:
    """Where a round stands, in one line, with what comes next."""
    return read_life(runs / name, sealed=sealed).summary


def content_of(life: Life) -> dict[str, Json]:
    """What is published of a round that has begun."""
    return dict(life.content or {})


def publish_content(folder: Path, content: dict[str, Json]) -> dict[str, Json]:
    """Write the file of a round's life, then the line of the log that follows from it."""
    write_json(folder / (LIFE if content["schema"] == LIFE_SCHEMA else "seed.json"), content)
    settle(folder)
    return content


def _demand_between(first: datetime.datetime, dated: datetime.datetime, now: datetime.datetime, where: str) -> None:
    if dated <= first:
        what = f"the randomness is not later than the closing and its announced time, {said_time(first)}"
        remedy = "take a value published after it: an earlier one could have been known to those who chose"
        raise CommitmentError(what, where=where, remedy=remedy)
    if dated > now:
        raise CommitmentError("the randomness is dated in the future", where=where, remedy="wait until it is published")


def _moment(text: str, where: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        remedy = "an ISO time with its offset, for instance 2027-03-01T12:00:00+00:00"
        raise CommitmentError(f"{text!r} is no time with an offset", where=where, remedy=remedy)
    return moment
