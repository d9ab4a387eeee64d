"""What is needed to ask a record's items again: the items, how the model is spoken to, and an engine at another budget.

Everything comes from the record, the round's folder and the submission's checkpoint; nothing from today's configuration
but where an engine's code is.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.anchors import unseal_anchors
from harness.canonical import plain
from harness.commitment import SealedSeed, seed_of
from harness.conditions.budgets import Budget
from harness.config import engine_class, names_of, new_engine
from harness.engine.base import Engine, EngineContext
from harness.engine.confined.engine import ConfinedEngine, Policy
from harness.engine.prompting import panicked
from harness.errors import RecordError, UnknownNameError
from harness.intake.checkpoint import resolve_checkpoint, verify_files
from harness.plan import round_items, task_of
from harness.prompt import PromptStyle, read_style
from harness.record import RoundPaths, RunPaths, read_frozen, read_json
from harness.sealed_round import FOLDER
from harness.types import Anchors, CheckpointSource, Item, Json, Round, RoundTask, Submission
from harness.workspace import Workspace

Cut = Callable[[str], Iterator[tuple[str, int]]]  # a text's tokens, each with the place where it ends
MakeEngine = Callable[[Mapping[str, Json]], Engine]  # from options that differ from the recorded ones
_MIB = 1 << 20
_WORD = re.compile(r"\s*\S+|\s+$")
_LEAST_MEMORY, _USUAL_MEMORY = 64 * _MIB, 2048 * _MIB


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record with what its items are."""

    run: RunPaths
    round_folder: Path
    plan: Mapping[str, Json]
    submission: Submission
    items: Mapping[str, Item]
    seed: str  # of the round
    sealed: bool
    style: PromptStyle
    checkpoint: Path | None
    isolation: Policy  # that the round asks of a model's process
    cut: Cut

    @property
    def budget(self) -> Budget:
        """Of the submission's class, as the plan holds it."""
        return Budget(**self.plan.get("budget", {}))


def read_recorded(folder: Path, workspace: Workspace) -> Recorded:
    """Read a record and make its items again.

    RecordError where it has no plan, where the round's seed is not revealed yet, or where the checkpoint's template is
    another than the plan's.
    """
    folder = folder.resolve()
    run, round_folder = RunPaths(folder), folder.parent.parent
    plan, declared = read_json(run.plan), read_json(run.submission)
    if plan is None or declared is None:
        raise RecordError("the record has no plan", where=str(folder), remedy="name a folder runs/ROUND/TEAM/ENTRY")
    submission = _submission(declared)
    round_, sealed = _round(round_folder, workspace.root / FOLDER)
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    date = str(plan["style"]["date"])
    style = read_style(checkpoint, submission.prompting, date) if checkpoint else PromptStyle("plain", date=date)
    if style.digest != plan["style"]["digest"]:
        remedy = "fetch the very checkpoint that the record names, and this version of the harness"
        raise RecordError("the model is not spoken to as the plan says", where=submission.id, remedy=remedy)
    items = {item.id: item for item in round_items(round_)}
    isolation: Policy = round_.conditions.get("isolation", "preferred")
    return Recorded(
        run, round_folder, plan, submission, items, round_.seed, sealed, style, checkpoint, isolation, _cut(checkpoint)
    )


def engine_maker(recorded: Recorded, configs: Path) -> MakeEngine:
    """Makes the record's engine with its own options, confined where it has a checkpoint.

    CheckpointError where the weights at hand are not those of the plan, file by file: no others are ever asked.
    """
    if recorded.checkpoint is not None:
        verify_files(dataclasses.replace(recorded.submission, files=recorded.plan["checkpoint"]), recorded.checkpoint)
    configured = recorded_options(recorded.plan["engine"], configs)
    kind = engine_class(configured["_target_"])
    gold = {}
    if getattr(kind, "needs_gold", False) and recorded.submission.baseline:
        gold = {item.id: task_of(item).gold(item) for item in recorded.items.values()}
    given = recorded.submission
    context = EngineContext(recorded.style, recorded.checkpoint, given.dtype, given.context_length, gold)

    def make(options: Mapping[str, Json]) -> Engine:
        chosen = {**configured, **options}
        inner: Engine = new_engine(chosen, context)
        return inner if recorded.checkpoint is None else ConfinedEngine(inner, context, chosen, recorded.isolation)

    return make


def recorded_options(identity: Mapping[str, Json], configs: Path) -> dict[str, Json]:
    """The configuration that gives an engine with this identity; UnknownNameError for an engine that cannot be asked.

    A replay engine is none: it gives back another record's answers, and that record is the one to ask again.
    """
    name, valid = str(identity.get("name")), [name for name in names_of(configs, "engine") if name != "replay"]
    if name not in valid:
        raise UnknownNameError("engine", name, valid, where="the record's plan")
    configured = yaml.safe_load((configs / "engine" / f"{name}.yaml").read_text(encoding="utf-8"))
    takes = inspect.signature(engine_class(configured["_target_"])).parameters
    own = {key: identity[key] for key in takes if key in identity and key != "context"}
    return {**configured, **own}


def other_budget(identity: Mapping[str, Json]) -> dict[str, Json]:
    """Other limits of what is computed together, for the engines that have any."""
    if "rows" in identity:
        memory = identity.get("memory") or _USUAL_MEMORY
        rows = 3 if identity["rows"] != 3 else 5
        return {"rows": rows, "memory": max(_LEAST_MEMORY, memory // 4)}
    if "max_sequences" in identity:
        sequences, tokens = int(identity["max_sequences"]), int(identity["batched_tokens"])
        return {"max_sequences": max(1, sequences // 8), "batched_tokens": max(256, tokens // 4)}
    return {}


def _round(folder: Path, secrets: Path) -> tuple[Round, bool]:
    """The round as it was opened, with the seed that makes its items, and whether that was sealed."""
    facts = read_frozen(RoundPaths(folder.parent, folder.name))["round"]
    sealed = "seed" not in facts
    seed: str | SealedSeed | None = seed_of(folder) if sealed else facts["seed"]
    if not seed:
        remedy = "its items can be made again after `defi round reveal`"
        raise RecordError("the round's seed is not revealed yet", where=folder.name, remedy=remedy)
    tasks = tuple(RoundTask(part["name"], part["levels"], tuple(part["counts"])) for part in facts["tasks"])
    languages, weights = tuple(facts["languages"]), tuple(facts["level_weights"])
    round_ = Round(
        facts["name"], facts["title"], facts["date"], str(seed), languages, tasks, weights, (), facts["conditions"]
    )
    if "anchors" in facts:
        said = Anchors(**{"seed": "", **facts["anchors"]})
        round_ = dataclasses.replace(round_, anchors=unseal_anchors(said, folder, secrets))
    return round_, sealed


def _cut(checkpoint: Path | None) -> Cut:
    """By the checkpoint's tokenizer; into words where there is none, or where it fails: it is a team's file."""
    if checkpoint is None:
        return _words
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    except BaseException as error:
        _demand_its_own(error)
        return _words

    def cut(text: str) -> Iterator[tuple[str, int]]:
        try:
            found = tokenizer.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False)
        except BaseException as error:
            _demand_its_own(error)
            return _words(text)
        return iter([(token, end) for token, (_, end) in zip(found.tokens, found.offsets, strict=True)])

    return cut


def _words(text: str) -> Iterator[tuple[str, int]]:
    return ((found.group(), found.end()) for found in _WORD.finditer(text))


def _demand_its_own(error: BaseException) -> None:
    """Raise again what is no fault of a tokenizer's; one written in Rust panics outside the tree of Exception."""
    ours = isinstance(error, MemoryError | OSError) or not isinstance(error, Exception)
    if ours and not panicked(error):
        raise error


def _submission(declared: Mapping[str, Json]) -> Submission:
    fields = {**plain(declared), "checkpoint": CheckpointSource(**declared["checkpoint"])}
    return Submission(**{**fields, "languages": tuple(declared["languages"])})
