"""Do the Parquet files say what the journals say?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.attest.columns import difference
from harness.attest.sealing import COLUMNS
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """Line by line, to the letter."""
    for lines, parquet, _ in COLUMNS:
        differs = difference(evidence.folder / lines, evidence.folder / parquet)
        yield failed(parquet, f"against {lines}: {differs}") if differs else ok(f"{parquet} holds what {lines} holds")
