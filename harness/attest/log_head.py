"""The signed head of a log: what an organiser cannot take back once somebody has kept a copy.

`log-head.json` is a DSSE envelope over the round's name and the log's Merkle head. Of two heads of one round the later
must be shown to continue the earlier: `merkle.consistency_proof`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.attest import merkle
from harness.attest.dsse import Envelope, read_envelope, sign, write_envelope
from harness.attest.errors import AttestationError
from harness.attest.keys import SigningKey, signing_key
from harness.attest.log import append, head, locked, read_log
from harness.types import Json

NAME = "log-head.json"
PAYLOAD = "application/vnd.grand-defi.log-head+json"
SCHEMA = "grand-defi/log-head/1"


def sign_head(log: Path, key: SigningKey) -> dict[str, Json]:
    """Sign the log as it stands and write `log-head.json` beside it; the round is the name of the log's folder.

    Raises:
        AttestationError: the log is damaged, or does not continue what was signed before.
    """
    path = log.with_name(NAME)
    with locked(log):
        entries = read_log(log)
        if path.exists():
            earlier = read_head(path)[1]
            if head(entries[: earlier["size"]]) != {"size": earlier["size"], "root": earlier["root"]}:
                what = f"the log is not the one whose first {earlier['size']} entries were signed"
                raise AttestationError(what, where=log.name, remedy="restore the log; never sign another one over it")
        value = {"schema": SCHEMA, "round": log.parent.name, **head(entries)}
        write_envelope(path, sign(value, PAYLOAD, key))
    return value


def append_signed(log: Path, event: str, facts: Mapping[str, Json], key: SigningKey | None = None) -> None:
    """Add a line that decides something, and sign the head over it: a line after the head is believed by nobody.

    Args:
        log: the round's log.
        event: as of `log.append`.
        facts: as of `log.append`.
        key: who signs; by default the key that `DEFI_KEY` names. Without one, the line is added and not signed.

    Raises:
        AttestationError: the key or the line cannot be used (nothing is added), or the log is not what was signed.
    """
    chosen = key or signing_key()
    append(log, event, facts)
    path = log.with_name(NAME)
    if chosen is not None and (not path.exists() or read_head(path)[0].signed_by(chosen.public)):
        sign_head(log, chosen)  # a head that somebody else signed stays theirs: a reader's key must not replace it


def read_head(path: Path) -> tuple[Envelope, dict[str, Json]]:
    """The envelope of `log-head.json` and the head in it; AttestationError where it is none."""
    envelope = read_envelope(path, PAYLOAD)
    value = envelope.value(path.name)
    form = {"schema": str, "round": str, "size": int, "root": str}
    if not isinstance(value, dict) or value.keys() != form.keys() or value["schema"] != SCHEMA:
        raise AttestationError("not a log's head", where=path.name, remedy="restore the file")
    if any(type(value[name]) is not kind for name, kind in form.items()) or value["size"] < 0:
        raise AttestationError("not a log's head", where=path.name, remedy="restore the file")
    return envelope, value


def proof_of_inclusion(log: Path, index: int) -> dict[str, Json]:
    """What shows that an entry is in a log, without the log: its leaf hash, the head, and the path between them."""
    entries = read_log(log)
    leaves = [entry.leaf for entry in entries]
    path = [step.hex() for step in merkle.inclusion_proof(index, leaves)]
    return {"index": index, "leaf": leaves[index].hex(), "path": path, **head(entries)}


def proof_of_consistency(log: Path, earlier: int) -> dict[str, Json]:
    """What shows that a log of today continues the one of `earlier` entries, without the entries."""
    entries = read_log(log)
    path = [step.hex() for step in merkle.consistency_proof(earlier, [entry.leaf for entry in entries])]
    return {"earlier": head(entries[:earlier]), "later": head(entries), "path": path}
