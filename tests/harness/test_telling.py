"""What may be told of a failure while the items are secret: nothing that could quote one."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import errors
from harness.errors import CheckpointError, EngineError, PlanChangedError, TaskError, WorkerLostError
from harness.telling import KEPT, SPOKEN, quotes, reason_of, secret, shown


@pytest.mark.parametrize("kind", [EngineError, TaskError, ValueError, KeyError, RuntimeError, errors.DefiError])
@given(words=st.text(min_size=6).filter(lambda text: text not in KEPT))
def test_no_word_of_an_error_that_may_quote_is_told(kind: type[Exception], words: str) -> None:
    """Only which kind it is: two errors of one kind are told alike."""
    assert reason_of(kind(words), withheld=True) == reason_of(kind("other"), withheld=True)
    assert kind.__name__ in reason_of(kind(words), withheld=True) or kind is errors.DefiError


def test_what_a_team_can_act_on_is_told_in_full() -> None:
    """Errors about its files and its plan never meet a question."""
    for error in (CheckpointError("no such tensor", where="a.safetensors", remedy="add it"), WorkerLostError("gone")):
        assert reason_of(error, withheld=True) == str(error)
    assert "changed: dtype" in reason_of(PlanChangedError("x", ["dtype"]), withheld=True)
    assert "goes on" in reason_of(KeyboardInterrupt(), withheld=True)


def test_whoever_has_seen_to_it_says_so() -> None:
    """A worker's error while it loads is an EngineError too, and quotes nothing."""
    error = EngineError("the weights are no numbers")
    assert quotes(error)
    error.discreet = True  # type: ignore[attr-defined]
    assert reason_of(error, withheld=True) == "the weights are no numbers"


def test_where_nothing_is_secret_everything_is_told() -> None:
    """As it always was."""
    assert reason_of(ValueError("x"), withheld=False) == "ValueError: x"
    assert reason_of(EngineError("x", where="t/e"), withheld=False) == "t/e: x"


def test_every_kind_whose_words_are_told_exists_and_is_ours() -> None:
    """A name that is misspelt would withhold what a team needs."""
    known = {name for name, kind in vars(errors).items() if inspect.isclass(kind)}
    elsewhere = {"CalendarError", "CommitmentError", "ConditionsError", "LauncherAwayError", "LifeError"}
    assert known | elsewhere | {"WithheldError"} >= SPOKEN
    assert not SPOKEN & {"EngineError", "TaskError", "DefiError", "PlanError"}


def test_a_record_of_an_older_version_is_not_shown_as_it_is() -> None:
    """Its reason may begin with the kind of error, or the state may name it."""
    assert "QUESTION" not in shown("ValueError: QUESTION")
    assert "QUESTION" not in shown("t/e: QUESTION", "EngineError")
    assert shown("t/e: no such tensor", "CheckpointError") == "t/e: no such tensor"
    assert shown("manifest.unknown: manifest.yaml: surprise") == "manifest.unknown: manifest.yaml: surprise"
    told = reason_of(EngineError("QUESTION"), withheld=True)
    assert shown(told, "EngineError") == told


def test_a_round_is_secret_from_its_beginning_to_its_reveal(tmp_path: Path) -> None:
    """A round in the open never is."""
    assert not secret(tmp_path)
