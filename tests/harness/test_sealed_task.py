"""A task over sealed rows: rounds ask the rows, everything public shows the examples, and the seed orders both."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from pyrage import x25519

from harness import task_check
from harness.errors import TaskError
from harness.sealed_task import Row, SealedRowsTask
from harness.task import RESERVED_SEEDS, Telling
from harness.task_check import check_task, gold_rows
from harness.vault import VARIABLE, VaultError, encrypt, pin, pin_path

CARD = {
    "kind": "choose",
    "levels": 2,
    "languages": ["fr", "en"],
    "chance": 0.25,
    "license": "Apache-2.0",
    "source": "written for the tests",
    **{key: {"fr": "Pays.", "en": "Countries."} for key in ("title", "skill", "judging", "ladder")},
    "shots": 1,
    "max_new_tokens": 0,
}
IDENTITY = x25519.Identity.generate()


def invented(word: str, count: int) -> list[Row]:
    """Rows with one right option and three others, in both languages."""
    return [
        {
            "level": level,
            "question": {"fr": f"Capitale du pays {word}-{level}-{n} ?", "en": f"Capital of {word}-{level}-{n}?"},
            "options": [f"{word}{level}{n}{letter}" for letter in "abcd"],
        }
        for level in (1, 2)
        for n in range(count)
    ]


class Capitals(SealedRowsTask):
    """A choice of four, the right one first in the row."""

    def tell(self, structure: Row, language: str) -> Telling:
        return Telling(structure["question"][language], 0, tuple(structure["options"]))

    def instruction(self, level: int, language: str) -> str:
        return {"fr": "Choisis.", "en": "Choose."}[language]


Make = Callable[..., Capitals]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """The task with `sealed` and `examples` rows, where the identity is."""
    monkeypatch.setenv(VARIABLE, str(IDENTITY))

    def build(sealed: list[Row] | None = None, examples: list[Row] | None = None) -> Capitals:
        folder = tmp_path / "understanding/capitals"
        folder.mkdir(parents=True, exist_ok=True)
        rows = invented("scellé", 12) if sealed is None else sealed
        shown = invented("montré", 4) if examples is None else examples
        (folder / "task.yaml").write_text(yaml.safe_dump(CARD))
        (folder / "rows.age").write_bytes(encrypt(rows, [str(IDENTITY.to_public())]))
        pin_path(folder / "rows.age").write_text(json.dumps(pin(rows)))
        (folder / "examples.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in shown))
        return Capitals(folder)

    return build


def test_a_round_asks_the_sealed_rows_each_once_in_a_seeded_order(make: Make) -> None:
    """A longer run extends a shorter one, a level ends with its rows, another seed is another order."""
    task = make()
    items = task.items(1, "fr", "a round's seed", 50)
    assert len({item.question for item in items}) == len(items) == 12
    assert all("scellé-1-" in item.question for item in items)
    assert task.items(1, "fr", "a round's seed", 5) == items[:5]
    assert [item.question for item in task.items(1, "fr", "another", 12)] != [item.question for item in items]
    english = task.items(1, "en", "a round's seed", 12)
    assert [item.cluster for item in english] == [item.cluster for item in items]
    assert [item.target for item in english] == [item.target for item in items]


def test_right_options_are_placed_evenly(make: Make) -> None:
    """As in any choice: a constant answer earns chance exactly."""
    items = make().items(2, "fr", "s", 12)
    assert sorted(item.target for item in items) == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert all(item.options[item.target].endswith("a") for item in items)


def test_public_seeds_and_worked_examples_show_nothing_sealed(make: Make) -> None:
    """Samples on the site, `defi task check`, pinned items and shots come from the examples, and need no identity."""
    task = make()
    for seed in RESERVED_SEEDS:
        for item in task.items(1, "fr", seed, 50):
            assert "montré" in item.question
    asked = task.request(task.items(1, "fr", "s", 1)[0]).messages
    assert "montré" in asked[1].content
    assert "scellé" in asked[-1].content
    assert "scellé" not in json.dumps([message.content for message in asked[:-1]], ensure_ascii=False)


def test_the_task_keeps_every_promise(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`defi task check` holds a sealed task to what it holds any other to, without its identity."""
    task = make()
    monkeypatch.delenv(VARIABLE)
    (tmp_path / "understanding/capitals/gold.jsonl").write_text("\n".join(json.dumps(row) for row in gold_rows(task)))
    monkeypatch.setattr(task_check, "tasks_root", lambda: tmp_path)
    monkeypatch.setattr(task_check, "load_task", lambda name: task)
    assert check_task("understanding/capitals", 20) == []


def test_the_rows_need_the_identity(make: Make, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A team practises on the examples; a round is asked where the identity is."""
    task = make()
    monkeypatch.delenv(VARIABLE)
    assert task.items(1, "fr", "sample", 3)
    with pytest.raises(VaultError, match="no identity here"):
        task.items(1, "fr", "a round's seed", 3)


def test_the_oracle_scores_one_on_sealed_rows(make: Make) -> None:
    """Items of sealed rows are judged by the task, as any others."""
    task = make()
    for item in task.items(2, "en", "s", 12):
        assert task.score(item, task.gold(item)).value == 1.0


@pytest.mark.parametrize("wrong", [["text"], [{"level": 3}], [{"level": "1"}], [{"level": [1]}], [{"no": "level"}], []])
def test_rows_that_do_not_fit_the_card_are_refused_and_not_repeated(make: Make, wrong: list[Row]) -> None:
    """Sealed or in clear; the error says nothing of what a row holds."""
    with pytest.raises(TaskError, match="do not fit"):
        make(examples=wrong)
    if wrong:
        with pytest.raises(TaskError, match="do not fit") as told:
            make(sealed=wrong).items(1, "fr", "s", 1)
        assert "text" not in str(told.value)


def test_a_task_without_examples_is_refused(make: Make, tmp_path: Path) -> None:
    """There would be nothing to show, and nothing to check it by."""
    make()
    (tmp_path / "understanding/capitals/examples.jsonl").unlink()
    with pytest.raises(TaskError, match="no examples"):
        Capitals(tmp_path / "understanding/capitals")
