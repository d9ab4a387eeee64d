"""Pictures for shared links: one a submission, drawable whatever the name, the same bytes every time."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from rendering import sites

from leaderboard.site import cards, extras, routes, typefaces

Table = dict[str, Any]


def _open(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_every_submission_and_the_round_have_a_picture(table: Table) -> None:
    """1200 by 630 pixels each, below 60 kB, reference points and unranked entries as well; no two are alike."""
    found = dict(cards.files(sites(table)))
    wanted = {routes.card(row["team"], row["entry"]) for row in table["standings"]} | {routes.ROUND_CARD}
    assert set(found) == wanted
    for path, content in found.items():
        assert _open(content).size == (1200, 630), path
        assert len(content) < 60_000, path
    assert len(set(found.values())) == len(found)


def test_parts_hold_every_file_once(make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut into parts, nothing is left out or made twice."""
    monkeypatch.setattr(extras, "_SLICE", 3)
    ready = sites(make_table(submissions=4, tasks=1, levels=2))
    made = [path for _, part in extras.parts(ready) for path, _ in part()]
    assert len(made) == len(set(made))
    assert set(made) == {path for path, _ in cards.files(ready)} | {f"badges/{path}" for path in _badges(made)}


def _badges(paths: list[str]) -> list[str]:
    return [path.removeprefix("badges/") for path in paths if path.startswith("badges/")]


def test_the_same_round_gives_the_same_bytes(make_table: Callable[..., Table]) -> None:
    """Nothing depends on the clock, on the order of drawing, or on what was drawn before."""
    table = make_table(submissions=2, tasks=1, levels=2)
    whole = dict(cards.files(sites(table)))
    cards._set.cache_clear()
    assert dict(cards.files(sites(table), 1, 2)).items() <= whole.items()


def test_ink_is_on_paper_and_the_rank_strip_where_it_belongs(make_table: Callable[..., Table]) -> None:
    """Ground and bar have the site's colours; the strip of ranks covers the interval's part of the places."""
    table = make_table()
    pictures = dict(cards.files(sites(table)))
    image = _open(pictures["og/atelier-loire--cormoran-8b.png"]).convert("RGB")
    assert image.getpixel((600, 5)) == (23, 59, 95)
    assert image.getpixel((600, 200)) == (252, 251, 248)
    strip = [image.getpixel((x, 572)) == (23, 59, 95) for x in range(1200)]
    first, last = strip.index(True), 1199 - strip[::-1].index(True)
    assert (first - 72) / 1056 == pytest.approx(0, abs=0.01)
    assert (last - 72) / 1056 == pytest.approx(2 / 7, abs=0.01)
    unranked = _open(pictures["og/tard-venus--fragment.png"]).convert("RGB")
    assert not any(unranked.getpixel((x, 572)) == (23, 59, 95) for x in range(1200))


def test_a_name_that_cannot_be_drawn_is_shown_by_its_identifier(make_table: Callable[..., Table]) -> None:
    """Letters that the typeface lacks, and such as run from right to left, never become boxes or turned words."""
    table = make_table(submissions=2, tasks=1, levels=2)
    pictures = []
    for title in ("模型 70B", "مرحبا", "🦙", "atelier-loire/cormoran-8b"):
        table["standings"][0]["title"] = title
        pictures.append(dict(cards.files(sites(table)))["og/atelier-loire--cormoran-8b.png"])
    assert len(set(pictures)) == 1


@pytest.mark.parametrize("name", ["W" * 10_000, "i" * 10_000, "\u202egnp\x00\ud800\ufffe", " ", "Ελλάδα Модель Œuvre"])
def test_any_name_fits(make_table: Callable[..., Table], name: str) -> None:
    """Long names are cut, and control characters harm nothing: the right margin stays empty."""
    table = make_table(submissions=1, tasks=1, levels=2)
    row = table["standings"][0]
    row.update(title=name, team=name, entry=name)
    found = [content for path, content in cards.files(sites(table)) if path != routes.ROUND_CARD]
    image = _open(found[0]).convert("RGB")
    assert {image.getpixel((x, y)) for x in (1140, 1190) for y in range(150, 540, 2)} == {(252, 251, 248)}


@pytest.mark.parametrize("kind", ["serif", "sans"])
def test_the_typefaces_have_every_letter_of_both_languages(kind: str) -> None:
    """Accents, ligatures, guillemets and dashes of French and English are there."""
    assert typefaces.covers("ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ «»“”‘’–—…·−×", kind)
    assert not typefaces.covers("模", kind)


def test_fitting_cuts_to_the_room() -> None:
    """A text that fits is whole; one that does not ends in an ellipsis and is as long as the room allows."""
    assert typefaces.fitted("Cormoran", "sans", 20, 500) == "Cormoran"
    cut = typefaces.fitted("Cormoran " * 30, "sans", 20, 200)
    assert cut.endswith("…")
    assert 150 < typefaces.width(cut, "sans", 20) <= 200
