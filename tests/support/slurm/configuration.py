"""The configuration of a Slurm cluster that lives in one folder, on loopback ports that nobody uses."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from string import Template

TEMPLATES = Path(__file__).parent
LOOPBACK = "127.0.0.1"
FIRST_PORT, LAST_PORT = 10_000, 32_000  # below the range from which the kernel gives ports to clients


@dataclass(frozen=True)
class Shape:
    """What the cluster looks like to those who submit."""

    nodes: int = 3  # n1, n2, …
    gpus: int = 2  # GPUs of a node; each is the null device under another name
    cpus: int = 48  # processors of a node, as Slurm counts them
    memory: int = 64_000  # MiB of a node, as Slurm counts them
    node_timeout: int = 5  # seconds without an answer until a node is down; noticing takes about 10 more
    submit_limit: int | None = None  # jobs that a user may have in the quality of service `dev`; None enforces nothing

    @property
    def names(self) -> list[str]:
        """The nodes' names, in order."""
        return [f"n{index}" for index in range(1, self.nodes + 1)]


def free_ports(count: int) -> int:
    """The first of `count` ports in a row on which nobody listens."""
    for start in SystemRandom().sample(range(FIRST_PORT, LAST_PORT, count), 100):
        if all(_is_free(port) for port in range(start, start + count)):
            return start
    raise RuntimeError(f"no {count} free ports in a row between {FIRST_PORT} and {LAST_PORT}; is another cluster left?")


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def write_configuration(folder: Path, shape: Shape) -> tuple[int, int]:
    """Write every file that the daemons read, and the GPUs; returns the ports of the controller and of the accounting.

    Slurm sets CUDA_VISIBLE_DEVICES only where a GPU's file is a character device: each is a link to the null device.
    """
    port = free_ports(shape.nodes + 2)
    host = socket.gethostname().split(".")[0]  # the controller starts only on the machine it is told to be on
    values = {
        "folder": str(folder),
        "host": host,
        "user": getpass.getuser(),
        "controller_port": str(port),
        "accounting_port": str(port + 1),
        "node_timeout": str(shape.node_timeout),
        "enforcement": "" if shape.submit_limit is None else "AccountingStorageEnforce=associations,limits,qos",
        "nodes": "\n".join(_node(name, host, port + 2 + index, shape) for index, name in enumerate(shape.names)),
    }
    (folder / "state").mkdir()
    (folder / "gpu").mkdir()
    for index in range(shape.gpus):
        (folder / "gpu" / f"gpu{index}").symlink_to(os.devnull)
    for name in ("slurm.conf", "slurmdbd.conf"):
        text = Template((TEMPLATES / f"{name}.in").read_text(encoding="utf-8")).substitute(values)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "slurmdbd.conf").chmod(0o600)  # slurmdbd refuses a file that others can read
    gpus = f"AutoDetect=off\nName=gpu Type=h100 File={folder}/gpu/gpu[0-{shape.gpus - 1}]\n"
    (folder / "gres.conf").write_text(gpus, encoding="utf-8")
    key = folder / "munge.key"
    key.touch(mode=0o400)
    key.chmod(0o600)
    key.write_bytes(secrets.token_bytes(128))
    return port, port + 1


def _node(name: str, host: str, port: int, shape: Shape) -> str:
    return (
        f"NodeName={name} NodeHostname={host} NodeAddr={LOOPBACK} Port={port} "
        f"CPUs={shape.cpus} RealMemory={shape.memory} Gres=gpu:h100:{shape.gpus} Feature=h100"
    )
