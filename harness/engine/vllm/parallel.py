"""How a model is spread over GPUs, decided before anything is loaded: a pure function of sizes.

A model of W bytes, L layers, A attention heads, K key-value heads of size D and hidden size H is cut into t slices
(tensor parallel: each GPU holds every layer, and 1/t of its heads) times p stages (pipeline parallel: each holds some
of the layers). The fullest stage has S = ceil(L / p) layers. On its GPUs, with b bytes a number:

    weights        W · S / (L · t)
    one token      2 · S · ceil(K / t) · D · b            its keys and values (heads are copied where t > K)
    working space  1 GiB + N · H · 16 · b                 N tokens computed in one step: activations, logits, graphs
    room           share · memory - weights - working space
    sequences      min(cap, room / (token · context))     so many that none is ever put out, all at full length

The 16 and the 1 GiB are allowances, not measurements: no GPU was at hand (docs/decisions/0005).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from harness.engine.vllm.facts import ITEM_BYTES, ModelFacts
from harness.errors import EngineError

COMFORTABLE = 16  # sequences at full length: below, another GPU is worth more than an idle one
_FIXED = 1 << 30  # bytes of each GPU for the driver's context, graphs and communication
_ACTIVATIONS = 16  # hidden vectors alive for each token of a step
_SEARCH = 1024  # GPUs up to which a refusal looks for what would do


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be run: a model, and how long and how many its sequences may be."""

    checkpoint_bytes: int  # in the dtype it is loaded in
    facts: ModelFacts
    dtype: str
    context_length: int
    max_sequences: int = 256
    batched_tokens: int = 8192


@dataclass(frozen=True, slots=True)
class Machines:
    """What it is to be run on."""

    gpus: int
    memory_bytes: int  # of one GPU
    share: float = 0.9  # of the memory that may be used
    per_node: int = 8  # tensor parallel stays inside a node


@dataclass(frozen=True, slots=True)
class ParallelPlan:
    """How a model is spread, and what each GPU then holds."""

    tensor: int
    pipeline: int
    weight_bytes: int  # on the fullest GPU
    working_bytes: int
    token_bytes: int  # keys and values of one token, on the fullest GPU
    kv_bytes: int  # room for keys and values on one GPU
    max_sequences: int

    @property
    def gpus(self) -> int:
        """GPUs that are used."""
        return self.tensor * self.pipeline


def plan_parallel(load: Load, machines: Machines) -> ParallelPlan:
    """The fewest GPUs that hold the model with `COMFORTABLE` sequences at full length, else those that hold most.

    Among plans of as many GPUs, the one with fewer stages. EngineError when not even one sequence fits; its remedy
    says how many such GPUs, or how much memory on these, would be needed.
    """
    plans = list(_plans(load, machines))
    if not plans:
        raise _refusal(load, machines)
    plenty = min(COMFORTABLE, load.max_sequences)
    enough = [plan for plan in plans if plan.max_sequences >= plenty]
    if enough:
        return min(enough, key=lambda plan: (plan.gpus, plan.pipeline))
    return min(plans, key=lambda plan: (-plan.max_sequences, plan.gpus, plan.pipeline))


def tensor_sizes(facts: ModelFacts, per_node: int) -> list[int]:
    """Powers of two within a node that divide the attention heads, and deal out or copy the key-value heads evenly."""
    sizes = [1 << n for n in range(per_node.bit_length()) if 1 << n <= per_node]
    even = [t for t in sizes if facts.attention_heads % t == 0]
    return [t for t in even if facts.kv_heads % t == 0 or t % facts.kv_heads == 0]


def _plans(load: Load, machines: Machines) -> Iterator[ParallelPlan]:
    """Every way to spread the model on which at least one sequence of full length fits."""
    budget = int(machines.share * machines.memory_bytes)
    for tensor, pipeline in _shapes(load.facts, machines):
        plan = _spread(load, tensor, pipeline, budget)
        if plan.max_sequences >= 1:
            yield plan


def _shapes(facts: ModelFacts, machines: Machines) -> Iterator[tuple[int, int]]:
    for tensor in tensor_sizes(facts, machines.per_node):
        for pipeline in range(1, min(facts.layers, machines.gpus // tensor) + 1):
            yield tensor, pipeline


def _spread(load: Load, tensor: int, pipeline: int, budget: int) -> ParallelPlan:
    """The formulae of the module's docstring."""
    facts, size = load.facts, ITEM_BYTES[load.dtype]
    stage = math.ceil(facts.layers / pipeline)
    weights = math.ceil(load.checkpoint_bytes * stage / (facts.layers * tensor))
    working = _FIXED + load.batched_tokens * facts.hidden * _ACTIVATIONS * size
    token = 2 * stage * math.ceil(facts.kv_heads / tensor) * facts.head_size * size
    room = budget - weights - working
    sequences = min(load.max_sequences, room // (token * load.context_length)) if room > 0 else 0
    return ParallelPlan(tensor, pipeline, weights, working, token, max(room, 0), sequences)


def _refusal(load: Load, machines: Machines) -> EngineError:
    """Say what is there and what would do: more of these GPUs, or as many with more memory."""
    here = f"{machines.gpus} GPUs of {_gigabytes(machines.memory_bytes)}"
    what = f"weights of {_gigabytes(load.checkpoint_bytes)} and one sequence of {load.context_length} tokens"
    more = next((n for n in range(machines.gpus + 1, _SEARCH + 1) if _fits(load, machines, n)), None)
    least = min(_least_memory(load, *shape) for shape in _shapes(load.facts, machines))
    ways = [f"{more} such GPUs"] if more else []
    ways.append(f"{machines.gpus} with {_gigabytes(math.ceil(least / machines.share))} each")
    return EngineError(f"{what} do not fit on {here}", where="engine.gpus", remedy=f"needed: {', or '.join(ways)}")


def _fits(load: Load, machines: Machines, gpus: int) -> bool:
    more = Machines(gpus, machines.memory_bytes, machines.share, machines.per_node)
    return next(_plans(load, more), None) is not None


def _least_memory(load: Load, tensor: int, pipeline: int) -> int:
    """Usable bytes of one GPU with which one sequence fits."""
    plan = _spread(load, tensor, pipeline, 0)
    return plan.weight_bytes + plan.working_bytes + plan.token_bytes * load.context_length


def _gigabytes(size: int) -> str:
    return f"{math.ceil(size / 1e9):,} GB"
