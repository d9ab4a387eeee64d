"""Texts of others on a terminal: what a submission, a model or an error says is shown, and never obeyed."""

from __future__ import annotations

import json
import re

from harness.types import Json

# Controls but for line ends and tabs (a terminal obeys C1 as it does escapes), what turns the direction of a line, and
# lone surrogates, which no terminal can be sent.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with every character that a terminal would act on as its code: `\\x1b[31m` in letters."""
    return _UNFIT.sub(_code, text)


def json_text(value: Json) -> str:
    """A value as indented JSON that any program reads, and a terminal shows as it is."""
    return _UNFIT.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value, ensure_ascii=False, indent=1))


def _code(found: re.Match[str]) -> str:
    number = ord(found.group())
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
