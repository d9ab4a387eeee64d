"""Two rounds to publish: as little as makes a publication."""

from collections.abc import Callable
from typing import Any

import pytest

Table = dict[str, Any]


@pytest.fixture
def autumn(make_table: Callable[..., Table]) -> Table:
    """The round `example`, of 2026-11-01."""
    return make_table(submissions=3, tasks=1, levels=2)


@pytest.fixture
def spring(make_table: Callable[..., Table]) -> Table:
    """A later round, with other submissions."""
    table = make_table(submissions=2, tasks=2, levels=2, seed=8)
    titles = {"fr": "Manche de printemps", "en": "Spring round"}
    table["round"].update(name="spring-2027", date="2027-03-01", title=titles)
    return table
