"""Items that everybody may read, with what submissions answered: for the item pages of a round that shows them.

The items are read from the files that `harness.showing` wrote; whether they may be read at all is asked of the round's
own log and commitment once more. Answers are read from records task by task, so that memory holds one task's at most.
Outcomes are of every contestant with figures; answers in words of at most `SHOWN`, the first in the standings' order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.journal import read_lines
from harness.open_items import FOLDER, INDEX, SCHEMA, Opened, opened
from harness.record import RoundPaths, RunPaths, read_json
from harness.types import Json
from leaderboard.discretion import pathless
from leaderboard.kept import Kept
from leaderboard.ranking.rows import CATEGORIES, Rows, as_rows
from leaderboard.records import Records

SHOWN = 30  # submissions whose answers a page prints
_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one submission said to one item, and how that was judged."""

    submission: str
    text: str  # the whole answer; of a choice the option preferred, of a dialogue what was said in all turns
    value: float | None
    category: str
    read: str  # what was taken as the answer
    reason: str
    finish: str


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item as anybody may read it; `counts` is of every contestant with figures, by category."""

    id: str
    task: str
    level: int
    language: str
    cluster: str
    messages: Sequence[Mapping[str, str]]
    options: Sequence[str]
    answer: str
    counts: Mapping[str, int]
    mean: float | None  # raw score, of those who have one
    answers: Sequence[Answer] = ()

    @property
    def question(self) -> str:
        """The last thing that is asked."""
        return self.messages[-1]["content"]


class Revealed:
    """A round's public items; nothing is read before it is asked for."""

    def __init__(self, records: Records, found: Opened, index: Mapping[str, Json]) -> None:
        """`index` is what `harness.showing` says of each task."""
        self.records, self._opened, self._index = records, found, index
        self._folder = records.paths.folder / FOLDER

    @property
    def tasks(self) -> list[str]:
        """The tasks with items to show, in the round's order."""
        return [name for name, said in self._index.items() if said["items"]]

    def count(self, task: str) -> int:
        """How many items of a task anybody may read."""
        return int(self._index[task]["items"]) if task in self._index else 0

    def withheld(self, task: str) -> int:
        """How many items of a task the round asks and nobody may read yet, or we cannot make again."""
        return int(self._index[task]["withheld"]) if task in self._index else 0

    def closed(self, task: str) -> str:
        """Why no item of a task is shown: benchmark, licence or sealed; empty where some are."""
        return str(self._index[task]["closed"]) if task in self._index else ""

    def index(self, task: str) -> Iterator[ShownItem]:
        """The items of a task with their outcomes, without answers."""
        for fact in self._facts(task):
            yield self._item(task, fact, ())

    def load(self, task: str, order: Sequence[str]) -> Iterator[ShownItem]:
        """The items of a task with the answers of the first `SHOWN` submissions of `order` that have figures."""
        facts = list(self._facts(task))
        names = [name for name in order if name in self.submissions][:SHOWN]
        said = [(name, self._answers(name, task, facts)) for name in names]
        for fact in facts:
            yield self._item(task, fact, [answers[fact["id"]] for _, answers in said if fact["id"] in answers])

    @cached_property
    def submissions(self) -> frozenset[str]:
        """Who has figures: listed, whole, and not ruled out; baselines too."""
        return frozenset(name for name, _, _ in self.runs)

    @cached_property
    def runs(self) -> list[tuple[str, bool, Rows]]:
        """Everyone with figures, whether it is a baseline, and its scores."""
        found = (self.records.read(name) for name in self.records.listed)
        kept = ((run.id, bool(run.submission.get("baseline", False)), as_rows(run.scores)) for run in found)
        return [(name, baseline, rows) for name, baseline, rows in kept if len(rows)]

    @cached_property
    def _outcomes(self) -> dict[str, tuple[_Counts, float, int]]:
        """Of each item: contestants by category, the sum of their scores, and how many have one."""
        places: dict[str, int] = {}
        entered = [rows for _, baseline, rows in self.runs if not baseline]
        for rows in entered:
            for place in rows.layout.places:
                places.setdefault(place[0], len(places))
        counts = np.zeros((len(places), len(CATEGORIES) + 1), dtype=np.int64)
        sums, scored = np.zeros(len(places)), np.zeros(len(places), dtype=np.int64)
        where: dict[int, npt.NDArray[np.intp]] = {}
        for rows in entered:
            own = where.get(id(rows.layout))
            if own is None:
                own = where[id(rows.layout)] = np.array([places[place[0]] for place in rows.layout.places])
            np.add.at(counts, (own, rows.categories), 1)
            known = ~np.isnan(rows.values)
            np.add.at(sums, own[known], rows.values[known])
            np.add.at(scored, own[known], 1)
        return {item: (counts[n], float(sums[n]), int(scored[n])) for item, n in places.items()}

    def _facts(self, task: str) -> Iterator[Mapping[str, Json]]:
        said = self._index.get(task)
        for fact in read_lines(self._folder / said["file"]) if said and said["items"] else ():
            if self._opened.holds(fact["id"]):
                yield fact

    def _item(self, task: str, fact: Mapping[str, Json], answers: Sequence[Answer]) -> ShownItem:
        counts, total, scored = self._outcomes.get(fact["id"], (np.zeros(0, dtype=np.int64), 0.0, 0))
        named: dict[str, int] = {name: int(number) for name, number in zip(CATEGORIES, counts, strict=False) if number}
        keys = ("id", "level", "language", "cluster", "messages", "options", "answer")
        return ShownItem(
            task=task,
            counts=named,
            mean=total / scored if scored else None,
            answers=answers,
            **{key: fact[key] for key in keys},
        )

    def _answers(self, name: str, task: str, facts: Sequence[Mapping[str, Json]]) -> dict[str, Answer]:
        """One submission's answers to the items of a task."""
        run = self.records.paths.run(*name.split("/", 1))
        options = {fact["id"]: fact["options"] for fact in facts}
        said: dict[str, list[Json]] = {}
        for line in _lines_of(run, task, "completions"):
            turns = said.setdefault(line["item"], [])
            if line["turn"] == len(turns):
                turns.append(line)
        found = {}
        for row in _lines_of(run, task, "scores"):
            item = row["item"]
            if item in options and item not in found:
                turns = said.get(item, [])
                text, finish = _text(turns, options[item]), turns[-1]["finish"] if turns else ""
                judged = (row["value"], row["category"], row["answer"], pathless(row["reason"]))
                found[item] = Answer(name, text, *judged, finish)
        return found


def revealed_items(round_dir: Path) -> Revealed | None:
    """The items of a round that everybody may read; None where there are none, or they have not been made again.

    `harness.showing.show_items` makes them. Whether a round's items are public is decided by `harness.open_items`.

    Raises:
        CommitmentError: what the round revealed is not what it committed to.
    """
    paths = RoundPaths(round_dir.parent, round_dir.name)
    index = read_json(round_dir / FOLDER / INDEX)
    if index is None or index.get("schema") != SCHEMA or index.get("round") != paths.round:
        return None
    records = Records(paths, Kept(round_dir).run)
    found = opened(round_dir, records.frozen)
    return None if found is None else Revealed(records, found, index["tasks"])


def _lines_of(run: RunPaths, task: str, kind: str) -> Iterator[Json]:
    """The lines of a record's journal that are about a task; others are not even parsed. A torn last line is none."""
    path = run.completions if kind == "completions" else run.scores
    mark = json.dumps(f"{task}/", ensure_ascii=False).encode()[:-1]  # how an item's id begins
    if not path.exists():
        return
    with path.open("rb") as stream:
        for line in stream:
            if mark in line and line.endswith(b"\n"):
                value = json.loads(line)
                if value["item"].startswith(f"{task}/"):
                    yield value


def _text(turns: Sequence[Json], options: Sequence[str]) -> str:
    """An answer as people read it."""
    if not turns:
        return ""
    chances = turns[-1]["option_logprobs"]
    if options and len(chances) == len(options):
        best = max(chances)
        return " = ".join(option for option, chance in zip(options, chances, strict=True) if chance == best)
    return "\n⁂\n".join(turn["text"] for turn in turns)
