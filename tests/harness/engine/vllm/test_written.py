"""Texts that vLLM writes: what its stop strings may end, and what goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from harness.engine.prompting import Prompt, Prompter
from harness.engine.vllm.engine import Written, _text
from harness.types import Message, Request, Sampling

PIECES = {1: "<think>", 2: "a", 3: "\n", 4: "</think>", 5: "b"}
END = 9


def prompter() -> Prompter:
    """A prompter of six tokens, without a checkpoint."""
    made = object.__new__(Prompter)
    made.ends = frozenset({END})
    made.tokenizer = SimpleNamespace(decode=lambda tokens, **_: "".join(PIECES[token] for token in tokens))
    made.stops = lambda request: request.sampling.stop  # type: ignore[method-assign]
    return made


def written(budget: int = 10, text: str = "Q") -> Written:
    request = Request("i", "en", (Message("user", text),), Sampling(budget, ("\n",)))
    return Written(Prompt(request, text, [7], []))


def generated(tokens: list[int], finish: str) -> Any:
    """What vLLM hands out."""
    logs = [{token: SimpleNamespace(logprob=-1.0)} for token in tokens]
    return SimpleNamespace(token_ids=tokens, logprobs=logs, finish_reason=finish)


def test_a_stop_string_among_thoughts_ends_nothing() -> None:
    """The text goes on after it with the rest of its budget, and ends at the one said aloud (PITFALLS: thinking)."""
    text, speaker = written(), prompter()
    assert text.take(speaker, generated([1, 2, 3], "stop"))
    ask = text.ask(speaker)
    assert (ask.ids, ask.wanted["max_tokens"]) == ([7, 1, 2, 3], 7)
    assert not text.take(speaker, generated([4, 5, 3], "stop"))
    done = _text(speaker, text, "stop")
    assert (done.text, done.finish, done.completion_tokens) == ("<think>a\n</think>b", "stop", 6)


def test_a_thought_that_the_prompt_opened_counts() -> None:
    """A template may begin the thinking itself."""
    text, speaker = written(text="Q <think>\n"), prompter()
    assert text.take(speaker, generated([2, 3], "stop"))
    assert not text.take(speaker, generated([4, 3], "stop"))


def test_an_end_token_and_the_budget_end_thoughts_too() -> None:
    """What ends everywhere ends here; a budget used up among thoughts is a cut."""
    speaker = prompter()
    assert not written().take(speaker, generated([1, 2, END], "stop"))
    full = written(budget=3)
    assert not full.take(speaker, generated([1, 2, 3], "stop"))
    assert _text(speaker, full, "stop").finish == "length"
