"""How much is computed at a time, from the memory that may be used."""

from __future__ import annotations

import gc

import torch

from harness.engine.transformers.model import Model
from harness.engine.transformers.walk import Width

_CPU_BYTES = 2 << 30  # the same on every machine
_GPU_SHARE = 0.8  # of what is free once the weights are loaded
_PASS = {"cpu": 1024, "cuda": 8192}  # tokens: more fill no processor better
_NO_MEMORY = ("allocate memory", "out of memory", "ALLOC_FAILED")  # of a processor, a GPU, its libraries
_ROWS = {"cpu": 64, "cuda": 256}


def width_of(model: Model, memory: int | None, rows: int | None) -> Width:
    """Limits for a budget of `memory` bytes beside the weights (None: by the device).

    Half of it is for what is shared, three eighths for the rows' own keys and values, an eighth for logits (twice: some
    models cap or scale them).
    """
    kind = model.device.type
    budget = memory or (int(_GPU_SHARE * torch.cuda.mem_get_info(model.device)[0]) if kind == "cuda" else _CPU_BYTES)
    token = max(1, model.key_value_bytes)
    logits = 2 * model.network.dtype.itemsize * int(model.config.vocab_size)
    return Width(
        tokens=_PASS[kind],
        logits=max(1, budget // 8 // logits),
        shared=max(1, budget // 2 // token),
        rows=rows or _ROWS[kind],
        own=max(1, budget * 3 // 8 // token),
    )


def ran_out(error: BaseException) -> bool:
    """Whether an error says that there is no memory left."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)


def release(model: Model) -> None:
    """Give everything back before less is tried."""
    gc.collect()
    if model.device.type == "cuda":
        torch.cuda.empty_cache()
