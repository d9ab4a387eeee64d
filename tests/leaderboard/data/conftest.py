"""A round with hostile names as published data, made once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from leaderboard.comparing import Pairs
from leaderboard.data import files

Table = dict[str, Any]
TITLES = (
    '=HYPERLINK("https://evil.example";"prize")',
    "\u202e+1-2, \u00abdroite à gauche\u00bb\r\nand a second line",
    "\ufeff\t@SUM(A1:A9)",
    "plain; =1+1",
    "\ud800 half a character \x00",
)


@dataclass
class Given:
    """What data is made from."""

    table: Table
    pairs: Pairs | None = None
    url: str = ""


def published(table: Table, **more: Any) -> dict[str, bytes]:
    """Every file of the data, by its path below the round's folder."""
    made = list(files(Given(table, **more)))
    assert len({path for path, _ in made}) == len(made)
    return dict(made)


@pytest.fixture(scope="session")
def hostile(make_table: Callable[..., Table]) -> Table:
    """Eight submissions, five of them with titles that somebody might fall for."""
    table = make_table()
    for row, title in zip(table["standings"], TITLES, strict=False):
        row["title"] = title
    return table


@pytest.fixture(scope="session")
def data(hostile: Table) -> dict[str, bytes]:
    """The hostile round's files."""
    return published(hostile)


@pytest.fixture(scope="session")
def make_data() -> Callable[..., dict[str, bytes]]:
    """The generator itself."""
    return published


@pytest.fixture(scope="session")
def make_pairs() -> Callable[[int], Pairs]:
    """Pairs of so many contestants, each half a point behind the one before; four points are shown."""

    def made(count: int) -> Pairs:
        area = 1.0 - np.arange(count) / 200
        gap = area[:, None] - area[None, :]
        names = tuple(f"team/entry-{number}" for number in range(count))
        return Pairs(names, gap, gap - 0.04, gap + 0.04, np.abs(gap) > 0.04 + 1e-9)

    return made
