"""DSSE envelopes: a payload, its type, and signatures over both.

After the protocol and envelope of the Dead Simple Signing Envelope, version 1.0
(https://github.com/secure-systems-lab/dsse: protocol.md, envelope.md). Two things are stricter here: the payload is
canonical JSON, and the envelope file itself has one spelling only.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

from harness.attest.errors import AttestationError
from harness.attest.files import canonical, parse_canonical, read_canonical, write_canonical
from harness.attest.keys import PublicKey, SigningKey
from harness.types import Json


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, and the signature over the envelope's PAE."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its signatures. Nothing in it is to be believed before `signed_by` has said yes."""

    kind: str  # the media type of the payload; signed with it, so that one is never taken for another
    payload: bytes
    signatures: tuple[Signature, ...]

    def value(self, where: str) -> Json:
        """What the payload says; AttestationError where it is not canonical JSON, naming the file `where`."""
        return parse_canonical(self.payload, f"{where}, payload")

    def signed_by(self, key: PublicKey) -> bool:
        """Whether one of the signatures names this key and is its owner's."""
        message = pae(self.kind, self.payload)
        return any(one.keyid == key.id and key.verifies(message, one.sig) for one in self.signatures)

    def to_json(self) -> dict[str, Json]:
        """The envelope as its file holds it."""
        signatures = [{"keyid": one.keyid, "sig": _encode(one.sig)} for one in self.signatures]
        return {"payloadType": self.kind, "payload": _encode(self.payload), "signatures": signatures}


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the bytes that are signed.

    `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body` (protocol.md, "Signature definition").
    """
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def sign(value: Json, kind: str, key: SigningKey) -> Envelope:
    """An envelope around the canonical JSON of `value`, with one signature."""
    return countersign(Envelope(kind, canonical(value), ()), key)


def countersign(envelope: Envelope, key: SigningKey) -> Envelope:
    """The envelope with one signature more; a key that has signed already signs anew."""
    others = tuple(one for one in envelope.signatures if one.keyid != key.public.id)
    added = Signature(key.public.id, key.sign(pae(envelope.kind, envelope.payload)))
    return Envelope(envelope.kind, envelope.payload, (*others, added))


def write_envelope(path: Path, envelope: Envelope) -> None:
    """Replace a file by the envelope."""
    write_canonical(path, envelope.to_json())


def read_envelope(path: Path, kind: str) -> Envelope:
    """The envelope of a file.

    Raises:
        AttestationError: the file is not an envelope in its one spelling, or its payload is of another kind.
    """
    raw = read_canonical(path)
    envelope = _envelope(raw)
    if envelope is None or envelope.to_json() != raw:
        raise AttestationError("not a DSSE envelope", where=path.name, remedy="restore the file")
    if envelope.kind != kind:
        raise AttestationError(f"signs a {envelope.kind!r}, and {kind!r} is wanted here", where=path.name)
    return envelope


def _envelope(raw: Json) -> Envelope | None:
    """What a file's value says, as far as it has the form of an envelope."""
    try:
        signatures = tuple(Signature(str(one["keyid"]), _decode(one["sig"])) for one in raw["signatures"])
        return Envelope(str(raw["payloadType"]), _decode(raw["payload"]), signatures)
    except (KeyError, TypeError, ValueError):
        return None


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
