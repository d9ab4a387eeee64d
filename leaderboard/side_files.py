"""A submission's own files beside its page: its curves as CSV, and where questions may be read its score on each.

`data/curves/TEAM--ENTRY.csv` has a row for each task, level and language. `data/outcomes/TEAM--ENTRY.json` says by
task how the submission scored on each of the questions that `data/outcomes/questions.json` lists, in their order; the
page of comparisons reads both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.types import Json
from leaderboard.site import routes
from leaderboard.site.outcomes import outcomes
from leaderboard.site.sources import Sources

_COLUMNS = ("value", "low", "high", "items", "clusters", "unscored")


def files(sources: Sources) -> Iterator[tuple[str, bytes]]:
    """Every file with its path below the round's folder."""
    for row in sources.table["standings"]:
        if row["by_task"]:
            yield routes.curve_file(row["team"], row["entry"]), curve_csv(row)
    found = outcomes(sources)
    if found:
        questions, scores = found
        yield routes.QUESTIONS, _dumped(questions)
        for row in sources.table["standings"]:
            if row["submission"] in scores:
                yield routes.outcome_file(row["team"], row["entry"]), _dumped(scores[row["submission"]])


def curve_csv(row: Json) -> bytes:
    """A submission's curves (RFC 4180): no text in it is a team's, and a score that is not there is an empty cell."""
    lines = [",".join(("task", "level", "language", *_COLUMNS))]
    for task, result in row["by_task"].items():
        for point in result["curve"]:
            cells = ("" if point[key] is None else str(point[key]) for key in _COLUMNS)
            lines.append(",".join((task, str(point["level"]), point["language"], *cells)))
    return ("\r\n".join(lines) + "\r\n").encode()


def _dumped(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
