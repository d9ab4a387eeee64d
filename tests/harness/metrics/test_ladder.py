"""What a run asks next: a function of the completed prefix alone, whoever asks, in whatever batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.ladder import (
    Ladder,
    Stopping,
    cleared,
    climb,
    cluster_mean,
    core_of,
    next_items,
    next_wave,
    wanted,
)

CAP = 40
LADDER = Ladder((0.0, 0.25, 0.0), (CAP, CAP, CAP))
BOTH = (0.5, 0.8)


@st.composite
def worlds(draw: st.DrawFn) -> list[list[float | None]]:
    """What every cluster of a ladder would be scored, were it asked: easier levels first, some unscored."""
    rng = Random(draw(st.integers(0, 10_000)))
    ability = draw(st.floats(0.2, 1.0))
    means = [ability, ability * draw(st.floats(0.4, 1.0)), ability * draw(st.floats(0.0, 1.0))]
    return [[None if rng.random() < 0.03 else float(rng.random() < mean) for _ in range(CAP)] for mean in means]


def play(
    stopping: Stopping, world: list[list[float | None]], rng: Random | None = None
) -> list[dict[int, float | None]]:
    """Run a ladder to its end; with `rng`, answers come in any order and any number before the next look."""
    results: list[dict[int, float | None]] = [{} for _ in world]
    while wave := next_wave(stopping, LADDER, results):
        if rng:
            rng.shuffle(wave)
            wave = wave[: rng.randint(1, len(wave))]
        for level, place in wave:
            assert place not in results[level - 1]  # nothing is asked twice
            results[level - 1][place] = world[level - 1][place]
    return results


def verdicts(stopping: Stopping, results: Sequence[dict[int, float | None]]) -> list[object]:
    """The verdicts of both ladders."""
    return [climb(stopping, LADDER, results, tau) for tau in stopping.thresholds]


@settings(max_examples=25, deadline=None)
@given(worlds(), st.integers(0, 20), st.integers(1, 30), st.integers(1, 30))
def test_batches_change_no_verdict(world: list[list[float | None]], core: int, step: int, other: int) -> None:
    """Any core and any batch size give the verdicts of asking everything."""
    everything = [dict(enumerate(level)) for level in world]
    for size in (step, other):
        stopping = Stopping(core, size, thresholds=BOTH)
        assert verdicts(stopping, play(stopping, world)) == verdicts(stopping, everything)


@settings(max_examples=25, deadline=None)
@given(worlds(), st.integers(0, 20), st.integers(1, 15), st.integers(0, 10_000))
def test_shards_and_interruptions_change_nothing(
    world: list[list[float | None]], core: int, step: int, seed: int
) -> None:
    """Answers that come in any order, with looks and stops at any time between, end with the very same items asked."""
    stopping = Stopping(core, step, thresholds=BOTH)
    assert play(stopping, world, Random(seed)) == play(stopping, world)


@settings(max_examples=25, deadline=None)
@given(worlds(), st.integers(0, 20), st.integers(1, 15))
def test_the_core_is_complete_and_no_more_is_asked_than_tells(
    world: list[list[float | None]], core: int, step: int
) -> None:
    """Every level has its core; beyond it, at most a batch past each verdict, and nothing above a level that failed."""
    stopping = Stopping(core, step, thresholds=BOTH)
    results = play(stopping, world)
    reached = [climb(stopping, LADDER, results, tau) for tau in BOTH]
    for level, found in enumerate(results):
        ends = [climbed[level].at for climbed in reached if len(climbed) > level]
        assert sorted(found) == list(range(len(found)))
        assert max([core, *ends]) <= len(found) or len(found) == CAP
        assert len(found) < max([core, *ends]) + step if ends else len(found) == min(core, CAP)


def test_a_perfect_submission_climbs_at_once() -> None:
    """All right: seven clusters clear a level at one half (E_7 = 31.9); only then is the second level asked."""
    stopping, ladder = Stopping(0, 7, thresholds=(0.5,)), Ladder((0.0, 0.0), (50, 50))
    assert wanted(stopping, ladder, [{}, {}]) == [7, 0]
    first = dict.fromkeys(range(7), 1.0)
    assert wanted(stopping, ladder, [first, {}]) == [7, 7]
    assert cleared(stopping, ladder, [first, first], 0.5) == 2
    assert next_wave(stopping, ladder, [first, first]) == []


def test_above_a_failed_level_only_the_core_is_asked() -> None:
    """All wrong at level 1: levels 2 and 3 keep their core, for the averages."""
    stopping, ladder = Stopping(4, 5, thresholds=(0.5,)), Ladder((0.0,) * 3, (50,) * 3)
    wrong = dict.fromkeys(range(9), 0.0)
    assert next_wave(stopping, ladder, [wrong, {}, {}]) == [(level, place) for level in (2, 3) for place in range(4)]


def test_a_hole_holds_the_ladder() -> None:
    """Only the completed prefix counts: an answer that is missing is waited for, whatever came after it."""
    stopping, ladder = Stopping(0, 10, thresholds=(0.5,)), Ladder((0.0, 0.0), (50, 50))
    holed = {place: 1.0 for place in range(10) if place != 3}
    assert next_wave(stopping, ladder, [holed, {}]) == [(1, 3)]


@pytest.mark.parametrize(
    "wrong", [{"core": -1}, {"step": 0}, {"alpha": 0.0}, {"thresholds": ()}, {"thresholds": (1.0,)}]
)
def test_designs_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    """Negative cores, empty batches, certain verdicts and thresholds at the ends are errors."""
    with pytest.raises(ValueError, match=r"core|thresholds"):
        Stopping(**{"core": 1, "step": 1, **wrong})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Told:
    """An item's place."""

    task: str
    level: int
    language: str
    cluster: str
    index: int


def told(levels: int = 2, count: int = 12) -> dict[str, Told]:
    """The items of two tasks in two languages, as a plan orders them."""
    return {
        f"{task}/{level}/{language}/{index}": Told(task, level, language, f"{task}/{level}/{index}", index)
        for task in ("a", "b")
        for level in range(1, levels + 1)
        for language in ("fr", "en")
        for index in range(count)
    }


def test_items_of_a_cluster_are_asked_together() -> None:
    """The core is of both languages; a cluster counts when both have an answer; the others go on meanwhile."""
    items, stopping = told(), Stopping(2, 5, thresholds=(0.5,))
    chance = {"a": (0.0, 0.0), "b": (0.0, 0.0)}
    core = next_items(stopping, chance, items, {})
    assert core == [name for name, item in items.items() if item.index < 2]
    done = dict.fromkeys(core, 1.0)
    wave = next_items(stopping, chance, items, done)
    assert wave == [name for name, item in items.items() if item.level == 1 and 2 <= item.index < 7]
    done |= {name: 1.0 for name in wave if name != "a/1/en/5"}
    later = next_items(stopping, chance, items, done)
    assert later[0] == "a/1/en/5"
    assert {(items[name].task, items[name].level) for name in later[1:]} == {("b", 2)}
    done["a/1/en/5"] = 1.0
    assert {items[name].level for name in next_items(stopping, chance, items, done)} == {2}


def test_a_language_without_score_makes_a_cluster_unscored() -> None:
    """Languages weigh the same, however many items each has; with one of them unscored there is no mean."""
    assert cluster_mean([("fr", 1.0), ("en", 0.0), ("en", 1.0)]) == pytest.approx(0.75)
    assert cluster_mean([("fr", 1.0), ("en", None)]) is None
    assert cluster_mean([]) is None


def test_the_core_of_a_record() -> None:
    """The rows of the first clusters of every level, in their order."""
    rows = list(told().values())
    core = core_of(rows, 3)
    assert core == [row for row in rows if row.index < 3]
