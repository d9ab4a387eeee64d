"""The daemons of the test cluster: which program runs with which options, and when it can be used."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
from pathlib import Path

from slurm.node_processes import MARK, NodeProcesses
from slurm.processes import Daemon, wait_until
from slurm.requirements import program

Address = str | tuple[str, int]

MUNGE_FILES = {"key-file": "munge.key", "socket": "munge.sock", "pid-file": "munged.pid", "seed-file": "munged.seed"}
DATABASE_FILES = {"socket": "mariadb.sock", "pid-file": "mariadbd.pid", "log-error": "mariadbd.log"}
NEW_DATABASE = ("--skip-test-db", "--auth-root-authentication-method=socket")
DATABASE = ("--skip-networking", "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0")


class Services:
    """Starts the daemons of one cluster, whose files lie in one folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """For the cluster in this folder, whose daemons get this environment."""
        self.folder = folder
        self._environment = environment | {"MYSQL_UNIX_PORT": str(folder / "mariadb.sock")}

    def daemon(self, name: str, command: str, *options: str) -> Daemon:
        """A daemon that is not yet started."""
        return Daemon(name, [program(command), *options], self.folder, dict(self._environment))

    def munged(self) -> Daemon:
        """The credentials' daemon, with a key and a socket of its own."""
        files = [f"--{option}={self.folder / name}" for option, name in MUNGE_FILES.items()]
        return self.daemon("munged", "munged", "--foreground", "--num-threads=2", *files)

    def mariadbd(self) -> Daemon:
        """The accounting's database, new and on a socket only."""
        user = getpass.getuser()
        where = ["--no-defaults", f"--user={user}", f"--datadir={self.folder / 'db'}"]
        _make_database([program("mariadb-install-db"), *where, f"--auth-root-socket-user={user}", *NEW_DATABASE])
        files = [f"--{option}={self.folder / name}" for option, name in DATABASE_FILES.items()]
        return self.daemon("mariadbd", "mariadbd", *where, *files, *DATABASE)

    def slurmdbd(self) -> Daemon:
        """The accounting."""
        return self.daemon("slurmdbd", "slurmdbd", "-D")

    def slurmctld(self) -> Daemon:
        """The controller."""
        return self.daemon("slurmctld", "slurmctld", "-D")

    def slurmd(self, node: str) -> Daemon:
        """A node, which marks what it starts as its own."""
        daemon = self.daemon(f"slurmd-{node}", "slurmd", "-D", "-N", node)
        daemon.environment[MARK] = NodeProcesses(node, self.folder).mark
        return daemon


def await_service(daemon: Daemon, address: Address, seconds: float = 30) -> None:
    """Wait until somebody accepts connections there; an error says what the daemon said last."""

    def up() -> bool:
        if not daemon.alive:
            raise RuntimeError(f"{daemon.name} ended as it started:\n{daemon.last_words()}")
        return accepts(address)

    try:
        wait_until(up, seconds, f"{daemon.name} accepts connections")
    except TimeoutError as error:
        error.add_note(daemon.last_words())
        raise


def accepts(address: Address) -> bool:
    """Whether somebody accepts connections on this Unix socket or at this host and port."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as caller:
        return caller.connect_ex(address) == os.EX_OK


def _make_database(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"no database for the accounting: {' '.join(command)}\n{done.stdout}{done.stderr}")
