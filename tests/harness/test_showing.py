"""Which items are written for everybody to read: those that were asked, to the letter, of a round that is open."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import answered
import pytest

from harness import open_items, showing
from harness.attest.log import append
from harness.calendar import Calendar
from harness.config import compose
from harness.open_items import FOLDER, INDEX, closed_for, opened
from harness.plan import request_of, round_items
from harness.record import RoundPaths, read_frozen, read_json, write_json
from harness.round_life import open_round
from harness.sealed_task import SealedRowsTask
from harness.showing import show_items
from harness.types import Anchors, Json


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> RoundPaths:
    """A round in the open that was run; not to be changed."""
    return answered.answered(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def paths(run_once: RoundPaths, tmp_path: Path) -> RoundPaths:
    """A copy of it."""
    import shutil

    shutil.copytree(run_once.root, tmp_path / "runs")
    return RoundPaths(tmp_path / "runs", run_once.round)


def written(paths: RoundPaths) -> dict[str, list[Json]]:
    """What was written of each task."""
    index = read_json(paths.folder / FOLDER / INDEX)["tasks"]
    return {
        name: [json.loads(line) for line in (paths.folder / FOLDER / said["file"]).read_text().splitlines()]
        for name, said in index.items()
        if said["items"]
    }


def test_an_open_round_shows_what_it_asked(paths: RoundPaths) -> None:
    """Every item with the messages that models saw, its options and its answer; the second time nothing is done."""
    assert show_items(paths)
    found = written(paths)
    assert {name: len(items) for name, items in found.items()} == answered.ITEMS
    items = {item.id: item for item in round_items(answered.ROUND)}
    for fact in (fact for facts in found.values() for fact in facts):
        item = items[fact["id"]]
        asked = [{"role": one.role, "content": one.content} for one in request_of(item).messages]
        assert (fact["messages"], fact["options"]) == (asked, list(item.options))
        assert fact["answer"] == (item.options[item.target] if item.options else str(item.target))
    before = (paths.folder / FOLDER / INDEX).stat().st_mtime_ns
    assert show_items(paths)
    assert (paths.folder / FOLDER / INDEX).stat().st_mtime_ns == before


def test_an_item_that_is_not_made_again_to_the_letter_is_not_shown(
    paths: RoundPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the task makes another item than the plan's hash says, it is left out and counted."""
    whole = showing._again

    def other(settings: Mapping[str, Json], task: Json, found: open_items.Opened) -> Json:
        for place, item in enumerate(whole(settings, task, found)):
            yield dataclasses.replace(item, question=f"{item.question} ") if place == 1 else item

    monkeypatch.setattr(showing, "_again", other)
    assert show_items(paths)
    index = read_json(paths.folder / FOLDER / INDEX)["tasks"]
    assert {name: (said["items"], said["withheld"]) for name, said in index.items()} == {
        answered.TASK: (9, 1),
        answered.CHOICE: (7, 1),
    }


def test_a_round_that_nobody_ran_shows_nothing(tmp_path: Path) -> None:
    """Without a plan there is nothing that an item could be checked against."""
    from harness.freezing import freeze

    paths = RoundPaths(tmp_path, "tiny")
    freeze(paths, answered.ROUND)
    assert not show_items(paths)


def test_an_open_round_with_a_life_shows_when_it_has_ended(paths: RoundPaths, workspace: Path) -> None:
    """Committed, open, closed, running: nothing, and what was written is taken away. Ended: its items."""
    assert show_items(paths)
    settings = compose(workspace / "configs", workspace / "runs", "demo")
    (workspace / "rules.md").write_text("Nobody cheats.")
    calendar: Calendar | None = None
    open_round(settings, workspace / "runs", workspace / "secrets", workspace / "rules.md", made_now(), calendar)
    life = workspace / "runs" / "demo"
    for name in ("life.json", "log.jsonl"):
        (paths.folder / name).write_bytes((life / name).read_bytes())
    for event in ("round.intake", "round.closed", "round.running"):
        assert not show_items(paths), event
        assert not (paths.folder / FOLDER).exists()
        if event != "round.closed":
            append(paths.folder / "log.jsonl", event, {})
    append(paths.folder / "log.jsonl", "round.ended", {})
    assert show_items(paths)


def made_now() -> Json:
    import datetime

    return datetime.datetime.now(datetime.UTC)


@pytest.mark.parametrize("trace", ["sealed", "seed.json", "no seed"])
def test_what_looks_sealed_is_sealed(paths: RoundPaths, trace: str) -> None:
    """A round that says sealed, has a commitment, or has no seed in the open, is not open; one trace is enough."""
    frozen = read_frozen(paths)
    assert opened(paths.folder, frozen) is not None
    if trace == "sealed":
        frozen["round"]["sealed"] = True
    elif trace == "no seed":
        del frozen["round"]["seed"]
    else:
        parts = ("generator", "opened", "seed_sha256", "secret", "salt", "revealed", "closed", "randomness")
        said = dict.fromkeys((*parts, "round", "commitment", "generator_digest", "rules_digest"))
        published = said | {"schema": "grand-defi/seed/1", "rules": {"text": "", "round": {}}}
        write_json(paths.folder / "seed.json", published)
    assert opened(paths.folder, frozen) is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, ""),
        ({"name": "public/gsm8k", "license": "MIT"}, "benchmark"),
        ({"rungs": [1, 2]}, "benchmark"),
        ({"license": "CC-BY-NC-4.0"}, "licence"),
        ({"license": "proprietary"}, "licence"),
    ],
)
def test_benchmarks_and_closed_licences_are_never_shown(change: Mapping[str, Json], word: str) -> None:
    """Rows of others, and items whose licence is on no list of ours, are closed whatever the round says."""
    card = {"name": "problem_solving/a", "license": "Apache-2.0", "rungs": []}
    assert closed_for({**card, **change}) == word


def test_sealed_rows_are_never_shown(paths: RoundPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task of sealed rows, which every round draws from, gives no item to read."""

    class Rows(SealedRowsTask):
        def __init__(self) -> None:
            pass

        def tell(self, structure: Json, language: str) -> Json:
            raise AssertionError("never asked")

        def instruction(self, level: int, language: str) -> str:
            raise AssertionError("never asked")

    whole = showing.load_task
    monkeypatch.setattr(showing, "load_task", lambda name: Rows() if name == answered.TASK else whole(name))
    assert show_items(paths)
    said = read_json(paths.folder / FOLDER / INDEX)["tasks"][answered.TASK]
    assert said == {"closed": "sealed", "items": 0, "withheld": 10}


def test_anchors_of_an_open_round_are_in_the_open(tmp_path: Path) -> None:
    """Their seed stands in its configuration: they are shown like any item."""
    paths = answered.answered(tmp_path, answered.changed(anchors=Anchors(0.15, "year"), tasks=answered.ROUND.tasks))
    assert show_items(paths)
    assert {name: len(items) for name, items in written(paths).items()} == answered.ITEMS
