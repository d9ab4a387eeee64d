"""Cells of text: read back as they were but for apostrophes, and never run."""

import csv
import io
import re
import time

from hypothesis import given
from hypothesis import strategies as st

from leaderboard.data.encodings import safe

_HOSTILE = st.text(alphabet="=+-@\uff1d;,|\t\r\n '\"a1\u202e\u200b\ufeff", max_size=30)
_RUN = re.compile(r"(^|[;\t\r\n|,])[\s\u200b\u202e\ufeff]*[=+\-@\uff1d]")


@given(_HOSTILE)
def test_a_text_is_read_back_and_never_run(text: str) -> None:
    """Nothing is lost, only apostrophes are added; no sign stands where a spreadsheet would take it for a formula."""
    line = f"x,{safe(text)},y\r\n"
    ((before, cell, after),) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert (before, after) == ("x", "y")
    assert cell.replace("'", "") == text.replace("'", "")
    assert not _RUN.search(cell)


@given(st.text(alphabet="abc éÀ'.:/()", max_size=30))
def test_plain_words_stay_as_they_are(text: str) -> None:
    """A title without a sign is not touched."""
    assert safe(text) == text


def test_a_control_character_is_marked() -> None:
    """What breaks readers of CSV is shown as a replacement."""
    assert safe("a\x00b\x1b[2J") == "a\ufffdb\ufffd[2J"


def test_a_long_text_takes_no_time() -> None:
    """100,000 blanks, separators or signs are a matter of milliseconds."""
    started = time.process_time()
    for one in (" ", ";", "\n", "=", "; ", "\u202e"):
        safe(one * 100_000)
    assert time.process_time() - started < 2
