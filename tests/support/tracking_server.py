"""A real MLflow server on loopback, over SQLite or PostgreSQL, which a test may kill and start again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE = 120.0  # seconds; a busy machine needs up to 48


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TrackingServer:
    """`mlflow server` as docs/deployment has it: job execution off, artefacts through the server."""

    def __init__(self, folder: Path, backend: str = "") -> None:
        """`backend`: a data base's address; a SQLite file in `folder` by default."""
        self.folder, self.port = folder, free_port()
        self.backend = backend or f"sqlite:///{folder}/server.db"
        self.uri = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        words = ["server", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        stores = ["--backend-store-uri", self.backend, "--artifacts-destination", str(self.folder / "artifacts")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", *words, *stores],
            env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
            stdout=(self.folder / "server.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until = time.monotonic() + _PATIENCE
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            time.sleep(0.2)

    def kill(self) -> None:
        """SIGKILL to the server and its workers."""
        if self._process is not None:
            os.killpg(self._process.pid, 9)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        """A running server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """No server any more."""
        self.kill()

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.uri}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class Postgres:
    """A PostgreSQL of its own in a folder, on loopback; as user postgres where root starts it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is started yet."""
        self.folder, self.port = folder, free_port()
        self.address = f"postgresql+psycopg2://mlflow@127.0.0.1:{self.port}/postgres"
        self._user = "postgres" if os.geteuid() == 0 else None

    @staticmethod
    def missing() -> str:
        """What is not installed; empty where all is there."""
        try:
            import psycopg2  # noqa: F401  # what MLflow's server speaks to PostgreSQL with
        except ImportError:
            return "psycopg2 (pip install psycopg2-binary)"
        return "" if shutil.which("initdb") and shutil.which("postgres") else "initdb and postgres on the PATH"

    def __enter__(self) -> Self:
        """A running data base."""
        self.folder.mkdir(mode=0o700)
        if self._user:
            shutil.chown(self.folder, self._user)
        where = str(self.folder / "data")
        quiet = {"user": self._user, "cwd": "/", "stdout": subprocess.DEVNULL, "check": True}
        subprocess.run(["initdb", "-D", where, "-U", "mlflow", "-A", "trust"], **quiet)
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        subprocess.run(["pg_ctl", "-D", where, "-w", "-l", f"{where}/log", "-o", options, "start"], **quiet)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """No data base any more."""
        command = ["pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop"]
        subprocess.run(command, user=self._user, cwd="/", stdout=subprocess.DEVNULL, check=True)
