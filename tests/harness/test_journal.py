"""The append-only journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RecordError
from harness.journal import Journal, count_lines, read_all, read_lines
from harness.types import Completion


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    """What is appended, over several openings, is read back in order."""
    path = tmp_path / "a" / "journal.jsonl"
    for values in ([1, {"b": "é"}], [[None]]):
        with Journal(path) as journal:
            for value in values:
                journal.append(value)
    assert list(read_lines(path)) == [1, {"b": "é"}, [None]]
    assert count_lines(path) == 3


@given(cut=st.integers(min_value=1, max_value=60))
def test_torn_last_line_is_cut_off(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """A file cut at any byte keeps its whole lines, and the next append stands on a line of its own."""
    path = tmp_path_factory.mktemp("torn") / "journal.jsonl"
    with Journal(path) as journal:
        for number in range(5):
            journal.append({"item": number, "text": "x" * number})
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - cut)])
    kept = list(read_lines(path))
    assert [line["item"] for line in kept] == list(range(len(kept)))
    with Journal(path) as journal:
        journal.append({"item": "next"})
    assert [line["item"] for line in read_lines(path)] == [*range(len(kept)), "next"]


def test_damage_in_the_middle_is_an_error(tmp_path: Path) -> None:
    """A damaged line that is not the last torn one is named, never skipped."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"item": 1}\n{"item": \n{"item": 3}\n')
    with pytest.raises(RecordError, match="line 2"):
        list(read_lines(path))


def test_any_text_a_model_may_emit_survives(tmp_path: Path) -> None:
    """Lone surrogates, NUL and line ends come back as they were."""
    path = tmp_path / "journal.jsonl"
    text = "a\ud800b\x00\n\r\u2028c"
    with Journal(path) as journal:
        journal.append(Completion("i", text, "stop", 1, 1, "h", (-1.5, -0.25)))
    (back,) = read_all(Completion, path)
    assert back.text == text
    assert back.option_logprobs == (-1.5, -0.25)


def test_unknown_and_missing_fields_are_named(tmp_path: Path) -> None:
    """A line written by another version is refused with the file's name."""
    path = tmp_path / "completions.jsonl"
    path.write_text('{"item": "i", "surprise": 1}\n')
    with pytest.raises(RecordError, match=r"completions\.jsonl.*unknown fields"):
        list(read_all(Completion, path))
    path.write_text('{"item": "i"}\n')
    with pytest.raises(RecordError, match="lacks fields"):
        list(read_all(Completion, path))
