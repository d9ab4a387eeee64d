"""Scores against a cost on a logarithmic axis, as inline SVG that scripts and styles need not touch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from leaderboard.site.svg import Words, drawing, n

_WIDTH, _HEIGHT = 560, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 14, 14, 44
WHISKERS = 80  # spots; beyond, the intervals of those off the front would be a grey wall
_NAMED = 12  # points of the front, and then those that may be on it, that get their names
_HOVERED = 200  # points that say their names to a pointer
_LETTER = 5.4  # mean width of a letter of the labels, in units of the drawing
_CLOSE = 12  # lines of labels nearer than this would touch

# Shapes tell the kinds apart, colours only repeat it: a diamond on the front, a circle that may be on it, a dot off it.
_SHAPES = {
    "front": "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
    "near": "m-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z",
    "off": "m-2.1-2.1h4.2v4.2h-4.2z",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One submission: its cost, its score with the interval, and how it stands to the front."""

    label: str
    cost: float  # more than 0
    value: float
    low: float
    high: float
    kind: str  # "front", "near" or "off"


class _Plane:
    """Where costs and scores lie in the drawing."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        costs = [math.log10(spot.cost) for spot in spots]
        self.left, self.right = math.floor(min(costs) * 2 - 0.1) / 2, math.ceil(max(costs) * 2 + 0.1) / 2
        top, bottom = max(spot.high for spot in spots), min(spot.low for spot in spots)
        self.top = min(1.0, math.ceil(top * 10 + 0.2) / 10)
        self.bottom = max(-0.2, min(0.0, math.floor(bottom * 10) / 10))

    def x(self, cost: float) -> float:
        share = (math.log10(cost) - self.left) / (self.right - self.left)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, score: float) -> float:
        share = (self.top - max(score, self.bottom)) / (self.top - self.bottom)
        return _TOP + share * (_HEIGHT - _TOP - _BOTTOM)


def scatter(spots: Sequence[Spot], cost: Callable[[float], str], words: Words) -> Markup:
    """Score upwards against cost to the right; the front as a staircase. `words.level` names the axis of costs.

    ValueError without any spot: there is nothing to draw then.
    """
    plane = _Plane(spots)
    few = len(spots) <= WHISKERS
    body = [_frame(plane, cost, words), _stairs(plane, [spot for spot in spots if spot.kind == "front"])]
    for kind in ("off", "near", "front"):
        chosen = [spot for spot in spots if spot.kind == kind]
        body.append(_group(plane, kind, chosen, whiskers=few or kind == "front", named=len(spots) <= _HOVERED))
    body.append(_labels(plane, [spot for kind in ("front", "near") for spot in spots if spot.kind == kind][:_NAMED]))
    return drawing("scatter", (_WIDTH, _HEIGHT), words, "".join(body), fluid=True)


def ticks(left: float, right: float) -> list[float]:
    """Round costs between two powers of ten: the powers, with 2 and 5 of each where they are few."""
    powers = range(math.floor(left), math.ceil(right) + 1)
    steps = (1, 2, 5) if right - left < 2.5 else (1,)
    inside = [step * 10.0**power for power in powers for step in steps]
    kept = [tick for tick in inside if left - 1e-9 <= math.log10(tick) <= right + 1e-9]
    return kept if len(kept) <= 9 else kept[:: math.ceil(len(kept) / 9)]


def symbol(kind: str) -> Markup:
    """A legend's sample of a kind of spot."""
    return Markup(  # noqa: S704 - our own class names and numbers
        f'<svg class="swatch spots {kind}" width="20" height="16" viewBox="-10 -8 20 16" aria-hidden="true" '
        f'focusable="false"><path class="spot" d="M0 0{_SHAPES[kind]}"/></svg>'
    )


def _frame(plane: _Plane, cost: Callable[[float], str], words: Words) -> str:
    parts = []
    step = 0.2 if plane.top - plane.bottom > 0.5 else 0.1
    score = math.ceil(plane.bottom / step - 1e-9) * step
    while score <= plane.top + 1e-9:
        y = plane.y(score)
        kind = "chance" if abs(score) < 1e-9 else "grid"
        parts.append(f'<path class="{kind}" d="M{_LEFT} {n(y)}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{n(y + 3.5)}" text-anchor="end">{escape(words.score(score))}</text>')
        score += step
    for tick in ticks(plane.left, plane.right):
        x = plane.x(tick)
        anchor = "end" if x > _WIDTH - 34 else "middle"
        parts.append(f'<path class="grid" d="M{n(x)} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(
            f'<text x="{n(x)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="{anchor}">{escape(cost(tick))}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{n(middle)}" y="{_HEIGHT - 5}" text-anchor="middle">{escape(words.level)}</text>')
    return "".join(parts)


def _stairs(plane: _Plane, front: Sequence[Spot]) -> str:
    """The best score that each cost buys: level until the next of the front, then up."""
    if not front:
        return ""
    ordered = sorted(front, key=lambda spot: spot.cost)
    path = f"M{n(plane.x(ordered[0].cost))} {n(plane.y(ordered[0].value))}"
    path += "".join(f"H{n(plane.x(spot.cost))}V{n(plane.y(spot.value))}" for spot in ordered[1:])
    return f'<path class="stairs" d="{path}H{_WIDTH - _RIGHT}"/>'


def _group(plane: _Plane, kind: str, spots: Sequence[Spot], *, whiskers: bool, named: bool) -> str:
    if not spots:
        return ""
    bars = "".join(f"M{n(plane.x(s.cost))} {n(plane.y(s.low))}V{n(plane.y(s.high))}" for s in spots) if whiskers else ""
    drawn = f'<path class="bars" d="{bars}"/>' if bars else ""
    if not named:  # one element for all: a thousand of them stay light
        marks = "".join(f"M{n(plane.x(s.cost))} {n(plane.y(s.value))}{_SHAPES[kind]}" for s in spots)
        return f'<g class="spots {kind}">{drawn}<path class="spot" d="{marks}"/></g>'
    marks = "".join(
        f'<path class="spot" transform="translate({n(plane.x(s.cost))} {n(plane.y(s.value))})" d="M0 0{_SHAPES[kind]}">'
        f"<title>{escape(s.label)}</title></path>"
        for s in spots
    )
    return f'<g class="spots {kind}">{drawn}{marks}</g>'


def _labels(plane: _Plane, spots: Sequence[Spot]) -> str:
    """Names beside their spots, off the staircase; one that would touch another is not drawn.

    To the left, above the staircase for the front and level with the spot for those below it; where there is no room
    on the left, to the right and below.
    """
    placed: list[tuple[float, float, float]] = []
    parts = []
    for spot in sorted(spots, key=lambda spot: (spot.kind != "front", -spot.value)):
        width = min(len(spot.label), 40) * _LETTER
        x, y = plane.x(spot.cost), max(plane.y(spot.value) + (-9 if spot.kind == "front" else 4), _TOP + 5)
        left = x - (6 if spot.kind == "front" else 9) - width  # beside its whisker, not across it
        if left < _LEFT:
            left, y = x + 8, min(plane.y(spot.value) + 15, _HEIGHT - _BOTTOM - 4)
        right = left + width
        if any(abs(y - other) < _CLOSE and left < end and start < right for start, end, other in placed):
            continue
        placed.append((left, right, y))
        x, anchor = (right, "end") if right < x else (left, "start")
        parts.append(f'<text class="name" x="{n(x)}" y="{n(y)}" text-anchor="{anchor}">{escape(spot.label)}</text>')
    return "".join(parts)
