"""The two typefaces that ship with the site's code (Source Serif and Sans, SIL Open Font License), and their measures.

Pages use the reader's own; pictures and badges have to be drawn here, the same on every machine.
"""

from __future__ import annotations

import functools
from pathlib import Path

from PIL import ImageFont

_FOLDER = Path(__file__).parent / "assets" / "fonts"
FILES = {"serif": "SourceSerifPro-Semibold.ttf", "sans": "SourceSansPro-Regular.ttf"}


@functools.cache
def face(kind: str, size: int) -> ImageFont.FreeTypeFont:
    """`serif` or `sans` at a size in pixels. Glyphs are set one by one: what a library for shaping does may change."""
    return ImageFont.truetype(_FOLDER / FILES[kind], size, layout_engine=ImageFont.Layout.BASIC)


def width(text: str, kind: str, size: int) -> float:
    """How wide a text is, in pixels: to the end of its ink, which may lie beyond its last advance."""
    font = face(kind, size)
    return float(max(font.getlength(text), font.getbbox(text)[2]))


@functools.cache
def _letters(kind: str) -> frozenset[int]:
    """The code points of which the face has a glyph, read from its `cmap` table."""
    return frozenset(code for code in range(0x20, 0x2300) if _has(kind, chr(code)))


@functools.cache
def _missing(kind: str) -> bytes:
    return bytes(face(kind, 24).getmask("\U0010fffd"))


def _has(kind: str, letter: str) -> bool:
    return letter.isspace() or bytes(face(kind, 24).getmask(letter)) != _missing(kind)


def covers(text: str, kind: str) -> bool:
    """Whether every letter of the text can be drawn, from left to right."""
    return all(ord(letter) in _letters(kind) and not 0x590 <= ord(letter) < 0x900 for letter in text)


def fitted(text: str, kind: str, size: int, most: float) -> str:
    """The text, cut with an ellipsis where it is wider than `most` pixels."""
    text = text[:200]  # no name of that length fits anywhere, and ten thousand letters take time to measure
    if width(text, kind, size) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + "…", kind, size) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
