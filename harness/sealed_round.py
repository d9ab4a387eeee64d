"""A sealed round where it is run: who holds its secret, whether its seed may be known, and who may compete.

The secret lives in a file of mode 600 outside `runs/`, or in an environment variable on a machine that keeps no files.
Neither it nor the seed is ever written anywhere else before the reveal.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.canonical import changed_fields, sha256_json, sha256_text
from harness.commitment import (
    LENGTH,
    CommitmentError,
    SealedSeed,
    draw_secret,
    keeps_commitment,
    read_published,
    round_seed,
    seed_of,
    seed_sha256,
)
from harness.rulings import OUT, admitted, read_rulings, ruled_out
from harness.types import Json, Round

VARIABLE = "DEFI_ROUND_SECRET"  # 128 hexadecimal digits: a secret and its salt
FOLDER = "secrets"  # in the workspace, beside configs/; never under runs/
LIFE = "life.json"  # of a round in the open: what `seed.json` is to a sealed one
LIFE_SCHEMA = "grand-defi/life/1"
STATES = ("opened", "closed", "drawn", "revealed")
_FREE = ("title", "submissions")  # of a round's configuration, that no item depends on
_NEXT = {
    "opened": "`defi round close {name}` when the intake is over",
    "closed": "`defi round draw {name}` with randomness dated after the closing",
}


@dataclass(frozen=True, slots=True)
class RoundSecret:
    """What the organisers know before the reveal; not shown by `repr`."""

    secret: bytes = field(repr=False)
    salt: bytes = field(repr=False)


def secret_path(secrets: Path, name: str) -> Path:
    """Where the secret of a round is kept."""
    return secrets / f"{name}.json"


def find_secret(secrets: Path, name: str, environment: Mapping[str, str] | None = None) -> RoundSecret | None:
    """The secret of a round, from the environment or its file; None where this machine has none.

    Raises:
        CommitmentError: it is there and unusable: damaged, or readable by others.
    """
    env = os.environ if environment is None else environment
    if env.get(VARIABLE):
        return _parsed(env[VARIABLE], VARIABLE)
    path = secret_path(secrets, name)
    if not path.exists():
        return None
    where = f"{FOLDER}/{path.name}"
    if path.is_symlink() or stat.S_IMODE(path.stat().st_mode) & 0o077:
        remedy = f"make it an ordinary file of mode 600 (chmod 600 {where}); whoever has read it knows the items"
        raise CommitmentError("others can read the round's secret", where=where, remedy=remedy)
    try:
        kept = json.loads(path.read_bytes())
        text = f"{kept['secret']}{kept['salt']}"
    except (ValueError, TypeError, KeyError):  # whose error would quote the file
        remedy = "restore it from the organisers' copy: without it the round cannot be run or revealed"
        raise CommitmentError("the round's secret is damaged", where=where, remedy=remedy) from None
    return _parsed(text, where)


def keep_secret(secrets: Path, name: str) -> RoundSecret:
    """The secret for a round that opens: the one that is there, or a new one, written to a file of mode 600."""
    found = find_secret(secrets, name)
    if found is not None:
        return found
    made = RoundSecret(draw_secret(), draw_secret())
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({"round": name, "secret": made.secret.hex(), "salt": made.salt.hex()}) + "\n"
    with os.fdopen(os.open(secret_path(secrets, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return made


def state_of(published: Mapping[str, Json]) -> str:
    """opened, closed, drawn or revealed: as far as the round's `seed.json` has come."""
    marks = {"closed": "closed", "drawn": "randomness", "revealed": "revealed"}
    reached = [state for state, key in marks.items() if published.get(key) is not None]
    return reached[-1] if reached else "opened"


def logged_facts(published: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """What the round's log says of each step that was taken: all of it follows from `seed.json`."""
    facts: dict[str, dict[str, Json]] = {
        "round.opened": {key: published[key] for key in ("commitment", "generator_digest", "rules_digest")}
    }
    if (closed := published["closed"]) is not None:
        listed = {"entries": len(closed["submissions"]), "submissions_sha256": sha256_json(closed["submissions"])}
        facts["round.closed"] = {"at": closed["at"], "source": closed["source"], **listed}
    if published["randomness"] is not None:
        facts["round.drawn"] = {**published["randomness"], "seed_sha256": published["seed_sha256"]}
    if published["revealed"] is not None:
        facts["round.revealed"] = {**published["revealed"], "secret_sha256": sha256_text(published["secret"])}
    return facts


def opened_as(raw: Mapping[str, Json]) -> dict[str, Json]:
    """What of a round's configuration is fixed when it begins: all but its title and its list of submissions."""
    return {key: value for key, value in raw.items() if key not in _FREE}


def rules_digest(text_sha256: str, settings: Mapping[str, Json]) -> str:
    """The rules as one digest: the hash of their text, and the round's configuration as it opens."""
    return sha256_json({"text": text_sha256, "round": settings})


def find_seed(round_folder: Path, secrets: Path, raw: Mapping[str, Json], generator: Mapping[str, str]) -> SealedSeed:
    """The seed of a sealed round, once it is drawn.

    Args:
        round_folder: `runs/<round>`, where `seed.json` is.
        secrets: the folder of the organisers' secrets; not needed after the reveal.
        raw: the round's configuration, as it is now.
        generator: the digests of its tasks and of what they share, as they are now.

    Raises:
        CommitmentError: it has no seed yet, the secret is elsewhere, or the round is not as it was opened.
    """
    name = round_folder.name
    published = demand_published(round_folder)
    if (state := state_of(published)) in _NEXT:
        raise CommitmentError(
            f"the round is {state}: it has no seed yet", where=name, remedy=_NEXT[state].format(name=name)
        )
    refuse_other_settings(published, raw)
    if (revealed := seed_of(round_folder)) is not None:
        return revealed
    refuse_other_generator(published, generator)
    found = demand_secret(secrets, name, published)
    seed = round_seed(found.secret, published["randomness"]["value"], name)
    if seed_sha256(seed) != published["seed_sha256"]:
        raise CommitmentError("secret and randomness do not give the seed that was drawn", where=f"{name}/seed.json")
    return seed


def demand_published(round_folder: Path) -> dict[str, Json]:
    """The round's `seed.json`; CommitmentError where it was never opened."""
    published = read_published(round_folder)
    if published is None:
        name = round_folder.name
        remedy = f"`defi round new {name}` opens it; to try it out, give it a seed and a name of its own: "
        remedy += "round.seed=trial round.name=trial"
        raise CommitmentError("this sealed round has not been opened", where=name, remedy=remedy)
    return published


def demand_secret(secrets: Path, name: str, published: Mapping[str, Json]) -> RoundSecret:
    """The secret that `seed.json` commits to; CommitmentError where this machine has none, or another."""
    found = find_secret(secrets, name)
    if found is None:
        remedy = f"sealed rounds run where {FOLDER}/{name}.json or {VARIABLE} is; a team waits for the reveal"
        raise CommitmentError("the round's secret is not on this machine", where=name, remedy=remedy)
    digests = published["generator_digest"], published["rules_digest"]
    if not keeps_commitment(published["commitment"], found.secret, found.salt, name, *digests):
        remedy = f"restore {FOLDER}/{name}.json, or the {VARIABLE} with which the round was opened"
        raise CommitmentError("this secret is not the one that the round committed to", where=name, remedy=remedy)
    return found


def refuse_other_settings(published: Mapping[str, Json], raw: Mapping[str, Json]) -> None:
    """CommitmentError where the round's configuration is not the one that it opened with; names what changed."""
    changed = list(changed_fields(published["rules"]["round"], opened_as(raw)))
    if changed:
        remedy = "run it as it was opened: only the title and the list of submissions may change"
        what = f"the round was opened with another configuration; changed: {', '.join(changed[:8])}"
        raise CommitmentError(what, where=published["round"], remedy=remedy)


def refuse_other_generator(published: Mapping[str, Json], generator: Mapping[str, str]) -> None:
    """CommitmentError where a task, or what all share, is not what the round committed to; names which."""
    changed = sorted(changed_fields(published["generator"], dict(generator)))
    if changed:
        remedy = "use the version of the project that opened the round; a scorer is mended after the reveal"
        what = f"tasks, or the code they share, are not those that the round committed to: {', '.join(changed[:8])}"
        raise CommitmentError(what, where=published["round"], remedy=remedy)


class LateError(CommitmentError):
    """A submission that a round does not ask: nobody's fault but its own."""


def refuse_late(round_folder: Path, name: str, digest: str) -> None:
    """LateError where a round does not ask this submission.

    It was closed without it or with another of its name, nobody admitted it later, or it is withdrawn or disqualified.
    """
    rulings = read_rulings(round_folder)
    if (out := ruled_out(rulings).get(name)) is not None:
        what = f"the submission is {OUT[out.kind]} by ruling {out.number}: {out.reason}"
        remedy = f"`defi round reinstate {round_folder.name} {name} --reason …` takes the ruling back"
        raise LateError(what, where=f"{name} in {round_folder.name}", remedy=remedy)
    closed, late = _closing(round_folder), admitted(rulings).get(name)
    if closed is None:
        return
    listed = late.digest if late is not None else closed["submissions"].get(name)
    if listed == digest:
        return
    other = listed is not None
    what = (
        "the submission was changed after the intake closed" if other else "the submission came after the intake closed"
    )
    remedy = "restore the manifest that was listed" if other else "submit it to the next round"
    raise LateError(f"{what} ({closed['at']})", where=f"{name} in {round_folder.name}", remedy=remedy)


def competing(round_folder: Path) -> dict[str, str]:
    """The submissions that compete, with their digests: listed at the closing or admitted later, and not ruled out."""
    rulings, closed = read_rulings(round_folder), _closing(round_folder)
    listed = dict(closed["submissions"]) if closed else {}
    listed |= {name: one.digest for name, one in admitted(rulings).items()}
    return {name: digest for name, digest in sorted(listed.items()) if name not in ruled_out(rulings)}


def _closing(round_folder: Path) -> dict[str, Json] | None:
    """Which submissions a round closed with, sealed or in the open; None before."""
    published = read_published(round_folder)
    path = round_folder / LIFE
    if published is None and path.is_file():
        try:
            published = json.loads(path.read_bytes())
        except ValueError as error:
            raise CommitmentError("not JSON", where=f"{round_folder.name}/{LIFE}", remedy="restore it") from error
    closed: dict[str, Json] | None = published.get("closed") if published else None
    return closed


def demand_seed(round_: Round) -> str:
    """The seed of a round; CommitmentError says why a sealed one has none."""
    if round_.seed:
        return round_.seed
    missing = getattr(round_.seed, "missing", None)
    raise missing or CommitmentError("the sealed round has no seed", where=round_.name)


def _parsed(text: str, where: str) -> RoundSecret:
    try:
        both = bytes.fromhex(text)
    except ValueError:
        both = b""
    if len(both) != 2 * LENGTH:
        remedy = f"{4 * LENGTH} hexadecimal digits are needed: a secret and its salt, {LENGTH} bytes each"
        raise CommitmentError("this is no secret of a round", where=where, remedy=remedy)
    return RoundSecret(both[:LENGTH], both[LENGTH:])
