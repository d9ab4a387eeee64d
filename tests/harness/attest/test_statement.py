"""Statements: what a signature is over, and that none is taken for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.attest.dsse import sign, write_envelope
from harness.attest.errors import AttestationError
from harness.attest.keys import SigningKey
from harness.attest.statement import (
    MANIFEST,
    PAYLOAD,
    add_signature,
    read_statement,
    record_statement,
    sign_manifest,
    subjects,
    verify_manifest,
)

DIGEST = "ab" * 32


@pytest.fixture
def key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def other() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


def test_a_statement_has_the_form_of_in_toto() -> None:
    """`_type`, subjects by name with their digests, predicate type and predicate: spec/v1/statement.md."""
    made = record_statement({"b": "2" * 64, "a": "1" * 64}, {"plan": "p"})
    assert made == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "a", "digest": {"sha256": "1" * 64}}, {"name": "b", "digest": {"sha256": "2" * 64}}],
        "predicateType": "urn:grand-defi:record:1",
        "predicate": {"plan": "p"},
    }
    assert subjects(made, "x") == {"a": "1" * 64, "b": "2" * 64}


def test_a_subject_named_twice_is_refused() -> None:
    """Two hashes for one name would let either pass."""
    made = record_statement({"a": "1" * 64}, {})
    with pytest.raises(AttestationError, match="twice"):
        subjects({"subject": made["subject"] * 2}, "x")
    with pytest.raises(AttestationError, match="cannot be read"):
        subjects({"subject": [{"name": "a"}]}, "x")


def test_a_team_signs_its_manifest(tmp_path: Path, key: SigningKey, other: SigningKey) -> None:
    """The signature holds for that digest and that key only."""
    path = sign_manifest(tmp_path, key, DIGEST)
    assert path.name == "manifest.sig"
    verify_manifest(tmp_path, key.public, DIGEST)
    with pytest.raises(AttestationError, match="another content"):
        verify_manifest(tmp_path, key.public, "cd" * 32)
    with pytest.raises(AttestationError, match="not signed by the key"):
        verify_manifest(tmp_path, other.public, DIGEST)
    add_signature(path, other)
    verify_manifest(tmp_path, other.public, DIGEST)
    verify_manifest(tmp_path, key.public, DIGEST)


def test_a_missing_signature_is_said(tmp_path: Path, key: SigningKey) -> None:
    """No file is an error with the file's name."""
    with pytest.raises(AttestationError, match=r"manifest\.sig"):
        verify_manifest(tmp_path, key.public, DIGEST)


def test_a_manifests_signature_is_no_records(tmp_path: Path, key: SigningKey) -> None:
    """A statement of one type is refused where another is wanted, whoever signed it."""
    path = sign_manifest(tmp_path, key, DIGEST)
    with pytest.raises(AttestationError, match="is wanted"):
        read_statement(path)
    write_envelope(path, sign(record_statement({}, {}), PAYLOAD, key))
    with pytest.raises(AttestationError, match="is wanted"):
        verify_manifest(tmp_path, key.public, DIGEST)
    write_envelope(path, sign({"_type": "other", "predicateType": MANIFEST}, PAYLOAD, key))
    with pytest.raises(AttestationError, match="not an in-toto statement"):
        verify_manifest(tmp_path, key.public, DIGEST)
