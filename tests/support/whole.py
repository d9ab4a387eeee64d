"""A whole publication: two rounds, a correction, measured energy, an open division, and questions that all may read."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from questions import Items, invented

from harness.types import ScoreRow
from leaderboard.publish import SiteReport, publish
from leaderboard.ranking.rows import Rows, as_rows
from leaderboard.revealed import ShownItem

Table = dict[str, Any]

_ANSWERS = ("Une réponse juste : 7 pommes.", "7", "<b>7</b> " + "ligne\n" * 30, "")
_MEASURED = {"measured": True, "idle": "keep", "scope": "gpu+package", "by_task": {}, "why": ""}
_NOTICE = {"standings_sha256": "ab" * 32, "former": "cd" * 32}


class Published(Items):
    """Questions with what files of data ask of them besides."""

    def index(self, task: str) -> Iterator[ShownItem]:
        """The questions of a task."""
        yield from self.found[task]

    @property
    def runs(self) -> list[tuple[str, bool, Rows]]:
        """Everyone's scores on the questions."""
        rows: dict[str, list[ScoreRow]] = {}
        for item in (item for task in self.tasks for item in self.found[task]):
            for number, answer in enumerate(item.answers):
                row = ScoreRow(item.id, item.task, item.level, item.language, item.cluster, number, 0.0,
                               answer.value, answer.category, False)  # fmt: skip
                rows.setdefault(answer.submission, []).append(row)
        return [(name, False, as_rows(found)) for name, found in rows.items()]


def publish_whole(make_table: Callable[..., Table], out: Path, url: str) -> SiteReport:
    """Publish a round and then its successor into one folder."""
    earlier = make_table(submissions=2, tasks=1, levels=4, seed=3)
    titles = {"fr": "Manche d'été : essai", "en": "Summer round: trial"}
    earlier["round"].update(name="summer", date="2026-07-01", title=titles)
    publish(_few(earlier, "oracle"), out, url=url)
    table = eventful(_few(make_table(tasks=4), "oracle", "null"))
    items = invented(table, _ANSWERS, count=2)
    return publish(table, out, items=Published(items.found, items.submissions))


def _few(table: Table, *baselines: str) -> Table:
    """The table with these baselines alone: what the pages of the others are like is known then."""
    kept = [row for row in table["standings"] if not row["baseline"] or row["entry"] in baselines]
    return {**table, "standings": kept}


def eventful(table: Table) -> Table:
    """The table with something in every section that a round can have."""
    table = copy.deepcopy(table)
    rows = {row["entry"]: row for row in table["standings"]}
    for entry, joules in (("cormoran-8b", 90.0), ("helios-large", 700.0), ("smol-135m", 2.0), ("aurora-1b", 12.5)):
        shares = dict.fromkeys((task["name"] for task in table["tasks"]), joules / len(table["tasks"]))
        rows[entry]["energy"] = {**_MEASURED, "joules": joules * 900, "per_correct": joules, "by_task": shares}
    rows["caramel"].update(division="open", rank=None, departures=["engines"])
    table["comparisons"] = [pair for pair in table["comparisons"] if "mistral-gagnant/caramel" not in pair.values()]
    table["round"]["published"] = "2026-11-20T10:00:00+00:00"
    table["round"]["corrections"] = [
        {"number": 2, "at": "2026-12-01T10:00:00+00:00", "reason": "A key was wrong.", **_NOTICE},
        {"number": 3, "at": "2026-12-03T10:00:00+00:00", "reason": "Une réponse était fausse.", **_NOTICE},
    ]
    for task in table["tasks"]:
        task["quality"] = {
            "submissions": 30,
            "rate": 0.05,
            "levels": [_quality(n) for n in range(1, task["levels"] + 1)],
        }
    return table


def _quality(level: int) -> Table:
    counts = {"items": 40, "too_easy": 3, "too_hard": 1, "negative": 2, "key": 1}
    return {"level": level, **counts, "mean": 0.5, "discrimination": 0.41 if level % 2 else None}
