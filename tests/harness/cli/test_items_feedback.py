"""`defi items` and `defi feedback` on records made of numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.attest.sealing import seal
from harness.record import RoundPaths, RunPaths, freeze_round, write_json, write_scores
from harness.types import ScoreRow

TASK, LEVELS, COUNT = "problem_solving/a", 3, 20
Call = Callable[..., tuple[int, str, str]]


def answers(ability: float, wrong_key: str = "", drop: int = 0) -> list[ScoreRow]:
    """Right up to a level, wrong above; one item's key may be wrong, and the last items missing."""
    made = []
    for level in range(1, LEVELS + 1):
        for index in range(COUNT):
            item = f"{TASK}/fr/L{level:02d}/{index:05d}"
            knows = level + index / COUNT < ability
            value = float(knows != (item == wrong_key))
            fields = (item, TASK, level, "fr", item, index, 0.0, value, "right" if value else "wrong")
            made.append(ScoreRow(*fields, capped=False))
    return made[: len(made) - drop]


@pytest.fixture
def round_of(workspace: Path) -> Callable[[dict[str, list[ScoreRow]]], Path]:
    """Write the records of a round called spring; returns its folder."""

    def write(entries: dict[str, list[ScoreRow]]) -> Path:
        paths = RoundPaths(workspace / "runs", "spring")
        card = {"name": TASK, "track": "problem_solving", "languages": ["fr"], "chance": [0.0] * LEVELS}
        settings: dict[str, Any] = {
            "name": "spring",
            "languages": ["fr"],
            "level_weights": [1 / LEVELS] * LEVELS,
            "submissions": list(entries),
            "tasks": [{"name": TASK, "levels": LEVELS, "counts": [COUNT] * LEVELS}],
        }
        freeze_round(paths, {"round": settings, "cards": [card], "samples": []})
        for name, rows in entries.items():
            team, _, entry = name.partition("/")
            files = paths.run(team, entry)
            write_json(files.submission, {"team": team, "entry": entry, "baseline": team == "baselines"})
            write_json(files.state, {"state": "scored", "reason": ""})
            write_json(files.conditions, {"division": "controlled"})
            write_scores(files, rows)
        return paths.folder

    return write


def field(number: int, wrong_key: str = "") -> dict[str, list[ScoreRow]]:
    """Entries from weak to strong."""
    spread = np.linspace(1, 4, number)
    return {f"team/entry-{n}": answers(float(ability), wrong_key) for n, ability in enumerate(spread)}


def test_items_names_the_item_with_the_wrong_key(call: Call, round_of: Callable[..., Path]) -> None:
    """An item that the able fail and the others hit is the one to look at, in the table and in the JSON."""
    wrong = f"{TASK}/fr/L02/00003"
    round_of(field(24, wrong))
    code, out, _ = call("items", "--round", "spring", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["submissions"] == 24
    assert [item["item"] for item in told["items"] if "key" in item["flags"]] == [wrong]
    assert len(told["items"]) == LEVELS * COUNT
    code, out, _ = call("items", "--round", "spring")
    assert "Items to look at" in out
    assert wrong in out
    assert f"{TASK}/fr/L01/00000" not in out


def test_items_leaves_baselines_out(call: Call, round_of: Callable[..., Path]) -> None:
    """An oracle is right by whatever key there is, so baselines never make up the number of submissions."""
    round_of({**field(4), "baselines/oracle": answers(9), "baselines/null": answers(0)})
    code, _, err = call("items", "--round", "spring")
    assert code == 1
    assert "4 submissions are too few" in err


def test_items_of_an_unknown_task_lists_the_rounds_tasks(call: Call, round_of: Callable[..., Path]) -> None:
    """A task that the round does not ask is an error with the valid names."""
    round_of(field(6))
    code, _, err = call("items", "--round", "spring", "--task", "problem_solving/b")
    assert code == 2
    assert TASK in err.split("valid")[1]


def test_feedback_tells_the_best_and_no_score(call: Call, round_of: Callable[..., Path]) -> None:
    """A second entry barely better than the first changes nothing that is told; one far better does."""
    folder = round_of({"team/one": answers(2.0), "team/two": answers(2.2), "team/three": answers(3.5)})
    told = [json.loads(call("feedback", f"team/{name}", "--round", "spring", "--json")[1]) for name in ("one", "two")]
    assert [one["changed"] for one in told] == [True, False]
    assert told[0]["announced"] == told[1]["announced"]
    assert set(told[1]) == {"team", "entry", "announced", "changed", "step", "asked"}
    code, out, _ = call("feedback", "team/three", "--round", "spring")
    assert code == 0
    assert "team/three is the team's new best" in out
    assert len((folder / "feedback.jsonl").read_text().splitlines()) == 3


def test_feedback_waits_for_the_whole_run(call: Call, round_of: Callable[..., Path]) -> None:
    """A run that lacks items is told so, and no line is written."""
    folder = round_of({"team/one": answers(2.0, drop=1)})
    code, _, err = call("feedback", "team/one", "--round", "spring")
    assert code == 1
    assert "59 of 60 items have a result" in err
    assert not (folder / "feedback.jsonl").exists()


def test_feedback_refuses_a_record_that_was_changed_after_its_seal(call: Call, round_of: Callable[..., Path]) -> None:
    """Better scores, written after the seal, are told as no best: nothing is said, and nothing entered."""
    folder = round_of({"team/one": answers(2.0)})
    record = folder / "team/one"
    write_json(record / "plan.json", {"items": [], "hash": "0" * 64})
    for name in ("judging.json", "estimates.json", "completions.jsonl"):
        (record / name).write_text("{}" if name.endswith(".json") else "")
    seal(record)
    assert call("feedback", "team/one", "--round", "spring")[0] == 0
    before = (folder / "feedback.jsonl").read_bytes()
    write_scores(RunPaths(record), answers(3.5))
    code, _, err = call("feedback", "team/one", "--round", "spring")
    assert code == 1
    assert "scores.jsonl is not as it was sealed" in err
    assert "defi verify" in err
    assert (folder / "feedback.jsonl").read_bytes() == before


def test_feedback_of_an_unknown_record_lists_the_records(call: Call, round_of: Callable[..., Path]) -> None:
    """An entry that has not been run is an error with the valid names."""
    round_of({"team/one": answers(2.0)})
    code, _, err = call("feedback", "team/oen", "--round", "spring")
    assert code == 2
    assert "team/one" in err.split("valid")[1]
