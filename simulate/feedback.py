"""Climbing on feedback: what is announced against what is true, for plain scores and three Ladders.

2,000 items with answers true or false, 500 submissions by somebody without any skill, whose true score is 1/2 whatever
he submits. He climbs (changes some answers, keeps what was told to be better), or boosts (submits guesses, and in the
end the majority of those that were told to be better; the attack of Blum & Hardt 2015, section 4). The paired Ladder is
the parameter-free one with its threshold, the standard error of the difference, alone: small steps defeat it.

"Ours" is `leaderboard.feedback.announce` itself; the other mechanisms are arrays, for they exist here alone.
The last column is no promise: it says what the ladder is worth where nobody checks who a team is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from leaderboard.feedback import Shares, State, announce, overfit_bound
from simulate.tables import Claim, show

Bools = npt.NDArray[np.bool_]

ITEMS, SUBMISSIONS, REPEATS, SEED = 2000, 500, 10, 20261122
FLIPS = (1, 10, 50, 200, 1000)
_TRUE = 0.5


_KEYS = [f"task/1/{number}" for number in range(ITEMS)]
_SPAN, _STRATUM = dict.fromkeys(_KEYS, 1.0 / ITEMS), dict.fromkeys(_KEYS, "task/1")


@dataclass
class Announced:
    """What the harness tells: the ladder that `defi feedback` asks, on clusters of one item each."""

    state: State = field(default_factory=State)
    step: float = 1.0 / math.sqrt(ITEMS)
    plain = False

    @property
    def asked(self) -> int:
        """Submissions so far."""
        return self.state.asked

    @property
    def changes(self) -> int:
        """Of which new bests."""
        return self.state.changes

    def ask(self, right: Bools) -> float:
        """What is told of a submission."""
        share = dict(zip(_KEYS, (right / ITEMS).tolist(), strict=True))
        self.state, _ = announce(self.state, Shares(share, _SPAN, _STRATUM))
        return self.state.announced or 0.0


class NewNames(Announced):
    """The same for somebody who enters each submission under another team's name: always a first answer."""

    plain = True

    def ask(self, right: Bools) -> float:
        """What the newcomer is told."""
        self.state = State()
        return super().ask(right)


@dataclass
class Ladder:
    """A ladder for equal items, in arrays; `least` is eta's floor in units of 1/sqrt(n)."""

    least: float
    plain: bool = False
    announced: float = -1.0
    best: Bools = field(default_factory=lambda: np.zeros(ITEMS, dtype=np.bool_))
    asked: int = 0
    changes: int = 0

    @property
    def step(self) -> float:
        """What announcements are rounded to."""
        return self.least / math.sqrt(ITEMS)

    def ask(self, right: Bools) -> float:
        """What is told of a submission."""
        self.asked += 1
        value = float(right.mean())
        if self.plain:
            return value
        paired = float(np.std(right.astype(float) - self.best)) / math.sqrt(ITEMS)
        eta = max(self.step, paired if self.asked > 1 else float(np.std(right)) / math.sqrt(ITEMS))
        if self.asked == 1 or value > self.announced + eta:
            grain = self.step or max(eta, 1e-9)  # the paired error of the best itself is 0
            self.announced, self.best, self.changes = round(value / grain) * grain, right, self.changes + 1
        return self.announced


Mechanism = Announced | Ladder
Attack = Callable[[Mechanism, np.random.Generator], float]

MECHANISMS: dict[str, Callable[[], Mechanism]] = {
    "plain scores": lambda: Ladder(0.0, plain=True),
    "Ladder, paired error alone": lambda: Ladder(0.0),
    "Ladder, half the step": lambda: Ladder(0.5),
    "Ladder, ours": Announced,
    "ours, under new names": NewNames,
}


def climb(ladder: Mechanism, rng: np.random.Generator, flips: int) -> float:
    """The announced best of somebody who changes `flips` answers at a time, less the truth."""
    key, answers = rng.random((2, ITEMS)) < 0.5
    told = ladder.ask(answers == key)
    for _ in range(SUBMISSIONS - 1):
        tried = answers.copy()
        tried[rng.choice(ITEMS, flips, replace=False)] ^= True
        now = ladder.ask(tried == key)
        if now > told:
            told, answers = now, tried
    return told - _TRUE


def boost(ladder: Mechanism, rng: np.random.Generator) -> float:
    """The announced best of somebody who submits guesses, and at last the majority of those told to be good."""
    key, votes = rng.random(ITEMS) < 0.5, np.zeros(ITEMS)
    before = ladder.ask(rng.random(ITEMS) < 0.5)
    for _ in range(SUBMISSIONS - 2):
        guess = rng.random(ITEMS) < 0.5
        now = ladder.ask(guess == key)
        good = now > _TRUE if ladder.plain else now > before
        votes += (2.0 * guess - 1.0) * (1.0 if good else -1.0 if ladder.plain else 0.0)
        before = now
    return ladder.ask(np.where(votes == 0, rng.random(ITEMS) < 0.5, votes > 0) == key) - _TRUE


def main() -> bool:
    """Print the table: the worst mean excess of each mechanism, and whether the bound ever broke."""
    attacks: dict[str, Attack] = {f"climb by {flips}": partial(climb, flips=flips) for flips in FLIPS}
    attacks["boost"] = boost
    rows, worst, broken = [], dict.fromkeys(MECHANISMS, 0.0), 0.0
    for name, attack in attacks.items():
        row = [name]
        for mechanism, make in MECHANISMS.items():
            excess = []
            for repeat in range(REPEATS):
                ladder = make()
                excess.append(attack(ladder, np.random.default_rng([SEED, repeat])))
                if mechanism == "Ladder, ours":
                    broken = max(broken, excess[-1] / overfit_bound(ladder.step, ladder.asked, ladder.changes))
            worst[mechanism] = max(worst[mechanism], float(np.mean(excess)))
            row.append(f"{np.mean(excess):.3f} (most {max(excess):.3f})")
        rows.append(row)
    rows.append(["worst of all", *(f"{worst[name]:.3f}" for name in MECHANISMS)])
    claims = [
        Claim("feedback-bound", "largest excess over its bound", broken, 1.0),
        Claim("feedback-excess", "worst mean excess", worst["Ladder, ours"], worst["plain scores"] / 3),
    ]
    title = f"Announced best less the truth: {ITEMS} items, {SUBMISSIONS} submissions, {REPEATS} repeats"
    return show(title, ["attack", *MECHANISMS], rows, claims, items=ITEMS, submissions=SUBMISSIONS, repeats=REPEATS)
