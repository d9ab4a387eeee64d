"""Two rounds put on one scale by the anchors that both asked: a JSON value, as `defi link` prints it.

Only anchors link: they alone have ids that say what was asked (`harness.anchors`). An id like `…/fr/L02/00011` is a
place in a round's own order, another question in every round. Where both rounds' plans are at hand, the hashes of the
anchors' requests are compared as well: an anchor that is told in other words is another item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.anchors import is_anchor
from harness.errors import PublishError
from harness.record import RoundPaths, Run
from harness.types import Json
from leaderboard.ranking.ability import MINIMUM, Abilities, Calibration, Model, calibrate, measure
from leaderboard.ranking.equating import Linking, check_anchors, link
from leaderboard.ranking.responses import Responses, gather
from leaderboard.records import Records
from leaderboard.table import rounded

SCHEMA = "grand-defi/linking/1"


@dataclass(frozen=True, slots=True)
class Answered:
    """A round's entries that could have a place, baselines left out, with the items that somebody has a score of."""

    name: str
    entries: tuple[str, ...]
    responses: Responses
    asked: dict[str, str]  # anchor -> hash of its request, as the first plan holds it


def link_rounds(runs: Path, old: str, new: str) -> dict[str, Json]:
    """The line from the new round's scale to the old one's, every ability on it, and what each anchor says.

    Raises:
        UnknownNameError: one of the rounds has not been run.
        PublishError: too few submissions, no anchors in common, or anchors that are asked otherwise or drift.
        RoundError: more than 15 % of a round's items are anchors, or too few are.
    """
    first, second = (_read(RoundPaths(runs, name)) for name in (old, new))
    model = _model(first, second)
    anchors = _shared(first, second)
    before, after = (calibrate(one.responses, model) for one in (first, second))
    linking = link((first.responses, before), (second.responses, after), anchors)
    found: dict[str, Json] = rounded(
        {
            "schema": SCHEMA,
            "old": _facts(first),
            "new": _facts(second),
            "model": model,
            "method": "stocking-lord",
            "scale": linking.line.scale,
            "shift": linking.line.shift,
            "anchors": _anchors(linking),
            "alarms": int(linking.drifts.sum()),
            "abilities": _abilities((first, before), (second, after), linking),
        }
    )
    return found


def _read(paths: RoundPaths) -> Answered:
    entered = Records(paths).complete()
    responses = gather([run.scores for run in entered])
    known = responses.scored.any(axis=0)
    return Answered(paths.round, tuple(run.id for run in entered), responses.select(known), _asked(entered))


def _asked(runs: Sequence[Run]) -> dict[str, str]:
    """Of every anchor of the first plan: its request's hash, which depends on no submission."""
    items: Json = next((run.plan["items"] for run in runs if run.plan and run.plan["items"]), [])
    return {item["id"]: item["request_sha256"] for item in items if is_anchor(item["id"])}


def _model(first: Answered, second: Answered) -> Model:
    """The two-parameter model from 200 submissions in both rounds, the one-parameter model from 30."""
    fewest = min(len(first.entries), len(second.entries))
    if fewest < MINIMUM["1pl"]:
        counts = " and ".join(f"{one.name} has {len(one.entries)}" for one in (first, second))
        what = f"too few submissions to link by: {counts}, and each round needs {MINIMUM['1pl']}, baselines not counted"
        raise PublishError(what, remedy="compare the entries of one round with `defi compare`, or wait for more")
    return "2pl" if fewest >= MINIMUM["2pl"] else "1pl"


def _shared(first: Answered, second: Answered) -> list[str]:
    """The anchors that both rounds have scores of, in the old round's order; refused before anything is computed."""
    there = {key.item for key in second.responses.items}
    anchors = [key.item for key in first.responses.items if is_anchor(key.item) and key.item in there]
    if not anchors:
        remedy = "give both rounds the same `anchors` in their configuration (docs/rounds.md)"
        raise PublishError("the rounds have no anchors in common", where=f"{first.name}, {second.name}", remedy=remedy)
    for one in (first, second):
        everything = [key.item for key in one.responses.items if is_anchor(key.item)]
        check_anchors(everything, len(one.responses.items))
    check_anchors(anchors, len(first.responses.items))
    if unlike := [name for name in anchors if name in first.asked and first.asked[name] != second.asked.get(name)]:
        what = f"{len(unlike)} anchors are asked otherwise in {second.name} than in {first.name}"
        remedy = "rounds are linked only where the tasks' code is the same: `generator` in both rounds' seed.json"
        raise PublishError(what, where=unlike[0], remedy=remedy)
    return anchors


def _facts(one: Answered) -> dict[str, Json]:
    return {"round": one.name, "submissions": len(one.entries), "items": len(one.responses.items)}


def _anchors(linking: Linking) -> list[dict[str, Json]]:
    """What each anchor says, those that drift first."""
    columns = (linking.anchors, linking.change, linking.z, linking.p, linking.drifts)
    rows = [
        {
            "item": name,
            "change": float(change) if np.isfinite(change) else None,
            "z": float(z),
            "p": float(p),
            "drifts": bool(drifts),
        }
        for name, change, z, p, drifts in zip(*columns, strict=True)
    ]
    return sorted(rows, key=lambda row: (not row["drifts"], row["p"], row["item"]))


def _abilities(
    first: tuple[Answered, Calibration], second: tuple[Answered, Calibration], linking: Linking
) -> list[dict[str, Json]]:
    """The new round's entries on the old scale, the ablest first, each beside its own value there."""
    (before, old), (after, new) = first, second
    known = _named(before, measure(old, before.responses))
    rows: list[dict[str, Json]] = []
    for name, (value, se) in _named(after, linking.line.ability(measure(new, after.responses))).items():
        earlier, error = known.get(name, (None, None))
        rows.append({"submission": name, "value": value, "se": se, "old": earlier, "old_se": error})
    return sorted(rows, key=lambda row: (-row["value"], row["submission"]))


def _named(one: Answered, found: Abilities) -> dict[str, tuple[float, float]]:
    values = zip(map(float, found.value), map(float, found.se), strict=True)
    return dict(zip(one.entries, values, strict=True))
