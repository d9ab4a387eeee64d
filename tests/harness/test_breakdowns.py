"""Words of a machine that breaks, told from words of a model that does."""

from __future__ import annotations

import errno
import os

import pytest

from harness.breakdowns import UNSEEN, breakdown, broken_where, where_of

NODE = (
    "CUDA error: uncorrectable ECC error encountered",
    "RuntimeError: CUDA error: uncorrectable NVLink error detected during the execution",
    "CUDA error: Invalid access of peer GPU memory over nvlink or a hardware error",
    "CUDA error: no CUDA-capable device is detected",
    "RuntimeError: No CUDA GPUs are available",
    "RuntimeError: No HIP GPUs are available",
    "CUDA error: CUDA-capable device(s) is/are busy or unavailable",
    "NVMLError_GpuIsLost: GPU is lost",
    "NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, GPU has fallen off the bus.",
    "Failed to initialize NVML: Driver/library version mismatch",
    "torch.distributed.DistBackendError: NCCL error in: ../ProcessGroupNCCL.cpp:1691, unhandled system error",
    "ncclUnhandledCudaError: Call to CUDA function failed.",
)
DISK = (
    *(str(OSError(number, os.strerror(number))) for number in (errno.ENOSPC, errno.EIO, errno.ESTALE, errno.EDQUOT)),
    "cannot be read: Input/output error",
    "[Errno 108] Cannot send after transport endpoint shutdown",
    "the model's worker was lost: signal 7 ended it",
    "Fatal Python error: Bus error",
    f"its checkpoint is {UNSEEN}: checkpoint.unresolved: …",
)
THEIRS = (
    "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.10 GiB",
    "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported at some other API "
    "call. Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.",
    "CUDA error: an illegal memory access was encountered",
    "the model's worker was lost: signal 11 ended it",
    "the model's worker was lost: it held more memory than is the most",
    "weights are no numbers",
    "config.json lacks 'hidden_size'",
    "KeyError: 5",
)


@pytest.mark.parametrize("words", NODE)
def test_a_node_that_breaks(words: str) -> None:
    """Its hardware, whatever class of error a library makes of it."""
    assert broken_where(words) == "node"


@pytest.mark.parametrize("words", DISK)
def test_a_disk_that_breaks(words: str) -> None:
    """A file system's, which other nodes may have as well."""
    assert broken_where(words) == "disk"


@pytest.mark.parametrize("words", THEIRS)
def test_what_a_model_does_by_itself(words: str) -> None:
    """Memory, assertions and illegal addresses are the submission's own."""
    assert (breakdown(words), broken_where(words)) == ("", None)


@pytest.mark.parametrize("words", [*NODE, *DISK])
def test_our_words_for_it_say_the_same(words: str) -> None:
    """What is told in a sealed round in place of the worker's words is understood again, and quotes none of them."""
    said = breakdown(words)
    assert said not in words
    assert breakdown(f"the model's worker met {said}") == said
    assert broken_where(f"the model's worker met {said}") == broken_where(words) == where_of(said)
