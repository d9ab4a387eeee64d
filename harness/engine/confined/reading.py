"""What a loaded network thinks of texts, token by token: the part of it that runs in the worker.

The engine protocol gives log-likelihoods of options, and no distribution over the vocabulary: the tests of
contamination need one at every token, so they take the network itself. Each text is read alone (no padding). Logits of
a whole text may not fit in memory: they are asked for a bounded part at a time, and the vocabulary's moments are
computed from a few tokens of that.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from harness.engine.base import EngineContext
from harness.errors import ContextOverflowError, EngineError
from harness.types import Completion, Json, Request

T = TypeVar("T")
Floats = npt.NDArray[np.float64]
_TOKENS_AT_ONCE = 64
_LEAST = -1e4  # log-probability of a token that cannot be
LOGITS_BYTES = 512 << 20  # of the logits of one forward pass, in float32


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
    logits_bytes: int = LOGITS_BYTES

    def read(self, text: str) -> Reading:
        """Read one text; ContextOverflowError where it is longer than the context, EngineError for broken weights."""
        import torch

        with torch.inference_mode():
            parts = self._measured(self.tokens(text), _moments)
        own, mean, spread, expected = (np.concatenate([part[n] for part in parts]) for n in range(4))
        for values in (own, mean, spread):
            _demand_numbers(values)
        return Reading(own, mean, spread, expected.astype(bool))

    def likelihood(self, text: str) -> float:
        """Log-likelihood of a text, without the moments; raises as `read` does."""
        import torch

        with torch.inference_mode():
            losses = self._measured(self.tokens(text), _surprise)
        total = -float(sum(losses))
        _demand_numbers(np.array(total))
        return total

    def fits(self, text: str) -> bool:
        """Whether a text can be read: it has a token, and the context holds it."""
        try:
            self.tokens(text)
        except ContextOverflowError:
            return False
        return True

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

    def _measured(self, ids: Sequence[int], measure: Callable[[Any, Any], T]) -> list[T]:
        """What `measure` says of logits, [places, vocabulary], a few places at a time, and of the tokens that follow.

        A text whose logits together exceed the bound is computed again for every part of them: time for memory.
        """
        import torch

        given = torch.tensor([ids], device=self.network.device)
        vocabulary = self.network.config.get_text_config(decoder=True).vocab_size
        step = max(_TOKENS_AT_ONCE, self.logits_bytes // (4 * vocabulary))
        found = []
        for first in range(0, len(ids) - 1, step):
            places = torch.arange(first, min(first + step, len(ids) - 1), device=self.network.device)
            logits = self.network(input_ids=given, use_cache=False, logits_to_keep=places).logits[0]
            for place in range(0, len(places), _TOKENS_AT_ONCE):
                part = logits[place : place + _TOKENS_AT_ONCE]
                found.append(measure(part, given[0, first + place + 1 : first + place + 1 + len(part)]))
            del logits, part  # or two parts are held while the next is computed
        return found


class ReadingEngine:
    """Not asked but read: the checkpoint in float32 on the processor, without a template."""

    runs_weights = True  # of a team: in a worker of its own
    tolerance = 0.0

    def __init__(self, context: EngineContext) -> None:
        """Nothing is loaded before it is entered."""
        self._context = context
        self._reader: Reader | None = None

    @property
    def identity(self) -> Mapping[str, Json]:
        """Everything that can change a reading."""
        versions = {name: importlib.metadata.version(name) for name in ("torch", "transformers", "tokenizers")}
        length = self._context.context_length
        return {"name": "reading", "dtype": "float32", "device": "cpu", "context_length": length, "versions": versions}

    @property
    def reader(self) -> Reader:
        """The loaded network; EngineError before the engine is entered."""
        if self._reader is None:
            raise EngineError("the engine was not entered", remedy="use it as a context manager")
        return self._reader

    def __enter__(self) -> Self:
        """Load; CheckpointError says what the libraries refuse."""
        from harness.engine.transformers.model import Model
        from harness.prompt import PromptStyle

        given = self._context
        if given.checkpoint is None:
            raise EngineError("there is no checkpoint to read", remedy="name an entry that has weights")
        model = Model(given.checkpoint, PromptStyle("verbatim"), "float32", "cpu", given.context_length)
        self._reader = Reader(model.network, model.prompter.tokenizer, model.prompter.context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the weights."""
        self._reader = None

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """EngineError: it reads."""
        raise EngineError("this engine reads texts and answers nothing", remedy="ask the entry's own engine")


def _moments(logits: Any, ids: Any) -> tuple[npt.NDArray[Any], ...]:
    """Log-probability, mean and standard deviation over the vocabulary, and whether the token is the most likely."""
    logs = logits.float().log_softmax(-1)
    weights = logs.exp()
    finite = logs.clamp_min(_LEAST)  # a token that cannot be has weight 0, and 0 times minus infinity is not a number
    mean = (weights * finite).sum(-1)
    square = (weights * (finite - mean[:, None]) ** 2).sum(-1)
    own = finite.gather(1, ids[:, None])[:, 0]
    parts = (own, mean, square.sqrt(), logs.argmax(-1) == ids)
    return tuple(part.cpu().double().numpy() for part in parts)


def _surprise(logits: Any, ids: Any) -> float:
    """Minus the log-probability of tokens together."""
    import torch

    losses = torch.nn.functional.cross_entropy(logits.float(), ids, reduction="none")
    return float(losses.clamp_max(-_LEAST).double().sum())


def _demand_numbers(values: npt.NDArray[np.float64]) -> None:
    if not np.isfinite(values).all():
        raise EngineError("the model's log-likelihoods are not finite", remedy="look at the weights, or shorter texts")
