"""Texts of others made fit for a page: no character that HTML cannot hold, or that turns what stands around it."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Mapping

from harness.types import Json

# What no HTML text may hold (control characters, lone surrogates, non-characters), and the overrides and embeddings
# that would turn the text after a name around where <bdi> cannot stand: in titles and labels.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def cleaned(value: Json) -> Json:
    """The same value with every character unfit for a page replaced by U+FFFD: itself where there is none."""
    if isinstance(value, str):
        return _cleaned(value)
    if isinstance(value, Mapping):
        if all(_cleaned(str(key)) is key for key in value):
            changed = {key: new for key, entry in value.items() if (new := cleaned(entry)) is not entry}
            return {**value, **changed} if changed else value
        return {_cleaned(str(key)): cleaned(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        entries = [cleaned(entry) for entry in value]
        same = isinstance(value, list) and all(map(operator.is_, entries, value))
        return value if same else entries
    return value


@functools.lru_cache(maxsize=10_000)
def _cleaned(text: str) -> str:
    """A large round's tables have the same few hundred keys millions of times."""
    if "\r" not in text and not _UNFIT.search(text):
        return text
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
