"""Envelopes: what is signed, who signed, and that there is one spelling."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.attest.dsse import Envelope, Signature, countersign, pae, read_envelope, sign, write_envelope
from harness.attest.errors import AttestationError
from harness.attest.files import canonical
from harness.attest.keys import SigningKey

KIND = "application/vnd.in-toto+json"


@pytest.fixture
def key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def other() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


def test_the_specifications_worked_example() -> None:
    """The PAE is that of DSSE's protocol.md, section "Test Vectors"."""
    found = pae("http://example.com/HelloWorld", b"hello world")
    assert found == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_are_of_bytes() -> None:
    """A type that is not ASCII is measured as UTF-8, so that no two pairs read the same."""
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_a_signature_is_of_payload_and_type(key: SigningKey, other: SigningKey) -> None:
    """Another payload, another type, another key: none is signed."""
    made = sign({"a": 1}, KIND, key)
    assert made.signed_by(key.public)
    assert not made.signed_by(other.public)
    assert not Envelope(KIND, made.payload + b" ", made.signatures).signed_by(key.public)
    assert not Envelope("text/plain", made.payload, made.signatures).signed_by(key.public)
    lent = (Signature(other.public.id, made.signatures[0].sig),)
    assert not Envelope(KIND, made.payload, lent).signed_by(key.public)
    assert not Envelope(KIND, made.payload, lent).signed_by(other.public)


def test_several_sign(key: SigningKey, other: SigningKey) -> None:
    """A second signature stands beside the first; the same key's second one replaces its first."""
    both = countersign(countersign(sign([], KIND, key), other), key)
    assert both.signed_by(key.public)
    assert both.signed_by(other.public)
    assert len(both.signatures) == 2


def test_it_is_read_as_it_was_written(tmp_path: Path, key: SigningKey) -> None:
    """A file gives the same envelope, whose payload is the canonical JSON of what was signed."""
    made = sign({"b": "é\ud800", "a": 1.5}, KIND, key)
    write_envelope(tmp_path / "e.json", made)
    found = read_envelope(tmp_path / "e.json", KIND)
    assert found == made
    assert found.value("e.json") == {"a": 1.5, "b": "é\ud800"}
    raw = json.loads((tmp_path / "e.json").read_text())
    assert base64.b64decode(raw["payload"]) == b'{"a":1.5,"b":"\xc3\xa9\\ud800"}'
    with pytest.raises(AttestationError, match="is wanted here"):
        read_envelope(tmp_path / "e.json", "text/plain")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_no_bit_of_a_file_is_free(tmp_path: Path, key: SigningKey, place: int, bit: int) -> None:
    """With any bit flipped the file is refused, or no longer signed by the key: base64's spare bits included."""
    path = tmp_path / "e.json"
    write_envelope(path, sign({"a": 1}, KIND, key))
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(bytes(data))
    try:
        found = read_envelope(path, KIND)
    except AttestationError:
        return
    assert not found.signed_by(key.public)


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {},
        {"payload": "e30=", "payloadType": KIND},
        {"payload": 3, "payloadType": KIND, "signatures": []},
        {"payload": "e31=", "payloadType": KIND, "signatures": []},  # other spare bits of e30=
        {"payload": "e30=", "payloadType": KIND, "signatures": [], "more": 1},
        {"payload": "e30=", "payloadType": KIND, "signatures": [{"keyid": 3, "sig": "AA=="}]},
    ],
)
def test_what_is_no_envelope_is_refused(tmp_path: Path, raw: object) -> None:
    """Anything but the form of an envelope, a key too many included."""
    path = tmp_path / "e.json"
    path.write_bytes(canonical(raw) + b"\n")
    with pytest.raises(AttestationError, match="not a DSSE envelope"):
        read_envelope(path, KIND)
