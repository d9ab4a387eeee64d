"""Pictures for shared links (Open Graph), 1200 by 630 pixels: one a submission and one of the round.

Both languages stand on each: half of the pictures, and a link that is shared across languages is right for whoever sees
it. Scores are whole points there, so that no decimal sign has to be of one language. A name with letters that our
typefaces lack is shown by its identifier.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from harness.types import Json
from leaderboard.site import routes
from leaderboard.site.site import Site
from leaderboard.site.typefaces import covers, face, fitted, width
from leaderboard.site.view import known

_SIZE = (1200, 630)
_PAPER = (252, 251, 248)
_COLOURS = {"ink": (28, 34, 48), "soft": (83, 91, 106), "accent": (23, 59, 95), "gold": (178, 106, 0)}
_STEPS = 64  # tints of a colour between paper and full: 4 colours fill a palette of 256
_MARGIN = 72
_RLE = 3  # zlib's strategy for runs: three times as quick as the default on flat ground, and a tenth larger
_JOIN = " · "


class _Canvas:
    """An image of palette places; colour k at coverage c is place 64 k + c, so smooth text needs one byte a pixel."""

    def __init__(self, image: Image.Image | None = None) -> None:
        self.image = image.copy() if image else Image.new("L", _SIZE, 0)

    def text(
        self, place: tuple[float, float], text: str, kind: str, size: int, colour: str, anchor: str = "ls"
    ) -> None:
        if set_text := _set(text, kind, size, colour, anchor):
            tinted, mask, left, top = set_text
            self.image.paste(tinted, (round(place[0]) + left, round(place[1]) + top), mask)

    def box(self, corners: tuple[float, float, float, float], colour: str, share: float = 1.0) -> None:
        tint = _TINTS[colour][round(255 * share)]
        ImageDraw.Draw(self.image).rectangle(corners, fill=tint)

    def png(self) -> bytes:
        out = Image.new("P", _SIZE)
        out.frombytes(self.image.tobytes())
        out.putpalette(_PALETTE)
        kept = io.BytesIO()
        out.save(kept, "PNG", compress_level=3, compress_type=_RLE)
        return kept.getvalue()


@functools.lru_cache(maxsize=256)
def _set(text: str, kind: str, size: int, colour: str, anchor: str) -> tuple[Image.Image, Image.Image, int, int] | None:
    """A text as tints and where they are, with its place to the anchor; most words stand on every picture."""
    font = face(kind, size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text, anchor=anchor))
    if right <= left or bottom <= top:
        return None
    mask = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(mask).text((-left, -top), text, font=font, fill=255, anchor=anchor)
    return mask.point(_TINTS[colour]), mask.point(_ANY), left, top


def _mixed(colour: tuple[int, int, int], share: float) -> list[int]:
    return [round(paper + (full - paper) * share) for paper, full in zip(_PAPER, colour, strict=True)]


_TINTS = {name: [_STEPS * k + value // 4 for value in range(256)] for k, name in enumerate(_COLOURS)}
_ANY = [0, *[255] * 255]
_PALETTE = bytes(
    channel for colour in _COLOURS.values() for step in range(_STEPS) for channel in _mixed(colour, step / (_STEPS - 1))
)


def files(sites: Sequence[Site], first: int = 0, last: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Path below the round's folder and content: pictures of `standings[first:last]`; with the first, the round's."""
    ground = _ground(sites)
    if first == 0:
        yield routes.ROUND_CARD, _round(ground, sites).png()
    for row in list(sites[0].view.standings.values())[first:last]:
        yield routes.card(row["team"], row["entry"]), _submission(ground, sites, row).png()


def _ground(sites: Sequence[Site]) -> _Canvas:
    """What all pictures of a round share: frame, name of the challenge, the round and its date."""
    canvas = _Canvas()
    canvas.box((0, 0, _SIZE[0], 11), "accent")
    for place, height in enumerate((16, 27, 38)):
        x = _MARGIN + 15 * place
        canvas.box((x, 108 - height, x + 10, 108), "accent")
    canvas.box((_MARGIN + 45, 108 - 50, _MARGIN + 55, 108), "gold")
    canvas.text((_MARGIN + 76, 106), "Grand Défi", "serif", 44, "ink")
    for line, site in enumerate(sites):
        title = fitted(site.say.typeset(site.view.round["title"][site.say.code]), "sans", 25, 420)
        said = f"{title}, {site.say.date(site.view.round['date'])}"
        canvas.text((_SIZE[0] - _MARGIN, 80 + 33 * line), _plain(said), "sans", 25, "soft", "rs")
    canvas.box((_MARGIN, 145, _SIZE[0] - _MARGIN, 146), "soft", 0.35)
    return canvas


def _submission(ground: _Canvas, sites: Sequence[Site], row: Json) -> _Canvas:
    canvas, view, most = _Canvas(ground.image), sites[0].view, _SIZE[0] - 2 * _MARGIN
    name = _drawable(view.names[row["submission"]], row)
    size = next((size for size in (84, 72, 62) if width(name[:200], "serif", size) <= most), 62)
    canvas.text((_MARGIN, 258), fitted(name, "serif", size, most), "serif", size, "ink")
    team = row["team"] if covers(row["team"], "sans") else routes.slug(row["team"])
    canvas.text((_MARGIN, 310), fitted(_plain(team), "sans", 34, most), "sans", 34, "soft")
    for place, block in enumerate(_blocks(sites, row)):
        _block(canvas, _MARGIN + place * 362, *block)
    if row["rank"] and not row["baseline"] and not view.practice:
        _strip(canvas, row["rank"], len(view.ranked))
    return canvas


def _blocks(sites: Sequence[Site], row: Json) -> list[tuple[str, str, str]]:
    """Heading, figure and what it is out of, for rank, level and area."""

    def both(key: str, **values: int) -> str:
        return _plain(_JOIN.join(dict.fromkeys(site.say.text(key, **values) for site in sites)))

    view, rank, area = sites[0].view, row["rank"], known(row["area"])
    shown = "–"
    if rank and not row["baseline"] and not view.practice:
        shown = str(rank[0]) if rank[0] == rank[1] else f"{rank[0]}–{rank[1]}"
    unplaced = "cards.practice" if view.practice else "cards.unranked"
    placed = both("cards.of", total=len(view.ranked)) if shown != "–" else both(unplaced)
    level = row["level_cleared"] if area and row["level_cleared"] is not None else None
    points = [round(area[key] * 100) for key in ("value", "low", "high")] if area else []
    return [
        (both("cards.rank"), shown, placed),
        (both("cards.cleared"), "–" if level is None else str(level), both("cards.of", total=view.levels)),
        (
            both("cards.area"),
            _whole(points[0]) if points else "–",
            f"{_whole(points[1])} – {_whole(points[2])}" if points else "",
        ),
    ]


def _whole(points: int) -> str:
    return str(points).replace("-", "\N{MINUS SIGN}")


def _block(canvas: _Canvas, x: float, heading: str, figure: str, note: str) -> None:
    canvas.text((x, 392), fitted(heading, "sans", 24, 340), "sans", 24, "soft")
    canvas.text((x, 482), figure, "serif", 92, "accent")
    canvas.text((x, 528), note, "sans", 27, "soft")


def _strip(canvas: _Canvas, rank: Sequence[int], places: int) -> None:
    """Where the interval of ranks lies among all places, first place at the left."""
    left, right = _MARGIN, _SIZE[0] - _MARGIN
    step = (right - left) / max(places, 1)
    canvas.box((left, 577, right, 580), "soft", 0.3)
    canvas.box(
        (left + (rank[0] - 1) * step, 570, max(left + rank[1] * step, left + (rank[0] - 1) * step + 8), 587), "accent"
    )


def _round(ground: _Canvas, sites: Sequence[Site]) -> _Canvas:
    """The round's picture: its title in both languages, and how many take part in what."""
    canvas, most = _Canvas(ground.image), _SIZE[0] - 2 * _MARGIN
    for line, site in enumerate(sites):
        say, view = site.say, site.view
        title = _plain(say.typeset(view.round["title"][say.code]))
        y = 270 + 170 * line
        canvas.text((_MARGIN, y), fitted(title, "serif", 68, most), "serif", 68, "ink")
        facts = say.listing([say.text("n_submissions", len(view.contestants)), say.text("n_tasks", len(view.tasks))])
        canvas.text((_MARGIN, y + 52), _plain(facts), "sans", 34, "soft")
    return canvas


def _drawable(name: str, row: Json) -> str:
    """The name, or where its letters cannot be drawn the identifier, or where that cannot the name of its page."""
    if covers(name, "serif"):
        return name
    return (
        row["submission"]
        if covers(row["submission"], "serif")
        else f"{routes.slug(row['team'])}/{routes.slug(row['entry'])}"
    )


def _plain(text: str) -> str:
    """Text for drawing: no-break spaces that the typeface lacks are ordinary ones."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
