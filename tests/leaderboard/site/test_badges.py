"""Badges: an interval and a round on every one, safe whatever the name, the same bytes every time."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from rendering import sites

from leaderboard.site import badges, routes

Table = dict[str, Any]

S = "{http://www.w3.org/2000/svg}"
HOSTILE = ("<script>alert(1)</script>", "]]></svg>&amp;", "W" * 10_000, "\u202egnp\x00\ud800", "模型", '" onload="x')


def _texts(svg: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{S}text")]


def test_every_ranked_submission_has_one_in_each_language(table: Table) -> None:
    """Two files a ranked submission, none for any other; each says its interval, never a single place of several."""
    found = dict(badges.files(sites(table)))
    ranked = [row for row in table["standings"] if row["rank"] and not row["baseline"]]
    assert set(found) == {routes.badge(row["team"], row["entry"], code) for row in ranked for code in ("fr", "en")}
    assert _texts(found["badges/atelier-loire--cormoran-8b.fr.svg"]) == [
        "Grand Défi", "Cormoran 8B", "Rang 1–2 sur 7, niveau 7 sur 10",
        "Manche d’essai\N{NO-BREAK SPACE}: automne, 1er novembre 2026",
    ]  # fmt: skip
    assert "Rank 1–2 of 7, level 7 of 10" in _texts(found["badges/atelier-loire--cormoran-8b.en.svg"])


def test_a_badge_says_in_a_line_what_it_shows(table: Table) -> None:
    """Its accessible name and its title hold the name, the interval and the round."""
    root = ElementTree.fromstring(dict(badges.files(sites(table)))["badges/pole-sud--manchot.en.svg"])
    said = "Manchot 3B Instruct: Rank 3 of 7, level 5 of 10 (Trial round: autumn, 1 November 2026, Grand Défi)"
    assert root.get("aria-label") == root.find(f"{S}title").text == said
    assert root.get("role") == "img"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_fit(make_table: Callable[..., Table], name: str) -> None:
    """Well-formed, without scripts or handlers, cut to its room, with no elements that a plain name would not have."""
    table = make_table(submissions=2)
    shapes = []
    for title in ("plain", name):
        table["standings"][0]["title"] = title
        root = ElementTree.fromstring(dict(badges.files(sites(table)))["badges/atelier-loire--cormoran-8b.en.svg"])
        shapes.append([(node.tag, sorted(node.attrib)) for node in root.iter()])
        assert int(root.get("width")) < 500
    assert shapes[0] == shapes[1]


def test_a_threshold_that_was_not_tested_is_not_said(make_table: Callable[..., Table]) -> None:
    """Where a round does not test the lower threshold, a badge has no level."""
    table = make_table(submissions=2)
    table["standings"][0]["level_cleared"] = None
    texts = _texts(dict(badges.files(sites(table)))["badges/atelier-loire--cormoran-8b.en.svg"])
    assert "Rank 1–2 of 2" in texts


def test_the_same_round_gives_the_same_bytes(table: Table) -> None:
    """Nothing depends on the clock or the machine."""
    assert dict(badges.files(sites(table))) == dict(badges.files(sites(table)))
