"""A round of twelve submissions on a real Slurm, with everything going wrong once: it ends as a quiet one does.

The faults are put in while the round runs, each aimed at a shard that has answered something and has not finished. What
was expected of each and what was seen is printed as a table (`make test-cluster`).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conducted import sent_while_active
from slurm.configuration import Shape
from slurm.host import SlurmHost
from slurm.node_processes import held_still
from slurm.processes import wait_until
from slurm.requirements import why_not

from harness.cli.show import print_table
from harness.journal import count_lines, read_lines
from harness.record import RoundPaths, RunPaths, read_completions, read_json, read_scores
from harness.states import PRIVATE
from harness.types import Json

pytestmark = [pytest.mark.cluster, pytest.mark.model, pytest.mark.timeout(2400)]

BASELINES = ("oracle", "null", "constant", "echo", "random")
MODELS = ("huggingface/smollm2-135m-instruct", "google/gemma-3-270m")
ENTRIES = (*(f"baselines/{name}" for name in BASELINES), *(f"baselines/{name}-2" for name in BASELINES), *MODELS)
TASKS = "[understanding/reading_choice,content_production/constrained_writing]"
ROUND = (
    "round.name=trial",
    "round.levels=2",
    "round.counts=10",
    f"round.tasks={TASKS}",
    f"round.submissions=[{','.join(ENTRIES)}]",
    "round.conditions.canaries={repeat: 0.05, reword: 0.05}",
)
ITEMS = 2 * 2 * 2 * 10
SITE = (
    "cluster=slurm",
    "cluster.cpu.partition=preempt",
    "cluster.cpu.cpus=1",
    "cluster.cpu.memory_gib=8",
    "cluster.time_default=10",
    "cluster.signal_delay=60",
    "cluster.look_every=1",
    "cluster.pause=2",
    "cluster.grace=20",
    "cluster.shard_tokens=2000",
)
DEAD = ("tracking=server", "tracking.uri=http://127.0.0.1:9")  # nobody listens on the port called discard
WORKER = "harness.engine.confined.worker"
TOLERANCE = 1e-4  # of log-likelihoods in float32


@dataclass
class Fault:
    """One row of the table."""

    what: str
    expected: str
    seen: str = "not put in"
    held: bool = False


class Trial:
    """The round that runs, and what can be done to it."""

    def __init__(self, host: SlurmHost, workspace: Path, runs: Path) -> None:
        """Nothing runs yet."""
        self.host, self.workspace, self.runs = host, workspace, runs
        self.paths = RoundPaths(runs, "trial")
        self.words: list[str] = []
        self.process = self.conduct()

    def conduct(self) -> subprocess.Popen[str]:
        """Start `defi round run`, and listen to it."""
        program = Path(sys.executable).with_name("defi")
        process = subprocess.Popen(
            [program, "round", "run", "demo", *ROUND, *SITE, *DEAD],
            env=self.host.environment | {"DEFI_RUNS": str(self.runs), "DEFI_ROOT": str(self.workspace)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.words.extend(iter(process.stdout.readline, ""))

    def run_of(self, name: str) -> RunPaths:
        return self.paths.run(*name.split("/"))

    def half_done(self, spared: set[str]) -> tuple[str, RunPaths] | None:
        """A shard of a model with some answers and not all, none of `spared`: its job and its part."""
        for name in MODELS:
            run = self.run_of(name)
            for shard in read_json(run.shards, {"shards": []})["shards"]:
                part = run.part(shard["number"])
                key = f"{name}:ask:{shard['number']}"
                if 0 < count_lines(part.completions) < len(shard["items"]) / 2 and key not in spared:
                    job = self.job_of(key)
                    if job:
                        spared.add(key)
                        return job, part
        return None

    def job_of(self, key: str) -> str | None:
        """The running job that does an errand, as Slurm calls it."""
        names = {}
        for line in read_lines(self.paths.folder / "batches.jsonl"):
            if line["event"] == "opened" and key in line["keys"]:
                names[line["name"]] = line["keys"].index(key), len(line["keys"])
        for row in self.host.run("squeue", "-h", "-r", "-t", "RUNNING", "-o", "%j|%i").splitlines():
            name, _, job = row.partition("|")
            place, many = names.get(name, (None, 1))
            if place is not None and (many == 1 or job.endswith(f"_{place}")):
                return job
        return None

    def target(self, spared: set[str]) -> tuple[str, RunPaths]:
        found: list[tuple[str, RunPaths]] = []

        def look() -> bool:
            one = self.half_done(spared)
            found.extend([one] if one else [])
            return bool(one)

        wait_until(lambda: look() or self.process.poll() is not None, 300, "a shard is half done", pause=0.2)
        assert found, f"the round ended before a shard was half done: {''.join(self.words[-20:])}"
        return found[0]

    def node_of(self, job: str) -> str:
        return self.host.run("squeue", "-h", "-j", job, "-o", "%N").strip()

    def ends(self) -> Iterator[dict[str, Json]]:
        yield from (line for line in read_lines(self.paths.folder / "jobs.jsonl") if line["event"] == "ended")


def restarts(trial: Trial, part: RunPaths) -> list[str]:
    """The jobs that have worked on a part, in order: a number and how often Slurm had begun it before."""
    begun = [line for line in read_lines(part.events) if line["event"] == "begun"]
    return [f"{line.get('slurm_job_id')}/{line.get('slurm_restart_count', '0')}" for line in begun]


def goes_on(trial: Trial, part: RunPaths, kept: bytes, sessions: int, patience: float = 240) -> bool:
    """Whether another session took the part up, or it was put together; and every answer that was there still is."""
    over = trial.run_of(part.id).completions

    def taken_up() -> bool:
        return over.exists() or len(restarts(trial, part)) > sessions

    wait_until(taken_up, patience, "the part is taken up again", pause=0.5)
    return over.exists() or part.completions.read_bytes().startswith(kept)


def whole_lines(path: Path) -> bytes:
    left = path.read_bytes()
    return left[: left.rfind(b"\n") + 1]


@pytest.fixture(scope="module")
def host() -> Iterator[SlurmHost]:
    """A cluster with few processors, so that jobs are not too many for the machine that plays it."""
    if reason := why_not():
        pytest.skip(reason)
    with SlurmHost(Shape(cpus=2)) as one:
        yield one


@pytest.fixture
def trial_space(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace with twelve entries; models answer one question after the other, so that faults meet them."""
    for name in BASELINES:
        folder = workspace / "submissions/baselines" / f"{name}-2"
        shutil.copytree(workspace / "submissions/baselines" / name, folder)
        manifest = yaml.safe_load((folder / "manifest.yaml").read_text())
        (folder / "manifest.yaml").write_text(yaml.safe_dump({**manifest, "entry": f"{name}-2"}, allow_unicode=True))
    engine = workspace / "configs/engine/transformers.yaml"
    engine.write_text(engine.read_text().replace("rows: null", "rows: 1   #"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return workspace


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 64 MiB for the records, or an ordinary folder where none can be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="runs-"))
    mounted = os.geteuid() == 0 and _mount(folder)
    yield folder
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def cancel(trial: Trial, fault: Fault, spared: set[str]) -> None:
    job, part = trial.target(spared)
    kept, sessions = whole_lines(part.completions), len(restarts(trial, part))
    trial.host.run("scancel", job)
    fault.held = goes_on(trial, part, kept, sessions)
    wait_until(lambda: any("CANCELLED" in e["reason"] for e in trial.ends()), 60, "the cancelling is noted")
    mine = [e for e in trial.ends() if "CANCELLED" in e["reason"]]
    fault.held &= all(e["fault"] == "ours" for e in mine)
    fault.seen = f"job {job}: {mine[0]['reason']}; {len(kept.splitlines())} answers kept, another job went on"


def kill_node(trial: Trial, fault: Fault, spared: set[str]) -> None:
    job, part = trial.target(spared)
    kept, sessions, node = whole_lines(part.completions), len(restarts(trial, part)), trial.node_of(job)
    trial.host.kill_node(node)
    trial.host.report_down(node)
    fault.held = goes_on(trial, part, kept, sessions)
    trial.host.restart_node(node)
    fault.seen = f"{node} died under {job}; {len(kept.splitlines())} answers kept, sessions {restarts(trial, part)}"


def preempt(trial: Trial, fault: Fault, spared: set[str]) -> None:
    job, part = trial.target(spared)
    kept, sessions, node = whole_lines(part.completions), len(restarts(trial, part)), trial.node_of(job)
    urgent = trial.host.submit("--partition=urgent", f"--nodelist={node}", "--exclusive", "--wrap=sleep 5")
    fault.held = goes_on(trial, part, kept, sessions)
    rows = trial.host.run("sacct", "-n", "-P", "-X", "-D", "-j", job.partition("_")[0], "-o", "JobID,State")
    fault.held &= f"{job}|PREEMPTED" in rows
    fault.seen = (
        f"job {urgent} took {node} from {job}: {Counter(r.split('|')[1].split()[0] for r in rows.splitlines())}"
    )


def reach_limit(trial: Trial, fault: Fault, spared: set[str]) -> None:
    job, part = trial.target(spared)
    number = trial.host.run("squeue", "-h", "-j", job, "-o", "%A").strip()

    def told() -> bool:
        logs = (trial.paths.folder / PRIVATE / "jobs").rglob(f"{job}_*_log.*")
        return any("Caught signal SIGUSR2" in path.read_text(errors="replace") for path in logs)

    with held_still(number, WORKER):  # Slurm looks at limits twice a minute: a quick shard would be done before that
        kept, sessions = whole_lines(part.completions), len(restarts(trial, part))
        trial.host.run("scontrol", "update", f"JobId={job}", "TimeLimit=1")  # less than its signal comes before the end
        wait_until(told, 120, "the job is told that its time is over", pause=0.5)
        with contextlib.suppress(subprocess.CalledProcessError):  # it may be queued again already
            trial.host.run("scontrol", "update", f"JobId={job}", "TimeLimit=10")
    fault.held = goes_on(trial, part, kept, sessions)
    fault.seen = f"{job} was told and queued itself again; {len(kept.splitlines())} answers kept"


def stop_controller(trial: Trial, fault: Fault, spared: set[str]) -> None:
    job, _ = trial.target(spared)
    time.sleep(6)  # what a controller took in its last seconds it may forget when it is killed
    sent = len([line for line in read_lines(trial.paths.folder / "batches.jsonl") if line["event"] == "opened"])
    trial.host.kill_controller()
    wait_until(lambda: any("nothing is decided" in word for word in trial.words), 60, "the silence is noticed")
    now = len([line for line in read_lines(trial.paths.folder / "batches.jsonl") if line["event"] == "opened"])
    trial.host.restart_controller()
    wait_until(lambda: any("the round goes on" in word for word in trial.words), 90, "it goes on")
    fault.held = now <= sent + 1 and trial.process.poll() is None
    fault.seen = f"away while {job} ran: nothing was decided, and the round went on when it was back"


def fill_disk(trial: Trial, fault: Fault, spared: set[str]) -> None:
    _, part = trial.target(spared)
    kept, sessions = whole_lines(part.completions), len(restarts(trial, part))
    ballast, before = trial.runs / "ballast", len(list(trial.ends()))
    with ballast.open("wb", buffering=0) as stream:
        for size in (65536, 4096, 256, 1):
            with contextlib.suppress(OSError):
                while True:
                    stream.write(b"\0" * size)
    time.sleep(12)
    stood = trial.process.poll() is None
    ballast.unlink()
    fault.held = goes_on(trial, part, kept, sessions) and stood
    told = sorted({end["reason"] for end in list(trial.ends())[before:] if end["reason"]})
    waited = any("until there is room" in word for word in trial.words)
    fault.seen = f"full for 12 s; of jobs: {'; '.join(told) or 'none ended'}; the conductor waited: {waited}"


def kill_conductor(trial: Trial, fault: Fault, spared: set[str]) -> None:
    trial.target(spared)
    trial.process.send_signal(signal.SIGKILL)
    trial.process.wait()
    before = active_keys(trial)
    trial.process = trial.conduct()
    time.sleep(10)
    twice = sent_while_active(trial.paths.folder / "batches.jsonl")
    fault.held = bool(before) and not twice
    fault.seen = f"{len(before)} jobs waited or ran; the next one adopted them, sent again meanwhile: {twice or 'none'}"


def active_keys(trial: Trial) -> list[str]:
    return trial.host.run("squeue", "-h", "-r", "-o", "%i").split()


ORDER: tuple[tuple[Callable[[Trial, Fault, set[str]], None], Fault], ...] = (
    (cancel, Fault("job cancelled", "ours; sent again; answers kept")),
    (kill_conductor, Fault("SIGKILL of defi round run", "the next one adopts; nothing is sent twice")),
    (reach_limit, Fault("time limit", "told before it, queued again")),
    (kill_node, Fault("node killed", "Slurm queues it again; answers kept")),
    (preempt, Fault("job preempted", "queued again; answers kept")),
    (stop_controller, Fault("controller restarted", "nothing is decided while it is away")),
    (fill_disk, Fault("disk full", "waits; answers kept; goes on when there is room")),
)


def test_everything_goes_wrong_and_nothing_is_lost(host: SlurmHost, trial_space: Path, small_disk: Path) -> None:
    """Each fault is survived as it should be, and the records are those of a quiet round, but for times."""
    faults = [fault for _, fault in ORDER]
    trial = Trial(host, trial_space, small_disk)
    spared: set[str] = set()
    try:
        for strike, fault in ORDER:
            spared.clear()
            strike(trial, fault, spared)
        trial.process.wait(timeout=900)
    finally:
        trial.process.kill()
        tracking = Fault("tracking server down", "said; parcels wait; sent when there is a server")
        faults.append(tracking)
        _track(trial, tracking)
        rows = [[fault.what, fault.expected, fault.seen, "yes" if fault.held else "NO"] for fault in faults]
        print("".join(trial.words[-25:]))
        print_table(("fault", "expected", "seen", "held"), rows, "Faults of a round on Slurm")
    said = "".join(trial.words[-40:])
    assert trial.process.returncode == 0, said
    assert all(fault.held for fault in faults), said
    assert not sent_while_active(trial.paths.folder / "batches.jsonl")
    assert not any(end["fault"] == "own" for end in trial.ends())
    quiet = _quiet(trial_space, small_disk.parent / f"{small_disk.name}-quiet")
    for name in ENTRIES:
        _compare(trial.run_of(name), quiet.run(*name.split("/")))


def _track(trial: Trial, fault: Fault) -> None:
    """After the round: what waits is sent to a server that is there."""
    waiting = list((trial.paths.folder / ".spool").glob("*.json"))
    program = Path(sys.executable).with_name("defi")
    uri = f"sqlite:///{trial.workspace}/mlflow.db"
    command = [program, "track", "--round", "demo", "round.name=trial", "tracking=server", f"tracking.uri={uri}"]
    command.append(f"tracking.artifacts={trial.workspace}/mlflow-artifacts")
    environment = os.environ | {"DEFI_RUNS": str(trial.runs), "DEFI_ROOT": str(trial.workspace)}
    sent = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    told = [word for word in trial.words if "tracking failed" in word]
    fault.held = sent.returncode == 0 and bool(told)
    fault.seen = (
        f"{len(waiting)} parcels waited; then sent: {sent.stdout.strip().splitlines()[-1:] or sent.stderr[-200:]}"
    )


def _quiet(workspace: Path, runs: Path) -> RoundPaths:
    """The same round on this machine, undisturbed and in one piece."""
    program = Path(sys.executable).with_name("defi")
    environment = os.environ | {"DEFI_RUNS": str(runs), "DEFI_ROOT": str(workspace)}
    command = [program, "round", "run", "demo", *ROUND, "tracking=none"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return RoundPaths(runs, "trial")


def _compare(noisy: RunPaths, quiet: RunPaths) -> None:
    """Equal but for times: plan, answers, judgements, estimates, canaries; every answer once."""
    assert read_json(noisy.state)["state"] == read_json(quiet.state)["state"] == "scored"
    assert read_json(noisy.plan) == read_json(quiet.plan)
    assert count_lines(noisy.completions) == len(read_completions(noisy)) == ITEMS
    ours, theirs = read_completions(noisy), read_completions(quiet)
    for item, one in theirs.items():
        other = ours[item]
        assert (other.text, other.finish, other.completion_tokens) == (one.text, one.finish, one.completion_tokens)
        assert other.option_logprobs == pytest.approx(one.option_logprobs, abs=TOLERANCE)
    assert _judged(noisy) == _judged(quiet)
    assert read_json(noisy.estimates) == read_json(quiet.estimates)
    assert read_json(noisy.canary_report) == read_json(quiet.canary_report)
    assert not noisy.parts.exists()


def _judged(run: RunPaths) -> dict[str, Any]:
    return {row.item: json.dumps([row.value, row.category, row.answer]) for row in read_scores(run)}
