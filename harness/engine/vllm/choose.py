"""Log-likelihoods of options, computed from the prefix cache rather than from the whole prompt again.

vLLM drops the prefix cache for a request that wants `prompt_logprobs`, because it keeps no logits of cached tokens.
What an option needs is its own tokens' only, and they are never cached when the option is asked:

1. The prompt is asked for one token, with `logprob_token_ids`: the log-probabilities of the options' first tokens.
   Options of one token, such as letters, are done.
2. Each longer option is asked as prompt + option without its last token. Its last token's log-probability comes with
   the one generated token; those in the middle are `prompt_logprobs`, read with `skip_reading_prefix_cache=False`.

A row of `prompt_logprobs` at a *cached* position is memory that nobody wrote (vllm #42245). Only rows from the number
of cached tokens on are read. Where the cache reaches into an option, because another one of the same item begins
alike, that one's rows say what is missing; where nobody's do (the same item was asked before), the option is asked
again without the cache. Rows are counted from the end: one build gives rows for all of the prompt, another for its
computed part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.engine.prompting import Prompt
from harness.errors import EngineError

_MOST_IDS = 128  # token ids that one request may ask for (vLLM's limit)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to vLLM: token ids, and what is wanted of them."""

    ids: list[int]
    wanted: Mapping[str, Any]  # arguments of SamplingParams
    part: tuple[str, int]  # which part of its answer this is: ("first", n), ("rest", option), ("text", 0)


Beginning = tuple[int, ...]  # the first tokens of an option


@dataclass(slots=True)
class Choice:
    """A prompt whose options are being weighed."""

    prompt: Prompt
    known: dict[Beginning, tuple[float, bool]] = field(default_factory=dict)  # of its last token: weight, the best?
    awaited: int = 0
    again: int = 0  # options asked a second time, without the cache

    def begin(self) -> Iterator[Ask]:
        """The prompt itself, for the first tokens of all options."""
        tokens = list(dict.fromkeys(option[0] for option in self.prompt.options))
        for start in range(0, len(tokens), _MOST_IDS):
            wanted = {"logprob_token_ids": tokens[start : start + _MOST_IDS]}
            self.awaited += 1
            yield Ask(self.prompt.ids, wanted, ("first", start))

    def take(self, part: tuple[str, int], output: Any) -> Iterator[Ask]:
        """Read an answer; yields what must be asked next. EngineError when an option cannot be weighed."""
        self.awaited -= 1
        kind, n = part
        if kind == "first":
            best = output.outputs[0].token_ids[0]
            for token, entry in output.outputs[0].logprobs[0].items():
                self.known[(token,)] = (entry.logprob, token == best)
            if not self.awaited:
                yield from self._longer()
            return
        self._read(tuple(self.prompt.options[n]), output)
        if not self.awaited:
            yield from self._unknown(kind)

    @property
    def done(self) -> bool:
        """Whether every option is weighed."""
        return not self.awaited

    def weights(self) -> tuple[tuple[float, ...], tuple[bool, ...]]:
        """For each option: its log-likelihood, and whether each of its tokens was the model's first choice."""
        tokens = [[self.known[beginning] for beginning in _beginnings(option)] for option in self.prompt.options]
        return tuple(sum(log for log, _ in of) for of in tokens), tuple(all(best for _, best in of) for of in tokens)

    def _longer(self) -> Iterator[Ask]:
        """Every option of several tokens, once."""
        places = {tuple(option): n for n, option in enumerate(self.prompt.options) if len(option) > 1}
        for n in sorted(places.values()):
            yield self._ask(n, "rest", cached=True)

    def _unknown(self, kind: str) -> Iterator[Ask]:
        """Options with a token that no answer has told of."""
        options = self.prompt.options
        missing = {tuple(o): n for n, o in enumerate(options) if any(b not in self.known for b in _beginnings(o))}
        if missing and kind == "whole":
            raise EngineError("vLLM gave no log-probability for a token of an option")
        for n in sorted(missing.values()):
            self.again += 1
            yield self._ask(n, "whole", cached=False)

    def _ask(self, n: int, kind: str, *, cached: bool) -> Ask:
        option = self.prompt.options[n]
        wanted: dict[str, Any] = {"logprob_token_ids": [option[-1]], "skip_reading_prefix_cache": not cached}
        if len(option) > 2:
            wanted["prompt_logprobs"] = 0  # of the token itself only
        self.awaited += 1
        return Ask([*self.prompt.ids, *option[:-1]], wanted, (kind, n))

    def _read(self, option: Beginning, output: Any) -> None:
        """Keep what an answer says of an option's tokens after its first."""
        generated = output.outputs[0]
        last = generated.logprobs[0][option[-1]].logprob
        self.known[option] = (last, generated.token_ids[0] == option[-1])
        cached = (output.num_cached_tokens or 0) - len(self.prompt.ids)  # of the option itself
        for place in range(max(1, cached + 1), len(option) - 1):
            row = output.prompt_logprobs[place + 1 - len(option)]
            entry = row.get(option[place]) if row else None
            if entry is not None:  # a row that nobody wrote names another token
                self.known.setdefault(option[: place + 1], (entry.logprob, entry.rank == 1))


def _beginnings(option: Sequence[int]) -> Iterator[Beginning]:
    return (tuple(option[: n + 1]) for n in range(len(option)))
