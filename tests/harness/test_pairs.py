"""Blind pairs: nothing tells who wrote what, everyone is compared as often, and labels are read strictly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import DefiError
from harness.pairs import KeyRow, Label, Pair, balance, draw_pairs, read_labels, read_rows, write_rows

ENTRIES = ("a/one", "b/two", "c/three", "d/four")
PROMPTS = {f"task/fr/L01/{n:05d}": ("fr", f"Demande {n}") for n in range(60)}
ANSWERS = {name: {item: f"text {place} of {item[-2:]}" for item in PROMPTS} for place, name in enumerate(ENTRIES)}


def test_what_a_judge_sees_names_nobody() -> None:
    """No entry, team, item or seed is in a pair; the key says whose the texts are, and is right."""
    pairs, key = draw_pairs(ANSWERS, PROMPTS, "seed")
    rows = {row.id: row for row in key}
    assert len(pairs) == len(rows) == 120
    for pair in pairs:
        row = rows[pair.id]
        assert (pair.first, pair.second) == (ANSWERS[row.first][row.item], ANSWERS[row.second][row.item])
        seen = json.dumps([pair.id, pair.language, pair.prompt])
        assert not any(word in seen for word in ("seed", row.item, *ENTRIES))


def test_entries_and_sides_are_balanced() -> None:
    """With two pairs an item of four entries everyone stands in about 60 of 120, first in about half of them."""
    _, key = draw_pairs(ANSWERS, PROMPTS, "seed")
    found = balance(key)
    assert all(45 <= found[name] <= 75 for name in ENTRIES)
    for name in ENTRIES:
        assert 0.3 <= sum(row.first == name for row in key) / found[name] <= 0.7


def test_the_seed_decides_and_order_tells_nothing() -> None:
    """The same seed gives the same pairs, another one others; ids are in order, items are not."""
    pairs, key = draw_pairs(ANSWERS, PROMPTS, "seed")
    assert draw_pairs(ANSWERS, PROMPTS, "seed") == (pairs, key)
    assert {pair.id for pair in draw_pairs(ANSWERS, PROMPTS, "other")[0]}.isdisjoint(pair.id for pair in pairs)
    assert [pair.id for pair in pairs] == sorted(pair.id for pair in pairs)
    assert [row.item for row in key] != sorted(row.item for row in key)


def test_two_entries_meet_once_an_item() -> None:
    """Asking for more pairs than there are gives each once; an item that one entry answered gives none."""
    two = {name: ANSWERS[name] for name in ENTRIES[:2]}
    assert len(draw_pairs(two, PROMPTS, "s", each=5)[0]) == len(PROMPTS)
    assert draw_pairs({"a/one": ANSWERS["a/one"]}, PROMPTS, "s") == ([], [])


def test_files_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Pairs and key survive a file, which is never overwritten."""
    pairs, key = draw_pairs(ANSWERS, PROMPTS, "seed")
    write_rows(tmp_path / "p.jsonl", pairs)
    write_rows(tmp_path / "k.jsonl", key)
    assert read_rows(tmp_path / "p.jsonl", Pair) == pairs
    assert read_rows(tmp_path / "k.jsonl", KeyRow) == key
    with pytest.raises(DefiError, match="already"):
        write_rows(tmp_path / "p.jsonl", pairs)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"pair": "p", "winner": "A", "judge": "x"}], "first, second, tie"),
        ([{"pair": "q", "winner": "tie", "judge": "x"}], "no pair is called 'q'"),
        ([{"pair": "p", "winner": "tie"}], "valid: judge, pair"),
        ([{"pair": "p", "winner": "tie", "judge": "x"}] * 2, "judged p twice"),
    ],
)
def test_labels_are_read_strictly(tmp_path: Path, rows: list[dict[str, str]], said: str) -> None:
    """An unknown winner, pair or key, and a second judgement by the same judge, are named with their line."""
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(DefiError) as error:
        read_labels(path, ["p"])
    assert said in str(error.value)
    assert f"labels.jsonl:{len(rows)}" in str(error.value)


def test_two_judges_may_judge_one_pair(tmp_path: Path) -> None:
    """Labels of different people on one pair are all kept."""
    path = tmp_path / "labels.jsonl"
    write_rows(path, [Label("p", "tie", "x"), Label("p", "first", "y")])
    assert [label.judge for label in read_labels(path, ["p"])] == ["x", "y"]
