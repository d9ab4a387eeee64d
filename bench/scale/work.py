"""What one submission has to answer, how it is cut into shards, and how long each shard takes on its GPUs.

The tasks are real ones of the suite: kinds, prompts and the longest answers are read from their own items. What is
assumed (docs/scale.md): characters of a token, how much of its room an answer uses, and how long thinking is.
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.scale.models import PER_NODE, Model, spread
from bench.scale.speed import cheapest, prefill_seconds, step_seconds
from harness.engine.vllm.parallel import ParallelPlan
from harness.metrics.ladder import Stopping
from harness.metrics.stopping import decisions
from harness.task import load_task
from simulate.stopping import SLOPE, Ladders, asked, tellings

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int_]

TASKS = (
    "problem_solving/word_problems",
    "problem_solving/truth_tellers",
    "problem_solving/grid_transforms",
    "problem_solving/program_synthesis",
    "content_production/constrained_writing",
    "content_production/structured_output",
    "content_production/faithful_summary",
    "understanding/reading_choice",
    "understanding/long_context",
    "interaction/tool_world",
)
LEVELS = 10
CHARACTERS = 3.5  # of a token
FILLED = 0.6  # of an answer's room, on average, without thinking
THINKING_MEDIAN, THINKING_SPREAD, THINKING_MOST = 4_000, 0.9, 32_768  # tokens; log-normal
_MANY = 16  # answers for each place: from here on the closed form is within 5 %
PROMPT_COST = 0.1  # of a prompt's token, where an answer's costs 1: what `harness.shards` cuts by


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round asks."""

    clusters: int = 15  # per task and level, each told in two languages: 3,000 items over ten tasks
    stopping: Stopping | None = None
    shard_tokens: float = 2e6
    context: int = 131_072  # tokens that the engine makes room for, for every sequence
    whole_nodes: bool = False  # a small model takes a node, with copies side by side
    waits: bool = True  # a ladder asks on when a whole wave is in; else as if what comes next were known at once
    cheapest: bool = False  # spread for the cheapest token, rather than over the fewest GPUs as the engine does
    tuning: float = 1.0  # on the engine's efficiency


@dataclass(frozen=True, slots=True)
class Shard:
    """What one job asks."""

    items: int
    tokens: float  # of answers
    seconds: float  # on its GPUs, the model loaded
    flying: float  # seconds of work that an interruption loses: items half answered


@dataclass(frozen=True, slots=True)
class Work:
    """All that one submission needs."""

    model: Model
    parallel: ParallelPlan
    gpus: int  # of one job
    items: int
    full: int  # items that a fixed round would have asked
    shards: tuple[Shard, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """What the tasks' items are like, by task and level."""

    prompts: Floats  # tokens
    rooms: Floats  # tokens that an answer may take, all turns together; 0 where an option is chosen
    turns: Counts  # of a dialogue; 1 elsewhere


@dataclass(frozen=True, slots=True)
class Items:
    """All items that one submission is asked, in the plan's order."""

    task: Counts
    prompt: Floats
    answer: Floats
    turns: Counts
    wave: Counts  # how many times its task waited for answers before it asked this one

    def __getitem__(self, places: Counts) -> Items:
        """Those of a shard."""
        return Items(*(getattr(self, name)[places] for name in ("task", "prompt", "answer", "turns", "wave")))

    @property
    def cost(self) -> Floats:
        """What shards are cut by."""
        return self.answer + PROMPT_COST * self.prompt


@functools.cache
def mix() -> Mix:
    """Read from one item of each task and level."""
    shape = (len(TASKS), LEVELS)
    prompts, rooms, turns = np.zeros(shape), np.zeros(shape), np.ones(shape, dtype=np.int_)
    for row, name in enumerate(TASKS):
        task = load_task(name)
        for level in range(1, LEVELS + 1):
            request = task.request(task.items(level, "fr", "scale", 1)[0])
            column = level - 1
            turns[row, column] = task.card.turns[column] if task.card.turns else 1
            prompts[row, column] = sum(len(message.content) for message in request.messages) / CHARACTERS
            rooms[row, column] = request.sampling.max_new_tokens * turns[row, column]
    return Mix(prompts, rooms, turns)


def work(model: Model, plan: Plan, rng: np.random.Generator) -> Work:
    """Draw what a submission answers, and cut it."""
    items = answers(model, plan, clusters(model, plan, rng), rng)
    parallel = cheapest(model, plan.context) if plan.cheapest else spread(model, plan.context)
    copies = max(1, PER_NODE // parallel.gpus) if plan.whole_nodes else 1
    parts = _stretches(items.cost, plan.shard_tokens)
    if plan.stopping is not None:
        parts = _whole(items, plan.shard_tokens)
    shards = tuple(shard(model, parallel, items[part], copies, plan.tuning) for part in parts)
    full = 2 * plan.clusters * len(TASKS) * LEVELS
    return Work(model, parallel, parallel.gpus * copies, items.task.size, full, shards)


def clusters(model: Model, plan: Plan, rng: np.random.Generator) -> Counts:
    """How many of each task and level are asked: all, or what the round's own stopping asks of a drawn ability."""
    if plan.stopping is None:
        return np.full((len(TASKS), LEVELS), plan.clusters)
    centre = 2.0 + 2.0 * np.log10(model.parameters / 1e9) + (1.0 if model.thinking else 0.0) + rng.normal()
    ability = centre + rng.normal(size=len(TASKS))
    mean = 1.0 / (1.0 + np.exp(-SLOPE * (ability[:, None] - np.arange(1, LEVELS + 1))))
    values = tellings(mean, plan.clusters, rng)
    won, at = {}, {}
    for tau in plan.stopping.thresholds:
        outcome, at[tau] = decisions(values, tau, plan.clusters)
        won[tau] = outcome > 0
    return asked(Ladders(won, at), plan.stopping, plan.clusters)


def answers(model: Model, plan: Plan, count: Counts, rng: np.random.Generator) -> Items:
    """The items of so many clusters of each task and level, each told twice, and how long their answers are."""
    place = np.repeat(np.arange(count.size), 2 * count.ravel())
    task, level = np.divmod(place, LEVELS)
    known = mix()
    room = known.rooms[task, level]
    answer = FILLED * room
    if model.thinking:
        thought = rng.lognormal(np.log(THINKING_MEDIAN), THINKING_SPREAD, answer.size)
        answer = np.minimum(answer + np.where(room > 0, thought, 0.0), THINKING_MOST)
    prompt = np.minimum(known.prompts[task, level], plan.context - answer)
    return Items(task, prompt, answer, known.turns[task, level], _waves(plan, count))


def _waves(plan: Plan, count: Counts) -> Counts:
    """Of each item: 0 in the core; beyond it a task asks one batch after the other, level after level."""
    if plan.stopping is None or not plan.waits:
        return np.zeros(2 * int(count.sum()), dtype=np.int_)
    core, step = plan.stopping.core, plan.stopping.step
    batches = -(-np.maximum(count - core, 0) // step)
    before = np.cumsum(batches, axis=1) - batches
    found = []
    for asked_here, earlier in zip(count.ravel(), before.ravel(), strict=True):
        index = np.repeat(np.arange(asked_here), 2)
        found.append(np.where(index < core, 0, 1 + earlier + (index - core) // step))
    return np.concatenate(found)


def _stretches(cost: Floats, most: float) -> list[Counts]:
    """Neighbours together, as `harness.shards` cuts a fixed round."""
    number = max(1, int(np.ceil(cost.sum() / most)))
    middle = np.cumsum(cost) - cost / 2
    edges = np.searchsorted(middle, np.arange(1, number) * cost.sum() / number, side="right")
    return [part for part in np.split(np.arange(cost.size), edges) if part.size]


def _whole(items: Items, most: float) -> list[Counts]:
    """Tasks kept whole, the dearest first into the emptiest, as `harness.shards` cuts a round that stops."""
    costs = np.bincount(items.task, weights=items.cost, minlength=len(TASKS))
    number = max(1, min(len(TASKS), int(np.ceil(costs.sum() / most))))
    held, where = np.zeros(number), np.zeros(len(TASKS), dtype=np.int_)
    for one in np.argsort(-costs, kind="stable"):
        where[one] = int(held.argmin())
        held[where[one]] += costs[one]
    parts = [np.flatnonzero(where[items.task] == part) for part in range(number)]
    return [part for part in parts if part.size]


def shard(model: Model, parallel: ParallelPlan, items: Items, copies: int = 1, tuning: float = 1.0) -> Shard:
    """How long a job asks: wave after wave of its tasks' ladders, turn after turn of its dialogues.

    A step that makes one token for each of s sequences takes a + b·s seconds, so a wave takes a times its steps plus b
    times its tokens.
    """
    tokens, total = float(items.answer.sum()), items.task.size
    weights = items.answer if tokens else np.ones(total)
    length = float(np.average(items.prompt + items.answer / 2, weights=weights))  # of the sequence of a token
    room = parallel.max_sequences * copies
    one = step_seconds(model, parallel, 1, length, tuning)
    many = step_seconds(model, parallel, max(2, parallel.max_sequences), length, tuning)
    each = (many - one) / (max(2, parallel.max_sequences) - 1)
    waited = sum(steps(part, room) for part in _together(items))
    reading = prefill_seconds(model, parallel, float(items.prompt.sum()), float((items.prompt**2).sum()), tuning)
    seconds = (one - each) * waited + (each * tokens + reading) / copies
    return Shard(total, tokens, seconds, seconds * min(1.0, room / total) / 2)


def _together(items: Items) -> Iterator[Floats]:
    """The answers of each wave: the items of one wave of the ladders, one turn of each at a time."""
    for wave in np.unique(items.wave):
        here = np.flatnonzero(items.wave == wave)
        answer, turns = items.answer[here] / items.turns[here], items.turns[here]
        for turn in range(1, int(turns.max()) + 1):
            yield answer[turns >= turn]


def steps(answers: Floats, room: int) -> float:
    """Steps until the last of these answers is done, `room` at a time, the next in its place as soon as one ends.

    Counted one by one; where there are very many for the room, by full steps and what the longest then still wants.
    """
    if answers.size <= room:
        return float(answers.max())
    if answers.size < _MANY * room:
        places = [0.0] * room
        for answer in answers.tolist():
            heapq.heapreplace(places, places[0] + answer)
        return max(places)
    mean, longest = float(answers.mean()), float(np.quantile(answers, 1 - 1 / room))
    return float(answers.sum()) / room + max(0.0, longest - mean) * (1 - 1 / room)
