"""`defi compare` and `defi rank --explain`: what two records and a table say, in numbers and in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.record import RoundPaths, freeze_round, write_json, write_scores
from harness.types import ScoreRow

TASKS = {"problem_solving/a": 0.0, "understanding/c": 0.25}
LEVELS, COUNT = 2, 12
Call = Callable[..., tuple[int, str, str]]


def frozen() -> dict[str, Any]:
    """A round of two tasks, two levels, two languages."""
    said = {"fr": "Essai", "en": "Trial"}
    words = dict.fromkeys(("title", "skill", "judging", "ladder"), said)
    card = {
        "kind": "generate",
        "levels": LEVELS,
        "languages": ["fr", "en"],
        "license": "CC0-1.0",
        "source": "generated",
    }
    cards = [
        {**words, **card, "name": t, "track": t.partition("/")[0], "chance": [g] * LEVELS} for t, g in TASKS.items()
    ]
    settings = {
        "name": "trial",
        "title": said,
        "date": "2026-01-15",
        "languages": ["fr", "en"],
        "level_weights": [0.5, 0.5],
        "submissions": ["able/one", "poor/two", "late/three"],
        "tasks": [{"name": task, "levels": LEVELS, "counts": [COUNT] * LEVELS} for task in TASKS],
    }
    return {"round": settings, "cards": cards, "samples": []}


def rows(right: Callable[[int, str, int], bool]) -> list[ScoreRow]:
    """A record's scores: whether level, language and index is right, in every task."""
    return [
        ScoreRow(
            *(f"{task}/{language}/{level}/{i}", task, level, language, f"{task}/{level}/{i}", i, chance),
            *(float(right(level, language, i)), "right", False),
        )
        for task, chance in TASKS.items()
        for level in range(1, LEVELS + 1)
        for language in ("fr", "en")
        for i in range(COUNT)
    ]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], workspace: Path) -> Call:
    """Call the command where a round has two records, and a third entry that never ran."""
    paths = RoundPaths(workspace / "runs", "trial")
    freeze_round(paths, frozen())
    records = {
        "able/one": rows(lambda level, language, i: level == 1 or i < (6 if language == "en" else 3)),
        "poor/two": rows(lambda level, language, i: level == 1 and i < 2),
    }
    for name, scores in records.items():
        team, _, entry = name.partition("/")
        files = paths.run(team, entry)
        write_json(files.submission, {"team": team, "entry": entry, "baseline": False, "title": entry})
        write_json(files.state, {"state": "scored", "reason": ""})
        write_json(files.conditions, {"division": "controlled"})
        write_scores(files, scores)

    def run(*words: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_compare_gives_every_part(call: Call) -> None:
    """--json: the whole, tracks, tasks, levels and languages, each with interval and items; and sample sizes."""
    code, out, _ = call("compare", "able/one", "poor/two", "--round", "trial", "--json")
    found = json.loads(out)
    assert code == 0
    parts = [(row["part"], row["name"]) for row in found["differences"]]
    assert parts[:3] == [("overall", "all"), ("track", "problem_solving"), ("track", "understanding")]
    assert {part for part, _ in parts} == {"overall", "track", "task", "level", "language"}
    by_name = {row["name"]: row for row in found["differences"]}
    assert by_name["problem_solving/a"]["value"] == pytest.approx(((1 - 2 / 12) + (9 / 24)) / 2, abs=1e-6)
    assert by_name["1"]["real"]
    assert by_name["en"]["value"] > by_name["fr"]["value"]
    assert by_name["all"]["items"] == 2 * LEVELS * 2 * COUNT
    assert [row["items"] for row in found["power"]] == [754, 2094, 4710, 18838]


def test_compare_prints_signed_points(call: Call) -> None:
    """The table says which of the two leads, in points, and how many items would show it."""
    code, out, _ = call("compare", "poor/two", "able/one", "--round", "trial")
    assert code == 0
    assert "poor/two less able/one" in out
    assert "overall" in out
    assert "[-" in out
    assert "5: 754, 3: 2,094, 2: 4,710, 1: 18,838" in out


def test_compare_refuses_what_has_no_record(call: Call) -> None:
    """An entry that never ran is unknown, with the ones that are there; a round that never ran likewise."""
    code, _, err = call("compare", "able/one", "late/three", "--round", "trial")
    assert code == 2
    assert "able/one, poor/two" in err
    assert call("compare", "able/one", "poor/two", "--round", "tiral")[0] == 2


def test_explain_says_why(call: Call) -> None:
    """In English: the place, the level and what stopped it, the area, whom it beats, and its languages."""
    code, out, _ = call("rank", "--round", "trial", "--explain", "able/one")
    assert code == 0
    assert "able/one stands in place 1 of 2." in out
    assert "It has cleared level 1 of 2" in out
    assert "Level 2 stops it: its mean there is 27.1, not above 50." in out
    assert "It is shown to be ahead of poor/two." in out
    assert "French less English: −14.6 points" in out


def test_explain_speaks_french(call: Call) -> None:
    """In French, with its typography: decimal commas and no-break spaces."""
    _, out, _ = call("rank", "--round", "trial", "--explain", "poor/two", "--lang", "fr")
    assert "poor/two occupe la place 2 sur 2." in out
    assert "Aucun niveau n’est franchi\u00a0: il n’est pas établi" in out
    assert "Il est établi que cette soumission est devancée par able/one." in out
    assert "Français moins anglais\u00a0: 0,0" in out


def test_explain_of_one_without_a_place(call: Call) -> None:
    """An entry that never ran has no place, and nothing else is said of it; an unknown one lists those there are."""
    _, out, _ = call("rank", "--round", "trial", "--explain", "late/three")
    assert out.strip() == "late/three has no place: planned"
    code, _, err = call("rank", "--round", "trial", "--explain", "late/thre")
    assert code == 2
    assert "late/three" in err
    assert call("rank", "--round", "trial", "--explain", "able/one", "--lang", "de")[0] == 2


def test_explain_as_json_is_a_list_of_sentences(call: Call) -> None:
    """--json gives the sentences to a program."""
    _, out, _ = call("rank", "--round", "trial", "--explain", "able/one", "--json")
    sentences = json.loads(out)
    assert sentences[0].startswith("able/one stands")
    assert all(isinstance(one, str) for one in sentences)
