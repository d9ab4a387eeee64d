"""One benchmark's result: printed as a table, written as JSON, never asserted in a test."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.cli.show import print_table
from harness.record.conditions import conditions
from harness.types import Json

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours over the peer's, pair by pair."""

    median: float
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a benchmark measured; `bar` is the highest value of `ours` that is good enough."""

    name: str
    unit: str
    ours: float
    peer: float
    ratio: Ratio
    bar: float
    reached: bool
    conditions: Mapping[str, Json]


def compare(name: str, unit: str, ours: Sequence[float], peer: Sequence[float], bar: float, **more: Json) -> Result:
    """Pair figures taken in turn; medians are shown, ratios carry the spread. Lower is better."""
    ratios = [a / b for a, b in zip(ours, peer, strict=True)]
    middle = statistics.median(ours)
    return Result(
        name=name,
        unit=unit,
        ours=round(middle, 4),
        peer=round(statistics.median(peer), 4),
        ratio=Ratio(*(round(value, 4) for value in (statistics.median(ratios), min(ratios), max(ratios)))),
        bar=bar,
        reached=middle <= bar,
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
