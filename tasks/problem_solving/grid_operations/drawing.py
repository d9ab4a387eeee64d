"""Drawing a grid with reasoning-gym: the package gives the structure alone; answers are our solvers'."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from harness.errors import TaskError
from harness.types import Json
from tasks.problem_solving.grid_operations.ladder import LEVELS, NAMES, Rules
from tasks.problem_solving.grid_operations.solving import WALL, all_applied, distances, shortest, spiral

PACKAGE, VERSION = "reasoning-gym", "0.1.25"  # another version may draw other grids
_ATTEMPTS = 2_000
_NEVER = -60.0  # a weight that the package puts through exp()
_MODULES = {
    "operations": ("algorithmic.manipulate_matrix", "ManipulateMatrix"),
    "spiral": ("algorithmic.spiral_matrix", "SpiralMatrix"),
    "distances": ("algorithmic.binary_matrix", "BinaryMatrix"),
    "path": ("graphs.shortest_path", "ShortestPath"),
}
# In this version the weights stand in another order than the operations that they weigh.
WEIGHTS = {
    "rotate": "w_rotate",
    "hmirror": "w_hmirror",
    "vmirror": "w_vmirror",
    "dmirror": "w_dmirror",
    "cmirror": "w_cmirror",
    "map": "w_map",
    "zero_divisible": "w_crop",
    "crop": "w_remove_every_nth_row",
    "remove_every_nth_row": "w_remove_every_nth_col",
    "remove_every_nth_col": "w_zero_divisible",
}


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A grid, what to do with it, and what comes out."""

    kind: str
    cells: tuple[tuple[Json, ...], ...]
    operations: tuple[Mapping[str, Json], ...]
    answer: tuple[Json, ...]  # rows of a grid, numbers in a row, or steps
    names: tuple[str, ...] = ()  # what stands for each digit, at the first levels


def draw_puzzle(rng: Random, level: int) -> Puzzle:
    """A puzzle of a level."""
    rules = LEVELS[level - 1]
    for _ in range(_ATTEMPTS):
        puzzle = solved(rules, metadata(level, rng.getrandbits(48)))
        if puzzle is not None:
            return replace(puzzle, names=tuple(rng.sample(NAMES, 10))) if rules.named else puzzle
    raise TaskError(f"no puzzle found in {_ATTEMPTS} attempts", where=f"grid_operations level {level}")


def metadata(level: int, seed: int) -> Mapping[str, Json]:
    """What the package draws for a level and a seed."""
    drawn: Mapping[str, Json] = _dataset(level)[seed]["metadata"]  # it draws from Random(its own seed, 0, + this one)
    return drawn


def solved(rules: Rules, drawn: Mapping[str, Json]) -> Puzzle | None:
    """The puzzle with our answer, or None where it is too easy for its level."""
    cells = tuple(tuple(row) for row in drawn["matrix"])
    operations = tuple(drawn.get("operations", ()))
    answer = _answer(rules, cells, operations)
    return Puzzle(rules.kind, cells, operations, answer) if answer else None


def _answer(
    rules: Rules, cells: tuple[tuple[Json, ...], ...], operations: tuple[Mapping[str, Json], ...]
) -> tuple[Json, ...] | None:
    if rules.kind == "path":
        path = shortest(cells)
        return path if path is not None and rules.least <= len(path) <= rules.most else None
    if rules.kind == "spiral":
        return spiral(cells)
    if rules.kind == "distances":
        zeros = sum(row.count(0) for row in cells)
        return distances(cells) if zeros >= rules.least else None
    if rules.named and len({cell for row in cells for cell in row}) < rules.rows * rules.cols:
        return None
    before, _ = all_applied(cells, operations[:-1])
    after, _ = all_applied(before, operations[-1:])
    numbers = [number for row in after for number in row]
    idle = after in (before, cells)  # the whole, or its last operation, changes nothing
    return after if len(numbers) >= rules.least and len(set(numbers)) > 2 and not idle else None


@functools.cache
def _dataset(level: int) -> Json:
    """The package's generator in a level's configuration."""
    check_version()
    rules = LEVELS[level - 1]
    module, name = _MODULES[rules.kind]
    found = importlib.import_module(f"reasoning_gym.{module}")  # two seconds: all of the package comes with it
    return getattr(found, f"{name}Dataset")(getattr(found, f"{name}Config")(seed=0, **_configuration(rules)))


def _configuration(rules: Rules) -> dict[str, Json]:
    """The package's words for a level."""
    if rules.kind == "spiral":
        return {"min_n": rules.rows, "max_n": rules.rows}
    if rules.kind == "distances":
        return {"min_n": rules.rows, "max_n": rules.rows, "p_zero": rules.share}
    size = {"min_rows": rules.rows, "max_rows": rules.rows, "min_cols": rules.cols, "max_cols": rules.cols}
    if rules.kind == "path":
        return {**size, "p_blocked": rules.share}
    count = {"min_transforms": rules.operations, "max_transforms": rules.operations}
    return {**size, **count, **{weight: 0.0 if name in rules.among else _NEVER for name, weight in WEIGHTS.items()}}


def check_version() -> None:
    """TaskError unless the package's pinned version is installed."""
    try:
        found = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != VERSION:
        raise TaskError(
            f"{PACKAGE} {VERSION} draws these grids; installed: {found}",
            where="problem_solving/grid_operations",
            remedy=f"pip install {PACKAGE}=={VERSION}",
        )


def looked_at(puzzle: Puzzle) -> int:
    """Cells that solving looks at: those written by the operations, read, compared with neighbours, or searched."""
    rows, cols = len(puzzle.cells), len(puzzle.cells[0])
    if puzzle.kind == "operations":
        return all_applied(puzzle.cells, puzzle.operations)[1]
    if puzzle.kind == "spiral":
        return rows * cols
    if puzzle.kind == "distances":
        return 4 * rows * cols
    walls: int = sum(cell == WALL for row in puzzle.cells for cell in row)
    return 4 * (rows * cols - walls)
