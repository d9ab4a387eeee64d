"""Texts of others made fit for a page."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leaderboard.site.cleaning import cleaned


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part))
)
def test_cleaned_text_fits_html(value: Any) -> None:
    """No control character, surrogate, non-character or bidirectional override is left; structure and all else stay."""
    done = cleaned(value)
    text = json.dumps(done, ensure_ascii=False)
    text.encode("utf-8")
    assert not any(0x202A <= ord(c) <= 0x202E or 0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE for c in text)
    assert cleaned(done) == done


def test_ordinary_text_is_left_alone() -> None:
    """French, Arabic, emoji and line ends pass as they are."""
    text = "Été « à 5 % »\n\tمرحبا \N{WAVING HAND SIGN}\N{RIGHT-TO-LEFT MARK}"
    assert cleaned(text) == text
    assert cleaned("a\r\nb\x00") == "a\nb\N{REPLACEMENT CHARACTER}"
