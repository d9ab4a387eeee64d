"""Samples: JSON is told apart from prose, and nothing is lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.site.samples import by_level, pieces


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12", [("text", "12")]),
        ('A : {"a": {"b": 1}}\nB', [("text", "A :"), ("json", '{"a": {"b": 1}}'), ("text", "B")]),
        ('{"a":1}{"b":2}', [("json", '{"a":1}'), ("json", '{"b":2}')]),
        ("{} and {x} and [1, 2] {", [("text", "{} and {x} and [1, 2] {")]),
        ('{x {"a": 1}', [("text", "{x"), ("json", '{"a": 1}')]),
        ("", []),
    ],
)
def test_pieces_by_hand(text: str, shown: list[tuple[str, str]]) -> None:
    """Objects with a key are JSON; braces of prose, empty objects and lists are prose."""
    assert list(pieces(text)) == shown


@given(st.lists(st.text() | st.dictionaries(st.text(), st.integers(), min_size=1).map(json.dumps)).map("\n".join))
def test_pieces_lose_nothing_but_white_space(text: str) -> None:
    """The pieces in a row are the text, white space aside, and what is called JSON is JSON."""
    found = list(pieces(text))
    assert "".join("".join(part for _, part in found).split()) == "".join(text.split())
    assert all(json.loads(part) for kind, part in found if kind == "json")


def test_deep_nesting_is_prose() -> None:
    """A text of braces that no parser can follow is shown as it is."""
    text = '{"a":' * 2_000
    assert list(pieces(text)) == [("text", text)]


def test_by_level_keeps_one_language() -> None:
    """Samples of the page's language, easiest level first."""
    rows = [{"level": level, "language": code} for level in (2, 1) for code in ("fr", "en")]
    assert by_level({"samples": rows}, "en") == [
        (1, [{"level": 1, "language": "en"}]),
        (2, [{"level": 2, "language": "en"}]),
    ]
