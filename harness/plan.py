"""From a round and a submission to a plan: everything decided before a model is loaded, hashed.

The plan holds all that can change a score. Two runs with the same plan hash on the same class of hardware must
agree; a record begun under one plan is never continued under another.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness import __version__
from harness.anchors import demand_anchors, is_anchor, public_anchors, with_anchors
from harness.canonical import changed_fields, plain, sha256_json
from harness.commitment import item_key, keyed, seed_sha256
from harness.errors import PlanChangedError, PlanError, PromptError, UnknownNameError
from harness.prompt import PromptStyle, prompt_sha256
from harness.sealed_round import demand_seed
from harness.sealed_task import SealedRowsTask
from harness.task import Task, load_task
from harness.types import Item, Json, Request, Round, RoundTask, Submission

SCHEMA = "grand-defi/plan/1"


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One item's place in a plan. Hashes stand for what must not leak before a round is revealed.

    In a sealed round they are keyed (`commitment.keyed`) as soon as the plan is written down or hashed: an item that
    can be guessed (a short sum, one of few puzzles) cannot be recognised by its hash before the reveal.
    """

    id: str
    task: str
    level: int
    language: str
    cluster: str
    index: int
    item_sha256: str  # question, options, target and scoring data
    request_sha256: str  # messages, options and sampling
    prompt_sha256: str  # the exact prompt text


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """What a plan must say of a task, beside its items, whose hashes stand for what the generator made."""

    kind: str
    chance: tuple[float, ...]
    turns: tuple[int, ...]  # of a dialogue's levels


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that can change an answer, or what it is compared with.

    The code that judges is not part of it: a scorer can be mended without asking a model again, and `judging.json`
    says which code judged.
    """

    schema: str
    harness: str  # version
    round: Mapping[str, Json]
    submission: str
    submission_digest: str
    checkpoint: Mapping[str, str]  # file -> SHA-256
    style: Mapping[str, Json]  # prompting, and the hash of template and frozen date
    engine: Mapping[str, Json]
    budget: Mapping[str, Json]  # of the submission's class: tokens an item, seconds and joules in the round
    tasks: Mapping[str, PlannedTask]
    items: tuple[PlannedItem, ...]  # with open hashes, as an engine's are compared with them
    key: bytes = field(default=b"", repr=False)  # of a sealed round's hashes; never written down
    anchor_key: bytes = field(default=b"", repr=False)  # of its anchors' hashes, which outlive the round's seal

    @property
    def hash(self) -> str:
        """SHA-256 of the plan's canonical JSON."""
        return sha256_json(self.content())

    def to_json(self) -> dict[str, Json]:
        """The plan as `plan.json` holds it, with its hash."""
        content = self.content()
        return {"hash": sha256_json(content), **content}

    def content(self) -> dict[str, Json]:
        """What is written down and hashed: everything but the key, which is in the hashes of the items."""
        keys = {False: self.key, True: self.anchor_key}
        items = [_sealed(item, keys[is_anchor(item.id)]) for item in self.items] if self.key else self.items
        secret = ("items", "key", "anchor_key")
        content = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in secret}
        written: dict[str, Json] = plain({**content, "items": items})
        return written


def make_plan(
    round_: Round,
    submission: Submission,
    style: PromptStyle,
    engine: Mapping[str, Json],
    budget: Mapping[str, Json] | None = None,
) -> Plan:
    """Decide everything; PlanError where an item cannot be asked at all."""
    items = tuple(_planned(item, style) for item in round_items(round_))
    if len({item.id for item in items}) != len(items):
        raise PlanError("two items share an id", where=round_.name, remedy="name every task of the round once")
    return Plan(
        schema=SCHEMA,
        harness=__version__,
        round=round_facts(round_),
        submission=submission.id,
        submission_digest=submission.digest,
        checkpoint=dict(submission.files),
        style={"kind": style.kind, "digest": style.digest, "date": style.date},
        engine=dict(engine),
        budget=dict(budget or {}),
        tasks={task.name: _planned_task(task.name) for task in round_.tasks},
        items=items,
        key=item_key(demand_seed(round_)) if round_.sealed else b"",
        anchor_key=item_key(demand_anchors(round_.anchors)) if round_.sealed and round_.anchors else b"",
    )


def round_items(round_: Round) -> Iterable[Item]:
    """Every item of a round: by task, level and language, in the seeded order.

    CommitmentError where the round is sealed and its seed cannot be known yet, or not here.
    """
    seed = demand_seed(round_)
    for part, task, languages in round_tasks(round_):
        for level in range(1, part.levels + 1):
            for language in languages:
                make = functools.partial(task.items, level, language)
                anchors = None if isinstance(task, SealedRowsTask) else round_.anchors  # whose rows every round asks
                yield from with_anchors(make, seed, part.counts[level - 1], anchors)


def round_tasks(round_: Round) -> Iterable[tuple[RoundTask, Task, list[str]]]:
    """Every task of a round with its languages there; UnknownNameError where it has no such levels or languages."""
    for part in round_.tasks:
        task = load_task(part.name)
        if part.levels > task.card.levels:
            valid = [f"1 to {task.card.levels}"]
            raise UnknownNameError("number of levels", str(part.levels), valid, where=part.name)
        languages = [language for language in round_.languages if language in task.card.languages]
        if not languages:
            raise UnknownNameError("languages", ", ".join(round_.languages), task.card.languages, where=part.name)
        yield part, task, languages


def request_of(item: Item) -> Request:
    """What the engine is asked for an item."""
    return task_of(item).request(item)


def task_of(item: Item) -> Task:
    """The task an item belongs to."""
    return load_task(item.task)


def refuse_changed(recorded: Mapping[str, Json] | None, plan: Plan, where: str) -> None:
    """PlanChangedError when a record holds another plan; says which fields changed."""
    if recorded is None or recorded.get("hash") == plan.hash:
        return
    before = {key: value for key, value in recorded.items() if key != "hash"}
    after = plan.content()
    changed = [f for f in changed_fields(before, after) if not f.startswith("items[")]  # effects, not causes
    raise PlanChangedError(where, [*changed, *(["items"] if before.get("items") != after["items"] else [])])


def _planned(item: Item, style: PromptStyle) -> PlannedItem:
    request = request_of(item)
    try:
        text = style.render(request.messages, request.language)
    except PromptError as error:
        raise PlanError(error.what, where=item.id, remedy=error.remedy) from error
    return PlannedItem(
        id=item.id,
        task=item.task,
        level=item.level,
        language=item.language,
        cluster=item.cluster,
        index=item.index,
        item_sha256=sha256_json(item),
        request_sha256=sha256_json(request),
        prompt_sha256=prompt_sha256(text),
    )


def _planned_task(name: str) -> PlannedTask:
    card = load_task(name).card
    return PlannedTask(card.kind, card.chance, card.turns)


def _sealed(item: PlannedItem, key: bytes) -> PlannedItem:
    return dataclasses.replace(
        item,
        item_sha256=keyed("item", item.item_sha256, key),
        request_sha256=keyed("request", item.request_sha256, key),
        prompt_sha256=keyed("prompt", item.prompt_sha256, key),
    )


def round_facts(round_: Round) -> dict[str, Json]:
    """What of a round can change a score: not its title, nor which other submissions run."""
    facts = public_round(round_)
    kept = ("name", "date", "seed", "sealed", "seed_sha256", "languages", "level_weights", "stopping", "anchors")
    return {key: facts[key] for key in kept if key in facts}


def public_round(round_: Round) -> dict[str, Json]:
    """All of a round that may be read before the reveal: a sealed round's seed is there by its digest only."""
    facts: dict[str, Json] = plain(round_)
    if not facts["stopping"]:
        del facts["stopping"]
    if facts.pop("anchors") is not None and round_.anchors:
        facts["anchors"] = public_anchors(round_.anchors)
    if facts.pop("sealed"):
        del facts["seed"]
        facts |= {"sealed": True, "seed_sha256": seed_sha256(demand_seed(round_))}
    return facts
