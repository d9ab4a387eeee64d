"""An engine that does harm: in the tests' cages it stands where `harness/engine/replay.py` stands, and runs inside.

It is what weights could do at the very worst, if they took over the process that computes them.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from harness.types import Completion, Request

DIGEST = "0" * 64
CLONE_NEWUSER, CLONE_NEWNS = 0x10000000, 0x00020000


def peek(request: Request) -> str:
    """All that can be seen from here."""
    seen = {
        "root": [path.name for path in Path("/").iterdir()],
        "environment": dict(os.environ),
        "processes": [path.name for path in Path("/proc").iterdir() if path.name.isdecimal()],
        "modules": sorted(name for name in sys.modules if name.split(".")[0] in ("harness", "tasks", "leaderboard")),
        "there": [path for path in request.messages[0].content.split() if Path(path).exists()],
        "request": [request.item, request.messages[0].role],
        "interfaces": [line.split(":")[0].strip() for line in lines("/proc/net/dev") if ":" in line],
        "capabilities": [line.split()[1] for line in lines("/proc/self/status") if line.startswith("CapEff")],
        "importable": [
            name for name in ("tasks", "leaderboard", "harness.task", "harness.scoring") if importable(name)
        ],
    }
    return json.dumps(seen)


def lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def importable(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def trespass(request: Request) -> str:
    """Everything that must be refused, with the error's name."""
    checkpoint = request.messages[0].content
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: Any) -> str:
        libc_result = getattr(libc, name)(*arguments)
        return "allowed" if libc_result >= 0 else os.strerror(ctypes.get_errno())

    def attempt(act: Callable[[], Any]) -> str:
        try:
            act()
        except OSError as error:
            return type(error).__name__
        return "allowed"

    return json.dumps(
        {
            "write": attempt(lambda: Path(checkpoint, "config.json").write_text("{}")),
            "add": attempt(lambda: Path(checkpoint, "more.json").write_text("{}")),
            "code": attempt(lambda: Path(sys.modules["harness"].__file__).write_text("")),
            "usr": attempt(lambda: Path("/usr/bin/mine").write_text("")),
            "connect": attempt(lambda: socket.create_connection(("1.1.1.1", 53), 2)),
            "unshare": call("unshare", CLONE_NEWUSER),
            "mount": call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
            "ptrace": call("ptrace", 16, 1, 0, 0),
            "setns": call("setns", 0, CLONE_NEWNS),
        }
    )


class Hostile:
    """Answers `act` as it says."""

    def __init__(self, context: Any, act: str = "echo") -> None:
        """Keep what to do."""
        self.act, self.context = act, context
        self.notes = {"act": act}
        self.out = int(sys.argv[2])

    @property
    def identity(self) -> dict[str, str]:
        return {"name": "hostile"}

    tolerance = 0.0
    forward_seconds = 0.5
    drained_seconds = 0.25

    def __enter__(self) -> Self:
        if self.act == "die-loading":
            ctypes.string_at(0)
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing."""

    def run(self, requests: list[Request]) -> Iterator[Completion]:
        for request in requests:
            yield from getattr(self, self.act.replace("-", "_"))(request)

    def said(self, request: Request, text: str = "", **more: Any) -> Iterator[Completion]:
        tokens = min(2 + len(text) // 64, 257)
        yield Completion(request.item, text, "stop", 3, tokens, DIGEST, **more)

    def raw(self, data: bytes) -> None:
        os.write(self.out, struct.pack(">I", len(data)) + data)

    def forged(self, **more: Any) -> None:
        answer = {"item": 0, "text": "x", "finish": "stop", "prompt_tokens": 1, "completion_tokens": 1}
        answer |= {"prompt_sha256": DIGEST, "option_logprobs": [], "option_greedy": [], "seconds": 0.0, "error": ""}
        self.raw(json.dumps({"kind": "completion", "completion": answer | more}).encode())

    def echo(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request, request.messages[-1].content)

    def peek(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request, peek(request))

    def trespass(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request, trespass(request))

    def unasked(self, request: Request) -> Iterator[Completion]:
        self.forged(item=99)
        yield from self.said(request)

    def twice(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request)
        yield from self.said(request)

    def named(self, request: Request) -> Iterator[Completion]:
        self.forged(item="problem_solving/word_problems/1/en/0")
        yield from self.said(request)

    def spendthrift(self, request: Request) -> Iterator[Completion]:
        self.forged(completion_tokens=10**9)
        yield from self.said(request)

    def wordy(self, request: Request) -> Iterator[Completion]:
        self.forged(text="a" * 100_000)
        yield from self.said(request)

    def astronomic(self, request: Request) -> Iterator[Completion]:
        self.forged(seconds=10**400)
        yield from self.said(request)

    def whispering(self, request: Request) -> Iterator[Completion]:
        self.notes = {"memory_halvings": 3, "the question": request.messages[0].content}
        yield from self.said(request)
        raise ValueError(f"the question was {request.messages[0].content}")

    def boastful(self, request: Request) -> Iterator[Completion]:
        self.forward_seconds = self.drained_seconds = 10**400
        yield from self.said(request, seconds=-90.0)

    def numberless(self, request: Request) -> Iterator[Completion]:
        self.raw(b'{"kind":"completion","completion":{"item":0,"seconds":NaN}}')
        yield from self.said(request)

    def deep(self, request: Request) -> Iterator[Completion]:
        self.raw(b"[" * 200_000)
        yield from self.said(request)

    def endless(self, request: Request) -> Iterator[Completion]:
        os.write(self.out, struct.pack(">I", 0xFFFFFFFF))
        yield from self.said(request)

    def junk(self, request: Request) -> Iterator[Completion]:
        self.raw(os.urandom(1000))
        yield from self.said(request)

    def flattering(self, request: Request) -> Iterator[Completion]:
        self.raw(json.dumps({"kind": "score", "value": 1.0}).encode())
        yield from self.said(request)

    def closing(self, request: Request) -> Iterator[Completion]:
        os.close(self.out)
        time.sleep(60)
        yield from self.said(request)

    def long(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request, "a" * (2 << 20))

    def surrogate(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request, "\ud800 \x1b[31m \0 \u202e")

    def infinite(self, request: Request) -> Iterator[Completion]:
        yield from self.said(request, option_logprobs=(float("-inf"), 0.0), option_greedy=(False, False))

    def crash(self, request: Request) -> Iterator[Completion]:
        ctypes.string_at(0)
        yield

    def leave(self, request: Request) -> Iterator[Completion]:
        os._exit(0)
        yield

    def hang(self, request: Request) -> Iterator[Completion]:
        time.sleep(3600)
        yield

    def hoard(self, request: Request) -> Iterator[Completion]:
        held = []
        while True:
            held.append(bytearray(os.urandom(1 << 20)) * 16)
        yield

    def breed(self, request: Request) -> Iterator[Completion]:
        for _ in range(60):
            if os.fork() == 0:
                time.sleep(3600)
        time.sleep(3600)
        yield

    def flood(self, request: Request) -> Iterator[Completion]:
        for _ in range(200):
            os.write(1, b"noise " * 10_000)
        os.write(1, b"\nthe last \x1b[31mline\n")
        os._exit(3)
        yield
