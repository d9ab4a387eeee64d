"""The leanest drawings, for tables of hundreds of rows: whiskers, places and ladders without words of their own.

They are hidden from screen readers: the cell around them says the same numbers. Equal drawings are equal bytes, which
compress to nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

from markupsafe import Markup, escape

from leaderboard.site import charts
from leaderboard.site.svg import markup, n

PLACES_WIDTH, HEIGHT = 110, 18
_SIDE = 5.0  # half a number's width stays free at both ends
_RUNG, _GAP, _LOW, _HIGH = 7, 2, 5, 20


def whisker(estimate: tuple[float, float, float], scale: tuple[float, float]) -> Markup:
    """A value with its interval on a shared scale; `estimate` is value, low, high."""
    value, low, high = (charts.along(number, scale, charts.WHISKER_WIDTH) for number in estimate)
    grid = "".join(f"M{n(charts.along(tick, scale, charts.WHISKER_WIDTH))} 0v18" for tick in charts.ticks(scale))
    bar = f"M{n(low)} 9H{n(high)}M{n(low)} 4v10M{n(high)} 4v10"
    dot = f"M{n(value - 1.8)} 9a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0"  # lines have no inside: one path holds both
    body = f'<path class="grid" d="{grid}"/><path class="bar" d="{bar}{dot}"/>'
    return _strip("whisker", charts.WHISKER_WIDTH, HEIGHT, body)


@functools.lru_cache(maxsize=10_000)
def places(low: int, high: int, count: int) -> Markup:
    """An interval of ranks on the axis of `count` places, the first at the left; no dot, since no place is likelier."""
    grid = "".join(f"M{n(_place(tick, count))} 0v18" for tick in _ticks(count))
    left, right = _place(low, count), _place(high, count)
    if right - left < 3:  # one place alone, or few of very many
        middle = (left + right) / 2
        left, right = max(middle - 1.5, 0), middle + 1.5
    bar = f"M{n(left)} 9H{n(right)}M{n(left)} 4v10M{n(right)} 4v10"
    return _strip("places", PLACES_WIDTH, HEIGHT, f'<path class="grid" d="{grid}"/><path class="bar" d="{bar}"/>')


def places_axis(count: int, label: Callable[[float], str]) -> Markup:
    """The numbers of the axis of places, for the column's header."""
    if not count:
        return Markup()
    marks = [
        f'<text x="{n(_place(tick, count))}" y="11" text-anchor="middle">{escape(label(tick))}</text>'
        for tick in _ticks(count)
    ]
    return markup(_strip("axis", PLACES_WIDTH, 14, "".join(marks)))


@functools.lru_cache(maxsize=10_000)
def ladder(levels: int, cleared: int, cleared_high: int) -> Markup:
    """Rungs that climb: filled up to the level cleared, darker up to the level cleared at the higher threshold."""
    cleared = max(cleared, cleared_high)
    spans = (("rung high", 1, cleared_high), ("rung on", cleared_high + 1, cleared), ("rung", cleared + 1, levels))
    drawn = ((kind, "".join(_rung(level, levels) for level in range(first, last + 1))) for kind, first, last in spans)
    body = "".join(f'<path class="{kind}" d="{path}"/>' for kind, path in drawn if path)
    return _strip("ladder", levels * (_RUNG + _GAP), _HIGH + 1, body)


def _rung(level: int, levels: int) -> str:
    height = _LOW + (_HIGH - _LOW) * (level - 1) / max(levels - 1, 1)
    x = (level - 1) * (_RUNG + _GAP) + 0.5
    return f"M{n(x)} {n(_HIGH + 0.5)}v{n(-height)}h{_RUNG - 1}v{n(height)}z"


def _place(place: float, count: int) -> float:
    """Where a place lies on the axis."""
    return _SIDE + (place - 1) / max(count - 1, 1) * (PLACES_WIDTH - 2 * _SIDE) if count > 1 else PLACES_WIDTH / 2


def _ticks(count: int) -> list[int]:
    """Every place of few; of many the first, the last and up to three round ones, none so near that numbers touch."""
    if count <= 9:
        return list(range(1, count + 1))
    step = next(
        step for power in range(9) for step in (10**power * 2, 10**power * 5, 10 ** (power + 1)) if count / step <= 4
    )
    inner = [tick for tick in range(step, count, step) if tick > 1 and count - tick > step * 0.45]
    return [1, *inner, count]


def _strip(kind: str, width: int, height: int, body: str) -> Markup:
    size = f'width="{math.ceil(width)}" height="{height}" viewBox="0 0 {width} {height}"'
    return markup(f'<svg class="{kind}" {size} aria-hidden="true">{body}</svg>')
