"""What a submission's way through a round costs, from a few items of every task, level and language.

Seconds of a job are those until it can ask (`begin`, and `plan` for every item of the round), those until the model is
loaded, and those of its items: for every token read and every token written, by kind of task. Tokens that all prompts
of a group begin with are read once. Times of single answers say nothing, as answers share batches, and the first of a
batch carries what all prompts took: rates come from the time that all answers of a kind took together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.canonical import plain
from harness.errors import RecordError
from harness.record import RoundPaths, RunPaths, read_json, write_json
from harness.types import Item, Json

SCHEMA = "grand-defi/costs/1"
FOLDER = "costs"  # in a round's folder
Key = tuple[str, int, str]  # task, level, language
Counts = Mapping[Key, float]
READING = 0.1  # of what a written token costs, where it is not measured: prompts are read many tokens at a time


@dataclass(frozen=True, slots=True)
class Group:
    """What a calibration saw of the items of one task, level and language."""

    task: str
    level: int
    language: str
    kind: str  # of the task
    shared: float  # tokens that all its prompts begin with
    read: tuple[float, ...]  # the other tokens of each item's prompts
    written: tuple[float, ...]  # of each item's answers: generated, or of all options
    values: tuple[float | None, ...]  # of each item: raw score, None where it is unscored; in the seeded order
    seconds: float  # of engine time, all items together

    @property
    def key(self) -> Key:
        """Task, level and language."""
        return self.task, self.level, self.language

    @property
    def items(self) -> int:
        """How many were asked."""
        return len(self.written)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a calibration measured of one submission."""

    submission: str
    items: int  # asked of every task, level and language, where the round has so many
    begin: float  # seconds of a job beside all that follows: intake, hashing the weights, writing
    load: float  # seconds until the model is ready
    plan: float  # seconds an item of the round, to make it and its prompt
    judge: float  # seconds an answer
    groups: tuple[Group, ...]
    drain: float = 0.0  # seconds of a job that the end of its batches loses, where the engine tells: not in the groups'
    basis: Mapping[str, Json] = field(default_factory=dict)  # what it holds for: `calibration.basis_of`
    machine: Mapping[str, Json] = field(default_factory=dict)  # where it was measured
    measured: str = ""  # ISO


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds that items of one kind take, apart from what they share."""

    each: float  # an item, where there are no tokens to go by
    read: float  # a token read
    write: float  # a token written


def write_costs(paths: RoundPaths, costs: Costs) -> None:
    """`costs/TEAM.ENTRY.json` of a round."""
    write_json(costs_file(paths, costs.submission), {"schema": SCHEMA, **plain(costs)})


def read_costs(paths: RoundPaths, submission: str) -> Costs | None:
    """What was measured of a submission; None where nothing was. RecordError where the file is of another form."""
    path = costs_file(paths, submission)
    raw: dict[str, Json] | None = read_json(path)
    if raw is None:
        return None
    try:
        if raw.pop("schema") != SCHEMA:
            raise ValueError
        groups = tuple(_group(one) for one in raw.pop("groups"))
        return Costs(**raw, groups=groups)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        remedy = f"remove it: `defi round run {paths.round} --dry-run` measures again"
        raise RecordError(
            "no costs of this version", where=f"{paths.round}/costs/{path.name}", remedy=remedy
        ) from error


def drop_costs(paths: RoundPaths, submission: str) -> None:
    """Forget what was measured."""
    costs_file(paths, submission).unlink(missing_ok=True)


def costs_file(paths: RoundPaths, submission: str) -> Path:
    """Where what was measured of a submission is kept."""
    return paths.folder / FOLDER / f"{submission.replace('/', '.')}.json"


def _group(raw: Mapping[str, Json]) -> Group:
    values: dict[str, Json] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Group(**values)


class CostModel:
    """Costs, fitted: what so many items of each group take."""

    def __init__(self, costs: Costs) -> None:
        """Fit the rates of every kind, and pull the lengths of answers together over levels."""
        self.costs = costs
        self.groups = {group.key: group for group in costs.groups}
        self.rates = fit(costs.groups)
        self.written = _written(costs.groups)
        self.noise = self._noise()

    def once(self, key: Key) -> float:
        """Seconds for what all items of a group share."""
        group = self.groups[key]
        return self.rates[group.kind].read * group.shared

    def each(self, key: Key) -> float:
        """Seconds for one more item of a group."""
        group = self.groups[key]
        rates = self.rates[group.kind]
        return rates.each + rates.read * _mean(group.read) + rates.write * self.written[key]

    def seconds(self, counts: Counts) -> float:
        """Engine seconds for so many items of each group, no more than the submission's budget."""
        most = (self.costs.basis.get("budget") or {}).get("seconds") or math.inf
        return float(min(most, sum(self.once(key) + self.each(key) * count for key, count in counts.items() if count)))

    def tokens(self, counts: Counts) -> float:
        """Tokens that will be written."""
        return sum(self.written[key] * count for key, count in counts.items())

    def deviation(self, counts: Counts) -> float:
        """Standard deviation of `seconds`, by the items that happened to be drawn here and will be drawn there.

        Each group's mean is of few items, and the items to come differ among themselves. It does not know of a machine
        that is busier than it was.
        """
        spread = (self.noise[key] * count * (count / self.groups[key].items + 1.0) for key, count in counts.items())
        return math.sqrt(sum(spread))

    def per_token(self) -> float:
        """Seconds that a written token stands for, reading and waiting included; 0 where nothing took any time."""
        kinds = (
            {"generate", "dialogue"} if any(g.kind != "choose" and sum(g.written) for g in self.costs.groups) else ()
        )
        chosen = [g for g in self.costs.groups if not kinds or g.kind in kinds]
        written = sum(sum(g.written) for g in chosen)
        return sum(g.seconds for g in chosen) / written if written else 0.0

    def _noise(self) -> dict[Key, float]:
        """Variance of an item's seconds within its group, pooled over a task's groups: each alone has few items."""
        squares: dict[str, list[float]] = {}
        for group in self.costs.groups:
            rates = self.rates[group.kind]
            own = [rates.read * r + rates.write * w for r, w in zip(group.read, group.written, strict=True)]
            found = squares.setdefault(group.task, [0.0, 0.0])
            found[0] += sum((one - _mean(own)) ** 2 for one in own)
            found[1] += len(own) - 1
        return {
            g.key: squares[g.task][0] / squares[g.task][1] if squares[g.task][1] else 0.0 for g in self.costs.groups
        }


def fit(groups: Sequence[Group]) -> dict[str, Rates]:
    """The rates of every kind, each held to the time that all of its answers took together.

    To weigh options is to read, so it tells how fast the model reads; what then is left of the time of texts is
    writing, which is never faster than reading. Where nothing was chosen, reading is taken to cost a tenth of writing.
    """
    kinds = {kind: [group for group in groups if group.kind == kind] for kind in {group.kind for group in groups}}
    chosen = kinds.get("choose", [])
    tokens = sum(_tokens(group) for group in chosen)
    reading = sum(group.seconds for group in chosen) / tokens if tokens else None
    return {kind: _rates(same, reading) for kind, same in kinds.items()}


def _rates(groups: Sequence[Group], reading: float | None) -> Rates:
    """The rates of one kind; `reading` is seconds a token, where it is known."""
    seconds, number = sum(group.seconds for group in groups), sum(group.items for group in groups)
    written = float(sum(sum(group.written) for group in groups))
    read = sum(_tokens(group) for group in groups) - written
    if not read + written:
        return Rates(seconds / number if number else 0.0, 0.0, 0.0)
    together = seconds / (read + written)
    if groups[0].kind == "choose" or not written:
        return Rates(0.0, together, together)
    if reading is None:
        writing = seconds / (READING * read + written)
        return Rates(0.0, READING * writing, writing)
    if reading >= together:  # a text's beginning was read before, for another one or in an earlier turn
        return Rates(0.0, together, together)
    return Rates(0.0, reading, (seconds - reading * read) / written)


def _tokens(group: Group) -> float:
    """All that were read or written for a group."""
    return group.shared + sum(group.read) + sum(group.written)


def _written(groups: Iterable[Group]) -> dict[Key, float]:
    """Tokens that an item of each group is expected to write."""
    by_task: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        by_task.setdefault((group.task, group.language), []).append(group)
    found: dict[Key, float] = {}
    for same in by_task.values():
        found |= zip([group.key for group in same], shrunk([group.written for group in same]), strict=True)
    return found


def shrunk(samples: Sequence[Sequence[float]]) -> list[float]:
    """Means of few observations each, drawn towards their common mean as far as they may differ by chance alone.

    A mean keeps the share between / (between + within / n) of its distance, with the variance between the groups by the
    method of moments (Efron & Morris 1975; DerSimonian & Laird 1986), from 0 up.
    """
    means = [_mean(one) for one in samples]
    freedom = sum(len(one) - 1 for one in samples)
    if len(samples) < 3 or not freedom:
        return means
    within = sum((x - mean) ** 2 for one, mean in zip(samples, means, strict=True) for x in one) / freedom
    centre = _mean(means)
    noise = within * _mean([1.0 / len(one) for one in samples])
    between = max(0.0, sum((mean - centre) ** 2 for mean in means) / (len(means) - 1) - noise)
    return [
        centre + (mean - centre) * (between / (between + within / len(one)) if between + within > 0 else 1.0)
        for one, mean in zip(samples, means, strict=True)
    ]


def item_tokens(run: RunPaths, items: Iterable[Item]) -> dict[str, float]:
    """By measured costs, what items cost in tokens written or their like, as `shards.cut` wants it.

    Empty where nothing was measured of the record's submission.
    """
    costs = read_costs(RoundPaths(run.round_folder.parent, run.round_folder.name), run.id)
    model = CostModel(costs) if costs else None
    if model is None or (per_token := model.per_token()) <= 0:
        return {}
    known = {key: model.each(key) / per_token for key in model.groups}
    places = ((item.id, (item.task, item.level, item.language)) for item in items)
    return {name: known[key] for name, key in places if known.get(key)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
