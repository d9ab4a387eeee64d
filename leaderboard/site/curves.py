"""Difficulty curves as inline SVG: pure functions from numbers and ready texts to Markup.

Colours, dashes and fonts are classes of `assets/site.css`, so that one drawing serves light, dark and print; every
series differs by colour, marker and dash at once. Each drawing has `role="img"`, a title and a description; the page
beside it holds the same data as a table. Why no plotting library draws them: docs/decisions/0003-the-static-site.md.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from leaderboard.site.svg import Words, drawing, markup, n

STYLES = 6  # palette places `s0` to `s5` of the style sheet
GREY = 6  # place of everything that is background

MARKERS = (  # paths around (0, 0), about 8 units wide: told apart without colour
    "M-3.8 0a3.8 3.8 0 1 0 7.6 0a3.8 3.8 0 1 0-7.6 0z",
    "M0-5L5 0L0 5L-5 0z",
    "M-3.6-3.6h7.2v7.2h-7.2z",
    "M0-5L4.6 3.4h-9.2z",
    "M0 5L4.6-3.4h-9.2z",
    "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",
)

_WIDTH, _HEIGHT = 420, 248
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 12, 40
_LOWEST = -0.6  # scores below are drawn on the edge: far below chance, how far says nothing


@dataclass(frozen=True, slots=True)
class Point:
    """One level of a curve; `low` and `high` bound the whisker."""

    level: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """One curve. `style` is its palette place; grey ones are context and get neither marker nor whisker."""

    label: str
    style: int
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class _Plot:
    """The plotting area: levels to x, scores to y."""

    levels: int
    bottom: float  # the lowest score shown, 0 or less

    def x(self, level: float) -> float:
        step = (_WIDTH - _LEFT - _RIGHT) / self.levels
        return _LEFT + (level - 0.5) * step

    def y(self, score: float) -> float:
        share = (1.0 - max(score, self.bottom)) / (1.0 - self.bottom)
        return _TOP + share * (_HEIGHT - _TOP - _BOTTOM)


def curves(series: Sequence[Series], levels: int, thresholds: Sequence[float], words: Words) -> Markup:
    """Difficulty curves of one task: score against level, whiskers, the thresholds, and chance, which is 0."""
    lows = [point.low for one in series for point in one.points]
    plot = _Plot(levels, max(min(0.0, math.floor(min(lows, default=0.0) * 5) / 5), _LOWEST))
    body = [_frame(plot, thresholds, words), _background(plot, [one for one in series if one.style >= GREY])]
    front = [one for one in series if one.style < GREY]
    for place, one in enumerate(front):
        shift = (place - (len(front) - 1) / 2) * min(6.0, 30.0 / levels)
        body.append(_curve(plot, one, shift))
    return drawing("curves", (_WIDTH, _HEIGHT), words, "".join(body), fluid=True)


def _frame(plot: _Plot, thresholds: Sequence[float], words: Words) -> str:
    """Lines at chance, at the thresholds and at 1, with the numbers and the name of the axis."""
    scores = sorted({plot.bottom, 0.0, *thresholds, 1.0})
    lines = tuple(
        ("threshold" if s in thresholds else "chance" if s == 0 else "grid", s, words.score(s)) for s in scores
    )
    return _axes(plot, lines, words.level)


@functools.lru_cache(maxsize=1_000)
def _axes(plot: _Plot, lines: tuple[tuple[str, float, str], ...], name: str) -> str:
    """Each line with its label, and the levels; kept, since thousands of curves stand on the same ones."""
    parts = []
    for kind, score, label in lines:
        y = plot.y(score)
        parts.append(f'<path class="{kind}" d="M{_LEFT} {n(y)}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{n(y + 4.5)}" text-anchor="end">{escape(label)}</text>')
    every = 1 if plot.levels <= 12 else math.ceil(plot.levels / 10)
    parts += [
        f'<text x="{n(plot.x(level))}" y="{_HEIGHT - 22}" text-anchor="middle">{level}</text>'
        for level in range(1, plot.levels + 1, every)
    ]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{n(middle)}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(name)}</text>')
    return "".join(parts)


def _background(plot: _Plot, series: Sequence[Series]) -> str:
    lines = "".join(_polyline(plot, one.points, 0.0) for one in series)
    return f'<path class="context" d="{lines}"/>' if lines else ""


def _curve(plot: _Plot, one: Series, shift: float) -> str:
    """One series as four elements: line, whiskers, markers, and the group that gives them their style."""
    places = [(plot.x(p.level) + shift, p) for p in one.points]
    bars = "".join(f"M{n(x)} {n(plot.y(p.low))}V{n(plot.y(p.high))}" for x, p in places)
    marks = "".join(f'<use href="#m{one.style}" x="{n(x)}" y="{n(plot.y(p.value))}"/>' for x, p in places)
    return (
        f'<g class="s{one.style}"><path class="bars" d="{bars}"/>'
        f'<path class="line" d="{_polyline(plot, one.points, shift)}"/>{marks}</g>'
    )


def _polyline(plot: _Plot, points: Sequence[Point], shift: float) -> str:
    """A line through neighbouring levels; a level without a score breaks it."""
    parts, before = [], None
    for point in points:
        verb = "L" if before is not None and point.level == before + 1 else "M"
        parts.append(f"{verb}{n(plot.x(point.level) + shift)} {n(plot.y(point.value))}")
        before = point.level
    return "".join(parts)


def marker_symbols() -> Markup:
    """The markers, defined once a page; curves refer to them."""
    shapes = "".join(f'<path id="m{style}" class="mark" d="{_marker(style)}"/>' for style in range(STYLES))
    return markup(
        f'<svg class="symbols" width="0" height="0" aria-hidden="true" focusable="false"><defs>{shapes}</defs></svg>'
    )


def swatch(style: int) -> Markup:
    """A legend's sample of a series: line and marker."""
    return markup(
        f'<svg class="swatch s{style}" width="30" height="12" viewBox="-15 -6 30 12" aria-hidden="true" '
        f'focusable="false"><path class="line" d="M-15 0H15"/><path class="mark" d="{_marker(style)}"/></svg>'
    )


def _marker(style: int) -> str:
    return MARKERS[style % STYLES]
