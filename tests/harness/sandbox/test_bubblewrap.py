"""bwrap's command line, read as a list: what the namespaces are, and what of the host is shown."""

from __future__ import annotations

from harness.sandbox.bubblewrap import Descriptors, command
from harness.sandbox.runtime import Runtime

RUNTIME = Runtime(
    interpreter="/opt/python/bin/python3.11",
    library="/opt/python/lib/python3.11",
    version="python3.11",
    shared=(("ld-linux-x86-64.so.2", "/lib64/ld.so"), ("libc.so.6", "/lib/libc.so.6")),
    extensions="/opt/python/lib64/python3.11/lib-dynload",
    masks=("site-packages",),
)
PLAIN = command("/usr/bin/bwrap", RUNTIME, Descriptors(5, 6, 7, 8), disk_bytes=4096)
MAPPED = command("/usr/bin/bwrap", RUNTIME, Descriptors(5, 6, 7, 8, gate=9), disk_bytes=4096)


def options(words: list[str], name: str, count: int) -> list[tuple[str, ...]]:
    """The arguments of every option of that name."""
    return [tuple(words[place + 1 : place + 1 + count]) for place, word in enumerate(words) if word == name]


def test_namespaces() -> None:
    """Every namespace is its own, and nothing of the terminal, the environment or the host's name comes along."""
    for name in ("user", "pid", "net", "ipc", "uts"):
        assert f"--unshare-{name}" in PLAIN
    for option in ("--unshare-cgroup-try", "--new-session", "--die-with-parent", "--clearenv", "--as-pid-1"):
        assert option in PLAIN
    assert options(PLAIN, "--hostname", 1) == [("sandbox",)]
    assert options(PLAIN, "--setenv", 2) == [("PYTHONHASHSEED", "0")]
    assert not {"--share-net", "--proc", "--dev", "--bind", "--unshare-user-try"} & set(PLAIN)


def test_files() -> None:
    """Only the runtime and the driver are shown, read-only; the null device; and one folder in memory to write in."""
    shown = {place: file for file, place in options(PLAIN, "--ro-bind", 2)}
    assert shown.pop("/usr/bin/python3") == "/opt/python/bin/python3.11"
    assert shown.pop("/usr/lib/python3.11") == "/opt/python/lib/python3.11"
    assert shown.pop("/usr/lib/python3.11/lib-dynload") == "/opt/python/lib64/python3.11/lib-dynload"
    assert shown.pop("/usr/lib/libc.so.6") == "/lib/libc.so.6"
    assert shown.pop("/usr/lib/ld-linux-x86-64.so.2") == "/lib64/ld.so"
    assert {place.rpartition("/")[2] for place in shown} == {"driver.py", "channel.py"}
    assert options(PLAIN, "--dev-bind", 2) == [("/dev/null", "/dev/null")]
    assert options(PLAIN, "--tmpfs", 1) == [("/usr/lib/python3.11/site-packages",), ("/tmp",)]
    assert options(PLAIN, "--size", 1) == [("4096",), ("4096",)]
    assert options(PLAIN, "--remount-ro", 1) == [("/usr/lib/python3.11/site-packages",), ("/",)]
    assert PLAIN.index("/") > PLAIN.index("/dev/null")  # made read-only once everything is in its place


def test_users() -> None:
    """A plain sandbox is nobody from the start; a mapped one waits for its map and may only step down from root."""
    assert options(PLAIN, "--uid", 1) == options(PLAIN, "--gid", 1) == [("65534",)]
    assert options(PLAIN, "--cap-drop", 1) == options(MAPPED, "--cap-drop", 1) == [("ALL",)]
    assert options(PLAIN, "--cap-add", 1) == options(PLAIN, "--userns-block-fd", 1) == []
    assert options(MAPPED, "--uid", 1) == [("0",)]
    assert options(MAPPED, "--cap-add", 1) == [("CAP_SETUID",), ("CAP_SETGID",)]
    assert options(MAPPED, "--userns-block-fd", 1) == [("9",)]


def test_program() -> None:
    """The interpreter adds no folder of its own or of a user, writes no byte code, and is told the channel's ends."""
    program = PLAIN[PLAIN.index("--") + 1 :]
    assert program[:6] == ["/usr/bin/python3", "-P", "-s", "-S", "-B", "-X"]
    assert program[-2:] == ["5", "6"]
    assert options(PLAIN, "--seccomp", 1) == [("7",)]
    assert Descriptors(5, 6, 7, 8).all == (5, 6, 7, 8)
    assert Descriptors(5, 6, 7, 8, 9).all == (5, 6, 7, 8, 9)
