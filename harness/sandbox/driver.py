"""The little program inside the sandbox: it limits itself, loads the program, calls it, and sends back plain data.

Nothing here is a wall: once the program is loaded it may patch every line of this. The walls are the namespaces, the
filter and the limits; what this file adds is order, good messages, and an early word on what was tried (`blocked`). It
never holds an expected answer. It imports the standard library and `channel` only: that is all the sandbox shows.
"""

from __future__ import annotations

import os
import resource
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

from harness.sandbox.channel import ChannelError, TooLargeError, decode, encode, frame, length_of

NOBODY = 65534
_WARM = (
    "bisect",
    "collections",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "random",
    "re",
    "string",
    "typing",
)
_INSIDE = ("/tmp", "/usr/lib/", "/driver/", "/usr/bin/python3")  # noqa: S108 the sandbox's own /tmp
_DEVICES = ("null", "zero", "random", "urandom", "stdin", "stdout", "stderr")
_OPENED = frozenset(
    ("open", "os.listdir", "os.scandir", "os.chdir", "os.symlink", "os.link", "os.mkdir", "os.truncate")
)
_PROCESS = ("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen", "pty.spawn")
_STARTED = frozenset((*_PROCESS, "_thread.start_new_thread", "_thread.start_joinable_thread"))
_CONNECTED = frozenset(("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"))
_OUT_OF_MEMORY = frame(encode(("fault", "memory", "MemoryError")))  # made while there is memory


class Channel:
    """The two pipes to the caller."""

    def __init__(self, calls: int, answers: int) -> None:
        """Keep the two from any program that this one turns into, and close what bwrap has left open."""
        self.calls, self.answers = calls, answers
        low, high = sorted((calls, answers))
        for begin, end in ((3, low), (low + 1, high), (high + 1, 1024)):
            os.closerange(begin, end)
        for descriptor in (calls, answers):
            os.set_inheritable(descriptor, False)

    def receive(self) -> Any:
        """What is asked next; the program ends here when nothing more is."""
        return decode(self._read(length_of(self._read(4))))

    def send(self, *message: Any, budget: int = 65536) -> None:
        """Send one message; ChannelError where it is no plain data or too large."""
        self.write(frame(encode(message, budget)))

    def write(self, data: bytes) -> None:
        """Write all of it, however often the pipe is full."""
        while data:
            data = data[os.write(self.answers, data) :]

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = os.read(self.calls, size - len(data))
            if not part:
                os._exit(0)
            data += part
        return data


def main(calls: str, answers: str) -> None:
    """Make ready, say so, and do what is asked."""
    sys.path.remove("/driver")
    os.environ.clear()
    _step_down()
    channel = Channel(int(calls), int(answers))
    for name in _WARM:
        __import__(name)
    channel.send("ready", os.getpid())
    kind, source, limits, processes, budget = channel.receive()
    for name, value in limits:
        _limit(name, value)
    sys.addaudithook(_watch(channel, processes))
    if kind == "run":
        _run(channel, source)
    else:
        _serve(channel, source, budget)


def _step_down() -> None:
    """From the namespace's root, where bwrap was started by root, to nobody; all capabilities go with it."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        import ctypes  # slow to import, and needed here only

        if ctypes.CDLL(None).prctl(1, 9, 0, 0, 0) != 0:  # PR_SET_PDEATHSIG, SIGKILL: die with bwrap, again
            os._exit(1)


def _limit(name: str, value: int) -> None:
    """Set one limit, soft and hard; a hard limit that is lower already stays."""
    number = getattr(resource, name)
    _, hard = resource.getrlimit(number)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (value, value))


def _watch(channel: Channel, processes: int) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that names a forbidden act and ends the program before the kernel refuses it."""

    def stop(what: str) -> NoReturn:
        try:
            channel.send("fault", "blocked", what)
        finally:
            os._exit(1)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _OPENED:
            for path in args[:2] if event in ("os.symlink", "os.link") else args[:1]:
                if isinstance(path, str | bytes) and not _is_inside(path):
                    stop(f"{event} {path!r}"[:200])
        elif event == "os.exec" or event in _CONNECTED or (event in _STARTED and processes == 1):
            stop(event)

    return hook


def _is_inside(path: str | bytes) -> bool:
    """Whether a path lies where the sandbox has files; a relative one without `..` always does."""
    text = os.fsdecode(path)
    if not text.startswith("/") and ".." not in text:
        return True
    text = os.path.normpath(os.path.join(os.getcwd(), text))  # noqa: PTH109, PTH118 plain strings: this is called often
    return text.startswith(_INSIDE) or (text.startswith("/dev/") and text[5:] in _DEVICES) or text == "/usr/lib"


def _serve(channel: Channel, source: str, budget: int) -> None:
    """Load the program as a module and answer calls until no more come."""
    module = types.ModuleType("program")
    sys.modules["program"] = module
    try:
        exec(compile(source, "<program>", "exec"), module.__dict__)  # noqa: S102 this is what the sandbox is for
    except MemoryError:
        _out_of_memory(channel)
    except BaseException as error:
        channel.send("fault", "crashed", _words(error))
        return
    channel.send("loaded")
    while True:
        _, name, arguments = channel.receive()
        function = module.__dict__.get(name)
        if not callable(function):
            channel.send("fault", "crashed", f"the program has no function {name!r}")
            return
        _answer(channel, function, arguments, budget)


def _answer(channel: Channel, function: Callable[..., Any], arguments: tuple[Any, ...], budget: int) -> None:
    """One call and its answer; whatever it raises is an answer, too, but for memory that ran out."""
    try:
        channel.send("value", function(*arguments), budget=budget)
    except TooLargeError as error:
        channel.send("fault", "flooded", str(error))
    except ChannelError as error:
        channel.send("error", f"TypeError: {error}")
    except MemoryError:
        _out_of_memory(channel)
    except BaseException as error:
        channel.send("error", _words(error))


def _run(channel: Channel, source: str) -> None:
    """Run a whole script as `__main__`, as the interpreter would; it ends with the script's own status."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    sys.argv = ["program"]
    try:
        exec(compile(source, "<program>", "exec"), module.__dict__)  # noqa: S102 this is what the sandbox is for
    except SystemExit:
        raise
    except MemoryError:
        _out_of_memory(channel)
    except BaseException as error:
        import traceback  # slow to import, and needed here only

        traceback.print_exception(type(error), error, error.__traceback__ and error.__traceback__.tb_next)
        sys.exit(1)


def _out_of_memory(channel: Channel) -> NoReturn:
    channel.write(_OUT_OF_MEMORY)
    os._exit(1)


def _words(error: BaseException) -> str:
    """`Kind: text` of an exception whose own methods may do anything."""
    kind = type.__dict__["__name__"].__get__(type(error))
    try:
        text = str(error)[:200]
        return f"{kind}: {text}".encode(errors="replace").decode()
    except BaseException:
        return f"{kind}: (no text)"
