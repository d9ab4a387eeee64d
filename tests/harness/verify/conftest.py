"""A real sealed record of a tiny round, made once; a test that changes it gets a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import made
import pytest

from harness.attest.keys import SigningKey, new_key, read_signing_key
from harness.attest.log import append
from harness.attest.sealing import seal
from harness.config import Settings
from harness.pipeline import Job, evaluate
from harness.record import RunPaths
from harness.types import Round, RoundTask, Submission

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")


def tiny_round(tasks: tuple[RoundTask, ...]) -> Round:
    return Round(
        name="tiny",
        title={"fr": "Petite manche", "en": "Tiny round"},
        date="2026-11-22",
        seed="s",
        languages=("fr", "en"),
        tasks=tasks,
        level_weights=(1.0,),
        submissions=(),
    )


def submission() -> Submission:
    return made.entry(entry="random")


@pytest.fixture(scope="session")
def organiser(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    path = tmp_path_factory.mktemp("keys") / "organiser.key"
    new_key(path)
    return read_signing_key(path)


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scored record of the random baseline, not yet sealed, in a round with a log."""
    run = tmp_path_factory.mktemp("runs") / "tiny" / "baselines" / "random"
    round_ = tiny_round(tuple(RoundTask(name, 1, (2,)) for name in TASKS))
    settings = Settings(round_, {"_target_": "harness.engine.baselines.Chance"}, {"workers": 1}, {"uri": None})
    append(run.parents[1] / "log.jsonl", "round.opened", {"round": "tiny"})
    evaluate(Job(settings, submission(), None, RunPaths(run)))
    return run


@pytest.fixture(scope="session")
def sealed(scored: Path, organiser: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That record, sealed and signed. Whoever changes it puts it back."""
    run = copy(scored, tmp_path_factory.mktemp("sealed"))
    seal(run, organiser)
    return run


@pytest.fixture
def own(sealed: Path, tmp_path: Path) -> Path:
    """A sealed record of a test's own."""
    return copy(sealed, tmp_path)


@pytest.fixture
def unsealed(scored: Path, tmp_path: Path) -> Path:
    """A scored record of a test's own."""
    return copy(scored, tmp_path)


def copy(run: Path, to: Path) -> Path:
    """The whole round of a record, elsewhere; the record in it."""
    shutil.copytree(run.parents[1], to / "tiny")
    return to / "tiny" / "baselines" / "random"
