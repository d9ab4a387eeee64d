"""Strengths from blind pairs: coverage of intervals and ranks, style held constant, and a judge made honest.

Judgements of one prompt repeat each other (a share is copied from the prompt's first); `as independent` is what the
same fit covers where that is not said. `judge alone` takes a model that is too kind at its word.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leaderboard.ranking.agreement import side_lean
from leaderboard.ranking.pairwise import Comparisons, fit
from leaderboard.ranking.predictions import powered_mean
from simulate.tables import Claim, show

SEED, REPEATS = 20261122, 400
TIED_REPEATS = 4000  # only ties bring ranks near their limit: there a share of 5 % is known to a third of a point
_CASES = (  # submissions, prompts, share copied, strength of the best (0: all tied)
    (4, 60, 0.0, 0.7),
    (4, 60, 0.8, 0.7),
    (4, 300, 0.8, 0.7),
    (12, 200, 0.0, 0.7),
    (12, 200, 0.8, 0.7),
    (4, 60, 0.0, 0.0),
    (4, 60, 0.8, 0.0),
    (12, 60, 0.0, 0.0),
    (12, 200, 0.0, 0.0),
)


def draw(
    size: int, prompts: int, copied: float, bias: float, best: float, rng: np.random.Generator
) -> tuple[Comparisons, np.ndarray]:
    """Three judgements a prompt; who has a higher number writes longer, and judges like length by `bias`."""
    truth = np.linspace(best, -best, size)
    number = 3 * prompts
    first = rng.integers(size, size=number)
    second = (first + rng.integers(1, size, size=number)) % size
    longer = (first - second) / size + rng.normal(0, 1, number)
    chance = 1 / (1 + np.exp(truth[second] - truth[first] - bias * longer))
    outcome = (rng.random(number) < chance).astype(float)
    opening = np.arange(number) // 3 * 3
    source = np.where(rng.random(number) < copied, opening, np.arange(number))
    data = Comparisons(
        tuple(f"team/{n}" for n in range(size)),
        first[source],
        second[source],
        outcome[source],
        tuple((np.arange(number) // 3).tolist()),
        longer[source][:, None] if bias else np.zeros((number, 0)),
        ("length",) if bias else (),
    )
    return data, truth


def coverage(size: int, prompts: int, copied: float, best: float, repeats: int) -> tuple[float, float, float]:
    """Share of strengths in their intervals, share of rounds whose ranks all are, and the first as independent."""
    rng = np.random.default_rng([SEED, size, prompts, int(100 + 10 * copied), int(10 * best)])
    held, joint, naive = [], [], []
    for turn in range(repeats):
        data, truth = draw(size, prompts, copied, 0.0, best, rng)
        found = fit(data)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
        above = (truth[None, :] > truth[:, None]).sum(axis=1)
        below = (truth[None, :] < truth[:, None]).sum(axis=1)
        joint.append(((found.best <= 1 + above) & (found.worst >= size - below)).all())
        if turn < REPEATS:
            alone = fit(replace(data, prompts=tuple(range(len(data.first)))))
            naive.append(((alone.low <= truth) & (truth <= alone.high)).mean())
    return float(np.mean(held)), float(np.mean(joint)), float(np.mean(naive))


def style() -> tuple[float, float]:
    """Largest mean error of a strength, with and without length held constant, where judges like length."""
    rng, held, free = np.random.default_rng(SEED), [], []
    for _ in range(REPEATS // 4):
        data, truth = draw(6, 400, 0.0, 0.8, 0.7, rng)
        held.append(fit(data).strength - truth)
        free.append(fit(replace(data, covariates=np.zeros((len(data.first), 0)), labels=())).strength - truth)
    return float(np.abs(np.mean(held, axis=0)).max()), float(np.abs(np.mean(free, axis=0)).max())


def judged(labelled: int, good: float) -> tuple[float, float, float]:
    """Coverage of prediction-powered means, of the judge alone, and the interval's width over that of labels alone."""
    rng, held, alone, widths = np.random.default_rng([SEED, labelled, int(100 * good)]), [], [], []
    for _ in range(5 * REPEATS):
        truth = (rng.random(labelled + 2000) < 0.5).astype(float)
        said = np.where(rng.random(len(truth)) < good, truth, rng.random(len(truth)) < 0.5) * 0.8 + 0.2
        found = powered_mean(truth[:labelled], said[:labelled], said[labelled:])
        bare = powered_mean(truth[:labelled], said[:labelled], said[labelled:], weight=0.0)
        held.append(found.low <= 0.5 <= found.high)
        others = said[labelled:]
        alone.append(abs(others.mean() - 0.5) <= 1.96 * others.std() / np.sqrt(len(others)))
        widths.append((found.high - found.low) / (bare.high - bare.low))
    return float(np.mean(held)), float(np.mean(alone)), float(np.mean(widths))


def leaning() -> float:
    """How often a judge that only errs is found to lean, at 5 %, though people prefer the longer text in 70 %."""
    rng, found = np.random.default_rng(SEED), []
    for _ in range(2 * REPEATS):
        side = rng.choice((-1.0, 1.0), size=200)
        human = np.where(rng.random(200) < 0.7, (side + 1) / 2, (1 - side) / 2)
        judge = np.where(rng.random(200) < 0.3, 1 - human, human)
        found.append(side_lean("length", judge.tolist(), human.tolist(), side.tolist(), range(200)).p < 0.05)
    return float(np.mean(found))


def main() -> bool:
    """Print the tables."""
    rows, missed, astray = [], [], []
    for size, prompts, copied, best in _CASES:
        repeats = REPEATS if best else TIED_REPEATS
        held, joint, naive = coverage(size, prompts, copied, best, repeats)
        missed, astray = [*missed, 1 - held], [*astray, 1 - joint]
        told = [str(size), str(prompts), f"{copied:.0%}", "" if best else "all", str(repeats)]
        rows.append([*told, f"{held:.1%}", f"{joint:.1%}", f"{naive:.1%}"])
    biased, free = style()
    head = ["submissions", "prompts", "copied", "tied", "rounds"]
    head += ["strength covered", "all ranks covered", "as independent (wrong)"]
    claims = [
        Claim("pairwise-uncovered", "share of strengths, worst case", max(missed), 0.07),
        Claim("pairwise-ranks", "share of rounds with a wrong rank, worst case", max(astray), 0.05),
        Claim("pairwise-style", "log-odds of bias left with length held constant", biased, free / 4),
    ]
    strengths = show("Bradley-Terry, 95 % intervals", head, rows, claims, repeats=REPEATS, bias_without_style=free)
    rows, missed = [], []
    for labelled, good in ((30, 0.0), (30, 0.8), (100, 0.0), (100, 0.5), (100, 0.8)):
        held, alone, width = judged(labelled, good)
        missed.append(1 - held)
        rows.append([str(labelled), f"{good:.0%}", f"{held:.1%}", f"{alone:.1%}", f"{width:.2f}"])
    head = ["human labels", "judge knows", "covered", "judge alone (wrong)", "width, labels alone = 1"]
    claims = [
        Claim("powered-uncovered", "share of means, worst case", max(missed), 0.07),
        Claim("judge-leaning", "share of judges that only err and are said to lean", leaning(), 0.07),
    ]
    return show("A judge and few human labels", head, rows, claims, repeats=5 * REPEATS) and strengths
