"""Energy on the leaderboard: shared out by seconds, per right answer, and no figure where nothing was measured."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.types import Category, Completion, ScoreRow
from leaderboard.energy import energy_row, shares

MEASURED = {"measured": True, "joules": 120.0, "scope": "gpu+package", "idle": "keep", "why": ""}


def row(item: str, task: str, category: Category = "right") -> ScoreRow:
    """A score."""
    return ScoreRow(item, task, 1, "fr", item, 0, 0.0, 1.0, category, capped=False)


def answer(item: str, seconds: float) -> Completion:
    """An answer that took so long."""
    return Completion(item, "", "stop", 1, 1, "", seconds=seconds)


def test_joules_are_shared_out_by_seconds() -> None:
    """Answers of 1 s and 2 s against 1 s: three quarters and one quarter; 40 J for each of three right ones."""
    scores = [row("1", "a"), row("2", "a"), row("3", "b"), row("4", "b", "wrong")]
    found = energy_row(MEASURED, [answer("1", 1), answer("2", 2), answer("3", 1), answer("4", 0)], scores)
    assert found["by_task"] == {"a": 90.0, "b": 30.0}
    assert (found["joules"], found["per_correct"], found["scope"], found["why"]) == (120.0, 40.0, "gpu+package", "")


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=20))
def test_shares_add_up(seconds: list[float]) -> None:
    """Whatever the answers took, the tasks' shares are the whole, or there are none."""
    answers = [answer(str(n), value) for n, value in enumerate(seconds)]
    found = shares(120.0, answers, {str(n): f"t{n % 3}" for n in range(len(seconds))})
    assert sum(found.values()) == pytest.approx(120.0) or not sum(seconds)


def test_nothing_right_has_no_price() -> None:
    """Without a right answer there is no energy for one: neither zero nor infinite."""
    assert energy_row(MEASURED, [], [row("1", "a", "wrong")])["per_correct"] is None


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        (None, "nothing of energy"),
        ({"measured": False, "joules": None, "why": "no driver"}, "no driver"),
        ({"measured": False, "joules": None, "why": "/home/jane/nvml/x.so: torn"}, "…/x.so: torn"),
    ],
)
def test_what_was_not_measured_has_no_figure(stated: dict[str, Any] | None, why: str) -> None:
    """No counter: no joules, no share, and the reason."""
    found = energy_row(stated, [answer("1", 5)], [row("1", "a")])
    assert (found["measured"], found["joules"], found["per_correct"], found["by_task"]) == (False, None, None, {})
    assert (found["scope"], found["idle"]) == ("none", None)
    assert why in found["why"]
    assert "jane" not in found["why"]
