"""Requests in, completions out: prompts that begin alike share the computation of their beginning."""

from __future__ import annotations

import importlib.metadata
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import torch

from harness.engine.base import EngineContext
from harness.engine.transformers.cache import KeyValues
from harness.engine.transformers.choose import Choice, weigh
from harness.engine.transformers.decode import Row, Width, decode
from harness.engine.transformers.model import DTYPES, Model
from harness.engine.transformers.prefill import prefill
from harness.errors import CheckpointError, EngineError, PromptError, UnknownNameError, UsageError
from harness.prompt import prompt_sha256
from harness.types import Completion, Json, Message, Request

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
        batch_size: int = 32,
        batch_tokens: int = 12288,
        threads: int | None = None,
    ) -> None:
        """Keep the options; nothing is loaded before the engine is entered."""
        if context.checkpoint is None:
            raise CheckpointError("this submission has no checkpoint", remedy="give it one, or another engine")
        for name, value in (("batch_size", batch_size), ("batch_tokens", batch_tokens), ("threads", threads or 1)):
            if not isinstance(value, int) or value < 1:
                raise UsageError(f"{value!r} is no number of at least 1", where=f"engine.{name}", remedy="give one")
        self.checkpoint = context.checkpoint
        self.context = context
        self.dtype = _one_of(dtype or context.dtype, DTYPES, "engine.dtype")
        self.device = _device(device)
        self.batch_size = batch_size
        self.batch_tokens = batch_tokens
        self.threads = threads
        self._model: Model | None = None
        self._spent = 0.0  # seconds of forward passes of models since freed

    @property
    def identity(self) -> Mapping[str, Json]:
        """Everything that can change an answer."""
        return {
            "name": "transformers",
            "dtype": self.dtype,
            "device": self.device,
            "batch_size": self.batch_size,
            "batch_tokens": self.batch_tokens,
            "attention": "sdpa",
            "threads": self.threads,
            "context_length": self.context.context_length,
            "versions": {name: importlib.metadata.version(name) for name in ("torch", "transformers", "tokenizers")},
        }

    @property
    def tolerance(self) -> float:
        """Largest difference of a log-likelihood between batch compositions (docs/decisions/0001)."""
        return _TOLERANCE.get(self.dtype, math.inf)

    @property
    def forward_seconds(self) -> float:
        """Wall time spent in the model's forward passes so far."""
        return self._spent + (self._model.forward_seconds if self._model else 0.0)

    def __enter__(self) -> Self:
        """Load the checkpoint."""
        if self.threads:
            torch.set_num_threads(self.threads)
        given = self.context
        self._model = Model(self.checkpoint, given.style, self.dtype, self.device, given.context_length)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the weights."""
        self._spent = self.forward_seconds
        self._model = None

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer every request: choices first, then texts, prompts that begin alike computed together."""
        model = self._loaded()
        prompts: list[Prompt] = []
        for request in requests:
            prepared = _prepare(model, request)
            if isinstance(prepared, Completion):
                yield prepared
            else:
                prompts.append(prepared)
        yield from self._choose(model, [prompt for prompt in prompts if prompt.options])
        yield from self._generate(model, [prompt for prompt in prompts if not prompt.options])

    def _choose(self, model: Model, prompts: Sequence[Prompt]) -> Iterator[Completion]:
        asked = {prompt.request.item: prompt for prompt in prompts}
        clock = _Clock()
        for chunk in self._chunks(_computed(model, prompts)):
            if isinstance(chunk, Completion):
                yield chunk
                continue
            weighed = list(weigh(model, chunk))
            seconds = clock.share(len(chunk))
            for item, scores in weighed:
                yield _weighed(asked[item], scores, seconds)

    def _chunks(self, computed: Iterator[Computed | Completion]) -> Iterator[list[Choice] | Completion]:
        """Choices that fit one batch together; broken ones pass as they are."""
        chunk: list[Choice] = []
        for entry in computed:
            if isinstance(entry, Completion):
                yield entry
                continue
            choice = Choice(entry.prompt.request.item, entry.key_values, entry.logits, entry.prompt.options)
            longest = max(c.prompt[0][0].shape[-2] for c in [*chunk, choice])
            rows = len(chunk) + 1
            if chunk and (rows > self.batch_size or rows * longest > self.batch_tokens):
                yield chunk
                chunk = []
            chunk.append(choice)
        if chunk:
            yield chunk

    def _generate(self, model: Model, prompts: Sequence[Prompt]) -> Iterator[Completion]:
        asked = {prompt.request.item: prompt for prompt in prompts}
        broken: list[Completion] = []
        clock = _Clock()
        waiting = _rows(model, _computed(model, prompts), broken)
        for row in decode(model, waiting, Width(self.batch_size, self.batch_tokens)):
            yield _generated(asked[row.item], row, clock.share(1))
            yield from _drained(broken)
        yield from broken

    def _loaded(self) -> Model:
        if self._model is None:
            raise EngineError("the engine was not entered", remedy="use it as a context manager")
        return self._model


def _device(wanted: str) -> str:
    """`auto` is settled before the plan is made: answers of a CPU and of a GPU never share a record."""
    seen = torch.cuda.is_available()
    if _one_of(wanted, ("auto", "cpu", "cuda"), "engine.device") == "cuda" and not seen:
        raise UsageError("torch sees no GPU here", where="engine.device", remedy="engine.device=cpu, or a CUDA build")
    return "cuda" if seen and wanted != "cpu" else "cpu"


def _one_of(value: str, valid: Iterable[str], where: str) -> str:
    if value not in valid:
        raise UnknownNameError("value", str(value), valid, where=where)
    return value


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


@dataclass(frozen=True, slots=True)
class Computed:
    """A prompt with its keys and values and its last logits."""

    prompt: Prompt
    key_values: KeyValues
    logits: torch.Tensor


class _Clock:
    """Shares wall time among answers as they come."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def share(self, among: int) -> float:
        """Seconds since the last call, divided."""
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        return seconds / among


def _computed(model: Model, prompts: Sequence[Prompt]) -> Iterator[Computed | Completion]:
    """Prefill prompts, those with the same beginning together; logits that are not finite are that item's error."""
    groups: dict[tuple[Message, ...], list[Prompt]] = defaultdict(list)
    for prompt in prompts:
        groups[prompt.request.messages[:-1]].append(prompt)
    for group in groups.values():
        for n, key_values, logits in prefill(model, [prompt.ids for prompt in group]):
            if bool(torch.isfinite(logits).all()):
                yield Computed(group[n], key_values, logits)
            else:
                yield _broken(group[n], "the model's logits are not finite")


def _rows(model: Model, computed: Iterator[Computed | Completion], broken: list[Completion]) -> Iterator[Row]:
    """Computed prompts as rows to decode; broken ones are put aside."""
    for entry in computed:
        if isinstance(entry, Completion):
            broken.append(entry)
            continue
        request = entry.prompt.request
        stops = (*request.sampling.stop, *model.style.stops(request.language))
        budget, first = request.sampling.max_new_tokens, int(entry.logits.max(-1).indices)
        yield Row(request.item, stops, budget, len(entry.prompt.ids), entry.key_values, [first])


def _drained(waiting: list[Completion]) -> Iterator[Completion]:
    while waiting:
        yield waiting.pop()


def _weighed(prompt: Prompt, scores: tuple[float, ...], seconds: float) -> Completion:
    if not all(math.isfinite(score) for score in scores):
        return _broken(prompt, "the model's log-likelihoods are not finite")
    tokens = sum(len(option) for option in prompt.options)
    digest = prompt_sha256(prompt.text)
    return Completion(prompt.request.item, "", "stop", len(prompt.ids), tokens, digest, scores, seconds)


def _generated(prompt: Prompt, row: Row, seconds: float) -> Completion:
    if row.finish == "broken":
        return _broken(prompt, "the model's logits are not finite")
    digest = prompt_sha256(prompt.text)
    return Completion(row.item, row.text, row.finish, len(prompt.ids), len(row.tokens), digest, (), seconds)


def _broken(prompt: Prompt, why: str) -> Completion:
    """The weights' own fault, unlike a fault of the machine: not an answer, and not our fault either."""
    digest = prompt_sha256(prompt.text)
    return Completion(prompt.request.item, "", "broken", len(prompt.ids), 0, digest, error=why)
