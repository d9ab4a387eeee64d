"""A real Slurm cluster on this machine, for tests: a controller, accounting and three nodes, in one folder.

    with SlurmHost() as cluster:
        job = cluster.submit("--gpus=1", "--wrap=nvidia-smi")
        cluster.kill_node("n1")

It listens on loopback only, reads and writes nothing in /etc, and ends only the processes that it started.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from slurm.configuration import LOOPBACK, Shape, write_configuration
from slurm.node_processes import NodeProcesses
from slurm.processes import Daemon, wait_until
from slurm.requirements import why_not
from slurm.services import Address, Services, await_service

ENDED = frozenset(
    {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY", "BOOT_FAIL"}
)
ACCOUNT, QOS = "defi@h100", "dev"  # with Shape(submit_limit=…) only


class SlurmHost:
    """The cluster, up between `with` and its end.

    Partitions: `test` (default), `preempt` (requeued when others need its place) and `urgent` (takes it).
    """

    def __init__(self, shape: Shape | None = None) -> None:
        """A cluster of this shape; nothing starts yet."""
        self.shape = shape or Shape()
        self.nodes: dict[str, Daemon] = {}
        self._services: list[Daemon] = []

    def __enter__(self) -> Self:
        """Bring it up; what was started is ended again where a part does not come up."""
        if reason := why_not():
            raise RuntimeError(reason)
        # A short path, because that of a Unix socket has at most 107 characters; munge wants to reach it as anybody.
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))
        self.folder.chmod(0o755)
        try:
            self._bring_up()
        except BaseException:
            self._tear_down()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every job and daemon, and forget the folder."""
        self._tear_down()

    @property
    def configuration(self) -> Path:
        """The file that Slurm's commands find in SLURM_CONF."""
        return self.folder / "slurm.conf"

    @property
    def environment(self) -> dict[str, str]:
        """The environment for whoever is to use this cluster: that of the tests less what says they run in a job."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH_"))}
        return kept | {"SLURM_CONF": str(self.configuration)}

    @property
    def daemons(self) -> list[Daemon]:
        """Every daemon of the cluster, in the order of their start."""
        return [*self._services, *self.nodes.values()]

    # What users of a cluster do

    def run(self, *command: str, timeout: float = 30) -> str:
        """What a Slurm command prints; where it fails, CalledProcessError with what it said as a note."""
        done = subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,  # sacctmgr asks and waits
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if done.returncode:
            error = subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
            error.add_note(done.stderr)
            raise error
        return done.stdout

    def submit(self, *options: str) -> str:
        """Submit with sbatch; returns the job's number. What it prints goes to JOB_PART.txt in the cluster's folder."""
        output = f"--output={self.folder}/%A_%a.txt"  # another --output among the options comes later and wins
        return self.run("sbatch", "--parsable", output, *options).strip()

    def queued(self, job: str, what: str = "%T") -> list[str]:
        """One line for each part of the job that squeue knows: its state, or what another format asks for."""
        known = self.run("squeue", "--noheader", "--states=all", f"--format=%i|{what}")
        parts = (line.split("|", 1) for line in known.splitlines())
        return [text for number, text in parts if number.split("_")[0] == job]

    def accounted(self, job: str, *fields: str) -> list[tuple[str, ...]]:
        """The fields of the job in the accounting, one line for each time that it was started."""
        names = ",".join(fields or ("State", "ExitCode"))
        text = self.run("sacct", "--jobs", job, "--allocations", "--duplicates", "-nP", f"--format={names}")
        return [tuple(line.split("|")) for line in text.splitlines()]

    def wait(self, job: str, *states: str, seconds: float = 60) -> float:
        """Wait until every part of the job is in one of the states (by default: has ended); returns the seconds."""
        wanted = frozenset(states) or ENDED
        seen: list[str] = []

        def arrived() -> bool:
            seen[:] = self.queued(job)
            return bool(seen) and wanted.issuperset(seen)

        try:
            return wait_until(arrived, seconds, f"job {job} in {' or '.join(sorted(wanted))}", pause=0.2)
        except TimeoutError as error:
            error.add_note(f"it is {seen}\n{self.run('squeue', '--long')}\n{self.run('sinfo', '--long', '--Node')}")
            raise

    # What happens to a cluster

    def kill_node(self, name: str) -> None:
        """Cut a node's power: its slurmd, its steps and their jobs end at once, so that nobody is left to report."""
        daemon = self._node(name)
        daemon.kill()
        processes = NodeProcesses(name, self.folder)  # again and again, for what was being started meanwhile
        wait_until(lambda: not processes.kill(), 10, f"the processes of node {name} gone")

    def report_down(self, name: str) -> None:
        """Tell the controller that a node is down, which it would itself notice in a quarter of a minute."""
        self._node(name)
        self.run("scontrol", "update", f"NodeName={name}", "State=DOWN", "Reason=power cut")

    def restart_node(self, name: str, seconds: float = 30) -> float:
        """Switch a node on again; returns the seconds until the controller gives it work."""
        daemon = self._node(name)
        if not daemon.alive:
            daemon.start()
        return wait_until(lambda: self._ready({name}), seconds, f"node {name} ready")

    def kill_controller(self) -> None:
        """End the controller as a crash would: what it had not yet saved is lost, and the jobs go on."""
        self._controller.kill()

    def restart_controller(self, seconds: float = 30) -> float:
        """Stop the controller, where it runs, and start it; returns the seconds until it answers again."""
        self._controller.stop()
        self._controller.start()
        return wait_until(self._answers, seconds, "controller answers")

    def heal(self) -> None:
        """Switch on what is off and cancel every job, so that the next test finds a cluster as new."""
        if not self._controller.alive:
            self.restart_controller()
        self.run("scancel", f"--user={getpass.getuser()}")
        for name in self.nodes:
            self.restart_node(name)
        wait_until(lambda: not self.run("squeue", "--noheader"), 30, "every job gone")

    def _node(self, name: str) -> Daemon:
        if name not in self.nodes:
            raise KeyError(f"no node {name!r}; there are {', '.join(self.nodes)}")
        return self.nodes[name]

    @property
    def _controller(self) -> Daemon:
        return next(daemon for daemon in self._services if daemon.name == "slurmctld")

    def _answers(self) -> bool:
        return subprocess.run(["scontrol", "ping"], env=self.environment, capture_output=True).returncode == 0

    def _ready(self, names: set[str]) -> bool:
        asked = ["sinfo", "--noheader", "--Node", "--partition=test", "--format=%N %T"]
        told = subprocess.run(asked, env=self.environment, capture_output=True, text=True).stdout
        states = dict(line.split() for line in told.splitlines())
        return all(states.get(name) in ("idle", "mixed", "allocated") for name in names)

    # Up and down

    def _bring_up(self) -> None:
        controller_port, accounting_port = write_configuration(self.folder, self.shape)
        services = Services(self.folder, self.environment)
        self._serve(services.munged(), str(self.folder / "munge.sock"))
        self._serve(services.mariadbd(), str(self.folder / "mariadb.sock"))
        self._serve(services.slurmdbd(), (LOOPBACK, accounting_port))
        for name in self.shape.names:  # they register as soon as there is a controller
            self.nodes[name] = services.slurmd(name)
            self.nodes[name].start()
        self._serve(services.slurmctld(), (LOOPBACK, controller_port))
        try:
            wait_until(lambda: self._ready(set(self.nodes)), 60, "every node ready")
        except TimeoutError as error:
            error.add_note("\n".join(f"{daemon.name}:\n{daemon.last_words()}" for daemon in self.daemons))
            raise
        if self.shape.submit_limit is not None:
            self._make_project(self.shape.submit_limit)

    def _make_project(self, submit_limit: int) -> None:
        """What a site gives a team: an account, and a quality of service that takes few jobs at a time."""
        for change in (
            ("add", "qos", QOS, f"MaxSubmitJobsPerUser={submit_limit}"),
            ("add", "account", ACCOUNT, f"Description={ACCOUNT}", f"Organization={ACCOUNT}"),
            ("add", "user", getpass.getuser(), f"Account={ACCOUNT}", f"QOS=normal,{QOS}"),
        ):
            self.run("sacctmgr", "--immediate", *change)

    def _serve(self, daemon: Daemon, address: Address) -> None:
        self._services.append(daemon)
        daemon.start()
        await_service(daemon, address)

    def _tear_down(self) -> None:
        for name in self.nodes:
            self.kill_node(name)
        for daemon in reversed(self._services):
            daemon.stop()
        shutil.rmtree(self.folder)
        self.nodes.clear()
        self._services.clear()
