"""Feedback through the Ladder: what it tells, what it keeps, and how it holds against somebody who climbs."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import PublishError
from harness.types import ScoreRow
from leaderboard.feedback import (
    FILE,
    Shares,
    State,
    announce,
    overfit_bound,
    read_state,
    shares,
    teams,
    tell,
    threshold,
)
from leaderboard.ranking import Design, TaskDesign, area_weights, assemble, contrast

Answers = np.ndarray  # 0/1, one item a cluster


def equal(right: Answers) -> Shares:
    """A round of one task and level, all items alike."""
    size = len(right)
    keys = [str(number) for number in range(size)]
    share = {key: float(value) / size for key, value in zip(keys, right, strict=True)}
    return Shares(share, dict.fromkeys(keys, 1 / size), dict.fromkeys(keys, "t/1"))


def rows(seed: int) -> tuple[Design, list[ScoreRow]]:
    """Two tasks, two levels, two languages, with scores at random."""
    rng, made = np.random.default_rng(seed), []
    tasks = [("problem_solving/a", 0.0), ("understanding/b", 0.25)]
    for name, chance in tasks:
        for level in (1, 2):
            for index in range(12):
                for language in ("fr", "en"):
                    place = f"{name}/L{level:02d}/{index:05d}"
                    value = float(rng.random() < 0.6)
                    item = f"{name}/{language}/L{level:02d}/{index:05d}"
                    fields = (item, name, level, language, place, index, chance, value, "right" if value else "wrong")
                    made.append(ScoreRow(*fields, capped=False))
    parts = tuple(
        TaskDesign(name, name.partition("/")[0], ("fr", "en"), (chance,) * 2, (12,) * 2) for name, chance in tasks
    )
    return Design(parts, ("fr", "en"), (0.5, 0.5)), made


def test_shares_add_up_to_the_area() -> None:
    """The clusters' shares are the area of the standings, and eta against nothing is its clustered error."""
    design, made = rows(0)
    scores = assemble(design, [made])
    split = shares(scores)
    area = contrast(scores, area_weights(design))
    assert split.value == pytest.approx(area.value[0])
    assert len(split.share) == 48
    assert threshold(split, {}) == pytest.approx(max(area.se[0], split.step))
    assert area.se[0] < split.step


def test_the_step_is_one_over_the_root_of_n() -> None:
    """N equal items: eta is never below 1/sqrt(n), twice the largest standard error of a mean of 0/1 scores."""
    assert equal(np.ones(400)).step == pytest.approx(0.05)


def test_eta_is_the_paired_standard_error_where_that_is_larger() -> None:
    """Differences spread beyond 1 (chance-corrected ones can be) raise eta above the step."""
    wild = Shares({"a": 0.5, "b": -0.5, "c": 0.5, "d": -0.5}, dict.fromkeys("abcd", 0.25), dict.fromkeys("abcd", "t/1"))
    assert threshold(wild, dict.fromkeys("abcd", 0.0)) == pytest.approx(math.sqrt(4 * np.var([1, -1] * 2, ddof=1)) / 2)


def test_the_ladder_step_by_step() -> None:
    """100 items, steps of 0.1: 52 right is told as 0.5; 61 gains more than a step and is told as 0.6; 70 does not."""
    state, told = State(), []
    for right in (52, 55, 60, 61, 70, 71, 30):
        state, changed = announce(state, equal(np.arange(100) < right))
        told.append((round(state.announced or 0, 9), changed))
    assert told == [(0.5, True), (0.5, False), (0.5, False), (0.6, True), (0.6, False), (0.7, True), (0.7, False)]
    assert (state.asked, state.changes) == (7, 3)


@given(st.lists(st.lists(st.integers(0, 1), min_size=9, max_size=9), min_size=1, max_size=30))
def test_what_is_announced_never_falls(answers: list[list[int]]) -> None:
    """Announcements only rise, by half a step at least, are multiples of it, and stay within a step of the best."""
    state = State()
    for right in answers:
        new = equal(np.array(right))
        before, (state, changed) = state, announce(state, new)
        assert state.announced is not None
        assert state.announced / new.step == pytest.approx(round(state.announced / new.step))
        if before.announced is not None:
            assert changed == (state.announced > before.announced)
            assert new.value <= state.announced + max(threshold(new, before.best), new.step) + 1e-9
        again, repeated = announce(state, new)
        assert not repeated
        assert again.announced == state.announced


def climb(ask: Callable[[Answers], float], items: int, submissions: int, flips: int, seed: int) -> float:
    """Somebody without any skill (true score 1/2): change some answers, keep what was told to be better."""
    rng = np.random.default_rng(seed)
    key, answers, best = rng.random(items) < 0.5, rng.random(items) < 0.5, -1.0
    for _ in range(submissions):
        tried = answers.copy()
        if best >= 0:
            changed = rng.choice(items, flips, replace=False)
            tried[changed] = ~tried[changed]
        told = ask((tried == key).astype(float))
        if told > best:
            best, answers = told, tried
    return best - 0.5


def ladder() -> tuple[Callable[[Answers], float], list[State]]:
    """One that answers by the Ladder, and the states it went through."""
    states = [State()]

    def ask(right: Answers) -> float:
        states.append(announce(states[-1], equal(right))[0])
        return float(states[-1].announced or 0)

    return ask, states


@pytest.mark.parametrize("flips", [1, 10, 60])
def test_climbing_gains_little_on_the_ladder(flips: int) -> None:
    """200 submissions on 600 items: plain scores are overfitted three times as far as the Ladder, or further."""
    plain = np.mean([climb(lambda right: float(right.mean()), 600, 200, flips, seed) for seed in range(3)])
    excess = []
    for seed in range(3):
        ask, states = ladder()
        excess.append(climb(ask, 600, 200, flips, seed))
        assert excess[-1] < overfit_bound(equal(np.ones(600)).step, states[-1].asked, states[-1].changes)
    assert plain > 0.1
    assert np.mean(excess) < plain / 3


def test_a_real_gain_is_announced() -> None:
    """Models truly better by four steps each are new bests, each announced within a step and a half of the truth."""
    rng, ask = np.random.default_rng(1), ladder()[0]
    for truth in (0.3, 0.5, 0.7, 0.9):
        assert ask((rng.random(400) < truth).astype(float)) == pytest.approx(truth, abs=0.075)


def test_the_bound_grows_with_what_was_told() -> None:
    """More answers or more changes allow more overfitting; more items allow less; unsure is narrower than sure."""
    here = overfit_bound(0.05, 100, 3)
    assert overfit_bound(0.05, 200, 3) > here
    assert overfit_bound(0.05, 100, 4) > here
    assert overfit_bound(0.025, 100, 3) < here
    assert overfit_bound(0.05, 100, 3, confidence=0.5) < here
    assert overfit_bound(0.1, 1, 0, confidence=0.0) == pytest.approx(0.05)


def test_the_journal_is_the_state(tmp_path: Path) -> None:
    """Every answer is a line; a new process goes on from them; teams do not see each other's ladder."""
    journal = tmp_path / "spring" / FILE
    first = tell(journal, "alpha", "one", equal(np.arange(100) < 50))
    second = tell(journal, "alpha", "two", equal(np.arange(100) < 55))
    other = tell(journal, "bravo", "one", equal(np.arange(100) < 55))
    third = tell(journal, "alpha", "three", equal(np.arange(100) < 70))
    assert [line.changed for line in (first, second, other, third)] == [True, False, True, True]
    assert [line.asked for line in (first, second, other, third)] == [1, 2, 1, 3]
    assert second.announced == first.announced
    assert not second.share
    state = read_state(journal, "alpha")
    assert (state.announced, state.asked, state.changes) == (third.announced, 3, 2)
    assert state.best == third.share
    assert teams(journal) == ["alpha", "bravo"]


def test_a_torn_last_line_is_asked_again(tmp_path: Path) -> None:
    """A process killed in mid-line leaves the state of the line before."""
    journal = tmp_path / FILE
    tell(journal, "alpha", "one", equal(np.arange(100) < 50))
    with journal.open("ab") as stream:
        stream.write(b'{"team": "alpha", "entr')
    assert tell(journal, "alpha", "two", equal(np.arange(100) < 90)).asked == 2


def test_a_round_drawn_again_starts_no_comparison(tmp_path: Path) -> None:
    """Other items than those of the journal are refused rather than compared."""
    journal, other = tmp_path / FILE, Shares({"z": 1.0}, {"z": 1.0}, {"z": "t/1"})
    tell(journal, "alpha", "one", equal(np.ones(9)))
    with pytest.raises(PublishError, match="other items"):
        tell(journal, "alpha", "two", other)
