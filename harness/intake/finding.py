"""Writing findings: team-controlled text is made harmless and short before it reaches a terminal or a page."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from harness.types import Finding, Severity

_LONGEST = 400


def finding(code: str, where: str, what: str, remedy: str, severity: Severity = "error") -> Finding:
    """A finding whose texts hold no control characters and stay short."""
    return Finding(code, severity, harmless(where), harmless(what), harmless(remedy))


def harmless(text: str, longest: int = _LONGEST) -> str:
    """The text with unprintable characters escaped (no terminal sequence survives) and its middle cut if long."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: 4 * longest])
    return shown if len(shown) <= longest else f"{shown[: longest - 60]} … {shown[-55:]}"


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """`did you mean X? ` when one of the valid words is close, else nothing."""
    close = difflib.get_close_matches(word, list(valid), n=1)
    return f"did you mean {close[0]!r}? " if close else ""
