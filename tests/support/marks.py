"""Errands for the tests of launchers, which leave marks in the folder that is their root."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from harness.launch.errand import Errand


def touch(errand: Errand) -> None:
    """Leave a file that says which GPUs were given."""
    Path(errand.root, errand.key.replace("/", "_")).write_text(os.environ.get("CUDA_VISIBLE_DEVICES", ""))


def fail(errand: Errand) -> None:
    """Fail, as an errand does."""
    raise ValueError(errand.key)


def nap(errand: Errand) -> None:
    """Sleep the first time that it is done."""
    mark = Path(errand.root, "begun")
    with mark.open("a") as stream:
        stream.write(".")
    if mark.stat().st_size == 1:
        time.sleep(60)


def whoami(errand: Errand) -> None:
    """Leave this process's number."""
    Path(errand.root, "pid").write_text(str(os.getpid()))


def die_or_touch(errand: Errand) -> None:
    """Die, if it is the first shard, as of a crash below Python."""
    if errand.shard == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    touch(errand)


def linger(errand: Errand) -> None:
    """Take a while."""
    time.sleep(1)
