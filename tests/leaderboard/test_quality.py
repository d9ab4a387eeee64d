"""What is counted of items for the public: the report's own numbers, level by level, and of contestants alone."""

from __future__ import annotations

from random import Random

import trial

from harness.types import ScoreRow
from leaderboard.quality import item_quality
from leaderboard.ranking.items import by_group, item_report
from leaderboard.ranking.responses import gather
from leaderboard.ranking.rows import Pool


def able(seed: int) -> trial.Value:
    """A submission whose ability falls with the level; level 1 is easy for everybody, level 3 too hard for all."""
    rng = Random(seed)

    def value(row: ScoreRow) -> float:
        return 1.0 if row.level == 1 else 0.0 if row.level == 3 else float(rng.random() < 0.2 + seed / 12)

    return value


def test_counts_are_those_of_the_report() -> None:
    """Columns of one layout and rows one by one give the same; level 1 is all too easy, level 3 all too hard."""
    runs = [trial.run(f"t/e{n}", able(n)).scores for n in range(6)]
    found = item_quality(runs)
    pool = Pool()
    assert found == item_quality([pool.rows(rows) for rows in runs])
    groups = by_group(item_report(gather(runs)))
    assert {(g.task, g.level): (g.items, g.negative, g.key, g.mean) for g in groups} == {
        (task, level["level"]): (level["items"], level["negative"], level["key"], level["mean"])
        for task, said in found.items()
        for level in said["levels"]
    }
    for said in found.values():
        assert said["submissions"] == 6
        easy, _, hard = said["levels"]
        assert (easy["too_easy"], easy["too_hard"]) == (20, 0)
        assert (hard["too_easy"], hard["too_hard"]) == (0, 20)


def test_submissions_that_answered_other_items_are_lined_up_by_item() -> None:
    """Where a round stops by itself, not everybody answers everything: items still meet their own answers."""
    runs = [trial.run(f"t/e{n}", able(n)).scores for n in range(6)]
    cut = [rows[: len(rows) - n] for n, rows in enumerate(runs)]
    assert item_quality(cut) != item_quality(runs)
    assert sum(level["items"] for said in item_quality(cut).values() for level in said["levels"]) == len(runs[0])


def test_too_few_submissions_say_nothing() -> None:
    """With four there is no report."""
    assert item_quality([trial.run(f"t/e{n}", able(n)).scores for n in range(4)]) == {}


def test_a_table_counts_contestants_alone() -> None:
    """Five contestants and a baseline: judged by five; four and a baseline: not at all."""
    entered = [trial.run(f"t/e{n}", able(n)) for n in range(5)]
    oracle = trial.run("baselines/oracle", lambda row: 1.0, baseline=True)
    for runs, submissions in (([*entered, oracle], 5), ([*entered[:4], oracle], None)):
        for task in trial.table(*runs)["tasks"]:
            assert (task["quality"] or {}).get("submissions") == submissions
