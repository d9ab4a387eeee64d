"""Log-likelihoods of options: the prompt is computed once, the options are rows of one small batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from harness.engine.transformers.cache import KeyValues, branch
from harness.engine.transformers.model import Model


def option_logprobs(
    model: Model, prompt: KeyValues, last_logits: torch.Tensor, options: Sequence[Sequence[int]]
) -> tuple[float, ...]:
    """Sum of the log-probabilities of each option's tokens after a computed prompt.

    `last_logits` [vocabulary] are the prompt's own, and judge each option's first token. Only the log-probabilities
    of the options' own tokens are ever kept; padding stands on the right, where it changes nothing.
    """
    firsts = torch.tensor([option[0] for option in options])
    totals = _gathered(last_logits[None, :], firsts)
    longest = max(len(option) for option in options)
    if longest > 1:
        fed = torch.tensor([[*option[:-1], *[0] * (longest - len(option))] for option in options])
        wanted = torch.tensor([[*option[1:], *[0] * (longest - len(option))] for option in options])
        real = torch.tensor([[n < len(option) - 1 for n in range(longest - 1)] for option in options])
        logits = model.forward(fed, branch(prompt, len(options), longest - 1), keep=longest - 1)
        totals = totals + (_gathered(logits, wanted) * real).sum(-1)
    return tuple(totals.tolist())


def _gathered(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Log-probability of each token under its logits: [..., vocabulary] and [...] to [...], in float64."""
    chosen = torch.gather(logits.expand(*tokens.shape, -1), -1, tokens[..., None].to(logits.device))[..., 0]
    normaliser = torch.logsumexp(logits, -1).expand(tokens.shape)
    return (chosen.double() - normaliser.double()).cpu()
