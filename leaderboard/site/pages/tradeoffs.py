"""Scores against what they cost: joules for a right answer, and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from harness.types import Json
from leaderboard.site import routes, tradeoffs
from leaderboard.site.language import Language
from leaderboard.site.naming import cut
from leaderboard.site.scatter import WHISKERS, Spot, scatter, symbol
from leaderboard.site.site import Site
from leaderboard.site.svg import Words
from leaderboard.site.tradeoffs import Measured, Priced

_HOME = routes.to_home(routes.TRADEOFFS)
_ANY = Markup()  # a scope, where there is none
_SAID = 6  # names of the front in the words of a drawing


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing and the table of the same data, in words."""

    svg: Markup
    heading: Markup
    caption: Markup
    rows: Sequence[Mapping[str, object]]
    cost: Markup  # name of the column of costs
    machines: bool  # whether the table names them


@dataclass(frozen=True, slots=True)
class _Axis:
    """How costs are said: in the table, and on the axis, where they are round."""

    cost: Callable[[float], str]
    tick: Callable[[float], str]


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The page of trade-offs."""
    measured, sized = tradeoffs.by_energy(site.view), tradeoffs.by_size(site.view)
    shown: dict[str, Any] = {
        "charts": [_energy(site, group) for group in measured],
        "sizes": _sizes(site, sized) if sized else None,
        "unmeasured": [site.name_link(row["submission"], _HOME) for row in tradeoffs.unmeasured(site.view)],
        "many": max([len(sized), *(len(group.priced) for group in measured)]) > WHISKERS,
        "symbol": symbol,
    }
    yield routes.TRADEOFFS, site.render("tradeoffs.html.j2", routes.TRADEOFFS, **shown)


def _energy(site: Site, group: Measured) -> Chart:
    say = site.say
    idle = say.text(f"tradeoffs.energy.idle_{group.idle}") if group.idle in ("keep", "subtract") else Markup()
    scope = Markup(", ").join(part for part in (say.scope(group.scope), idle) if part)
    machines = [name for name in group.machines if name]
    heading = Markup("<h3>{}</h3>").format(say.text("tradeoffs.energy.scope", scope=scope))
    if machines:
        said = say.text("tradeoffs.energy.machines", len(machines), names=cut(machines[0]))
        heading += Markup("<p>{}</p>").format(said)
    axis = _Axis(say.energy, lambda joules: _round_joules(say, joules))
    words = _words(site, group.priced, "energy", axis, scope=scope)
    caption = say.text("tradeoffs.energy.caption", scope=scope)
    named = (say.text("tradeoffs.energy.cost"), len(machines) > 1)
    return Chart(_drawn(site, group.priced, axis, words), heading, caption, _rows(site, group.priced, axis), *named)


def _sizes(site: Site, priced: Sequence[Priced]) -> Chart:
    say = site.say
    axis = _Axis(lambda value: say.compact(round(value)), lambda value: say.compact(round(value)))
    words = _words(site, priced, "size", axis)
    named = (say.text("tradeoffs.size.cost"), False)
    caption = say.text("tradeoffs.size.caption")
    return Chart(_drawn(site, priced, axis, words), Markup(), caption, _rows(site, priced, axis), *named)


def _round_joules(say: Language, joules: float) -> Markup:
    """A round number of joules, without a decimal that says nothing."""
    unit, size = next((pair for pair in (("megajoules", 1e6), ("kilojoules", 1e3)) if joules >= pair[1]), ("joules", 1))
    return say.text(f"energy.{unit}", value=say.number(joules / size, 0 if joules >= 1 else 2))


def _words(site: Site, priced: Sequence[Priced], key: str, axis: _Axis, scope: Markup = _ANY) -> Words:
    """What the drawing is called, what it shows in words, and its axes."""
    say = site.say
    leading = [site.view.names[str(one.row["submission"])] for one in priced if one.kind == "front"]
    more = [say.text("others", len(leading) - _SAID)] if len(leading) > _SAID else []
    low, high = axis.cost(priced[0].cost), axis.cost(priced[-1].cost)
    names = say.listing([*leading[:_SAID], *more])
    described = say.text("tradeoffs.described", len(priced), low=low, high=high, names=names)
    return Words(
        say.text(f"tradeoffs.{key}.chart", scope=scope),
        Markup(" ").join([described, say.text("figure.table_follows")]),
        say.text(f"tradeoffs.{key}.axis"),
        score=lambda score: say.score(score, 0),
    )


def _drawn(site: Site, priced: Sequence[Priced], axis: _Axis, words: Words) -> Markup:
    names = site.view.names
    spots = [
        Spot(cut(names[one.row["submission"]], 40), one.cost, *_bounds(one.row["area"]), one.kind) for one in priced
    ]
    return scatter(spots, axis.tick, words)


def _bounds(area: Mapping[str, Json]) -> tuple[float, float, float]:
    return area["value"], area["low"], area["high"]


def _rows(site: Site, priced: Sequence[Priced], axis: _Axis) -> list[dict[str, object]]:
    return [_row(site, one, axis.cost(one.cost)) for one in priced]


def _row(site: Site, one: Priced, cost: str) -> dict[str, object]:
    """A row of the table in words."""
    row = one.row
    low, high = row["rank"] or (None, None)
    rank = site.say.text("unranked_short") if low is None else str(low) if low == high else f"{low}–{high}"
    return {
        "name": site.name_link(row["submission"], _HOME),
        "team": cut(row["team"], 40),
        "cost": cost,
        "area": site.figures.estimate(row["area"]),
        "rank": rank,
        "kind": site.say.text(f"tradeoffs.kind.{one.kind}"),
        "machine": cut(tradeoffs.machine(row)),
    }
