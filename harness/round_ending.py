"""The end of a round's life: run, ended, revealed, published. The steps before are `harness.round_life`'s."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Container, Iterable, Mapping
from pathlib import Path

from harness.at_work import refuse_at_work
from harness.attest.log import NAME as LOG
from harness.attest.log_head import append_signed
from harness.calendar import Calendar
from harness.config import Settings
from harness.decisions import settle_rulings
from harness.record import RoundPaths, RunPaths, list_runs, read_json
from harness.round_life import begin_step, content_of, publish_content
from harness.round_state import Life, LifeError, State, departure, log_departure, read_life, said_time
from harness.sealed_round import competing, demand_secret, refuse_other_settings
from harness.types import Json

ENDED = ("scored", "refused")  # states of a run that has nothing more to ask
PUBLICATIONS = "publications"  # folder of the standings as they were published, by number


def start_running(
    settings: Settings,
    runs: Path,
    calendar: Calendar | None,
    now: datetime.datetime,
    reason: str = "",
    *,
    again: bool = False,
) -> None:
    """The round is being run, and the log says since when: for `defi round run`, before it asks anything.

    A free round is run at once. Once a round is revealed or published, running it asks nobody that competes.
    `again`: a submission that had ended is let in once more.

    Raises:
        LifeError: the round is not closed, of a sealed one not drawn, or it is too early and no `reason` is given; or
            nobody can be let in any more.
    """
    folder = runs / settings.round.name
    state = read_life(folder, sealed=settings.round.sealed).state
    if again and state in ("revealed", "published"):
        what = f"the round is {state}: nobody is asked any more"
        raise LifeError(
            what, where=settings.round.name, remedy="leave --again out: answers are judged again without it"
        )
    if state == "free" and calendar is not None:
        what = "the round has a calendar, and nobody has begun it"
        remedy = f"`defi round new {settings.round.name}` begins it; a trial has another name (round.name=trial)"
        raise LifeError(what, where=settings.round.name, remedy=remedy)
    if state == "free" or state in ("running", "revealed", "published"):
        settle_rulings(folder)
        return
    begun: State = "drawn" if settings.round.sealed else "closed"
    life = begin_step(settings, runs, calendar, (begun, "ended"), "running")
    if not life.sealed:
        refuse_other_settings(content_of(life), settings.raw)
    if life.state == "ended" and not again and not unfinished(settings, runs):
        return
    log_departure(life, departure(life, "run", now, reason))
    append_signed(folder / LOG, "round.running", {"submissions": len(competing(folder))})


def end_running(settings: Settings, runs: Path, calendar: Calendar | None, reason: str = "") -> bool:
    """Say that every run has ended; for `defi round run`, when it has nothing more to do. False where that is not so.

    With a `reason` the runs that have not ended are left behind, and that is published. A free round has no end.
    """
    folder = runs / settings.round.name
    begun: State = "drawn" if settings.round.sealed else "closed"
    if read_life(folder, sealed=settings.round.sealed).state not in (begun, "running"):
        return False
    begin_step(settings, runs, calendar, (begun, "running"), "ended")
    left = unfinished(settings, runs)
    if left and not reason:
        return False
    append_signed(folder / LOG, "round.ended", {"unfinished": left, "reason": reason if left else ""})
    return True


def reveal_round(
    settings: Settings,
    runs: Path,
    secrets: Path,
    reason: str,
    now: datetime.datetime,
    *,
    calendar: Calendar | None = None,
) -> dict[str, Json]:
    """Publish secret and salt, so that anyone can make every item again.

    Raises:
        RoundError: the round is not drawn; runs have not ended, or it is too early, and there is no `reason`.
    """
    name = settings.round.name
    if not settings.round.sealed:
        raise LifeError(
            "a round in the open has nothing to reveal", where=name, remedy="its seed is its configuration's"
        )
    life = begin_step(settings, runs, calendar, ("drawn", "running", "ended"), "revealed")
    refuse_at_work(RoundPaths(runs, name))
    left = unfinished(settings, runs)
    if left and not reason:
        shown = ", ".join(f"{entry} ({state})" for entry, state in list(left.items())[:8])
        remedy = f"`defi round run {name}`; or `--force REASON`, which is published"
        raise LifeError(f"runs have not ended: {shown}", where=name, remedy=remedy)
    kept = demand_secret(secrets, name, content_of(life))
    log_departure(life, departure(life, "reveal", now, reason))
    if life.state != "ended":
        append_signed(life.folder / LOG, "round.ended", {"unfinished": left, "reason": reason if left else ""})
    told = {"at": said_time(now), "unfinished": left, "reason": reason if left else ""}
    opened = {"secret": kept.secret.hex(), "salt": kept.salt.hex(), "revealed": told}
    return publish_content(life.folder, {**content_of(life), **opened})


def publish_standings(
    settings: Settings,
    runs: Path,
    standings: bytes,
    without: dict[str, str],
    now: datetime.datetime,
    *,
    calendar: Calendar | None = None,
    reason: str = "",
    correction: str = "",
) -> int:
    """Freeze the standings as `publications/<number>.json` and enter their digest in the log; the number.

    The same standings are published once, however often this is called, and a correction of them is refused. Other ones
    are a correction, and say why.

    Args:
        settings: the round.
        runs: the folder of all rounds.
        standings: `round.json`, byte for byte.
        without: why a competing submission takes no place, of those that no ruling or intake keeps out.
        now: with a time zone.
        calendar: of the round, where it has one.
        reason: of the organisers, for publishing early, or with submissions that take no place.
        correction: what was wrong with the standings that were published before.

    Raises:
        LifeError: runs have not ended, the secret is not shown, or a reason is wanted that is not given.
    """
    life = demand_publishing(settings, runs, now, calendar=calendar, reason=reason)
    digest = hashlib.sha256(standings).hexdigest()
    before = [one for one in life.log if one.event in ("round.published", "round.corrected")]
    if before and before[-1].facts["standings_sha256"] == digest:
        if correction and before[-1].facts.get("correction") != correction:  # a killed correction is called again
            what = f"the standings are those of publication {len(before)}: there is nothing to correct"
            remedy = "leave --correction out: the site is written again; or mend first what is wrong"
            raise LifeError(what, where=life.name, remedy=remedy)
        return len(before)
    _refuse_unsaid(life, without, reason, correction)
    early = None if before else departure(life, "publish", now, reason)
    number = len(before) + 1
    target = life.folder / PUBLICATIONS / f"{number}.json"
    target.parent.mkdir(exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.write_bytes(standings)
    partial.replace(target)
    facts: dict[str, Json] = {"number": number, "standings_sha256": digest, "without": without, "reason": reason}
    if before:
        facts |= {"correction": correction, "former": before[-1].facts["standings_sha256"]}
    log_departure(life, early)
    append_signed(life.folder / LOG, "round.corrected" if before else "round.published", facts)
    return number


def demand_publishing(
    settings: Settings, runs: Path, now: datetime.datetime, *, calendar: Calendar | None = None, reason: str = ""
) -> Life:
    """What a publication demands of the round, before its standings are computed; changes nothing. The round's life.

    LifeError where runs have not ended, the secret is not shown, or it is too early and no `reason` is given.
    """
    last: State = "revealed" if settings.round.sealed else "ended"
    life = begin_step(settings, runs, calendar, (last, "published"), "published")
    if life.state != "published":
        departure(life, "publish", now, reason)
    return life


def _refuse_unsaid(life: Life, without: dict[str, str], reason: str, correction: str) -> None:
    if correction and life.state != "published":
        raise LifeError("nothing was published that could be corrected", where=life.name, remedy="without --correction")
    if life.state == "published" and not correction:
        what = f"the standings were published on {life.since}, and are others now"
        remedy = "`--correction REASON` publishes them with a notice of what was wrong"
        raise LifeError(what, where=life.name, remedy=remedy)
    if without and not (reason or correction):
        shown = "; ".join(f"{name}: {why}" for name, why in list(without.items())[:8])
        remedy = f"`defi round run {life.name}`, a ruling, or `--force REASON`, which is published"
        raise LifeError(f"submissions that compete would take no place: {shown}", where=life.name, remedy=remedy)


def unfinished(settings: Settings, runs: Path) -> dict[str, str]:
    """The runs of competing submissions that have not ended: of the round's list, and others that were begun."""
    listed = competing(runs / settings.round.name)
    names = [entry for entry in settings.round.submissions if entry in listed]
    return unfinished_runs(RoundPaths(runs, settings.round.name), names, listed)


def unfinished_runs(paths: RoundPaths, names: Iterable[str], listed: Container[str]) -> dict[str, str]:
    """The state of every submission in `names`, and of other `listed` ones that were begun, that has not ended.

    A run that failed by its own fault has ended where its state says that it is not tried again.
    """
    begun = {f"{run.folder.parent.name}/{run.folder.name}": run for run in list_runs(paths)}
    states = {
        name: read_json(begun[name].state, {"state": "planned"}) if name in begun else {"state": "not started"}
        for name in dict.fromkeys([*names, *(name for name in begun if name in listed)])
    }
    return {name: str(held["state"]) for name, held in states.items() if not _ended(held)}


def is_out(run: RunPaths) -> bool:
    """Whether a run has ended without a result: refused, or failed by its own fault and tried no more."""
    held = read_json(run.state, {"state": "planned"})
    return _ended(held) and held["state"] != "scored"


def _ended(held: Mapping[str, Json]) -> bool:
    given_up = held["state"] == "failed" and held.get("fault") == "own" and held.get("again") is False
    return held["state"] in ENDED or given_up
