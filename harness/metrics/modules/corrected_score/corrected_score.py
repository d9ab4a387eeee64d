"""The chance-corrected mean of clustered scores as a module of the `evaluate` library.

`evaluate.load("harness/metrics/modules/corrected_score")`, then
`compute(predictions=[1, 0], references=["c1", "c2"], chance=0.25)`: predictions are scores in [0, 1], references the
clusters they belong to. Same figures as everywhere else in the project: `harness.metrics.intervals.estimate`.
"""

from collections.abc import Sequence

import datasets
import evaluate

from harness.canonical import plain
from harness.metrics.intervals import estimate

_DESCRIPTION = "Mean score corrected for chance, with a 95 % interval that knows which items belong together."
_CITATION = "Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected counts."


class CorrectedScore(evaluate.Metric):
    """Scores and clusters in, an estimate out."""

    def _info(self) -> evaluate.MetricInfo:
        features = {"predictions": datasets.Value("float64"), "references": datasets.Value("string")}
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=__doc__,
            features=datasets.Features(features),
        )

    def _compute(
        self, predictions: Sequence[float], references: Sequence[str], chance: float = 0.0
    ) -> dict[str, object]:
        """The fields of `types.Estimate`."""
        return dict(plain(estimate(list(predictions), list(references), chance=chance)))
