"""Requests in, completions out: prompts that begin alike share the computation of their beginning."""

from __future__ import annotations

import importlib.metadata
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import torch

from harness.engine.base import EngineContext
from harness.engine.transformers.cache import KeyValues, branch, contents
from harness.engine.transformers.choose import option_logprobs
from harness.engine.transformers.decode import Row, decode
from harness.engine.transformers.model import Model
from harness.errors import CheckpointError, EngineError, PromptError
from harness.prompt import prompt_sha256
from harness.types import Completion, Json, Message, Request

_SHORTEST_SHARED = 16  # tokens: a shorter common beginning is not worth a pass of its own
_TOLERANCE = {"float32": 1e-4, "bfloat16": 0.5, "float16": 0.05}  # of a log-likelihood, across batches


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request with its rendered and tokenised prompt."""

    request: Request
    text: str
    ids: list[int]
    options: list[list[int]]


class TransformersEngine:
    """Runs attention models of the transformers library on CPU or GPU, greedily."""

    def __init__(
        self,
        context: EngineContext,
        dtype: str | None = None,
        device: str = "auto",
        batch_size: int = 16,
        threads: int | None = None,
    ) -> None:
        """Keep the options; nothing is loaded before the engine is entered."""
        if context.checkpoint is None:
            raise CheckpointError("this submission has no checkpoint", remedy="give it one, or another engine")
        self.context = context
        self.dtype = dtype or context.dtype
        self.device = device
        self.batch_size = batch_size
        self.threads = threads
        self._model: Model | None = None

    @property
    def identity(self) -> Mapping[str, Json]:
        """Everything that can change an answer."""
        return {
            "name": "transformers",
            "dtype": self.dtype,
            "device": self.device,
            "batch_size": self.batch_size,
            "attention": "sdpa",
            "versions": {name: importlib.metadata.version(name) for name in ("torch", "transformers", "tokenizers")},
        }

    @property
    def tolerance(self) -> float:
        """Largest difference of a log-likelihood between batch compositions (docs/decisions has the measurements)."""
        return _TOLERANCE.get(self.dtype, math.inf)

    @property
    def forward_seconds(self) -> float:
        """Wall time spent in the model's forward passes so far."""
        return self._model.forward_seconds if self._model else 0.0

    def __enter__(self) -> Self:
        """Load the checkpoint."""
        assert self.context.checkpoint is not None  # noqa: S101 - the constructor refused it
        if self.threads:
            torch.set_num_threads(self.threads)
        self._model = Model(self.context.checkpoint, self.context.style, self.dtype, self.device)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the weights."""
        self._model = None

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer every request, those with the same beginning together, in the order of their first appearance."""
        model = self._loaded()
        groups: dict[tuple[Message, ...], list[Request]] = defaultdict(list)
        for request in requests:
            groups[request.messages[:-1]].append(request)
        for group in groups.values():
            prompts: list[Prompt] = []
            for request in group:
                prepared = _prepare(model, request)
                if isinstance(prepared, Completion):
                    yield prepared
                else:
                    prompts.append(prepared)
            yield from self._run_group(model, prompts)

    def _run_group(self, model: Model, prompts: list[Prompt]) -> Iterator[Completion]:
        shared_ids = _common_beginning([prompt.ids for prompt in prompts])
        shared = _prefill(model, [], shared_ids)[0] if shared_ids else []
        choices = [prompt for prompt in prompts if prompt.options]
        texts = sorted((p for p in prompts if not p.options), key=lambda p: -len(p.ids))
        for prompt in choices:
            yield _choose(model, shared, len(shared_ids), prompt)
        for start in range(0, len(texts), self.batch_size):
            yield from _generate(model, shared, len(shared_ids), texts[start : start + self.batch_size])

    def _loaded(self) -> Model:
        if self._model is None:
            raise EngineError("the engine was not entered", remedy="use it as a context manager")
        return self._model


def _prepare(model: Model, request: Request) -> Prompt | Completion:
    """Render and tokenise; a request that cannot be asked is an error of that item alone."""
    text = ""
    try:
        if request.sampling.temperature > 0:
            raise EngineError("this engine decodes greedily", remedy="set the temperature to 0")
        text = model.style.render(request.messages, request.language)
        ids = model.tokens(text, request.sampling.max_new_tokens)
        options = [model.continuation(text, ids, option) for option in request.options]
    except (EngineError, PromptError) as error:
        return Completion(request.item, "", "error", 0, 0, prompt_sha256(text), error=str(error))
    return Prompt(request, text, ids, options)


def _common_beginning(sequences: Sequence[list[int]]) -> list[int]:
    """The longest common beginning that leaves every sequence one token of its own; empty when not worth it."""
    if len(sequences) < 2:
        return []
    low, high = min(sequences), max(sequences)  # in lexicographic order all others lie between
    bound = min(len(s) for s in sequences) - 1
    length = next((n for n in range(bound) if low[n] != high[n]), bound)
    return low[:length] if length >= _SHORTEST_SHARED else []


def _prefill(model: Model, shared: KeyValues, ids: Sequence[int]) -> tuple[KeyValues, torch.Tensor]:
    """Compute tokens after a shared prefix: keys and values of all, and the last token's logits [vocabulary]."""
    cache = branch(shared, 1, len(ids))
    logits = model.forward(torch.tensor([list(ids)]), cache, keep=1)
    return contents(cache), logits[0, -1]


def _choose(model: Model, shared: KeyValues, skip: int, prompt: Prompt) -> Completion:
    begin = time.perf_counter()
    computed, logits = _prefill(model, shared, prompt.ids[skip:])
    scores = option_logprobs(model, computed, logits, prompt.options)
    seconds = time.perf_counter() - begin
    if not all(math.isfinite(score) for score in scores):
        return _broken(prompt, "the model's log-likelihoods are not finite")
    tokens = sum(len(option) for option in prompt.options)
    return Completion(
        prompt.request.item, "", "stop", len(prompt.ids), tokens, prompt_sha256(prompt.text), scores, seconds
    )


def _generate(model: Model, shared: KeyValues, skip: int, prompts: Sequence[Prompt]) -> Iterator[Completion]:
    begin = time.perf_counter()
    rows: list[Row] = []
    asked = {prompt.request.item: prompt for prompt in prompts}
    for prompt in prompts:
        computed, logits = _prefill(model, shared, prompt.ids[skip:])
        if not bool(torch.isfinite(logits).all()):
            yield _broken(prompt, "the model's logits are not finite")
            continue
        sampling = prompt.request.sampling
        stops = (*sampling.stop, *model.style.stops(prompt.request.language))
        rows.append(Row(prompt.request.item, stops, sampling.max_new_tokens, computed, int(logits.argmax())))
    for row in decode(model, rows):
        prompt = asked[row.item]
        seconds = (time.perf_counter() - begin) / len(prompts)
        yield Completion(
            row.item, row.text, row.finish, len(prompt.ids), len(row.tokens), prompt_sha256(prompt.text), (), seconds
        )


def _broken(prompt: Prompt, why: str) -> Completion:
    return Completion(prompt.request.item, "", "error", len(prompt.ids), 0, prompt_sha256(prompt.text), error=why)
