"""`defi link` on the records of two invented rounds that share anchors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from ruled import rule
from scipy import special

from harness.anchors import anchors_sha256, is_anchor, places
from harness.record import RoundPaths, freeze_round, write_json, write_scores
from harness.types import ScoreRow

TASK, COUNT, LEVELS = "problem_solving/a", 40, 5
SCHEMA = Path(__file__).parents[3] / "docs/schemas/linking.schema.json"
MARK = anchors_sha256("shared")[:12]
ABLER, WIDER = 0.8, 1.2  # the second field
Call = Callable[..., tuple[int, str, str]]


def names(share: float) -> list[tuple[str, int, int]]:
    """Ids with level and place: own items are called alike in every round, as in real ones."""
    made = []
    for level in range(1, LEVELS + 1):
        own = anchors = 0
        for place, taken in enumerate(places(COUNT, share)):
            number = f"{MARK}-{anchors:05d}" if taken else f"{own:05d}"
            anchors, own = anchors + taken, own + (not taken)
            made.append((f"{TASK}/fr/L{level:02d}/{number}", level, place))
    return made


def write_round(
    runs: Path, name: str, entries: int, ability: np.ndarray, *, drifting: int = 0, share: float = 0.15, **more: Any
) -> list[str]:
    """Records of a field of these abilities; the first `drifting` anchors are easier by 4. Returns the anchors."""
    paths, rng, items = RoundPaths(runs, name), np.random.default_rng(list(name.encode())), names(share)
    anchors = [item for item, *_ in items if is_anchor(item)]
    same = dict(zip(anchors, np.random.default_rng(5).normal(0, 1, len(anchors)), strict=True))
    hard = np.array([same.get(item, rng.normal(0.3, 1)) for item, *_ in items])
    hard -= 4.0 * np.isin([item for item, *_ in items], anchors[:drifting])
    right = rng.random((entries, len(items))) < special.expit(1.3 * (ability[:entries, None] - hard))
    card = {"name": TASK, "track": "problem_solving", "languages": ["fr"], "chance": [0.0] * LEVELS}
    settings = {
        "name": name,
        "languages": ["fr"],
        "level_weights": [1 / LEVELS] * LEVELS,
        "submissions": [*(f"team/entry-{n}" for n in range(entries)), "baselines/oracle"],
        "tasks": [{"name": TASK, "levels": LEVELS, "counts": [COUNT] * LEVELS}],
    }
    freeze_round(paths, {"round": settings, "cards": [card], "samples": []})
    told = more.get("told", "aa")
    planned = [{"id": item, "request_sha256": told if item in anchors[:1] else "bb"} for item, *_ in items]
    for number in range(entries + 1):  # and a baseline, which never counts
        team, entry = ("baselines", "oracle") if number == entries else ("team", f"entry-{number}")
        files, values = paths.run(team, entry), right[min(number, entries - 1)]
        write_json(files.submission, {"team": team, "entry": entry, "baseline": number == entries})
        write_json(files.state, {"state": "scored", "reason": ""})
        write_json(files.conditions, {"division": "controlled"})
        write_json(files.plan, {"items": planned})
        rows = []
        for (item, level, place), value in zip(items, values, strict=True):
            fields = (item, TASK, level, "fr", item, place, 0.0, float(value), "right" if value else "wrong")
            rows.append(ScoreRow(*fields, capped=False))
        write_scores(files, rows)
    return anchors


def fields(entries: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Two fields: the second is abler and spread wider."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=entries), ABLER + WIDER * rng.normal(size=entries)


def test_two_rounds_are_linked_by_their_anchors(call: Call, workspace: Path) -> None:
    """60 and 50 entries, 30 anchors of 200 items: scale and shift of the fields are found, and nothing drifts."""
    first, second = fields(60)
    anchors = write_round(workspace / "runs", "spring", 60, first)
    write_round(workspace / "runs", "summer", 50, second)
    code, out, _ = call("link", "spring", "summer", "--json")
    told = json.loads(out)
    assert code == 0
    jsonschema.validate(told, json.loads(SCHEMA.read_text()))
    assert (told["model"], told["old"]["submissions"], told["new"]["submissions"]) == ("1pl", 60, 50)
    assert sorted(row["item"] for row in told["anchors"]) == sorted(anchors)
    assert told["alarms"] == 0
    assert told["scale"] == pytest.approx(second[:50].std() / first.std(), rel=0.12)
    assert told["shift"] == pytest.approx((second[:50].mean() - first.mean()) / first.std(), abs=0.25)
    rows = {row["submission"]: row for row in told["abilities"]}
    assert len(rows) == 50
    true = {f"team/entry-{n}": (second[n] - first.mean()) / first.std() for n in range(50)}
    gaps = [rows[name]["value"] - value for name, value in true.items()]
    assert np.sqrt(np.mean(np.square(gaps))) < 0.35, "on the old scale, not on the new round's own"
    assert [row["value"] for row in told["abilities"]] == sorted((row["value"] for row in rows.values()), reverse=True)
    assert rows["team/entry-3"]["old"] == pytest.approx((first[3] - first.mean()) / first.std(), abs=0.6)
    code, out, _ = call("link", "spring", "summer")
    assert code == 0
    assert "60 submissions in spring, 50 submissions in summer, 30 anchors" in out
    assert "No anchor drifts" in out


def test_anchors_that_leaked_raise_the_alarm(call: Call, workspace: Path) -> None:
    """Three anchors easier by 4 are found and named; hardly another is, and the shift stays what it was."""
    first, second = fields(90)
    anchors = write_round(workspace / "runs", "spring", 90, first)
    write_round(workspace / "runs", "summer", 90, second, drifting=3)
    _, out, _ = call("link", "spring", "summer", "--json")
    told = json.loads(out)
    jsonschema.validate(told, json.loads(SCHEMA.read_text()))
    alarms = [row["item"] for row in told["anchors"] if row["drifts"]]
    assert set(anchors[:3]) <= set(alarms)
    assert told["alarms"] == len(alarms) <= 4
    assert [row["drifts"] for row in told["anchors"]] == [True] * len(alarms) + [False] * (30 - len(alarms))
    assert all(row["change"] < -1 for row in told["anchors"] if row["item"] in anchors[:3])
    assert told["shift"] == pytest.approx((second.mean() - first.mean()) / first.std(), abs=0.2)
    _, out, _ = call("link", "spring", "summer")
    assert "Drift alarm" in out
    assert all(name in out for name in anchors[:3])


def test_too_few_submissions_are_counted(call: Call, workspace: Path) -> None:
    """29 in one of the rounds are too few, and the baseline does not make up the number."""
    first, second = fields(40)
    write_round(workspace / "runs", "spring", 40, first)
    write_round(workspace / "runs", "summer", 29, second)
    code, _, err = call("link", "spring", "summer")
    assert code == 1
    assert "spring has 40 and summer has 29, and each round needs 30" in err
    assert "remedy" in err


def test_who_is_ruled_out_links_nothing(call: Call, workspace: Path) -> None:
    """An entry without a place is in neither calibration: 31 entries, two of them withdrawn, are too few."""
    first, second = fields(31)
    for name, field in (("spring", first), ("summer", second)):
        write_round(workspace / "runs", name, 31, field)
    assert call("link", "spring", "summer")[0] == 0
    for number in (1, 2):
        rule(workspace / "runs/spring", number, "withdraw", f"team/entry-{number}")
    code, _, err = call("link", "spring", "summer")
    assert code == 1
    assert "spring has 29 and summer has 31" in err


def test_items_of_one_place_are_no_anchors(call: Call, workspace: Path) -> None:
    """Own items have the same ids in every round and other questions: they link nothing."""
    first, second = fields(30)
    write_round(workspace / "runs", "spring", 30, first)
    write_round(workspace / "runs", "summer", 30, second, share=0.001)
    code, _, err = call("link", "spring", "summer")
    assert code == 1
    assert "no anchors in common" in err


def test_more_than_fifteen_per_cent_are_refused(call: Call, workspace: Path) -> None:
    """A round of which a fifth was asked before is not measured anew."""
    first, second = fields(30)
    write_round(workspace / "runs", "spring", 30, first, share=0.2)
    write_round(workspace / "runs", "summer", 30, second, share=0.2)
    code, _, err = call("link", "spring", "summer")
    assert code == 1
    assert "40 of 200 items are anchors, more than 15%" in err


def test_an_anchor_that_is_asked_otherwise_is_named(call: Call, workspace: Path) -> None:
    """Another request under the same id means that the task's code changed: no link, rather than a drift alarm."""
    first, second = fields(30)
    anchors = write_round(workspace / "runs", "spring", 30, first)
    write_round(workspace / "runs", "summer", 30, second, told="cc")
    code, _, err = call("link", "spring", "summer")
    assert code == 1
    assert f"{anchors[0]}: 1 anchors are asked otherwise in summer" in err


def test_an_unknown_round_lists_those_with_results(call: Call, workspace: Path) -> None:
    """A misspelt round is answered with the names that there are."""
    write_round(workspace / "runs", "spring", 2, np.zeros(2))
    code, _, err = call("link", "sprnig", "spring")
    assert code == 2
    assert "did you mean spring" in err
