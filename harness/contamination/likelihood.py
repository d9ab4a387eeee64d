"""What a loaded model thinks of texts, token by token.

The engine protocol gives log-likelihoods of options, and no distribution over the vocabulary: these methods need one
at every token, so they take the network itself. Each text is read alone (no padding), and the vocabulary's moments are
computed a few tokens at a time, as logits of a whole text in float32 may not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.errors import ContextOverflowError

Floats = npt.NDArray[np.float64]
_TOKENS_AT_ONCE = 64


@dataclass(frozen=True)
class Reading:
    """A text as a model reads it; T tokens after the first."""

    logprob: Floats  # (T,) natural log of each token's probability
    mean: Floats  # (T,) of log p over the vocabulary, weighted by p
    spread: Floats  # (T,) its standard deviation
    expected: npt.NDArray[np.bool_]  # (T,) the token is what greedy decoding would say

    @property
    def total(self) -> float:
        """Log-likelihood of the text."""
        return float(self.logprob.sum())

    @property
    def recalled(self) -> float:
        """Share of the second half's tokens that greedy decoding would say next, given all that comes before each."""
        return float(self.expected[len(self.expected) // 2 :].mean())

    @property
    def recited(self) -> bool:
        """Whether greedy decoding completes the first half with the second, letter for letter.

        Decoding says the text's own tokens until the first that is not the most likely, so one reading tells.
        """
        return bool(self.expected[len(self.expected) // 2 :].all())


@dataclass(frozen=True)
class Reader:
    """A loaded network with its tokenizer."""

    network: Any  # transformers' causal language model, in eval mode
    tokenizer: Any
    context: int  # tokens it can hold

    def read(self, text: str) -> Reading:
        """Read one text; ContextOverflowError where it is longer than the context."""
        import torch

        ids = self.tokens(text)
        with torch.inference_mode():
            given = torch.tensor([ids], device=self.network.device)
            logits = self.network(input_ids=given, use_cache=False).logits[0, :-1]
            parts = [
                _moments(logits[place : place + _TOKENS_AT_ONCE], given[0, 1 + place : 1 + place + _TOKENS_AT_ONCE])
                for place in range(0, len(ids) - 1, _TOKENS_AT_ONCE)
            ]
        own, mean, spread, expected = (np.concatenate([part[n] for part in parts]) for n in range(4))
        return Reading(own, mean, spread, expected.astype(bool))

    def likelihood(self, text: str) -> float:
        """Log-likelihood of a text, without the moments."""
        import torch

        ids = self.tokens(text)
        with torch.inference_mode():
            given = torch.tensor([ids], device=self.network.device)
            logits = self.network(input_ids=given, use_cache=False).logits[0, :-1]
            losses = [
                torch.nn.functional.cross_entropy(
                    logits[place : place + _TOKENS_AT_ONCE].float(),
                    given[0, 1 + place : 1 + place + _TOKENS_AT_ONCE],
                    reduction="sum",
                )
                for place in range(0, len(ids) - 1, _TOKENS_AT_ONCE)
            ]
        return -float(sum(float(loss) for loss in losses))

    def tokens(self, text: str) -> list[int]:
        """Token ids, with a beginning of text where the tokenizer has one: two tokens at least."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        start = self.tokenizer.bos_token_id
        ids = ids if start is None or ids[:1] == [start] else [start, *ids]
        if len(ids) > self.context:
            remedy = "examine shorter texts, or fewer together"
            raise ContextOverflowError(
                f"a text of {len(ids)} tokens, more than the context's {self.context}", remedy=remedy
            )
        if len(ids) < 2:
            raise ContextOverflowError("a text without a token", remedy="leave empty texts out of the set")
        return ids


def read_all(reader: Reader, texts: Sequence[str], told: Callable[[int, int], None]) -> list[Reading]:
    """Read every text; `told` hears how many of how many are read."""
    found = []
    for number, text in enumerate(texts, 1):
        found.append(reader.read(text))
        told(number, len(texts))
    return found


def _moments(logits: Any, ids: Any) -> tuple[npt.NDArray[Any], ...]:
    """Log-probability, mean and standard deviation over the vocabulary, and whether the token is the most likely."""
    logs = logits.float().log_softmax(-1)
    weights = logs.exp()
    finite = logs.clamp_min(-1e4)  # a token that cannot be has weight 0, and 0 times minus infinity is not a number
    mean = (weights * finite).sum(-1)
    square = (weights * (finite - mean[:, None]) ** 2).sum(-1)
    own = finite.gather(1, ids[:, None])[:, 0]
    parts = (own, mean, square.sqrt(), logs.argmax(-1) == ids)
    return tuple(part.cpu().double().numpy() for part in parts)
