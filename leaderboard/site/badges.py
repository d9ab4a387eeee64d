"""Badges that a team may show: its rank interval and level cleared in one round, as SVG that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from harness.types import Json
from leaderboard.site import routes
from leaderboard.site.language import Language
from leaderboard.site.site import Site
from leaderboard.site.typefaces import fitted, width
from leaderboard.site.view import View

_HEIGHT, _MARK, _PAD = 52, 128, 14
_BIG, _SMALL = 16, 12
_WIDEST = 300  # of a name or a round's title
_FAMILY = "Source Sans Pro, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"
_ROOM = 1.06  # readers' typefaces are a little wider than the one that measured


def files(sites: Sequence[Site]) -> Iterator[tuple[str, bytes]]:
    """Path from the round's folder and content of every badge: one a ranked submission and language."""
    for site in sites:
        for row in site.view.ranked if not site.view.practice else ():  # nothing to boast of: practice never counts
            path = routes.badge(row["team"], row["entry"], site.say.code)
            yield path, badge(site.view, site.say, row).encode("utf-8")


def badge(view: View, say: Language, row: Json) -> str:
    """The badge of a ranked submission. It has a ground and a frame of its own, so any page may lie behind it."""
    return _drawn(*_lines(view, say, row), said(view, say, row), say.code)


def size_of(view: View, say: Language, row: Json) -> int:
    """How wide the badge is, in pixels."""
    return _whole(*_lines(view, say, row))


def _lines(view: View, say: Language, row: Json) -> tuple[str, str, str]:
    """What stands on the badge: the name, the result, and the round."""
    name = fitted(view.names[row["submission"]], "sans", _SMALL + 1, _WIDEST)
    return name, _words(view, say, row), _note(view, say)


def _whole(name: str, words: str, note: str) -> int:
    right = max(width(name, "sans", _SMALL + 1), width(words, "sans", _BIG), width(note, "sans", _SMALL)) * _ROOM
    return round(_MARK + right + 2 * _PAD)


def said(view: View, say: Language, row: Json) -> str:
    """What the badge says, in a line: its name for who does not see it."""
    words, note = _words(view, say, row), _note(view, say)
    return html.unescape(say.text("badges.said", name=view.names[row["submission"]], words=words, round=note))


def snippet(view: View, say: Language, row: Json, page: str, image: str) -> str:
    """The code that shows the badge on another page, no wider than its column there."""
    size = f'width="{size_of(view, say, row)}" height="{_HEIGHT}" style="max-width: 100%; height: auto"'
    return f'<a href="{escape(page)}"><img src="{escape(image)}" alt="{escape(said(view, say, row))}" {size}></a>'


def _words(view: View, say: Language, row: Json) -> str:
    low, high = row["rank"]
    places = str(low) if low == high else f"{low}–{high}"
    words = say.text("badges.rank", places=places, of=len(view.ranked))
    if row["level_cleared"] is not None:
        words += say.text("badges.level", level=row["level_cleared"], levels=view.levels)
    return str(words)


def _note(view: View, say: Language) -> str:
    title = fitted(say.typeset(view.round["title"][say.code]), "sans", _SMALL, _WIDEST)
    return f"{title}, {say.date(view.round['date'])}"


def _drawn(name: str, words: str, note: str, label: str, code: str) -> str:
    whole, x = _whole(name, words, note), _MARK + _PAD

    def line(text: str, y: float, size: int, fill: str, weight: int = 400) -> str:
        length = round(width(text, "sans", size) * _ROOM)
        return (
            f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" textLength="{length}" '
            f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
        )

    return Markup(  # noqa: S704 - every text went through escape
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" viewBox="0 0 {whole} {_HEIGHT}" '
        f'role="img" aria-label="{escape(label)}" xml:lang="{code}" font-family="{_FAMILY}">'
        f"<title>{escape(label)}</title>"
        f'<rect x=".5" y=".5" width="{whole - 1}" height="{_HEIGHT - 1}" rx="4" fill="#fcfbf8" stroke="#8a94a3"/>'
        f'<path fill="#173b5f" d="M4.5.5H{_MARK}V{_HEIGHT - 0.5}H4.5a4 4 0 0 1-4-4v-{_HEIGHT - 9}a4 4 0 0 1 4-4z"/>'
        '<path fill="#a9cbef" d="M14 30h5v6h-5zM21 25h5v11h-5zM28 20h5v16h-5z"/>'
        '<path fill="#e3a84a" d="M35 15h5v21h-5z"/>'
        f'<text x="48" y="32" font-size="15" font-weight="600" fill="#fff" textLength="70" '
        'lengthAdjust="spacingAndGlyphs">Grand Défi</text>'
        f"{line(name, 16, _SMALL + 1, '#535b6a')}{line(words, 32, _BIG, '#1c2230', 600)}"
        f"{line(note, 46, _SMALL, '#535b6a')}"
        "</svg>\n"
    )
