"""What a class may spend: classes by size, tokens an item, seconds and joules over all sessions."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.conditions.budgets import Budget, Elsewhere, Spending, capped, class_of, shared
from harness.errors import RoundError
from harness.types import Message, Request, Sampling

SMALL, LARGE, ANY = Budget(10**9, 100), Budget(10**10, 200), Budget(None, 400)


def request(tokens: int, options: tuple[str, ...] = ()) -> Request:
    """A request with a budget of tokens of its own."""
    return Request("i", "fr", (Message("user", "?"),), Sampling(tokens, stop=("\n",)), options)


@pytest.mark.parametrize(("parameters", "found"), [(0, SMALL), (10**9, SMALL), (10**9 + 1, LARGE), (10**12, ANY)])
def test_a_submission_is_in_the_smallest_class_that_holds_it(parameters: int, found: Budget) -> None:
    """A class holds what has so many parameters or fewer, in whatever order the round lists classes."""
    assert class_of([ANY, LARGE, SMALL], parameters) == found


def test_without_budgets_there_is_no_limit() -> None:
    """A round that states no budgets limits nothing."""
    assert class_of([], 10**12) == Budget()
    assert Spending(Budget()).left() == math.inf


def test_a_submission_beyond_every_class_is_refused() -> None:
    """The error names the classes that there are."""
    with pytest.raises(RoundError, match=r"up to 1,000,000,000, up to 10,000,000,000"):
        class_of([LARGE, SMALL], 10**11, where="a/b")


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 2000))
def test_no_item_gets_more_tokens_than_its_class_has(tokens: int, most: int, used: int) -> None:
    """A request asks for what is left of its item's tokens at most, and for one at least; nothing else changes."""
    before = request(tokens)
    after = capped(before, Budget(tokens_per_item=most), used)
    assert after.sampling.max_new_tokens == min(tokens, max(most - used, 1))
    assert (after.messages, after.sampling.stop, after.item) == (before.messages, before.sampling.stop, before.item)


def test_requests_to_choose_generate_nothing_and_are_not_capped() -> None:
    """Options are weighed whole, whatever the budget; without a budget a request is the same object."""
    chosen, free = request(0, ("a", "b")), request(500)
    assert capped(chosen, Budget(tokens_per_item=1)) is chosen
    assert capped(free, Budget()) is free


def test_seconds_count_from_the_loaded_model_and_over_sessions() -> None:
    """Loading costs nothing; what earlier sessions spent counts; the reason names the budget."""
    now = [100.0]
    spending = Spending(Budget(seconds=60), {"engine_seconds": 45.0}, clock=lambda: now[0])
    now[0] = 500
    assert (spending.left(), spending.overrun) == (15, "")
    spending.begin()
    now[0] = 514.5
    assert (spending.left(), spending.overrun) == (0.5, "")
    now[0] = 515
    assert spending.overrun == "the budget of 60 seconds of engine time is spent"
    assert spending.seconds == 60


def test_a_budget_that_earlier_sessions_spent_is_spent() -> None:
    """A record that was killed at its limit asks nothing more, before any model is loaded."""
    assert "spent" in Spending(Budget(seconds=60), {"engine_seconds": 60.0}).overrun


def test_joules_count_over_sessions_where_they_are_measured() -> None:
    """Earlier and present joules together; where any of them is not measured, there is no figure to go by."""
    budget = Budget(joules=1000)
    assert Spending(budget, {"joules": 400.0}, lambda: 599.0).overrun == ""
    assert Spending(budget, {"joules": 400.0}, lambda: 600.0).overrun == "the budget of 1000 joules is spent"
    assert Spending(budget, {"joules": None}, lambda: 5000.0).joules is None
    assert Spending(budget, {"joules": 0.0}, lambda: None).overrun == ""


def test_a_spent_budget_stays_spent() -> None:
    """A counter that is lost after the limit was reached gives nothing back."""
    found: list[float | None] = [10.0]
    spending = Spending(Budget(joules=5), {}, lambda: found[0])
    first = spending.overrun
    found[0] = None
    assert spending.overrun == first != ""


@given(st.lists(st.tuples(st.floats(1, 1000), st.floats(1, 200)), min_size=1, max_size=30), st.randoms())
def test_parts_side_by_side_never_spend_more_than_the_budget(parts: list[tuple[float, float]], random: Random) -> None:
    """Whatever each costs and however late it hears of the others, the sum stays within; the last has all the rest."""
    budget, now = Budget(seconds=1000.0), [0.0]
    tokens = {number: cost for number, (cost, _) in enumerate(parts, 1)}
    open_, done = dict.fromkeys(tokens, 0.0), {}
    heard: dict[int, Elsewhere] = {number: shared(tokens, number, {}) for number in tokens}
    while open_:
        number = random.choice(list(open_))
        if random.random() < 0.5:
            heard[number] = shared(tokens, number, done)
        spending = Spending(budget, {"engine_seconds": open_[number]}, clock=lambda: now[0])
        spending.beside = heard[number]
        spending.begin()
        step = min(parts[number - 1][1], max(spending.left(), 0.0))  # an engine is not waited for beyond it
        now[0] += step
        open_[number] += step
        if step == 0 or random.random() < 0.1:
            done[number] = {"seconds": open_.pop(number), "joules": None}
        assert sum(open_.values()) + sum(one["seconds"] for one in done.values()) <= 1000.0 + 1e-6
        if len(open_) == 1:
            (last,) = open_
            spending = Spending(budget)
            spending.beside = shared(tokens, last, done)
            assert spending.left() == pytest.approx(1000.0 - sum(one["seconds"] for one in done.values()))


def test_a_share_is_by_expected_tokens_and_grows_by_what_others_left() -> None:
    """A quarter of the tokens has a quarter of the budget, and half of what a finished half left, of joules too."""
    tokens = {1: 50.0, 2: 25.0, 3: 25.0}
    spending = Spending(Budget(seconds=100, joules=1000), {}, lambda: 300.0)
    spending.beside = shared(tokens, 2, {})
    assert (spending.left(), spending.overrun[:16]) == (25.0, "a shard's share ")
    spending = Spending(Budget(seconds=100, joules=1000), {}, lambda: 300.0)
    spending.beside = shared(tokens, 2, {1: {"seconds": 10.0, "joules": 300.0}})
    assert (spending.left(), spending.overrun) == (45.0, "")
    assert shared(tokens, 2, {1: {"seconds": 10.0, "joules": None}}).joules is None


def test_what_was_under_way_when_our_fault_ended_it_counts_no_more() -> None:
    """Seconds and joules up to the last answer that was kept count, and not those after it; twice adds up."""
    now = [0.0]
    before = {"engine_seconds": 10.0, "joules": 100.0, "given_back": {"stopped": {"seconds": 4.0, "joules": 40.0}}}
    spending = Spending(Budget(seconds=60, joules=1000), before, lambda: 10 * now[0], lambda: now[0])
    spending.begin()
    now[0] = 20.0
    spending.keep()
    now[0] = 50.0
    assert spending.left() == 4.0
    spending.give_back()
    assert spending.given_back == {"stopped": {"seconds": 34.0, "joules": 340.0}}
    assert (spending.left(), spending.seconds) == (34.0, 60.0)


def test_a_spent_budget_gives_nothing_back() -> None:
    """Where it was the limit that ended the work, a fault that comes after it changes nothing."""
    now = [0.0]
    spending = Spending(Budget(seconds=60), clock=lambda: now[0])
    spending.begin()
    now[0] = 61.0
    assert spending.overrun
    spending.give_back()
    assert spending.given_back == {}
