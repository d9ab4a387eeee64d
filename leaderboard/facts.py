"""What a table says of a round and its submissions that is no figure: seals, cases, feedback, commitment, corrections.

All of it may change after the standings were published (a case is closed, a team signs as well, a correction has its
notice), so `standings_alone` takes it out again: what a publication freezes, and its digest in the log, is figures.

Of a case that is open only its number and date are said: it is a doubt, not a finding, until people have looked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.attest.dsse import read_envelope
from harness.attest.errors import AttestationError
from harness.attest.files import read_canonical
from harness.attest.log import NAME as LOG
from harness.attest.log import LogEntry, read_log
from harness.attest.sealing import ATTESTATION, SEAL, is_sealed
from harness.attest.statement import PAYLOAD
from harness.canonical import sha256_file
from harness.commitment import keeps_commitment, read_published
from harness.rulings import closed_cases, read_rulings
from harness.sealed_round import state_of
from harness.types import Json
from leaderboard.feedback import FILE as FEEDBACK

OF_ROUND = ("commitment", "published", "corrections")
OF_STANDING = ("attestation", "cases", "feedback")
_UNCHECKED = ("refused",)  # states in which nothing of a record is believed


def note_facts(table: Mapping[str, Json], round_folder: Path) -> dict[str, Json]:
    """The table with what the round's folder says now; whatever was noted before is replaced.

    RecordError or AttestationError where the log is damaged.
    """
    log = read_log(round_folder / LOG)
    cases, told = _cases(log, round_folder), _feedback(round_folder / FEEDBACK)
    rows = []
    for row in table["standings"]:
        facts = {
            "attestation": None if row["state"] in _UNCHECKED else attestation(round_folder / row["submission"]),
            "cases": cases.get(row["submission"], []),
            "feedback": None if row["baseline"] else told.get(row["team"]),
        }
        rows.append({**row, **facts})
    first = [one.time for one in log if one.event == "round.published"]
    settings = {
        **table["round"],
        "commitment": _commitment(round_folder),
        "published": first[0] if first else None,
        "corrections": _corrections(log),
    }
    return {**table, "round": settings, "standings": rows}


def standings_alone(table: Mapping[str, Json]) -> dict[str, Json]:
    """The table without what may change while its standings stay: what a publication freezes."""
    return {
        **table,
        "round": {key: value for key, value in table["round"].items() if key not in OF_ROUND},
        "standings": [
            {key: value for key, value in row.items() if key not in OF_STANDING} for row in table["standings"]
        ],
    }


def attestation(record: Path) -> dict[str, Json] | None:
    """What a record's seal and signatures say; None where it is not sealed, or neither can be read.

    Who signed is as the signatures say: `defi verify` checks them with a key, pages tell readers to.
    """
    if not is_sealed(record):
        return None
    try:
        seal = read_canonical(record / SEAL)
        signed = read_envelope(record / ATTESTATION, PAYLOAD) if (record / ATTESTATION).exists() else None
        return {
            "seal": seal["number"],
            "sealed": seal["sealed"],
            "seal_sha256": sha256_file(record / SEAL),
            "keys": [one.keyid for one in signed.signatures] if signed else [],
        }
    except (AttestationError, KeyError, TypeError):  # the table's reader has refused a record that was changed
        return None


def _cases(log: Sequence[LogEntry], round_folder: Path) -> dict[str, list[dict[str, Json]]]:
    """By submission: each case with what people found, in words of theirs, or nothing while it is open."""
    closed = closed_cases(read_rulings(round_folder))
    found: dict[str, list[dict[str, Json]]] = {}
    for line in (one for one in log if one.event == "case.opened"):
        number, ruling = line.facts["case"], closed.get(line.facts["case"])
        case = {
            "number": number,
            "opened": line.time,
            "state": "closed" if ruling else "open",
            "closed": ruling.at if ruling else None,
            "outcome": ruling.outcome if ruling else "",
            "reason": ruling.reason if ruling else "",
        }
        found.setdefault(line.facts["submission"], []).append(case)
    return found


def _feedback(journal: Path) -> dict[str, dict[str, Json]]:
    """By team: how often it asked for its best so far during the round, and how often that was a new one."""
    told: dict[str, dict[str, Json]] = {}
    if journal.exists():
        with journal.open("rb") as stream:
            for line in stream:
                if line.endswith(b"\n"):
                    said = json.loads(_without_shares(line))
                    told[said["team"]] = {"asked": said["asked"], "changes": said["changes"]}
    return told


def _without_shares(line: bytes) -> bytes:
    """A feedback's line without its longest field, thousands of numbers; keys are sorted, quotes in texts escaped."""
    head, share, rest = line.partition(b',"share":{')
    _, step, tail = rest.rpartition(b'},"step":')
    return b"".join((head, b',"step":', tail)) if share and step else line


def _commitment(round_folder: Path) -> dict[str, Json] | None:
    """What a sealed round committed to, how far it has come, and whether the secret it showed is the one; else None."""
    said = read_published(round_folder)
    if said is None:
        return None
    revealed, drawn = said["revealed"], said["randomness"]
    return {
        "sha256": said["commitment"],
        "generator_digest": said["generator_digest"],
        "rules_digest": said["rules_digest"],
        "state": state_of(said),
        "randomness": {key: drawn[key] for key in ("value", "source", "dated")} if drawn else None,
        "seed_sha256": said["seed_sha256"],
        "revealed": revealed["at"] if revealed else None,
        "kept": _kept(said) if revealed else None,
    }


def _kept(said: Mapping[str, Json]) -> bool:
    """Whether the secret that was shown is the one committed to."""
    digests = said["generator_digest"], said["rules_digest"]
    try:
        secret, salt = bytes.fromhex(said["secret"]), bytes.fromhex(said["salt"])
    except (TypeError, ValueError):
        return False
    return keeps_commitment(said["commitment"], secret, salt, said["round"], *digests)


def _corrections(log: Sequence[LogEntry]) -> list[dict[str, Json]]:
    """Notices of what was wrong with standings that had been published, in their order."""
    return [
        {
            "number": one.facts["number"],
            "at": one.time,
            "reason": one.facts["correction"],
            "standings_sha256": one.facts["standings_sha256"],
            "former": one.facts["former"],
        }
        for one in log
        if one.event == "round.corrected"
    ]
