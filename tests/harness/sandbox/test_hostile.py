"""Programs that attack: each is contained, its verdict is right, and the host is as it was (fixture `unchanged`)."""

# ruff: noqa: E501 - one program a line reads better than a wrapped one

from __future__ import annotations

import errno
import os
import platform
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox import Answer, Limits, call_all, syscalls

NUMBERS = {**syscalls.ALLOWED[platform.machine()], **syscalls.KILLED[platform.machine()]}
NUMBERS |= syscalls.CONDITIONAL[platform.machine()]
SHORT = Limits(seconds=0.7)
SEVERAL = Limits(processes=8)
LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"


def run(source: str, limits: Limits = Limits(seconds=20)) -> tuple[str, Any]:  # noqa: B008 frozen
    """The verdict on `f()`, and its answer (or the reason, where none came)."""
    outcome = call_all(source, "f", [()], limits)
    assert len(outcome.answers) <= 1
    assert len(outcome.reason) <= 300
    return outcome.verdict, outcome.answers[0] if outcome.answers else outcome.reason


def calling(name: str, *arguments: int) -> str:
    """A program that makes one system call by its number, past every Python-level watch."""
    given = "".join(f", ctypes.c_long({value})" for value in arguments)
    return f"{LIBC}def f():\n    return libc.syscall(ctypes.c_long({NUMBERS[name]}){given}), ctypes.get_errno()\n"


KILLED_CALLS = {
    "ptrace": (16, 1),
    "process_vm_readv": (1, 0, 0, 0, 0, 0),
    "unshare": (0x10000000,),
    "setns": (0, 0),
    "mount": (0, 0, 0, 0, 0),
    "umount2": (0, 0),
    "pivot_root": (0, 0),
    "chroot": (0,),
    "bpf": (0, 0, 0),
    "perf_event_open": (0, 0, 0, 0, 0),
    "io_uring_setup": (8, 0),
    "userfaultfd": (0,),
    "keyctl": (0, 0),
    "add_key": (0, 0, 0, 0, 0),
    "mknodat": (-100, 0, 0o20666, 0x103),
    "setuid": (0,),
    "setresuid": (0, 0, 0),
    "setgroups": (1, 0),
    "memfd_create": (0, 0),
    "shmget": (0, 4096, 0o1600),
    "init_module": (0, 0, 0),
    "kexec_load": (0, 0, 0, 0),
    "reboot": (0, 0, 0, 0),
    "clock_settime": (0, 0),
    "personality": (0x0040000,),
    "open_by_handle_at": (0, 0, 0),
    "clone": (17, 0, 0, 0, 0),
    "socket": (2, 1, 0),
    "socketpair": (16, 1, 0, 0),
    "kill": (2, 9),
    "tgkill": (2, 2, 9),
    "prlimit64": (2, 7, 0, 0),
}


@pytest.mark.parametrize("name", KILLED_CALLS)
def test_forbidden_system_call(name: str, unchanged: Path) -> None:
    """A call that only an attack makes kills the program, even when it goes past Python: blocked."""
    assert run(calling(name, *KILLED_CALLS[name])) == ("blocked", "a forbidden system call")


@pytest.mark.parametrize("name", ["io_setup", "clone3", "setxattr"])
def test_unknown_system_call_fails(name: str, unchanged: Path) -> None:
    """A call that is in no table, or may be asked for in good faith, fails and is not obeyed."""
    numbers = {"clone3": 435, **NUMBERS, **syscalls.UNSUPPORTED[platform.machine()]}
    if name == "io_setup":  # part of asynchronous input and output, with memory of its own
        assert run(calling("io_setup", 1, 0))[0] == "blocked"
        return
    source = f"{LIBC}def f():\n    return libc.syscall({numbers[name]}, 0, 0, 0, 0, 0), ctypes.get_errno()\n"
    verdict, answer = run(source)
    assert verdict == "done"
    assert answer.value[0] == -1
    assert answer.value[1] in (errno.ENOSYS, errno.ENOTSUP)


BLOCKED = {
    "fork bomb": "import os\ndef f():\n    while True: os.fork()",
    "thread bomb": "import threading, time\ndef f():\n    while True: threading.Thread(target=time.sleep, args=(9,)).start()",
    "subprocess": "import subprocess\ndef f(): return subprocess.run(['/bin/sh', '-c', 'id'])",
    "shell": "import os\ndef f(): return os.system('id')",
    "spawn": "import os\ndef f(): return os.posix_spawn('/usr/bin/python3', ['python3'], {})",
    "exec": "import os\ndef f(): os.execv('/usr/bin/python3', ['python3', '-c', 'print(1)'])",
    "multiprocessing": "import multiprocessing as m\ndef f(): m.get_context('fork').Process(target=print).start()",
    "passwords": "def f(): return open('/etc/passwd').read()",
    "passwords by a way round": "def f(): return open('/usr/lib/../../etc/passwd').read()",
    "passwords from the working folder": "def f(): return open('../etc/passwd').read()",
    "shadow as bytes": "def f(): return open(b'/etc/shadow', 'rb').read()",
    "processes": "import os\ndef f(): return os.listdir('/proc')",
    "own process": "def f(): return open('/proc/self/environ').read()",
    "parent's memory": "def f(): return open('/proc/1/mem', 'rb').read(8)",
    "home": "import os\ndef f(): return os.listdir('/root') + os.listdir('/home')",
    "root folder": "import os\ndef f(): return os.listdir('/')",
    "kernel settings": "def f(): open('/sys/kernel/uevent_helper', 'w').write('x')",
    "memory device": "def f(): return open('/dev/mem', 'rb').read(8)",
    "terminal": "def f(): return open('/dev/tty', 'w').write('x')",
    "typing into the terminal": "import fcntl, termios\ndef f(): fcntl.ioctl(0, termios.TIOCSTI, b'x')",
    "typing, with garbage above": f"{LIBC}def f(): return libc.ioctl(0, ctypes.c_ulong(0x100005412), b'x')",
    "symbolic link": "import os\ndef f():\n    os.symlink('/etc/passwd', 'x')\n    return open('x').read()",
    "hard link": "import os\ndef f():\n    os.link('/etc/passwd', 'x')\n    return open('x').read()",
    "tcp": "import socket\ndef f(): return socket.create_connection(('1.1.1.1', 53), 2)",
    "udp": "import socket\ndef f(): return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('1.1.1.1', 53))",
    "loopback": "import socket\ndef f(): return socket.create_connection(('127.0.0.1', 22), 2)",
    "listening": "import socket\ndef f():\n    s = socket.socket()\n    s.bind(('127.0.0.1', 0))\n    s.listen()",
    "unix socket": "import socket\ndef f(): socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')",
    "packets": "import socket\ndef f(): return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "name look-up": "import socket\ndef f(): return socket.gethostbyname('example.org')",
    "http": "import urllib.request\ndef f(): return urllib.request.urlopen('http://127.0.0.1:80', timeout=2)",
    "signal to the parent": "import os\ndef f(): os.kill(os.getppid(), 9)",
    "signal to everyone": "import os\ndef f(): os.kill(-1, 9)",
    "signal to a group": "import os\ndef f(): os.killpg(0, 9)",
    "root again": "import os\ndef f(): os.setuid(0)",
    "device": "import os\ndef f(): os.mknod('x', 0o20666, os.makedev(1, 1))",
    "leaving the root": "import os\ndef f(): os.chroot('/tmp')",
    "while loading": "import os\nos.fork()\ndef f(): return 1",
}


@pytest.mark.parametrize("name", BLOCKED)
def test_blocked(name: str, unchanged: Path) -> None:
    """Processes, files outside, the network, signals and devices are forbidden, and the verdict says so."""
    verdict, reason = run(BLOCKED[name])
    assert verdict == "blocked", reason
    assert reason


def test_signal_to_the_harness(unchanged: Path) -> None:
    """The harness's own process id means nothing inside."""
    assert run(f"import os\ndef f(): os.kill({os.getpid()}, 9)")[0] == "blocked"


NOTHING_THERE = {
    "files past Python": "return [libc.open(p, 0) for p in (b'/etc/passwd', b'/proc/self/maps', b'/sys', b'/dev/tty', b'/root')]",
    "this checkout": f"return [libc.access(p, 0) for p in ({os.fsencode(Path.cwd())!r}, {os.fsencode(Path(__file__))!r})]",
    "home and host": f"return [os.path.exists(p) for p in ({str(Path.home())!r}, '/etc', '/var', '/run', '/proc')]",
    "a link that leads out": "libc.symlink(b'/etc/passwd', b'x')\n    return [libc.open(b'x', 0)]",
    "links of the kernel": "return [libc.open(b'/dev/' + n, 0) for n in (b'fd', b'stdin', b'shm', b'ptmx', b'kmsg', b'zero')]",
    "site packages": "return [len(os.listdir(f'/usr/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages'))]",
}


@pytest.mark.parametrize("name", NOTHING_THERE)
def test_the_host_is_not_there(name: str, unchanged: Path) -> None:
    """What is no part of the runtime does not exist inside, whatever way one looks."""
    verdict, answer = run(f"{LIBC}import sys\ndef f():\n    {NOTHING_THERE[name]}")
    assert verdict == "done", answer
    if "FileNotFoundError" not in answer.error:
        assert {value in (-1, 0, False) and value is not True for value in answer.value} == {True}
        assert name in ("home and host", "site packages") or set(answer.value) == {-1}


def test_secret_file(unchanged: Path) -> None:
    """A file of the host can be neither read nor written nor removed by its path."""
    path = os.fsencode(unchanged / "secret.txt")
    body = f"return [libc.open({path!r}, 2), libc.unlink({path!r}), libc.rename({path!r}, b'x'), libc.link({path!r}, b'x')]"
    assert run(f"{LIBC}def f():\n    {body}") == ("done", Answer([-1, -1, -1, -1]))


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSTOP", "SIGTERM"])
def test_signal_to_itself(signal: str, unchanged: Path) -> None:
    """The first process of a namespace is deaf to its own signals: a program neither ends nor stops itself by one."""
    assert run(f"import os, signal\ndef f(): os.kill(os.getpid(), signal.{signal})") == ("done", Answer(None))


def test_environment(unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the harness's environment is inside, not even for the C library."""
    monkeypatch.setenv("DEFI_SECRET", "hidden")
    body = "return dict(os.environ), ctypes.POINTER(ctypes.c_char_p).in_dll(libc, 'environ')[0], libc.getenv(b'PWD')"
    assert run(f"{LIBC}def f():\n    {body}") == ("done", Answer(({}, None, 0)))


def test_identity(unchanged: Path) -> None:
    """Inside, the program is nobody, in a session of its own, on a host without a name."""
    source = "import os\ndef f():\n    return os.getresuid(), os.getresgid(), os.getgroups(), os.uname().nodename, os.getpid()"
    verdict, answer = run(source)
    assert verdict == "done"
    assert answer.value == ((65534,) * 3, (65534,) * 3, answer.value[2], "sandbox", 1)
    assert set(answer.value[2]) <= {65534}  # an ordinary user's other groups, as the namespace shows them


def test_descriptors(unchanged: Path) -> None:
    """The program inherits its three streams and the channel's two pipes, and nothing else."""
    source = "import os, stat\ndef f():\n    found = {}\n    for n in range(1024):\n        try:\n"
    source += "            found[n] = stat.S_ISFIFO(os.fstat(n).st_mode)\n        except OSError:\n            pass\n    return found"
    verdict, answer = run(source)
    assert verdict == "done"
    assert list(answer.value.values()) == [True] * 5


def test_read_only(unchanged: Path) -> None:
    """Nothing outside the working folder can be written."""
    body = "return [libc.open(p, 0o101, 0o600) for p in (b'/x', b'/usr/x', b'/usr/lib/x', b'/dev/x', b'/driver/x', b'/usr/bin/python3')]"
    assert run(f"{LIBC}def f():\n    {body}") == ("done", Answer([-1] * 6))
    verdict, answer = run("def f(): open('/usr/lib/x', 'w')")
    assert (verdict, answer.error[:7]) == ("done", "OSError")


def test_limits_stay(unchanged: Path) -> None:
    """A program cannot raise its own limits."""
    source = "import resource as r\ndef f():\n    r.setrlimit(r.RLIMIT_AS, (r.RLIM_INFINITY, r.RLIM_INFINITY))"
    verdict, answer = run(source)
    assert verdict == "done"
    assert answer.error.startswith("ValueError")


MEMORY = {
    "one block": "def f(): return len([0] * 10**9)",
    "kept": "kept = []\ndef f():\n    while True: kept.append(bytearray(10**6))",
    "many small": "kept = []\ndef f():\n    while True: kept.append(object())",
    "while loading": "kept = 'x' * 10**10\ndef f(): return 1",
}


@pytest.mark.parametrize("name", MEMORY)
def test_memory(name: str, unchanged: Path) -> None:
    """A program that takes more memory than it may is told so and ended."""
    assert run(MEMORY[name]) == ("memory", "MemoryError")


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        "return 10 ** 10 ** 9",
        "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
        "import signal\n    for n in range(1, 32):\n        n in (9, 19, 32) or signal.signal(n, signal.SIG_IGN)\n    while True: pass",
        "kept = []\n    while True:\n        try: kept.append(bytearray(10**7))\n        except MemoryError: pass",
        "import select; select.select([], [], [])",
    ],
)
def test_slow(body: str, unchanged: Path) -> None:
    """A program that does not answer in time is ended, whatever it does with signals or errors."""
    assert run(f"def f():\n    {body}", SHORT) == ("slow", "its time ran out")


def test_slow_while_loading(unchanged: Path) -> None:
    """The clock runs while the program is loaded, too."""
    assert run("while True: pass", SHORT) == ("slow", "its time ran out")


FLOODED = {
    "stdout": "def f():\n    while True: print('x' * 1000)",
    "stderr": "import sys\ndef f():\n    while True: sys.stderr.write('x' * 1000)",
    "both, past Python": "import os\ndef f():\n    while True: os.write(1, b'x' * 9999); os.write(2, b'x' * 9999)",
    "while loading": "while True: print('x' * 1000)",
    "channel": "import os\ndef f():\n    for n in range(3, 1024):\n        try:\n            while True: os.write(n, b'\\0\\0\\xff\\xff' + b'[' * 65535)\n        except OSError: pass",
    "announced": "import os\ndef f():\n    for n in range(3, 1024):\n        try: os.write(n, b'\\xff' * 4)\n        except OSError: pass",
    "long text": "def f(): return 'x' * 5_000_000",
    "long list": "def f(): return [None] * 2_000_000",
    "a list shared over and over": "def f():\n    a = []\n    for _ in range(50): a = [a, a]\n    return a",
    "files": "def f():\n    n = 0\n    while True:\n        open(str(n), 'w').close()\n        n += 1",
    "folders": "import os\ndef f():\n    n = 0\n    while True:\n        os.mkdir(str(n))\n        n += 1",
}


@pytest.mark.parametrize("name", FLOODED)
def test_flooded(name: str, unchanged: Path) -> None:
    """Too much on any stream, too large an answer, too many files: ended while it is read, never kept."""
    verdict, reason = run(FLOODED[name])
    if name == "channel":
        assert verdict in ("flooded", "crashed"), reason  # a frame of brackets is no message, either
    else:
        assert verdict == "flooded", reason


def test_disk_full(unchanged: Path) -> None:
    """The working folder is as large as allowed, and a full one is an ordinary error of the program's."""
    source = "def f():\n    n = 0\n    while True:\n        with open(str(n), 'wb') as file: file.write(bytes(10**6))\n        n += 1"
    verdict, answer = run(source)
    assert verdict == "done"
    assert "No space left" in answer.error


CRASHED = {
    "exit 0": ("import os\ndef f(): os._exit(0)", "exit status 0"),
    "exit while loading": ("import sys\nsys.exit(0)\ndef f(): return 1", "SystemExit: 0"),
    "hard exit while loading": ("import os\nos._exit(0)", "exit status 0"),
    "exit as if killed": ("import os\ndef f(): os._exit(137)", "ended"),
    "null pointer": ("import ctypes\ndef f(): ctypes.string_at(0)", "signal 11"),
    "abort": ("import os\ndef f(): os.abort()", "signal"),
    "closing everything": ("import os\ndef f(): os.closerange(0, 1024)", ""),
    "closing the channel and waiting": (
        "import os, time\ndef f():\n    os.closerange(3, 1024)\n    time.sleep(60)",
        "closed",
    ),
    "another program in its place": (
        f"{LIBC}def f():\n    libc.execv(b'/usr/bin/python3', (ctypes.c_char_p * 4)(b'p', b'-c', b'print(1)', None))",
        "exit status",
    ),
    "syntax": ("def f(:", "SyntaxError"),
    "no text": ("def f(): return '\udcff'", "half a surrogate"),
    "null bytes": ("def f():\0 return 1", "null bytes"),
    "brackets": ("x = " + "(" * 5000 + ")" * 5000, ""),
    "no such function": ("def g(): return 1", "no function 'f'"),
    "not a function": ("f = 3", "no function 'f'"),
    "an error while loading": ("raise KeyError('x')", "KeyError"),
}


@pytest.mark.parametrize("name", CRASHED)
def test_crashed(name: str, unchanged: Path) -> None:
    """A program that ends, or cannot be asked, before it has answered has crashed, whatever its exit status says."""
    source, words = CRASHED[name]
    verdict, reason = run(source)
    assert verdict == "crashed", reason
    assert words in reason


def test_deep_recursion(unchanged: Path) -> None:
    """Recursion is an ordinary error, and the end of the program once it has lifted Python's own limit."""
    verdict, answer = run("def f(): return f()")
    assert (verdict, answer.error[:14]) == ("done", "RecursionError")
    source = "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\ndef f(): return A().x"
    assert run(source)[0] in ("crashed", "memory", "done")


LEFT_BEHIND = {
    "sleeper": "import os, time\ndef f():\n    if os.fork() == 0: time.sleep(600)\n    return 7",
    "daemon": "import os, time\ndef f():\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            os.closerange(0, 1024)\n            time.sleep(600)\n        os._exit(0)\n    os.wait()\n    return 7",
    "thread": "import threading, time\ndef f():\n    threading.Thread(target=time.sleep, args=(600,)).start()\n    return 7",
    "deaf": "import os, signal, time\ndef f():\n    if os.fork() == 0:\n        for n in range(1, 32):\n            n in (9, 19) or signal.signal(n, signal.SIG_IGN)\n        time.sleep(600)\n    return 7",
}


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_left_behind(name: str, unchanged: Path) -> None:
    """Where several processes are allowed, those left behind end with the sandbox."""
    verdict, answer = run(LEFT_BEHIND[name], SEVERAL)
    assert (verdict, answer) == ("done", Answer(7))


def test_fork_bomb_within_limits(unchanged: Path) -> None:
    """Where several processes are allowed, there are never more than that."""
    source = "import os, time\ndef f():\n    n = 0\n    try:\n        while n < 100:\n            if os.fork() == 0: time.sleep(600)\n            n += 1\n"
    source += "    except BlockingIOError: pass\n    return n"
    verdict, answer = run(source, SEVERAL)
    assert verdict == "done"
    assert 1 <= answer.value <= SEVERAL.processes - 1


def test_new_namespace_with_several_processes(unchanged: Path) -> None:
    """Permission to start processes is no permission to start one in another namespace."""
    assert run(calling("clone", 0x10000000 | 17, 0, 0, 0, 0), SEVERAL)[0] == "blocked"


def test_the_harness_goes_on(unchanged: Path) -> None:
    """After an attack the next program is served as ever."""
    assert run(BLOCKED["fork bomb"])[0] == "blocked"
    assert run("def f(): return 1") == ("done", Answer(1))
