"""A round's records as one JSON value, `round.json`: the truth that every page is rendered from.

Its shape is `docs/schemas/round.schema.json`. It holds no answer of any item but the public samples, and the same
records always give the same bytes: the bootstrap's seed is the round's name, and numbers are rounded to six decimals.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness import __version__
from harness.errors import PublishError
from harness.metrics.ladder import Stopping
from harness.record import RoundPaths
from harness.types import Json
from leaderboard.columns import PRODUCTION, horizon_columns, read_production
from leaderboard.columns import REPLICATES as HORIZON_REPLICATES
from leaderboard.comparing import PARTED, Pairs
from leaderboard.estimates import Estimates, estimated
from leaderboard.facts import note_facts
from leaderboard.kept import Kept
from leaderboard.kept_ranks import KeptRanks
from leaderboard.quality import item_quality
from leaderboard.ranking import (
    Design,
    LevelTest,
    Ranking,
    Scores,
    TaskDesign,
    area_weights,
    certifiable,
    rank,
)
from leaderboard.ranking.pairs import reach, simultaneous
from leaderboard.ranking.parts import Part, parted
from leaderboard.ranking.rows import as_rows
from leaderboard.records import Records, round_design, round_stopping
from leaderboard.rulings import note_voided
from leaderboard.standing import Run, contests, run_id, standing_row
from leaderboard.stopping import stopped_round, stopped_row

SCHEMA = "grand-defi/round/3"
THRESHOLDS = (0.5, 0.8)
CONFIDENCE = 0.95
REPLICATES = 1000
_DECIMALS = 6
_CARD = ("title", "skill", "judging", "ladder", "kind", "license", "source")
_SAMPLE = ("level", "language", "question", "options", "answer")
_JUDGED = ("good", "bad")  # where the samples were judged when the round was frozen


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A round's table, and the pairs that it has no room for."""

    table: dict[str, Json]
    pairs: Pairs  # of all contestants with a place


def build_table(round_dir: Path) -> dict[str, Json]:
    """The table of `build` alone."""
    return build(round_dir).table


def build(round_dir: Path) -> Tabulated:
    """The table of the submissions that the round in `round_dir` lists, whether or not they have a record.

    A record of an entry that the round does not list is a practice run: it has no row. A sealed record that is not what
    was sealed has a row that says so, and nothing of it is computed with. A `production.json` in the folder becomes the
    column of open-ended production; nothing else that lies there is read. UnknownNameError lists the rounds beside
    `round_dir` when it holds none; PublishError says what is wrong with the column.
    """
    records = Records(RoundPaths(round_dir.parent, round_dir.name), Kept(round_dir).run)
    column = read_production(records.paths.folder / PRODUCTION, records.listed, records.out)
    runs = [records.read(name) for name in records.listed]
    made = tabulate(records.frozen, runs, production=column, ranks=KeptRanks(round_dir))
    return Tabulated(note_facts(note_voided(made.table, records.rulings), round_dir), made.pairs)


def standings_rows(table: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The standings, one flat row each, for a terminal: `rank` is "1", "2-4", or "" where there is none."""
    keys = ("submission", "title", "baseline", "division", "state", "reason", "provisional")
    figures = ("level_cleared", "level_cleared_80", "unscored", "cap_hit", "items")
    rows = []
    for standing in table["standings"]:
        area = standing["area"] or {"value": None, "low": None, "high": None}
        shown = "-".join(str(bound) for bound in dict.fromkeys(standing["rank"] or ()))
        estimate = {"area": area["value"], "low": area["low"], "high": area["high"]}
        rows.append({"rank": shown, **{key: standing[key] for key in (*keys, *figures)}, **estimate})
    return rows


def table_from_runs(frozen: Mapping[str, Json], runs: Sequence[Run], **choices: Any) -> dict[str, Json]:
    """The table of `tabulate` alone."""
    return tabulate(frozen, runs, **choices).table


def tabulate(
    frozen: Mapping[str, Json],
    runs: Sequence[Run],
    *,
    replicates: int = REPLICATES,
    production: Json = None,
    ranks: KeptRanks | None = None,
) -> Tabulated:
    """The table of a frozen round and its runs, given in any order, with a column of production if there is one. Pure.

    But for what `ranks` keeps of the evidence that rank intervals follow from; without it, and with it, they are equal.

    PublishError when two runs are one entry or a score is not of this round; UnknownNameError when the round names a
    task without a card.
    """
    ordered = sorted(runs, key=run_id)
    if twins := [name for name, count in Counter(map(run_id, ordered)).items() if count > 1]:
        raise PublishError(f"several records of one entry: {', '.join(twins)}", remedy="keep one of each")
    design, stopping = round_design(frozen), round_stopping(frozen["round"])
    found = estimated(design, ordered, THRESHOLDS, CONFIDENCE, stopping)
    places, seed = _Places(ordered, [k for k, lack in enumerate(found.short) if not lack]), _seed(frozen["round"])
    ranking = places.rank(found, seed, replicates, ranks)
    rows = [standing_row(run, k, found.summary, places.of(ranking, k), found.short[k]) for k, run in enumerate(ordered)]
    if stopping is not None:
        rows = [stopped_row(row, run.scores, design, stopping) for row, run in zip(rows, ordered, strict=True)]
    few = min(replicates, HORIZON_REPLICATES)
    columns = horizon_columns(found.scores, found.rows, THRESHOLDS, replicates=few, confidence=CONFIDENCE, seed=seed)
    rows = sorted(({**row, "horizons": column} for row, column in zip(rows, columns, strict=True)), key=_order)
    most = reach(found.scores, area_weights(found.scores.design))
    quality = item_quality([run.scores for run, lack in zip(ordered, found.short, strict=True) if _entered(run, lack)])
    pairs = places.pairs(ranking, [row["submission"] for row in rows], most)
    if stopping is None and len(pairs.names) <= PARTED:  # those who stop are not all asked the same questions
        pairs = dataclasses.replace(pairs, parts=places.parts(found.scores, pairs.names))
    table = {
        "schema": SCHEMA,
        "generator": f"grand-defi {__version__}",
        "round": _round(frozen["round"], design, stopping),
        "tracks": [
            {"name": track, "tasks": [task.name for task in design.tasks if task.track == track]}
            for track in design.tracks
        ],
        "tasks": [{**_task(frozen, task), "quality": quality.get(task.name)} for task in design.tasks],
        "standings": rows,
        "comparisons": pairs.comparisons(),
    }
    optional = {"compared": pairs.compared(), "production": production}
    return Tabulated(rounded(table | {key: value for key, value in optional.items() if value is not None}), pairs)


def _entered(run: Run, lack: str) -> bool:
    """Whether a run's scores tell something of the items: complete, and no baseline's."""
    return not lack and not run.submission.get("baseline", False)


def _seed(settings: Mapping[str, Json]) -> int:
    """Of every resampling in a round: its name, so that the same records give the same bytes."""
    return int.from_bytes(hashlib.sha256(settings["name"].encode()).digest()[:8], "big")


class _Places:
    """Which runs have a place, and where each is in the arrays of their ranking."""

    def __init__(self, runs: Sequence[Run], standing: list[int]) -> None:
        self.standing = standing
        self.column = {k: column for column, k in enumerate(standing)}
        self.contests = np.array([contests(runs[k]) for k in standing], dtype=np.bool_)
        self.names = {run_id(runs[k]): column for k, column in self.column.items() if self.contests[column]}

    def rank(self, found: Estimates, seed: int, replicates: int, ranks: KeptRanks | None) -> Ranking:
        chosen, weights = found.scores.select(self.standing), area_weights(found.scores.design)
        if ranks is None:
            return rank(chosen, weights, self.contests, replicates=replicates, confidence=CONFIDENCE, seed=seed)
        rows = [as_rows(found.rows[k]) for k in self.standing]
        given = (chosen, rows, weights, self.contests)
        return ranks.rank(*given, replicates=replicates, confidence=CONFIDENCE, seed=seed)

    def of(self, ranking: Ranking, k: int) -> tuple[int, int] | None:
        column = self.column.get(k)
        return None if column is None else (int(ranking.low[column]), int(ranking.high[column]))

    def pairs(self, ranking: Ranking, names: Sequence[str], most: float) -> Pairs:
        """Every pair of contestants with a place, in the order of the standings."""
        chosen = tuple(name for name in names if name in self.names)
        return Pairs(chosen, *simultaneous(ranking, [self.names[name] for name in chosen], most))

    def parts(self, scores: Scores, names: Sequence[str]) -> tuple[Part, ...]:
        """Every pair of these contestants, by track and language."""
        return parted(scores, [self.standing[self.names[name]] for name in names], CONFIDENCE)


def _order(row: Mapping[str, Json]) -> tuple[int, float, str]:
    """Contestants, open division, baselines, what has no place (Codabench #2018: a failed run must not come first)."""
    group = 3 if row["rank"] is None else 2 if row["baseline"] else int(row["division"] == "open")
    area = row["area"]["value"] if row["area"] else -1e9
    return group, -round(area, _DECIMALS), row["submission"]


def _round(settings: Mapping[str, Json], design: Design, stopping: Stopping | None) -> dict[str, Json]:
    facts = {
        "name": settings["name"],
        "title": dict(settings["title"]),
        "date": settings["date"],
        "languages": list(design.languages),
        "level_weights": list(design.level_weights),
        "thresholds": list(THRESHOLDS),
        "confidence": CONFIDENCE,
        "items": sum(sum(task.counts) * len(task.languages) for task in design.tasks),
    }
    if stopping is not None:
        return {**facts, **stopped_round(design, stopping, THRESHOLDS, CONFIDENCE)}
    half, most = (certifiable(design, LevelTest(tau, CONFIDENCE)) for tau in THRESHOLDS)
    return {**facts, "certifiable": {"level": half, "level_80": most}}


def _task(frozen: Mapping[str, Json], task: TaskDesign) -> dict[str, Json]:
    card = next(card for card in frozen["cards"] if card["name"] == task.name)
    samples = [sample for sample in frozen["samples"] if sample["task"] == task.name]
    return {
        "name": task.name,
        "track": task.track,
        **{key: card[key] for key in _CARD},
        "levels": task.levels,
        "card_levels": card["levels"],
        "languages": list(task.languages),
        "chance": list(task.chance[: task.levels]),
        "rungs": list(card.get("rungs", ()))[: task.levels],
        "counts": list(task.counts),
        "samples": [_sample(sample) for sample in samples],
    }


def _sample(sample: Mapping[str, Json]) -> dict[str, Json]:
    judged = {key: sample[key] for key in _JUDGED if key in sample}
    return {key: sample.get(key) for key in _SAMPLE} | judged


def rounded(value: Json) -> Json:
    """Floats to six decimals and no negative zero, everywhere."""
    kind = type(value)
    if kind is str or kind is int or kind is bool:  # most of a table: asked first
        return value
    if isinstance(value, float):
        return round(value, _DECIMALS) + 0.0
    if kind is dict or isinstance(value, Mapping):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(entry) for entry in value]
    return value
