"""What cannot be made on this machine is not checked, by every check that needs it, with the way to have it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import RecordError, TaskError
from harness.public.source import Source
from harness.types import Item
from harness.verify import Check, verify_record


def told(run: Path, *names: str) -> list[Check]:
    return [check for check in verify_record(run).checks if check.name in names]


def test_a_benchmark_without_its_rows_is_no_fault_of_the_record(
    sealed: Path, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items and judging are not checked for the one reason, and DEFI_DATA is named."""
    monkeypatch.setenv("DEFI_DATA", str(tmp_path))
    source = Source(checkout / "tasks/public/gsm8k")

    def items(*_: object) -> Sequence[Item]:
        source.rows(next(iter(source.files)))
        return []

    monkeypatch.setattr("harness.verify.evidence.load_task", lambda _: SimpleNamespace(items=items))
    checks = told(sealed, "items", "judging")
    assert [(check.name, check.verdict) for check in checks] == [("items", "not checked"), ("judging", "not checked")]
    assert all("DEFI_DATA" in check.words for check in checks)


def test_ends_of_dialogues_need_their_items(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialogue's end is not checked where its items cannot be made: it is not called open."""

    def items(*_: object) -> Sequence[Item]:
        raise TaskError("there are no rows here")

    monkeypatch.setattr("harness.verify.evidence.load_task", lambda _: SimpleNamespace(items=items))
    checks = told(sealed, "completions")
    assert "failed" not in {check.verdict for check in checks}
    assert any(check.words.startswith("ends of dialogues") for check in checks if check.verdict == "not checked")


def test_items_that_the_seed_does_not_give_are_the_records_fault(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the record has made up is not excused as what this machine lacks."""

    def items(*_: object) -> Sequence[Item]:
        raise RecordError("made up", where="plan.json")

    monkeypatch.setattr("harness.verify.evidence.load_task", lambda _: SimpleNamespace(items=items))
    assert {check.verdict for check in told(sealed, "items", "judging")} == {"failed"}
