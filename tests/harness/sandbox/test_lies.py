"""Programs that lie: forged messages, odd values and patched interpreters give plain answers or a verdict, never harm."""

# ruff: noqa: E501 - one program a line reads better than a wrapped one
from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox import Answer, Limits, call_all


def run(source: str) -> tuple[str, Any]:
    """The verdict on `f()`, and its answer (or the reason, where none came)."""
    outcome = call_all(source, "f", [()], Limits(seconds=20))
    return outcome.verdict, outcome.answers[0] if outcome.answers else outcome.reason


FORGED = [
    "('value', 42)",
    "('loaded',)",
    "('ready', 2)",
    "('fault', 'done', '')",
    "('fault', 'slow', 'forged')",
    "('fault', 'no verdict', 'x')",
    "('fault', 'blocked', 'x' * 9999)",
    "('fault', 3, 4)",
    "('error', '')",
    "('error', ['x'])",
    "('error', 'x' * 9999)",
    "()",
    "(1, 2)",
    "'value'",
]


@pytest.mark.parametrize("message", FORGED)
def test_forged_message(message: str, unchanged: Path) -> None:
    """A message written by the program itself is an answer of its own choosing or its end, never an error of ours."""
    source = f"import os, sys\nc = sys.modules['harness.sandbox.channel']\ndef f():\n    data = c.frame(c.encode({message}))\n"
    source += (
        "    for n in range(3, 1024):\n        try: os.write(n, data)\n        except OSError: pass\n    return 1\n"
    )
    outcome = call_all(source, "f", [(), ()], Limits(seconds=20))
    assert len(outcome.reason) <= 300
    assert all(answer in (Answer(42), Answer(1)) or len(answer.error) <= 300 for answer in outcome.answers)
    assert outcome.verdict in ("done", "crashed", "blocked")
    if message not in ("('value', 42)", "('error', 'x' * 9999)"):
        assert outcome.answers == ()
        assert outcome.verdict != "done"


BODIES = [
    b"",
    b"\xff\xfe",
    b"null",
    b"NaN",
    b"Infinity",
    b"1e999",
    b"9" * 100_000,
    b'["i","' + b"f" * 100_000 + b'"]',
    b"[" * 100_000,
    b'["t",' * 50_000 + b"1" + b"]" * 50_000,
    b'{"a":1}',
    b'["t","value",["x",1]]',
    b'["t","value",["s",["l"]]]',
    b'["t","value",["s",1,1]]',
    b'["t","value",["d",[1,2],[1,3]]]',
    b'["t","value",["d",[1]]]',
    b'["t","value",["c",1,2]]',
    b'["t","value",["b","0g"]]',
    b'["t","value","\\ud800"]',
    b'["t","value",["s",' + b",".join(b'["i","%x"]' % (n * (2**61 - 1)) for n in range(1, 9999)) + b"]]",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_hostile_frame(body: bytes, unchanged: Path) -> None:
    """Any bytes at all on the channel end the program as crashed, quickly, and raise nothing here."""
    packed = zlib.compress(body)
    source = f"import os, zlib\ndef f():\n    body = zlib.decompress({packed!r})\n    data = len(body).to_bytes(4, 'big') + body\n"
    source += "    for n in range(3, 1024):\n        try:\n            left = data\n            while left: left = left[os.write(n, left):]\n"
    source += "        except OSError: pass\n    os._exit(0)"
    outcome = call_all(source, "f", [()], Limits(seconds=20))
    assert (outcome.verdict, outcome.answers) == ("crashed", ())
    assert "spoiled its channel" in outcome.reason
    assert outcome.seconds < 10


ODD_VALUES = {
    "itself": ("def f():\n    a = []\n    a.append(a)\n    return a", "nested"),
    "itself in a dict": ("def f():\n    a = {}\n    a[1] = a\n    return a", "nested"),
    "an object": (
        "class A:\n    def __repr__(self): raise SystemExit\n    __eq__ = __reduce__ = __repr__\ndef f(): return A()",
        "type A",
    ),
    "an object that says it is a number": (
        "class A:\n    __class__ = int\n    def __int__(self): return 42\ndef f(): return A()",
        "type A",
    ),
    "a metaclass of its own": (
        "class M(type):\n    def mro(c): return [c, object]\nclass A(metaclass=M): pass\ndef f(): return A()",
        "type A",
    ),
    "a generator": ("def f(): yield 1", "generator"),
    "a function": ("def f(): return f", "function"),
    "too long a number": ("def f(): return 1 << 20000", "4300 digits"),
    "half a pair": ("def f(): return chr(0xd800)", "surrogate"),
    "a raised exit": ("def f(): raise SystemExit(0)", "SystemExit: 0"),
    "a raised interrupt": ("def f(): raise KeyboardInterrupt", "KeyboardInterrupt"),
    "an error without words": (
        "class E(Exception):\n    def __str__(self): raise ValueError\ndef f(): raise E",
        "E: (no text)",
    ),
    "an error with many words": ("def f(): raise ValueError('x' * 10**6)", "ValueError: xxx"),
    "an error with odd words": ("def f(): raise ValueError('a\\nb\\x1b[2J\\ud800')", "ValueError: a b [2J?"),
}


@pytest.mark.parametrize("name", ODD_VALUES)
def test_odd_value(name: str, unchanged: Path) -> None:
    """A value that is no plain data is an error of that call, in words that can be shown, and the program goes on."""
    source, words = ODD_VALUES[name]
    outcome = call_all(source + "\ndef f2(): return 1", "f", [(), ()], Limits(seconds=20))
    assert outcome.verdict == "done"
    assert len(outcome.answers) == 2
    assert words in outcome.answers[0].error
    assert outcome.answers[0].value is None
    assert outcome.answers[0].error.isprintable()
    assert len(outcome.answers[0].error) <= 300


def test_subclasses_come_as_plain_values(unchanged: Path) -> None:
    """A subclass of a plain type crosses as that type, with the plain type's own value and equality."""
    source = "class I(int):\n    def __eq__(self, o): return True\n    def __int__(self): return 42\n    __hash__ = int.__hash__\n"
    source += "class S(str):\n    def __str__(self): return 'forged'\n    def encode(self, *a): return b'x'\n"
    source += "class L(list):\n    def __iter__(self): return iter([42])\n    def __len__(self): return 1\n"
    source += (
        "class D(dict):\n    def items(self): return [(42, 42)]\ndef f(): return I(7), S('a'), L([1, 2]), D(a=1)\n"
    )
    verdict, answer = run(source)
    assert verdict == "done"
    assert answer.value == (7, "a", [1, 2], {"a": 1})
    assert [type(value) for value in answer.value] == [int, str, list, dict]


def test_patched_interpreter(unchanged: Path) -> None:
    """Patching what the driver uses ends or changes nothing but the program's own answers."""
    source = "import builtins, sys, os, json\ndef f():\n    builtins.isinstance = lambda *a: True\n"
    source += '    sys.exit = os._exit = print\n    json.dumps = lambda *a, **k: \'["t","value",42]\'\n    return 7'
    verdict, answer = run(source)
    assert (verdict, answer) == ("done", Answer(42))  # its own choice: what it is compared with is not inside


def test_traced_driver(unchanged: Path) -> None:
    """A trace function that spoils what runs after the program's own code is the program's own fault."""
    verdict, answer = run("import sys\ndef f():\n    sys.settrace(lambda *a: 1 / 0)\n    return 1")
    assert verdict == "crashed" or answer.error == "ZeroDivisionError: division by zero"


def test_expected_answers_are_not_inside(unchanged: Path) -> None:
    """No frame, module or object inside holds what the caller expects, nor arguments that were not yet given."""
    source = "import gc, sys\ndef f(given):\n    seen = set()\n    for o in gc.get_objects():\n"
    source += "        try:\n            items = list(o.values()) if type(o) is dict else list(o)\n        except Exception: continue\n"
    source += "        seen |= {i for i in items if type(i) is int}\n    frame = sys._getframe()\n    while frame:\n"
    source += "        seen |= {i for i in frame.f_locals.values() if type(i) is int}\n        frame = frame.f_back\n"
    source += "    return [n for n in range(7_000_001, 7_000_009) if n in seen and n != given]"
    expected = [7_000_005, 7_000_006]
    outcome = call_all(source, "f", [(7_000_001,), (7_000_002,)], Limits(seconds=20))
    assert outcome.verdict == "done"
    assert [set(answer.value) <= {7_000_001, 7_000_002} for answer in outcome.answers] == [True, True]
    assert outcome.answers[0].value == []
    assert expected not in [answer.value for answer in outcome.answers]


def test_forged_verdict_on_stdout(unchanged: Path) -> None:
    """Nothing printed is ever read as an answer."""
    source = "import os\ndef f(x):\n    for n in (1, 2):\n        os.write(n, b'\\0\\0\\0\\x10[\"t\",\"value\",42]')\n    print('PASSED', flush=True)\n    return x + 1"
    assert call_all(source, "f", [(1,)]).answers == (Answer(2),)


def test_exit_handlers(unchanged: Path) -> None:
    """What is to happen at exit happens to nobody: the program is ended after its last answer."""
    source = "import atexit, os, time\natexit.register(time.sleep, 60)\natexit.register(os._exit, 0)\ndef f(): return 7"
    outcome = call_all(source, "f", [()])
    assert (outcome.verdict, outcome.answers) == ("done", (Answer(7),))
    assert outcome.seconds < 5
