"""Rules that read a grid as two panels, as a figure with a hidden part, or as a set of objects to be listed."""

from __future__ import annotations

import functools
from collections.abc import Callable

from tasks.problem_solving.grid_transforms.grids import BACKGROUND, Change, Grid, flipped, half_turned, mirrored
from tasks.problem_solving.grid_transforms.scenes import parsed

# --- two panels beside each other, a full line of one colour between them ------------------------------------------

LOGIC: dict[str, Callable[[bool, bool], bool]] = {
    "both": lambda left, right: left and right,
    "either": lambda left, right: left or right,
    "one only": lambda left, right: left != right,
    "neither": lambda left, right: not (left or right),
    "left only": lambda left, right: left and not right,
    "right only": lambda left, right: right and not left,
    "same": lambda left, right: left == right,
    "not both": lambda left, right: not (left and right),
}


def compared(logic: Callable[[bool, bool], bool], colour: str, grid: Grid) -> Grid | None:
    """One panel with a colour where a logical rule holds of both panels' cells; None without two panels."""
    middle, odd = divmod(len(grid[0]), 2)
    if not odd or len({row[middle] for row in grid}) > 1 or grid[0][middle] == BACKGROUND:
        return None
    return tuple(
        "".join(
            colour if logic(a != BACKGROUND, b != BACKGROUND) else BACKGROUND
            for a, b in zip(row[:middle], row[middle + 1 :], strict=True)
        )
        for row in grid
    )


# --- a figure that is the same mirrored and flipped, with a hidden part ---------------------------------------------


@functools.lru_cache(maxsize=64)
def completed(grid: Grid, hiding: str) -> Grid | None:
    """The grid whose hidden cells show what a mirror puts there; None where every image is hidden too."""
    if not any(hiding in row for row in grid):
        return None
    made = grid
    for image in (mirrored(grid), flipped(grid), half_turned(grid)):
        made = tuple(
            "".join([b if a == hiding else a for a, b in zip(row, other, strict=True)]) if hiding in row else row
            for row, other in zip(made, image, strict=True)
        )
    return None if any(hiding in row for row in made) else made


def revealed(grid: Grid, hiding: str) -> Grid | None:
    """Only the part that was hidden."""
    whole = completed(grid, hiding)
    if whole is None:
        return None
    rows = [n for n, row in enumerate(grid) if hiding in row]
    columns = [n for row in grid for n, cell in enumerate(row) if cell == hiding]
    return tuple(row[min(columns) : max(columns) + 1] for row in whole[rows[0] : rows[-1] + 1])


# --- objects listed -------------------------------------------------------------------------------------------------


def _bars(bars: list[tuple[int, str]]) -> Grid | None:
    """A row for each bar, from the left; bars of one length have no order, so there is no grid."""
    lengths = [length for length, _ in bars]
    if not bars or len(set(lengths)) < len(bars):
        return None
    return tuple((colour * length).ljust(max(lengths), BACKGROUND) for length, colour in bars)


def _by_object(grid: Grid) -> list[tuple[int, str]]:
    return [(thing.area, thing.colour) for thing in parsed(grid).things]


def _by_colour(grid: Grid) -> list[tuple[int, str]]:
    found = [thing.colour for thing in parsed(grid).things]
    return [(found.count(colour), colour) for colour in dict.fromkeys(found)]


def _by_cells(grid: Grid) -> list[tuple[int, str]]:
    cells = "".join(grid).replace(BACKGROUND, "")
    return [(cells.count(colour), colour) for colour in dict.fromkeys(cells)]


CHARTS: dict[str, Change] = {
    "objects by area, smallest first": lambda grid: _bars(sorted(_by_object(grid))),
    "objects by area, largest first": lambda grid: _bars(sorted(_by_object(grid), reverse=True)),
    "colours by objects, fewest first": lambda grid: _bars(sorted(_by_colour(grid))),
    "colours by objects, most first": lambda grid: _bars(sorted(_by_colour(grid), reverse=True)),
    "colours by cells, fewest first": lambda grid: _bars(sorted(_by_cells(grid))),
    "colours by cells, most first": lambda grid: _bars(sorted(_by_cells(grid), reverse=True)),
}
