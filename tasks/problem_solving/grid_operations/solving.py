"""Our own solvers: they share no code with the package that draws the grids. Each counts the cells it looks at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

from harness.types import Json

Grid = tuple[tuple[int, ...], ...]
STEPS: dict[str, tuple[int, int]] = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
WALL, OPEN, START, GOAL = "X", "O", "*", "#"


def applied(grid: Grid, operation: Mapping[str, Json]) -> Grid:
    """The grid after one operation, cell by cell."""
    rows, cols = len(grid), len(grid[0])
    name = operation["transform"]
    if name == "rotate":
        for _ in range(int(operation["degrees"]) // 90 % 4):
            grid = _turned(grid)
        return grid
    if name in ("crop", "remove_every_nth_row", "remove_every_nth_col"):
        kept_rows, kept_cols = _kept(operation, rows, cols)
        return tuple(tuple(grid[r][c] for c in kept_cols) for r in kept_rows)
    if name in ("dmirror", "cmirror"):
        flip = name == "cmirror"
        return _grid(cols, rows, lambda r, c: grid[rows - 1 - c][cols - 1 - r] if flip else grid[c][r])
    if name in ("hmirror", "vmirror"):
        flip = name == "hmirror"
        return _grid(rows, cols, lambda r, c: grid[rows - 1 - r][c] if flip else grid[r][cols - 1 - c])
    return tuple(tuple(_renumbered(number, operation) for number in row) for row in grid)


def all_applied(grid: Grid, operations: Sequence[Mapping[str, Json]]) -> tuple[Grid, int]:
    """The grid after every operation in order, and how many cells were written."""
    written = 0
    for operation in operations:
        grid = applied(grid, operation)
        written += len(grid) * len(grid[0])
    return grid, written


def spiral(grid: Grid) -> tuple[int, ...]:
    """The numbers from the top left corner, clockwise and inwards: turn where the next cell is outside or taken."""
    row, col, turn = 0, 0, 0
    taken = {(0, 0)}
    read = [grid[0][0]]
    ways = [STEPS[name] for name in ("right", "down", "left", "up")]
    while len(read) < len(grid) * len(grid[0]):
        down, right = ways[turn]
        ahead = (row + down, col + right)
        if ahead in taken or not (0 <= ahead[0] < len(grid) and 0 <= ahead[1] < len(grid[0])):
            turn = (turn + 1) % 4
            continue
        row, col = ahead
        taken.add(ahead)
        read.append(grid[row][col])
    return tuple(read)


def distances(grid: Grid) -> Grid:
    """For each cell, the steps to the nearest zero: the least over all zeros, with no search at all."""
    zeros = [(r, c) for r, row in enumerate(grid) for c, number in enumerate(row) if number == 0]
    return tuple(
        tuple(min(abs(r - zero) + abs(c - other) for zero, other in zeros) for c in range(len(row)))
        for r, row in enumerate(grid)
    )


def place(cells: Sequence[Sequence[str]], sign: str) -> tuple[int, int]:
    """Where a sign stands."""
    return next((r, c) for r, row in enumerate(cells) for c, found in enumerate(row) if found == sign)


def walked(cells: Sequence[Sequence[str]], steps: Sequence[str]) -> bool:
    """Whether the steps lead from the start to the goal, never through a wall or out of the grid."""
    row, col = place(cells, START)
    for step in steps:
        row, col = row + STEPS[step][0], col + STEPS[step][1]
        if not (0 <= row < len(cells) and 0 <= col < len(cells[0])) or cells[row][col] == WALL:
            return False
    return cells[row][col] == GOAL


def shortest(cells: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """A shortest path, from a table of the steps that remain to the goal; None where there is none."""
    goal = place(cells, GOAL)
    left = {goal: 0}
    waiting = deque([goal])
    while waiting:
        row, col = waiting.popleft()
        for down, right in STEPS.values():
            near = (row + down, col + right)
            inside = 0 <= near[0] < len(cells) and 0 <= near[1] < len(cells[0])
            if inside and near not in left and cells[near[0]][near[1]] != WALL:
                left[near] = left[row, col] + 1
                waiting.append(near)
    here = place(cells, START)
    if here not in left:
        return None
    path: list[str] = []
    while here != goal:
        beside = {name: (here[0] + down, here[1] + right) for name, (down, right) in STEPS.items()}
        step = next(name for name, cell in beside.items() if left.get(cell, -1) == left[here] - 1)
        path.append(step)
        here = beside[step]
    return tuple(path)


def _grid(rows: int, cols: int, cell: Callable[[int, int], int]) -> Grid:
    return tuple(tuple(cell(r, c) for c in range(cols)) for r in range(rows))


def _turned(grid: Grid) -> Grid:
    """A quarter turn clockwise."""
    last = len(grid) - 1
    return _grid(len(grid[0]), len(grid), lambda r, c: grid[last - c][r])


def _kept(operation: Mapping[str, Json], rows: int, cols: int) -> tuple[Sequence[int], Sequence[int]]:
    """The rows and columns that a cut leaves."""
    if operation["transform"] == "crop":
        across = range(operation["col_start"] - 1, operation["col_end"])
        return range(operation["row_start"] - 1, operation["row_end"]), across
    every = operation["n"]
    if operation["transform"] == "remove_every_nth_row":
        return [r for r in range(rows) if (r + 1) % every], range(cols)
    return range(rows), [c for c in range(cols) if (c + 1) % every]


def _renumbered(number: int, operation: Mapping[str, Json]) -> int:
    if operation["transform"] == "map":
        return int(operation["to"]) if number == operation["from"] else number
    return 0 if number % operation["k"] == 0 else number
