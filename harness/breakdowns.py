"""What is said when it is the machine that breaks, and not what a team gave us: told by how the words begin.

A worker that meets a broken GPU, a lost disk or a torn link tells of it in the words of a driver or a library, under a
class of error that its own weights raise as well. These patterns are those words: of CUDA's and ROCm's runtimes, of
NVML, NCCL and RCCL, and of the kernel. What a model can bring about by itself is not among them: too much memory, an
assertion on the device, an illegal address.

Only the beginning counts, after the name of a class that such libraries raise: libraries quote what a team wrote (a
value of config.json, a tensor, a file) further on, and whoever could choose these words would be charged for nothing.
"""

from __future__ import annotations

import re
from typing import Literal

from harness.errors import DefiError

Where = Literal["node", "disk"]  # of this node alone; of a disk, which others may have too

UNSEEN = "not to be seen from this machine, though it was there when the round looked"  # of a disk that is not mounted
FULL = "no space left on a disk"
# What stands before: classes of errors that tell of machines, and what our own sentences begin with
_CLASS = r"(?:(?:[a-z_]+\.)*(?:RuntimeError|AcceleratorError|OSError|IOError|DistBackendError|NVMLError_?\w*): )*"
_OURS = r"(?:the model's worker (?:met|was lost:) |its checkpoint is )?"
_GPU = r"(?:(?:CUDA|HIP) error: )?"
# Where it broke, what it is called, and by which words it is known
_SIGNS: tuple[tuple[Where, str, str], ...] = (
    ("node", "an uncorrectable memory error of a GPU", _GPU + r"(uncorrectable ECC|\w*ecc_?uncorrectable)"),
    (
        "node",
        "an error of the link between GPUs",
        _GPU + r"(uncorrectable NVLink|Invalid access of peer GPU memory over nvlink|\w*nvlink_?uncorrectable)",
    ),
    ("node", "a GPU that was lost", _GPU + r"(GPU is lost|NVRM: Xid|Xid \(|cudaErrorDevicesUnavailable)"),
    ("node", "a GPU that is busy or lost", _GPU + r"(CUDA|HIP)-capable device\S* \S+ busy or unavailable"),
    (
        "node",
        "no GPU to be seen",
        _GPU + r"(no (CUDA|ROCm|HIP)-capable device|No (CUDA|HIP) GPUs are available|(cuda|hip)Error(NoDevice))",
    ),
    (
        "node",
        "a GPU driver that does not work",
        _GPU + r"((Failed to initialize NVML: )?Driver/library version mismatch|CUDA driver version is insufficient"
        r"|CUDA driver initialization failed|cudaErrorSystem(NotReady|DriverMismatch)|system not yet initialized"
        r"|couldn't communicate with the NVIDIA driver)",
    ),
    (
        "node",
        "GPUs that do not reach each other",
        r"[nr]ccl(System|UnhandledCuda|Internal|Remote)Error|[NR]CCL error",
    ),
    # of broken memory, a mapped file that a disk does not give, a full tmpfs of its own: no node is shunned for it
    ("disk", "memory that could not be read (bus error)", r"(Fatal Python error: )?bus error\b|signal 7 ended it"),
    ("disk", FULL, r"\[Errno (28|122)\]|cannot be read: (No space left on device|Disk quota exceeded)$"),
    ("disk", "a disk that cannot be read", r"\[Errno (5|121)\]|cannot be read: (Input/output|Remote I/O) error$"),
    (
        "disk",
        "a disk that was lost",
        r"\[Errno (116|10[78])\]|cannot be read: (Stale (NFS )?file handle|.*transport endpoint.*)$",
    ),
    ("disk", "a disk that one node does not see", re.escape(UNSEEN)),
)
_KNOWN = tuple(
    (where, what, re.compile(f"{_CLASS}{_OURS}(?:{pattern}|{re.escape(what)})", re.I))
    for where, what, pattern in _SIGNS
)


def breakdown(words: str) -> str:
    """What of the machine broke, in words of ours that quote nothing; empty where nothing did."""
    return next((what for _, what, pattern in _KNOWN if pattern.match(words)), "")


def broken_where(words: str) -> Where | None:
    """Whether it is the node's own hardware, or a disk; None where nothing of the machine broke."""
    return next((where for where, _, pattern in _KNOWN if pattern.match(words)), None)


def broken_by(error: BaseException) -> str:
    """What of the machine an error tells of: as whoever raised it has judged, else by its own words without `where`."""
    if isinstance(error, DefiError):
        return breakdown(error.what) if error.broke is None else error.broke
    return breakdown(str(error))


def where_of(what: str) -> Where | None:
    """Of a breakdown by its name; None of any other words."""
    return next((where for where, name, _ in _SIGNS if name == what), None)
