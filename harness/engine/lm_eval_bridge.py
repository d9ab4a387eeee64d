"""One of our engines as a model of lm-eval: `lm_eval.simple_evaluate(model=lm_eval_model(engine), tasks=[…])`.

Every instance becomes a request of ours whose prompt is taken as it is (`PromptStyle("verbatim")`). Continuations of
one context are the options of one request, so that the engine computes the context once. Where lm-eval changes or
splits a text silently we refuse: the error names each such item. docs/decisions/0006-lm-eval.md compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from harness.engine.base import Engine
from harness.errors import EngineError
from harness.lm_eval_terms import sampling_of, split_pair
from harness.types import Completion, Message, Request, Sampling

_LANGUAGE = "en"  # of no effect on a verbatim prompt
_TOGETHER = 64  # options of one request: mutual information asks every option of a task after an empty context
_SHOWN = 8  # refused items that an error lists

Answers = dict[int, Any]  # place of an instance -> its answer


def lm_eval_model(engine: Engine, checkpoint: Path | None = None) -> Any:
    """An `lm_eval.api.model.LM` that asks `engine`, which must be entered and made for verbatim prompts.

    `checkpoint` is the folder whose tokenizer says what stands before an empty context; the engine's own by default.
    EngineError when lm-eval is not installed, or when the engine would dress the prompts.
    """
    try:
        from lm_eval.api.model import LM
    except ImportError as error:
        remedy = "pip install 'grand-defi[lm-eval]'"
        raise EngineError(f"lm-eval cannot be imported: {error}", where="lm-eval bridge", remedy=remedy) from error
    context = getattr(engine, "context", None)
    if context is not None and context.style.kind != "verbatim":
        remedy = 'make the engine with EngineContext(PromptStyle("verbatim"), …)'
        raise EngineError("the engine would put lm-eval's prompts into a prompt style of its own", remedy=remedy)
    folder = checkpoint or getattr(context, "checkpoint", None)
    return type("EngineLM", (Bridge, LM), {})(engine, read_beginning(folder) if folder else Beginning())


@dataclass(frozen=True, slots=True)
class Beginning:
    """What stands before an empty context: lm-eval's prefix token, which is BOS, or EOS where there is no BOS."""

    token: str = ""  # the token's text; empty where the engine has no tokenizer
    added: bool = False  # the tokenizer writes it before every text
    tokenizer: Any = None

    def pair(self, context: str, continuation: str) -> tuple[str, str]:
        """The prompt and the option that have lm-eval's tokens; EngineError where no text has."""
        if context:
            return split_pair(self.once(context), continuation)
        rest = continuation.removeprefix(self.token)  # lm-eval takes a prefix token that is there already
        if self.tokenizer is not None:
            whole = self.tokenizer(self._prompt + rest)["input_ids"]
            alone = self.tokenizer(rest, add_special_tokens=False)["input_ids"]
            if whole[1:] != alone:
                raise EngineError(f"after {self.token!r} the text has other tokens than alone")
        return self._prompt, rest

    def once(self, context: str) -> str:
        """A context without the token that the tokenizer writes again (lm-eval then tells it not to)."""
        return context.removeprefix(self.token) if self.added else context

    @property
    def _prompt(self) -> str:
        return "" if self.added else self.token


def read_beginning(folder: Path) -> Beginning:
    """What a checkpoint's tokenizer puts before an empty context."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    token = tokenizer.bos_token or tokenizer.eos_token or ""
    return Beginning(
        token, bool(token) and tokenizer("")["input_ids"] == tokenizer.convert_tokens_to_ids([token]), tokenizer
    )


@dataclass(slots=True)
class _Asked:
    """Requests on their way, and which instances each of their parts answers."""

    requests: list[Request] = field(default_factory=list)
    places: dict[str, list[list[int]]] = field(default_factory=dict)  # request -> instances of each option, or of all
    refused: dict[str, str] = field(default_factory=dict)  # item -> why

    def add(self, name: str, request: Request, places: list[list[int]]) -> None:
        """Put one more request on its way under a name of its own."""
        self.requests.append(request)
        self.places[name] = places


class Bridge:
    """What lm-eval asks of a model, asked of an engine. `lm_eval_model` joins it with lm-eval's own base class."""

    cache_hook: Any  # lm-eval's, set by its base class

    def __init__(self, engine: Engine, beginning: Beginning) -> None:
        """Keep the engine; lm-eval's base class sets what it needs itself."""
        super().__init__()
        self.engine = engine
        self.beginning = beginning

    def loglikelihood(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[tuple[float, bool]]:
        """Log-likelihood of each continuation, and whether greedy decoding gives it; EngineError names what is not."""
        pairs = {n: (str(r.args[0]), str(r.args[1])) for n, r in enumerate(requests)}
        return self._weighed("loglikelihood", requests, pairs)

    def loglikelihood_rolling(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[float]:
        """Log-likelihood of each whole text after the prefix token.

        A text longer than the context is refused: lm-eval cuts it into windows of tokens, which have no text.
        """
        pairs = {n: ("", str(r.args[0])) for n, r in enumerate(requests)}
        return self._weighed("loglikelihood_rolling", requests, pairs)

    def generate_until(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[str]:
        """The greedy answer to each prompt, up to its first stop; equal questions are asked once."""
        asked, alike = _Asked(), dict[tuple[str, Sampling], list[int]]()
        for n, request in enumerate(requests):
            try:
                if len(request.args) > 2:
                    raise EngineError("the task shows pictures or sound; this engine reads text")
                prompt = self.beginning.once(request.args[0])
                alike.setdefault((prompt, sampling_of(request.args[1])), []).append(n)
            except EngineError as error:
                asked.refused[_name(requests, n)] = str(error)
        for (prompt, sampling), places in alike.items():
            name = _name(requests, places[0])
            asked.add(name, Request(name, _LANGUAGE, (Message("user", prompt),), sampling), [places])
        return self._answered("generate_until", requests, asked)

    def apply_chat_template(self, *args: object, **kwargs: object) -> str:
        """Refused: a chat template here belongs to a submission, and is applied by our own task protocol."""
        remedy = "leave apply_chat_template out, or run the task with `defi run`"
        raise EngineError("the bridge passes prompts as they are", where="apply_chat_template", remedy=remedy)

    def _weighed(self, kind: str, requests: Sequence[Any], pairs: Mapping[int, tuple[str, str]]) -> list[Any]:
        """Ask all continuations, those of one context together."""
        asked, contexts = _Asked(), dict[str, dict[str, list[int]]]()
        for n, pair in pairs.items():
            try:
                context, option = self.beginning.pair(*pair)
            except EngineError as error:
                asked.refused[_name(requests, n)] = str(error)
                continue
            contexts.setdefault(context, {}).setdefault(option, []).append(n)
        for context, options in contexts.items():
            for part in _parts(options):
                name = _name(requests, part[0][1][0])
                texts = tuple(option for option, _ in part)
                request = Request(name, _LANGUAGE, (Message("user", context),), Sampling(0), texts)
                asked.add(name, request, [places for _, places in part])
        return self._answered(kind, requests, asked)

    def _answered(self, kind: str, requests: Sequence[Any], asked: _Asked) -> list[Any]:
        """Run; whatever is answered is in lm-eval's cache before anything is refused."""
        answers: Answers = {}
        for completion in self.engine.run(asked.requests):
            if completion.finish in ("error", "broken", "beyond"):
                asked.refused[completion.item] = completion.error
                continue
            if completion.option_logprobs and not completion.option_greedy and self.beginning.tokenizer is not None:
                asked.refused[completion.item] = "the engine does not say whether the options are greedy"
                continue
            for value, places in zip(_values(kind, completion), asked.places[completion.item], strict=True):
                for n in places:
                    answers[n] = value
                    self.cache_hook.add_partial(kind, requests[n].args, value)
        if asked.refused:
            raise _refusal(asked.refused, len(requests))
        return [answers[n] for n in range(len(requests))]


def _values(kind: str, completion: Completion) -> list[Any]:
    """A completion as lm-eval's answers: one text, or a number or a pair for each option."""
    if kind == "generate_until":
        return [completion.text]
    if kind == "loglikelihood_rolling":
        return list(completion.option_logprobs)
    flags = completion.option_greedy or (False,) * len(completion.option_logprobs)  # of a baseline, which has no tokens
    return list(zip(completion.option_logprobs, flags, strict=True))


def _parts(options: Mapping[str, list[int]]) -> Iterator[list[tuple[str, list[int]]]]:
    entries = iter(options.items())
    while part := list(islice(entries, _TOGETHER)):
        yield part


def _name(requests: Sequence[Any], n: int) -> str:
    """What an instance is called in our requests and in errors: its task, its document, its place."""
    return f"{requests[n].task_name or 'instance'}/{requests[n].doc_id}#{n}"


def _refusal(refused: Mapping[str, str], asked: int) -> EngineError:
    shown = "".join(f"\n  {item}: {why}" for item, why in islice(refused.items(), _SHOWN))
    more = f"\n  and {len(refused) - _SHOWN} more" if len(refused) > _SHOWN else ""
    remedy = "lm-eval knows no unscored item: leave these out (`samples`), or run the task with `defi run`"
    return EngineError(f"{len(refused)} of {asked} requests cannot be answered:{shown}{more}", remedy=remedy)
