"""Sets of rows that stay secret from round to round: encrypted at rest with age, opened in memory only.

    rows.age          the rows as JSON lines, encrypted to the organisers' recipients
    rows.age.json     {"schema": "grand-defi/vault/1", "rows": 200, "sha256": "…"}: of the canonical rows, in clear

The identity that opens a set comes from DEFI_AGE_IDENTITY (the key itself, or a path to its file), else from the
workspace's `secrets/age.txt`. A file that others can read is refused.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.canonical import dumps, sha256_json
from harness.errors import DefiError
from harness.types import Json
from harness.workspace import find_workspace

SCHEMA = "grand-defi/vault/1"
VARIABLE = "DEFI_AGE_IDENTITY"
_KEY = "AGE-SECRET-KEY-"


class VaultError(DefiError):
    """A sealed set cannot be sealed or opened: no key, another key, or a damaged file."""


def new_identity(path: Path) -> str:
    """Write a new identity to a file of mode 600; returns its recipient, which may be public.

    VaultError where there is such a file: a lost identity is a lost set.
    """
    from pyrage import x25519

    made = x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise VaultError("there is a file already", where=str(path), remedy="choose another name") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"# recipient: {made.to_public()}\n{made}\n")
        stream.flush()
        os.fsync(stream.fileno())
    return str(made.to_public())


def find_identities(environment: Mapping[str, str] | None = None) -> list[str]:
    """The identities that this machine has; VaultError where it has none, or others can read them."""
    given = (os.environ if environment is None else environment).get(VARIABLE, "")
    if given.startswith(_KEY):
        return [given.strip()]
    path = Path(given) if given else find_workspace(environment=environment).root / "secrets/age.txt"
    where = given or "secrets/age.txt"
    if not path.is_file():
        remedy = f"sealed sets are opened where their identity is: set {VARIABLE} to it, or to the path of its file"
        raise VaultError("there is no identity here", where=where, remedy=remedy)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        remedy = f"chmod 600 {where}; whoever has read it can open the sets"
        raise VaultError("others can read the identity", where=where, remedy=remedy)
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def encrypt(rows: Sequence[Json], recipients: Sequence[str]) -> bytes:
    """Rows encrypted so that each of the recipients (`age1…`) can open them; VaultError names a wrong recipient."""
    import pyrage
    from pyrage import x25519

    if not rows or not recipients:
        raise VaultError("a sealed set needs rows and recipients", remedy="`defi vault new-identity` makes a recipient")
    keys = []
    for recipient in recipients:
        try:
            keys.append(x25519.Recipient.from_str(recipient))
        except pyrage.RecipientError as error:
            remedy = "a recipient begins with age1, and is public; an identity never leaves its file"
            raise VaultError("this is no recipient", where=recipient[:12], remedy=remedy) from error
    sealed: bytes = pyrage.encrypt("".join(f"{dumps(row)}\n" for row in rows).encode("utf-8", "backslashreplace"), keys)
    return sealed


def pin(rows: Sequence[Json]) -> dict[str, Json]:
    """What stands in clear beside a sealed set."""
    return {"schema": SCHEMA, "rows": len(rows), "sha256": sha256_json(list(rows))}


def pin_path(path: Path) -> Path:
    """Where the pin of a sealed set is."""
    return path.with_name(f"{path.name}.json")


def rows(path: Path, identities: Sequence[str]) -> list[Json]:
    """Open a sealed set in memory and check it against its pin.

    Raises:
        VaultError: no file or no pin, no identity that fits, a damaged file, or rows other than the pinned ones.
    """
    pinned = _pinned(path)
    if not path.is_file():
        raise VaultError("there is no sealed set", where=path.name, remedy="`defi vault seal` makes one")
    opened = _rows(_decrypted(path, identities), path.name)
    if (found := pin(opened)) != pinned:
        what = f"{found['rows']} rows with the hash {found['sha256']}, not the pinned {pinned.get('sha256')}"
        raise VaultError(what, where=path.name, remedy="restore the set and its pin together")
    return opened


def parse_lines(text: str, where: str) -> list[Json]:
    """JSON lines as rows; VaultError names a line that is wrong, without repeating it."""
    parsed = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                parsed.append(json.loads(line))
            except ValueError:  # whose error would hold the line
                raise VaultError(f"line {number} is not JSON", where=where, remedy="one JSON value a line") from None
    return parsed


def _pinned(path: Path) -> dict[str, Json]:
    beside = pin_path(path)
    try:
        found = json.loads(beside.read_bytes())
    except (OSError, ValueError) as error:
        raise VaultError("the pin beside the sealed set cannot be read", where=beside.name) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise VaultError(f"not a pin of the schema {SCHEMA}", where=beside.name, remedy="restore it")
    return found


def _decrypted(path: Path, identities: Sequence[str]) -> bytes:
    import pyrage
    from pyrage import x25519

    try:
        keys = [x25519.Identity.from_str(identity) for identity in identities]
    except pyrage.IdentityError:  # whose error might hold what was given
        raise VaultError("this is no identity", remedy=f"it begins with {_KEY}1") from None
    try:
        opened: bytes = pyrage.decrypt(path.read_bytes(), keys)
    except pyrage.DecryptError as error:
        wrong = "No matching keys" in str(error)
        what = "none of the identities opens this set" if wrong else f"the sealed set is damaged: {error}"
        remedy = "use the identity of a recipient that it was sealed for" if wrong else "restore it from a copy"
        raise VaultError(what, where=path.name, remedy=remedy) from error
    return opened


def _rows(opened: bytes, where: str) -> list[Json]:
    try:
        return parse_lines(opened.decode(), where)
    except UnicodeDecodeError:
        raise VaultError("the sealed set is not UTF-8", where=where, remedy="restore it from a copy") from None
