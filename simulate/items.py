"""Wrong keys: how many are found, and how many right ones are suspected, by number of submissions.

Eight levels of 40 items, items of a level unlike by 0.7 or 1.2 logits and in slope; 3 % of the items of the lower half
of the ladder have a wrong key: they reward a guess of the right option never, and guesses of the key at chance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from leaderboard.ranking.items import item_report
from leaderboard.ranking.responses import ItemKey, Responses
from simulate.tables import Claim, show

LEVELS, ITEMS, REPEATS, SEED = 8, 40, 40, 20261122
CLEAN = 200  # rounds without a wrong key: one in twenty must be told from one in forty
WRONG = 0.03


def round_of(
    submissions: int, wrong: float, chance: float, unlike: float, rng: np.random.Generator
) -> tuple[Responses, npt.NDArray[np.bool_]]:
    """A round's answers, and which keys are wrong."""
    size = LEVELS * ITEMS
    ability, slope = rng.uniform(1, LEVELS, submissions), 1.2 * rng.lognormal(0, 0.3, size)
    level = np.repeat(np.arange(1, LEVELS + 1), ITEMS)
    hard = level + rng.normal(0, unlike, size)
    knows = rng.random((submissions, size)) < special.expit(slope * (ability[:, None] - hard))
    guess = rng.random((submissions, size)) < chance
    flipped = np.zeros(size, dtype=np.bool_)
    flipped[rng.choice(size // 2, int(wrong * size), replace=False)] = True
    keys = tuple(ItemKey(str(i), "simulated", int(level[i]), "fr", str(i // 2), chance) for i in range(size))
    return Responses(keys, np.where(knows, ~flipped, guess).astype(np.float64)), flipped


def alarms(submissions: int, chance: float, unlike: float, rng: np.random.Generator) -> float:
    """The share of rounds without any wrong key in which some key is suspected."""
    clean = (item_report(round_of(submissions, 0.0, chance, unlike, rng)[0]) for _ in range(CLEAN))
    return sum(any("key" in item.flags for item in report) for report in clean) / CLEAN


def main() -> bool:
    """Print the table: found, false discoveries, and rounds without a wrong key that raise an alarm."""
    rows, discoveries, alarm = [], [], []
    for chance in (0.0, 0.25):
        for unlike in (0.7, 1.2):
            for number in (7, 12, 30, 100, 300):
                rng = np.random.default_rng([SEED, number, int(100 * chance), int(10 * unlike)])
                found, share = [], []
                for _ in range(REPEATS):
                    data, wrong = round_of(number, WRONG, chance, unlike, rng)
                    key = np.array(["key" in item.flags for item in item_report(data)])
                    found.append(key[wrong].mean())
                    share.append((key & ~wrong).sum() / max(key.sum(), 1))
                discoveries.append(float(np.mean(share)))
                alarm.append(alarms(number, chance, unlike, rng))
                figures = (f"{np.mean(found):.0%}", f"{discoveries[-1]:.1%}", f"{alarm[-1]:.1%}")
                rows.append([f"{chance:.2f}", f"{unlike:.1f}", str(number), *figures])
    head = ["chance", "items unlike by", "submissions", "wrong keys found", "false of suspected", "false alarms"]
    claims = [
        Claim("items-false-discoveries", "share of suspects", max(discoveries), 0.05),
        Claim("items-false-alarms", "share of rounds in the worst cell", max(alarm), 0.05),
    ]
    return show("Wrong keys", head, rows, claims, repeats=REPEATS, clean=CLEAN, items=LEVELS * ITEMS, wrong=WRONG)
