"""Log-likelihoods of options: each prompt is computed once, its options are rows of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers.cache_utils import Cache

from harness.engine.transformers.cache import KeyValues, mask_of, rewind, stack
from harness.engine.transformers.model import Model


@dataclass(frozen=True, slots=True)
class Choice:
    """A computed prompt and the options to be weighed after it."""

    item: str
    prompt: KeyValues
    logits: torch.Tensor  # after the prompt's last token, [vocabulary]
    options: Sequence[Sequence[int]]


def weigh(model: Model, choices: Sequence[Choice]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Sum of the log-probabilities of each option's tokens, for choices weighed together.

    A prompt's own logits judge the first token of its options. The prompts are stacked once, padded on the left; then
    all first options are computed, the cache is wound back, all second options, and so on. Only the
    log-probabilities of the options' own tokens are ever kept.
    """
    totals = [_gathered(c.logits[None, :], torch.tensor([option[0] for option in c.options])).tolist() for c in choices]
    room = max(len(option) for choice in choices for option in choice.options) - 1
    if room:
        cache, lengths = stack([choice.prompt for choice in choices], room)
        filled = cache.get_seq_length()
        for n in range(max(len(choice.options) for choice in choices)):
            rest = [list(choice.options[n]) if n < len(choice.options) else [0] for choice in choices]
            for row, more in enumerate(_continued(model, cache, lengths, rest)):
                if n < len(totals[row]):
                    totals[row][n] += more
            rewind(cache, filled)
    for choice, values in zip(choices, totals, strict=True):
        yield choice.item, tuple(values)


def _continued(model: Model, cache: Cache, lengths: torch.Tensor, options: Sequence[list[int]]) -> list[float]:
    """Log-probability of every token after the first of one option a row, summed; shorter ones padded on the right."""
    longest = max(len(option) for option in options)
    if longest == 1:
        return [0.0] * len(options)
    fed = torch.tensor([[*option[:-1], *[0] * (longest - len(option))] for option in options])
    wanted = torch.tensor([[*option[1:], *[0] * (longest - len(option))] for option in options])
    real = torch.tensor([[n < len(option) - 1 for n in range(longest - 1)] for option in options])
    mask = mask_of(lengths, cache.get_seq_length(), longest - 1)
    logits = model.forward(fed, cache, keep=longest - 1, mask=mask, start=lengths)
    values: list[float] = (_gathered(logits, wanted) * real).sum(-1).tolist()
    return values


def _gathered(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Log-probability of each token under its logits: [..., vocabulary] and [...] to [...], in float64."""
    chosen = torch.gather(logits.expand(*tokens.shape, -1), -1, tokens[..., None].to(logits.device))[..., 0]
    normaliser = torch.logsumexp(logits, -1).expand(tokens.shape)
    return (chosen.double() - normaliser.double()).cpu()
