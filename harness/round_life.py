"""The life of a sealed round: opened, closed, drawn, revealed. Each step is taken once, in this order, in public.

`runs/<round>/seed.json` holds all that is published of it, `rules.md` the rules as they were when it opened, and the
round's log a line for each step. A step writes the file, then the log; one that was interrupted between the two is made
good by the next.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Container, Iterable, Mapping
from pathlib import Path

from harness.attest.log import read_log
from harness.attest.log_head import append_signed
from harness.canonical import sha256_json
from harness.commitment import (
    SCHEMA,
    SEALED,
    CommitmentError,
    announced,
    commitment,
    read_published,
    round_seed,
    seed_sha256,
    weakness,
)
from harness.config import Settings, generator_digests
from harness.errors import RoundError
from harness.plan import round_tasks
from harness.record import RoundPaths, list_runs, read_json, write_json
from harness.sealed_round import (
    STATES,
    RoundSecret,
    demand_published,
    demand_secret,
    keep_secret,
    logged_facts,
    opened_as,
    refuse_other_generator,
    refuse_other_settings,
    rules_digest,
    state_of,
)
from harness.types import Json

ENDED = ("scored", "refused")  # states of a run that has nothing more to ask
_STEPS = {"closed": "close", "drawn": "draw", "revealed": "reveal"}


def open_round(settings: Settings, runs: Path, secrets: Path, rules: Path, now: datetime.datetime) -> dict[str, Json]:
    """Draw the secret and publish its commitment, before any submission is in.

    Args:
        settings: the round, composed without overrides.
        runs: the folder of all rounds.
        secrets: the folder where the secret is kept.
        rules: the rules' text, published as it is now.
        now: with a time zone.

    Raises:
        RoundError: the round has its seed in the open, or there are no rules.
        CommitmentError: it was opened before, or its secret cannot be used.
    """
    name, folder = settings.round.name, runs / settings.round.name
    if not settings.round.sealed:
        remedy = f"write `seed: {SEALED}` in configs/round/{name}.yaml; a round in the open needs no opening"
        raise RoundError("the round has its seed in the open: there is nothing to commit to", where=name, remedy=remedy)
    if (before := read_published(folder)) is not None:
        _log(folder, before)
        remedy = _step_after(state_of(before), name)
        raise CommitmentError(f"the round was opened on {before['opened']}", where=name, remedy=remedy)
    if not rules.is_file():
        raise RoundError("there are no rules to commit to", where=name, remedy=f"write them into {rules}")
    list(round_tasks(settings.round))  # a round that cannot be planned is not opened
    folder.mkdir(parents=True, exist_ok=True)
    text = rules.read_bytes()
    (folder / "rules.md").write_bytes(text)
    return _publish(folder, _commit(settings, keep_secret(secrets, name), hashlib.sha256(text).hexdigest(), now))


def _commit(settings: Settings, kept: RoundSecret, text: str, now: datetime.datetime) -> dict[str, Json]:
    """The first `seed.json` of a round: what it commits to; `text` is the hash of the rules."""
    name, generator, configured = settings.round.name, generator_digests(settings.round), opened_as(settings.raw)
    digests = sha256_json(generator), rules_digest(text, configured)
    return {
        "schema": SCHEMA,
        "round": name,
        "commitment": commitment(kept.secret, kept.salt, name, *digests),
        "generator": generator,
        "generator_digest": digests[0],
        "rules": {"text": text, "round": configured},
        "rules_digest": digests[1],
        "opened": _said(now),
        **dict.fromkeys(("closed", "randomness", "seed_sha256", "secret", "salt", "revealed")),
    }


def close_round(
    settings: Settings, runs: Path, submissions: Mapping[str, str], source: str, now: datetime.datetime
) -> dict[str, Json]:
    """Publish which submissions compete, by their digests, and where randomness that does not exist yet will come from.

    Raises:
        CommitmentError: the round is not open, nobody competes, or no source is announced.
    """
    folder = runs / settings.round.name
    published = _demand_state(folder, "opened", "closed")
    if not submissions:
        remedy = "`defi submission check` says what is wrong with those that there are"
        raise CommitmentError("there is no eligible submission", where=settings.round.name, remedy=remedy)
    if not source.strip():
        remedy = "say where it will come from, for instance the first round of a beacon after a time"
        raise CommitmentError("no source of randomness is announced", where=settings.round.name, remedy=remedy)
    listed = dict(sorted(submissions.items()))
    closed = {"at": _said(now), "source": source.strip(), "submissions": listed}
    return _publish(folder, {**published, "closed": closed})


def draw_round(
    settings: Settings, runs: Path, secrets: Path, randomness: Mapping[str, str], now: datetime.datetime
) -> dict[str, Json]:
    """Mix the secret with public randomness; the seed's digest is published, the seed is not.

    Args:
        settings: the round, as it was opened.
        runs: the folder of all rounds.
        secrets: the folder where the secret is kept.
        randomness: `value`, `dated` (ISO, with its offset), and `source`, empty where it is the one announced.
        now: with a time zone.

    Raises:
        CommitmentError: the round is not closed, not as it was opened, or the randomness is not later than the closing.
    """
    name, folder = settings.round.name, runs / settings.round.name
    published = _demand_state(folder, "closed", "drawn")
    refuse_other_settings(published, settings.raw)
    refuse_other_generator(published, generator_digests(settings.round))
    dated, value = _moment(randomness["dated"], name), randomness["value"].strip()
    if weak := weakness(value):
        remedy = "give the whole value as it was published; a beacon's has 32 bytes"
        raise CommitmentError(f"the randomness is too weak: {weak}", where=name, remedy=remedy)
    _demand_between(datetime.datetime.fromisoformat(published["closed"]["at"]), dated, now, name)
    kept = demand_secret(secrets, name, published)
    source = _source(randomness["source"].strip(), published["closed"]["source"], name)
    drawn = {"value": value, "source": source, "dated": _said(dated), "drawn": _said(now)}
    seed = round_seed(kept.secret, value, name)
    return _publish(folder, {**published, "randomness": drawn, "seed_sha256": seed_sha256(seed)})


def _source(given: str, before: str, where: str) -> str:
    """Where the value was read: the announced source, or the same said more exactly."""
    if given and not announced(given, before):
        remedy = f"leave --source out, or let it begin with the announced words: {before}"
        raise CommitmentError(
            "another source of randomness than was announced at the closing", where=where, remedy=remedy
        )
    return given or before


def reveal_round(settings: Settings, runs: Path, secrets: Path, reason: str, now: datetime.datetime) -> dict[str, Json]:
    """Publish secret and salt, so that anyone can make every item again.

    Raises:
        CommitmentError: the round is not drawn; or runs have not ended and there is no `reason` to go on without them.
    """
    name, folder = settings.round.name, runs / settings.round.name
    published = _demand_state(folder, "drawn", "revealed")
    listed = published["closed"]["submissions"]
    names = [entry for entry in settings.round.submissions if entry in listed]
    unfinished = unfinished_runs(RoundPaths(runs, name), names, listed)
    if unfinished and not reason:
        shown = ", ".join(f"{entry} ({state})" for entry, state in list(unfinished.items())[:8])
        remedy = f"`defi round run {name}`; or `--force REASON`, which is published"
        raise CommitmentError(f"runs have not ended: {shown}", where=name, remedy=remedy)
    kept = demand_secret(secrets, name, published)
    told = {"at": _said(now), "unfinished": unfinished, "reason": reason if unfinished else ""}
    opened = {"secret": kept.secret.hex(), "salt": kept.salt.hex(), "revealed": told}
    return _publish(folder, {**published, **opened})


def unfinished_runs(paths: RoundPaths, names: Iterable[str], listed: Container[str]) -> dict[str, str]:
    """The state of every submission in `names`, and of other `listed` ones that were begun, that has not ended."""
    begun = {f"{run.folder.parent.name}/{run.folder.name}": run for run in list_runs(paths)}
    states = {
        name: read_json(begun[name].state, {"state": "planned"})["state"] if name in begun else "not started"
        for name in dict.fromkeys([*names, *(name for name in begun if name in listed)])
    }
    return {name: state for name, state in states.items() if state not in ENDED}


def describe(runs: Path, name: str) -> str:
    """Where a sealed round stands, in one line, with what comes next."""
    published = read_published(runs / name)
    if published is None:
        return f"sealed round, not opened: `defi round new {name}`"
    state = state_of(published)
    when = {
        "opened": published["opened"],
        "closed": (published["closed"] or {}).get("at"),
        "drawn": (published["randomness"] or {}).get("drawn"),
        "revealed": (published["revealed"] or {}).get("at"),
    }
    return f"sealed round, {state} {when[state]}: {_step_after(state, name)}"


def _step_after(state: str, name: str) -> str:
    if state == STATES[-1]:
        return "its seed is public"
    following = STATES[STATES.index(state) + 1]
    step = f"`defi round {_STEPS[following]} {name}`"
    return f"`defi round run {name}`, then {step}" if following == "revealed" else f"next is {step}"


def _demand_state(folder: Path, needed: str, wanted: str) -> dict[str, Json]:
    """What is published; CommitmentError where the round has not come so far, or is further already."""
    published = demand_published(folder)
    _log(folder, published)
    if (state := state_of(published)) != needed:
        done = STATES.index(state) >= STATES.index(wanted)
        what = f"the round is {state}: it has been {wanted} already" if done else f"the round is only {state}"
        raise CommitmentError(what, where=folder.name, remedy=_step_after(state, folder.name))
    return published


def _publish(folder: Path, published: dict[str, Json]) -> dict[str, Json]:
    write_json(folder / "seed.json", published)
    _log(folder, published)
    return published


def _log(folder: Path, published: Mapping[str, Json]) -> None:
    """Every step that was taken has its line in the log, also when it was interrupted before it could write it."""
    log = folder / "log.jsonl"
    said = {entry.event for entry in read_log(log)}
    for event, facts in logged_facts(published).items():
        if event not in said:
            append_signed(log, event, facts)


def _demand_between(closed: datetime.datetime, dated: datetime.datetime, now: datetime.datetime, where: str) -> None:
    if dated <= closed:
        what = f"the randomness is not later than the closing, {_said(closed)}"
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


def _said(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds")
