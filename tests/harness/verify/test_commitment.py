"""An open round commits to nothing; where something was committed to, a record's own seed is a forgery."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.attest.keys import SigningKey
from harness.attest.log import append
from harness.attest.log_head import append_signed
from harness.commitment import SCHEMA
from harness.verify import Check, verify_record

OPENED = {"commitment": "0" * 64, "generator_digest": "1" * 64, "rules_digest": "2" * 64}
MADE = "a sealed round's record was made with a seed of its own"
STEPS = ("closed", "randomness", "seed_sha256", "secret", "salt", "revealed")


def told(run: Path, *keys: SigningKey) -> list[Check]:
    report = verify_record(run, [key.public for key in keys])
    return [check for check in report.checks if check.name == "commitment"]


def test_an_open_round_committed_to_nothing(sealed: Path) -> None:
    """Its log's line of the opening names no commitment, and there is no seed.json."""
    (check,) = told(sealed)
    assert (check.verdict, check.words.partition(":")[0]) == ("ok", "an open round")


def test_a_seed_of_its_own_beside_a_published_one(own: Path) -> None:
    """A plan that holds an open seed, with the round's seed.json there: the items were chosen."""
    fields = {"round": "tiny", "generator": {}, "rules": {"text": "", "round": {}}, "opened": "2026-10-01"}
    published = {"schema": SCHEMA, **OPENED, **fields, **dict.fromkeys(STEPS)}
    (own.parents[1] / "seed.json").write_text(json.dumps(published))
    (check,) = told(own)
    assert (check.verdict, check.words) == ("failed", f"{MADE}, by seed.json")


def test_a_seed_of_its_own_where_the_log_tells_of_a_commitment(own: Path, organiser: SigningKey) -> None:
    """Taking seed.json away does not open a round: the log's line under the signed head still commits."""
    append_signed(own.parents[1] / "log.jsonl", "round.opened", OPENED, organiser)
    (check,) = told(own, organiser)
    assert check.verdict == "failed"
    assert check.words.startswith(f"{MADE}, by log.jsonl, line ")


@pytest.mark.parametrize("damage", [b"{}", b"not JSON"])
def test_a_damaged_commitment_is_no_open_round(own: Path, damage: bytes) -> None:
    """A seed.json that cannot be read is not passed over."""
    (own.parents[1] / "seed.json").write_bytes(damage)
    assert [check.verdict for check in told(own)] == ["failed"]


def test_a_stranger_cannot_close_an_open_round(own: Path, organiser: SigningKey) -> None:
    """A line after the signed head, where anybody can write, makes no record a forgery."""
    append(own.parents[1] / "log.jsonl", "round.opened", OPENED)
    assert [check.verdict for check in told(own, organiser)] == ["ok"]
