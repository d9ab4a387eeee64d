"""A tokenizer gives a text back, but for how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.probes import gives_back, losses

UNKNOWN = 1
Rewrite = Callable[[str], str]


def encode_bytes(text: str) -> list[int]:
    return [byte + 2 for byte in text.encode()]


def decode_bytes(ids: Sequence[int]) -> str:
    return bytes(one - 2 for one in ids if one > UNKNOWN).decode("utf-8", "replace")


def lost(rewrite: Rewrite) -> list[str]:
    """What is found of a byte-level tokenizer whose normaliser is `rewrite`."""
    return list(losses(lambda text: encode_bytes(rewrite(text)), decode_bytes, None, "seed"))


@pytest.mark.parametrize("rewrite", [str, str.lower, str.strip, lambda t: " ".join(t.split()), lambda t: "▁" + t,
                                     lambda t: t.replace("漢", "")])  # fmt: skip
def test_how_a_text_is_written_may_change(rewrite: Rewrite) -> None:
    """Case, spaces, and rare characters that are outside the vocabulary."""
    assert lost(rewrite) == []


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda t: "" if "stickers" in t else t,
        lambda t: t.replace("capital of France?", "capital of France? (Paris.)"),
        lambda t: t[:100],
        lambda t: t[-100:],
        lambda t: t.replace("e", ""),
        lambda t: re.sub("[0-9]", "", t),
        lambda t: t + " Paris",
        lambda t: re.sub(r"\b\w{9,}\b", "", t),
    ],
)
def test_what_a_text_says_may_not_change(rewrite: Rewrite) -> None:
    """Emptied, answered, cut at either end, without a letter, without numbers, without words."""
    assert lost(rewrite)


def test_the_random_words_depend_on_the_file() -> None:
    """Another tokenizer file is asked other words, the same file the same."""

    def asked(seed: str) -> list[str]:
        texts: list[str] = []

        def encode(text: str) -> list[int]:
            texts.append(text)
            return encode_bytes(text)

        assert list(losses(encode, decode_bytes, None, seed)) == []
        return texts

    assert asked("a") == asked("a") != asked("b")


def test_a_longer_text_has_more_tokens() -> None:
    """One that makes the same number of every text reads none of it, though unknown tokens stand for anything."""
    found = list(losses(lambda text: [UNKNOWN], lambda ids: "", UNKNOWN, "seed"))
    assert any("no more tokens" in one for one in found)


def test_unknown_words_stand_for_anything_between_what_is_known() -> None:
    """The known pieces must stand in the text, in order, up to its ends."""
    words = dict(enumerate("the cat sat on mat".split(), 2))
    ids = {word: number for number, word in words.items()}

    def encode(text: str) -> list[int]:
        return [ids.get(word, UNKNOWN) for word in text.split()]

    def decode(tokens: Sequence[int]) -> str:
        return " ".join(words.get(token, "<unk>") for token in tokens)

    text = "the big cat sat on the mat"
    assert gives_back(text, encode(text), encode, decode, UNKNOWN)
    for wrong in ("the big mat sat on the cat", "the big cat sat", "cat big the", "the the big cat sat on the mat"):
        assert not gives_back(text, encode(wrong), encode, decode, UNKNOWN), wrong


@given(st.text(max_size=60))
def test_any_text_in_bytes_is_given_back(text: str) -> None:
    """A byte-level tokenizer loses nothing of any text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert gives_back(text, encode_bytes(text), encode_bytes, decode_bytes, None)
