"""What a program may use, and what is said of it afterwards.

The verdict rules, in the order in which they are asked; all facts are seen from outside the sandbox, except where the
program speaks against itself (`memory`, and the name of what was blocked):

| verdict | rule |
|---|---|
| blocked | a forbidden system call killed it (SIGSYS), or it was stopped at a forbidden act, such as a path outside |
| flooded | it sent more than `output_bytes` on a stream or the channel, or made more than `MAX_FILES` files |
| slow | its CPU time ran out; or the wall clock, `PATIENCE` times as long, for one that waits |
| memory | its memory ran out and it did not go on: an uncaught MemoryError |
| crashed | it ended, or spoiled its channel, before its time: wrong syntax, no such function, exit, a signal |
| done | it was loaded and every call was answered; an answer may be an ordinary exception |

A whole script (`run_program`) is `done` when it ends with status 0 and `crashed` with any other. A program owns its
process: it can choose among its own verdicts (as it could by really being slow or by really crashing), and it can
answer whatever it likes. It cannot make a wrong answer right: no expected answer is ever inside, the caller compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from harness.errors import UsageError

Verdict = Literal["done", "slow", "memory", "flooded", "blocked", "crashed"]
VERDICTS: tuple[Verdict, ...] = ("done", "slow", "memory", "flooded", "blocked", "crashed")

MIB = 1024 * 1024
MAX_FILES = 4096  # inodes in the working folder: their memory is the kernel's and is not in `disk_bytes`
MAX_DESCRIPTORS = 64
PATIENCE = 4  # wall time to CPU time: what others on the machine may cost a program, and the most that it may wait
REASON_LENGTH = 300
_LEAST = {"memory_bytes": 64 * MIB, "processes": 1, "output_bytes": 1024, "disk_bytes": 4096}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use; the defaults suit a short function."""

    seconds: float = 5.0  # CPU time from loading to the last answer: a busy machine makes no program slow
    memory_bytes: int = 256 * MIB  # address space of each process, the interpreter's 30 MiB included
    processes: int = 1  # processes and threads at one time; at 1, starting another is `blocked`
    output_bytes: int = MIB  # all it sends on the channel, and all it writes to stdout and stderr together
    disk_bytes: int = 16 * MIB  # the working folder /tmp, in memory

    @property
    def wall(self) -> float:
        """Seconds on the wall clock after which a program is ended whatever it does."""
        return PATIENCE * self.seconds

    def __post_init__(self) -> None:
        """Refuse limits under which not even an empty program runs."""
        if not 0 < self.seconds < 86_400:
            raise UsageError(f"seconds is {self.seconds!r}", where="sandbox limits", remedy="between 0 and 86400")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise UsageError(
                    f"{name} is {getattr(self, name)}",
                    where="sandbox limits",
                    remedy=f"{least} is the least that works",
                )


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gave."""

    value: Any  # plain data, new objects of ours; None where the call raised
    error: str = ""  # "ValueError: …" where the call raised, or its value was no plain data


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program came to."""

    verdict: Verdict
    answers: tuple[Answer, ...]  # one a call, in order, as far as it came
    reason: str  # in words, for people, at most 300 characters; parts of it may be the program's own words
    seconds: float  # wall time from loading on


@dataclass(frozen=True, slots=True)
class Ran:
    """What a whole script came to."""

    verdict: Verdict
    stdout: str  # as far as it came; bytes that are no UTF-8 are replaced
    stderr: str
    status: int | None  # exit status; minus the signal's number; None where we ended it
    seconds: float
    reason: str


def shorten(text: str) -> str:
    """One printable line of at most `REASON_LENGTH` characters, whatever a program put into it."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"
