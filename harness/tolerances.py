"""What an engine's arithmetic may change between two runs of one plan, as rates; and the exact test against a rate.

Floating-point sums depend on what is computed beside them, so that the same request, asked again, is not always
answered letter for letter the same (docs/noise.md). Whoever doubts a record must allow for it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Limits:
    """How often noise may change an answer, at most; each a share of the answers of its kind."""

    texts: float  # of texts that are not letter for letter the same
    shorter: float  # of texts that end where the engine goes on
    far: float  # of answers that moved by more than noise does: see `gap`, and the engine's tolerance
    choices: float  # of choices whose best option is another
    gap: float  # nats by which the recorded token may be less likely than the engine's own, where two texts part


EXACT = Limits(texts=0.0, shorter=0.0, far=0.0, choices=0.0, gap=0.0)  # of engines without arithmetic
# float32: docs/noise.md saw 0 texts of 90 and 0 choices of 90 change, replays of a whole record 0 of 72 texts; its
# log-likelihoods move by 2.5e-5. bfloat16: 25 texts of 170 changed, of 30 items asked five or six times; counted as 30
# (the repeats of an item are alike), the one-sided 95 % bound of 4.4 of 30 is 0.29. Replays changed 15 of 264, one of
# them by ending early, and where they parted the tokens were 0.25 nats apart at most. Choices: 7 of 970. float16 was
# not measured and gets the same.
_COARSE = Limits(texts=0.35, shorter=0.03, far=0.005, choices=0.03, gap=0.4)
LIMITS: Mapping[str, Limits] = {
    "float32": Limits(texts=0.005, shorter=0.002, far=0.002, choices=0.002, gap=0.05),
    "bfloat16": _COARSE,
    "float16": _COARSE,
}


def limits_of(engine: Mapping[str, object]) -> Limits:
    """The limits for an engine, by its identity's dtype; one without a dtype computes nothing and must agree."""
    dtype = engine.get("dtype")
    return EXACT if dtype is None else LIMITS.get(str(dtype), _COARSE)


def at_least(right: int, number: int, rate: float) -> float:
    """P(X >= right) of a binomial X with `number` trials at `rate`; exact."""
    if right <= 0:
        return 1.0
    return float(special.bdtrc(right - 1, number, rate)) if rate > 0 else 0.0
