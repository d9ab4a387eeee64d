"""What the end of a batch loses."""

from __future__ import annotations

import pytest

from harness.engine.transformers.drain import Drain


def test_nothing_is_lost_where_places_are_always_full() -> None:
    """Passes over nearly all rows cost what they cost, waited for or not."""
    drain = Drain()
    for rows in (10, 10, 9):
        drain.note(rows, rows * 0.01, alone=rows < 10)
    assert drain.lost == 0.0


def test_the_last_passes_lose_what_they_take_beyond_their_tokens() -> None:
    """Ten rows in 0.1 s are 0.01 s a token; three passes of 0.06 s over two rows each lose 0.04 s."""
    drain = Drain()
    for _ in range(5):
        drain.note(10, 0.1, alone=False)
    for _ in range(3):
        drain.note(2, 0.06, alone=True)
    assert drain.lost == pytest.approx(3 * (0.06 - 2 * 0.01))


def test_few_rows_while_others_wait_are_no_end() -> None:
    """Places that memory keeps empty are the batch's usual way, not its end."""
    drain = Drain()
    drain.note(10, 0.1, alone=False)
    drain.note(2, 0.06, alone=False)
    assert drain.lost == 0.0


def test_passes_that_are_cheap_for_few_rows_lose_nothing() -> None:
    """A machine that is quicker at the end gives no time back."""
    drain = Drain()
    drain.note(10, 0.1, alone=False)
    drain.note(2, 0.001, alone=True)
    assert drain.lost == 0.0
    assert Drain().lost == 0.0
