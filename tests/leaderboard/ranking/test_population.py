"""Who else takes part: it changes nobody's level or area, and a rank interval only in the direction it must."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.ranking import LevelTest, Scores, area_weights, assemble, overall_levels, rank, task_levels
from leaderboard.ranking.contrasts import contrast

TASK = "problem_solving/a"
Populations = st.lists(st.floats(0, 4), min_size=2, max_size=6)
Seeds = st.integers(0, 1000)


def facts(scores: Scores) -> dict[str, Any]:
    """Everything absolute that is said of a submission."""
    area = contrast(scores, area_weights(scores.design))
    found = {"value": area.value, "low": area.low, "high": area.high}
    for tau in (0.5, 0.8):
        found |= {
            f"round {tau}": overall_levels(scores, LevelTest(tau)),
            f"task {tau}": task_levels(scores, TASK, LevelTest(tau)),
        }
    return found


def same(before: dict[str, Any], after: dict[str, Any], places: list[int]) -> None:
    """The submissions at `places` are now what they were; levels exactly, areas to rounding."""
    for key, values in before.items():
        assert after[key][places] == pytest.approx(values, abs=1e-12), key


def ranked(scores: Scores) -> Any:
    """Rank intervals of everyone."""
    return rank(scores, area_weights(scores.design), np.ones(scores.size, dtype=bool), replicates=100)


def joined(builder: Any, scores: Scores, value: float) -> Scores:
    """The round with one more submission that has the same score everywhere."""
    (rows,) = (builder.rows(scores.design, lambda *_: value),)
    other = assemble(scores.design, [rows])
    strata = [
        type(one)(
            *(one.task, one.level, one.languages, one.chance, one.clusters),
            *(np.concatenate([getattr(part, name) for part in (one, more)], axis=-1)
              for name in ("sums", "counts", "unscored", "graded")),
        )
        for one, more in zip(scores.strata, other.strata, strict=True)
    ]  # fmt: skip
    return Scores(scores.design, tuple(strata), scores.size + 1)


@settings(max_examples=15)
@given(Populations, Seeds, st.randoms(use_true_random=False))
def test_permuting_changes_nothing(builder: Any, abilities: list[float], seed: int, random: Any) -> None:
    """In any order everyone has the same level, area and rank interval."""
    table = builder.simulate(builder.design(), abilities, np.random.default_rng(seed))
    order = list(range(table.size))
    random.shuffle(order)
    moved, back = table.select(order), [order.index(place) for place in range(table.size)]
    same(facts(table), facts(moved), back)
    before, after = ranked(table), ranked(moved)
    assert (after.low[back] == before.low).all()
    assert (after.high[back] == before.high).all()


@settings(max_examples=15)
@given(Populations, Seeds, st.data())
def test_a_clone_takes_a_place_and_nothing_else(builder: Any, abilities: list[float], seed: int, data: Any) -> None:
    """Whoever the original beats has one more ahead; whoever does not beat it, one more place to fall to."""
    table = builder.simulate(builder.design(), abilities, np.random.default_rng(seed))
    one = data.draw(st.integers(0, table.size - 1))
    everyone = list(range(table.size))
    with_clone = table.select([*everyone, one])
    same(facts(table), facts(with_clone), everyone)
    before, after = ranked(table), ranked(with_clone)
    assert (after.low[:-1] == before.low + before.beats[one]).all()
    assert (after.high[:-1] == before.high + ~before.beats[:, one]).all()
    assert (after.low[-1], after.high[-1]) == (after.low[one], after.high[one])


@settings(max_examples=15)
@given(Populations, Seeds)
def test_a_worse_model_pushes_nobody_down(builder: Any, abilities: list[float], seed: int) -> None:
    """One that is wrong everywhere leaves levels and areas alone; no best rank gets worse, no worst rank better.

    Intervals may widen, as more pairs are judged at once; nobody wins or loses a comparison the other way round.
    """
    table = builder.simulate(builder.design(), abilities, np.random.default_rng(seed))
    everyone = list(range(table.size))
    more = joined(builder, table, 0.0)
    same(facts(table), facts(more), everyone)
    before, after = ranked(table), ranked(more)
    assert (after.low[:-1] <= before.low).all()
    assert (after.high[:-1] >= before.high).all()
    assert not (after.beats[:-1, :-1] & ~before.beats).any()
    assert not after.beats[-1].any()
