"""What the terminal shows."""

from __future__ import annotations

import pytest

from harness.cli.show import Bars, print_table


def test_a_table_without_a_terminal_is_not_folded(capsys: pytest.CaptureFixture[str]) -> None:
    """Piped into a file, a long name stays on one line."""
    name = "a-team-with-a-long-name/an-entry-with-a-long-name"
    print_table(["rank", "submission"], [["1-2", name]])
    assert name in capsys.readouterr().out


def test_progress_without_a_terminal_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """The beginning and the end are said; what lies between is not repeated at every item."""
    bars = Bars()
    for done in range(101):
        bars.show("t/e", done, 100)
    bars.close()
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["t/e: 0 of 100", "t/e: 100 of 100"]
