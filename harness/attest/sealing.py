"""Sealing: a finished record gets its Parquet, the hash of every file, a signature and a line in the round's log.

    seal.json         every file with its SHA-256 and size; the number of the seal, and which one it replaces
    attestation.json  the signed statement over all files, seal.json included
    seals/<n>/        what an earlier seal covered and a new judgement replaced

A sealed record is never written again. To judge again, `reopen` puts the old judgement with its seal aside; the next
seal has the next number and names the former one's hash.
"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

from harness import __version__
from harness.attest import log, log_head
from harness.attest.columns import difference, to_parquet
from harness.attest.dsse import sign, write_envelope
from harness.attest.errors import AttestationError, SealedError
from harness.attest.files import read_bytes, read_canonical, write_canonical
from harness.attest.keys import SigningKey
from harness.attest.statement import PAYLOAD, record_statement
from harness.canonical import sha256_file, sha256_json
from harness.journal import read_lines
from harness.metrics.ladder import open_items
from harness.types import Completion, Json, ScoreRow

SCHEMA = "grand-defi/seal/1"
SEAL = "seal.json"
ATTESTATION = "attestation.json"
FORMER = "seals"  # folder of what earlier seals covered
NEEDED = (
    "submission.json",
    "state.json",
    "plan.json",
    "completions.jsonl",
    "scores.jsonl",
    "judging.json",
    "estimates.json",
    "conditions.json",
)
UNSEALED = (".lock", "tracking.json")  # written after the seal, or of this machine only: no result depends on them
COLUMNS: tuple[tuple[str, str, type], ...] = (
    ("completions.jsonl", "completions.parquet", Completion),
    ("scores.jsonl", "scores.parquet", ScoreRow),
)
_JUDGED = ("scores.jsonl", "scores.parquet", "judging.json", "estimates.json")
_LEFT = re.compile(r"\..+\.\d+\.partial")  # what a killed writer left: never a file of the record


def seal(run: Path, key: SigningKey | None = None) -> dict[str, Json]:
    """Seal a scored record, and sign it where there is a key; what `seal.json` holds.

    The caller holds the record's lock. Killed half-way, the same call seals it. A record that is sealed stays as it is.

    Raises:
        AttestationError: the record is not complete, leaves items without an answer, or holds what is no ordinary file.
    """
    if is_sealed(run):
        return _finished(run, key)
    _refuse_incomplete(run)
    _sweep(run)
    for lines, parquet, kind in COLUMNS:
        to_parquet(kind, run / lines, run / parquet)
        if differs := difference(run / lines, run / parquet):
            raise AttestationError(f"{parquet} would lose something: {differs}", where=str(run))
    former = _former(run)
    content = {
        "schema": SCHEMA,
        "number": former["number"] + 1 if former else 1,
        "former": former,
        "round": run.parent.parent.name,
        "submission": f"{run.parent.name}/{run.name}",
        "sealed": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "files": {name: _facts(run / name) for name in record_files(run)},
    }
    (run / ATTESTATION).unlink(missing_ok=True)  # of an attempt that was killed
    write_canonical(run / SEAL, content)
    return _finished(run, key)


def is_sealed(run: Path) -> bool:
    """Whether a record has a seal: then nothing may write to it."""
    return (run / SEAL).exists()


def refuse_sealed(run: Path) -> None:
    """SealedError where a record is sealed: for whoever is about to write to it."""
    if is_sealed(run):
        remedy = "nothing is left to run; to judge it again, reopen it first (harness.attest.sealing.reopen)"
        raise SealedError("the record is sealed and is never written again", where=str(run), remedy=remedy)


def reopen(run: Path, reason: str, key: SigningKey | None = None) -> int:
    """Put a seal and the judgement it covers aside, so that the record can be judged again; the old seal's number.

    The answers stay. The log says why, under its signed head where a key is given, or named by `DEFI_KEY`.
    AttestationError where the record is not sealed.
    """
    if not is_sealed(run):
        raise AttestationError("the record is not sealed", where=str(run), remedy="judge it as it is")
    number = int(read_canonical(run / SEAL)["number"])
    aside = run / FORMER / str(number)
    aside.mkdir(parents=True, exist_ok=True)
    facts = {"submission": f"{run.parent.name}/{run.name}", "number": number, "reason": reason}
    log_head.append_signed(_log(run), "record.reopened", {**facts, "seal_sha256": sha256_file(run / SEAL)}, key)
    for name in _JUDGED:
        (aside / name).write_bytes(read_bytes(run / name))
    for name in (ATTESTATION, SEAL):  # the seal last: until then the record counts as sealed
        if (run / name).exists():
            (run / name).replace(aside / name)
    return number


def record_files(run: Path) -> list[str]:
    """The names of what a seal covers: every file but the seal, its signature and what may change after it.

    AttestationError where something is neither a folder nor an ordinary file.
    """
    names = []
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise AttestationError("neither a folder nor an ordinary file", where=name, remedy="take it out")
        if path.is_file() and name not in (SEAL, ATTESTATION, *UNSEALED):
            names.append(name)
    return names


def _finished(run: Path, key: SigningKey | None) -> dict[str, Json]:
    """Sign and log a seal, as far as that has not been done."""
    content: dict[str, Json] = read_canonical(run / SEAL)
    _sweep(run)
    journal, fact = _log(run), sha256_file(run / SEAL)
    entries = log.read_log(journal)
    if not any(one.event == "record.sealed" and one.facts.get("seal_sha256") == fact for one in entries):
        facts = {"submission": content["submission"], "number": content["number"], "seal_sha256": fact}
        log.append(journal, "record.sealed", {**facts, "plan": _read(run / "plan.json")["hash"]})
    if key is not None:
        log_head.sign_head(journal, key)
        if not (run / ATTESTATION).exists():  # last of all: until it is there, the sealing is not done
            write_envelope(run / ATTESTATION, sign(_statement(run, content), PAYLOAD, key))
    return content


def _sweep(run: Path) -> None:
    for left in [path for path in run.rglob("*") if _LEFT.fullmatch(path.name)]:
        left.unlink()


def _statement(run: Path, content: dict[str, Json]) -> dict[str, Json]:
    """What is signed: all files, and what they were made from, by and under."""
    plan, public = _read(run / "plan.json"), run.parent.parent / "seed.json"
    predicate = {
        "round": content["round"],
        "submission": content["submission"],
        "submission_digest": plan["submission_digest"],
        "declared": sha256_json(_read(run / "submission.json")),
        "plan": plan["hash"],
        "conditions": sha256_json(_read(run / "conditions.json")),
        "judging": _read(run / "judging.json"),
        "harness": __version__,
        "seal": content["number"],
        "log": log.head(log.read_log(_log(run))),
        "commitment": _read(public)["commitment"] if public.exists() else None,
    }
    files = {name: facts["sha256"] for name, facts in content["files"].items()}
    return record_statement({**files, SEAL: sha256_file(run / SEAL)}, predicate)


def _refuse_incomplete(run: Path) -> None:
    missing = [name for name in NEEDED if not (run / name).is_file()]
    state = _read(run / "state.json").get("state") if "state.json" not in missing else "not begun"
    if missing or state != "scored":
        what = (
            f"a record is sealed when it is scored; this one is {state!r}, and lacks {', '.join(missing) or 'nothing'}"
        )
        raise AttestationError(what, where=str(run), remedy="`defi run` finishes it")
    values = {row["item"]: row["value"] for row in read_lines(run / "scores.jsonl")}
    heard = {line["item"]: values.get(line["item"]) for line in read_lines(run / "completions.jsonl")}
    if silent := open_items(_read(run / "plan.json"), heard):
        shown = ", ".join(silent[:4]) + (" …" if len(silent) > 4 else "")
        what = f"{len(silent)} items of the plan have no answer: {shown}"
        raise AttestationError(what, where=str(run), remedy="`defi run` asks them; nobody's silence is sealed")


def _former(run: Path) -> dict[str, Json] | None:
    """The seal that the next one replaces."""
    numbers = sorted(int(path.name) for path in (run / FORMER).glob("*") if path.name.isdecimal())
    if not numbers:
        return None
    return {"number": numbers[-1], "sha256": sha256_file(run / FORMER / str(numbers[-1]) / SEAL)}


def _facts(path: Path) -> dict[str, Json]:
    return {"sha256": sha256_file(path), "size": path.stat().st_size}


def _log(run: Path) -> Path:
    return run.parent.parent / log.NAME


def _read(path: Path) -> dict[str, Json]:
    try:
        value: dict[str, Json] = json.loads(read_bytes(path))
    except ValueError as error:
        raise AttestationError("not JSON", where=path.name, remedy="restore the file") from error
    return value
