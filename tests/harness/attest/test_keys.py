"""Keys: kept private, never overwritten, and what they sign."""

from __future__ import annotations

import hashlib
import pickle
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from harness.attest.errors import AttestationError
from harness.attest.keys import (
    PublicKey,
    SigningKey,
    new_key,
    public_path,
    read_public_key,
    read_signing_key,
    signing_key,
)

# RFC 8032 section 7.1, test 2
SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNED = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_standards_worked_example() -> None:
    """RFC 8032's key signs RFC 8032's message with RFC 8032's signature."""
    key = SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET)))
    assert key.public.raw.hex() == PUBLIC
    assert key.sign(b"\x72").hex() == SIGNED
    assert PublicKey(bytes.fromhex(PUBLIC)).verifies(b"\x72", bytes.fromhex(SIGNED))
    assert key.public.id == hashlib.sha256(bytes.fromhex(PUBLIC)).hexdigest()


def test_a_new_key_is_its_owners_alone(tmp_path: Path) -> None:
    """The private file has mode 600, the public one holds the other half, and both are read back."""
    path = tmp_path / "a.key"
    public = new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_public_key(public_path(path)) == public == read_signing_key(path).public


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """Neither half of a key that exists is touched."""
    path = tmp_path / "a.key"
    new_key(path)
    before = path.read_bytes()
    with pytest.raises(AttestationError, match="never overwritten"):
        new_key(path)
    path.unlink()
    with pytest.raises(AttestationError, match="never overwritten"):
        new_key(path)
    assert not path.exists()
    (tmp_path / "a.key.pub").unlink()
    path.write_bytes(before)
    with pytest.raises(AttestationError, match="never overwritten"):
        new_key(path)
    assert path.read_bytes() == before


def test_a_keys_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """A folder that is not there is made, closed to others; what cannot be one is said."""
    new_key(tmp_path / "keys" / "a.key")
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    with pytest.raises(AttestationError, match="cannot be written"):
        new_key(tmp_path / "keys" / "a.key" / "more" / "b.key")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right of anybody else's is refused, and the remedy is the command that takes it away."""
    path = tmp_path / "a.key"
    new_key(path)
    path.chmod(mode)
    with pytest.raises(AttestationError) as refused:
        read_signing_key(path)
    assert f"chmod 600 {path}" in refused.value.remedy


def test_nothing_shows_a_private_key(tmp_path: Path) -> None:
    """Neither repr, nor an error with its traceback, nor pickling gives a byte of it away."""
    path = tmp_path / "a.key"
    new_key(path)
    pem = path.read_text()
    secret = pem.splitlines()[1]
    key = read_signing_key(path)
    assert secret not in repr(key) + str(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)
    path.write_text(pem.replace("BEGIN PRIVATE", "BEGIN PRIVAT"))
    with pytest.raises(AttestationError) as refused:
        read_signing_key(path)
    shown = "".join(traceback.format_exception(refused.value))
    assert secret not in shown
    assert refused.value.__cause__ is None


def test_other_keys_than_ed25519_are_refused(tmp_path: Path) -> None:
    """RSA, a key with a passphrase, a public key for a private one and the other way round: each is said."""
    path = tmp_path / "a.key"
    made = rsa.generate_private_key(65537, 2048)
    path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(AttestationError, match="not an Ed25519 private key"):
        read_signing_key(path)
    closed = ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(closed.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")))
    with pytest.raises(AttestationError, match="not an Ed25519 private key"):
        read_signing_key(path)
    public = new_key(tmp_path / "b.key")
    with pytest.raises(AttestationError, match="not an Ed25519 public key"):
        read_public_key(tmp_path / "b.key")
    with pytest.raises(AttestationError, match="this is a public key; name the private one"):
        read_signing_key(tmp_path / "b.key.pub")  # whatever its mode: chmod would not help
    assert public.pem == (tmp_path / "b.key.pub").read_text()


def test_where_a_key_comes_from(tmp_path: Path) -> None:
    """A path first, then DEFI_KEY, else none; a DEFI_KEY that names nothing is an error, not silence."""
    one, two = new_key(tmp_path / "one"), new_key(tmp_path / "two")
    environment = {"DEFI_KEY": str(tmp_path / "two")}
    named = signing_key(tmp_path / "one", environment), signing_key(None, environment)
    assert [key.public for key in named if key] == [one, two]
    assert signing_key(None, {}) is None
    with pytest.raises(AttestationError, match="cannot be read"):
        signing_key(None, {"DEFI_KEY": str(tmp_path / "none")})
