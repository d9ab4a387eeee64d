"""A model's many judgements made honest by a few human ones: prediction-powered inference.

Angelopoulos, Bates, Fannjiang, Jordan & Zrnic 2023 (Science 382, 669), and with a tuned weight Angelopoulos, Duchi &
Zrnic 2023 (PPI++, arXiv:2311.01453). With y human labels and f judgements of the same n items, and F judgements of N
others, all of one distribution:

    value = w mean(F) + mean(y - w f),   SE^2 = w^2 var(F) / N + var(y - w f) / n

unbiased whatever the judge is worth. w = 1 is the first paper's; the w of least variance (PPI++, example 6.1),
cov(y, f) / ((1 + n / N) var(f)), never loses to the human labels alone by more than the noise of estimating it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from harness.metrics.intervals import Numbers, clustered_se, student_quantile
from leaderboard.ranking.scores import Floats

MIN_LABELLED = 2  # clusters of human labels


@dataclass(frozen=True, slots=True)
class Powered:
    """A mean that judge and humans give together."""

    value: float
    low: float
    high: float
    se: float
    weight: float  # of the judge: 0 where it helps nothing
    labelled: int
    judged: int  # without a human label


def tuned_weight(labels: Numbers, judged: Numbers, others: int) -> float:
    """The weight of least variance, held to [0, 1]; 0 where the judge never varies."""
    y, f = np.asarray(labels, dtype=np.float64), np.asarray(judged, dtype=np.float64)
    spread = float(np.var(f, ddof=1)) if len(f) > 1 else 0.0
    if spread == 0.0 or others == 0:
        return 0.0
    return float(np.clip(np.cov(y, f)[0, 1] / ((1.0 + len(y) / others) * spread), 0.0, 1.0))


def powered_mean(
    labels: Numbers,
    judged: Numbers,
    others: Numbers,
    *,
    weight: float | None = None,
    clusters: Sequence[Hashable] = (),
    other_clusters: Sequence[Hashable] = (),
    confidence: float = 0.95,
) -> Powered:
    """The mean label of all items, from the few that people labelled.

    Args:
        labels: (n,) human labels.
        judged: (n,) the judge on the same items.
        others: (N,) the judge on items without a human label.
        weight: of the judge; None tunes it.
        clusters: (n,) of the labelled items; none: every item is its own.
        other_clusters: (N,) of the others; no cluster may be in both.
        confidence: of the interval (Student's t with the labelled clusters less one).

    Raises:
        ValueError: fewer than two labelled clusters, or a cluster on both sides.
    """
    y, f, more = (np.asarray(values, dtype=np.float64) for values in (labels, judged, others))
    own, their = list(clusters) or list(range(len(y))), list(other_clusters) or [(n,) for n in range(len(more))]
    if len(set(own)) < MIN_LABELLED:
        raise ValueError(f"needs human labels of {MIN_LABELLED} clusters or more")
    if set(own) & set(their):
        raise ValueError(
            "a cluster is labelled and not: give its other judgements to the labelled side or leave it out"
        )
    w = tuned_weight(y, f, len(more)) if weight is None else weight
    if len(set(their)) < MIN_LABELLED:
        w, more = 0.0, np.zeros(1)
        their = [()]
    rest: Floats = y - w * f
    value = w * float(more.mean()) + float(rest.mean())
    se = math.hypot(
        clustered_se(rest, own, corrected=True), w * clustered_se(more, their, corrected=True) if w else 0.0
    )
    reach = float(student_quantile((1 + confidence) / 2, len(set(own)) - 1)) * se
    return Powered(value, value - reach, value + reach, se, w, len(y), len(np.asarray(others)))
