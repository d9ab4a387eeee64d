"""Sandboxes kept warm: never used twice, nothing left at the end, safe with forks, threads and a killed harness."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.errors import SandboxUnavailableError
from harness.sandbox import Answer, Limits, Program, call_all
from harness.sandbox.cell import Cell
from harness.sandbox.pool import POOL, Pool

pytestmark = pytest.mark.usefixtures("isolation")

ADD = "def f(x): return x + 1"


def test_never_used_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each program gets a sandbox of its own, warm or not, and a used one is ended."""
    taken: list[Cell] = []
    give = Cell.give

    def noting(cell: Cell, *arguments: object, **named: object) -> None:
        taken.append(cell)
        give(cell, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Cell, "give", noting)
    for number in range(6):
        source = f"import os\nseen = os.listdir()\nopen('left', 'w').close()\ndef f(x): return seen, x + {number}"
        assert call_all(source, "f", [(1,)]).answers == (Answer(([], number + 1)),)
    assert len({id(cell) for cell in taken}) == 6
    assert not {id(cell) for cell in taken} & {id(cell) for cell in POOL._warm}
    assert all(cell._started.returncode is not None for cell in taken)


def test_warm_ones_fit_the_limits() -> None:
    """A warm sandbox is used only where its folder and its filter are those asked for."""
    source = "import os\ndef f(): return os.statvfs('.').f_blocks * os.statvfs('.').f_frsize"
    for size in (2**20, 2**20, 2**20, 2**21, 2**20):
        assert call_all(source, "f", [()], Limits(disk_bytes=size)).answers == (Answer(size),)


def test_a_warm_one_that_died() -> None:
    """A sandbox that died while it waited is replaced, and the program does not notice."""
    for _ in range(3):
        call_all(ADD, "f", [(1,)])
    assert POOL._warm
    for cell in POOL._warm:
        cell.kill()
        cell._started.wait()
    assert call_all(ADD, "f", [(1,)]).answers == (Answer(2),)


def test_files_are_counted_once_a_program_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a sandbox starts, its working folder is still the host's: how full that is ends no sandbox."""
    asked = []

    def full(path: str) -> os.statvfs_result:
        asked.append(path)
        return os.statvfs_result((4096, 4096, 10**6, 0, 0, 10**6, 0, 0, 0, 255))

    monkeypatch.setattr("harness.sandbox.streams._TICK", 0.0)
    monkeypatch.setattr("os.statvfs", full)
    pool = Pool()
    cell = pool.take(Limits())
    assert asked == []
    pool.give_back(cell)
    outcome = call_all("def f():\n    while True: pass", "f", [()])
    assert (outcome.verdict, outcome.reason) == ("flooded", "it made more than 4096 files")


def test_threads() -> None:
    """Threads each get a sandbox; none is started ahead by a thread that may end before it is used."""
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: call_all(ADD, "f", [(number,)]).answers[0].value, range(12)))
    assert answers == list(range(1, 13))
    with ThreadPoolExecutor(1) as threads:
        pool = Pool()
        cell = threads.submit(pool.take, Limits()).result()
        threads.submit(pool.refill, cell.shape).result()
        assert pool._warm == []
        pool.give_back(cell)


def test_conversations_side_by_side() -> None:
    """Several programs may be open at once, and each answers for itself."""
    with Program(ADD) as one, Program("def f(x): return x * 2") as other:
        assert (one.call("f", 5), other.call("f", 5), one.call("f", 6)) == (Answer(6), Answer(10), Answer(7))


def test_fork() -> None:
    """A forked copy forgets its parent's sandboxes, starts its own, and the parent's go on."""
    call_all(ADD, "f", [(1,)])
    call_all(ADD, "f", [(1,)])
    with Program(ADD) as program:
        child = os.fork()
        if child == 0:  # no assertion may leave this copy of the test run
            fine = not POOL._warm and not POOL._used and call_all(ADD, "f", [(1,)]).answers == (Answer(2),)
            POOL.close()
            os._exit(0 if fine else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert program.call("f", 3) == Answer(4)
    assert call_all(ADD, "f", [(1,)]).answers == (Answer(2),)


HARNESS = """
import sys, time
from harness.sandbox import call_all, Program
from harness.sandbox.pool import POOL
for _ in range(3):
    call_all("def f(): return 1", "f", [()])
busy = "import signal\\ndef loop(*a):\\n    while True: pass\\nsignal.signal(signal.SIGALRM, loop)"
program = Program(busy + "\\nsignal.setitimer(signal.ITIMER_REAL, 0.01)").__enter__()
for cell in POOL._warm:
    cell.wait_ready()
cells = [program._cell, *POOL._warm]
print(*(cell._first for cell in cells), flush=True)
if sys.argv[1] == "wait":
    time.sleep(600)
"""


@pytest.mark.parametrize("how", ["wait", "end"])
def test_the_end_of_the_harness(how: str) -> None:
    """Every sandbox ends with the harness: by SIGKILL, or by an end that forgot to close them."""
    command = [sys.executable, "-c", HARNESS, how]
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as harness:
        assert harness.stdout is not None
        first = [int(number) for number in harness.stdout.readline().split()]
        handles = []
        for number in first:
            try:
                handles.append(os.pidfd_open(number))
            except ProcessLookupError:
                assert how == "end"
        if how == "wait":
            assert len(handles) >= 2
            harness.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    for number, handle in zip(first, handles, strict=False):
        os.close(handle)
        while Path(f"/proc/{number}/cmdline").exists() and Path(f"/proc/{number}/cmdline").read_bytes():
            assert time.monotonic() < deadline, "a sandbox outlived the harness"
            time.sleep(0.05)


def test_ordinary_user() -> None:
    """A user without any privilege gets the same verdicts from the same walls."""
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    code = (
        "import os, sys; sys.path.insert(0, os.getcwd());"
        "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534);"
        "from harness.sandbox import call_all, unavailable, Limits;"
        "print(unavailable());"
        "print(call_all('def f(x): return x', 'f', [(1,), (2,)]).answers[1].value);"
        "print(*(call_all(s, 'f', [()], Limits(seconds=1)).verdict for s in sys.argv[1:]))"
    )
    programs = [
        "import os\ndef f(): os.fork()",
        "import socket\ndef f(): socket.socket()",
        "def f(): open('/etc/passwd')",
        "def f():\n    while True: pass",
        "def f():\n    n = 0\n    while True:\n        open(str(n), 'w').close()\n        n += 1",
        "def f():\n    return 'x' * 10**10",
    ]
    python = "/usr/bin/python3"
    if not Path(python).exists():
        pytest.skip(f"no {python}, which every user can run")
    version = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True, text=True
    )
    if "True" not in version.stdout:
        pytest.skip(f"{python} is older than 3.11")
    root = Path(__file__).resolve().parents[3]
    ran = subprocess.run([python, "-B", "-c", code, *programs], capture_output=True, text=True, cwd=root, timeout=120)
    if "PermissionError" in ran.stderr or "No module named" in ran.stderr:
        pytest.skip("this checkout cannot be read by other users")
    assert ran.stdout.splitlines() == ["None", "2", "blocked blocked blocked slow flooded memory"], ran.stderr


def test_refusal_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What forbids isolation is found out once, and every call after that says the same."""
    pool = Pool()
    asked = []

    def refuse() -> list[object]:
        asked.append(1)
        raise SandboxUnavailableError("no bwrap", where="sandbox", remedy="install it")

    monkeypatch.setattr("harness.sandbox.pool.candidates", refuse)
    for _ in range(2):
        with pytest.raises(SandboxUnavailableError, match="no bwrap\n  remedy: install it"):
            pool.take(Limits())
    assert asked == [1]
