"""Ed25519 keys (RFC 8032) of the organiser and of teams.

A private key is a PEM file of mode 600 that nothing here ever prints, logs or overwrites. A key's id is the SHA-256 of
its 32 public bytes: whoever has the public key can compute it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from harness.attest.errors import AttestationError

VARIABLE = "DEFI_KEY"  # environment variable with the path of a private key
_OTHERS = 0o077  # mode bits that let anybody but the owner do anything
_LIMIT = 16 * 1024  # bytes of a key file


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as its 32 bytes."""

    raw: bytes

    @property
    def id(self) -> str:
        """SHA-256 of the raw key, in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def pem(self) -> str:
        """The key as PEM text, as teams publish it."""
        return self._key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key's owner signed exactly this message."""
        try:
            self._key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)


class SigningKey:
    """A private key; all that can be seen of it is its public key."""

    __slots__ = ("_key", "public")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Keep the key for signing."""
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey(id={self.public.id})"


def new_key(path: Path) -> PublicKey:
    """Draw a key: the private one to `path` with mode 600, the public one to `path`.pub. Nothing is ever overwritten.

    Raises:
        AttestationError: one of the two files exists, or cannot be written.
    """
    key, public = Ed25519PrivateKey.generate(), public_path(path)
    if public.exists():
        raise _taken(public)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(pem)
            os.fsync(stream.fileno())
        with public.open("x", encoding="ascii") as text:
            text.write(SigningKey(key).public.pem)
    except FileExistsError as error:
        raise _taken(Path(error.filename)) from None
    except OSError as error:
        raise AttestationError(f"cannot be written: {error.strerror}", where=str(path)) from None
    return SigningKey(key).public


def public_path(path: Path) -> Path:
    """Where the public half of a private key's file lies."""
    return path.with_name(f"{path.name}.pub")


def read_signing_key(path: Path) -> SigningKey:
    """The private key of a PEM file.

    Raises:
        AttestationError: there is none, others may read it, or it is no Ed25519 private key. Its content is not shown.
    """
    try:
        with path.open("rb") as stream:
            mode, pem = os.fstat(stream.fileno()).st_mode, stream.read(_LIMIT)
    except OSError as error:
        raise unreadable(path, error) from None
    if b"PUBLIC KEY" in pem:
        remedy = "the private one is the file that `defi key new` wrote without .pub"
        raise AttestationError("this is a public key; name the private one", where=str(path), remedy=remedy)
    if mode & _OTHERS:
        what = f"others may read this private key (mode {mode & 0o777:o})"
        remedy = f"chmod 600 {path}; if others had access to it, draw another key"
        raise AttestationError(what, where=str(path), remedy=remedy)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # what they say may quote the file
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        remedy = "`defi key new FILE` draws one; keys with a passphrase are not read"
        raise AttestationError("not an Ed25519 private key in PEM", where=str(path), remedy=remedy)
    return SigningKey(key)


def read_public_key(path: Path) -> PublicKey:
    """The public key of a PEM file; AttestationError where it is none, or a private one."""
    try:
        with path.open("rb") as stream:
            pem = stream.read(_LIMIT)
    except OSError as error:
        raise unreadable(path, error) from None
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        remedy = "give the .pub file that `defi key new` writes; `defi key show FILE` prints it"
        raise AttestationError("not an Ed25519 public key in PEM", where=str(path), remedy=remedy)
    return PublicKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def unreadable(path: Path, error: OSError) -> AttestationError:
    """What to tell of a key's file that cannot be opened."""
    remedy = "name the file of a key; `defi key new FILE` draws one, with its public half in FILE.pub"
    return AttestationError(f"the key cannot be read: {error.strerror}", where=str(path), remedy=remedy)


def signing_key(path: Path | None = None, environment: Mapping[str, str] | None = None) -> SigningKey | None:
    """The key at `path`, else the one whose path `DEFI_KEY` holds; None where neither says one."""
    named = (os.environ if environment is None else environment).get(VARIABLE, "")
    chosen = path or (Path(named) if named else None)
    return read_signing_key(chosen) if chosen else None


def _taken(path: Path) -> AttestationError:
    return AttestationError("a key is never overwritten", where=str(path), remedy="give another file name")
