"""Rank intervals: ties share them, baselines do not touch them, the order of entries is nothing, and they cover."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.ranking import Design, Ranking, Scores, TaskDesign, area_weights, assemble, rank
from leaderboard.ranking.ranks import areas, bootstrap, least_clusters, pair_errors


def ranked(scores: Scores, contestants: list[bool] | None = None, **options: Any) -> Ranking:
    """Rank by the overall area, everybody a contestant unless said otherwise."""
    chosen = np.array(contestants if contestants is not None else [True] * scores.size, dtype=bool)
    return rank(scores, area_weights(scores.design), chosen, **{"replicates": 300, **options})


def intervals(ranking: Ranking) -> list[tuple[int, int]]:
    """Rank intervals as pairs."""
    return list(zip(ranking.low.tolist(), ranking.high.tolist(), strict=True))


def flat(builder: Any, values: list[float], levels: int = 3, count: int = 10) -> Scores:
    """Submissions with one and the same score on every item."""
    design = builder.design(levels=levels, count=count)
    return assemble(design, [builder.rows(design, lambda *_, v=value: v) for value in values])


def one_level(builder: Any, values: list[float], count: int) -> Scores:
    """The same on the clusters of a single stratum."""
    design = builder.design(levels=1, count=count, tasks=["problem_solving/a"])
    return assemble(design, [builder.rows(design, lambda *_, v=value: v) for value in values])


def test_clones_share_every_place(builder: Any) -> None:
    """Identical submissions have no error and no difference: nobody beats anybody."""
    table = builder.simulate(builder.design(), [2.0], np.random.default_rng(0)).select([0, 0, 0])
    assert intervals(ranked(table)) == [(1, 3)] * 3


def test_certain_differences_count(builder: Any) -> None:
    """All right beats all wrong though neither varies; two that fail everything are tied."""
    assert intervals(ranked(flat(builder, [1.0, 0.0, 0.0]))) == [(1, 1), (2, 3), (2, 3)]


def test_a_lone_contestant_is_first(builder: Any) -> None:
    """With nobody to compare with the interval is [1, 1]; without contestants a baseline would be first."""
    table = builder.simulate(builder.design(), [2.0], np.random.default_rng(0))
    assert intervals(ranked(table)) == [(1, 1)]
    assert intervals(ranked(table, [False])) == [(1, 1)]


def test_five_clusters_prove_nothing(builder: Any) -> None:
    """Five wins of five happen in 6 % of rounds between equals, so they make no rank; six do."""
    five, six = (one_level(builder, [1.0, 0.0], count) for count in (5, 6))
    assert intervals(ranked(five)) == [(1, 2), (1, 2)]
    assert intervals(ranked(six)) == [(1, 1), (2, 2)]


def test_more_entries_need_more_clusters(builder: Any) -> None:
    """Twelve entries make 66 pairs, so 11 clusters order nobody however they differ and no interval excludes 0."""
    assert [least_clusters(size * (size - 1) // 2) for size in (2, 12, 50, 200)] == [6, 12, 16, 20]
    values = [1.0, *(place / 100 for place in range(11))]
    few, enough = (ranked(one_level(builder, values, count)) for count in (11, 12))
    assert intervals(few) == [(1, 12)] * 12
    assert (few.margin >= np.abs(few.difference)).all()
    assert intervals(enough) == [(1, 1), *[(2, 12)] * 11]


def test_clusters_count_by_their_weight(builder: Any) -> None:
    """Three clusters that hold nearly all the weight prove nothing, though a hundred others stand beside them."""
    parts = [TaskDesign(f"t/{count}", "t", ("fr",), (0.0,), (count,)) for count in (3, 100)]
    design = Design(tuple(parts), ("fr",), (1.0,))
    table = assemble(design, [builder.rows(design, lambda task, *_, v=v: v) for v in (1.0, 0.0)])
    heavy = {("t/3", 1, "fr"): 0.99, ("t/100", 1, "fr"): 0.01}
    assert intervals(rank(table, heavy, np.ones(2, dtype=bool))) == [(1, 2), (1, 2)]
    assert intervals(ranked(table.select([0, 1]))) == [(1, 1), (2, 2)]


def test_a_round_that_nobody_answered_orders_nobody(builder: Any) -> None:
    """Levels without a single answer are no clusters; with none at all there is no order and no error."""
    design = builder.design(levels=1, tasks=["problem_solving/a"])
    empty = assemble(design, [])
    ranking = rank(empty, area_weights(design), np.zeros(0, dtype=bool), replicates=10)
    assert ranking.beats.shape == (0, 0)


@pytest.mark.parametrize(("shape", "size"), [((1, 1, 10), 12), ((1, 1, 20), 12), ((3, 3, 2), 12), ((3, 4, 4), 50)])
def test_equals_seldom_beat_each_other(builder: Any, shape: tuple[int, int, int], size: int) -> None:
    """Everyone tied on few clusters: in at most 5 % of rounds (and two standard errors) anybody beats anybody."""
    tasks, levels, count = shape
    design = builder.design(levels, count, [f"t/{number}" for number in range(tasks)])
    rng, beaten = np.random.default_rng(count), 0
    for seed in range(120):
        table = builder.simulate(design, [(1 + levels) / 2] * size, rng)
        beaten += bool(ranked(table, seed=seed, replicates=100).beats.any())
    assert beaten / 120 <= 0.05 + 0.04


def test_one_lucky_cluster_is_no_lead(builder: Any) -> None:
    """A lead of a single cluster of ninety is not shown to be real."""
    design = builder.design()
    rows = [
        builder.rows(design, lambda task, level, _, i, k=k: float((task, level, i) in {("understanding/c", 1, k)}))
        for k in (0, -1)
    ]
    assert intervals(ranked(assemble(design, rows))) == [(1, 2), (1, 2)]


def test_baselines_change_nobodys_rank(builder: Any) -> None:
    """Contestants' intervals are the same with and without baselines; a baseline's is where it would stand."""
    table = builder.simulate(builder.design(), [0.0, 2.0, 2.2, 9.0, -9.0, 2.1], np.random.default_rng(4))
    contestants = [False, True, True, False, False, True]
    everyone = ranked(table, contestants)
    alone = ranked(table.select([1, 2, 5]))
    assert [intervals(everyone)[k] for k in (1, 2, 5)] == intervals(alone)
    assert intervals(everyone)[3] == (1, 1)  # ahead of all three: it would be first
    assert intervals(everyone)[4] == (4, 4)  # behind all three: it would be fourth


def test_unrankable_submissions_are_refused(builder: Any) -> None:
    """A submission without some mean is for the caller to leave out, not to be placed by accident."""
    design = builder.design(levels=2)
    rows = builder.rows(design, lambda task, level, *_: None if level == 2 else 1.0)
    with pytest.raises(ValueError, match="select the whole ones"):
        ranked(assemble(design, [rows]))


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 1000))
def test_the_order_of_entries_is_nothing(builder: Any, order: list[int], seed: int) -> None:
    """Permuting submissions permutes their intervals."""
    table = builder.simulate(builder.design(), [0.5, 1.5, 2.0, 2.0, 4.0], np.random.default_rng(seed))
    before, after = intervals(ranked(table, replicates=100)), intervals(ranked(table.select(order), replicates=100))
    assert after == [before[place] for place in order]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_intervals_agree_with_the_areas(builder: Any, seed: int) -> None:
    """Whoever beats another has the larger area; low <= high; one that leads on every item is never placed behind."""
    table = builder.simulate(builder.design(), [1.0, 2.0, 3.0], np.random.default_rng(seed))
    right = [builder.rows(table.design, lambda *_, v=v: v) for v in (1.0, 0.0)]
    top, bottom = (assemble(table.design, [rows]) for rows in right)
    joined = Scores(table.design, tuple(map(_beside, top.strata, table.strata, bottom.strata)), 5)
    ranking = ranked(joined, replicates=100)
    assert not (ranking.beats & (ranking.difference <= 0)).any()
    assert (ranking.low <= ranking.high).all()
    assert ranking.low[0] == 1
    assert ranking.high[4] == 5
    assert (ranking.low[0] <= ranking.low).all()
    assert (ranking.high[4] >= ranking.high).all()


def test_errors_and_resamples_agree(builder: Any) -> None:
    """The analytic error of a difference is the standard deviation of its resamples, with lacking items too."""
    design, rng = builder.design(levels=2, count=40), np.random.default_rng(9)
    rows = [
        builder.rows(design, lambda *_, p=p: None if rng.random() < 0.2 else float(rng.random() < p))
        for p in (0.6, 0.4)
    ]
    table, weights = assemble(design, rows), area_weights(design)
    moved = bootstrap(table, weights, 2000, seed=1)
    total, seen = pair_errors(table, weights)
    assert (moved[:, 0] - moved[:, 1]).std() == pytest.approx(total[0, 1], rel=0.06)
    assert seen[0, 1] == pytest.approx(total[0, 1])
    assert areas(table, weights) == pytest.approx([0.6, 0.4], abs=0.12)


def test_joint_coverage_with_ties(builder: Any) -> None:
    """In at least 95 % of rounds all six intervals hold all the ranks a submission may claim, four being tied."""
    design, rng, abilities = builder.design(levels=4, count=12), np.random.default_rng(12), [2.0] * 4 + [3.0, 3.2]
    truth = builder.truth(abilities, area_weights(design))
    best = 1 + (truth[:, None] > truth + 1e-9).sum(axis=0)
    worst = 6 - (truth[:, None] > truth + 1e-9).sum(axis=1)
    held = 0
    for seed in range(300):
        ranking = ranked(builder.simulate(design, abilities, rng), seed=seed)
        held += bool(((ranking.low <= best) & (ranking.high >= worst)).all())
    assert held / 300 >= 0.95


def test_a_real_lead_is_found(builder: Any) -> None:
    """Coverage is not bought with empty claims: far apart submissions are told apart."""
    table = builder.simulate(builder.design(levels=4, count=40), [1.0, 2.0, 3.0, 4.0], np.random.default_rng(2))
    assert intervals(ranked(table)) == [(4, 4), (3, 3), (2, 2), (1, 1)]


def _beside(*parts: Any) -> Any:
    """Strata of different submissions joined into one."""
    first = parts[0]
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1)
        for name in ("sums", "counts", "unscored", "graded")
    }
    return type(first)(first.task, first.level, first.languages, first.chance, first.clusters, **joined)
