"""Parcels: pure, self-contained, and one key for one content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracked import TASK, record_at

from harness.parcel import packed, unpack, unpacked
from harness.record import read_json
from harness.spool import Spool


def content(path: Path) -> str:
    return unpack(json.loads(path.read_text())).content


def test_a_parcel_needs_no_file_beside_it(tmp_path: Path) -> None:
    """The artefacts are in it, byte for byte, and the notes hold curve, rates, parameters and what was spent."""
    record = record_at(tmp_path)
    left = Spool.of(record).leave(record)
    assert left is not None
    files = {
        path.name: path.read_bytes() for path in (record.plan, record.conditions, record.judging, record.estimates)
    }
    parcel = unpack(json.loads(left.read_text()))
    assert {name: unpacked(file, name) for name, file in parcel.files.items()} == files
    whole, task = parcel.notes
    assert whole.params["engine.versions.torch"] == "2"
    assert whole.metrics == (("spent/seconds", 2.5, 0),)
    assert (task.part, task.params["kind"]) == (TASK, "choose")
    assert ("rate/cap_hit", 2 / 16, 0) in task.metrics
    assert ("rate/unscored", 1 / 16, 0) in task.metrics
    assert [round(value, 6) for name, value, _ in task.metrics if name == "fr/value"] == [0.333333, 0.111111]
    assert parcel.items["rows"] == 16


def test_a_parcel_written_and_read_is_itself(tmp_path: Path) -> None:
    """Nothing is lost in JSON, so its key stays."""
    record = record_at(tmp_path)
    left = Spool.of(record).leave(record)
    assert left is not None
    parcel = unpack(json.loads(left.read_text()))
    assert unpack(json.loads(json.dumps(parcel.to_json()))) == parcel


def test_the_key_is_of_the_content_alone(tmp_path: Path) -> None:
    """Judged later and alike it is the same parcel; judged otherwise it is another one of the same record."""
    paths = []
    for changes in ({}, {}, {"since": "2026-11-23T03:00:00+00:00"}, {"right": 3}):
        record = record_at(tmp_path, **changes)
        left = Spool.of(record).leave(record)
        assert left is not None
        paths.append(left)
    first, same, later, other = paths
    assert first == same
    assert first != later
    assert content(first) == content(later)
    assert content(first) != content(other)
    assert len({read_json(path)["record"] for path in paths}) == 1


def test_what_is_no_parcel_is_refused() -> None:
    """Another schema, a missing or a foreign field: ValueError, never half a parcel."""
    for raw in ([], {}, {"schema": "grand-defi/parcel/0"}, {"schema": "grand-defi/parcel/1", "notes": []}):
        with pytest.raises(ValueError, match="parcel"):
            unpack(raw)


@given(st.binary(max_size=2000))
def test_a_file_comes_back_as_it_was(data: bytes) -> None:
    """Any bytes survive; and a change in the packed text is found."""
    file = packed(data)
    assert unpacked(file, "x") == data
    with pytest.raises(ValueError, match="x is"):
        unpacked({**file, "sha256": "0" * 64}, "x")
