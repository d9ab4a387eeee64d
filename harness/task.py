"""The Task protocol, the base class of procedural tasks, and the registry.

A task lives in `tasks/<track>/<task>/`: `task.yaml` (its card), `__init__.py` with `TASK`, and `gold.jsonl`.
A procedural task says two things: how a structure is drawn from a random generator, and how that structure
is told in a language. Item `index` of a seed is drawn from its own generator, so a longer run extends a
shorter one, and the French and English tellings of one index share structure, target and cluster.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Generic, Protocol, TypeVar, get_args

import yaml

from harness.errors import SandboxUnavailableError, TaskError, UnknownNameError
from harness.types import (
    EUROPEAN,
    LANGUAGES,
    OWN_FAULTS,
    TRACKS,
    Card,
    Category,
    Completion,
    Item,
    Json,
    Kind,
    Message,
    Request,
    Sampling,
    Score,
)

PUBLIC = "public"  # the folder of public benchmarks
_SHOTS_SEED = "shots"  # worked examples never depend on a round, a rank or a batch
_SHOTS_FROM = 1_000_000  # their indices, beyond those of a round: a task may take a part of an item from its index
RESERVED_SEEDS = (
    _SHOTS_SEED,
    "check",
    "gold",
    "sample",
    "public samples",
)  # their items are public: no round uses them
_SHOWN = 2000  # characters of an answer and of a reason that a score keeps
_WRONG_OPTION, _RIGHT_OPTION = -10.0, -1.0  # log-likelihoods of an oracle's answer to a choice

S = TypeVar("S")


class Task(Protocol):
    """What the harness asks of a task. All methods are pure: same arguments, same result, everywhere."""

    @property
    def card(self) -> Card:
        """The task's description."""

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        """The first `count` items of a level in the order of `seed`."""

    def request(self, item: Item) -> Request:
        """What the engine is asked."""

    def score(self, item: Item, completion: Completion) -> Score:
        """Judge a completion. Safe on any text; never evaluates it."""

    def gold(self, item: Item) -> Completion:
        """A completion that must score 1."""


@dataclasses.dataclass(frozen=True, slots=True)
class Telling:
    """A structure said in one language."""

    question: str
    target: Json  # for a choice, the right option's index in `options`
    options: tuple[str, ...] = ()
    data: Mapping[str, Json] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What a task reads in an answer's text."""

    value: float  # in [0, 1]
    answer: str = ""  # what was taken as the answer, for people
    reason: str = ""
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)


class ProceduralTask(ABC, Generic[S]):
    """Base of tasks whose items are generated. `S` is the structure both languages tell.

    A task of kind `generate` gives `answer` and `judge`; one of kind `choose` tells its options with the right
    one's index as the target (the base class then places it) and needs neither.
    """

    def __init__(self, folder: Path) -> None:
        """Read the card in `folder`."""
        self.card = load_card(folder)

    @abstractmethod
    def draw(self, rng: Random, level: int, index: int) -> S:
        """Draw one structure; use nothing random but `rng`."""

    @abstractmethod
    def tell(self, structure: S, language: str) -> Telling:
        """Say the structure in a language, with its target."""

    @abstractmethod
    def instruction(self, level: int, language: str) -> str:
        """What to do and in which form to answer; the same for every item of a level."""

    def answer(self, item: Item) -> str:
        """A text that deserves 1."""
        raise TaskError("a generate task must define answer()", where=self.card.name)

    def judge(self, item: Item, text: str) -> Judgement:
        """Judge a text (kind `generate`)."""
        raise TaskError("a generate task must define judge()", where=self.card.name)

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        """The first `count` items of a level in the order of `seed`; UnknownNameError on a bad level or language."""
        self.check_place(level, language)
        return [self._item(level, language, seed, index) for index in range(count)]

    def check_place(self, level: int, language: str) -> None:
        """UnknownNameError where the task has no such level or language."""
        if not 1 <= level <= self.card.levels:
            levels = [str(n) for n in range(1, self.card.levels + 1)]
            raise UnknownNameError("level", str(level), levels, where=self.card.name)
        if language not in self.card.languages:
            raise UnknownNameError("language", language, self.card.languages, where=self.card.name)

    def request(self, item: Item) -> Request:
        """Instruction, worked examples and question as messages; the target stays behind."""
        level, language = item.level, item.language
        turns = [
            Message("system", self.instruction(level, language)),
            *self._shots(level, language),
            Message("user", item.question),
        ]
        sampling = Sampling(max_new_tokens=self.card.max_new_tokens[level - 1], stop=self.card.stop)
        return Request(item.id, language, tuple(turns), sampling, item.options)

    def score(self, item: Item, completion: Completion) -> Score:
        """Judge a completion.

        An engine's failure is unscored with its reason, never zero. Weights that give no finite number, and a context
        too short for the question, are the submission's own: zero, or a model could choose which questions count.
        """
        if completion.finish == "error":
            return Score(item.id, None, "unscored", reason=completion.error or "the engine gave no answer")
        if completion.finish in OWN_FAULTS:
            return own_fault(item, completion)
        if item.options:
            return _score_choice(item, completion)
        try:
            judged = self.read(item, completion)
        except SandboxUnavailableError as error:
            return Score(item.id, None, "unscored", reason=error.what)
        if not 0.0 <= judged.value <= 1.0:
            raise TaskError(f"a score of {judged.value} is outside [0, 1]", where=item.id)
        category = _category(judged.value, cut=completion.finish == "length")
        answer, reason = judged.answer[:_SHOWN], judged.reason[:_SHOWN]
        return Score(item.id, judged.value, category, answer, reason, judged.metrics)

    def read(self, item: Item, completion: Completion) -> Judgement:
        """Judge what was said after thinking; thinking without an end is no answer."""
        text = without_thinking(completion.text)
        return Judgement(0.0, reason="the thinking has no end") if text is None else self.judge(item, text)

    def example(self, item: Item) -> list[Message]:
        """An item with its answer, as a worked example."""
        answer = item.options[item.target] if item.options else self.answer(item)
        return [Message("user", item.question), Message("assistant", answer)]

    def gold(self, item: Item) -> Completion:
        """What an oracle would return."""
        if item.options:
            scores = tuple(_RIGHT_OPTION if n == item.target else _WRONG_OPTION for n in range(len(item.options)))
            return Completion(item.id, "", "stop", 0, 0, "", option_logprobs=scores)
        return Completion(item.id, self.answer(item), "stop", 0, 0, "")

    def _item(self, level: int, language: str, seed: str, index: int) -> Item:
        structure = self.draw(generator(self.card.name, level, seed, index), level, index)
        told = self.tell(structure, language)
        options, target = told.options, told.target
        if options:
            target = _balanced_place(self.card.name, level, seed, index, len(options))
            options = _move(options, told.target, target)
        place = f"L{level:02d}/{index:05d}"
        return Item(
            id=f"{self.card.name}/{language}/{place}",
            task=self.card.name,
            level=level,
            language=language,
            cluster=f"{self.card.name}/{place}",
            index=index,
            question=told.question,
            target=target,
            options=options,
            data=told.data,
        )

    @functools.cache  # noqa: B019 - a task lives as long as the process, and its cards bound the keys
    def _shots(self, level: int, language: str) -> tuple[Message, ...]:
        """Worked examples: a function of task, level and language only (lm-evaluation-harness #1719)."""
        examples = [
            self._item(level, language, _SHOTS_SEED, _SHOTS_FROM + n) for n in range(self.card.shots[level - 1])
        ]
        return tuple(message for example in examples for message in self.example(example))


def generator(task: str, level: int, seed: str, index: int) -> Random:
    """The random generator of one item: independent of the language and of every other item."""
    key = f"{task}\x1f{level}\x1f{seed}\x1f{index}".encode()
    return Random(int.from_bytes(hashlib.sha256(key).digest(), "big"))


def _balanced_place(task: str, level: int, seed: str, index: int, options: int) -> int:
    """Place of the right option: each place occurs once in every block of `options` items, in a seeded order.

    So a constant answer earns chance exactly, not chance give or take luck, and still nobody can predict a place.
    """
    block = list(range(options))
    generator(f"{task}/places", level, seed, index // options).shuffle(block)
    return block[index % options]


def without_thinking(text: str) -> str | None:
    """What a model says after its thinking; None when the thinking never ends (inspect_evals #2097)."""
    head, opened, rest = text.partition("<think>")
    if not opened:
        return text.rpartition("</think>")[2] if "</think>" in text else text
    _, closed, answer = rest.rpartition("</think>")
    return head + answer if closed and "<think>" not in answer else None


def own_fault(item: Item, completion: Completion) -> Score:
    """Zero for what the submission itself could not do: no finite number, no room for the question, no time left."""
    named: dict[str, Category] = {"beyond": "beyond", "late": "late"}
    return Score(item.id, 0.0, named.get(completion.finish, "wrong"), reason=completion.error)


def _move(options: Sequence[str], source: int, place: int) -> tuple[str, ...]:
    """The options with the one at `source` moved to `place`; the others keep their order."""
    others = [option for n, option in enumerate(options) if n != source]
    return (*others[:place], options[source], *others[place:])


def _category(value: float, *, cut: bool) -> Category:
    if value == 1.0:
        return "right"
    if cut:
        return "cut"
    return "partial" if value > 0 else "wrong"


def _score_choice(item: Item, completion: Completion) -> Score:
    """The most likely option; equal ones share the credit, so that a model that prefers nothing earns chance."""
    scores = completion.option_logprobs
    if len(scores) != len(item.options) or any(math.isnan(s) for s in scores):
        return Score(item.id, None, "unscored", reason="the engine gave no usable log-likelihood for every option")
    best = [n for n, s in enumerate(scores) if s == max(scores)]
    value = 1.0 / len(best) if item.target in best else 0.0
    answer = " = ".join(item.options[n] for n in best)
    return Score(item.id, value, "right" if value == 1 else "partial" if value else "wrong", answer)


# --- cards and registry ------------------------------------------------------------------------------------------


def tasks_root() -> Path:
    """The folder of the `tasks` package."""
    package = importlib.import_module("tasks")
    return Path(str(package.__file__)).parent


def task_names(*, public: bool = False) -> list[str]:
    """Every family's `track/task`, or every benchmark's `public/task`, sorted; reads no code."""
    names = [f"{card.parent.parent.name}/{card.parent.name}" for card in tasks_root().glob("*/*/task.yaml")]
    return sorted(name for name in names if is_public(name) == public)


def is_public(name: str) -> bool:
    """Whether a task is a public benchmark: practice and reference, never part of a sealed round."""
    return name.startswith(f"{PUBLIC}/")


@functools.cache
def load_task(name: str) -> Task:
    """Import a task by name; UnknownNameError lists the valid ones."""
    if name not in (valid := [*task_names(), *task_names(public=True)]):
        raise UnknownNameError("task", name, valid)
    module = importlib.import_module("tasks." + name.replace("/", "."))
    task: Task = module.TASK
    return task


def task_digest(name: str) -> str:
    """SHA-256 over the names and bytes of a task's files: the generator digest of the plan."""
    folder = tasks_root() / name
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".py", ".yaml", ".jsonl", ".json", ".txt"}:
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def load_card(folder: Path) -> Card:
    """Read and check `folder/task.yaml`; TaskError names the key that is wrong."""
    path = folder / "task.yaml"
    if not path.is_file():
        raise TaskError("the task has no card", where=str(path), remedy="copy one from another task")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    name = f"{folder.parent.name}/{folder.name}"
    derived = {"name"} if is_public(name) else {"name", "track", "rungs"}  # a family's levels are the rungs
    known = {f.name for f in dataclasses.fields(Card)} - derived
    required = known - {"stop", "turns"}
    if not isinstance(raw, dict) or raw.keys() - known or required - raw.keys():
        keys = set(raw) if isinstance(raw, dict) else set()
        detail = f"unknown {sorted(keys - known)}, missing {sorted(required - keys)}"
        raise TaskError(f"the card has wrong keys: {detail}", where=str(path), remedy=f"valid: {sorted(known)}")
    track, levels = raw.get("track", folder.parent.name), int(raw["levels"])
    spoken = EUROPEAN if is_public(name) else LANGUAGES
    if track not in TRACKS:
        raise UnknownNameError("track", track, TRACKS, where=str(path))
    if raw["kind"] not in get_args(Kind):
        raise UnknownNameError("kind", str(raw["kind"]), get_args(Kind), where=str(path))
    for language in raw["languages"]:
        if language not in spoken:
            raise UnknownNameError("language", language, spoken, where=str(path))
    chance = _per_level(raw["chance"], levels, path, "chance")
    if not all(0 <= value < 1 for value in chance):
        raise TaskError("`chance` is a score below 1, and not negative", where=str(path))
    for key in ("title", "skill", "judging", "ladder"):
        if set(raw[key]) != set(LANGUAGES):
            raise TaskError(f"`{key}` must say it in {', '.join(LANGUAGES)}", where=str(path))
    return Card(
        name=name,
        track=track,
        kind=raw["kind"],
        levels=levels,
        languages=tuple(raw["languages"]),
        chance=chance,
        license=raw["license"],
        source=raw["source"],
        title=raw["title"],
        skill=raw["skill"],
        judging=raw["judging"],
        ladder=raw["ladder"],
        shots=tuple(int(n) for n in _per_level(raw["shots"], levels, path, "shots")),
        max_new_tokens=tuple(int(n) for n in _per_level(raw["max_new_tokens"], levels, path, "max_new_tokens")),
        stop=tuple(raw.get("stop", ())),
        turns=_turns(raw, levels, path),
        rungs=tuple(int(rung) for rung in _per_level(raw["rungs"], levels, path, "rungs")) if "rungs" in raw else (),
    )


def _turns(raw: Mapping[str, Json], levels: int, path: Path) -> tuple[int, ...]:
    """The turns of a dialogue's levels; a task of another kind has none."""
    if (raw["kind"] == "dialogue") != ("turns" in raw):
        raise TaskError("`turns` belongs to tasks of kind dialogue, and to all of them", where=str(path))
    return tuple(int(n) for n in _per_level(raw["turns"], levels, path, "turns")) if "turns" in raw else ()


def _per_level(value: Json, levels: int, path: Path, key: str) -> tuple[float, ...]:
    """One number for all levels, or a list with one number a level."""
    numbers: Sequence[float] = value if isinstance(value, list) else [value] * levels
    if len(numbers) != levels:
        raise TaskError(f"`{key}` needs one number, or {levels}", where=str(path))
    return tuple(numbers)
