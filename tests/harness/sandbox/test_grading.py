"""Programs graded by published tests: the test and its expected values are in one sandbox, the program in another."""

# ruff: noqa: E501 - one program a line reads better than a wrapped one
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import SandboxUnavailableError, TaskError
from harness.sandbox import EndedError, Limits, Program, grading, run_program
from harness.sandbox.grading import Grade, PublishedTest, before_fence, defines, fenced, grade
from harness.sandbox.pool import POOL

pytestmark = pytest.mark.usefixtures("isolation")
SOON = Limits(seconds=1)
LATE = Limits(seconds=20)
DOUBLE = PublishedTest("assert f(2) == 4\nassert f([1]) == [1, 1]\nassert f('ab') == 'abab'", ("f",))
RIGHT = "def f(x): return x * 2"


def verdict(source: str, test: str, before: str = "", limits: Limits = LATE) -> str:
    """What is said of a program by a test of its function f."""
    return grade(source, PublishedTest(test, ("f",), before), limits).verdict


def test_right_and_wrong() -> None:
    """A program is right where every assertion holds; else the call that broke one is told."""
    assert grade(RIGHT, DOUBLE) == Grade("right")
    assert grade("def f(x): return x + x if x != [1] else [1]", DOUBLE) == Grade("wrong", "wrong: f([1]) gave [1]")
    assert (grade(RIGHT, DOUBLE).value, grade("def f(x): return x", DOUBLE).value) == (1.0, 0.0)


VERDICTS = {
    "wrong": ["def f(x): return None", "def f(x): raise KeyError(x)", "def f(): return 4", "def f(x): raise SystemExit(0)"],
    "crashed": ["def f(x: return x", "raise SystemExit(0)", "def g(x): return x * 2", "", "def f(x):\n    import os\n    os._exit(0)", "f = 4"],
    "slow": ["while True: pass", "def f(x):\n    while True: pass", "import time\ndef f(x): time.sleep(60)"],
    "memory": ["def f(x): return [0] * 10**10", "def f(x):\n    a = []\n    while True: a.append(' ' * 10**6)"],
    "flooded": ["def f(x): return 'x' * 10**7", "def f(x):\n    while True: print('x' * 10**5)"],
    "blocked": ["def f(x): return open('/etc/passwd').read()", "import os\nos.fork()", "def f(x):\n    import subprocess\n    subprocess.run(['ls'])"],
}  # fmt: skip


@pytest.mark.parametrize(("said", "source"), [(said, one) for said, many in VERDICTS.items() for one in many])
def test_verdict(said: str, source: str) -> None:
    """The reason begins with the verdict's word."""
    found = grade(source, DOUBLE, SOON)
    assert found.verdict == said
    assert found.reason.startswith(f"{said}: ")
    assert len(found.reason) <= 300


ATTACKS = {
    "equals everything": "class A:\n    def __eq__(self, other): return True\n    __ne__ = __lt__ = __gt__ = lambda self, other: False\ndef f(x): return A()",
    "a number that equals everything": "class A(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef f(x): return A(7)",
    "a list that equals everything": "class A(list):\n    def __eq__(self, other): return True\ndef f(x): return A()",
    "no AssertionError": "import builtins\nbuiltins.AssertionError = None\ndef f(x): return 7",
    "an AssertionError that is none": "class AssertionError(BaseException):\n    def __new__(cls): raise SystemExit(0)\ndef f(x): return 7",
    "exit 0": "import sys\ndef f(x): sys.exit(0)",
    "exit 0 under Python": "import os\ndef f(x): os._exit(0)",
    "says PASSED": "print('PASSED')\ndef f(x):\n    print('PASSED')\n    return 'PASSED'",
    "says passed as the tester does": "def f(x): return ('passed',)",
    "asks as the tester does": "def f(x): return ('ask', 'f', (2,))",
    "patched builtins": "import builtins\nfor name in ('abs', 'all', 'set', 'sorted', 'isinstance', 'len'): setattr(builtins, name, lambda *a, **k: True)\ndef f(x): return 7",
    "patched compile and exec": "import builtins\nbuiltins.compile = builtins.exec = lambda *a, **k: None\ndef f(x): return 7",
    "a patched driver": "import sys\nc = sys.modules['harness.sandbox.channel']\nc.encode = lambda *a, **k: b'[\"t\",\"passed\"]'\ndef f(x): return 7",
    "its own tester": "def begin(*a): return ('passed',)\ngo_on = run = check = begin\ndef f(x): return 7",
    "tears the test up": "import sys\nfor frame in [sys._getframe()]: frame.f_builtins['__build_class__'] = None\nsys.settrace(lambda *a: None)\ndef f(x): return 7",
    "a signal to itself": "import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGTERM); return 7",
    "asks its caller": "import sys\ndef f(x): return sys._getframe(1).f_globals['helper'](x)",
    "a patched helper": "def helper(x): return 7\ndef f(x): return 7",
    "a forged answer ahead": 'import os\nfor n in range(3, 64):\n    try: os.write(n, b\'\\x00\\x00\\x00\\x0c["t","passed"]\'[:16])\n    except OSError: pass\ndef f(x): return 7',
}


HELPER = "def helper(x): return x * 2"
PASS_IN_ONE_PROCESS = {
    "equals everything",
    "a number that equals everything",
    "a list that equals everything",
    "exit 0",
    "exit 0 under Python",
    "a patched helper",
    "asks its caller",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_not_right(name: str) -> None:
    """Nothing that a program patches, forges or prints makes a wrong answer right."""
    assert verdict(ATTACKS[name], "assert f(5) == helper(5)", HELPER) != "right"


def test_attacks_have_teeth() -> None:
    """Run with the test in one process, as published runners do, seven of them pass; here the right program does."""
    teeth = {
        name
        for name, attack in ATTACKS.items()
        if run_program(f"{HELPER}\n{attack}\nassert f(5) == helper(5)").status == 0
    }
    assert teeth == PASS_IN_ONE_PROCESS
    assert verdict(RIGHT, "assert f(5) == helper(5)", HELPER) == "right"


SEARCH = """
import gc, os, re, sys
def texts():
    for thing in gc.get_objects():
        yield thing
    for frame in sys._current_frames().values():
        while frame is not None:
            yield frame.f_locals
            yield frame.f_globals
            frame = frame.f_back
    for folder, _, files in os.walk('/tmp'):
        for file in files: yield open(os.path.join(folder, file)).read()
def f(x):
    mark = re.compile('[Q]uokka .?5')
    for thing in texts():
        try: words = str(thing)
        except BaseException: continue
        if mark.search(words): return mark.search(words).group() + '1'
    return None
"""


def test_expected_value_is_nowhere() -> None:
    """A program that looks through its whole memory and disk for what is expected does not find it."""
    found = grade(SEARCH, PublishedTest("assert f(1) == 'Quokka 51'", ("f",)), LATE)
    assert found.verdict == "wrong"
    assert "gave None" in found.reason
    assert grade(SEARCH, PublishedTest("assert f('Quokka 51') == 'Quokka 51'", ("f",)), LATE).value == 1


def test_nothing_expected_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that goes to the program is its source and the arguments."""
    sent: list[Any] = []
    call = Program.call

    def noting(self: Program, function: str, *arguments: Any) -> Any:
        if self._source != grading._TESTER:
            sent.append((function, arguments))
        return call(self, function, *arguments)

    monkeypatch.setattr(Program, "call", noting)
    assert grade(RIGHT, DOUBLE).verdict == "right"
    assert sent == [("f", (2,)), ("f", ([1],)), ("f", ("ab",))]


TESTS = {
    "tolerance": ("assert abs(f(0.1) - 0.2) < 1e-6", "right"),
    "out of tolerance": ("assert abs(f(0.1) - 0.2001) < 1e-6", "wrong"),
    "imported": ("import math\nassert math.isclose(f(1.5), 3, rel_tol=0.001)", "right"),
    "identity": ("assert (f(1) == 2) is True", "right"),
    "in a comprehension": ("assert [f(n) for n in range(40)] == list(range(0, 80, 2))", "right"),
    "as a value": ("assert list(map(f, [1, 2])) == [2, 4]", "right"),
    "in a loop, at random": ("import random\nfor _ in range(50):\n    n = random.randint(0, 10**6)\n    assert f(n) == n + n", "right"),
    "last of many": ("for n in range(60):\n    assert f(n) == min(2 * n, 117)", "wrong"),
    "an answer changed by the test": ("a = f([3])\na.append(1)\nassert f(a) == [3, 3, 1] * 2 and a == f([3]) + [1]", "right"),
    "a caught question": ("try:\n    a = f(1)\nexcept BaseException:\n    a = 2\nassert a == 2 and f(a) == 4", "right"),
    "a check of its own": ("def check(candidate):\n    assert candidate(3) == 6\ncheck(f)", "right"),
    "wrong types": ("assert f('a') - 1 == 2", "wrong"),
    "a tuple is no list": ("assert f([1]) == (1, 1)", "wrong"),
}  # fmt: skip


@pytest.mark.parametrize("name", TESTS)
def test_forms_of_tests(name: str) -> None:
    """A test means what it means to Python, however it calls the function."""
    test, said = TESTS[name]
    assert verdict(RIGHT, test) == said


def test_program_keeps_its_state() -> None:
    """All calls of a test go to one program, in order."""
    assert (
        verdict(
            "calls = []\ndef f():\n    calls.append(1)\n    return len(calls)", "assert [f(), f(), f()] == [1, 2, 3]"
        )
        == "right"
    )


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
        | st.binary(),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=8,
    )
)
def test_plain_data_comes_through(value: Any) -> None:
    """Plain data equals itself after the way out of one sandbox and into the other, arguments and answers alike."""
    assert (
        verdict("def f(x): return x", f"value = {value!r}\nassert f(value) == value and type(f(value)) is type(value)")
        == "right"
    )


def test_answers_that_harm_the_comparison() -> None:
    """An answer that is too deep to pass on is wrong; one that takes the comparison too long is slow; neither is ours."""
    deep = "def f(n):\n    a = []\n    for _ in range(n): a = [a]\n    return a"
    for depth in (55, 58, 59, 60, 61, 62, 63, 64, 100):
        assert verdict(deep, f"assert f({depth}) == 7") in ("wrong", "crashed")
    assert verdict(deep, "f([[[[[[f(60)]]]]]])") == "wrong"
    heavy = "def f(x): return [n * (2**61 - 1) for n in range(30000)]"
    assert verdict(heavy, "assert set(f(1)) == {1}", limits=SOON) == "slow"


BROKEN = {
    "asks nothing": "x = 1",
    "fails by itself": "assert False",
    "is no Python": "assert",
    "asks with no plain data": "f(lambda: 1)",
    "asks by name": "f(x=1)",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_test_is_an_error(name: str) -> None:
    """A test at fault is an error of ours, never a program's zero."""
    with pytest.raises(TaskError, match="the test asked nothing that could be answered"):
        verdict(RIGHT, BROKEN[name])


def test_no_isolation_is_no_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no sandbox, or the test's own does not get going, nothing is graded."""
    call = Program.call

    def ending(self: Program, function: str, *arguments: Any) -> Any:
        if function == "begin":
            raise EndedError("slow", "its time ran out")
        return call(self, function, *arguments)

    monkeypatch.setattr(Program, "call", ending)
    with pytest.raises(SandboxUnavailableError, match="before the program began"):
        grade(RIGHT, DOUBLE)

    def refuse(*_: Any) -> None:
        raise SandboxUnavailableError("no isolation")

    monkeypatch.setattr(POOL, "take", refuse)
    with pytest.raises(SandboxUnavailableError, match="no isolation"):
        grade(RIGHT, DOUBLE)


def test_fences() -> None:
    """Code is read out of fences, closed or not; what comes before the first is known."""
    text = "Here:\n```python\ndef f(x):\n    return 1\n```\nand\n  ~~~\ndef g(): pass"
    assert fenced(text) == ["def f(x):\n    return 1\n", "def g(): pass"]
    assert before_fence(text) == "Here:\n"
    assert (fenced("    return 1\n"), before_fence("    return 1\n")) == ([], "    return 1\n")
    assert fenced("```") == [""]
    assert defines("import os\ndef  f (x): pass", "f")
    assert not defines("    def f(x): pass\ndef ff(): pass\n# def f", "f")
