"""Requests in, completions out: what requests begin with alike is computed and attended once."""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

import torch

from harness.engine.base import EngineContext
from harness.engine.clock import Clock
from harness.engine.ending import Ending
from harness.engine.prompting import Prompt
from harness.engine.transformers.choose import Weight, weigh
from harness.engine.transformers.decode import Row, decode
from harness.engine.transformers.memory import ran_out, release, width_of
from harness.engine.transformers.model import DTYPES, Model
from harness.engine.transformers.probe import adopt_cascade
from harness.engine.transformers.recompute import decode_alone, weigh_alone
from harness.engine.transformers.walk import Width
from harness.errors import CheckpointError, EngineError, UnknownNameError, UsageError
from harness.prompt import prompt_sha256
from harness.types import Completion, Json, Request

_TOLERANCE = {"float32": 1e-4, "bfloat16": 1.0, "float16": 0.1}  # of a log-likelihood, across batches (docs/noise.md)
_WINDOW = 1 << 20  # tokens of prompts and options whose choices are planned together
_REMEDIES = {"memory": "give a number of bytes, for instance 2147483648"}
_SMALLEST = 16  # tokens of a pass: with no memory for these, there is none for the model


class TransformersEngine:
    """Runs models of the transformers library on CPU or GPU, greedily."""

    runs_weights = True  # of a team: in a worker of its own

    def __init__(
        self,
        context: EngineContext,
        dtype: str | None = None,
        device: str = "auto",
        memory: int | None = None,
        rows: int | None = None,
        threads: int | None = None,
    ) -> None:
        """Keep the options; nothing is loaded before the engine is entered."""
        if context.checkpoint is None:
            raise CheckpointError("this submission has no checkpoint", remedy="give it one, or another engine")
        for name, value in (("memory", memory), ("rows", rows), ("threads", threads)):
            if value is not None and (type(value) is not int or value < 1):
                what = f"{value!r} is not a whole number of at least 1"
                raise UsageError(what, where=f"engine.{name}", remedy=_REMEDIES.get(name, "give one"))
        self.checkpoint = context.checkpoint
        self.context = context
        self.dtype = _one_of(context.dtype if dtype is None else dtype, DTYPES, "engine.dtype")
        self.device = _device(device)
        self.memory, self.rows, self.threads = memory, rows, threads
        self.notes: dict[str, Json] = {}  # what was met on the way, for the record's conditions
        self._model: Model | None = None
        self._alone = False
        self._spent = 0.0  # seconds of forward passes of models since freed
        self._lost = 0.0  # of these, at the ends of batches

    @property
    def identity(self) -> Mapping[str, Json]:
        """Everything that can change an answer."""
        return {
            "name": "transformers",
            "dtype": self.dtype,
            "device": self.device,
            "memory": self.memory,
            "rows": self.rows,
            "attention": "cascade",
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

    @property
    def drained_seconds(self) -> float:
        """Of these, what the ends of batches lost: the last answers have the model to themselves."""
        return self._lost + (self._model.drained_seconds if self._model else 0.0)

    def __enter__(self) -> Self:
        """Load the checkpoint, and try the attention on it."""
        if self.threads:
            torch.set_num_threads(self.threads)
        given = self.context
        self._model = Model(self.checkpoint, given.style, self.dtype, self.device, given.context_length)
        reason = adopt_cascade(self._model)
        self._alone = bool(reason)
        self.notes["attention"] = f"every sequence computed alone: {reason}" if reason else "cascade"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the weights."""
        self._spent, self._lost = self.forward_seconds, self.drained_seconds
        self._model = None

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer every request: choices first, then texts.

        Where memory runs out, what is unanswered is asked again with half as much at a time.
        """
        model = self._loaded()
        left: dict[str, Prompt] = {}
        if len({request.item for request in requests}) < len(requests):
            raise EngineError("two requests ask the same item at once", remedy="ask the turns of a dialogue one by one")
        for request in requests:
            prompt = _prepared(model, request)
            if isinstance(prompt, Completion):
                yield prompt
            else:
                left[request.item] = prompt
        width = width_of(model, self.memory, self.rows)
        while left:
            try:
                for completion in self._answers(model, list(left.values()), width):
                    del left[completion.item]
                    yield completion
            except (RuntimeError, MemoryError) as error:
                if not ran_out(error):
                    raise
                width = self._halved(width, error)
            if left:
                release(model)  # here, where the error no longer holds what its frames held

    def _answers(self, model: Model, prompts: Sequence[Prompt], width: Width) -> Iterator[Completion]:
        yield from _chosen(model, [prompt for prompt in prompts if prompt.options], width, alone=self._alone)
        yield from _written(model, [prompt for prompt in prompts if not prompt.options], width, alone=self._alone)

    def _halved(self, width: Width, error: BaseException) -> Width:
        """Less at a time; EngineError when even the least is too much."""
        if self._alone or width.tokens <= _SMALLEST:
            raise EngineError(
                f"out of memory even one request at a time: {error}",
                remedy="use a machine with more memory, or a smaller dtype if the rules allow it",
            ) from error
        self.notes["memory_halvings"] = self.notes.get("memory_halvings", 0) + 1
        return width.halved()

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


def _prepared(model: Model, request: Request) -> Prompt | Completion:
    """A prompt in tokens; what this engine cannot be asked is an error of that item alone."""
    if request.sampling.temperature > 0:
        why = "this engine decodes greedily: set the temperature to 0"
        return Completion(request.item, "", "error", 0, 0, prompt_sha256(""), error=why)
    if not request.options and request.sampling.max_new_tokens < 1:
        why = "an answer of no token is asked for: give max_new_tokens"
        return Completion(request.item, "", "error", 0, 0, prompt_sha256(""), error=why)
    return model.prompter.prepare(request)


def _chosen(model: Model, prompts: Sequence[Prompt], width: Width, *, alone: bool) -> Iterator[Completion]:
    """Choices, each as soon as its last option is weighed."""
    clock = Clock()
    for window in _windows(prompts):
        pairs = [(prompt.ids, option) for prompt in window for option in prompt.options]
        owner = [(prompt, n) for prompt in window for n in range(len(prompt.options))]
        weights: dict[str, dict[int, Weight]] = {prompt.request.item: {} for prompt in window}
        passes = (
            ([(n, weigh_alone(model, *pair))] for n, pair in enumerate(pairs)) if alone else weigh(model, pairs, width)
        )
        for weighed in passes:
            full = []
            for place, weight in weighed:
                prompt, option = owner[place]
                known = weights[prompt.request.item]
                known[option] = weight
                if len(known) == len(prompt.options):
                    full.append((prompt, [known[n] for n in range(len(known))]))
            seconds = clock.share(len(full))
            for prompt, found in full:
                beside = len(window) > 1 and not _finite(found)
                yield _choice(prompt, _apart(model, prompt, width) if beside and not alone else found, seconds)
            clock.restart()


def _windows(prompts: Sequence[Prompt]) -> Iterator[list[Prompt]]:
    """Prompts that begin alike stand together; a window is what is planned at a time."""
    window: list[Prompt] = []
    tokens = 0
    for prompt in sorted(prompts, key=lambda prompt: prompt.ids):
        window.append(prompt)
        tokens += len(prompt.ids) * len(prompt.options)
        if tokens > _WINDOW:
            yield window
            window, tokens = [], 0
    if window:
        yield window


def _written(model: Model, prompts: Sequence[Prompt], width: Width, *, alone: bool) -> Iterator[Completion]:
    """Texts, each as it ends."""
    clock = Clock()
    rows = [
        Row(n, prompt.request.sampling.max_new_tokens, _ending(model, prompt), prompt.ids)
        for n, prompt in enumerate(prompts)
    ]
    for row in (decode_alone(model, row) for row in rows) if alone else decode(model, rows, width):
        yield _text(prompts[row.place], row, clock.share(1))
        clock.restart()


def _ending(model: Model, prompt: Prompt) -> Ending:
    return Ending(model.vocabulary, model.prompter.stops(prompt.request), thinking=prompt.thinking)


def _apart(model: Model, prompt: Prompt, width: Width) -> list[Weight]:
    """Weights of one prompt computed with no other beside it: a NaN of a neighbour passes through any mask."""
    pairs = [(prompt.ids, option) for option in prompt.options]
    known = {place: weight for weighed in weigh(model, pairs, width) for place, weight in weighed}
    return [known[place] for place in range(len(pairs))]


def _finite(weights: Sequence[Weight]) -> bool:
    return all(math.isfinite(weight.logprob) for weight in weights)


def _choice(prompt: Prompt, weights: Sequence[Weight], seconds: float) -> Completion:
    if not _finite(weights):
        return prompt.broken("the model's log-likelihoods are not finite")
    return Completion(
        item=prompt.request.item,
        text="",
        finish="stop",
        prompt_tokens=len(prompt.ids),
        completion_tokens=sum(len(option) for option in prompt.options),
        prompt_sha256=prompt_sha256(prompt.text),
        option_logprobs=tuple(weight.logprob for weight in weights),
        option_greedy=tuple(weight.greedy for weight in weights),
        seconds=seconds,
    )


def _text(prompt: Prompt, row: Row, seconds: float) -> Completion:
    if row.finish is None or row.finish == "broken":
        return prompt.broken("the model's logits are not finite")
    return Completion(
        item=prompt.request.item,
        text=row.text,
        finish=row.finish,
        prompt_tokens=len(prompt.ids),
        completion_tokens=len(row.tokens),
        prompt_sha256=prompt_sha256(prompt.text),
        seconds=seconds,
    )
