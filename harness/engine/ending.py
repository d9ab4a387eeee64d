"""When an answer ends: an end token, a stop string, or the budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from harness.types import Finish

_TAIL = 24  # tokens decoded to look for a stop string, or more where one is longer: a byte may take a token
_OPEN, _CLOSE = "<think>", "</think>"


class Answer(Protocol):
    """What has been said so far."""

    tokens: list[int]
    text: str
    budget: int


class Ending:
    """The rules by which one answer ends. Stop strings apply after thinking (lm-evaluation-harness #3700)."""

    def __init__(self, vocabulary: Vocabulary, stops: Sequence[str], *, thinking: bool) -> None:
        """`thinking` says that the prompt has opened a block of thoughts."""
        self._vocabulary = vocabulary
        self._stops = tuple(stops)
        self._lasts = frozenset(stop[-1] for stop in stops)
        self._tail = max([_TAIL, *(len(stop.encode()) + 4 for stop in stops)])
        self._thinking = thinking

    def after(self, answer: Answer) -> Finish | None:
        """How the answer ends with its last token, or None; sets its text when it does."""
        words = self._vocabulary
        if answer.tokens[-1] in words.ends:
            answer.text = words.text(answer.tokens[:-1])
            return "stop"
        if self._stops and words.may_end(answer.tokens[-1], self._lasts) and self._stopped(answer):
            return "stop"
        if len(answer.tokens) >= answer.budget:
            answer.text = words.text(answer.tokens)
            return "length"
        return None

    def _stopped(self, answer: Answer) -> bool:
        spoken = [token for token in answer.tokens if token not in self._vocabulary.silent]
        tail = self._vocabulary.text(spoken[-self._tail :])
        if not any(stop in tail for stop in self._stops):
            return False
        said = before_stop(self._vocabulary.text(answer.tokens), self._stops, thinking=self._thinking)
        if said is not None:
            answer.text = said
        return said is not None


def before_stop(text: str, stops: Iterable[str], *, thinking: bool) -> str | None:
    """The text before the earliest stop string that is said after thinking; None where there is none.

    `thinking` says that the prompt has opened a block of thoughts.
    """
    closed = text.rfind(_CLOSE)
    if text.rfind(_OPEN) > closed or (thinking and closed < 0):
        return None  # the thoughts go on
    begin = closed + len(_CLOSE) if closed >= 0 else 0
    places = [at for stop in stops if (at := text.find(stop, begin)) >= 0]
    return text[: min(places)] if places else None


class Vocabulary:
    """A tokenizer's texts, and which tokens end an answer."""

    def __init__(self, tokenizer: Any, ends: frozenset[int]) -> None:
        """Take over the tokenizer and the end tokens."""
        self._tokenizer = tokenizer
        self.ends = ends
        self.silent = frozenset(getattr(tokenizer, "all_special_ids", ()))  # they spell nothing
        self._alone: dict[int, str] = {}

    def text(self, tokens: Sequence[int]) -> str:
        """The tokens as text, without special tokens."""
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def ids(self, text: str) -> list[int]:
        """The tokens of a text, without special tokens."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def may_end(self, token: int, lasts: frozenset[str]) -> bool:
        """Whether a text can end with one of these letters within this token: most cannot, and need no decoding."""
        if token not in self._alone:
            self._alone[token] = self.text([token])
        alone = self._alone[token]
        return "\ufffd" in alone or any(last in alone or last.isspace() for last in lasts)
