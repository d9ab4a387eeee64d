"""What differs between two texts beside their worth: length and layout, as covariates of a comparison.

Each is (first - second) / (first + second), between -1 and 1, 0 where neither has any: the normalisation of Li et al.
2024 ("Does style matter?", LMSYS). Columns are then divided by their standard deviation, so that an effect is that of
one standard deviation; they are not centred, as equal texts must have none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from harness.metrics.text import words
from leaderboard.ranking.scores import Floats

STYLES = ("length", "headings", "lists", "emphasis")
_COUNTED = {
    "headings": re.compile(r"^#{1,6} ", re.MULTILINE),
    "lists": re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)]) ", re.MULTILINE),
    "emphasis": re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__"),
}


def counts(text: str) -> tuple[float, ...]:
    """How much of each of `STYLES` a text has."""
    return (float(len(words(text))), *(float(len(pattern.findall(text))) for pattern in _COUNTED.values()))


def style_covariates(first: Sequence[str], second: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Scaled differences, (n, q), and their names; a style in which no two texts differ is left out."""
    one, other = (np.array([counts(text) for text in texts]).reshape(-1, len(STYLES)) for texts in (first, second))
    total = one + other
    rows = np.divide(one - other, total, out=np.zeros_like(total), where=total > 0)
    kept = np.flatnonzero(rows.any(axis=0))
    scaled = rows[:, kept] / np.sqrt(np.mean(rows[:, kept] ** 2, axis=0))
    return scaled, tuple(STYLES[column] for column in kept)
