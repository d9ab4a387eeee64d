"""Completions to scores, and scores to a record's own estimates."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness import scoring
from harness.metrics.ladder import Stopping
from harness.scoring import judging_digests, score_items
from harness.scoring.estimates import estimates
from harness.task import load_task, task_names
from harness.types import ScoreRow

TASK = "understanding/reading_choice"


def test_an_item_without_an_answer_is_unscored() -> None:
    """What the run did not reach is not a zero, and says so."""
    items = load_task(TASK).items(1, "fr", "s", 3)
    done = {items[0].id: load_task(TASK).gold(items[0])}
    rows = list(score_items(items, done))
    assert [row.value for row in rows] == [1.0, None, None]
    assert all("ended early" in row.reason for row in rows[1:])
    assert {row.chance for row in rows} == {0.25}


def test_judging_is_known_by_the_code_of_each_task() -> None:
    """Two tasks have two digests; the same code has the same ones."""
    found = judging_digests(task_names())
    assert found == judging_digests(reversed(task_names()))
    assert len(set(found["tasks"].values())) == len(task_names())


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("public/instructions/english.py", {"public"}),
        ("public/numbers.py", {"public"}),
        ("metrics/rouge.py", {"shared"}),
        ("sandbox/grading.py", {"shared"}),
        ("task.py", {"shared"}),
        ("prompt.py", set()),
    ],
)
def test_every_file_that_judges_is_in_a_digest(
    file: str, changed: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules of benchmarks in one of their own, which records of families do not have; what judges nothing in none."""
    copy = shutil.copytree(scoring._HARNESS, tmp_path / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(scoring, "_HARNESS", copy)
    benchmark, family = judging_digests(["public/ifeval", TASK]), judging_digests([TASK])
    assert "public" not in family
    (copy / file).write_text("# mended\n")
    again = judging_digests(["public/ifeval", TASK])
    assert {name for name in benchmark if benchmark[name] != again[name]} == changed
    assert judging_digests([TASK])["shared"] == again["shared"]


def row(level: int, language: str, index: int, value: float | None) -> ScoreRow:
    return ScoreRow("i", "t/x", level, language, f"{level}/{index}", index, 0.5, value, "right", capped=False)


def test_estimates_are_corrected_for_chance_and_know_pairs() -> None:
    """Right on 3 of 4 at chance one half is 0.5; both languages of one structure are one cluster."""
    rows = [row(1, lang, n, float(n != 0)) for lang in ("fr", "en") for n in range(4)]
    curve = {point["language"]: point for point in estimates(rows)["t/x"]["curve"]}
    assert {lang: round(point["value"], 6) for lang, point in curve.items()} == {"all": 0.5, "en": 0.5, "fr": 0.5}
    assert (curve["all"]["items"], curve["all"]["clusters"]) == (8, 4)


def test_a_cell_with_nothing_scored_has_no_estimate() -> None:
    """A mean of nothing is left out; unscored items are counted where there is one."""
    rows = [row(1, "fr", 0, None), row(2, "fr", 0, None), row(2, "fr", 1, 1.0)]
    curve = estimates(rows)["t/x"]["curve"]
    assert [(point["level"], point["unscored"]) for point in curve] == [(2, 1), (2, 1)]
    assert curve[0]["value"] == pytest.approx(1.0)
    assert curve[0]["provisional"] is True


def test_estimates_of_a_round_that_stops_are_of_its_core() -> None:
    """Where the first two clusters are right and all that was asked after them wrong, the mean is one."""
    rows = [
        ScoreRow(f"t/x/{la}/{i}", "t/x", 1, la, f"t/x/{i}", i, 0.0, float(i < 2), "right", capped=False)
        for la in ("fr", "en")
        for i in range(5)
    ]
    (point,) = [p for p in estimates(rows, Stopping(2, 1))["t/x"]["curve"] if p["language"] == "all"]
    assert (point["value"], point["items"], point["clusters"]) == (1.0, 4, 2)
    assert estimates(rows)["t/x"]["curve"][0]["value"] == 0.4
