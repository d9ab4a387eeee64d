"""Programs in good faith: values come back, errors are reported, order is kept, scripts run as scripts."""

# ruff: noqa: E501 - one program a line reads better than a wrapped one

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import UsageError
from harness.sandbox import (
    Answer,
    ChannelError,
    EndedError,
    Limits,
    Program,
    call_all,
    run_program,
    unavailable,
)

pytestmark = pytest.mark.usefixtures("isolation")

VALUES = [None, True, 0, -(2**200), 1.5, -0.0, float("inf"), 3 - 2j, "é\n\0", b"\0\xff", [1, [2]], (1, ()), {1, 2}]
VALUES += [frozenset({"a"}), {"a": [1], (1, 2): {3}, None: {}}, {True: "yes", 2.5: b""}, "", [], {}, set()]


def test_available() -> None:
    """Where there is isolation, nothing is said against it."""
    assert unavailable() is None


def test_values_there_and_back() -> None:
    """Every kind of plain value crosses in both directions and stays the same, in one run, in order."""
    outcome = call_all("def f(value): return value, type(value).__name__", "f", [(value,) for value in VALUES])
    assert outcome.verdict == "done"
    assert outcome.reason == ""
    for value, answer in zip(VALUES, outcome.answers, strict=True):
        assert repr(answer) == repr(Answer((value, type(value).__name__)))


def test_errors_are_answers() -> None:
    """A call that raises is an answer with its error in words; the calls after it are still asked."""
    outcome = call_all("def f(x): return 1 / x", "f", [(2,), (0,), ("a",), (4,)])
    assert outcome.verdict == "done"
    assert [answer.value for answer in outcome.answers] == [0.5, None, None, 0.25]
    assert [answer.error.split(":")[0] for answer in outcome.answers] == ["", "ZeroDivisionError", "TypeError", ""]


def test_as_far_as_it_came() -> None:
    """The answers before a program's end are kept."""
    outcome = call_all(
        "def f(x):\n    while x > 2: pass\n    return x", "f", [(1,), (2,), (3,), (4,)], Limits(seconds=1)
    )
    assert (outcome.verdict, [answer.value for answer in outcome.answers]) == ("slow", [1, 2])
    assert outcome.seconds < 10


def test_a_verdict_is_repeated() -> None:
    """What depends on the order of a set, or on a hash, gives the same answer in every sandbox."""
    source = "def f(): return [list({'a', 'b', 'c', 'd', 'e'}), hash('x')]"
    first, second = (call_all(source, "f", [()]).answers[0].value for _ in range(2))
    assert first == second


def test_waiting_is_not_for_ever() -> None:
    """A program that uses no CPU time is ended by the wall clock."""
    outcome = call_all("import time\ndef f(): time.sleep(600)", "f", [()], Limits(seconds=0.3))
    assert outcome.verdict == "slow"
    assert 1.2 <= outcome.seconds < 20


def test_arguments_are_copies() -> None:
    """What a program does to its arguments does not reach the caller, or its own next call."""
    given = [3, 1, 2]
    outcome = call_all("def f(x):\n    x.sort()\n    return x", "f", [(given,), (given,)])
    assert [answer.value for answer in outcome.answers] == [[1, 2, 3]] * 2
    assert given == [3, 1, 2]


def test_state_stays_in_one_program() -> None:
    """Calls of one program share its module; another program never sees it."""
    source = "seen = []\ndef f(x):\n    seen.append(x)\n    return list(seen)"
    assert [answer.value for answer in call_all(source, "f", [(1,), (2,)]).answers] == [[1], [1, 2]]
    assert [answer.value for answer in call_all(source, "f", [(3,)]).answers] == [[3]]


USEFUL = {
    "imports": "import re, math, collections, itertools, functools, typing, dataclasses, string, heapq, json, random, datetime\n"
    "import decimal, fractions, statistics, copy, operator, hashlib, zlib, sqlite3, enum, bisect, contextlib, textwrap\ndef f(): return 1",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef f(): return P(1).x",
    "types by name": "import typing\nclass A:\n    b: 'A'\ndef f(): return int(typing.get_type_hints(A)['b'] is A)",
    "asynchronous": "import asyncio\nasync def g():\n    await asyncio.sleep(0)\n    return 1\ndef f(): return asyncio.run(g())",
    "files": "import pathlib, tempfile, os, shutil\ndef f():\n    p = pathlib.Path(tempfile.mkdtemp()) / 'a'\n    p.write_text('1')\n"
    "    shutil.copy2(p, 'b')\n    return int(open('b').read()) if 'b' in os.listdir() else 0",
    "database in memory": "import sqlite3\ndef f(): return sqlite3.connect(':memory:').execute('select 1').fetchone()[0]",
    "warnings": "import warnings, traceback, logging\ndef f():\n    warnings.warn('x')\n    logging.warning('y')\n    traceback.print_stack()\n    return 1",
    "random bytes": "import secrets, uuid, random\ndef f(): return int(len(secrets.token_bytes(8)) == 8 and uuid.uuid4().version == 4)",
    "missing file": "def f():\n    try: open('data/none.txt')\n    except FileNotFoundError: return 1",
    "nothing to read": "def f():\n    try: input()\n    except EOFError: return 1",
    "alarm": "import signal, time\ndef f():\n    signal.signal(signal.SIGALRM, lambda *a: 1 / 0)\n    signal.setitimer(signal.ITIMER_REAL, 0.3)\n"
    "    try: time.sleep(20)\n    except ZeroDivisionError: return 1",
    "main is not run": "def f(): return 1\nif __name__ == '__main__':\n    raise SystemExit",
    "prints": "def f():\n    print('x' * 1000)\n    return 1",
}


@pytest.mark.parametrize("name", USEFUL)
def test_useful_programs(name: str) -> None:
    """What a program in good faith needs of the standard library works inside."""
    outcome = call_all(USEFUL[name], "f", [()], Limits(seconds=30))
    assert (outcome.verdict, outcome.answers) == ("done", (Answer(1),)), outcome


def test_threads_where_allowed() -> None:
    """With several processes allowed, threads and children work."""
    source = "from concurrent.futures import ThreadPoolExecutor\nimport os\ndef f():\n    with ThreadPoolExecutor(2) as pool: a = sum(pool.map(abs, [-1, 2]))\n"
    source += "    if os.fork() == 0: os._exit(3)\n    return a, os.waitstatus_to_exitcode(os.wait()[1])"
    outcome = call_all(source, "f", [()], Limits(seconds=30, processes=6))
    assert (outcome.verdict, outcome.answers) == ("done", (Answer((3, 3)),)), outcome


def test_least_memory() -> None:
    """The least memory that may be asked for is enough for a small program."""
    outcome = call_all("def f(): return sum(range(10**5))", "f", [()], Limits(seconds=30, memory_bytes=64 * 2**20))
    assert outcome.answers == (Answer(4999950000),)


def test_conversation() -> None:
    """A program can be called step by step, by several names, and says what it has come to."""
    with Program("total = 0\ndef add(x):\n    global total\n    total += x\ndef show(): return total") as program:
        for number in range(5):
            assert program.call("add", number) == Answer(None)
        assert program.call("show") == Answer(10)
        assert program.outcome.verdict == "done"
    assert len(program.outcome.answers) == 6
    with pytest.raises(EndedError, match="closed"):
        program.call("show")


def test_conversation_that_ends() -> None:
    """A call that ends the program raises, and so does every call after it; the outcome keeps the verdict."""
    with Program("import os\ndef f(x): os._exit(x)") as program:
        for _ in range(2):
            with pytest.raises(EndedError) as ended:
                program.call("f", 3)
            assert ended.value.verdict == "crashed"
    assert program.outcome.verdict == "crashed"
    assert "exit status 3" in program.outcome.reason


def test_program_that_does_not_load() -> None:
    """A program that cannot be loaded has its verdict before it is called."""
    with Program("1 / 0") as program:
        assert program.outcome.verdict == "crashed"
        assert program.outcome.reason == "ZeroDivisionError: division by zero"


def test_our_own_mistakes_are_ours() -> None:
    """Arguments that are no plain data, and limits under which nothing runs, are errors of the caller's."""
    with pytest.raises(ChannelError, match="type object"):
        call_all("def f(x): return 1", "f", [(object(),)])
    for wrong in ({"seconds": 0}, {"memory_bytes": 10**6}, {"processes": 0}, {"output_bytes": 1}, {"disk_bytes": 0}):
        with pytest.raises(UsageError):
            Limits(**wrong)  # type: ignore[arg-type]


SCRIPTS: dict[str, tuple[str, str, Any]] = {
    "echo": ("print(input()[::-1])", "olé\n", ("done", "élo\n", 0)),
    "all of stdin": ("import sys\nprint(len(sys.stdin.read()))", "x" * 300_000, ("done", "300000\n", 0)),
    "unread stdin": ("print(1)", "x" * 300_000, ("done", "1\n", 0)),
    "main": ("if __name__ == '__main__': print(__name__)", "", ("done", "__main__\n", 0)),
    "exit status": ("import sys\nprint(1)\nsys.exit(3)", "", ("crashed", "1\n", 3)),
    "exit 0": ("import sys\nsys.exit(0)", "", ("done", "", 0)),
    "error": ("print(1)\n1 / 0", "", ("crashed", "1\n", 1)),
    "at exit": ("import atexit\natexit.register(print, 2)\nprint(1)", "", ("done", "1\n2\n", 0)),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)", "", ("crashed", "", -11)),
    "forbidden call": ("import socket\nsocket.socket()", "", ("blocked", "", -31)),
    "forbidden file": ("open('/etc/passwd')", "", ("blocked", "", None)),
    "memory": ("x = [0] * 10**9", "", ("memory", "", None)),
    "loop": ("print(1, flush=True)\nwhile True: pass", "", ("slow", "1\n", None)),
    "no UTF-8": ("import os\nos.write(1, b'a\\xff')", "", ("done", "a\ufffd", 0)),
    "no text": ("print('\udcff')", "", ("crashed", "", None)),
    "forged end": (
        "import os\nfor n in range(3, 1024):\n    try: os.write(n, b'\\0\\0\\0\\2[]')\n    except OSError: pass",
        "",
        ("crashed", "", None),
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(name: str) -> None:
    """A whole script reads its stdin, and its output and exit status come back with the verdict."""
    source, stdin, expected = SCRIPTS[name]
    limits = Limits(seconds=1 if name == "loop" else 30)
    ran = run_program(source, stdin, limits)
    assert (ran.verdict, ran.stdout, ran.status) == expected, ran
    if name == "error":
        assert ran.stderr.endswith("ZeroDivisionError: division by zero\n")
        assert "driver" not in ran.stderr


def test_script_flood() -> None:
    """A script's output is kept up to its limit and no further."""
    ran = run_program("while True: print('x' * 999)", limits=Limits(seconds=30, output_bytes=10_000))
    assert ran.verdict == "flooded"
    assert len(ran.stdout) <= 10_000 + 65_536


def test_script_with_children() -> None:
    """A script's end is its end, even where a child of it holds on to its output."""
    source = "import os, time\nif os.fork() == 0: time.sleep(600)\nprint(1)"
    ran = run_program(source, limits=Limits(seconds=30, processes=4))
    assert (ran.verdict, ran.stdout) == ("done", "1\n")
    assert ran.seconds < 20
