"""The public samples of a frozen round: judged once, drawn again only where something could have changed them."""

from __future__ import annotations

import json
from pathlib import Path

import answered
import pytest

from harness import examples, freezing
from harness.freezing import SAMPLES_SEED, freeze
from harness.record import RoundPaths, read_frozen
from harness.task import RESERVED_SEEDS, load_task
from harness.types import Json, RoundTask


def drawn(paths: RoundPaths) -> list[Json]:
    """The samples that the round's file holds."""
    return list(read_frozen(paths)["samples"])


def test_every_sample_has_a_right_and_a_wrong_answer(tmp_path: Path) -> None:
    """One a level and language, from the seed that no round may use, each judged by the task itself."""
    paths = RoundPaths(tmp_path, "tiny")
    freeze(paths, answered.ROUND)
    samples = drawn(paths)
    assert SAMPLES_SEED in RESERVED_SEEDS
    assert [(one["task"], one["level"], one["language"]) for one in samples] == [
        (part.name, level, language)
        for part in answered.ROUND.tasks
        for level in range(1, part.levels + 1)
        for language in load_task(part.name).card.languages
    ]
    for one in samples:
        assert one["good"]["value"] == 1
        assert one["bad"]["value"] < 1
        assert one["bad"]["text"] != one["answer"]


def test_samples_are_drawn_again_only_where_they_could_be_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second freeze asks no task; another level does, and so does another version of a task."""
    paths = RoundPaths(tmp_path, "tiny")
    freeze(paths, answered.ROUND)
    before = paths.frozen.read_bytes()
    calls: list[str] = []
    whole = freezing._samples
    monkeypatch.setattr(freezing, "_samples", lambda name, levels: calls.append(name) or whole(name, levels))
    freeze(paths, answered.ROUND)
    assert (calls, paths.frozen.read_bytes()) == ([], before)
    freeze(paths, answered.changed(tasks=(RoundTask(answered.CHOICE, 2, (4, 4)),)))
    assert calls == [answered.CHOICE]
    monkeypatch.setattr(freezing, "generator_digests", lambda round_: {"shared": "another"})
    freeze(paths, answered.changed(tasks=(RoundTask(answered.CHOICE, 2, (4, 4)),)))
    assert calls == [answered.CHOICE] * 2


def test_what_this_machine_could_not_judge_is_judged_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a sandbox an example is unscored and says so; where there is one, samples are judged again."""
    paths = RoundPaths(tmp_path, "tiny")
    unscored = {"value": None, "category": "unscored", "answer": "", "reason": "no sandbox"}
    with monkeypatch.context() as without:
        without.setattr(examples, "_judged", lambda task, item, completion: unscored)
        freeze(paths, answered.ROUND)
    assert all(one["good"] == unscored for one in drawn(paths))
    freeze(paths, answered.ROUND)
    assert all(one["good"]["value"] == 1 for one in drawn(paths))


def test_rows_of_a_benchmark_are_no_samples(tmp_path: Path) -> None:
    """They are others' to publish."""
    assert list(freezing._samples("public/gsm8k", 1)) == []
    freeze(RoundPaths(tmp_path, "tiny"), answered.ROUND)
    assert "public/" not in json.dumps(drawn(RoundPaths(tmp_path, "tiny")))
