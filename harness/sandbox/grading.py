"""Grades a program by a published test, such as `assert f(1) == 2`, in two sandboxes with plain data between them.

The test runs in a sandbox of its own, the tester, where the functions it calls are stand-ins: each call comes out to
us as plain data, we hand it to the program's sandbox, and its plain answer goes back. So the program never shares a
process with an expected value, nothing it patches reaches the comparison, and no published code runs in ours.

A stand-in cannot wait, as nobody can call out of a sandbox: the tester runs the test from its start again for each
further answer, over the answers it has, with the random generator in the same state. Rules that follow from it:

- an answer must be plain data: an iterator or a Decimal is wrong, though a runner in one process might take it;
- the functions see copies: a test cannot look at what a call did to its arguments;
- an exception out of a call is wrong: no test may expect one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from harness.errors import SandboxUnavailableError, TaskError
from harness.sandbox.channel import ChannelError
from harness.sandbox.limits import Answer, Limits, Outcome, Verdict, shorten
from harness.sandbox.program import Program
from harness.sandbox.streams import EndedError

LIMITS = Limits(seconds=20)  # published runners give 3; a busy machine is not the program's fault
_LONGEST_SHOWN = 120  # characters of arguments or of an answer in a reason
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n?", re.MULTILINE)
_TESTER = """
import copy
import random

class Asked(BaseException):
    pass

def begin(before, test, functions):
    global BEFORE, TEST, FUNCTIONS, ANSWERS
    BEFORE, TEST = compile(before, "<before>", "exec"), compile(test, "<test>", "exec")
    FUNCTIONS, ANSWERS = functions, []
    return run()

def go_on(answer):
    ANSWERS.append(answer)
    return run()

def run():
    random.seed(0)
    left, asked = list(reversed(ANSWERS)), []
    def stand_in(name):
        def function(*arguments):
            if left and not asked:
                return copy.deepcopy(left.pop())
            asked.append(("ask", name, arguments))
            raise Asked
        return function
    names = {"__name__": "test"}
    ended = ("passed",)
    try:
        exec(BEFORE, names)
        names.update((name, stand_in(name)) for name in FUNCTIONS)
        exec(TEST, names)
    except BaseException as error:
        ended = ("failed", f"{type(error).__name__}: {error}"[:200])
    return asked[0] if asked else ended
"""


@dataclass(frozen=True, slots=True)
class PublishedTest:
    """A test from a benchmark's row: trusted, but run in a sandbox all the same."""

    code: str  # statements that raise nothing where the program is right
    functions: tuple[str, ...]  # the names in `code` that are the program's functions
    before: str = ""  # run ahead of it: imports, and helpers that are not the program's to write


@dataclass(frozen=True, slots=True)
class Grade:
    """What a test found."""

    verdict: Literal["right", "wrong"] | Verdict  # "wrong" where the program ran and its answer is not right
    reason: str = ""  # begins with the verdict; empty where it is right; parts may be the program's own words

    @property
    def value(self) -> float:
        """1 where it is right, else 0."""
        return float(self.verdict == "right")


def grade(source: str, test: PublishedTest, limits: Limits = LIMITS) -> Grade:
    """Grade a program by a test, with the same limits for both.

    Raises SandboxUnavailableError where there is no isolation or the test does not get going in its time, and TaskError
    where the test itself is at fault: it asks with something that is no plain data, or never asks.
    """
    with Program(source, limits) as program:
        if program.outcome.verdict != "done":
            return failed(program.outcome.verdict, program.outcome.reason)
        with Program(_TESTER, limits) as tester:
            try:
                step = tester.call("begin", test.before, test.code, test.functions)
            except EndedError as ended:
                raise SandboxUnavailableError(f"the test ended before the program began: {ended}") from None
            return _converse(program, tester, step)


def fault(outcome: Outcome) -> Grade | None:
    """Why a program of one call gave no value, if it gave none."""
    if outcome.verdict != "done":
        return failed(outcome.verdict, outcome.reason)
    return failed("wrong", outcome.answers[0].error) if outcome.answers[0].error else None


def failed(verdict: Literal["wrong"] | Verdict, reason: str) -> Grade:
    """A grade that is not right, its verdict said in front of the reason."""
    return Grade(verdict, shorten(f"{verdict}: {reason}"))


def shown(value: Any) -> str:
    """A value as a person may read it, not too long."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def fenced(text: str) -> list[str]:
    """What is inside code fences, in order; one that is never closed ends with the text."""
    marks = list(_FENCE.finditer(text))
    ends = [mark.start() for mark in marks[1::2]] + [len(text)]
    return [text[opening.end() : end] for opening, end in zip(marks[::2], ends, strict=False)]


def before_fence(text: str) -> str:
    """What comes before the first code fence."""
    mark = _FENCE.search(text)
    return text[: mark.start()] if mark else text


def defines(code: str, name: str) -> bool:
    """Whether a line at the margin defines a function of this name."""
    return re.search(rf"^def[ \t]+{re.escape(name)}\b", code, re.MULTILINE) is not None


def _converse(program: Program, tester: Program, step: Answer) -> Grade:
    """Carry questions and answers until the test ends."""
    last = ""
    while not step.error and step.value[0] == "ask":
        _, name, arguments = step.value
        call = f"{name}({', '.join(map(shown, arguments))})"
        try:
            answer = program.call(name, *arguments)
        except EndedError as ended:
            return failed(ended.verdict, f"{ended.reason} in {call}")
        if answer.error:
            return failed("wrong", f"{call} raised {answer.error}")
        last = f"{call} gave {shown(answer.value)}"
        try:
            step = tester.call("go_on", answer.value)
        except EndedError as ended:  # what it answered is too much for the test
            return failed(ended.verdict, f"the comparison ended: {ended.reason}; {last}")
        except ChannelError as error:  # nested as deep as an answer may be, and not an inch deeper
            return failed("wrong", f"{call}: {error}")
    return _ended(step, last)


def _ended(step: Answer, last: str) -> Grade:
    """What the test says in the end; `last` tells the call before that."""
    if not last:
        what = f"the test asked nothing that could be answered: {step.error or step.value}"
        raise TaskError(what, remedy="name the functions it calls; their arguments must be plain data")
    if step.value == ("passed",):
        return Grade("right")
    words = step.error or step.value[1]
    return failed("wrong", last if words.startswith("AssertionError") else f"{last} ({words})")
