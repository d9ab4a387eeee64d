"""Hydra configuration to typed settings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from harness import config
from harness.canonical import changed_fields
from harness.commitment import CommitmentError
from harness.config import code_digests, compose, names_of, new_engine, read_round
from harness.engine.base import EngineContext
from harness.errors import RoundError, UnknownNameError, UsageError
from harness.plan import round_items
from harness.prompt import PromptStyle

ROUND = {
    "name": "r",
    "title": {"fr": "Manche", "en": "Round"},
    "date": "2026-11-22",
    "seed": "s",
    "languages": ["fr", "en"],
    "levels": 3,
    "counts": [4, 3, 2],
    "tasks": ["a/b", {"name": "a/c", "counts": 5}],
    "level_weights": "uniform",
    "submissions": ["t/e"],
}


def test_the_demonstration_round_composes(workspace: Path) -> None:
    """The embedded round is complete, and an override reaches the engine."""
    settings = compose(workspace / "configs", workspace / "runs", "demo", ["engine.dtype=bfloat16", "tracking=none"])
    assert settings.round.name == "demo"
    assert len(settings.round.tasks) == 5
    assert all(task.levels == len(task.counts) for task in settings.round.tasks)
    assert min(settings.round.tasks[0].counts) >= 8, "fewer pairs certify nothing, not even for the oracle"
    assert settings.engine["dtype"] == "bfloat16"
    assert settings.tracking["uri"] is None


def test_tracking_is_beside_the_records(workspace: Path) -> None:
    """SQLite is where the runs are, not where the command was called."""
    settings = compose(workspace / "configs", workspace / "runs", "demo")
    assert settings.tracking["uri"] == f"sqlite:///{workspace}/runs/mlflow.db"


@pytest.mark.parametrize("override", ["engine=vlm", "tracking=sqlit", "cluster=slrum"])
def test_an_unknown_choice_lists_the_valid_ones(workspace: Path, override: str) -> None:
    """A name that is in no group's folder is answered with the names that are."""
    group = override.split("=", maxsplit=1)[0]
    with pytest.raises(UnknownNameError) as caught:
        compose(workspace / "configs", workspace / "runs", "demo", [override])
    assert caught.value.valid == names_of(workspace / "configs", group)


def test_an_unknown_round_lists_the_valid_ones(workspace: Path) -> None:
    """The round's name is checked like any other."""
    with pytest.raises(UnknownNameError, match="demo"):
        compose(workspace / "configs", workspace / "runs", "dmo")


@pytest.mark.parametrize("override", ["engine.dtyp=float32", "engine.dtype=[", "nothing"])
def test_a_wrong_override_is_an_error_in_words(workspace: Path, override: str) -> None:
    """Hydra's refusals become ours."""
    with pytest.raises(UsageError):
        compose(workspace / "configs", workspace / "runs", "demo", [override])


def test_counts_are_given_once_or_by_level_or_by_task() -> None:
    """A task may have counts of its own; one number stands for all levels."""
    made = read_round(ROUND)
    assert [task.counts for task in made.tasks] == [(4, 3, 2), (5, 5, 5)]
    assert made.level_weights == pytest.approx((1 / 3,) * 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"counts": [4, 3]}, "counts"),
        ({"counts": 0}, "counts"),
        ({"level_weights": [1, 1]}, "level_weights"),
        ({"level_weights": [1, -1, 1]}, "level_weights"),
        ({"date": "tomorrow"}, "date"),
        ({"languages": ["fr", "de"]}, "de"),
        ({"title": {"fr": "x"}}, "title"),
        ({"surprise": 1}, "surprise"),
        ({"seed": "shots"}, "kept for public items"),
        ({"tasks": [{"name": "a/b", "count": 3}]}, "unknown keys"),
    ],
)
def test_a_wrong_round_says_which_key(change: dict[str, object], said: str) -> None:
    """Each key of a round is checked and named."""
    with pytest.raises((RoundError, UnknownNameError), match=said):
        read_round({**ROUND, **change})


def test_a_missing_key_is_named() -> None:
    """What a round lacks is said."""
    with pytest.raises(RoundError, match="seed"):
        read_round({key: value for key, value in ROUND.items() if key != "seed"})


def test_an_option_that_an_engine_does_not_have_is_named_with_those_it_has() -> None:
    """A misspelt option is never dropped, and the nearest valid one is offered."""
    target = "harness.engine.transformers.engine.TransformersEngine"
    with pytest.raises(UnknownNameError, match="memroy") as told:
        new_engine({"_target_": target, "memroy": 1}, EngineContext(PromptStyle("plain")))
    assert "did you mean memory" in str(told.value)


def test_a_sealed_round_is_configured_without_a_seed() -> None:
    """`seed: sealed` is no seed: there is none before it is drawn, and a practice round cannot be sealed."""
    made = read_round({**ROUND, "seed": "sealed"})
    assert made.sealed
    assert made.seed == ""
    assert not read_round(ROUND).sealed
    with pytest.raises(RoundError, match="sealed round of public"):
        read_round({**ROUND, "seed": "sealed", "tasks": ["public/a"]})
    with pytest.raises(RoundError, match="sealed"):
        read_round({**ROUND, "sealed": True})


def test_a_sealed_round_that_was_not_opened_composes_and_has_no_items(workspace: Path) -> None:
    """Its status can be asked; its items cannot, and the reason says what to do."""
    path = workspace / "configs/round/demo.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed: demo-2026-11", "seed: sealed"), encoding="utf-8")
    made = compose(workspace / "configs", workspace / "runs", "demo").round
    with pytest.raises(CommitmentError, match="not been opened"):
        next(iter(round_items(made)))


def test_a_generator_is_its_tasks_and_the_code_they_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Any byte of any shared file that makes or tells items is another generator, and every task keeps its digest."""
    here = Path(config.__file__).parent
    made = code_digests(["understanding/reading_choice"])
    assert list(made) == ["understanding/reading_choice", "shared"]
    for name in ("types.py", "task.py", "dialogue.py", "rewording.py", "prompt.py", "frame.py", "canonical.py"):
        shutil.copy(here / name, tmp_path / name)
    for name in ("sealed_task.py", "vault.py", "anchors.py"):
        shutil.copy(here / name, tmp_path / name)
    shutil.copytree(here / "metrics", tmp_path / "metrics")
    monkeypatch.setattr(config, "_HARNESS", tmp_path)
    assert code_digests(["understanding/reading_choice"]) == made
    for path in (tmp_path / "task.py", tmp_path / "canonical.py", tmp_path / "metrics/answers.py"):
        whole = path.read_bytes()
        path.write_bytes(whole + b"# changed")
        assert list(changed_fields(made, code_digests(["understanding/reading_choice"]))) == ["shared"]
        path.write_bytes(whole)


def test_whatever_of_the_harness_a_family_imports_is_in_its_generator(checkout: Path) -> None:
    """A shared module that a family uses and the digest leaves out could be changed after the commitment."""
    covered = {name.removesuffix(".py") for name in config._MAKERS if "/" not in name} | {"metrics"}
    judging = {"sandbox", "errors"}  # run programs and word refusals: `judging.json` names that code
    files = [path for path in (checkout / "tasks").glob("*/*/**/*.py") if "public" not in path.parts]
    used = {word for path in files for word in re.findall(r"from harness\.(\w+)", path.read_text(encoding="utf-8"))}
    assert used - judging <= covered
