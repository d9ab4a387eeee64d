"""What is signed of a record and of a manifest: in-toto Statements, version 1.

The layer is in-toto's (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md): a statement says of its
subjects, files with their hashes, what a predicate holds. The predicate types are this project's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.attest.dsse import Envelope, countersign, read_envelope, sign, write_envelope
from harness.attest.errors import AttestationError
from harness.attest.keys import PublicKey, SigningKey
from harness.types import Json

STATEMENT = "https://in-toto.io/Statement/v1"
PAYLOAD = "application/vnd.in-toto+json"
RECORD = "urn:grand-defi:record:1"  # predicate type: a sealed record of a run
MANIFEST = "urn:grand-defi:manifest:1"  # predicate type: a team's manifest
MANIFEST_SIGNATURE = "manifest.sig"
_CANONICAL = "canonicalJsonSha256"  # digest of a manifest's content: how its YAML is laid out changes nothing


def record_statement(files: Mapping[str, str], predicate: Mapping[str, Json]) -> dict[str, Json]:
    """The statement over a record: its files (name -> SHA-256), and what they were made from and under."""
    subject = [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(files.items())]
    return {"_type": STATEMENT, "subject": subject, "predicateType": RECORD, "predicate": dict(predicate)}


def read_statement(path: Path, predicate_type: str = RECORD) -> tuple[Envelope, dict[str, Json]]:
    """The envelope of a file and the statement in it; AttestationError where it is none of that type."""
    envelope = read_envelope(path, PAYLOAD)
    statement = envelope.value(path.name)
    if not isinstance(statement, dict) or statement.get("_type") != STATEMENT:
        raise AttestationError("not an in-toto statement", where=path.name, remedy="restore the file")
    if statement.get("predicateType") != predicate_type:
        found = statement.get("predicateType")
        raise AttestationError(f"a statement of type {found!r}, and {predicate_type!r} is wanted", where=path.name)
    return envelope, statement


def subjects(statement: Mapping[str, Json], where: str) -> dict[str, str]:
    """Each subject's name and SHA-256; AttestationError where the list has another form."""
    try:
        found = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
        whole = len(found) == len(statement["subject"])
    except (KeyError, TypeError) as error:
        raise AttestationError("the statement's subjects cannot be read", where=where) from error
    if not whole:
        raise AttestationError("the statement names a subject twice", where=where)
    return found


def add_signature(path: Path, key: SigningKey) -> None:
    """Sign a statement's file once more: a team that agrees with the organiser's."""
    write_envelope(path, countersign(read_envelope(path, PAYLOAD), key))


def sign_manifest(folder: Path, key: SigningKey, digest: str) -> Path:
    """Write `manifest.sig` beside a manifest.

    Args:
        folder: the submission's folder.
        key: the team's.
        digest: `Submission.digest`, the SHA-256 of the manifest's canonical content.
    """
    path = folder / MANIFEST_SIGNATURE
    write_envelope(path, sign(_manifest_statement(digest), PAYLOAD, key))
    return path


def verify_manifest(folder: Path, key: PublicKey, digest: str) -> None:
    """AttestationError unless `manifest.sig` is the key owner's signature over the manifest with that digest."""
    path = folder / MANIFEST_SIGNATURE
    envelope, statement = read_statement(path, MANIFEST)
    if not envelope.signed_by(key):
        remedy = "sign it with that key: `defi submission sign`; or give the key that signed it"
        raise AttestationError(f"not signed by the key {key.id}", where=str(path), remedy=remedy)
    if statement != _manifest_statement(digest):
        raise AttestationError("signs another content of the manifest", where=str(path), remedy="sign it again")


def _manifest_statement(digest: str) -> dict[str, Json]:
    subject = [{"name": "manifest.yaml", "digest": {_CANONICAL: digest}}]
    return {"_type": STATEMENT, "subject": subject, "predicateType": MANIFEST, "predicate": {}}
