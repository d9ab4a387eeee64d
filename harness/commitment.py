"""Commit and reveal: items that no team can predict and no organiser can choose.

Before a round opens, the organisers draw a secret and publish its commitment. After the intake has closed, the secret
is mixed with public randomness that did not exist before; the result is the seed of every item. At the end the secret
is revealed, and anyone can make every item again. Every function here is pure; `seed_of` reads one published file.

The commitment is SHA-256 over, in this order: a domain, the round's name, secret, salt, generator digest, rules digest.
The seed is HMAC-SHA256 with the secret as its key, over: a domain, the round's name, the randomness. Each field goes in
as its length in eight bytes (big endian) and its bytes, texts as UTF-8, so that no two lists of fields read the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
import secrets
from collections import Counter
from pathlib import Path

from harness.errors import DefiError
from harness.types import Json

SCHEMA = "grand-defi/seed/1"
SEALED = "sealed"  # what the `seed` of a sealed round's configuration says
LENGTH = 32  # bytes of a secret, and of a salt
LEAST = 64  # bits that public randomness must look as if it held
SHORTEST = 16  # characters of it
_KEYS = {  # of seed.json, with the keys of what each holds once it is there
    "schema": (),
    "round": (),
    "commitment": (),
    "generator": (),
    "generator_digest": (),
    "rules": ("text", "round"),
    "rules_digest": (),
    "opened": (),
    "closed": ("at", "source", "submissions"),
    "randomness": ("value", "source", "dated", "drawn"),
    "seed_sha256": (),
    "secret": (),
    "salt": (),
    "revealed": ("at", "unfinished", "reason"),
}


class CommitmentError(DefiError):
    """What a sealed round published does not fit together, or a step of its life is asked for out of order."""


class SealedSeed(str):
    """The seed of a sealed round: never shown by `repr`. An empty one says why there is none."""

    __slots__ = ("missing",)
    missing: CommitmentError | None

    def __new__(cls, value: str, missing: CommitmentError | None = None) -> SealedSeed:
        """A seed; or an empty text with the reason."""
        made = super().__new__(cls, value)
        made.missing = missing
        return made

    def __repr__(self) -> str:
        """Anything but the seed."""
        return "<sealed seed>" if self else "<no seed yet>"

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the reason when the seed crosses a process boundary."""
        return (SealedSeed, (str(self), self.missing))


def draw_secret() -> bytes:
    """32 bytes that nobody can guess."""
    return secrets.token_bytes(LENGTH)


def commitment(secret: bytes, salt: bytes, round_name: str, generator_digest: str, rules_digest: str) -> str:
    """The hex SHA-256 that is published before a round opens."""
    fields = (round_name.encode(), secret, salt, generator_digest.encode(), rules_digest.encode())
    return hashlib.sha256(_joined("grand-defi/commitment/1", *fields)).hexdigest()


def keeps_commitment(
    published: str, secret: bytes, salt: bytes, round_name: str, generator_digest: str, rules_digest: str
) -> bool:
    """Whether this secret is the one that was committed to, in constant time."""
    made = commitment(secret, salt, round_name, generator_digest, rules_digest)
    return hmac.compare_digest(made.encode(), published.encode("utf-8", "backslashreplace"))


def round_seed(secret: bytes, randomness: str, round_name: str) -> SealedSeed:
    """The seed of a round's items, from the secret and randomness that is public and later than the intake."""
    message = _joined("grand-defi/seed/1", round_name.encode(), randomness.encode())
    return SealedSeed(hmac.new(secret, message, hashlib.sha256).hexdigest())


def weakness(randomness: str) -> str:
    """Why a public value is too little to be random, in words; empty where it is enough.

    By its length, and by the empirical entropy of its characters times their number (Shannon 1948): no measure of how
    it was made, and enough to find a date, a word, or one digit sixty times.
    """
    counts, length = Counter(randomness), len(randomness)
    bits = sum(n * math.log2(length / n) for n in counts.values())
    if length < SHORTEST:
        return f"{length} characters long, and {SHORTEST} are the least"
    return f"by its characters it holds {bits:.0f} bits, and {LEAST} are the least" if bits < LEAST else ""


def announced(source: str, before: str) -> bool:
    """Whether the source of a value is the one announced before: the same words, and what says it more exactly."""
    return source == before or re.match(rf"{re.escape(before)}\W", source) is not None


def seed_sha256(seed: str) -> str:
    """What may be said of a seed before the reveal: which one it is, and nothing of what it is."""
    return hashlib.sha256(_joined("grand-defi/seed-digest/1", seed.encode())).hexdigest()


def item_key(seed: str) -> bytes:
    """The key of a sealed round's item hashes: an item that could be guessed cannot be recognised by its hash."""
    return hmac.new(seed.encode(), _joined("grand-defi/item-key/1"), hashlib.sha256).digest()


def keyed(kind: str, sha256: str, key: bytes) -> str:
    """A hash of a sealed round's plan: HMAC-SHA256 of an open hash. `kind` is item, request or prompt."""
    return hmac.new(key, _joined(kind, sha256.encode()), hashlib.sha256).hexdigest()


def seed_of(round_folder: Path) -> SealedSeed | None:
    """The seed of a round that has been revealed, checked against its commitment; None before the reveal.

    Args:
        round_folder: `runs/<round>`, with `seed.json`; None as well where there is no such file.

    Raises:
        CommitmentError: the file is damaged, or the secret is not the one that was committed to.
    """
    published = read_published(round_folder)
    if published is None or published.get("secret") is None:
        return None
    where = f"{published.get('round')}/seed.json"
    try:
        secret, salt = bytes.fromhex(published["secret"]), bytes.fromhex(published["salt"])
        digests = published["generator_digest"], published["rules_digest"]
        kept = keeps_commitment(published["commitment"], secret, salt, published["round"], *digests)
        seed = round_seed(secret, published["randomness"]["value"], published["round"])
    except (TypeError, ValueError, AttributeError) as error:
        raise CommitmentError(f"the published seed is damaged: {type(error).__name__}", where=where) from error
    if not kept:
        remedy = "these are not the items that were committed to: the round is void unless the file was damaged"
        raise CommitmentError("the revealed secret is not the one committed to", where=where, remedy=remedy)
    if published["seed_sha256"] != seed_sha256(seed):
        raise CommitmentError("secret and randomness do not give the seed that was drawn", where=where)
    return seed


def read_published(round_folder: Path) -> dict[str, Json] | None:
    """What a round has published of its seed; None where it has published nothing."""
    path = round_folder / "seed.json"
    if not path.is_file():
        return None
    where = f"{round_folder.name}/seed.json"
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise CommitmentError(f"not JSON: {error}", where=where) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise CommitmentError(f"the file is not of the schema {SCHEMA}", where=where)
    for key, parts in _KEYS.items():
        held = found.get(key)
        whole = not parts or held is None or (isinstance(held, dict) and held.keys() == set(parts))
        if key not in found or not whole:
            raise CommitmentError(f"the published seed is damaged: {key}", where=where, remedy="restore the file")
    return found


def _joined(domain: str, *fields: bytes) -> bytes:
    return b"".join(len(field).to_bytes(8, "big") + field for field in (domain.encode(), *fields))
