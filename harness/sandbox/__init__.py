"""Runs programs that models wrote: no network, no view of the host, limits on everything, and plain data back.

`call_all` loads a program and calls one of its functions; `Program` holds a conversation; `run_program` runs a script.
All of them raise SandboxUnavailableError where `unavailable()` says why: a program is never run in this process.
`limits.py` states the verdicts, docs/sandbox.md what is contained and how.
"""

from harness.sandbox.channel import ChannelError
from harness.sandbox.limits import VERDICTS, Answer, Limits, Outcome, Ran, Verdict
from harness.sandbox.program import Program, call_all, run_program, unavailable
from harness.sandbox.streams import EndedError

__all__ = [
    "VERDICTS",
    "Answer",
    "ChannelError",
    "EndedError",
    "Limits",
    "Outcome",
    "Program",
    "Ran",
    "Verdict",
    "call_all",
    "run_program",
    "unavailable",
]
