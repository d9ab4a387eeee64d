"""From a request to token ids: what every engine that runs a checkpoint does in the same way."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.engine.ending import before_stop
from harness.errors import CheckpointError, ContextOverflowError, EngineError, PromptError
from harness.prompt import PromptStyle, prompt_sha256
from harness.types import Completion, Finish, Json, Request

_THINKING = "<think>"
_CONTEXT_KEYS = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "max_sequence_length")
_WORDS = 500  # characters of what a library says
_UNBOUNDED = 1 << 20  # tokens, where neither the manifest nor the configuration says how many


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request with its rendered and tokenised prompt."""

    request: Request
    text: str
    ids: list[int]
    options: list[list[int]]

    @property
    def thinking(self) -> bool:
        """Whether the prompt itself opens a block of thoughts."""
        return self.text.rstrip().endswith(_THINKING)

    def broken(self, why: str) -> Completion:
        """The weights' own fault, unlike a fault of the machine: not an answer, and not our fault either."""
        digest = prompt_sha256(self.text)
        return Completion(self.request.item, "", "broken", len(self.ids), 0, digest, error=why)


class Prompter:
    """A checkpoint's tokenizer and the style that its submission is spoken to in."""

    def __init__(self, folder: Path, style: PromptStyle, declared: int = 0) -> None:
        """Load the tokenizer from a local folder; CheckpointError says what the library refuses.

        `declared` is the submission's context length in tokens, 0 where none is declared; the configuration's own
        bound holds too.
        """
        import transformers

        try:
            self.tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
        except Exception as error:  # whatever a library raises on a team's files is about those files
            raise CheckpointError(f"{type(error).__name__}: {error}", where=folder.name) from error
        self.style = style
        self.context = context_length(read_config(folder), declared)
        self.ends = end_tokens(folder, self.tokenizer.eos_token_id)

    def prepare(self, request: Request) -> Prompt | Completion:
        """Render and tokenise; a request that cannot be asked ends with that item alone.

        A question that is no text, or is empty, is an `error`. What the submission's own template or tokenizer cannot
        do is its own fault: `broken`, or `beyond` where the model's context does not hold the prompt. Were these
        unscored, they could choose which items count.
        """
        own = self._of(request)
        try:
            rendered = own.style.render(request.messages, request.language)
        except PromptError as error:
            return Completion(request.item, "", "broken", 0, 0, prompt_sha256(""), error=str(error))
        try:
            text = _sound(rendered)
            continued = [_sound(option) for option in request.options]
        except PromptError as error:
            return Completion(request.item, "", "error", 0, 0, prompt_sha256(""), error=str(error))
        try:
            ids = own.tokens(text, request.sampling.max_new_tokens)
            options = [own.continuation(text, ids, option) for option in continued]
        except EngineError as error:
            asked = any(message.content for message in request.messages) and all(request.options)
            finish: Finish = "beyond" if isinstance(error, ContextOverflowError) else "broken" if asked else "error"
            return Completion(request.item, "", finish, 0, 0, prompt_sha256(text), error=str(error))
        return Prompt(request, text, ids, options)

    def tokens(self, text: str, room: int) -> list[int]:
        """Token ids of a prompt with exactly the special tokens it should have.

        ContextOverflowError when the prompt and `room` tokens of answer do not fit: a prompt is never cut.
        """
        ids = self._encode(text)
        bos = self.tokenizer.bos_token_id
        if bos is not None and ids[:2] == [bos, bos]:
            raise EngineError("the prompt begins with two BOS tokens", remedy="take BOS out of the chat template")
        if not ids:
            raise EngineError("the prompt is empty once tokenised")
        if len(ids) + room > self.context:
            raise ContextOverflowError(
                f"the prompt has {len(ids)} tokens and its answer may take {room}: the context holds {self.context}"
            )
        return ids

    def continuation(self, prompt_text: str, prompt: Sequence[int], option: str) -> list[int]:
        """Token ids of an option after its prompt.

        The whole is tokenised, so that the option reads as in running text. EngineError where a merge crosses the
        border: then the prompt's tokens are no prefix of the whole, and a split would score another text.
        """
        whole = self._encode(prompt_text + self.style.delimiter + option)
        if whole[: len(prompt)] != list(prompt) or len(whole) == len(prompt):
            raise EngineError(f"a token crosses the border between the prompt and option {option!r}")
        if len(whole) > self.context:
            raise ContextOverflowError(f"prompt and option have {len(whole)} tokens: the context holds {self.context}")
        return whole[len(prompt) :]

    def stops(self, request: Request) -> tuple[str, ...]:
        """The strings that end an answer: the task's, and those of the prompt style."""
        return tuple(filter(None, (*request.sampling.stop, *self._of(request).style.stops(request.language))))

    def text(self, tokens: Sequence[int], prompt: Prompt) -> str:
        """The answer that tokens spell: without an end token, up to the first stop string after thinking."""
        whole = self.spelled(tokens)
        said = before_stop(whole, self.stops(prompt.request), thinking=prompt.thinking)
        return whole if said is None else said

    def spelled(self, tokens: Sequence[int]) -> str:
        """All that tokens spell, without an end token."""
        kept = tokens[:-1] if tokens and tokens[-1] in self.ends else tokens
        text: str = self.tokenizer.decode(list(kept), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _of(self, request: Request) -> Prompter:
        """This prompter, in the style that the request's messages ask for."""
        if (style := self.style.of(request.messages)) is self.style:
            return self
        other = copy.copy(self)
        other.style = style
        return other

    def _encode(self, text: str) -> list[int]:
        """A text's token ids; EngineError for whatever the tokenizer raises, but for a machine out of memory."""
        try:
            return list(self.tokenizer(text, add_special_tokens=self.style.adds_special_tokens)["input_ids"])
        except (MemoryError, OSError):
            raise
        except Exception as error:  # a library raises anything on a team's files
            raise EngineError(f"the tokenizer fails: {type(error).__name__}: {error}"[:_WORDS]) from error
        except BaseException as error:
            if not panicked(error):
                raise
            raise EngineError(f"the tokenizer gives up: {error}"[:_WORDS]) from error


def panicked(error: BaseException) -> bool:
    """Whether a library written in Rust panicked: its exception is no Exception, and no module has its class."""
    return (type(error).__module__, type(error).__name__) == ("pyo3_runtime", "PanicException")


def _sound(text: str) -> str:
    """The text; PromptError where it is none (half of a character pair)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PromptError(f"character {error.start} is half of a pair, which is no text") from error
    return text


def read_config(folder: Path) -> dict[str, Json]:
    """A checkpoint's `config.json`, the text model's part where it has several."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"config.json cannot be read: {error}", where=folder.name) from error
    inner = config.get("text_config")
    return {**config, **inner} if isinstance(inner, dict) else dict(config)


def context_length(config: dict[str, Json], declared: int) -> int:
    """Tokens that a prompt and its answer may have together: the least of what is declared and configured."""
    configured = next((int(config[key]) for key in _CONTEXT_KEYS if config.get(key)), 0)
    bounds = (declared, configured)
    return min((bound for bound in bounds if bound > 0), default=_UNBOUNDED)


def end_tokens(folder: Path, tokenizer_end: int | None) -> frozenset[int]:
    """Every token that ends an answer, as the checkpoint declares them."""
    path = folder / "generation_config.json"
    generation = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    declared = [generation.get("eos_token_id"), read_config(folder).get("eos_token_id"), tokenizer_end]
    flat = [token for entry in declared for token in (entry if isinstance(entry, list) else [entry])]
    return frozenset(token for token in flat if token is not None)
