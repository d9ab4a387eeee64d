"""Watching a round: from the files that its jobs leave to a row for each submission. Nothing here writes or locks."""

from harness.watching.alarms import Alarm, Expected
from harness.watching.files import Files
from harness.watching.look import View, Watched, expected_of, look
from harness.watching.rows import Row

__all__ = ["Alarm", "Expected", "Files", "Row", "View", "Watched", "expected_of", "look"]
