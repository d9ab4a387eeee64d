"""Jobs on a Slurm cluster, through submitit: one array for errands with the same needs.

What is known of a job comes from the queue and the accounting of the site (`slurm_queue`), and from the journal of what
was sent (`batches`), never from the files that submitit writes: those of results come from where a team's weights ran,
and are not opened. So a new process adopts every job of an earlier one, whenever that was killed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.errors import UsageError
from harness.launch.base import JobView, LauncherAwayError, Needs
from harness.launch.batches import Batch, BatchBook
from harness.launch.errand import Errand
from harness.launch.refusals import of_one_job, remedy_of_refusal, remedy_of_waiting
from harness.launch.sbatch import parameters
from harness.launch.site import Site, check_here
from harness.launch.slurm_job import Node
from harness.launch.slurm_queue import Seen, ask, missing, read_accounts, read_queue

_PROGRAMS = ("sbatch", "srun", "squeue", "scancel", "scontrol")
_TIMEOUTS = 1000  # requeues at the time limit: as many as it takes, since every one of them goes on where it stood
_FULL = 60.0  # seconds in which nothing is sent after the site has said that there are too many jobs
# What sbatch says where no job was made, and the fault is of the hour; where a job may have been made; and of limits
_AWAY = re.compile(r"connect failure|Connection refused|temporarily|Unable to contact|standby", re.I)
_UNCLEAR = re.compile(r"timed out|Zero Bytes|Unexpected message|receive failure|job .*sleeping and retrying", re.I)
_LIMIT = re.compile(r"(QOS|Assoc)(Max|Grp)\w*(Submit|Jobs)\w*|submit job limit|MaxJobCount|job submit limit", re.I)
_NO_NODE = re.compile(r"node configuration|node name|not available|exclude", re.I)
_HELD = re.compile(r"launch.failed.requeued.held", re.I)
_SECRET = re.compile(r"SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|CREDENTIAL", re.I)


class SlurmLauncher:
    """Sends, looks and cancels. What it sent goes on without it."""

    def __init__(
        self, round_: str, folder: Path, logs: Path, site: Site, do: Callable[[Errand], None], cluster: str = "slurm"
    ) -> None:
        """For a round.

        Args:
            round_: its name.
            folder: its folder, which every node sees; what is sent is written down there.
            logs: folder for what jobs print, which is for the organisers alone.
            site: where jobs run, and how.
            do: what a job does with its errand; a function of a module, as jobs are told its name.
            cluster: the name of the site's file.
        """
        self.round, self.folder, self.logs, self.site, self.do = round_, folder, logs, site, do
        self.cluster = cluster
        self._book = BatchBook(folder / "batches.jsonl")
        self._absent: dict[tuple[str, int], float] = {}  # when a place of a batch was first not to be seen
        self._active: dict[str, str] = {}  # key -> the site's number, of what waited or ran at the last look
        self._queued = 0  # jobs of this user at the last look, and those sent since
        self._full_until = 0.0

    def __enter__(self) -> Self:
        """See that jobs can be sent from here, before anything is; UsageError says what is missing."""
        for program in (*_PROGRAMS, *(("sacct",) if self.site.sacct else ())):
            if shutil.which(program) is None:
                raise missing(program)
        check_here(self.site, self.folder, os.environ)
        for needs in (Needs(gpus=1), Needs()) if self.site.has_gpus else (Needs(),):
            parameters(self.site, needs, self.round)  # what a variable that is not set would stop later
        self.logs.mkdir(parents=True, exist_ok=True)
        self.logs.parent.chmod(0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Jobs go on."""

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        """Send one array. LauncherAwayError where the site is away or full, UsageError where it wants other words.

        Nodes that are left out are given all the same where the site has no others.
        """
        told = parameters(self.site, needs, self.round)  # UsageError before anything is written down
        batch = self._book.opened(self.round, [errand.key for errand in errands], needs, self.cluster)
        try:
            job = self._submit(batch, errands, {**told, "job_name": batch.name})
        except _refusals() as error:
            words = " ".join(str(error).split())
            if needs.without and _NO_NODE.search(words):
                self._book.refused(batch, words)
                self.send(errands, dataclasses.replace(needs, without=()))
                return
            raise self._refused(batch, words, needs) from error
        except BaseException as error:
            if _never_sent(self.logs / batch.uid, error):
                self._book.refused(batch, f"{type(error).__name__}: {error}")
            raise
        self._book.taken(batch, job)
        self._queued += len(errands)

    def look(self) -> Mapping[str, JobView]:
        """The latest job of every errand."""
        queue = self._unheld(read_queue())
        self._queued = sum(job.active for job in queue)
        open_ = [batch for batch in self._book.batches if not batch.over]
        accounts = read_accounts(min(batch.time for batch in open_)) if open_ and self.site.sacct else []
        seen = {(job.name, job.index): job for job in accounts if not job.active}
        still = {(job.name, job.index): job for job in accounts if job.active}
        seen |= {(job.name, job.index): job for job in queue}  # its word goes first
        views: dict[str, JobView] = {}
        for batch in self._book.batches:
            views |= self._views(batch, seen, still)
        self._active = {key: view.job.partition("#")[0] for key, view in views.items() if view.active}
        return views

    def _unheld(self, queue: Sequence[Seen]) -> list[Seen]:
        """The queue, where our jobs that a node could not start, and that Slurm would now hold for ever, are lost."""
        names = {batch.name for batch in self._book.batches}
        held = [job for job in queue if job.name in names and job.active and _HELD.search(job.reason)]
        if held:
            with contextlib.suppress(_InvalidJobError):
                _scancel([job.job for job in held])
        why = "its node could not start it, and the site held it"
        return [dataclasses.replace(job, state="lost", reason=why) if job in held else job for job in queue]

    def room(self) -> int:
        """What the site's limit leaves; nothing for a while after it said that there are too many."""
        if time.monotonic() < self._full_until:
            return 0
        limit = self.site.submit_limit
        return self.site.array_size if limit is None else max(0, min(self.site.array_size, limit - self._queued))

    def cancel(self, keys: Iterable[str]) -> None:
        """Take jobs back; one that has ended meanwhile is left as it is."""
        jobs = [self._active[key] for key in keys if key in self._active]
        if not jobs:
            return
        with contextlib.suppress(_InvalidJobError):
            _scancel(jobs)

    def _submit(self, batch: Batch, errands: Sequence[Errand], told: Mapping[str, Any]) -> str:
        """The site's number of the array."""
        import submitit

        executor = submitit.SlurmExecutor(self.logs / batch.uid, _TIMEOUTS, python=self.site.container)
        executor.update_parameters(**told)
        with _plain_environment(), contextlib.redirect_stderr(io.StringIO()):
            jobs = executor.submit_array([Node(self.do, errand) for errand in errands])
        return str(jobs[0].job_id).partition("_")[0]

    def _refused(self, batch: Batch, words: str, needs: Needs) -> UsageError | LauncherAwayError:
        """What to raise where sbatch failed; the batch is kept where it may have been taken all the same."""
        if _UNCLEAR.search(words):
            return LauncherAwayError(words, where="sbatch")
        self._book.refused(batch, words)
        if _LIMIT.search(words) and not of_one_job(words):
            self._full_until = time.monotonic() + _FULL
            return LauncherAwayError(words, where="sbatch", remedy="cluster.submit_limit: fewer jobs at once")
        if _AWAY.search(words):
            return LauncherAwayError(words, where="sbatch")
        keys = "cluster.account, cluster.partition, cluster.qos, cluster.constraint and the times of the site"
        remedy = f"{remedy_of_refusal(words, self.site, needs) or keys} (configs/cluster/{self.cluster}.yaml)"
        what, of = words or "sbatch failed without a word", "with GPUs" if needs.gpus else "without GPUs"
        return UsageError(what, where=f"sbatch, cluster={self.cluster}, a job {of}", remedy=remedy)

    def _views(
        self, batch: Batch, seen: Mapping[tuple[str, int], Seen], still: Mapping[tuple[str, int], Seen]
    ) -> dict[str, JobView]:
        """A batch's jobs; what has ended is written down, and not asked for again."""
        views = {batch.keys[index]: view for index, view in batch.ended.items()}
        ended: dict[int, JobView] = {}
        for index, key in batch.open:
            found = seen.get((batch.name, index))
            if found is not None:
                self._absent.pop((batch.uid, index), None)
                number = self._book.identity(batch, index, found.job)
                view = JobView(key, number, found.state, found.reason, found.since, found.node)
                if found.state == "waiting" and (todo := self._blocked(found.reason, batch)):
                    view = dataclasses.replace(view, blocked=todo)
            else:
                view = self._unseen(batch, index, still.get((batch.name, index)))
            if view.state == "lost" and self._never_began(batch, index, view):
                view = JobView(key, view.job, "lost", "its sender was killed before it was told what to do", view.since)
            views[key] = view
            if not view.active:
                ended[index] = view
        if ended:
            self._book.ended(batch, ended)
            self._tidy(batch)
        return views

    def _blocked(self, reason: str, batch: Batch) -> str:
        """What must be done before a job that waits for this reason can begin."""
        return remedy_of_waiting(reason, self.site, gpu=batch.gpus > 0)

    def _unseen(self, batch: Batch, index: int, accounted: Seen | None) -> JobView:
        """A place that the queue does not have: it is on its way to it, or the site has forgotten it."""
        key, since = batch.keys[index], batch.time.isoformat(timespec="milliseconds")
        first = self._absent.setdefault((batch.uid, index), time.monotonic())
        if time.monotonic() - first < self.site.grace:
            if accounted is not None:
                return JobView(key, accounted.job, accounted.state, accounted.reason, accounted.since, accounted.node)
            return JobView(key, batch.number(index), "waiting", "sent, and not in the queue yet", since)
        if batch.job and not self.site.sacct:
            return JobView(key, batch.number(index), "ended", "gone from the queue, and there is no accounting", since)
        return JobView(key, batch.number(index), "lost", "the site does not know it, or has forgotten it", since)

    def _never_began(self, batch: Batch, index: int, view: JobView) -> bool:
        """Whether the file that tells the job what to do is missing: submitit puts it there after sbatch."""
        known = (self.logs / batch.uid).is_dir() and "exit code" in view.reason
        return known and not (self.logs / batch.uid / f"{view.job.partition('#')[0]}_submitted.pkl").exists()

    def _tidy(self, batch: Batch) -> None:
        """Few files: of an array that ended well nothing stays, of another what its jobs printed."""
        folder = self.logs / batch.uid
        if not batch.over:
            return
        if all(view.state == "ended" and not view.reason for view in batch.ended.values()):
            shutil.rmtree(folder, ignore_errors=True)
        for pickle in folder.glob("*.pkl"):
            pickle.unlink(missing_ok=True)


class _InvalidJobError(Exception):
    """What was to be cancelled has ended."""


def _scancel(jobs: Sequence[str]) -> None:
    try:
        ask(["scancel", *jobs])
    except LauncherAwayError as error:
        if "nvalid job id" in error.what:
            raise _InvalidJobError from error
        raise


def _never_sent(folder: Path, error: BaseException) -> bool:
    """Whether sbatch was surely not told: the script that it reads was not written to its end, or it did not begin."""
    if isinstance(error, OSError) and error.filename == "sbatch":
        return True
    scripts = [*folder.glob(".submission_file_*.sh"), *folder.glob("*_submission.sh")]
    return not any(text.endswith("\n") and "\nsrun " in text for text in map(_text, scripts))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _refusals() -> tuple[type[Exception], ...]:
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    return FailedJobError, FailedSubmissionError


@contextlib.contextmanager
def _plain_environment() -> Iterator[None]:
    """The environment that jobs inherit: without secrets, and without what says that we are in a job ourselves."""
    inside = "SLURM_JOB_ID" in os.environ
    hidden: dict[str, Any] = {}
    for name in list(os.environ):
        of_job = inside and name.startswith(("SLURM_", "SLURMD_", "SRUN_")) and name != "SLURM_CONF"
        if of_job or name.startswith("SUBMITIT_") or _SECRET.search(name):
            hidden[name] = os.environ.pop(name)
    try:
        yield
    finally:
        os.environ.update(hidden)
