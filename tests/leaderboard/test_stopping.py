"""What a table and its explanation say of a round that stops by itself: what was asked, decided and not tested."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from trial import COUNT, LEVELS, TASKS, FakeRun, frozen, run, up_to

from harness.metrics.ladder import Ladder, cluster_mean, next_wave, read_stopping
from leaderboard.explain import explain
from leaderboard.table import standings_rows, table_from_runs

CAP, CORE = 40, 4


def settled(thresholds: list[float]) -> dict[str, Any]:
    """The trial round with many more questions a level, which stops where levels are decided."""
    made = frozen()
    made["round"]["stopping"] = {"core": CORE, "step": 2, "alpha": 0.05, "thresholds": thresholds}
    for part in made["round"]["tasks"]:
        part["counts"] = [CAP] * LEVELS
    return made


def asked(made: dict[str, Any], entry: FakeRun) -> FakeRun:
    """The run as the round would have asked it, from one with an answer to every question."""
    stopping, kept = read_stopping(made["round"]["stopping"]), []
    for task, chance in TASKS.items():
        rows = [row for row in entry.scores if row.task == task]
        done: list[dict[int, float | None]] = [{} for _ in range(LEVELS)]
        ladder = Ladder((chance,) * LEVELS, (CAP,) * LEVELS)
        while wave := next_wave(stopping, ladder, done):
            for level, place in wave:
                found = [row for row in rows if (row.level, row.index) == (level, place)]
                done[level - 1][place] = cluster_mean((row.language, row.value) for row in found)
                kept += found
    return replace(entry, scores=tuple(kept))


def longer(entry: FakeRun, value: Any) -> FakeRun:
    """The run with `CAP` questions a level."""
    rows = [
        replace(row, item=f"{row.item}-{k}", cluster=f"{row.cluster}-{k}", index=row.index + COUNT * k)
        for k in range(CAP // COUNT)
        for row in entry.scores
    ]
    return replace(entry, scores=tuple(replace(row, value=value(row)) for row in rows))


def table(thresholds: list[float]) -> dict[str, Any]:
    """A climber, one that wavers, and the oracle."""
    made = settled(thresholds)
    values = {
        "alpha/two": up_to(2),
        "bravo/wavers": lambda row: float(row.level == 1 or row.index % 2),
        "baselines/oracle": lambda row: 1.0,
    }
    runs = [
        asked(made, longer(run(name, baseline=name.startswith("baselines")), value)) for name, value in values.items()
    ]
    return table_from_runs(made, runs, replicates=100)


@pytest.fixture(scope="module")
def half() -> dict[str, Any]:
    """The table where one half alone decides when to stop."""
    return table([0.5])


def test_the_table_says_that_the_round_stops(half: dict[str, Any], checkout: Path) -> None:
    """How it stops, what everybody is asked, what at most, and what each was asked of each level."""
    jsonschema.validate(half, json.loads((checkout / "docs/schemas/round.schema.json").read_text()))
    settings, rows = half["round"], {row["submission"]: row for row in half["standings"]}
    assert settings["stopping"] == {"core": CORE, "step": 2, "alpha": 0.05, "thresholds": [0.5]}
    cells = len(TASKS) * LEVELS * 2
    assert (settings["core_items"], settings["items"]) == (CORE * cells, CAP * cells)
    for row in rows.values():
        assert row["rank"]
        assert sum(sum(task["asked"]) for task in row["by_task"].values()) == row["items"] < settings["items"]
        assert all(point["items"] <= 2 * CORE for task in row["by_task"].values() for point in task["curve"])
    wavers = rows["bravo/wavers"]["by_task"]["problem_solving/a"]["asked"]
    assert wavers[1] > wavers[0] > wavers[2] == 2 * CORE


def test_what_was_not_tested_is_not_zero(half: dict[str, Any]) -> None:
    """No ladder was climbed at four fifths: no level there is claimed nor denied, of the round and of each task."""
    assert half["round"]["certifiable"]["level_80"] is None
    for row in half["standings"]:
        assert row["level_cleared_80"] is None
        assert {task["level_cleared_80"] for task in row["by_task"].values()} == {None}
        assert row["level_cleared"] is not None
    assert {row["level_cleared_80"] for row in standings_rows(half)} == {None}
    assert "In this round, threshold 80 is not tested." in explain(half, "alpha/two")


@pytest.mark.parametrize("thresholds", [[0.5], [0.8], [0.5, 0.8]])
def test_what_can_be_certified_is_what_the_oracle_clears(thresholds: list[float]) -> None:
    """Right answers are asked as the round asks, and no further: nothing is promised that they do not reach."""
    found = table(thresholds)
    oracle = next(row for row in found["standings"] if row["entry"] == "oracle")
    reached = {"level": oracle["level_cleared"], "level_80": oracle["level_cleared_80"]}
    assert found["round"]["certifiable"] == reached
    assert {key: level for key, level in reached.items() if level is not None} == {
        {0.5: "level", 0.8: "level_80"}[tau]: LEVELS for tau in thresholds
    }


def test_a_level_is_explained_by_what_decided_it(half: dict[str, Any]) -> None:
    """Not by a mean of the core, which may be high: every answer counts, and the tasks not cleared are named."""
    said = explain(half, "bravo/wavers")
    assert "Level 2 stops it: its answers there do not show a mean above 50." in said[2]
    assert f"beyond the first {CORE} questions in each language" in said[2]
    assert said[4] == "Tasks not cleared at this level: “Trial”, “Trial” and “Trial”."
    assert not [one for one in said if "luck" in one]
    french = " ".join(explain(half, "bravo/wavers", "fr"))
    assert "n’y établissent pas une moyenne au-dessus de 50" in french
    assert "le seuil de 80 n’est pas examiné" in french


def test_a_threshold_out_of_reach_is_said() -> None:
    """Ten pairs of an open task and of a choice show one half and not four fifths: the round says so, not the entry."""
    found = table_from_runs(frozen(), [run("alpha/all", lambda row: 1.0)], replicates=50)
    assert found["round"]["certifiable"]["level_80"] < LEVELS
    said = " ".join(explain(found, "alpha/all"))
    assert "This round has too few questions to certify any level at threshold 80." in said
    assert "stopping" not in found["round"]
