"""Real completions of real models, judged by hand: the tasks must read them as a person does.

`labelled/<track>-<task>.jsonl` holds a line for each: the item (level, language, index of the seed `labelled`) with its
hash, which model answered, what it said (`turns` in a dialogue), and `right`, what people who saw question, target and
answer, but no score, agreed on. An answer is right when a person would give it full marks.
"""

import functools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.canonical import sha256_json
from harness.task import load_task
from harness.types import Completion, Item

SEED = "labelled"
FOLDER = Path(__file__).parent / "labelled"
FILES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
AGREEMENT = 0.99  # over all of them


@functools.cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


@functools.cache
def items(task: str, level: int, language: str, count: int) -> tuple[Item, ...]:
    return tuple(load_task(task).items(level, language, SEED, count))


def asked(row: dict[str, Any]) -> Item:
    return items(row["task"], row["level"], row["language"], row["index"] + 1)[row["index"]]


def judged_right(row: dict[str, Any]) -> bool:
    item, turns = asked(row), tuple(row.get("turns", ()))
    text = row["text"] if "text" in row else turns[-1]
    done = Completion(item.id, text, row["finish"], 0, 0, "", turns=turns)
    return load_task(row["task"]).score(item, done).value == 1.0


def test_there_are_enough_of_both_kinds() -> None:
    """At least 300 completions, of two models, in both languages, right ones and wrong ones, over most families."""
    whole = [row for name in FILES for row in rows(name)]
    assert len(whole) >= 300
    assert len(FILES) >= 12
    for key in ("model", "language", "right"):
        counts = Counter(row[key] for row in whole)
        assert len(counts) == 2, key
        assert min(counts.values()) >= 60, (key, counts)


@pytest.mark.parametrize("name", FILES)
def test_items_are_those_that_were_judged(name: str) -> None:
    """A label is about one item: where a generator has changed, its completions must be collected and judged again."""
    assert [row["index"] for row in rows(name) if sha256_json(asked(row)) != row["item_sha256"]] == []


def test_the_tasks_agree_with_people() -> None:
    """Full marks exactly where people give them, in at least 99 of 100 completions."""
    whole = [row for name in FILES for row in rows(name)]
    differing = [(row["task"], row["level"], row["language"], row["index"]) for row in whole
                 if judged_right(row) != row["right"]]  # fmt: skip
    assert len(differing) <= (1 - AGREEMENT) * len(whole), differing
