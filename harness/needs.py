"""What an errand's job takes: GPUs from the sizes of its model, minutes from the tokens of its shard.

Decided before anything is loaded, by the plan of sizes that the engine makes again on the node. Where it cannot be
decided, the job gets a node's worth, and says on the node what is wrong: a submission's trouble is never the round's.
"""

from __future__ import annotations

import functools
import math
import struct
from collections.abc import Mapping
from pathlib import Path

from harness.config import Settings as Composed
from harness.config import engine_class
from harness.engine.confined.cage import read_bounds
from harness.engine.prompting import context_length, read_config
from harness.engine.vllm.facts import checkpoint_bytes, read_facts
from harness.engine.vllm.parallel import Load, Machines, plan_parallel
from harness.engine.vllm.settings import Options
from harness.entries import compose_round, entry_folder
from harness.errors import DefiError
from harness.intake.checkpoint import resolve_checkpoint
from harness.intake.manifest import read_manifest
from harness.launch.base import Needs
from harness.launch.errand import Errand
from harness.launch.site import Site, read_site
from harness.record import RoundPaths
from harness.shards import read_shards
from harness.task import load_task
from harness.types import Json, Round, Submission
from harness.workspace import Workspace

_STARTING = 15  # minutes until the first answer: the queue's own, and weights from a shared disk
_SLACK = 1.5  # of the predicted minutes: a job that is cut off goes on, but loads its model once more
_ALONE = 10.0  # tokens a second of one answer by itself, at least: it cannot be cut off and go on
_STEP = 30  # minutes: jobs of nearly the same length go in one array
# What torn or made up weights may raise beside our own errors; it is the job that says what is wrong with them
_TORN = (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError, ValueError)
_SPREADING = "harness.engine.vllm."  # engines that spread a model over several GPUs
_HEAVY = (_SPREADING, "harness.engine.transformers.")


def needs_of(workspace: Workspace, settings: Composed, errand: Errand) -> Needs:
    """What an errand's job takes on the configured cluster; on this machine nobody asks."""
    if settings.cluster["kind"] == "local":
        return Needs()
    site = read_site(settings.cluster)
    gpus = gpus_of(workspace, site, errand) if errand.kind in ("ask", "whole", "calibrate") else 0
    tokens = _tokens(workspace, settings, errand)
    minutes = None if tokens is None else _minutes(site, tokens, longest_answer(settings.round))
    if errand.kind in ("ask", "whole", "calibrate"):
        minutes = _patient(site, minutes, read_bounds(settings.worker).silence)
    if not gpus:
        return Needs(0, site.cpu.cpus, minutes, site.cpu.memory_gib)
    memory = site.memory_gib_per_gpu
    return Needs(gpus, gpus * site.cpus_per_gpu, minutes, memory * gpus if memory else None)


def seen_from_here(workspace: Workspace, submission: str) -> bool:
    """Whether the folder of an entry's checkpoint is there; of a package or the hub's a job sees for itself."""
    try:
        declared = read_manifest(entry_folder(workspace, submission) / "manifest.yaml")
        folder = declared.checkpoint.kind == "folder"
        return folder and resolve_checkpoint(declared, workspace.root, workspace.cache) is not None
    except (DefiError, OSError):  # the job says what is wrong
        return False


def gpus_of(workspace: Workspace, site: Site, errand: Errand) -> int:
    """GPUs for asking a submission: 0 where it runs no weights, or the site has none."""
    if not site.has_gpus:
        return 0
    one = Errand("whole", errand.round, errand.submission, 0, errand.overrides, errand.root)
    try:
        return _gpus(workspace, one, site.gpus_per_node, site.gpu_gib)
    except (DefiError, struct.error, *_TORN):  # told by the job, in the record of the submission
        return site.gpus_per_node


def spread_over(checkpoint: Path, submission: Submission, options: Options, per_node: int, gib: float) -> int:
    """GPUs of a node that vLLM's plan takes for a model; EngineError where it does not fit on one node."""
    if options.gpus is not None:
        return min(options.gpus, per_node)
    dtype = options.dtype or submission.dtype
    context = context_length(read_config(checkpoint), submission.context_length)
    size, facts = checkpoint_bytes(checkpoint, dtype), read_facts(checkpoint)
    load = Load(size, facts, dtype, context, options.max_sequences, options.batched_tokens)
    return plan_parallel(load, Machines(per_node, int(gib * (1 << 30)), options.gpu_share, per_node)).gpus


@functools.lru_cache(maxsize=4096)  # a submission's shards all take the same
def _gpus(workspace: Workspace, errand: Errand, per_node: int, gib: float) -> int:
    submission = read_manifest(entry_folder(workspace, errand.submission) / "manifest.yaml")
    chosen = [one.partition("=")[2] for one in errand.overrides if one.startswith("engine=")]
    configured = dict(_engine(workspace, errand.round, [submission.engine, *chosen][-1], errand.overrides))
    target = configured.pop("_target_")
    if configured.get("device") == "cpu" or not _runs_weights(target):
        return 0
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    if not target.startswith(_SPREADING) or checkpoint is None:
        return 1
    return spread_over(checkpoint, submission, Options(**configured), per_node, gib)


def _runs_weights(target: str) -> bool:
    """Whether an engine does; those that import torch are known by their names, as no login node need import it."""
    return target.startswith(_HEAVY) or bool(getattr(engine_class(target), "runs_weights", False))


@functools.lru_cache(maxsize=64)
def _engine(workspace: Workspace, round_: str, engine: str, overrides: tuple[str, ...]) -> Mapping[str, Json]:
    own = [f"engine={engine}", *(one for one in overrides if not one.startswith("engine="))]
    return compose_round(workspace, round_, own).engine


def _tokens(workspace: Workspace, settings: Composed, errand: Errand) -> float | None:
    """What a shard is expected to cost; None of other errands."""
    run = RoundPaths(workspace.runs, settings.round.name).run(*errand.submission.split("/"))
    return next((shard.tokens for shard in read_shards(run) if shard.number == errand.shard), None)


@functools.lru_cache(maxsize=8)
def _longest(tasks: tuple[tuple[str, int], ...]) -> int:
    cards = ((load_task(name).card, levels) for name, levels in tasks)
    return max(
        (
            card.max_new_tokens[n] * (card.turns[n] if card.turns else 1)
            for card, levels in cards
            for n in range(levels)
        ),
        default=0,
    )


def _patient(site: Site, minutes: int | None, silence: float) -> int | None:
    """Never less than a silent worker is given: else a model that hangs is cut off by the site, as a fault of ours."""
    least = min(site.time_max, _STEP * math.ceil((_STARTING + silence / 60) / _STEP))
    return minutes if (minutes or site.time_default) >= least else least


def longest_answer(round_: Round) -> int:
    """Tokens that the longest answer of a round may have, all turns of a dialogue together."""
    return _longest(tuple((task.name, task.levels) for task in round_.tasks))


def _minutes(site: Site, tokens: float, longest: float) -> int | None:
    """A time limit that the work and the longest answer fit in; None, the site's default, where speed is not known."""
    if not site.tokens_per_second:
        return None
    needed = _STARTING + _SLACK * max(tokens / site.tokens_per_second, longest / _ALONE) / 60
    return min(site.time_max, _STEP * math.ceil(needed / _STEP))
