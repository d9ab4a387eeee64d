"""When an answer ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from harness.engine.ending import Ending, Vocabulary


class Letters:
    """A tokenizer with a token for each piece; the token 0 is special."""

    pieces = ("", "a", "b", "\n", "Question", ":", "<think>", "</think>", "b:", " ")

    def decode(self, tokens: list[int], **_: object) -> str:
        return "".join(self.pieces[token] for token in tokens)


@dataclass
class Said:
    """An answer as far as it goes."""

    tokens: list[int]
    budget: int = 99
    text: str = field(default="")


def ended(tokens: list[int], *stops: str, budget: int = 99, thinking: bool = False) -> tuple[str | None, str, int]:
    """Feed tokens one by one: how the answer ended, its text, and after how many tokens."""
    ending = Ending(Vocabulary(Letters(), frozenset({0})), stops, thinking=thinking)
    said = Said([], budget)
    for token in tokens:
        said.tokens.append(token)
        if finish := ending.after(said):
            return finish, said.text, len(said.tokens)
    return None, said.text, len(said.tokens)


def test_an_end_token_is_no_part_of_the_answer() -> None:
    """The answer is what stands before it."""
    assert ended([1, 2, 0, 1]) == ("stop", "ab", 3)


def test_the_budget_cuts() -> None:
    """An answer that reaches its budget is cut, and says so (PITFALLS: token budget too small)."""
    assert ended([1, 2, 1, 2], budget=3) == ("length", "aba", 3)


@pytest.mark.parametrize("tokens", [[1, 3, 4, 5, 1], [1, 3, 4, 8, 1]])
def test_a_stop_string_across_tokens(tokens: list[int]) -> None:
    """It is found whichever tokens spell it, and cuts before its first letter."""
    finish, text, count = ended(tokens, "\nQuestion:" if tokens[3] == 5 else "Questionb")
    assert (finish, text, count) == ("stop", "a" if tokens[3] == 5 else "a\n", 4)


def test_the_earliest_of_several_stop_strings_cuts() -> None:
    """Two stop strings completed by one token: the text ends before the first."""
    assert ended([1, 3, 8], "b:", "\nb") == ("stop", "a", 3)


def test_stop_strings_wait_until_thinking_is_over() -> None:
    """A stop string among thoughts ends nothing (PITFALLS: stop string inside thinking)."""
    assert ended([6, 1, 3, 7, 1, 3, 2], "\n") == ("stop", "<think>a\n</think>a", 6)
    assert ended([1, 3, 7, 1, 3, 2], "\n", thinking=True) == ("stop", "a\n</think>a", 5)
    assert ended([6, 1, 3, 1, 3], "\n", budget=5) == ("length", "<think>a\na\n", 5)


def test_a_stop_string_that_ends_in_white_space_is_looked_for_at_every_token() -> None:
    """White space may vanish when its token is decoded alone."""
    assert ended([1, 2, 9, 1], "b ") == ("stop", "a", 3)


def test_a_long_stop_string_of_short_tokens_is_found() -> None:
    """However many tokens spell it: a tail of fixed length would miss it."""
    stop = "\n" + "ab" * 20
    assert ended([1, 3, *[1, 2] * 20, 1], stop) == ("stop", "a", 42)
