"""Bradley-Terry strengths from blind pairs of texts, with sandwich intervals, ties, and style held constant.

P(i beats j) = logistic(theta_i - theta_j + x . beta), x what else differs between the two texts (Bradley & Terry 1952;
covariates: Li et al. 2024, "Does style matter?"). Judgements on one prompt are not independent, so errors are
clustered by prompt (Huber 1967; Liang & Zeger 1986). A tie is half a win for each (the quasi-likelihood whose score
equation says: expected wins = wins + ties / 2), or has a probability of its own (Davidson 1970):

    P(tie) = nu / (exp(d/2) + exp(-d/2) + nu),   d = theta_i - theta_j + x . beta

Both are one conditional logit with utilities d/2, -d/2 and log nu, fitted by Newton's method. Strengths are centred on
their mean, which does not depend on which submission is named first. A finite maximum exists if and only if wins
(ties count both ways) lead from everyone to everyone else (Ford 1957); anything less is refused.

arena-rank pins jax and numpy, evalica gives no sandwich and knows no covariate: this is shorter than either's glue.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from harness.errors import PublishError
from harness.metrics.intervals import student_quantile
from leaderboard.ranking.scores import Floats

Ties = Literal["half", "davidson"]
Places = npt.NDArray[np.intp]
MIN_CLUSTERS = 6  # prompts below which no error can be estimated
_STEPS, _SMALL, _FAR = 100, 1e-10, 30.0  # of Newton; the gradient at which it ends; log-odds that mean "no maximum"


@dataclass(frozen=True)
class Comparisons:
    """n judged pairs of K submissions' texts."""

    names: tuple[str, ...]  # (K,)
    first: Places  # (n,) number of the submission shown first
    second: Places  # (n,)
    outcome: Floats  # (n,) 1: the first is better, 0: the second, 1/2: a tie
    prompts: tuple[Hashable, ...]  # (n,) judgements of one prompt are one cluster
    covariates: Floats  # (n, q) what else the first has more of than the second
    labels: tuple[str, ...] = ()  # (q,)

    def __post_init__(self) -> None:
        """PublishError where the arrays do not fit together."""
        sizes = {len(self.first), len(self.second), len(self.outcome), len(self.prompts), len(self.covariates)}
        if len(sizes) != 1 or self.covariates.shape[1:] != (len(self.labels),):
            raise PublishError("comparisons, prompts and covariates are not equally many")
        if not np.isin(self.outcome, (0.0, 0.5, 1.0)).all() or (self.first == self.second).any():
            raise PublishError("a comparison is of two submissions, and ends 1, 1/2 or 0")


@dataclass(frozen=True)
class Strengths:
    """What the comparisons say of K submissions; log-odds, centred on their mean."""

    names: tuple[str, ...]
    strength: Floats  # (K,)
    low: Floats  # (K,) each with the stated confidence by itself
    high: Floats
    covariance: Floats  # (K, K) of the strengths
    best: Places  # (K,) rank intervals: all hold at once
    worst: Places
    labels: tuple[str, ...]
    effects: Floats  # (q, 3) log-odds for one unit of each covariate: value, low, high
    tie: float  # nu of Davidson's model; 0 where ties are half wins
    prompts: int


def connected_parts(data: Comparisons) -> list[list[str]]:
    """The submissions in parts within which wins lead from everyone to everyone; one part has a maximum (Ford 1957)."""
    won, lost = data.outcome > 0, data.outcome < 1
    rows = np.concatenate([data.first[won], data.second[lost]])
    columns = np.concatenate([data.second[won], data.first[lost]])
    size = len(data.names)
    graph = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    number, part = sparse.csgraph.connected_components(graph, directed=True, connection="strong")
    return [[name for name, own in zip(data.names, part, strict=True) if own == one] for one in range(number)]


def fit(data: Comparisons, *, ties: Ties = "half", confidence: float = 0.95, seed: int = 0) -> Strengths:
    """Strengths by maximum likelihood, with intervals from the sandwich clustered by prompt.

    Args:
        data: the judged pairs.
        ties: `half`, or `davidson`.
        confidence: of every interval.
        seed: of the draws that give the simultaneous critical value.

    Raises:
        PublishError: there is no finite maximum, or there are too few prompts to know an error.
    """
    _refuse(data)
    design, centre = _design(data)
    davidson = ties == "davidson" and bool((data.outcome == 0.5).any())
    wins, tied = _outcomes(data.outcome, davidson=davidson)
    found = _newton(design, wins, tied, davidson=davidson)
    clusters = np.unique(_codes(data.prompts), return_inverse=True)[1]
    whole = _sandwich(design, wins, tied, found, clusters, davidson=davidson)
    groups, size = int(clusters.max()) + 1, len(data.names)
    own = centre @ whole[: size - 1, : size - 1] @ centre.T
    strength = centre @ found[: size - 1]
    reach = float(student_quantile((1 + confidence) / 2, groups - 1))
    margin = reach * np.sqrt(np.diagonal(own))
    best, worst = _ranks(strength, own, groups, confidence, seed)
    more = slice(size - 1, size - 1 + len(data.labels))
    width = reach * np.sqrt(np.diagonal(whole)[more])
    effects = np.stack([found[more], found[more] - width, found[more] + width], axis=1)
    nu = float(np.exp(found[-1])) if davidson else 0.0
    return Strengths(
        data.names, strength, strength - margin, strength + margin, own, best, worst, data.labels, effects, nu, groups
    )


# --- the likelihood ----------------------------------------------------------------------------------------------


def _refuse(data: Comparisons) -> None:
    parts = connected_parts(data)
    if len(parts) > 1:
        shown = " | ".join(", ".join(part) for part in parts[:6]) + (" | …" if len(parts) > 6 else "")
        raise PublishError(
            f"no finite strengths exist: wins do not lead from everyone to everyone else ({shown})",
            where="pairs",
            remedy="judge more pairs between these parts, or rank each part by itself",
        )
    if len(set(data.prompts)) < MIN_CLUSTERS:
        remedy = "judge pairs on more prompts"
        raise PublishError(f"fewer than {MIN_CLUSTERS} prompts give no error", where="pairs", remedy=remedy)


def _design(data: Comparisons) -> tuple[Floats, Floats]:
    """Rows z with d = z . phi, (n, K - 1 + q), and what makes centred strengths of the first K - 1 phis, (K, K - 1)."""
    size = len(data.names)
    contrast = np.vstack([np.eye(size - 1), np.zeros(size - 1)])
    rows = np.hstack([contrast[data.first] - contrast[data.second], data.covariates])
    return rows, contrast - 1.0 / size


def _outcomes(outcome: Floats, *, davidson: bool) -> tuple[Floats, Floats]:
    """Wins of the first less those of the second, and ties, (n,)."""
    tied = (outcome == 0.5).astype(np.float64)
    return 2.0 * outcome - 1.0, tied if davidson else np.zeros_like(tied)


def _parts(design: Floats, found: Floats, *, davidson: bool) -> tuple[Floats, Floats, Floats]:
    """Expected wins less losses, expected ties, and their variance of win less loss, (n,)."""
    half = design @ found[: design.shape[1]] / 2.0
    utilities = np.stack([half, -half, np.full_like(half, found[-1] if davidson else -np.inf)])
    won, lost, tied = special.softmax(utilities, axis=0)
    return won - lost, tied, won + lost - (won - lost) ** 2


def _scores(design: Floats, wins: Floats, tied: Floats, found: Floats, *, davidson: bool) -> Floats:
    """Gradient of each comparison's log-likelihood, (n, p)."""
    margin, drawn, _ = _parts(design, found, davidson=davidson)
    own = 0.5 * (wins - margin)[:, None] * design
    return np.hstack([own, (tied - drawn)[:, None]]) if davidson else own


def _information(design: Floats, found: Floats, *, davidson: bool) -> Floats:
    """Minus the second derivatives of the log-likelihood, (p, p)."""
    margin, drawn, spread = _parts(design, found, davidson=davidson)
    own = design.T @ (design * (0.25 * spread)[:, None])
    if not davidson:
        return np.asarray(own)
    cross = -0.5 * (design.T @ (margin * drawn))
    return np.block([[own, cross[:, None]], [cross[None, :], np.array([[np.sum(drawn * (1 - drawn))]])]])


def _newton(design: Floats, wins: Floats, tied: Floats, *, davidson: bool) -> Floats:
    """The maximum, (p,); PublishError where covariates leave none."""
    found = np.zeros(design.shape[1] + davidson)
    for _ in range(_STEPS):
        gradient = _scores(design, wins, tied, found, davidson=davidson).sum(axis=0)
        if np.abs(gradient).max() < _SMALL * len(design):
            return found
        step = np.linalg.lstsq(_information(design, found, davidson=davidson), gradient, rcond=1e-12)[0]
        found = found + step * min(1.0, 2.0 / max(np.abs(step).max(), _SMALL))  # never more than 2 log-odds at once
        if np.abs(found).max() > _FAR:
            break
    raise PublishError(
        "no finite strengths exist: a covariate tells the winner without fail, or repeats the others",
        where="pairs",
        remedy="leave covariates out, or judge more pairs",
    )


def _sandwich(design: Floats, wins: Floats, tied: Floats, found: Floats, clusters: Places, *, davidson: bool) -> Floats:
    """Covariance of the maximum, robust to what judgements of one prompt share, (p, p).

    With the factor G / (G - 1) (n - 1) / (n - p) for G clusters, n judgements and p parameters, as statsmodels has it.
    """
    own = _scores(design, wins, tied, found, davidson=davidson)
    groups = int(clusters.max()) + 1
    sums = np.zeros((groups, own.shape[1]))
    np.add.at(sums, clusters, own)
    bread = _information(design, found, davidson=davidson)
    if np.linalg.cond(bread) > 1 / _SMALL:
        raise PublishError("a covariate repeats what others say", where="pairs", remedy="leave it out")
    number, size = own.shape
    meat = sums.T @ sums * (groups / (groups - 1)) * ((number - 1) / max(number - size, 1))
    return np.asarray(np.linalg.solve(bread, np.linalg.solve(bread, meat).T))


def _ranks(strength: Floats, covariance: Floats, groups: int, confidence: float, seed: int) -> tuple[Places, Places]:
    """Rank intervals that hold at once: the largest of all studentised differences, drawn from Student's t."""
    size, rng = len(strength), np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(covariance)
    drawn = rng.standard_normal((4000, size)) * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    drawn /= np.sqrt(rng.chisquare(groups - 1, size=(4000, 1)) / (groups - 1))
    spread = np.diagonal(covariance)
    error = np.sqrt(np.maximum(spread[:, None] + spread[None, :] - 2 * covariance, _SMALL**2))
    most = np.zeros(len(drawn))
    for one in range(size - 1):
        away = np.abs(drawn[:, [one]] - drawn[:, one + 1 :]) / error[one, one + 1 :]
        np.maximum(most, away.max(axis=1), out=most)
    critical = float(np.quantile(most, confidence, method="higher"))
    beats = strength[:, None] - strength[None, :] > critical * error
    np.fill_diagonal(beats, val=False)
    return 1 + beats.sum(axis=0), size - beats.sum(axis=1)


def _codes(labels: Sequence[Hashable]) -> Places:
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)
