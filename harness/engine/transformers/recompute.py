"""The plainest way to the same answers: every sequence alone, from nothing. For models that cannot share."""

from __future__ import annotations

import torch

from harness.engine.transformers.choose import Weight
from harness.engine.transformers.decode import Row
from harness.engine.transformers.model import Model


def weigh_alone(model: Model, prompt: list[int], option: list[int]) -> Weight:
    """One option after one prompt."""
    logits = model.recompute([*prompt, *option[:-1]], len(option)).float()
    tokens = torch.tensor(option, device=logits.device)[:, None]
    chosen = logits.gather(-1, tokens)[:, 0]
    value = float((chosen.double() - logits.logsumexp(-1).double()).sum())
    return Weight(value, bool((chosen >= logits.amax(-1)).all()))


def decode_alone(model: Model, row: Row) -> Row:
    """One prompt answered greedily; each token computes the whole sequence again."""
    while True:
        best = model.recompute([*row.prompt, *row.tokens], 1)[0].max(-1)
        if row.take(int(best.indices), finite=bool(torch.isfinite(best.values))):
            return row
