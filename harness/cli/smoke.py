"""`defi submission check --smoke`: eight public items through the whole pipeline, in a folder that is thrown away.

One item a track and language, of level 1, from a seed that no round uses: what stops a round stops it here, in a
minute. The run is the pipeline's own (`evaluate`), so that a check sees the engine that a round will use.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import plain
from harness.conditions.rules import ConditionsError
from harness.config import names_of
from harness.decided import Job
from harness.entries import compose_round
from harness.errors import DefiError, SandboxUnavailableError, WorkerLostError
from harness.freezing import SAMPLES_SEED
from harness.intake.checkpoint import resolve_checkpoint
from harness.intake.finding import finding, harmless
from harness.intake.manifest import read_manifest
from harness.pipeline import Observer, evaluate
from harness.record import RoundPaths, RunPaths, read_completions, read_json, read_scores
from harness.task import load_task, task_names
from harness.types import LANGUAGES, TRACKS, Completion, Finding, Json, RoundTask, ScoreRow
from harness.workspace import Workspace

Run = Callable[[Job, Observer | None], None]
_CUT = "cut by the token budget: "
_REMEDY = "mend what the reason names, then check again; `defi run TEAM/ENTRY --round demo` shows more"


@dataclass(frozen=True, slots=True)
class Answer:
    """One item's outcome, as shown."""

    task: str
    language: str
    score: float | None
    line: str  # the first one of the answer
    reason: str


@dataclass(frozen=True, slots=True)
class Smoke:
    """What came of a smoke run."""

    answers: tuple[Answer, ...]
    tokens_per_second: float  # of all prompts and answers, without the time that loading took
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        return {key: value for key, value in plain(self).items() if key != "findings"}


def smoke(folder: Path, workspace: Workspace, overrides: Sequence[str] = (), run: Run = evaluate) -> Smoke:
    """Ask eight items of an eligible submission; whatever stops the run is the finding `smoke.failed`.

    Args:
        folder: holds the manifest.
        workspace: its configurations give the engine.
        overrides: as of `defi run`, for instance `engine.dtype=float32`.
        run: what runs a job from plan to estimates.
    """
    with tempfile.TemporaryDirectory(prefix="defi-smoke-") as scratch:
        job = _job(folder, workspace, Path(scratch), overrides)
        try:
            run(job, None)
        except Exception as error:  # whatever stops this run would stop a round's
            words = (error.what if isinstance(error, DefiError) else f"{type(error).__name__}: {error}") or "no words"
            remedy = (error.remedy if isinstance(error, DefiError) else "") or _REMEDY
            where = (error.where if isinstance(error, DefiError) else "") or "smoke run"
            if isinstance(error, WorkerLostError):
                remedy = _REMEDY  # there is no record to go on from
            code = "intake.fault" if isinstance(error, SandboxUnavailableError | ConditionsError) else "smoke.failed"
            return Smoke((), 0.0, (finding(code, where, words, remedy),))
        return _outcome(job.run)


def smoke_tasks() -> tuple[RoundTask, ...]:
    """One task a track, the first by name that speaks both languages: one item of level 1 in each."""
    cards = [load_task(name).card for name in task_names()]
    speaking = [card for card in cards if set(LANGUAGES) <= set(card.languages)]
    firsts = [next(card.name for card in speaking if card.track == track) for track in TRACKS]
    return tuple(RoundTask(name, 1, (1,)) for name in firsts)


def _job(folder: Path, workspace: Workspace, scratch: Path, overrides: Sequence[str]) -> Job:
    submission = read_manifest(folder)
    own = [] if any(o.startswith("engine=") for o in overrides) else [f"engine={submission.engine}"]
    settings = compose_round(workspace, names_of(workspace.configs, "round")[0], [*own, *overrides])
    round_ = dataclasses.replace(
        settings.round,
        name="smoke",
        seed=SAMPLES_SEED,
        languages=LANGUAGES,
        tasks=smoke_tasks(),
        level_weights=(1.0,),
        submissions=(submission.id,),
    )
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    paths = RoundPaths(scratch, round_.name).run(submission.team, submission.entry)
    return Job(dataclasses.replace(settings, round=round_), submission, checkpoint, paths)


def _outcome(paths: RunPaths) -> Smoke:
    said, rows = read_completions(paths), list(read_scores(paths))
    answers = tuple(
        Answer(
            row.task,
            row.language,
            row.value,
            _first_line(said[row.item].text),
            harmless(f"{_CUT if row.capped else ''}{row.reason}", 200),
        )
        for row in rows
    )
    spent: Mapping[str, float] = read_json(paths.conditions, {}).get("spent", {})
    seconds = spent.get("seconds", 0.0) - spent.get("load_seconds", 0.0)
    tokens = sum(completion.prompt_tokens + completion.completion_tokens for completion in said.values())
    texts = [completion for completion in said.values() if not completion.option_logprobs]
    silent = bool(texts) and not any(completion.text.strip() for completion in texts)
    return Smoke(answers, tokens / seconds if seconds > 0 else 0.0, tuple(_findings(rows, said, silent)))


def _findings(rows: Sequence[ScoreRow], said: Mapping[str, Completion], silent: bool) -> Iterator[Finding]:
    for row in rows:
        completion = said[row.item]
        if row.value is None or completion.finish in ("error", "broken"):
            reason = completion.error or row.reason or f"ended with {completion.finish!r}"
            yield finding("smoke.failed", row.item, reason, _REMEDY)
    if silent:
        remedy = "look at the end token, the chat template and `prompting`"
        yield finding("smoke.silent", "smoke run", "every answer is empty", remedy, "warning")


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return harmless(lines[0], 100) if lines else ""
