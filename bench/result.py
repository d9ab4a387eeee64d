"""One benchmark's result: printed as a table, written as JSON, never asserted in a test.

Every unit is one where less is better (seconds, bytes, a share). A ratio is the peer's figure over ours: how many times
better ours is. The bar is a ratio too, the lowest that is good enough: 1 where ours must be no worse than the peer (or
than a limit, which then stands as the peer), 15 where it must be fifteen times as fast.
"""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.cli.show import print_table
from harness.conditions.facts import conditions
from harness.types import Json

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True, slots=True)
class Ratio:
    """The peer's figure over ours, pair by pair: how many times better ours is."""

    median: float
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a benchmark measured; it is `reached` when the median ratio is at least `bar`."""

    name: str
    unit: str
    ours: float
    peer: float
    ratio: Ratio
    bar: float
    reached: bool
    conditions: Mapping[str, Json]


def compare(name: str, unit: str, ours: Sequence[float], peer: Sequence[float], bar: float, **more: Json) -> Result:
    """Pair figures taken in turn; medians are shown, ratios carry the spread."""
    ratios = [theirs / own for own, theirs in zip(ours, peer, strict=True)]
    middle = statistics.median(ratios)
    return Result(
        name=name,
        unit=unit,
        ours=round(statistics.median(ours), 4),
        peer=round(statistics.median(peer), 4),
        ratio=Ratio(*(round(value, 4) for value in (middle, min(ratios), max(ratios)))),
        bar=bar,
        reached=middle >= bar,
        conditions={**conditions(), "runs": len(ours), **more},
    )


def publish(result: Result) -> None:
    """Print the row and write the file."""
    OUT.mkdir(exist_ok=True)
    text = json.dumps(dataclasses.asdict(result), ensure_ascii=False, indent=1)
    (OUT / f"{result.name}.json").write_text(text + "\n", encoding="utf-8")
    spread = f"{result.ratio.median} ({result.ratio.min} to {result.ratio.max})"
    row = [result.name, result.unit, str(result.ours), str(result.peer), spread, str(result.bar)]
    print_table(
        ["benchmark", "unit", "ours", "peer", "ratio", "bar", "reached"], [[*row, "yes" if result.reached else "no"]]
    )
