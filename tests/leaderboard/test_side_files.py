"""A submission's own files: its curves as CSV, and its score on each question that anybody may read."""

import csv
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from leaderboard.side_files import curve_csv, files
from leaderboard.site.sources import Sources

Table = dict[str, Any]
TASK = "problem_solving/word_problems"


def test_curves_are_the_table_s(table: Table) -> None:
    """Every point of every task, number for number; a score that is not there is an empty cell, never a zero."""
    row = table["standings"][0]
    read = list(csv.DictReader(io.StringIO(curve_csv(row).decode(), newline="")))
    points = [(task, point) for task, result in row["by_task"].items() for point in result["curve"]]
    assert len(read) == len(points)
    for line, (task, point) in zip(read, points, strict=True):
        assert (line["task"], int(line["level"]), line["language"]) == (task, point["level"], point["language"])
        assert [float(line[key]) for key in ("value", "low", "high")] == [
            point[key] for key in ("value", "low", "high")
        ]
        assert [int(line[key]) for key in ("items", "clusters")] == [point["items"], point["clusters"]]
    blank = {"level": 1, "language": "fr", "value": None, "low": None, "high": None, "items": 0, "clusters": 0}
    only = {"by_task": {TASK: {"curve": [{**blank, "unscored": 4}]}}}
    assert curve_csv(only).decode().splitlines()[1] == f"{TASK},1,fr,,,,0,0,4"


def test_every_submission_with_figures_has_its_file(table: Table) -> None:
    """One file each, at an address that follows from its name; none for who answered nothing."""
    changed = {**table, "standings": [*table["standings"][1:], {**table["standings"][0], "by_task": {}}]}
    paths = [path for path, _ in files(Sources(changed))]
    assert len(paths) == len(set(paths)) == len(table["standings"]) - 1
    assert "data/curves/helios--helios-large.csv" in paths
    assert not [path for path in paths if "outcomes" in path]


class _Items:
    """Public items of one task, of which the second is withheld from one submission."""

    def __init__(self, ids: list[str], runs: list[tuple[str, bool, Any]]) -> None:
        self.tasks, self.ids, self.runs = [TASK], ids, runs

    def index(self, task: str) -> Any:
        assert task == TASK
        return (SimpleNamespace(id=name, level=2, language="fr") for name in self.ids)


def _rows(values: dict[str, float]) -> Any:
    layout = SimpleNamespace(places=[(name, TASK, 2, "fr", "c", 0, 0.0) for name in values])
    return SimpleNamespace(layout=layout, values=np.array(list(values.values())))


@pytest.fixture
def opened(make_table: Callable[..., Table]) -> dict[str, Any]:
    """The files of a round of two submissions with three public questions; a fourth is sealed."""
    table = make_table(submissions=2, tasks=1, levels=2)
    names = [row["submission"] for row in table["standings"][:2]]
    ids = [f"{TASK}/L2/c{n}/fr" for n in range(3)]
    scored = [
        (names[0], False, _rows({ids[2]: 1.0, ids[0]: 0.25, ids[1]: float("nan"), "sealed": 1.0})),
        (names[1], False, _rows({ids[0]: 0.0})),
        ("gone/entry", False, _rows({ids[0]: 1.0})),
    ]
    found = dict(files(Sources(table, items=_Items(ids, scored))))  # type: ignore[arg-type]
    return {path: json.loads(data) for path, data in found.items() if "outcomes" in path}


def test_scores_are_in_the_order_of_the_questions(opened: dict[str, Any]) -> None:
    """Whatever order a record has; unscored and unanswered are null, and what is sealed is not there at all."""
    assert sorted(opened) == [
        "data/outcomes/atelier-loire--cormoran-8b.json",
        "data/outcomes/helios--helios-large.json",
        "data/outcomes/questions.json",
    ]
    values = [value for path, value in opened.items() if "questions" not in path]
    assert {TASK: [0.25, None, 1]} in values
    assert {TASK: [0, None, None]} in values
    assert "sealed" not in json.dumps(opened)


def test_questions_lead_to_their_pages(opened: dict[str, Any]) -> None:
    """Each question has the path of its page, its level and its language."""
    (first, *_) = opened["data/outcomes/questions.json"][TASK]
    assert first == ["items/problem_solving--word_problems/l2--c0--fr.html", 2, "fr"]
