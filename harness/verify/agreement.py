"""Whether answers asked again agree with a record: exact binomial tests against the noise that was measured.

An honest replay is not letter for letter the record; `harness.tolerances` states what noise may do. A record is doubted
only where the replay would differ as much with a chance below `ALPHA`, all tests together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.tolerances import Limits, at_least

ALPHA = 1e-3  # chance that an honest record is doubted, at most: one replay in a thousand


@dataclass(frozen=True, slots=True)
class Trial:
    """One recorded answer asked again."""

    item: str
    turn: int
    kind: Literal["text", "choice"]
    differs: tuple[str, ...]  # of prompt, text, finish, tokens, shorter, choice, end
    moved: float = 0.0  # of a choice: largest difference of a log-likelihood; of a text: see Limits.gap
    gain: float = 0.0  # recorded score minus the replayed answer's; 0 where it cannot be said


@dataclass(frozen=True, slots=True)
class Tally:
    """One question put to all trials: so many of so many differ; how likely is that by noise alone?"""

    name: str
    differ: int
    of: int
    rate: float  # that noise may reach
    p_value: float


def judge(trials: Sequence[Trial], limits: Limits, tolerance: float) -> tuple[Tally, ...]:
    """All tests of a replay; `tolerance` is the engine's, of a log-likelihood."""
    texts = [trial for trial in trials if trial.kind == "text"]
    choices = [trial for trial in trials if trial.kind == "choice"]
    scored = [trial for trial in trials if trial.gain]
    words = ("text", "finish", "tokens")
    return (
        _tally("prompts and ends", [bool({"prompt", "end"} & {*trial.differs}) for trial in trials], 0.0),
        _tally("texts", [any(word in trial.differs for word in words) for trial in texts], limits.texts),
        _tally("texts that end early", ["shorter" in trial.differs for trial in texts], limits.shorter),
        _tally("words the model would not say", [trial.moved > limits.gap for trial in texts], limits.far),
        _tally("choices", ["choice" in trial.differs for trial in choices], limits.choices),
        _tally("log-likelihoods", [trial.moved > tolerance for trial in choices], limits.far),
        _tally("better in the record", [trial.gain > 0 for trial in scored], 0.5),
    )


def doubtful(tests: Sequence[Tally]) -> list[str]:
    """Names of the tests that noise hardly explains, each at its share of `ALPHA` (Bonferroni)."""
    return [test.name for test in tests if test.p_value < ALPHA / len(tests)]


def largest(first: Sequence[float], second: Sequence[float]) -> float:
    """Largest difference between two lists of log-likelihoods; infinite where they are not alike at all."""
    if len(first) != len(second):
        return math.inf
    moved = (0.0 if a == b else abs(a - b) for a, b in zip(first, second, strict=True))
    return max((math.inf if math.isnan(step) else step for step in moved), default=0.0)


def _tally(name: str, differ: Sequence[bool], rate: float) -> Tally:
    return Tally(name, sum(differ), len(differ), rate, at_least(sum(differ), len(differ), rate))
