"""Drawings of one row of a submission's page: an interval beside a fixed number, and intervals one below another."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from leaderboard.site.charts import WHISKER_HEIGHT, WHISKER_WIDTH, along, ticks
from leaderboard.site.curves import MARKERS
from leaderboard.site.svg import Words, drawing, n

Bounds = tuple[float, float, float]  # value, low, high
_STEP = 13


def beside(estimate: Bounds, mark: float, scale: tuple[float, float], words: Words) -> Markup:
    """A value with its interval, and a fixed number as a line across it."""
    value, low, high = (along(number, scale, WHISKER_WIDTH) for number in estimate)
    middle, at = WHISKER_HEIGHT / 2, along(mark, scale, WHISKER_WIDTH)
    ends = f"M{n(low)} {n(middle - 5)}v10M{n(high)} {n(middle - 5)}v10"
    body = (
        f'{_grid(scale, WHISKER_HEIGHT)}<path class="norm" d="M{n(at)} 0V{WHISKER_HEIGHT}"/>'
        f'<path class="bar" d="M{n(low)} {n(middle)}H{n(high)}{ends}"/>'
        f'<circle class="dot" cx="{n(value)}" cy="{n(middle)}" r="2.8"/>'
    )
    return drawing("whisker", (WHISKER_WIDTH, WHISKER_HEIGHT), words, body)


def several(estimates: Sequence[Bounds | None], scale: tuple[float, float], words: Words) -> Markup:
    """Intervals one below the other, each in the style of its place: colour and marker, as in the curves."""
    height = _STEP * len(estimates) + 2
    parts = [_grid(scale, height)]
    for place, estimate in enumerate(estimates):
        if estimate is None:
            continue
        value, low, high = (along(number, scale, WHISKER_WIDTH) for number in estimate)
        y = _STEP * place + _STEP / 2 + 1
        parts.append(
            f'<g class="s{place}"><path class="bars" d="M{n(low)} {n(y)}H{n(high)}"/>'
            f'<path class="mark" transform="translate({n(value)} {n(y)})" d="{MARKERS[place % len(MARKERS)]}"/></g>'
        )
    return drawing("pair", (WHISKER_WIDTH, height), words, "".join(parts))


def _grid(scale: tuple[float, float], height: int) -> str:
    lines = "".join(f"M{n(along(tick, scale, WHISKER_WIDTH))} 0V{height}" for tick in ticks(scale))
    return f'<path class="grid" d="{lines}"/>'
