from __future__ import annotations

import datetime
from typing import Any

import pytest

from harness.canonical import sha256_json
from harness.intake.manifest import inspect_manifest, read_manifest
from harness.intake.receipt import receipt

NOON = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


def test_a_receipt_holds_what_was_received_and_when(entry: Any) -> None:
    """Digest, manifest, hashes and the time in UTC; its own hash covers all of it."""
    path = entry.write()
    raw, _ = inspect_manifest(path)
    assert raw is not None
    made = receipt(read_manifest(path), raw, NOON)
    assert made["submission"] == "team-a/entry-a"
    assert made["received"] == "2026-11-22T11:00:00+00:00"
    assert made["files"] == entry.truth()
    assert made["digest"] == sha256_json(made["manifest"])
    assert made["sha256"] == sha256_json({key: value for key, value in made.items() if key != "sha256"})


def test_a_receipt_for_something_else_is_refused(entry: Any) -> None:
    """The manifest must be the submission's, and the time must say its zone."""
    path = entry.write()
    raw, _ = inspect_manifest(path)
    assert raw is not None
    submission = read_manifest(path)
    with pytest.raises(ValueError, match="manifest"):
        receipt(submission, raw | {"title": "Another"}, NOON)
    with pytest.raises(ValueError, match="zone"):
        receipt(submission, raw, NOON.replace(tzinfo=None))
