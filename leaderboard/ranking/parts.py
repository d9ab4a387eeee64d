"""Paired differences of many submissions within parts of a round: each track, and each language, every pair at once.

The same figures as `pairs.difference` gives for two submissions, with each interval for itself: those that hold for all
pairs at once are of the whole round (`ranks`), where the ranks come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harness.metrics.intervals import student_quantile
from leaderboard.ranking.contrasts import stratum_weights
from leaderboard.ranking.design import Design, Weights, area_weights
from leaderboard.ranking.pairs import FEWEST, reach
from leaderboard.ranking.ranks import areas, pair_errors
from leaderboard.ranking.scores import Floats, Scores, Stratum


@dataclass(frozen=True, slots=True)
class Part:
    """One track or language: differences of areas, the row's less the column's, with bounds; (K, K), NaN if unknown."""

    kind: str  # "track" or "language"
    name: str
    difference: Floats
    low: Floats
    high: Floats


def parted(scores: Scores, columns: Sequence[int], confidence: float = 0.95) -> tuple[Part, ...]:
    """The parts of a round that has several, for the submissions at these places of `scores`.

    A difference is NaN where a mean that it needs does not exist, or where fewer than `FEWEST` clusters were answered
    by both: as many wins as that are no rarity between equals.
    """
    chosen = scores.select(columns)
    return tuple(_part(chosen, kind, name, weights, confidence) for kind, name, weights in _kinds(scores.design))


def _kinds(design: Design) -> Iterator[tuple[str, str, Weights]]:
    """What a round is told apart by; the only track or language of a round is the round."""
    if len(design.tracks) > 1:
        yield from (("track", track, area_weights(design, track=track)) for track in design.tracks)
    if len(design.languages) > 1:
        yield from (("language", one, area_weights(design, language=one)) for one in design.languages)


def _part(scores: Scores, kind: str, name: str, weights: Weights, confidence: float) -> Part:
    used = [stratum for stratum in scores.strata if stratum_weights(stratum, weights).any()]
    own, clusters = areas(scores, weights), _common(used, weights, scores.size)
    half = student_quantile((1.0 + confidence) / 2.0, np.maximum(clusters - len(used), 1.0))
    half = np.asarray(half) * pair_errors(scores, weights)[0]
    gap = np.where(clusters < FEWEST, math.nan, own[:, None] - own[None, :])
    most = reach(scores, weights)
    return Part(kind, name, gap, np.maximum(gap - half, -most), np.minimum(gap + half, most))


def _common(strata: Sequence[Stratum], weights: Weights, size: int) -> Floats:
    """Clusters of which both of a pair have a scored item in a language that weighs, (K, K)."""
    found = np.zeros((size, size))
    for stratum in strata:
        scored = stratum.counts[stratum_weights(stratum, weights) != 0] > 0
        both = np.zeros((scored.shape[1], size, size), dtype=np.bool_)
        for language in scored:
            both |= language[:, :, None] & language[:, None, :]
        found += both.sum(axis=0)
    return found
