"""What a class may spend: classes by size, tokens an item, seconds and joules over all sessions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.conditions.budgets import Budget, Spending, capped, class_of
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
