"""Input grids of every kind, in the colours "1", "2", "3" …; a puzzle's own colours come last, when it is told."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tasks.problem_solving.grid_transforms.grids import BACKGROUND, TURNS, Grid

Size = tuple[int, int]
Maker = Callable[[Random, Size, str], Grid | None]  # None: this try failed

_SHAPES: tuple[Grid, ...] = tuple(
    tuple(rows.split("/"))
    for rows in (
        "1 11 111 1111 10/11 11/11 111/111 111/100 111/010 110/011 1111/1000 1111/0100 110/111 111/101 1111/1001 "
        "010/111/010 111/101/111 1111/1001/1111 111/101/111/100 111/111/111 111/111/111/100 100/110/111 "
        "1000/1110/1111 1111/1111/1110 011/101/110 1111/1011/1111 1110/1010/1111 101/111/101 1100/1111/1111 "
        "110/011/010 1111/1111/1111/0001 111/101/111/001"
    ).split()
)
_PLACES = 12  # places tried for an object
_DENSITY = 0.25


def noise(rng: Random, size: Size, colours: str) -> Grid:
    """Colours everywhere."""
    height, width = size
    return tuple("".join(rng.choices(colours, k=width)) for _ in range(height))


def row(rng: Random, size: Size, colours: str) -> Grid:
    """A row of different colours."""
    return ("".join(rng.sample(colours, size[1])),)


def sparse(rng: Random, size: Size, colours: str) -> Grid:
    """A few cells on background."""
    height, width = size
    cells = [BACKGROUND] * (height * width)
    for place in rng.sample(range(height * width), max(3, round(_DENSITY * height * width))):
        cells[place] = rng.choice(colours)
    return _cut(cells, width)


def _cut(cells: list[str], width: int) -> Grid:
    text = "".join(cells)
    return tuple(text[start : start + width] for start in range(0, len(text), width))


def panels(rng: Random, size: Size, colours: str) -> Grid:
    """Two panels of background and one colour each, a full line of the third colour between them."""
    height, width = size
    half = (width - 1) // 2
    left, right = (noise(rng, (height, half), BACKGROUND + colour) for colour in colours[:2])
    return tuple(a + colours[2] + b for a, b in zip(left, right, strict=True))


def symmetric(rng: Random, size: Size, colours: str) -> Grid | None:
    """A figure that is the same mirrored and flipped, with a rectangle hidden under the last colour."""
    (tall, wide), hiding = size, colours[-1]
    quarter = noise(rng, ((tall + 1) // 2, (wide + 1) // 2), colours[:-1])
    half = tuple(row + row[: wide // 2][::-1] for row in quarter)
    figure = half + half[: tall // 2][::-1]
    height, width = rng.randint(2, 4), rng.randint(2, 4)
    top, left = rng.randrange(tall - height + 1), rng.randrange(wide - width + 1)
    return tuple(
        row[:left] + hiding * width + row[left + width :] if top <= n < top + height else row
        for n, row in enumerate(figure)
    )


def rings(rng: Random, size: Size, colours: str) -> Grid | None:
    """Two closed or broken rectangles on background."""
    return _scattered(rng, size, [_ring(rng), _ring(rng)], 2, colours[:-1])


def _ring(rng: Random) -> Grid:
    height, width = rng.randint(3, 4), rng.randint(3, 4)
    inner = "1" + BACKGROUND * (width - 2) + "1"
    shape = ("1" * width, *(inner,) * (height - 2), "1" * width)
    if rng.randrange(3) == 0:
        shape = (shape[0], BACKGROUND + inner[1:], *shape[2:])
    return shape


def things(rng: Random, size: Size, colours: str) -> Grid | None:
    """Objects of many shapes, apart from each other: as many of a few as find a place."""
    most = (size[0] + size[1]) // 3
    shapes = [_turned(rng, shape) for shape in rng.sample(_SHAPES, most)]
    return _scattered(rng, size, shapes, most - 2, colours)


def _turned(rng: Random, shape: Grid) -> Grid:
    turn = rng.choice(list(TURNS))
    return TURNS[turn](shape) or shape


def _scattered(rng: Random, size: Size, shapes: list[Grid], least: int, colours: str) -> Grid | None:
    """The shapes that find a place, with background between their boxes; None when fewer than `least` do."""
    height, width = size
    taken: list[tuple[int, int, int, int]] = []
    made = []
    for shape in shapes:
        tall, wide = len(shape), len(shape[0])
        for _ in range(_PLACES):
            top, left = rng.randint(0, height - tall), rng.randint(0, width - wide)
            bottom, right = top + tall, left + wide
            if all(bottom < y or top > end or right < x or left > side for y, x, end, side in taken):
                taken.append((top, left, bottom, right))
                made.append((top, left, shape, rng.choice(colours)))
                break
    return _painted(size, made) if len(made) >= least else None


def _painted(size: Size, placed: list[tuple[int, int, Grid, str]]) -> Grid:
    height, width = size
    cells = [BACKGROUND] * (height * width)
    for top, left, shape, colour in placed:
        for r, row in enumerate(shape, top):
            for c, cell in enumerate(row, left):
                if cell != BACKGROUND:
                    cells[r * width + c] = colour
    return _cut(cells, width)
