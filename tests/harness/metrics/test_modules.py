"""The local modules of the `evaluate` library."""

from __future__ import annotations

from pathlib import Path

import evaluate
import pytest

from harness.metrics.intervals import estimate

MODULE = Path(__file__).parents[3] / "harness/metrics/modules/corrected_score"


def test_the_module_gives_the_projects_own_estimate(tmp_path: Path) -> None:
    """Whole or in batches, the library's answer is that of `intervals.estimate`; no network is asked."""
    scores, clusters = [1.0, 0.0, 1.0, 0.5], ["a", "a", "b", "c"]
    expected = estimate(scores, clusters, chance=0.25)
    module = evaluate.load(str(MODULE), cache_dir=str(tmp_path))
    whole = module.compute(predictions=scores, references=clusters, chance=0.25)
    assert whole["value"] == pytest.approx(expected.value)
    for start in (0, 2):
        module.add_batch(predictions=scores[start : start + 2], references=clusters[start : start + 2])
    assert module.compute(chance=0.25) == whole
    assert whole["clusters"] == 3
