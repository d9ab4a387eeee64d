"""Item response theory: how hard each item is and how able each submission, on one scale.

P(right) = g + (1 - g) logistic(a theta + d) with the task's chance level g known: the one-parameter model (one slope a
for all items) and the two-parameter model (a slope an item; it may come out negative, which is what a wrong key looks
like). Fitted by marginal maximum likelihood with the EM algorithm (Bock & Aitkin 1981), abilities ~ N(0, 1), and:

- an evenly spaced grid in place of Gauss-Hermite nodes: with thousands of items an ability is known to 0.05, and nodes
  0.3 apart leave a submission on one node, which biases the slopes (a package with 21 nodes gave 0.88 where 1.5 was
  true, with 200 submissions on 2,000 items);
- after each round the scale is set anew to mean 0 and variance 1 (parameter expansion, Liu, Rubin & Wu 1998), without
  which the slopes creep when abilities are well known;
- a normal prior on each intercept around the mean of its task and level, and on each slope around the mean slope (both
  means estimated): items of a level were made alike, and a round has few submissions;
- scores between 0 and 1 count by their share (the quasi-likelihood of Papke & Wooldridge 1996).

It is never the only rank: it serves the control of items and the linking of rounds. Too few submissions are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from harness.errors import PublishError
from leaderboard.ranking.responses import Codes, Responses
from leaderboard.ranking.scores import Floats

Model = Literal["1pl", "2pl"]
# 1PL: 30 examinees place an item within 1 logit with 95 % confidence (Linacre 1994). 2PL: 200 (Drasgow 1989)
MINIMUM: dict[Model, int] = {"1pl": 30, "2pl": 200}
_REACH = 6.0  # abilities are sought within this many standard deviations
_FINEST, _COARSEST = 0.02, 0.2  # steps of the grid
_ROUNDS = 500
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Prior:
    """Standard deviations of the items' intercepts around their level's mean, and of slopes around their mean."""

    intercept: float = 1.5
    slope: float = 0.5


@dataclass(frozen=True, slots=True)
class Calibration:
    """Items on the scale on which the calibrating submissions have mean 0 and variance 1; arrays are (I,)."""

    model: Model
    slope: Floats
    intercept: Floats
    chance: Floats
    covariance: Floats  # (I, 2, 2) of slope and intercept, abilities taken as known up to their posterior
    log_likelihood: float  # marginal, without the priors
    iterations: int
    converged: bool

    @property
    def difficulty(self) -> Floats:
        """The ability at which an item is solved half of the time beyond chance."""
        return np.asarray(-self.intercept / self.slope)


@dataclass(frozen=True, slots=True)
class Abilities:
    """Posterior means (EAP, Bock & Mislevy 1982) and standard deviations, (K,)."""

    value: Floats
    se: Floats


def calibrate(
    responses: Responses, model: Model = "1pl", prior: Prior | None = None, tolerance: float = 1e-5
) -> Calibration:
    """Fit the items; PublishError with fewer submissions than the model needs, or an item without any score."""
    items = len(responses.items)
    _refuse_few(responses, model)
    spread, groups = prior or Prior(), responses.strata
    worth, earned = _worth(responses)
    nodes = _nodes(float(responses.weights.sum()))
    slope, intercept = np.ones(items), _start(responses, worth, earned)
    change, rounds = np.inf, 0
    while change > tolerance and rounds < _ROUNDS:
        posterior, _ = _posterior(worth, earned, nodes, slope, intercept, responses.chance)
        mean, deviation = _moments(posterior, nodes)
        expected = worth.T @ posterior, earned.T @ posterior
        step = _step(expected, nodes, slope, intercept, responses.chance, groups, spread, model)
        before, slope, intercept = (slope, intercept), slope + step[0], intercept + step[1]
        slope, intercept = slope * deviation, intercept + slope * mean
        change = max(np.abs(slope - before[0]).max(), np.abs(intercept - before[1]).max())
        rounds += 1
    posterior, total = _posterior(worth, earned, nodes, slope, intercept, responses.chance)
    expected = worth.T @ posterior, earned.T @ posterior
    covariance = _covariance(expected, nodes, slope, intercept, responses.chance, spread, model)
    done = bool(change <= tolerance)
    return Calibration(model, slope, intercept, responses.chance, covariance, float(total.sum()), rounds, done)


def measure(calibration: Calibration, responses: Responses) -> Abilities:
    """Abilities of any submissions on calibrated items, in the order of the calibration's."""
    worth, earned = _worth(responses)
    nodes = _nodes(float(responses.weights.sum()))
    posterior, _ = _posterior(worth, earned, nodes, calibration.slope, calibration.intercept, calibration.chance)
    mean = posterior @ nodes
    return Abilities(mean, np.sqrt(np.maximum(posterior @ nodes**2 - mean**2, 0.0)))


def probability(calibration: Calibration, ability: Floats) -> Floats:
    """P(right) of every item at each of Q abilities, (Q, I)."""
    line = ability[:, None] * calibration.slope + calibration.intercept
    return np.asarray(calibration.chance + (1.0 - calibration.chance) * special.expit(line))


def _refuse_few(responses: Responses, model: Model) -> None:
    number = len(responses.values)
    if number < MINIMUM[model]:
        raise PublishError(
            f"{number} submissions are too few to calibrate items: the {model.upper()} model needs {MINIMUM[model]}",
            remedy="use the figures of `defi items`, which need no calibration, or wait for more submissions",
        )
    blank = [responses.items[place].item for place in np.flatnonzero(~responses.scored.any(axis=0))]
    if blank:
        raise PublishError(f"nobody has a score of {len(blank)} items", where=blank[0], remedy="leave them out")


def _worth(responses: Responses) -> tuple[Floats, Floats]:
    """How much each answer counts, and how much of that is right, (K, I)."""
    worth = responses.scored * responses.weights
    return worth, worth * np.nan_to_num(responses.values)


def _nodes(observations: float) -> Floats:
    step = float(np.clip(1.0 / np.sqrt(max(observations, 1.0)), _FINEST, _COARSEST))
    half = int(np.ceil(_REACH / step))
    return np.linspace(-_REACH, _REACH, 2 * half + 1)


def _start(responses: Responses, worth: Floats, earned: Floats) -> Floats:
    share = (earned.sum(axis=0) + 0.5 * worth.max(axis=0)) / (worth.sum(axis=0) + worth.max(axis=0))
    return np.asarray(special.logit(np.clip((share - responses.chance) / (1.0 - responses.chance), 0.02, 0.98)))


def _posterior(
    worth: Floats, earned: Floats, nodes: Floats, slope: Floats, intercept: Floats, chance: Floats
) -> tuple[Floats, Floats]:
    """Of each submission over the nodes, (K, Q), and its marginal log-likelihood, (K,)."""
    line = np.outer(slope, nodes) + intercept[:, None]
    right = chance[:, None] + (1.0 - chance[:, None]) * special.expit(line)
    wrong = np.log1p(-chance)[:, None] + special.log_expit(-line)
    prior = special.log_softmax(-0.5 * nodes**2)
    joint = earned @ np.log(np.maximum(right, 1e-300)) + (worth - earned) @ wrong + prior
    total = special.logsumexp(joint, axis=1)
    return np.exp(joint - total[:, None]), np.asarray(total)


def _moments(posterior: Floats, nodes: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the abilities."""
    share = posterior.mean(axis=0)
    mean = float(share @ nodes)
    return mean, float(np.sqrt(share @ (nodes - mean) ** 2))


def _fisher(
    expected: tuple[Floats, Floats], nodes: Floats, slope: Floats, intercept: Floats, chance: Floats
) -> tuple[Floats, Floats]:
    """Gradient (2, I) and Fisher information (3, I: slope, both, intercept) of the expected log-likelihood."""
    number, right = expected
    upper = special.expit(np.outer(slope, nodes) + intercept[:, None])
    chances = chance[:, None] + (1.0 - chance[:, None]) * upper
    rise = (1.0 - chance[:, None]) * upper * (1.0 - upper)
    variance = np.maximum(chances * (1.0 - chances), 1e-300)
    pull, weight = (right - number * chances) * rise / variance, number * rise**2 / variance
    return np.array([pull @ nodes, pull.sum(axis=1)]), np.array([weight @ nodes**2, weight @ nodes, weight.sum(axis=1)])


def _step(
    expected: tuple[Floats, Floats],
    nodes: Floats,
    slope: Floats,
    intercept: Floats,
    chance: Floats,
    groups: Codes,
    prior: Prior,
    model: Model,
) -> tuple[Floats, Floats]:
    """One step of Fisher scoring for slopes and intercepts, held to 1 logit."""
    (up, shift), (a, both, d) = _fisher(expected, nodes, slope, intercept, chance)
    centre = (np.bincount(groups, intercept) / np.bincount(groups))[groups]
    shift, d = shift - (intercept - centre) / prior.intercept**2, d + 1.0 / prior.intercept**2
    if model == "1pl":
        common = float((up - both * shift / d).sum() / max((a - both**2 / d).sum(), _TINY))
        rise = np.full(len(slope), np.clip(common, -1.0, 1.0))
        return rise, np.clip((shift - both * rise) / d, -1.0, 1.0)
    up, a = up - (slope - slope.mean()) / prior.slope**2, a + 1.0 / prior.slope**2
    determinant = a * d - both**2
    return (
        np.clip((d * up - both * shift) / determinant, -1.0, 1.0),
        np.clip((a * shift - both * up) / determinant, -1.0, 1.0),
    )


def _covariance(
    expected: tuple[Floats, Floats],
    nodes: Floats,
    slope: Floats,
    intercept: Floats,
    chance: Floats,
    prior: Prior,
    model: Model,
) -> Floats:
    """Inverse information of each item, (I, 2, 2); a common slope counts as known."""
    _, (a, both, d) = _fisher(expected, nodes, slope, intercept, chance)
    d = d + 1.0 / prior.intercept**2
    found = np.zeros((len(slope), 2, 2))
    if model == "1pl":
        found[:, 1, 1] = 1.0 / d
        return found
    a = a + 1.0 / prior.slope**2
    determinant = a * d - both**2
    found[:, 0, 0], found[:, 1, 1] = d / determinant, a / determinant
    found[:, 0, 1] = found[:, 1, 0] = -both / determinant
    return found
