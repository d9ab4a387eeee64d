"""What a model thinks of texts, token by token, and who can say so: a loaded network, or one in a worker of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from harness.engine.confined.reading import Reader, Reading

__all__ = ["Reader", "Reading", "Reads", "read_all"]


class Reads(Protocol):
    """What the tests of likelihoods need: `Reader` in this process, `ConfinedReader` in a worker."""

    def read(self, text: str) -> Reading:
        """Every token of a text; ContextOverflowError where it is longer than the context."""

    def likelihood(self, text: str) -> float:
        """The text's log-likelihood."""

    def fits(self, text: str) -> bool:
        """Whether a text can be read: it has a token, and the context holds it."""


def read_all(reader: Reads, texts: Sequence[str], told: Callable[[int, int], None]) -> list[Reading]:
    """Read every text; `told` hears how many of how many are read."""
    found = []
    for number, text in enumerate(texts, 1):
        found.append(reader.read(text))
        told(number, len(texts))
    return found
