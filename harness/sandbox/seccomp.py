"""The system-call filter, assembled here and given to bwrap by `--seccomp`.

A classic BPF program over `struct seccomp_data` (number, architecture, instruction pointer, six 64-bit arguments; see
Linux's `Documentation/userspace-api/seccomp_filter.rst`). What is listed is allowed, what only an attack asks for kills
the process with SIGSYS, which the caller sees as the verdict `blocked`, and everything else fails with ENOSYS.
Arguments are compared by their lower 32 bits, as the kernel reads these: `ioctl` with garbage above its command is the
same `ioctl`.
"""

from __future__ import annotations

import errno
import functools
import struct
from collections.abc import Callable
from dataclasses import dataclass

from harness.sandbox import syscalls

ALLOW = 0x7FFF0000
KILL = 0x80000000  # SECCOMP_RET_KILL_PROCESS
SELF = 1  # the program's process id: the first in its own namespace
NOBODY = 65534
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # system calls of the x32 interface, on x86_64
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
_AF_UNIX = 1
_IOCTL_ALLOWED = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS WINSZ FIONREAD FIONBIO FIONCLEX FIOCLEX
_IOCTL_KILLED = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX write into a terminal's input
_PDEATHSIG, _SIGKILL = 1, 9  # prctl: let SIGKILL come when the parent dies
_FCNTL_REFUSED = (8, 10, 15, 1024, 1026, 1031)  # owner, signal, owner (extended), lease, notify, pipe size

_CLONE3 = 435
_NEVER = (  # that no library of ours asks for: other processes, the kernel, its keys, its clock, its mounts
    *("acct", "add_key", "adjtimex", "bpf", "chroot", "clock_adjtime", "clock_settime", "delete_module"),
    *("fanotify_init", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter"),
    *("io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl"),
    *("mknod", "mknodat", "modify_ldt", "mount", "mount_setattr", "move_mount", "name_to_handle_at"),
    *("open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd", "pivot_root", "process_madvise"),
    *("process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setdomainname"),
    *("sethostname", "setns", "settimeofday", "swapoff", "swapon", "umount2", "unshare", "userfaultfd", "vhangup"),
)
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06


def refuse(number: int) -> int:
    """What a filter returns for a call that is to fail with `number`."""
    return 0x00050000 | number


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of the filter (`struct sock_filter`)."""

    code: int
    value: int
    yes: int = 0  # how many instructions to pass over when a comparison holds
    no: int = 0

    def pack(self) -> bytes:
        """The eight bytes of it."""
        return struct.pack("=HBBI", self.code, self.yes, self.no, self.value)


@functools.cache
def build(machine: str, processes: int = 1) -> bytes:
    """The filter for `machine` (x86_64 or aarch64); with `processes` above 1 it lets them be started."""
    return b"".join(step.pack() for step in steps(machine, processes))


def steps(machine: str, processes: int) -> list[Step]:
    """The same as instructions."""
    allowed, killed = syscalls.ALLOWED[machine], syscalls.KILLED[machine]
    program = [_load(4), Step(_EQUAL, _AUDIT_ARCH[machine], yes=1), _return(KILL), _load(0)]
    if machine == "x86_64":
        program += [Step(_AT_LEAST, _X32, no=1), _return(KILL)]
    for number in sorted(allowed.values()):
        program += _when(number, [_return(ALLOW)])
    for name, number in syscalls.CONDITIONAL[machine].items():
        program += _when(number, _CONDITIONS[name](processes))
    for number in sorted(killed.values()):
        program += _when(number, [_return(KILL)])
    for number in sorted(syscalls.UNSUPPORTED[machine].values()):
        program += _when(number, [_return(refuse(errno.ENOTSUP))])
    return [*program, _return(refuse(errno.ENOSYS))]


@functools.cache
def build_denying(machine: str) -> bytes:
    """The filter of a worker that runs a model: all is allowed but what only an attack on the kernel asks for.

    Drivers and numerical libraries use more of the kernel than a list could name; what is refused fails with EPERM.
    """
    refused = _return(refuse(errno.EPERM))
    program = [_load(4), Step(_EQUAL, _AUDIT_ARCH[machine], yes=1), _return(KILL), _load(0)]
    if machine == "x86_64":
        program += [Step(_AT_LEAST, _X32, no=1), _return(KILL)]
    known = syscalls.KILLED[machine]
    for name in _NEVER:
        if name in known:
            program += _when(known[name], [refused])
    clone, ioctl = (syscalls.CONDITIONAL[machine][name] for name in ("clone", "ioctl"))
    program += _when(clone, [_argument(0), Step(_ANY_BIT, _NEW_NAMESPACES, no=1), refused, _return(ALLOW)])
    program += _when(_CLONE3, [_return(refuse(errno.ENOSYS))])  # whose flags lie in memory: clone is asked then
    killed = [step for command in _IOCTL_KILLED for step in (Step(_EQUAL, command, no=1), refused)]
    program += _when(ioctl, [_argument(1), *killed, _return(ALLOW)])
    return b"".join(step.pack() for step in [*program, _return(ALLOW)])


def _when(number: int, body: list[Step]) -> list[Step]:
    """`body`, which must end with a return, for the system call `number` alone."""
    return [Step(_EQUAL, number, no=len(body)), *body]


def _load(offset: int) -> Step:
    return Step(_LOAD, offset)


def _argument(place: int) -> Step:
    """Load the lower half of an argument (both machines are little-endian)."""
    return _load(16 + 8 * place)


def _return(action: int) -> Step:
    return Step(_RETURN, action)


def _only(place: int, values: tuple[int, ...], others: int) -> list[Step]:
    """Allow when the argument is one of `values`, else do `others`."""
    body = [_argument(place)]
    for value in values:
        body += [Step(_EQUAL, value, no=1), _return(ALLOW)]
    return [*body, _return(others)]


def _all(places: tuple[int, ...], value: int) -> list[Step]:
    """Allow when every one of these arguments is `value`, else kill."""
    body: list[Step] = []
    for place in places:
        body += [_argument(place), Step(_EQUAL, value, yes=1), _return(KILL)]
    return [*body, _return(ALLOW)]


def _clone(processes: int) -> list[Step]:
    if processes == 1:
        return [_return(KILL)]
    return [_argument(0), Step(_ANY_BIT, _NEW_NAMESPACES, no=1), _return(KILL), _return(ALLOW)]


def _fork(processes: int) -> list[Step]:
    return [_return(KILL if processes == 1 else ALLOW)]


def _ioctl(_processes: int) -> list[Step]:
    body = [_argument(1)]
    for command in _IOCTL_KILLED:
        body += [Step(_EQUAL, command, no=1), _return(KILL)]
    return [*body, *_only(1, _IOCTL_ALLOWED, refuse(errno.ENOTTY))]


def _fcntl(_processes: int) -> list[Step]:
    body = [_argument(1)]
    for command in _FCNTL_REFUSED:
        body += [Step(_EQUAL, command, no=1), _return(refuse(errno.EPERM))]
    return [*body, _return(ALLOW)]


def _prctl(_processes: int) -> list[Step]:
    """The driver asks again to die with bwrap, which stepping down from root has made the kernel forget."""
    refused = _return(refuse(errno.ENOSYS))
    asked = [Step(_EQUAL, _PDEATHSIG, yes=1), refused, _argument(1), Step(_EQUAL, _SIGKILL, yes=1), refused]
    return [_argument(0), *asked, _return(ALLOW)]


_CONDITIONS: dict[str, Callable[[int], list[Step]]] = {
    "clone": _clone,
    "fork": _fork,
    "vfork": _fork,
    "fcntl": _fcntl,
    "ioctl": _ioctl,
    "kill": lambda _processes: _only(0, (SELF,), KILL),  # raise() and abort() signal the process itself
    "tgkill": lambda _processes: _only(0, (SELF,), KILL),
    "prlimit64": lambda _processes: _only(0, (0, SELF), KILL),
    "socketpair": lambda _processes: _only(0, (_AF_UNIX,), KILL),  # asyncio wakes itself through one
    "prctl": _prctl,
    "setgroups": lambda _processes: _only(0, (0,), KILL),  # the driver's own step down from root, and no other
    "setresuid": lambda _processes: _all((0, 1, 2), NOBODY),
    "setresgid": lambda _processes: _all((0, 1, 2), NOBODY),
}
