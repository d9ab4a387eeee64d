"""Every pair of contestants, or what a table keeps of too many."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.comparing import ALL, NEAREST, Pairs, places, runs
from leaderboard.table import rounded


def pairs(areas: list[float], margin: float = 0.04) -> Pairs:
    """Contestants with these areas, told apart by more than the margin."""
    area = np.array(areas)
    gap = area[:, None] - area[None, :]
    names = tuple(f"team/{number}" for number in range(len(areas)))
    return Pairs(names, gap, gap - margin, gap + margin, np.abs(gap) > margin)


def test_a_small_round_has_every_pair_and_nothing_beside() -> None:
    """Up to the limit each pair is there once, in the order of the standings."""
    made = pairs([1.0, 0.97, 0.5])
    assert [(one["a"], one["b"], one["real"]) for one in made.comparisons()] == [
        ("team/0", "team/1", False),
        ("team/0", "team/2", True),
        ("team/1", "team/2", True),
    ]
    assert made.compared() is None
    assert pairs(list(np.linspace(1, 0, ALL))).compared() is None
    assert len(pairs(list(np.linspace(1, 0, ALL))).comparisons()) == ALL * (ALL - 1) // 2


def test_a_large_round_keeps_the_nearest_of_each() -> None:
    """Each contestant has its nearest; nobody's pair is there twice, and none that is far from both."""
    made = pairs(list(np.linspace(1, 0, 300)))
    found = made.comparisons()
    known = {(one["a"], one["b"]) for one in found}
    assert len(known) == len(found) < 300 * NEAREST
    assert all(int(a[5:]) < int(b[5:]) for a, b in known)
    beside: dict[str, int] = {}
    for a, b in known:
        for name in (a, b):
            beside[name] = beside.get(name, 0) + 1
    assert min(beside.values()) >= NEAREST
    assert max(int(b[5:]) - int(a[5:]) for a, b in known) <= NEAREST


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.1, 0.12, 0.14, 0.2, 0.3]), min_size=ALL + 1, max_size=ALL + 30))
def test_who_is_ahead_of_whom_is_never_lost(areas: list[float]) -> None:
    """From the runs of a large round's table every shown difference can be read again, and no other."""
    made = pairs(sorted(areas, reverse=True))
    compared = rounded(made.compared())
    said = {(name, compared["order"][place]) for name, found in compared["ahead"].items() for place in places(found)}
    rows, columns = np.nonzero(made.ahead)
    assert said == {(made.names[a], made.names[b]) for a, b in zip(rows, columns, strict=True)}
    assert (compared["pairs"], compared["real"]) == (made.count, len(said))


@given(st.lists(st.booleans(), max_size=40))
def test_runs_are_the_true_places(values: list[bool]) -> None:
    """Runs are apart from one another and hold every true place and no other."""
    found = runs(np.array(values, dtype=np.bool_))
    assert places(found) == [place for place, value in enumerate(values) if value]
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(found))
