"""Commit and reveal: worked examples computed with openssl alone, and what a published seed must keep."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.canonical import sha256_json
from harness.commitment import (
    CommitmentError,
    SealedSeed,
    announced,
    commitment,
    draw_secret,
    item_key,
    keeps_commitment,
    keyed,
    read_published,
    round_seed,
    seed_of,
    seed_sha256,
    weakness,
)

SECRET, SALT = bytes([0x11]) * 32, bytes([0x22]) * 32
COMMITTED = "7f080c64acde9e3adf5266b286eafc195821e6e9e8d5d31e8dd72228f6eab464"
LATER = "2027-03-01T00:00:03.000+00:00"
SEED = "f6712764d584a858974f623067af606e548f802baeb128e24f76bfd4dd1857b1"


def published(**changes: object) -> dict[str, object]:
    """The file of a revealed round."""
    digests = sha256_json({"a/b": "0" * 64}), sha256_json({"text": "1" * 64, "round": {}})
    seed = round_seed(SECRET, "drand 42 é", "spring-2027")
    return {
        "schema": "grand-defi/seed/1",
        "round": "spring-2027",
        "commitment": commitment(SECRET, SALT, "spring-2027", *digests),
        "generator": {"a/b": "0" * 64},
        "generator_digest": digests[0],
        "rules": {"text": "1" * 64, "round": {}},
        "rules_digest": digests[1],
        "opened": "2027-01-01T00:00:00.000+00:00",
        "closed": {"at": "2027-03-01T00:00:00.000+00:00", "source": "drand", "submissions": {"t/e": "2" * 64}},
        "randomness": {"value": "drand 42 é", "source": "drand", "dated": LATER, "drawn": LATER},
        "seed_sha256": seed_sha256(seed),
        "secret": SECRET.hex(),
        "salt": SALT.hex(),
        "revealed": {"at": "2027-04-01T00:00:00.000+00:00", "unfinished": {}, "reason": ""},
        **changes,
    }


def write(folder: Path, content: dict[str, object]) -> Path:
    (folder / "seed.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_the_commitment_is_the_one_that_openssl_computes() -> None:
    """Domain, round, secret, salt, generator and rules, each after its length in eight bytes."""
    assert commitment(SECRET, SALT, "spring-2027", "gen", "rules") == COMMITTED
    assert keeps_commitment(COMMITTED, SECRET, SALT, "spring-2027", "gen", "rules")
    assert not keeps_commitment(COMMITTED, SALT, SECRET, "spring-2027", "gen", "rules")


def test_the_seed_is_the_one_that_openssl_computes() -> None:
    """HMAC-SHA256 with the secret as key over domain, round and randomness."""
    assert round_seed(SECRET, "drand 42 é", "spring-2027") == SEED


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_no_two_lists_of_fields_share_a_commitment(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Lengths go in: text moved from one field to the next is another commitment."""
    same = commitment(SECRET, SALT, *one) == commitment(SECRET, SALT, *other)
    assert same == (one == other)
    joined = commitment(SECRET, SALT, one[0] + one[1], "", one[2])
    assert (joined == commitment(SECRET, SALT, *one)) == (one[1] == "")


def test_another_secret_randomness_or_round_is_another_seed() -> None:
    """Nobody can choose the seed with one half of it."""
    made = {
        round_seed(secret, value, name)
        for secret in (SECRET, SALT)
        for value in ("a", "b")
        for name in ("spring", "autumn")
    }
    assert len(made) == 8


def test_secrets_are_drawn_anew() -> None:
    """32 bytes, never twice the same."""
    drawn = {draw_secret() for _ in range(50)}
    assert len(drawn) == 50
    assert {len(secret) for secret in drawn} == {32}


def test_a_keyed_hash_tells_nothing_without_the_key() -> None:
    """The hash of a guessed item is no hash of the plan; kinds do not share hashes, nor do seeds."""
    digest = sha256_json("2 + 2 =")
    made = {keyed(kind, digest, item_key(seed)) for kind in ("item", "request") for seed in (SEED, "other")}
    assert len(made | {digest, SEED, seed_sha256(SEED)}) == 7


def test_a_seed_is_never_shown() -> None:
    """Not by repr, alone or within something; it is whole where items are made, also in another process."""
    seed = SealedSeed("abc")
    assert "abc" not in repr(seed)
    assert "abc" not in repr({"seed": seed})
    assert f"{seed}" == seed == "abc"
    moved = pickle.loads(pickle.dumps(SealedSeed("", CommitmentError("why", remedy="wait"))))
    assert (moved, moved.missing.what, moved.missing.remedy) == ("", "why", "wait")


def test_the_seed_of_a_revealed_round_is_checked(tmp_path: Path) -> None:
    """Secret and salt keep the commitment, secret and randomness give the seed."""
    assert seed_of(write(tmp_path, published())) == SEED


def test_before_the_reveal_there_is_no_seed(tmp_path: Path) -> None:
    """No file, or a file without the secret."""
    assert seed_of(tmp_path) is None
    assert seed_of(write(tmp_path, published(**dict.fromkeys(("secret", "salt", "revealed"))))) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"secret": "33" * 32}, "not the one committed to"),
        ({"salt": "33" * 32}, "not the one committed to"),
        ({"round": "autumn"}, "not the one committed to"),
        ({"rules_digest": "3" * 64}, "not the one committed to"),
        ({"generator_digest": "3" * 64}, "not the one committed to"),
        ({"commitment": "3" * 64}, "not the one committed to"),
        ({"randomness": {"value": "other", "source": "", "dated": "", "drawn": ""}}, "do not give the seed"),
        ({"secret": "zz"}, "damaged"),
        ({"secret": 7}, "damaged"),
        ({"salt": None}, "damaged"),
        ({"randomness": None}, "damaged"),
        ({"randomness": {"value": "x"}}, "damaged"),
        ({"closed": "yes"}, "damaged"),
        ({"closed": ["at", "source", "submissions"]}, "damaged"),
        ({"schema": "grand-defi/seed/2"}, "schema"),
    ],
)
def test_whatever_was_changed_is_found(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    """Another secret, salt, name, digest or randomness is refused, and never a crash."""
    with pytest.raises(CommitmentError, match=said):
        seed_of(write(tmp_path, published(**changes)))


@pytest.mark.parametrize("text", ["", "[", "[]", "7", '{"schema": "grand-defi/seed/1"}', "\x80"])
def test_a_damaged_file_is_said(tmp_path: Path, text: str) -> None:
    """What is no published seed is an error in words."""
    (tmp_path / "seed.json").write_text(text, encoding="latin-1")
    with pytest.raises(CommitmentError):
        read_published(tmp_path)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "0 characters long, and 16 are the least"),
        ("8f3c1e7a9b2d4f6", "15 characters long, and 16 are the least"),
        ("0" * 64, "by its characters it holds 0 bits, and 64 are the least"),
        ("01" * 16, "by its characters it holds 32 bits, and 64 are the least"),
        ("2027-03-01T12:00", "by its characters it holds 44 bits, and 64 are the least"),
        ("01" * 32, ""),
        ("0123456789abcdef", ""),
    ],
)
def test_a_value_that_cannot_be_random_is_said(value: str, said: str) -> None:
    """By hand: 32 letters of two that are as frequent hold 32 bits, 16 different ones 16 times 4."""
    assert weakness(value) == said


@given(st.binary(min_size=32, max_size=32))
@example(bytes(range(32)))
def test_a_beacons_value_is_strong_enough(value: bytes) -> None:
    """Whatever 32 random bytes are as hexadecimal, unless all but a few digits are one: no beacon gives that."""
    if len(set(value)) >= 16:
        assert weakness(value.hex()) == ""


def test_a_source_is_the_announced_one_or_says_it_more_exactly() -> None:
    """The same words, and more after them; nothing before them, and no longer word."""
    assert announced("drand quicknet", "drand quicknet")
    assert announced("drand quicknet, round 5", "drand quicknet")
    assert not any(announced(other, "drand quicknet") for other in ("drand", "drand quicknets", "a drand quicknet", ""))
