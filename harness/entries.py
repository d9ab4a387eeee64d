"""From the words of a command to a submission, its folder and its job; shared by the verbs that run."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.commitment import read_published
from harness.conditions.rules import read_conditions
from harness.config import Settings, compose
from harness.decided import Job
from harness.errors import RoundError, UnknownNameError, UsageError
from harness.intake.checkpoint import resolve_checkpoint
from harness.intake.dossier import Scope
from harness.intake.manifest import read_manifest
from harness.intake.verdict import Verdict, check_submission
from harness.public.source import MIRROR
from harness.record import RoundPaths
from harness.sealed_round import refuse_late
from harness.workspace import Workspace

_WORD = r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]"  # as docs/schemas/manifest.schema.json has it
_NAME = re.compile(f"{_WORD}/{_WORD}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission after intake: a job when it is eligible, the findings when it is not."""

    name: str
    verdict: Verdict
    job: Job | None


def entry_names(workspace: Workspace) -> list[str]:
    """Every TEAM/ENTRY that has a manifest."""
    found = workspace.submissions.glob("*/*/manifest.yaml")
    return sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in found)


def entry_folder(workspace: Workspace, name: str) -> Path:
    """The folder of TEAM/ENTRY; UnknownNameError lists the ones there are."""
    folder = workspace.submissions / name
    if not _NAME.fullmatch(name) or not (folder / "manifest.yaml").is_file():
        raise UnknownNameError("submission", name, entry_names(workspace))
    return folder


def prepare(workspace: Workspace, name: str, round_name: str, overrides: Sequence[str]) -> Prepared:
    """Intake and configuration of one submission."""
    folder = entry_folder(workspace, name)
    called = [override.partition("=")[2] for override in overrides if override.startswith("round.name=")]
    begun = RoundPaths(workspace.runs, [round_name, *called][-1]).run(*name.split("/")).plan.exists()
    verdict = check_submission(folder, workspace, scope=Scope(weights=not begun))  # all numbers, but once a round
    if not verdict.eligible:
        return Prepared(name, verdict, None)
    submission = read_manifest(folder / "manifest.yaml")
    _refuse_stand_in(submission.engine, overrides)
    own = [] if any(o.startswith("engine=") for o in overrides) else [f"engine={submission.engine}"]
    settings = compose_round(workspace, round_name, [*own, *overrides])
    refuse_late(workspace.runs / settings.round.name, submission.id, submission.digest)
    run = RoundPaths(workspace.runs, settings.round.name).run(submission.team, submission.entry)
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    return Prepared(name, verdict, Job(settings, submission, checkpoint, run))


def _refuse_stand_in(declared: str, overrides: Sequence[str]) -> None:
    """Nothing answers in a submission's name but its own model, by either of the engines, or a replay of its record."""
    valid = (declared, *(("vllm",) if declared == "transformers" else ()), "replay")
    chosen = [o.partition("=")[2] for o in overrides if o.startswith("engine=")]
    if chosen and chosen[-1] not in valid:
        remedy = f"valid: {', '.join(valid)}"
        raise UsageError(f"this submission runs on the engine {declared!r}", where="engine", remedy=remedy)


def compose_round(workspace: Workspace, round_name: str, overrides: Sequence[str] = ()) -> Settings:
    """The round's configuration; UsageError where an override has no equals sign."""
    for override in overrides:
        if "=" not in override:
            raise UsageError(f"{override!r} is no override", remedy="overrides look like engine.dtype=bfloat16")
    settings = compose(workspace.configs, workspace.runs, round_name, overrides)
    where = f"configs/round/{round_name}.yaml, conditions"
    stated = read_conditions(settings.round.conditions, where)  # refused before it runs
    if not settings.round.sealed and read_published(workspace.runs / settings.round.name) is not None:
        what = f"the round {settings.round.name} was opened as a sealed one, and has no other seed than the drawn one"
        raise RoundError(what, where=where, remedy="leave `seed: sealed` as it is, or try it under another round.name")
    if settings.round.sealed and stated.isolation != "required":
        remedy = "`isolation: required`: outside a cage, what runs the weights could read the round's secret"
        raise RoundError("a sealed round runs weights in isolation alone", where=where, remedy=remedy)
    if settings.mirror:
        os.environ[MIRROR] = str(Path(settings.mirror).expanduser().resolve())  # workers inherit it
    return settings
