"""Grids as tuples of rows of digits, and what changes a whole grid at once. 0 is the background."""

from __future__ import annotations

import functools
from collections.abc import Callable

Grid = tuple[str, ...]
BACKGROUND = "0"
Change = Callable[[Grid], Grid | None]  # None: the change cannot be made on this grid


def transposed(grid: Grid) -> Grid:
    """Rows become columns."""
    return tuple(map("".join, zip(*grid, strict=True)))


def mirrored(grid: Grid) -> Grid:
    """Left becomes right."""
    return tuple(row[::-1] for row in grid)


def flipped(grid: Grid) -> Grid:
    """Top becomes bottom."""
    return grid[::-1]


def half_turned(grid: Grid) -> Grid:
    """Turned by 180 degrees."""
    return tuple(row[::-1] for row in grid[::-1])


TURNS: dict[str, Change] = {
    "mirror": mirrored,
    "flip": flipped,
    "half turn": half_turned,
    "transpose": transposed,
    "turn right": lambda grid: transposed(grid[::-1]),
    "turn left": lambda grid: transposed(grid)[::-1],
    "transpose back": lambda grid: half_turned(transposed(grid)),
}
UNTURNED = {"turn right": "turn left", "turn left": "turn right"}  # every other turn undoes itself


def oriented(change: Callable[[Grid], Grid], side: str, grid: Grid) -> Grid:
    """A change that works towards the left, made towards any side."""
    there, back = _TOWARDS[side]
    return back(change(there(grid)))


_TOWARDS: dict[str, tuple[Callable[[Grid], Grid], Callable[[Grid], Grid]]] = {
    "left": (lambda grid: grid, lambda grid: grid),
    "right": (mirrored, mirrored),
    "up": (transposed, transposed),
    "down": (lambda grid: half_turned(transposed(grid)), lambda grid: half_turned(transposed(grid))),
}
SIDES = tuple(_TOWARDS)


# --- size ---------------------------------------------------------------------------------------------------------


def _enlarged(grid: Grid, times: int) -> Grid:
    return tuple("".join(cell * times for cell in row) for row in grid for _ in range(times))


SIZES: dict[str, Change] = {
    "double": lambda grid: _enlarged(grid, 2),
    "repeat rightwards": lambda grid: tuple(row + row for row in grid),
    "repeat downwards": lambda grid: grid + grid,
    "reflect rightwards": lambda grid: tuple(row + row[::-1] for row in grid),
    "reflect downwards": lambda grid: grid + grid[::-1],
    "reflect leftwards": lambda grid: tuple(row[::-1] + row for row in grid),
    "reflect upwards": lambda grid: grid[::-1] + grid,
    "widen": lambda grid: tuple("".join(cell * 2 for cell in row) for row in grid),
    "heighten": lambda grid: tuple(row for row in grid for _ in range(2)),
}


def cropped(grid: Grid) -> Grid | None:
    """The smallest rectangle that holds every cell that is not background; None when there is none."""
    rows = [n for n, row in enumerate(grid) if row.strip(BACKGROUND)]
    if not rows:
        return None
    kept = grid[rows[0] : rows[-1] + 1]
    left = min(len(row) - len(row.lstrip(BACKGROUND)) for row in kept)
    right = max(len(row.rstrip(BACKGROUND)) for row in kept)
    return tuple(row[left:right] for row in kept)


# --- cells --------------------------------------------------------------------------------------------------------


def fallen(grid: Grid) -> Grid:
    """Every cell slides to the left end of its row."""
    return tuple(row.replace(BACKGROUND, "").ljust(len(row), BACKGROUND) for row in grid)


def shifted(grid: Grid) -> Grid:
    """Every row moves one cell to the left; what leaves comes back at the other end."""
    return tuple(row[1:] + row[0] for row in grid)


def rays(grid: Grid) -> Grid:
    """Every cell's colour runs to the left until the next cell or the edge."""
    made = []
    for row in grid:
        colour, cells = BACKGROUND, []
        for cell in reversed(row):
            colour = cell if cell != BACKGROUND else colour
            cells.append(colour)
        made.append("".join(reversed(cells)))
    return tuple(made)


def joined(grid: Grid) -> Grid:
    """Background between two cells of one colour in a row takes their colour."""
    made = []
    for row in grid:
        cells, last = list(row), -1
        for place, cell in enumerate(row):
            if cell == BACKGROUND:
                continue
            if last >= 0 and row[last] == cell:
                cells[last:place] = cell * (place - last)
            last = place
        made.append("".join(cells))
    return tuple(made)


def _joined_down(grid: Grid) -> Grid:
    return transposed(joined(transposed(grid)))


def _both_ways(grid: Grid) -> Grid:
    """Lines across over lines down."""
    across, down = joined(grid), _joined_down(grid)
    return tuple(
        "".join(a if a != BACKGROUND else b for a, b in zip(one, other, strict=True))
        for one, other in zip(across, down, strict=True)
    )


JOINS: dict[str, Change] = {
    "join across": joined,
    "join down": _joined_down,
    "join both ways": _both_ways,
}


@functools.lru_cache(maxsize=256)
def outside(grid: Grid) -> frozenset[tuple[int, int]]:
    """The background cells that a path of background joins to the edge."""
    height, width = len(grid), len(grid[0])
    edge = [(r, c) for r in range(height) for c in range(width) if r in (0, height - 1) or c in (0, width - 1)]
    waiting = [(r, c) for r, c in edge if grid[r][c] == BACKGROUND]
    seen = set(waiting)
    while waiting:
        row, column = waiting.pop()
        for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            if 0 <= r < height and 0 <= c < width and grid[r][c] == BACKGROUND and (r, c) not in seen:
                seen.add((r, c))
                waiting.append((r, c))
    return frozenset(seen)


def filled(grid: Grid, colour: str) -> Grid:
    """Background that no path joins to the edge takes a colour."""
    free = outside(grid)
    return tuple(
        "".join(colour if cell == BACKGROUND and (r, c) not in free else cell for c, cell in enumerate(row))
        for r, row in enumerate(grid)
    )


def outlined(grid: Grid, colour: str) -> Grid:
    """Background that touches a cell, even by a corner, takes a colour."""
    blank = BACKGROUND * (len(grid[0]) + 2)
    framed = (blank, *(f"{BACKGROUND}{row}{BACKGROUND}" for row in grid), blank)
    made = []
    for n, row in enumerate(grid):
        near = framed[n : n + 3]
        windows = ("".join(line[c : c + 3] for line in near) for c in range(len(row)))
        made.append(
            "".join(
                colour if cell == BACKGROUND and window.strip(BACKGROUND) else cell
                for cell, window in zip(row, windows, strict=True)
            )
        )
    return tuple(made)
