"""Linking rounds: the error of the line, the drift alarm's false positives, and what it finds.

Two rounds of 300 items, 40 of them anchors; the second field is abler by 0.8 and spread 1.2 times as far. Drift: six
anchors become easier by one standard deviation of the first field. The error of the shift is also given for a link that
keeps the drifting anchors (no alarm), and for no link at all.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from leaderboard.ranking.ability import Calibration, Model, calibrate
from leaderboard.ranking.equating import link
from leaderboard.ranking.responses import ItemKey, Responses
from simulate.tables import Claim, show

ITEMS, ANCHORS, DRIFTING, SEED = 300, 40, 6, 20261122
NAMES = [f"anchor {i}" for i in range(ANCHORS)]
CASES: tuple[tuple[Model, int, int], ...] = (("1pl", 40, 40), ("1pl", 150, 40), ("1pl", 400, 20), ("2pl", 250, 20))
_ABLER, _WIDER = 0.8, 1.2

Round = tuple[Responses, Calibration]


def rounds(model: Model, submissions: int, drifting: int, rng: np.random.Generator) -> tuple[Round, Round, float]:
    """Two calibrated rounds, and the true shift between their scales."""
    unlike = 0.2 if model == "2pl" else 0.0
    shared_slope, shared = 1.2 * rng.lognormal(0, unlike, ANCHORS), rng.normal(0, 1, ANCHORS)
    made, fields = [], []
    for number, (mean, spread) in enumerate(((0.0, 1.0), (_ABLER, _WIDER))):
        ability = mean + spread * rng.normal(size=submissions)
        own = ITEMS - ANCHORS
        slope = np.r_[shared_slope, 1.2 * rng.lognormal(0, unlike, own)]
        hard = np.r_[shared - number * (np.arange(ANCHORS) < drifting), rng.normal(0.4 * number, 1, own)]
        values = rng.random((submissions, ITEMS)) < special.expit(slope * (ability[:, None] - hard))
        names = NAMES + [f"{number} {i}" for i in range(own)]
        data = Responses(tuple(ItemKey(name, "simulated", 1, "fr", name, 0.0) for name in names), values.astype(float))
        made.append((data, calibrate(data, model)))
        fields.append(ability)
    return made[0], made[1], float((fields[1].mean() - fields[0].mean()) / fields[0].std())


def main() -> bool:
    """Print the table."""
    rows, false, nominal = [], [], []
    for model, submissions, repeats in CASES:
        for drifting in (0, DRIFTING):
            rng = np.random.default_rng([SEED, submissions, drifting])
            wrong, hits, errors, blind, z = [], [], [], [], []
            for _ in range(repeats):
                old, new, shift = rounds(model, submissions, drifting, rng)
                found = link(old, new, NAMES)
                wrong.append(found.drifts[drifting:].mean())
                hits.append(found.drifts[:drifting].mean() if drifting else np.nan)
                errors.append(found.line.shift - shift)
                blind.append(link(old, new, NAMES, rate=0.0).line.shift - shift)
                z.append(np.abs(found.z[drifting:]) > 1.96)
            false.append(float(np.mean(wrong)))
            if not drifting:
                nominal.append(float(np.mean(z)))
            figures = (f"{false[-1]:.2%}", f"{np.mean(z):.1%}", "–" if not drifting else f"{np.mean(hits):.0%}")
            shifts = (f"{np.sqrt(np.mean(np.square(errors))):.3f}", f"{np.sqrt(np.mean(np.square(blind))):.3f}")
            rows.append([model, str(submissions), str(drifting), *figures, *shifts])
    head = ["model", "submissions", "drifting", "false alarms", "|z| > 1.96", "drift found", "shift error", "no alarm"]
    claims = [
        Claim("drift-false-alarms", "share of anchors", max(false), 0.02),
        Claim("drift-nominal", "share of |z| > 1.96 without drift", max(nominal), 0.07),
    ]
    return show("Anchors between two rounds", head, rows, claims, items=ITEMS, anchors=ANCHORS)
