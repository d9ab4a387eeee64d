"""The style sheet's colours, measured: WCAG 2.2 contrast in light and in dark."""

import re
from typing import Any

import pytest

from leaderboard.site.templating import FOLDER, HEAT_STEPS

CSS = (FOLDER / "assets" / "site.css").read_text(encoding="utf-8")


def _palette(dark: bool) -> dict[str, tuple[float, ...]]:
    light_block, rest = CSS.split("@media (prefers-color-scheme: dark)", 1)
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light_block)
    found += re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", rest.split("/* ----", 1)[0]) if dark else []
    return {name: _channels(value) for name, value in found}


def _channels(value: str) -> tuple[float, ...]:
    digits = value[1:] if len(value) == 7 else "".join(c * 2 for c in value[1:])
    return tuple(int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))


def _luminance(colour: Any) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: Any, two: Any) -> float:
    low, high = sorted((_luminance(one), _luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_contrast(dark: bool) -> None:
    """Every colour of text reaches 4.5:1 on every ground it may stand on."""
    colours = _palette(dark)
    for text in ("ink", "soft", "link", "gold", "warn", "c0", "c1"):
        for ground in ("paper", "card", "faint", "warn-tint" if text in {"ink", "warn", "link"} else "tint"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert _contrast(colours["paper"], colours["accent"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_graphics_contrast(dark: bool) -> None:
    """Every series, the accent and the focus ring reach 3:1 on paper (WCAG 1.4.11)."""
    colours = _palette(dark)
    for mark in ("c0", "c1", "c2", "c3", "c4", "c5", "accent", "focus"):
        assert _contrast(colours[mark], colours["paper"]) >= 3, mark


@pytest.mark.parametrize("dark", [False, True])
def test_heat_keeps_its_numbers_readable(dark: bool) -> None:
    """On the strongest tint of the heat map the number still reaches 4.5:1, and tints grow with the score."""
    colours = _palette(dark)
    shares = [
        int(share) / 100 for share in re.findall(r"\.h\d+ \{ background: color-mix\(in srgb, var\(--heat\) (\d+)%", CSS)
    ]
    assert len(shares) == HEAT_STEPS
    assert shares == sorted(shares)
    mixed = [h * shares[-1] + p * (1 - shares[-1]) for h, p in zip(colours["heat"], colours["paper"], strict=True)]
    assert _contrast(colours["ink"], mixed) >= 4.5


def test_the_sheet_asks_for_nothing() -> None:
    """No import, no font, no image: the system's own typefaces only."""
    assert not re.search(r"@import|@font-face|url\(", CSS)
