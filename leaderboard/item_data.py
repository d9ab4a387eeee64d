"""Questions that everybody may read, with all answers and scores, as Parquet: a file for each task.

`data/items/TRACK--TASK.parquet` has a row for each question and submission, baselines too. What was said to the letter
stands in the rows of the submissions that pages show (`leaderboard.revealed.SHOWN`); of the others there is how the
answer was judged. `data/items/TRACK--TASK.questions.parquet` has a row for each question.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from harness.types import Json
from leaderboard.ranking.rows import CATEGORIES, Rows
from leaderboard.revealed import Revealed, ShownItem
from leaderboard.site.routes import items_page
from leaderboard.site.sources import Sources

_TEXTS = ("item", "language", "cluster", "submission", "category")


def files(sources: Sources) -> Iterator[tuple[str, bytes]]:
    """Every file with its path below the round's folder; none where no question may be read."""
    items, order = sources.items, standings_order(sources.table)
    if items is None:
        return
    for task in items.tasks:
        found = list(items.load(task, order))
        yield path_of(task), _parquet(_answers(items, task, found))
        yield path_of(task, "questions"), _parquet(_questions(found))


def standings_order(table: Json) -> list[str]:
    """Who stands where a page shows some: contestants first, the open division, then the reference points."""
    rows = sorted(table["standings"], key=lambda row: (row["baseline"], row["division"] == "open"))
    return [row["submission"] for row in rows]


def path_of(task: str, kind: str = "") -> str:
    """Where a task's file lies, below the round's folder."""
    folder = items_page(task).split("/")[1]
    return f"data/items/{folder}{'.' + kind if kind else ''}.parquet"


def _answers(items: Revealed, task: str, found: Sequence[ShownItem]) -> Any:
    """One row a question and submission, questions first."""
    said = {(item.id, one.submission): one for item in found for one in item.answers}
    places = {item.id: item for item in found}
    columns: dict[str, list[Json]] = {name: [] for name in (*_TEXTS, "level", "baseline", "value", "answer", "read",
                                                            "reason", "finish")}  # fmt: skip
    for name, baseline, rows in items.runs:
        for item, value, category in _scored(rows, task):
            if item not in places:
                continue
            one, place = said.get((item, name)), places[item]
            row = (item, place.language, place.cluster, name, category, place.level, baseline, value)
            texts = (one.text, one.read, one.reason, one.finish) if one else (None, None, None, None)
            for column, entry in zip(columns.values(), (*row, *texts), strict=True):
                column.append(_clean(entry))
    return columns


def _scored(rows: Rows, task: str) -> Iterator[tuple[str, float | None, str]]:
    """Item, value and category of one submission's rows of a task."""
    for row in rows.layout.tasks.get(task, np.zeros(0, dtype=np.intp)).tolist():
        value, code = float(rows.values[row]), int(rows.categories[row])
        word = CATEGORIES[code] if code < len(CATEGORIES) else "unscored"
        yield rows.layout.places[row][0], None if math.isnan(value) else value, word


def _questions(found: Sequence[ShownItem]) -> Any:
    columns: dict[str, list[Json]] = {
        "item": [item.id for item in found],
        "level": [item.level for item in found],
        "language": [item.language for item in found],
        "cluster": [item.cluster for item in found],
        "messages": [json.dumps(list(item.messages), ensure_ascii=False) for item in found],
        "options": [list(item.options) for item in found],
        "answer": [item.answer for item in found],
        "mean": [item.mean for item in found],
    }
    return {name: [_clean(entry) for entry in column] for name, column in columns.items()}


def _clean(value: Json) -> Json:
    """A text that UTF-8 can hold: a lone surrogate, which a model may emit, becomes its JSON escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _parquet(columns: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    kinds = {"level": pa.int32(), "baseline": pa.bool_(), "value": pa.float64(), "mean": pa.float64(),
             "options": pa.list_(pa.string())}  # fmt: skip
    arrays = {name: pa.array(column, kinds.get(name, pa.string())) for name, column in columns.items()}
    pq.write_table(pa.table(arrays), stream, compression="zstd")
    return stream.getvalue()
