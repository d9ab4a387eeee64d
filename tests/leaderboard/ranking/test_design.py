"""Weights: tracks equal, tasks of a track equal, languages equal, levels as the round says."""

import pytest

from harness.errors import RoundError
from leaderboard.ranking import Design, TaskDesign, area_weights, gap_weights


def uneven() -> Design:
    """Two tasks in one track, one of them with fewer levels; a task of another track in French only."""
    return Design(
        (
            TaskDesign("problem_solving/a", "problem_solving", ("fr", "en"), (0.0,) * 3, (4, 4, 4)),
            TaskDesign("problem_solving/b", "problem_solving", ("fr", "en"), (0.0,) * 2, (4, 4)),
            TaskDesign("understanding/c", "understanding", ("fr",), (0.25,) * 3, (4, 4, 4)),
        ),
        ("fr", "en"),
        (0.5, 0.3, 0.2),
    )


def test_areas_weigh_tracks_tasks_levels_and_languages() -> None:
    """Each track has half; a task of two in a track a quarter; a missing level's weight goes to the task's others."""
    weights = area_weights(uneven())
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["problem_solving/a", 1, "fr"] == pytest.approx(0.25 * 0.5 / 2)
    assert weights["problem_solving/b", 2, "en"] == pytest.approx(0.25 * 0.3 / 0.8 / 2)
    assert weights["understanding/c", 3, "fr"] == pytest.approx(0.5 * 0.2)


@pytest.mark.parametrize(
    "chosen", [{"task": "problem_solving/b"}, {"track": "understanding"}, {"language": "en"}, {"language": "fr"}]
)
def test_every_area_is_a_mean(chosen: dict[str, str]) -> None:
    """The weights of every area add up to 1, and touch only what was asked for."""
    weights = area_weights(uneven(), **chosen)
    assert sum(weights.values()) == pytest.approx(1)
    assert all(chosen.get("language", cell[2]) == cell[2] for cell in weights)
    assert all(
        cell[0].startswith(chosen.get("track", "")) and chosen.get("task", cell[0]) == cell[0] for cell in weights
    )


def test_gap_compares_only_what_both_languages_tell() -> None:
    """French less English leaves out the task without English, and its weights cancel."""
    weights = gap_weights(uneven(), "fr", "en")
    assert sum(weights.values()) == pytest.approx(0)
    assert sum(weight for weight in weights.values() if weight > 0) == pytest.approx(1)
    assert "understanding/c" not in {cell[0] for cell in weights}


def test_unusable_configurations_say_so() -> None:
    """Too few level weights, or a level without items, is the round's error, named by task."""
    task = TaskDesign("problem_solving/a", "problem_solving", ("fr",), (0.0, 0.0), (4, 4))
    with pytest.raises(RoundError, match="level weights"):
        Design((task,), ("fr",), (1.0,))
    with pytest.raises(RoundError, match="problem_solving/a"):
        Design((TaskDesign("problem_solving/a", "problem_solving", ("fr",), (0.0,), (0,)),), ("fr",), (1.0,))
