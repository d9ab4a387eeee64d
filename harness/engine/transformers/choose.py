"""Log-likelihoods of options: each prompt is computed once, its options are rows of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import torch

from harness.engine.transformers.cache import KeyValues, mask_of, stack
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

    A prompt's own logits judge the first token of its options. Only the log-probabilities of the options' own tokens
    are ever kept. Prompts are padded on the left and options on the right, where it changes nothing.
    """
    options = list(chain.from_iterable(choice.options for choice in choices))
    totals = torch.cat(
        [_gathered(c.logits[None, :], torch.tensor([option[0] for option in c.options])) for c in choices]
    )
    longest = max(len(option) for option in options)
    if longest > 1:
        cache, lengths = stack([choice.prompt for choice in choices for _ in choice.options], longest - 1)
        fed = torch.tensor([[*option[:-1], *[0] * (longest - len(option))] for option in options])
        wanted = torch.tensor([[*option[1:], *[0] * (longest - len(option))] for option in options])
        real = torch.tensor([[n < len(option) - 1 for n in range(longest - 1)] for option in options])
        mask = mask_of(lengths, cache.get_seq_length(), longest - 1)
        logits = model.forward(fed, cache, keep=longest - 1, mask=mask, start=lengths)
        totals = totals + (_gathered(logits, wanted) * real).sum(-1)
    values = iter(totals.tolist())
    for choice in choices:
        yield choice.item, tuple(next(values) for _ in choice.options)


def _gathered(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Log-probability of each token under its logits: [..., vocabulary] and [...] to [...], in float64."""
    chosen = torch.gather(logits.expand(*tokens.shape, -1), -1, tokens[..., None].to(logits.device))[..., 0]
    normaliser = torch.logsumexp(logits, -1).expand(tokens.shape)
    return (chosen.double() - normaliser.double()).cpu()
