"""Which lines of the round's log count: those under a signed head. Anybody can add a line; only a key signs heads."""

from __future__ import annotations

from pathlib import Path

from harness.attest import log, log_head
from harness.attest.keys import PublicKey
from harness.types import Json
from harness.verify.evidence import Evidence


def standing(evidence: Evidence) -> tuple[log.LogEntry, ...]:
    """The lines that count: under the longest head that nothing speaks against; all of them where there is no head."""
    paths = [path for path in (head_path(evidence), evidence.kept) if path is not None and path.exists()]
    if not paths:
        return evidence.entries
    values = [log_head.read_head(path)[1] for path in paths if not objection(evidence, path)]
    return evidence.entries[: max((value["size"] for value in values), default=0)]


def beyond(evidence: Evidence) -> tuple[log.LogEntry, ...]:
    """The lines after them: of whoever could write to the file."""
    return evidence.entries[len(standing(evidence)) :]


def head_path(evidence: Evidence) -> Path:
    """Where the head that is published with the log lies."""
    return evidence.log.with_name(log_head.NAME)


def signers(evidence: Evidence, path: Path) -> list[PublicKey]:
    """Those of the given keys whose owners signed a head."""
    envelope, _ = log_head.read_head(path)
    return [key for key in evidence.keys if envelope.signed_by(key)]


def objection(evidence: Evidence, path: Path) -> tuple[str, str] | None:
    """What speaks against a head, with the file at fault; None where nothing does, which without a key says little."""
    value = log_head.read_head(path)[1]
    if evidence.keys and not signers(evidence, path):
        return path.name, "no valid signature of a key that was given"
    if value["round"] != evidence.plan["round"]["name"]:
        return path.name, f"the head of another round's log, {value['round']}"
    if value["size"] > len(evidence.entries):
        lines = len(evidence.entries)
        return log.NAME, f"{lines} lines, and a head was signed over {value['size']}: lines were cut off"
    if not begins(evidence, value):
        return log.NAME, f"not the log of {value['size']} lines whose head was signed"
    return None


def begins(evidence: Evidence, value: Json) -> bool:
    """Whether the log's first lines have this head."""
    return log.head(evidence.entries[: value["size"]]) == {"size": value["size"], "root": value["root"]}
