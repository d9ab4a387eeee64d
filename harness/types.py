"""The vocabulary as frozen dataclasses; DESIGN.md's table says the same words in prose.

Three kinds of type, never mixed: *given* (Round, Submission, Item), *serialised* (Completion, Score,
Finding, Estimate) and *behaving* (Task, Engine: protocols, in `task.py` and `engine/base.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = Any  # JSON value: None, bool, int, float, str, list, dict (mypy cannot check recursive ones usefully)
Track = Literal["problem_solving", "content_production", "understanding", "interaction"]
Kind = Literal["generate", "choose", "dialogue"]
Role = Literal["system", "user", "assistant", "verbatim"]  # verbatim: a prompt written elsewhere, in no prompt style
# stop: an end token or stop string; length: cut by the budget; broken: the weights' fault;
# beyond: longer than the model's context, so never asked; late: not asked, as the round's budget was spent;
# error: not asked, or ours
Finish = Literal["stop", "length", "broken", "beyond", "late", "error"]
Severity = Literal["error", "warning", "info"]
Fault = Literal["own", "ours"]  # whose an error is: the submission's, or the harness's, the machine's, the site's
Category = Literal["right", "partial", "wrong", "cut", "beyond", "late", "unscored"]

OWN_FAULTS: tuple[Finish, ...] = ("broken", "beyond", "late")  # what a submission could not do: zero, not unscored
TRACKS: tuple[Track, ...] = ("problem_solving", "content_production", "understanding", "interaction")
LANGUAGES: tuple[str, ...] = ("fr", "en")
EUROPEAN: tuple[str, ...] = (*LANGUAGES, "de", "es", "it", "nl", "pl", "pt")  # that public benchmarks may be in


@dataclass(frozen=True, slots=True)
class Card:
    """A task's description, read from its `task.yaml`."""

    name: str  # "track/task"
    track: Track
    kind: Kind
    levels: int  # number of levels, 1 to `levels`
    languages: tuple[str, ...]
    chance: tuple[float, ...]  # expected score of blind guessing, one number a level
    license: str  # of the items
    source: str  # where the items come from
    title: Mapping[str, str]  # by language
    skill: Mapping[str, str]  # what is measured, one sentence by language
    judging: Mapping[str, str]  # how answers are judged, by language
    ladder: Mapping[str, str]  # what grows with the level, by language
    shots: tuple[int, ...]  # worked examples in every prompt, one number a level
    max_new_tokens: tuple[int, ...]  # token budget, one number a level (0 for choose)
    stop: tuple[str, ...] = ()  # strings that end an answer, beside the prompt style's own
    turns: tuple[int, ...] = ()  # of a dialogue: how often the model may speak, one number a level
    rungs: tuple[int, ...] = ()  # of a public benchmark: to which level of the families each of its levels corresponds


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its target. Only `question` and `options` are ever shown to a model."""

    id: str
    task: str
    level: int  # from 1
    language: str
    cluster: str  # items of one cluster (the French and English tellings of one structure) are not independent
    index: int  # place in the seeded order, from 0
    question: str
    target: Json  # what the answer is compared with; never leaves the harness
    options: tuple[str, ...] = ()  # the choices, for tasks of kind `choose`
    data: Mapping[str, Json] = field(default_factory=dict)  # what else scoring needs; hidden like the target


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt, before any chat template."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a text is drawn. Every field is explicit: no library default reaches a model."""

    max_new_tokens: int
    stop: tuple[str, ...] = ()
    temperature: float = 0.0  # 0 is greedy
    top_p: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine sees of an item. It never carries the target."""

    item: str  # the item's id
    language: str
    messages: tuple[Message, ...]  # instruction, worked examples, question
    sampling: Sampling
    options: tuple[str, ...] = ()  # score these continuations instead of generating
    turn: int = 0  # of a dialogue, from 0


@dataclass(frozen=True, slots=True)
class Completion:
    """The engine's raw output for one request; never edited."""

    item: str
    text: str
    finish: Finish
    prompt_tokens: int
    completion_tokens: int  # computed for the answer: generated, or of all options
    prompt_sha256: str  # of the exact prompt text, as the engine rendered it
    option_logprobs: tuple[float, ...] = ()  # natural-log likelihood of each option, in the item's order
    option_greedy: tuple[bool, ...] = ()  # whether each option is what the model itself would have said
    seconds: float = 0.0  # the request's share of the batch's wall time
    error: str = ""  # why there is no answer, when `finish` is "error"
    turn: int = 0  # of a dialogue, from 0; a record holds one completion a turn
    turns: tuple[str, ...] = ()  # all texts of a dialogue, where its turns were put together


@dataclass(frozen=True, slots=True)
class Score:
    """The judgement of one completion. `value` None means unscored, with the reason."""

    item: str
    value: float | None  # in [0, 1]
    category: Category
    answer: str = ""  # what was read as the answer
    reason: str = ""  # why this value, in words a team can act on
    metrics: Mapping[str, float] = field(default_factory=dict)  # parts of the judgement, each in [0, 1]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of `scores.jsonl`: a score with all that an estimate needs, so that it stands alone."""

    item: str
    task: str
    level: int
    language: str
    cluster: str
    index: int
    chance: float
    value: float | None
    category: Category
    capped: bool  # the answer was cut by the token budget
    answer: str = ""
    reason: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its uncertainty."""

    value: float
    low: float
    high: float
    items: int  # scored items
    clusters: int
    unscored: int = 0
    provisional: bool = False  # more than 1 % unscored


@dataclass(frozen=True, slots=True)
class Finding:
    """One intake check's verdict."""

    code: str
    severity: Severity
    where: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class CheckpointSource:
    """Where a submission's weights come from; resolved to a folder before anything reads them."""

    kind: Literal["folder", "package", "hub", "none"]
    path: str = ""  # folder, or the file inside the package
    package: str = ""  # distribution name on PyPI
    repository: str = ""  # hub repository
    revision: str = ""  # package version or hub commit


@dataclass(frozen=True, slots=True)
class Submission:
    """An immutable entry, as its manifest declares it. Known by `digest`."""

    team: str
    entry: str
    title: str
    engine: str  # name of an engine configuration: transformers, or a baseline's
    checkpoint: CheckpointSource
    files: Mapping[str, str]  # file name in the checkpoint folder -> SHA-256
    dtype: str
    prompting: Literal["chat", "plain"]
    license: str  # SPDX
    languages: tuple[str, ...]
    training_data: str
    contact: str
    baseline: bool
    parameters: int  # 0 when it has none
    context_length: int  # tokens; 0 when it has no limit
    digest: str  # SHA-256 of the manifest's canonical content
    country: str = ""  # of the team, ISO 3166-1 alpha-2; empty where it is not said
    weights: Literal["open", "closed", ""] = ""  # whether anybody may have them; empty where it is not said

    @property
    def id(self) -> str:
        """`TEAM/ENTRY`."""
        return f"{self.team}/{self.entry}"


@dataclass(frozen=True, slots=True)
class RoundTask:
    """One task's part in a round."""

    name: str
    levels: int
    counts: tuple[int, ...]  # items per level and language, one number a level


@dataclass(frozen=True, slots=True)
class Anchors:
    """Items that several rounds ask, from a seed of their own (`harness.anchors`)."""

    share: float  # of every level and language, at most
    seed: str
    set: str = ""  # in a sealed round, the name of the secret
    sha256: str = ""  # and what is committed to


@dataclass(frozen=True, slots=True)
class Round:
    """A dated, frozen configuration of the contest."""

    name: str
    title: Mapping[str, str]
    date: str  # ISO; also the date any chat template is given
    seed: str  # items are a pure function of it
    languages: tuple[str, ...]
    tasks: tuple[RoundTask, ...]
    level_weights: tuple[float, ...]  # of the area under the difficulty curve; sum 1
    submissions: tuple[str, ...]  # TEAM/ENTRY, in the order they are run
    conditions: Mapping[str, Json] = field(default_factory=dict)
    stopping: Mapping[str, Json] = field(default_factory=dict)  # `metrics.ladder.Stopping`; empty: everything is asked
    sealed: bool = False  # the seed comes from a committed secret and is known to nobody before the intake has closed
    anchors: Anchors | None = None
