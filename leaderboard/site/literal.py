"""What a model said, to the letter, for people: nothing invisible stays so, and nothing turns the text around it.

Pages show control characters, overrides of direction and other marks without a shape as what they are; the data beside
the pages holds the answer unchanged.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_PILE = 5  # marks on one letter: the languages that are asked have two, Tibetan four
LONGEST = 1500  # characters of an answer on a page
QUESTION = 12_000  # and of a question
_KEPT = "\n\t\u200c\u200d"  # line ends, and the joiners that some scripts need
_HIDDEN = re.compile("[^ -~\n\t\xa1-\xac\xae-\u02ff\u0370-\u058f\u2010-\u2027\u2190-\u21ff\u3040-\u30ff\u4e00-\u9fff]")


def literal(text: str) -> str:
    """The text without piles of marks, and with each character that has no shape of its own written out: `⟨U+202E⟩`."""
    return unpiled(_HIDDEN.sub(_shown, text), "⟨…⟩")


def unpiled(text: str, instead: str = "") -> str:
    """The text with `instead` for the marks that would grow from one letter over the lines around it."""
    return text if text.isascii() else _piles().sub(rf"\1{instead}", text)


@functools.cache
def _piles() -> re.Pattern[str]:
    """As many marks in a row as a letter may have, and those beyond."""
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Me"))
    return re.compile(f"([{marks}]{{{_PILE}}})[{marks}]+")


def excerpt(text: str, length: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(literal(text[: 4 * length]).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _shown(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if code < 0x20 and character not in _KEPT:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return f"⟨U+{code:04X}⟩" if hidden and character not in _KEPT else character
