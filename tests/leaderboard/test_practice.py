"""`round.json` of a practice round says to which level of the challenge each level of a benchmark corresponds."""

from typing import Any

import pytest

from leaderboard.table import table_from_runs

SAID = {"fr": "Essai", "en": "Trial"}


@pytest.mark.parametrize(("rungs", "told"), [({"rungs": [3, 5, 7]}, [3, 5]), ({"rungs": []}, []), ({}, [])])
def test_rungs_of_the_levels_that_are_asked(rungs: dict[str, Any], told: list[int]) -> None:
    """Of the levels of this round alone; none for a family, and none where the round was frozen without them."""
    card = {
        **dict.fromkeys(("title", "skill", "judging", "ladder"), SAID),
        "name": "public/sums",
        "track": "problem_solving",
        "kind": "generate",
        "license": "MIT",
        "source": "rows",
        "levels": 3,
        "chance": [0.0] * 3,
        "languages": ["en"],
        **rungs,
    }
    settings = {
        "name": "trial",
        "title": SAID,
        "date": "2026-01-15",
        "languages": ["en"],
        "level_weights": [0.5, 0.5],
        "tasks": [{"name": "public/sums", "levels": 2, "counts": [4, 4]}],
    }
    (task,) = table_from_runs({"round": settings, "cards": [card], "samples": []}, [])["tasks"]
    assert task["rungs"] == told
