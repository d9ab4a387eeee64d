"""Requests in, completions out: texts and choices in one stream through one resident vLLM engine."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.engine.base import EngineContext
from harness.engine.clock import Clock
from harness.engine.ending import before_stop
from harness.engine.prompting import Prompt, Prompter, context_length, read_config
from harness.engine.vllm.choose import Ask, Choice
from harness.engine.vllm.settings import (
    Options,
    Settings,
    device_seen,
    engine_arguments,
    environment,
    settle,
    versions,
)
from harness.engine.vllm.stream import Stream
from harness.engine.whole import check_whole
from harness.errors import CheckpointError, EngineError, UnknownNameError
from harness.prompt import prompt_sha256
from harness.types import Completion, Finish, Json, Request

_TOLERANCE = {"float32": 1e-3, "bfloat16": 1.0, "float16": 0.1}  # of a log-likelihood, across orders and neighbours


class VllmEngine:
    """Runs what vLLM runs, on GPUs or with its CPU build."""

    runs_weights = True  # of a team: in a worker of its own

    def __init__(self, context: EngineContext, **options: Any) -> None:
        """Settle the options (`settings.Options`); nothing is loaded before the engine is entered.

        EngineError where vLLM is not installed, where it sees no device, and where the model fits on no number of the
        GPUs that are there.
        """
        if context.checkpoint is None:
            raise CheckpointError("this submission has no checkpoint", remedy="give it one, or another engine")
        valid = [field.name for field in dataclasses.fields(Options)]
        for name in options:
            if name not in valid:
                raise UnknownNameError("option", name, valid, where="engine")
        chosen = Options(**options)
        self._versions = versions()
        self.checkpoint: Path = context.checkpoint
        self.context = context
        bound = context_length(read_config(self.checkpoint), context.context_length)
        self.settings: Settings = settle(self.checkpoint, context.dtype, device_seen(), bound, chosen)
        self.forward_seconds = 0.0  # in vLLM's steps
        self._open = ExitStack()
        self._engine: Any = None
        self._prompter: Prompter | None = None

    @property
    def identity(self) -> Mapping[str, Json]:
        """Everything that can change an answer."""
        return {"name": "vllm", **self.settings.to_json(), "prefix_caching": True, "versions": self._versions}

    @property
    def tolerance(self) -> float:
        """Largest difference of a log-likelihood between orders and neighbours (docs/decisions/0005)."""
        return _TOLERANCE.get(self.settings.dtype, math.inf)

    def __enter__(self) -> Self:
        """Load tokenizer and weights; CheckpointError says what vLLM refuses, or would have made up.

        vLLM 0.32 loads files that lack a part of a fused tensor without a word.
        """
        check_whole(self.checkpoint)
        self._prompter = Prompter(self.checkpoint, self.context.style, self.settings.context)
        self._open.enter_context(environment(self.settings))
        try:
            self._engine = _load(self.checkpoint, self.settings)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free weights and cache, so that another engine can be loaded in this process."""
        if self._engine is not None:
            _unload(self._engine)
        self._engine = self._prompter = None
        self._open.close()

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer every request: the longest texts begin first, choices fill what places become free."""
        if self._engine is None or self._prompter is None:
            raise EngineError("the engine was not entered", remedy="use it as a context manager")
        prompter, prompts = self._prompter, []
        for request in requests:
            prepared = _askable(prompter, request)
            if isinstance(prepared, Completion):
                yield prepared
            else:
                prompts.append(prepared)
        cache, block = _cache_tokens(self._engine), self.settings.block_size
        stream: Stream[Written | Choice] = Stream(
            self._engine, sampling_params, self.settings.max_sequences, cache, block
        )
        clock = Clock()
        for key, ask, output in stream.run(_asks(prompter, prompts)):
            completion = _answer(prompter, stream, key, ask, output)
            self.forward_seconds, stream.step_seconds = self.forward_seconds + stream.step_seconds, 0.0
            if completion is not None:
                yield dataclasses.replace(completion, seconds=clock.share(1))
                clock.restart()


@dataclasses.dataclass(slots=True, eq=False)
class Written:
    """A text being written; what a stop string cut short among the model's thoughts goes on."""

    prompt: Prompt
    tokens: list[int] = dataclasses.field(default_factory=list)
    logs: list[float] = dataclasses.field(default_factory=list)

    def ask(self, prompter: Prompter) -> Ask:
        """What is still to be written, after what is written already."""
        sampling = _sampling(prompter, self.prompt.request)
        sampling["max_tokens"] -= len(self.tokens)
        return Ask([*self.prompt.ids, *self.tokens], sampling, ("text", 0))

    def take(self, prompter: Prompter, generated: Any) -> bool:
        """Add what vLLM wrote; whether the answer goes on, because a stop string does not end thoughts."""
        tokens = list(generated.token_ids)
        self.logs += [row[token].logprob for token, row in zip(tokens, generated.logprobs, strict=True)]
        self.tokens += tokens
        budget = self.prompt.request.sampling.max_new_tokens
        if generated.finish_reason != "stop" or tokens[-1] in prompter.ends or len(self.tokens) >= budget:
            return False
        whole, stops = prompter.spelled(self.tokens), prompter.stops(self.prompt.request)
        return before_stop(whole, stops, thinking=self.prompt.thinking) is None


def _load(folder: Path, settings: Settings) -> Any:
    from vllm import EngineArgs
    from vllm.v1.engine.llm_engine import LLMEngine

    try:
        return LLMEngine.from_engine_args(EngineArgs(**engine_arguments(folder, settings)))
    except Exception as error:  # vLLM raises anything, also for a team's files
        remedy = "see what vLLM says above with VLLM_LOGGING_LEVEL=INFO; engine.memory=… gives the cache fewer bytes"
        raise CheckpointError(f"{type(error).__name__}: {error}", where=folder.name, remedy=remedy) from error


def _unload(engine: Any) -> None:
    from vllm.distributed import cleanup_dist_env_and_memory

    with contextlib.suppress(Exception):  # an engine that died has nothing left to stop
        engine.engine_core.shutdown()
    cleanup_dist_env_and_memory()
    gc.collect()


def sampling_params(wanted: Mapping[str, Any]) -> Any:
    """Parameters of one request for vLLM: one token, greedily, unless more is wanted; its answer when it is whole."""
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    one_token = {"temperature": 0.0, "max_tokens": 1, "detokenize": False}
    return SamplingParams(**{**one_token, **wanted, "output_kind": RequestOutputKind.FINAL_ONLY})


def _cache_tokens(engine: Any) -> int:
    cache = engine.vllm_config.cache_config
    return (int(cache.num_gpu_blocks) - 1) * int(cache.block_size)  # one block is nobody's


def _askable(prompter: Prompter, request: Request) -> Prompt | Completion:
    if not request.options and request.sampling.max_new_tokens < 1:
        digest = prompt_sha256("")
        return Completion(request.item, "", "error", 0, 0, digest, error="the request allows no token of answer")
    return prompter.prepare(request)


def _asks(prompter: Prompter, prompts: Sequence[Prompt]) -> Iterator[tuple[Written | Choice, Ask]]:
    """Longest budget first, and prompts that begin alike beside each other while the cache holds their beginning."""
    texts = [prompt for prompt in prompts if not prompt.options]
    for prompt in sorted(texts, key=lambda prompt: (-prompt.request.sampling.max_new_tokens, prompt.ids)):
        written = Written(prompt)
        yield written, written.ask(prompter)
    choices = [prompt for prompt in prompts if prompt.options]
    for prompt in sorted(choices, key=lambda prompt: prompt.ids):
        choice = Choice(prompt)
        for ask in choice.begin():
            yield choice, ask


def _sampling(prompter: Prompter, request: Request) -> dict[str, Any]:
    """Every parameter explicit. `logprobs` is of the chosen token alone: it shows logits that are not finite."""
    sampling = request.sampling
    return {
        "max_tokens": sampling.max_new_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "stop": list(prompter.stops(request)),
        "stop_token_ids": sorted(prompter.ends),
        "logprobs": 0,
        "detokenize": True,
    }


def _answer(
    prompter: Prompter, stream: Stream[Written | Choice], key: Written | Choice, ask: Ask, output: Any
) -> Completion | None:
    """The completion that an answer ends, if it ends one."""
    prompt = key.prompt
    if output.outputs[0].finish_reason not in ("stop", "length"):
        return _failed(prompt, f"vLLM ended this request with {output.outputs[0].finish_reason!r}")
    if isinstance(key, Written):
        if key.take(prompter, output.outputs[0]):
            stream.push(key, key.ask(prompter))
            return None
        return _text(prompter, key, output.outputs[0].finish_reason)
    try:
        for more in key.take(ask.part, output):
            stream.push(key, more)
    except EngineError as error:
        return _failed(prompt, str(error))
    return _weighed(key) if key.done else None


def _text(prompter: Prompter, written: Written, finish: Finish) -> Completion:
    if not all(math.isfinite(log) for log in written.logs):
        return written.prompt.broken("the model's logits are not finite")
    # a stop string among the thoughts that used up the budget has not ended the answer
    stopped = prompter.spelled(written.tokens) != (text := prompter.text(written.tokens, written.prompt))
    ended = stopped or written.tokens[-1] in prompter.ends
    return _completion(written.prompt, text, finish if ended else "length", len(written.tokens))


def _weighed(choice: Choice) -> Completion:
    logs, greedy = choice.weights()
    if not all(math.isfinite(log) for log in logs):
        return choice.prompt.broken("the model's log-likelihoods are not finite")
    tokens = sum(len(option) for option in choice.prompt.options)
    whole = _completion(choice.prompt, "", "stop", tokens)
    return dataclasses.replace(whole, option_logprobs=logs, option_greedy=greedy)


def _completion(prompt: Prompt, text: str, finish: Finish, tokens: int) -> Completion:
    digest = prompt_sha256(prompt.text)
    return Completion(prompt.request.item, text, finish, len(prompt.ids), tokens, digest)


def _failed(prompt: Prompt, why: str) -> Completion:
    digest = prompt_sha256(prompt.text)
    return Completion(prompt.request.item, "", "error", len(prompt.ids), 0, digest, error=why)
