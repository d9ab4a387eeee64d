"""Two entries of a round compared, from their records: a JSON value, as `defi compare` prints it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from harness.record import RoundPaths
from harness.types import Json
from leaderboard.ranking import assemble
from leaderboard.ranking.pairs import Difference, comparison, design_effect, items_needed, paired_spread
from leaderboard.records import Records
from leaderboard.table import CONFIDENCE, rounded

SCHEMA = "grand-defi/comparison/1"
_POINTS = (5, 3, 2, 1)
_TYPICAL = (0.6, 0.5)  # a mean, and how two submissions' scores of one item correlate


def compare_entries(round_dir: Path, first: str, second: str, confidence: float = CONFIDENCE) -> dict[str, Json]:
    """Every paired difference, first less second; of the core, where the round stops by itself.

    UnknownNameError lists the records there are; PublishError where one is damaged, ruled out or not complete.
    """
    records = Records(RoundPaths(round_dir.parent, round_dir.name))
    rows = [records.averaged(records.usable(name)) for name in (first, second)]
    parts = comparison(assemble(records.averages, rows), confidence)
    found: dict[str, Json] = rounded(
        {
            "schema": SCHEMA,
            "round": round_dir.name,
            "a": first,
            "b": second,
            "confidence": confidence,
            **({"core": records.stopping.core} if records.stopping else {}),
            "differences": [
                {"part": kind, "name": name, **_row(one)}
                for kind, named in parts.items()
                for name, one in named.items()
            ],
            "power": power_table(),
        }
    )
    return found


def power_table(size: float = 1.0, correlation: float = 0.0) -> list[dict[str, Json]]:
    """Items to find a gap of so many points in four rounds of five, for typical items and clusters of `size`."""
    spread = paired_spread(*_TYPICAL) * design_effect(size, correlation)
    return [{"points": points, "items": items_needed(points / 100, spread)} for points in _POINTS]


def _row(one: Difference | None) -> dict[str, Json]:
    if one is None:
        return {field.name: None for field in dataclasses.fields(Difference)} | {"real": False}
    return {**dataclasses.asdict(one), "real": one.real}
