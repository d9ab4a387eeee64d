"""One file a submission: its standing as round.json has it, and its comparisons with the nearest others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from harness.types import Json
from leaderboard.names import submission_part

SCHEMA = "grand-defi/submission-data/1"
FOLDER = "submissions"
_ROUND = ("name", "title", "date", "languages", "level_weights", "thresholds", "confidence")
Versus = dict[str, Json]


def files(table: Mapping[str, Json]) -> Iterator[tuple[str, bytes]]:
    """Path below the data's folder, and content."""
    head = {
        "schema": SCHEMA,
        "generator": table["generator"],
        "round": {key: table["round"][key] for key in _ROUND},
    }
    versus = _versus(table)
    for row in table["standings"]:
        content = {**head, "standing": row, "comparisons": versus.get(row["submission"], [])}
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        path = f"{FOLDER}/{submission_part(row['team'], row['entry'])}.json"
        yield path, text.encode("utf-8", "backslashreplace") + b"\n"


def _versus(table: Mapping[str, Json]) -> dict[str, list[Versus]]:
    """Every comparison of the table from both sides: the difference is the submission's own less the other's."""
    found: dict[str, list[Versus]] = {}
    for pair in table["comparisons"]:
        a, b, value, low, high = (pair[key] for key in ("a", "b", "difference", "low", "high"))
        own: Versus = {"other": b, "difference": value, "low": low, "high": high, "shown": pair["real"]}
        other = {**own, "other": a, "difference": 0.0 - value, "low": 0.0 - high, "high": 0.0 - low}
        if "parts" in pair:
            own["parts"], other["parts"] = pair["parts"], _mirrored(pair["parts"])
        found.setdefault(a, []).append(own)
        found.setdefault(b, []).append(other)
    return found


def _mirrored(parts: Mapping[str, Mapping[str, Json]]) -> Json:
    """The same parts seen from the other submission."""
    return {
        kind: {name: one and [0.0 - one[0], 0.0 - one[2], 0.0 - one[1]] for name, one in found.items()}
        for kind, found in parts.items()
    }
