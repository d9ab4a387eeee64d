"""Parquet beside the journals: nothing is lost, whatever a line holds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.attest.columns import difference, from_parquet, to_parquet
from harness.attest.errors import AttestationError
from harness.canonical import dumps, plain
from harness.journal import Journal, read_lines
from harness.types import Completion, ScoreRow

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates and NUL included
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(0, 2**70)
COMPLETIONS = st.builds(
    Completion,
    item=TEXTS,
    text=TEXTS,
    finish=st.sampled_from(["stop", "length", "error"]),
    prompt_tokens=WHOLE,
    completion_tokens=WHOLE,
    prompt_sha256=TEXTS,
    option_logprobs=st.lists(FLOATS, max_size=3).map(tuple),
    option_greedy=st.lists(st.booleans(), max_size=3).map(tuple),
    seconds=FLOATS | st.integers(0, 5),
    turns=st.lists(TEXTS, max_size=3).map(tuple),
)
SCORES = st.builds(
    ScoreRow,
    item=TEXTS,
    task=TEXTS,
    level=WHOLE,
    language=TEXTS,
    cluster=TEXTS,
    index=WHOLE,
    chance=FLOATS | st.integers(0, 1),
    value=st.none() | FLOATS | st.integers(0, 1),
    category=st.sampled_from(["right", "unscored"]),
    capped=st.booleans(),
    answer=TEXTS,
    reason=TEXTS,
    metrics=st.dictionaries(TEXTS, FLOATS | st.integers(0, 1), max_size=3),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def round_trip(tmp_path: Path, kind: type, values: list[object]) -> list[object]:
    lines, out = tmp_path / "lines.jsonl", tmp_path / "rows.parquet"
    lines.unlink(missing_ok=True)
    with Journal(lines) as journal:
        for value in values:
            journal.append(value)
    assert to_parquet(kind, lines, out) == len(values)
    assert difference(lines, out) == ""
    return list(from_parquet(out))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(COMPLETIONS, max_size=4))
def test_completions_come_back_to_the_letter(tmp_path: Path, rows: list[Completion]) -> None:
    """Lone surrogates, tuples, huge numbers, -0.0: the same canonical JSON, line by line."""
    assert [dumps(row) for row in round_trip(tmp_path, Completion, list(rows))] == [dumps(row) for row in rows]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(SCORES, max_size=4))
def test_scores_come_back_to_the_letter(tmp_path: Path, rows: list[ScoreRow]) -> None:
    """Nested mappings, absent values, whole numbers where fractions are expected."""
    assert [dumps(row) for row in round_trip(tmp_path, ScoreRow, list(rows))] == [dumps(row) for row in rows]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(JSON, max_size=4))
def test_any_json_line_comes_back(tmp_path: Path, values: list[object]) -> None:
    """A line of another version, or of no version at all, is kept as it is."""
    assert [dumps(value) for value in round_trip(tmp_path, ScoreRow, values)] == [dumps(value) for value in values]


def test_columns_are_for_reading(tmp_path: Path) -> None:
    """An ordinary line needs no copy beside its columns; one with a surrogate shows a mark in its text."""
    row = Completion("a", "née", "stop", 3, 4, "ff", (-1.5,), (True,), 0.5)
    round_trip(tmp_path, Completion, [row, dataclasses.replace(row, text="x\ud800")])
    table = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert {key: value for key, value in table[0].items() if key != "line"} == plain(row)
    assert table[0]["line"] is None
    assert table[1]["text"] == "x?"
    assert json.loads(table[1]["line"])["text"] == "x\ud800"


def test_many_rows_are_written_in_groups(tmp_path: Path) -> None:
    """More lines than fit one group, all in their order."""
    rows = [Completion(str(n), "", "stop", n, 0, "") for n in range(5000)]
    assert [row["item"] for row in round_trip(tmp_path, Completion, list(rows))] == [str(n) for n in range(5000)]


def test_a_difference_is_named_by_its_line(tmp_path: Path) -> None:
    """A line changed, added or left out."""
    lines, out = tmp_path / "lines.jsonl", tmp_path / "rows.parquet"
    round_trip(tmp_path, Completion, [Completion(str(n), "", "stop", n, 0, "") for n in range(3)])
    whole = lines.read_text().splitlines(keepends=True)
    for changed, number in ((whole[:2], 3), ([*whole, whole[0]], 4), ([whole[0], whole[2], whole[1]], 2)):
        lines.write_text("".join(changed))
        assert difference(lines, out) == f"line {number} differs"
    assert len(list(read_lines(lines))) == 3


def test_damage_is_an_error_with_the_files_name(tmp_path: Path) -> None:
    """What is no Parquet, and a number that JSON does not have."""
    (tmp_path / "rows.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(AttestationError, match=r"rows\.parquet"):
        list(from_parquet(tmp_path / "rows.parquet"))
    (tmp_path / "lines.jsonl").write_text('{"value":NaN}\n')
    with pytest.raises(AttestationError, match=r"lines\.jsonl"):
        to_parquet(ScoreRow, tmp_path / "lines.jsonl", tmp_path / "rows.parquet")


def test_a_field_without_a_column_type_is_refused(tmp_path: Path) -> None:
    """A new field of a kind that the columns do not know is thought about, not guessed."""

    @dataclasses.dataclass
    class Odd:
        found: Mapping[int, bytes]

    (tmp_path / "lines.jsonl").write_text("{}\n")
    with pytest.raises(TypeError, match=r"Odd\.found"):
        to_parquet(Odd, tmp_path / "lines.jsonl", tmp_path / "rows.parquet")
