"""What goes over the channel, and what is taken from an answer: nothing that the request did not ask for.

Items go by number: an item's name tells its level, and is nobody's business but the harness's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from harness.canonical import plain
from harness.engine.base import EngineContext
from harness.engine.confined.frames import ChannelError
from harness.prompt import PromptStyle
from harness.types import Completion, Finish, Json, Message, Request, Sampling

LONGEST_TEXT = 1 << 20  # characters of an answer: a budget of 8,192 tokens of 128 characters each
LONGEST_REASON = 2000
LONGEST_TOKEN = 256  # characters: an answer of so many tokens is no longer than so many times that
LARGEST = 1e12  # of a number that an answer holds
_FINISHES = ("stop", "length", "broken", "beyond", "error")  # that an engine may give
_DIGEST = re.compile("[0-9a-f]{64}")
LONGEST_READING = 1 << 20  # tokens of a text that is read
READING_PART = 1 << 14  # of them in one message
_ROUNDED = 1e-3  # that a log-probability may be above 0
_SPARE = 1  # tokens beyond the budget that an engine may count: the end token


# --- the harness's side --------------------------------------------------------------------------------------------


def asked(request: Request, number: int) -> dict[str, Json]:
    """A request as the worker sees it."""
    return {"kind": "ask", "request": {**plain(request), "item": number}}


def answered(said: Mapping[str, Any], requests: Mapping[int, Request]) -> Completion:
    """The completion of one of `requests`, out of a worker's message; ChannelError for anything that is none.

    An answer beyond all measure is the weights' fault, and is kept as that: `broken`, with the reason.
    """
    answer = said.get("completion")
    number = answer.get("item") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or type(number) is not int or number not in requests:
        raise ChannelError("an answer to what was not asked")
    request = requests[number]
    finish, text = answer.get("finish"), _text(answer, "text")
    if finish not in _FINISHES:
        raise ChannelError("an answer that ends in no way that there is")
    if len(text) > LONGEST_TEXT:
        finish, text = "broken", ""
        answer = {**answer, "error": f"the answer is longer than {LONGEST_TEXT} characters", "option_logprobs": []}
    options = request.options if finish == "stop" else ()
    if len(text) > LONGEST_TOKEN * _count(answer, "completion_tokens"):
        raise ChannelError("an answer that is longer than its tokens")
    return Completion(
        item=request.item,
        text=text,
        finish=cast("Finish", finish),
        prompt_tokens=_count(answer, "prompt_tokens"),
        completion_tokens=_spent(answer, request),
        prompt_sha256=_digest(answer),
        option_logprobs=tuple(_numbers(answer, "option_logprobs", len(options))),
        option_greedy=tuple(_flags(answer, "option_greedy", len(options))),
        seconds=_numbers({"seconds": [answer.get("seconds")]}, "seconds", 1)[0],
        error=_text(answer, "error")[:LONGEST_REASON],
    )


def read_part(said: Mapping[str, Any]) -> tuple[dict[str, list[float]], list[bool], bool]:
    """The numbers of some tokens of a text that was to be read, the flags, and whether there are more of them.

    ChannelError for anything else: a part that has more to follow is full, so that nobody sends them for ever.
    """
    part, more = said.get("reading"), said.get("more")
    first = part.get("logprob") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(first, list) or type(more) is not bool:
        raise ChannelError("a reading that is none")
    if not 1 <= len(first) <= READING_PART or (more and len(first) < READING_PART):
        raise ChannelError(f"a part of a reading with {len(first)} tokens")
    found = {key: _numbers(part, key, len(first)) for key in ("logprob", "mean", "spread")}
    if max(*found["logprob"], *found["mean"]) > _ROUNDED or min(found["spread"]) < 0:
        raise ChannelError("a reading whose numbers are no log-probabilities")
    return found, _flags(part, "expected", len(first)), more


def read_total(said: Mapping[str, Any]) -> float:
    """The log-likelihood of a text; ChannelError for what is none."""
    (total,) = _numbers({"total": [said.get("total")]}, "total", 1)
    if total > _ROUNDED:
        raise ChannelError("a log-likelihood above 0")
    return total


def read_fits(said: Mapping[str, Any]) -> bool:
    """Whether the worker can read a text; ChannelError for what is neither yes nor no."""
    return _flags({"fits": [said.get("fits")]}, "fits", 1)[0]


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key, "")
    if not isinstance(value, str):
        raise ChannelError(f"an answer whose {key} is no text")
    return value


def _count(answer: Mapping[str, Any], key: str) -> int:
    value = answer.get(key)
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise ChannelError(f"an answer whose {key} is no number of tokens")
    return value


def _spent(answer: Mapping[str, Any], request: Request) -> int:
    """Tokens of the answer; of a text no more than it was allowed."""
    spent = _count(answer, "completion_tokens")
    if not request.options and spent > request.sampling.max_new_tokens + _SPARE:
        raise ChannelError("an answer of more tokens than were allowed")
    return spent


def _digest(answer: Mapping[str, Any]) -> str:
    value = answer.get("prompt_sha256")
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ChannelError("an answer without its prompt's hash")
    return value


def _numbers(answer: Mapping[str, Any], key: str, count: int) -> list[float]:
    values = answer.get(key)
    if not isinstance(values, list) or len(values) != count:
        raise ChannelError(f"an answer whose {key} are not {count}")
    if any(type(value) not in (int, float) or not -LARGEST < value < LARGEST for value in values):
        raise ChannelError(f"an answer whose {key} are no numbers")  # NaN is not below anything either
    return [float(value) for value in values]


def _flags(answer: Mapping[str, Any], key: str, count: int) -> list[bool]:
    values = answer.get(key)
    if not isinstance(values, list) or len(values) != count or any(type(value) is not bool for value in values):
        raise ChannelError(f"an answer whose {key} are not {count} yes or no")
    return values


# --- the worker's side ---------------------------------------------------------------------------------------------


def context_facts(context: EngineContext, checkpoint: Path) -> dict[str, Json]:
    """What a worker's engine is made with: the checkpoint as it lies in the worker's view; never the answers."""
    return {
        "style": plain(context.style),
        "checkpoint": str(checkpoint),
        "dtype": context.dtype,
        "context_length": context.context_length,
    }


def read_context(facts: Mapping[str, Any]) -> EngineContext:
    """The same, in the worker."""
    style, checkpoint = PromptStyle(**facts["style"]), Path(facts["checkpoint"])
    return EngineContext(style, checkpoint, facts["dtype"], facts["context_length"])


def read_request(said: Mapping[str, Any]) -> Request:
    """A request, in the worker; its item is the number as a text."""
    given = said["request"]
    sampling = {**given["sampling"], "stop": tuple(given["sampling"]["stop"])}
    return Request(
        item=str(given["item"]),
        language=given["language"],
        messages=tuple(Message(**message) for message in given["messages"]),
        sampling=Sampling(**sampling),
        options=tuple(given["options"]),
        turn=given["turn"],
    )


def told(completion: Completion) -> dict[str, Json]:
    """A completion, from the worker; a log-likelihood that is no number cannot pass, and is told as broken weights."""
    facts = plain(completion)
    if not all(math.isfinite(value) for value in completion.option_logprobs):
        facts |= {"finish": "broken", "error": "the model's log-likelihoods are not finite"}
    if facts["finish"] != "stop":
        facts |= {"option_logprobs": [], "option_greedy": []}
    if len(completion.text) > LONGEST_TEXT:  # what the channel will not carry; the harness says that it is broken
        facts["text"] = completion.text[: LONGEST_TEXT + 1]
    return {**facts, "item": int(completion.item)}


def told_reading(reader: Any, what: str, text: str) -> Iterator[dict[str, Json]]:
    """What a network thinks of a text, from the worker: in parts, as no frame holds a very long text's numbers."""
    if what == "fits":
        yield {"fits": reader.fits(text)}
        return
    if what == "total":
        yield {"total": reader.likelihood(text)}
        return
    reading = reader.read(text)
    length = len(reading.logprob)
    for start in range(0, length, READING_PART):
        end = start + READING_PART
        names = ("logprob", "mean", "spread", "expected")
        part = {name: getattr(reading, name)[start:end].tolist() for name in names}
        yield {"reading": part, "more": end < length}
