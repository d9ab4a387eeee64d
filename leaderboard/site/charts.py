"""Small drawings of a table row, as inline SVG: whiskers, ladders of levels, strips of ranks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from leaderboard.site.svg import Words, drawing, markup, n

WHISKER_WIDTH, WHISKER_HEIGHT = 170, 20


def domain(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    """A scale that holds all intervals: 0 (or less) to a round number at most 1."""
    top = max(highs, default=1.0)
    bottom = min(lows, default=0.0)
    steps = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
    return min(0.0, math.floor(bottom * 10) / 10), next((step for step in steps if top <= step), 1.0)


def whisker(estimate: tuple[float, float, float], scale: tuple[float, float], words: Words) -> Markup:
    """A value with its interval on a shared scale; `estimate` is value, low, high."""
    value, low, high = (along(number, scale, WHISKER_WIDTH) for number in estimate)
    middle = WHISKER_HEIGHT / 2
    grid = "".join(f"M{n(along(tick, scale, WHISKER_WIDTH))} 0V{WHISKER_HEIGHT}" for tick in ticks(scale))
    bar = f"M{n(low)} {n(middle)}H{n(high)}M{n(low)} {n(middle - 5)}v10M{n(high)} {n(middle - 5)}v10"
    body = (
        f'<path class="grid" d="{grid}"/><path class="bar" d="{bar}"/>'
        f'<circle class="dot" cx="{n(value)}" cy="{n(middle)}" r="2.8"/>'
    )
    return drawing("whisker", (WHISKER_WIDTH, WHISKER_HEIGHT), words, body)


def whisker_axis(scale: tuple[float, float], label: Callable[[float], str]) -> Markup:
    """The numbers of a whisker column's scale, for its header; hidden from readers, who hear each row's interval."""
    marks = []
    for tick in ticks(scale):
        x = along(
            tick, scale, WHISKER_WIDTH
        )  # a number stands over its line, even where it leaves the drawing a little
        marks.append(f'<text x="{n(x)}" y="11" text-anchor="middle">{escape(label(tick))}</text>')
    return markup(
        f'<svg class="axis" width="{WHISKER_WIDTH}" height="14" viewBox="0 0 {WHISKER_WIDTH} 14" aria-hidden="true" '
        f'focusable="false">{"".join(marks)}</svg>'
    )


def ticks(scale: tuple[float, float]) -> list[float]:
    """Three to five round places on a scale, 0 among them."""
    span = scale[1] - scale[0]
    step = 0.5 if span > 0.8 else 0.4 if span > 0.6 else 0.2 if span > 0.3 else 0.1
    first, last = math.ceil(scale[0] / step - 1e-9), math.floor(scale[1] / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def ladder(levels: int, cleared: int, cleared_high: int, words: Words) -> Markup:
    """Rungs that climb: filled up to the level cleared, darker up to the level cleared at the higher threshold."""
    width, gap, low, high = 7, 2, 5, 20
    rungs = []
    for level in range(1, levels + 1):
        height = low + (high - low) * (level - 1) / max(levels - 1, 1)
        kind = "rung high" if level <= cleared_high else "rung on" if level <= cleared else "rung"
        x = (level - 1) * (width + gap) + 0.5
        rungs.append(
            f'<rect class="{kind}" x="{x}" y="{n(high - height + 0.5)}" width="{width - 1}" height="{n(height)}"/>'
        )
    return drawing("ladder", (levels * (width + gap), high + 1), words, "".join(rungs))


def rank_strip(low: int, high: int, count: int, words: Words) -> Markup:
    """Where an interval of ranks lies among `count` places, first place at the left."""
    width, height = 60, 8
    step = width / max(count, 1)
    left, right = (low - 1) * step, high * step
    body = (
        f'<rect class="track" x="0" y="3" width="{width}" height="2"/>'
        f'<rect class="span" x="{n(left)}" y="1" width="{n(max(right - left, 2))}" height="6" rx="1.5"/>'
    )
    return drawing("rank", (width, height), words, body)


def along(number: float, scale: tuple[float, float], width: float) -> float:
    """A number's place on a scale, kept inside the drawing; half a marker stays free at both ends."""
    margin = 5.0
    share = (number - scale[0]) / (scale[1] - scale[0])
    return margin + min(max(share, 0.0), 1.0) * (width - 2 * margin)
