"""A worker that tells of broken hardware: ours, also where its own words are kept apart."""

from __future__ import annotations

from pathlib import Path

import made
import pytest

from harness.due import outcome
from harness.engine.base import EngineContext
from harness.engine.confined.cage import Bounds
from harness.engine.confined.engine import ConfinedEngine
from harness.engine.replay import ReplayEngine
from harness.launch.base import JobView
from harness.prompt import PromptStyle
from harness.record import RoundPaths, read_json
from harness.states import fail, fault_of, worth_again

ECC = "RuntimeError: CUDA error: uncorrectable ECC error encountered; while asked: what is the sealed question?"


@pytest.fixture
def engine(tmp_path: Path) -> ConfinedEngine:
    """One that has asked a question of a round, and is not entered."""
    (tmp_path / "config.json").write_text("{}")
    context = EngineContext(PromptStyle("plain"), tmp_path)
    inner = ReplayEngine.__new__(ReplayEngine)  # never entered, and never asked what it is
    found = ConfinedEngine(inner, context, {}, "none", Bounds(), secretive=True)
    found._asked = True
    return found


@pytest.mark.parametrize(("secretive", "told"), [(True, "an uncorrectable memory error of a GPU"), (False, ECC)])
def test_hardware_in_the_words_of_a_worker(
    engine: ConfinedEngine, tmp_path: Path, told: str, *, secretive: bool
) -> None:
    """By the error as by the record it is ours, worth another try elsewhere, and quotes nothing that is secret."""
    engine._secretive = secretive
    error = engine._told({"error": "EngineError", "what": ECC})
    assert told in str(error)
    assert ("sealed question" in str(error)) is not secretive
    assert (fault_of(error), worth_again(error)) == ("ours", True)
    run = RoundPaths(tmp_path, "tiny").run("team", "one")
    fail(run.part(1), made.entry(), error)
    assert read_json(run.part(1).state)["fault"] == "ours"
    end = outcome(run, JobView("team/one:ask:1", "7", "ended", "the errand failed"), still_due=True)
    assert (end.fault, end.again, end.machine) == ("ours", True, "broken")


def test_what_a_model_does_by_itself_stays_its_own(engine: ConfinedEngine) -> None:
    """Kept apart and charged, as before."""
    error = engine._told({"error": "EngineError", "what": "RuntimeError: CUDA error: device-side assert triggered"})
    assert "kept apart" in str(error)
    assert fault_of(error) == "own"
