"""What every simulation does with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.result import compare, publish
from harness.cli.show import print_table
from harness.types import Json


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: the worst figure found, and the limit that it must not exceed (less is better)."""

    name: str
    unit: str
    worst: float
    limit: float


def show(
    title: str, head: Sequence[str], rows: Sequence[Sequence[str]], claims: Sequence[Claim], **facts: Json
) -> bool:
    """Print the table, publish each claim, and say whether all hold."""
    print_table(head, rows, title)
    table = [dict(zip(head, row, strict=True)) for row in rows]
    results = [
        compare(
            claim.name, claim.unit, [max(claim.worst, 1e-9)], [claim.limit], 1, against="a limit", table=table, **facts
        )
        for claim in claims
    ]
    for result in results:
        publish(result)
    return all(result.reached for result in results)
