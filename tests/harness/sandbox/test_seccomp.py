"""The filter, run by a small interpreter of its instructions: what is allowed, killed and refused, on both machines."""

from __future__ import annotations

import errno
import struct

import pytest

from harness.sandbox import seccomp, syscalls

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL = seccomp.ALLOW, seccomp.KILL
MACHINES = sorted(ARCHITECTURE)


def judge(machine: str, number: int, *arguments: int, processes: int = 1, architecture: int | None = None) -> int:
    """What the kernel would do: run the packed filter over one `struct seccomp_data`."""
    found = ARCHITECTURE[machine] if architecture is None else architecture
    padded = [*arguments, *([0] * (6 - len(arguments)))]
    data = struct.pack("<IIQ6Q", number, found, 0, *(value & (2**64 - 1) for value in padded))
    program = list(struct.iter_unpack("<HBBI", seccomp.build(machine, processes)))
    place = accumulator = 0
    for _ in range(len(program)):
        code, yes, no, value = program[place]
        place += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == 0x06:
            return value
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            place += yes if holds else no
    raise AssertionError("the filter fell off its end")


def named(machine: str, name: str) -> int:
    """The number of a system call."""
    tables = (syscalls.ALLOWED, syscalls.KILLED, syscalls.CONDITIONAL, syscalls.UNSUPPORTED)
    return next(table[machine][name] for table in tables if name in table[machine])


@pytest.mark.parametrize("machine", MACHINES)
def test_tables(machine: str) -> None:
    """Allowed calls are allowed, an attack's are killed, all others fail as if the kernel did not know them."""
    assert {judge(machine, number) for number in syscalls.ALLOWED[machine].values()} == {ALLOW}
    assert {judge(machine, number) for number in syscalls.KILLED[machine].values()} == {KILL}
    unsupported = seccomp.refuse(errno.ENOTSUP)
    assert {judge(machine, number) for number in syscalls.UNSUPPORTED[machine].values()} == {unsupported}
    known = set()
    for table in (syscalls.ALLOWED, syscalls.KILLED, syscalls.CONDITIONAL, syscalls.UNSUPPORTED):
        assert not known & set(table[machine].values())
        known |= set(table[machine].values())
    unknown = [number for number in range(600) if number not in known]
    assert {judge(machine, number) for number in unknown} == {seccomp.refuse(errno.ENOSYS)}
    assert len(seccomp.build(machine)) // 8 <= 4096  # the kernel's limit on instructions


@pytest.mark.parametrize("machine", MACHINES)
def test_other_architecture(machine: str) -> None:
    """Calls by the numbers of another architecture (32-bit, x32) are killed before they are read."""
    assert judge(machine, named(machine, "read"), architecture=0x40000003) == KILL
    assert judge("x86_64", 0x40000000 | named("x86_64", "read")) == KILL


@pytest.mark.parametrize("machine", MACHINES)
def test_processes(machine: str) -> None:
    """A single process may start none; several may be started, never in namespaces of their own."""
    clone = named(machine, "clone")
    assert judge(machine, clone, 17) == KILL
    assert judge(machine, clone, 17, processes=4) == ALLOW
    for namespace in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert judge(machine, clone, namespace | 17, processes=4) == KILL
    assert judge(machine, 435, processes=4) == seccomp.refuse(errno.ENOSYS)  # clone3: its flags cannot be read
    assert judge("x86_64", named("x86_64", "fork")) == KILL
    assert judge("x86_64", named("x86_64", "vfork"), processes=2) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_arguments(machine: str) -> None:
    """Calls that depend on their arguments: terminals, signals, sockets, users, limits, pipes."""
    rows = {
        ("ioctl", (0, 0x5401)): ALLOW,
        ("ioctl", (0, 0x5412)): KILL,  # TIOCSTI
        ("ioctl", (0, 0x100005412)): KILL,  # the kernel reads the lower half only (CVE-2017-5226, CVE-2019-10063)
        ("ioctl", (0, 0x541C)): KILL,
        ("ioctl", (0, 0x1234)): seccomp.refuse(errno.ENOTTY),
        ("kill", (1, 9)): ALLOW,
        ("kill", (2, 9)): KILL,
        ("kill", (0, 9)): KILL,
        ("kill", (-1, 9)): KILL,
        ("tgkill", (1, 1, 6)): ALLOW,
        ("tgkill", (2, 2, 6)): KILL,
        ("socketpair", (1, 1, 0)): ALLOW,
        ("socketpair", (16, 1, 0)): KILL,
        ("setresuid", (65534, 65534, 65534)): ALLOW,
        ("setresuid", (65534, 65534, 0)): KILL,
        ("setresgid", (0, 65534, 65534)): KILL,
        ("setgroups", (0, 0)): ALLOW,
        ("setgroups", (1, 0)): KILL,
        ("prlimit64", (0, 7)): ALLOW,
        ("prlimit64", (5, 7)): KILL,
        ("fcntl", (0, 2, 1)): ALLOW,
        ("fcntl", (0, 1031, 1 << 20)): seccomp.refuse(errno.EPERM),  # a pipe's size
        ("prctl", (1, 9)): ALLOW,
        ("prctl", (1, 0)): seccomp.refuse(errno.ENOSYS),
        ("prctl", (4, 1)): seccomp.refuse(errno.ENOSYS),
    }
    for (name, arguments), expected in rows.items():
        assert judge(machine, named(machine, name), *arguments) == expected, (name, arguments)


def test_numbers() -> None:
    """A few numbers as Linux's headers have them, so that a shifted table is noticed."""
    assert [named("x86_64", name) for name in ("read", "execve", "socket", "ptrace", "bpf")] == [0, 59, 41, 101, 321]
    assert [named("aarch64", name) for name in ("read", "execve", "socket", "ptrace", "bpf")] == [
        63,
        221,
        198,
        117,
        280,
    ]
    assert "open" not in syscalls.ALLOWED["aarch64"]
