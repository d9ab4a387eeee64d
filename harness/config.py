"""Hydra configuration to typed settings: rounds, engines, clusters and tracking are data, in `configs/`."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import importlib
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.anchors import read_anchors, unseal_anchors
from harness.canonical import plain
from harness.commitment import SEALED, CommitmentError, SealedSeed
from harness.errors import RoundError, UnknownNameError, UsageError
from harness.metrics.ladder import read_stopping
from harness.sealed_round import FOLDER, find_seed
from harness.task import RESERVED_SEEDS, is_public, load_card, task_digest, task_names, tasks_root
from harness.types import EUROPEAN, LANGUAGES, Json, Round, RoundTask

SHARED = "shared"  # among the digests of a generator: of what no single task owns
_HARNESS = Path(__file__).resolve().parent
_MAKERS = (
    *(f"{name}.py" for name in ("types", "task", "dialogue", "rewording", "prompt", "frame", "canonical", "anchors")),
    *("sealed_task.py", "vault.py", "metrics/*.py"),
)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_GROUPS = ("round", "engine", "cluster", "tracking", "notify")
_OPTIONAL = {"conditions", "stopping", "anchors"}
_ROUND_KEYS = {f.name for f in dataclasses.fields(Round)} - {"sealed"} | {"levels", "counts"}


@dataclass(frozen=True, slots=True)
class Settings:
    """One composed configuration."""

    round: Round
    engine: Mapping[str, Json]  # `_target_` and options
    cluster: Mapping[str, Json]
    tracking: Mapping[str, Json]
    mirror: str = ""  # folder with the rows of public benchmarks
    raw: Mapping[str, Json] = dataclasses.field(default_factory=dict)  # the round's configuration, as it is composed
    worker: Mapping[str, Json] = dataclasses.field(default_factory=dict)  # bounds of the process that runs the weights
    notify: Mapping[str, Json] = dataclasses.field(default_factory=dict)  # who is told of changes of state, and how


def names_of(configs: Path, group: str) -> list[str]:
    """The names a group offers."""
    return sorted(path.stem for path in (configs / group).glob("*.yaml"))


def compose(configs: Path, runs: Path, round_name: str, overrides: Sequence[str] = ()) -> Settings:
    """Compose `configs/` for a round; errors list the valid names, options and keys."""
    chosen = [_named(configs, override) for override in (f"round={round_name}", *overrides)]
    tree = _compose(configs, [*chosen, f"+runs={runs.as_posix()}"])
    _check_identity(tree["round"].get("name"), round_name, overrides)
    mirror = str(tree["data"].get("mirror") or "")
    round_ = read_round(tree["round"])
    if round_.sealed:
        round_ = dataclasses.replace(round_, seed=_sealed_seed(round_, tree["round"], runs, configs.parent / FOLDER))
    if round_.anchors:
        found = unseal_anchors(round_.anchors, runs / round_.name, configs.parent / FOLDER)
        round_ = dataclasses.replace(round_, anchors=found)
    parts = (tree["engine"], tree["cluster"], tree["tracking"], mirror, tree["round"], tree["worker"])
    return Settings(round_, *parts, notify=tree.get("notify", {}))


def generator_digests(round_: Round) -> dict[str, str]:
    """What makes the items of a round: the digest of each task's files, and of the code that all tasks share."""
    return code_digests(part.name for part in round_.tasks)


def code_digests(tasks: Iterable[str]) -> dict[str, str]:
    """As `generator_digests`, for tasks by their names; no task can be called `shared`."""
    return {name: task_digest(name) for name in tasks} | {SHARED: _shared_digest()}


def _shared_digest() -> str:
    """SHA-256 over names and bytes of the harness's files that make items, tell them, or write down their hashes."""
    digest = hashlib.sha256()
    for path in sorted(file for pattern in _MAKERS for file in _HARNESS.glob(pattern)):
        digest.update(f"{path.relative_to(_HARNESS).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sealed_seed(round_: Round, raw: Mapping[str, Json], runs: Path, secrets: Path) -> SealedSeed:
    """The seed of a sealed round, or an empty one with the reason: a round has a status before it has a seed."""
    try:
        return find_seed(runs / round_.name, secrets, raw, generator_digests(round_))
    except CommitmentError as error:
        return SealedSeed("", missing=error)


def _check_identity(name: Json, file: str, overrides: Sequence[str]) -> None:
    """A round is called as its file, unless the command says otherwise; its name is the name of a folder."""
    where = f"configs/round/{file}.yaml"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        remedy = "1 to 40 of a-z, 0-9 and hyphen, for instance spring-2027"
        raise RoundError(f"{name!r} is no name for a round", where=where, remedy=remedy)
    if name != file and not any(override.startswith("round.name=") for override in overrides):
        raise RoundError(f"the round is called {name!r}, its file {file!r}", where=where, remedy="give both one name")


def engine_class(target: str) -> type:
    """The class an engine configuration names; UsageError for anything that is not an engine of ours."""
    module, _, name = target.rpartition(".")
    if not module.startswith("harness.engine."):
        raise UsageError(f"{target!r} is no engine", where="engine._target_", remedy="engines are in harness/engine/")
    found = getattr(importlib.import_module(module), name, None) if module else None
    if not isinstance(found, type):
        raise UsageError(f"the engine's _target_ {target!r} is no class", where="engine._target_")
    if getattr(found, "barred", False):
        remedy = "attacks are for the tests; choose an engine of configs/engine/"
        raise UsageError(f"{target!r} is never an engine of a round", where="engine._target_", remedy=remedy)
    return found


def new_engine(configured: Mapping[str, Json], context: object) -> Any:
    """The configured engine for a context (`engine.base.EngineContext`), not yet entered.

    UnknownNameError lists the options that it has.
    """
    options = dict(configured)
    kind = engine_class(options.pop("_target_"))
    takes = inspect.signature(kind).parameters
    open_ended = any(taken.kind is taken.VAR_KEYWORD for taken in takes.values())
    valid = [name for name in takes if name != "context"]
    for name in options:
        if name not in valid and not open_ended:
            raise UnknownNameError("option", name, valid, where="engine")
    return kind(context, **options)


def read_round(raw: Mapping[str, Json]) -> Round:
    """Check a round's configuration and make it a Round; RoundError says which key is wrong."""
    unknown, missing = sorted(raw.keys() - _ROUND_KEYS), sorted(_ROUND_KEYS - _OPTIONAL - raw.keys())
    if unknown or missing:
        where = f"configs/round/{raw.get('name', '?')}.yaml"
        remedy = f"valid keys: {', '.join(sorted(_ROUND_KEYS))}"
        raise RoundError(f"unknown keys {unknown}, missing keys {missing}", where=where, remedy=remedy)
    name = str(raw["name"])
    levels = _positive(raw["levels"], "levels", name)
    for key in ("languages", "tasks", "submissions"):
        if not isinstance(raw[key], list) or not raw[key] or len({str(entry) for entry in raw[key]}) < len(raw[key]):
            raise RoundError(f"`{key}` must be a list, not empty, that names nothing twice", where=name)
    tasks = tuple(_round_task(task, levels, raw["counts"], name) for task in raw["tasks"])
    practice = {is_public(task.name) for task in tasks}
    if len(practice) > 1:
        remedy = "a round is of families, or of public benchmarks, which are for practice"
        raise RoundError("public benchmarks beside families of the challenge", where=name, remedy=remedy)
    seed = _seed(raw["seed"], name, practice=True in practice)
    taken = (*RESERVED_SEEDS, raw["seed"])
    spoken = EUROPEAN if True in practice else LANGUAGES
    for language in raw["languages"]:
        if language not in spoken:
            raise UnknownNameError("language", language, spoken, where=name)
    if set(raw["title"]) != set(LANGUAGES):
        raise RoundError(f"`title` must say it in {', '.join(LANGUAGES)}", where=name)
    return Round(
        name=name,
        title=raw["title"],
        date=_date(raw["date"], name),
        seed=seed,
        languages=tuple(raw["languages"]),
        tasks=tasks,
        level_weights=_weights(raw["level_weights"], levels, name),
        submissions=tuple(raw["submissions"]),
        conditions=raw.get("conditions", {}),
        stopping=_stopping(raw.get("stopping") or {}, name),
        sealed=raw["seed"] == SEALED,
        anchors=read_anchors(raw.get("anchors"), name, taken, sealed=raw["seed"] == SEALED, practice=True in practice),
    )


def _stopping(raw: Json, where: str) -> dict[str, Json]:
    """How a round stops asking, checked; empty where it asks everything."""
    try:
        return plain(read_stopping(raw)) if raw else {}
    except (TypeError, ValueError) as error:
        remedy = "for instance {core: 10, step: 10, alpha: 0.05, thresholds: [0.5]}"
        raise RoundError(f"`stopping` is {raw!r}: {error}", where=where, remedy=remedy) from error


def _seed(raw: Json, where: str, *, practice: bool) -> str:
    """A seed in the open, or for `sealed` an empty one: it is drawn later, from what nobody knows yet."""
    if not isinstance(raw, str) or not raw:
        raise RoundError(f"`seed` is {raw!r}, and must be a text", where=where, remedy="put it in quotes")
    if raw in RESERVED_SEEDS:
        raise RoundError(f"the seed {raw!r} is kept for public items", where=where, remedy="choose another seed")
    if raw == SEALED and practice:
        remedy = "give the round a seed in the open: what is published cannot be sealed"
        raise RoundError("a sealed round of public benchmarks", where=where, remedy=remedy)
    return SealedSeed("") if raw == SEALED else raw


def _round_task(raw: Json, most: int, counts: Json, where: str) -> RoundTask:
    """A task by its name alone, or with levels and counts of its own."""
    entry: dict[str, Json] = {"name": raw} if isinstance(raw, str) else dict(raw)
    if wrong := sorted(entry.keys() - {"name", "levels", "counts"}):
        raise RoundError(f"a task has unknown keys {wrong}", where=where, remedy="valid: name, levels, counts")
    own: Json = entry.get("counts", counts)
    if is_public(entry["name"]) and entry["name"] in task_names(public=True):
        most = min(most, load_card(tasks_root() / entry["name"]).levels)  # a benchmark has the parts that it has
        own = own[:most] if isinstance(own, list) else own
    if (levels := _positive(entry.get("levels", most), "levels", f"{where}, {entry['name']}")) > most:
        raise RoundError(f"{levels} levels, and the round has {most}", where=f"{where}, {entry['name']}")
    per_level = list(own) if isinstance(own, list) else [own] * levels
    if len(per_level) != levels or any(type(n) is not int or n < 1 for n in per_level):
        raise RoundError(f"`counts` needs one positive number, or {levels}", where=f"{where}, {entry['name']}")
    return RoundTask(entry["name"], levels, tuple(per_level))


def _positive(raw: Json, key: str, where: str) -> int:
    if type(raw) is not int or raw < 1:
        raise RoundError(f"`{key}` is {raw!r}, and must be a whole number of at least 1", where=where)
    return raw


def _weights(raw: Json, levels: int, where: str) -> tuple[float, ...]:
    if raw == "uniform":
        return (1.0 / levels,) * levels
    if not isinstance(raw, list) or len(raw) != levels or any(w < 0 for w in raw) or sum(raw) <= 0:
        raise RoundError(f"`level_weights` is `uniform` or {levels} numbers that are not negative", where=where)
    return tuple(w / sum(raw) for w in raw)


def _date(raw: Json, where: str) -> str:
    try:
        return datetime.date.fromisoformat(str(raw)).isoformat()
    except ValueError as error:
        raise RoundError(f"`date` is no ISO date: {raw!r}", where=where, remedy='for instance "2026-11-22"') from error


def _named(configs: Path, override: str) -> str:
    """A group's choice, checked before Hydra sees it, and quoted: one of the engines is called `null`."""
    group, separator, choice = override.partition("=")
    if not separator or group not in _GROUPS:
        return override
    if choice not in (valid := names_of(configs, group)):
        raise UnknownNameError(group, choice, valid)
    return f"{group}='{choice}'"


def _compose(configs: Path, overrides: list[str]) -> dict[str, Json]:
    import hydra
    import yaml
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        with hydra.initialize_config_dir(version_base="1.3", config_dir=str(configs.resolve())):
            tree = hydra.compose("config", overrides=overrides)
        resolved: Json = OmegaConf.to_container(tree, resolve=True, throw_on_missing=True)
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        what = str(error).splitlines()[0]
        raise UsageError(what, where="configuration", remedy="see configs/ for every option") from error
    return dict(resolved)
