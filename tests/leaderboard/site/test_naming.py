"""What submissions are called on pages."""

from collections.abc import Callable
from typing import Any

import pytest

from leaderboard.site.naming import cut
from leaderboard.site.view import View

Table = dict[str, Any]


def test_equal_titles_are_told_apart(make_table: Callable[..., Table]) -> None:
    """An entry that borrows another's title is shown with its identifier, and so is the other."""
    table = make_table()
    table["standings"][1]["title"] = table["standings"][0]["title"].upper()
    names = View(table).names
    assert names["helios/helios-large"] == "CORMORAN 8B (helios/helios-large)"
    assert names["atelier-loire/cormoran-8b"] == "Cormoran 8B (atelier-loire/cormoran-8b)"


@pytest.mark.parametrize(
    ("title", "borrowed"),
    [
        ("Helios Large", "Heli\u200bos Large"),
        ("Helios Large", "\ufeffHelios\u2003 Large\ufe0f"),
        ("Helios Large", "\uff28elios \u2060Large"),
        ("W" * 200 + "1", "W" * 200 + "2"),
        ("straße", "STRASSE"),
        ("Coco", "\u0421\u043e\u0441\u043e"),
        ("Helios", "\u0397\u0435lios"),
        ("Model 10", "Model IO"),
        ("Mistral", "rnistral"),
        ("Helios", "Helios."),
        ("Helios", "Helios \u2605"),
    ],
    ids=[
        "zero width", "spaces", "full width", "cut alike", "case folding", "Cyrillic", "Greek", "digits", "two letters",
        "a stop", "a star",
    ],
)  # fmt: skip
def test_titles_that_look_the_same_are_told_apart(make_table: Callable[..., Table], title: str, borrowed: str) -> None:
    """What readers cannot see, or is cut off, makes no other name."""
    table = make_table()
    table["standings"][0]["title"], table["standings"][1]["title"] = title, borrowed
    names = View(table).names
    assert names["atelier-loire/cormoran-8b"].endswith(" (atelier-loire/cormoran-8b)")
    assert names["helios/helios-large"].endswith(" (helios/helios-large)")


def test_another_identifier_in_a_title_is_no_name(make_table: Callable[..., Table]) -> None:
    """Who calls itself as another is called where two are told apart has its own identifier behind; others have not."""
    table = make_table()
    table["standings"][1]["title"] = "Cormoran 8B (atelier-loire/cormoran-8b)"
    table["standings"][2]["title"] = "Caramel (input/output)"
    names = View(table).names
    assert names["helios/helios-large"] == "Cormoran 8B (atelier-loire/cormoran-8b) (helios/helios-large)"
    assert names[table["standings"][2]["submission"]] == "Caramel (input/output)"


@pytest.mark.parametrize(
    "title",
    [
        "  ",
        "",
        "\u200b\u2060",
        "\u3164 \ufe0f\u2800",
        "\xad",
        "1",
        "1\u20131",
        "\u2605\u2605",
        "\U0001f947",
        "\U0001f1eb\U0001f1f7",
    ],
)
def test_an_empty_title_falls_back_to_the_identifier(make_table: Callable[..., Table], title: str) -> None:
    """A title of invisible characters is none, nor is one without a letter: a place, stars, a medal, a flag."""
    table = make_table()
    table["standings"][0]["title"] = title
    assert View(table).names["atelier-loire/cormoran-8b"] == "atelier-loire/cormoran-8b"


@pytest.mark.parametrize("mark", ["\u0301", "\u0e47", "\u064e", "\u20dd"])
def test_a_title_stays_on_its_line(make_table: Callable[..., Table], mark: str) -> None:
    """Marks that would pile up over the rows around are left out, beyond those that a letter may have."""
    table = make_table()
    table["standings"][0]["title"] = f"A{mark * 40}b{mark * 2}"
    assert View(table).names["atelier-loire/cormoran-8b"] == f"A{mark * 5}b{mark * 2}"


@pytest.mark.parametrize(("text", "length", "shown"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a bcd", 3, "a…")])
def test_cut(text: str, length: int, shown: str) -> None:
    """A cut text ends in an ellipsis, without a space before it."""
    assert cut(text, length) == shown
