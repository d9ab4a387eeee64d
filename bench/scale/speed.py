"""How fast a model answers on H100 GPUs: a roofline, and the published speeds that say how far below it engines stay.

Making one token for each of B sequences of c tokens moves the weights and B·c tokens' keys and values through memory,
and costs 2·A·B operations for A active parameters. On p stages of t GPUs the stages take turns with B / p sequences:

    stage = (weights + B/p · c · token) / bandwidth + 2 · A · B/p / (t · p · operations)
    step  = p · stage / efficiency

A prompt of n tokens costs 2·A·n + 2·L·H·n² operations (the second term is causal attention over L layers of width H).
Of a mixture's experts, B tokens wake the share 1 - (1 - A/P)^B. The efficiency is what `PUBLISHED` speeds come to
against the same roofline: its only fitted number, one for dense models and one for mixtures of experts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.scale.models import DENSE, EXPERTS, MEMORY, PER_NODE, Model, every_spread
from harness.engine.vllm.parallel import ParallelPlan

BANDWIDTH = 3.35e12  # bytes a second of one H100 SXM's memory
OPERATIONS = 989e12  # a second, dense bfloat16
DENSE_EFFICIENCY, EXPERTS_EFFICIENCY = 0.42, 0.22  # medians of PUBLISHED
LOW, HIGH = 0.6, 1.5  # factors on both: about the spread of PUBLISHED around them
_USUAL = 4_000  # tokens of a sequence, where ways to spread a model are compared
_WORKING = 3 << 30  # bytes of each GPU that hold neither weights nor keys and values


def step_seconds(model: Model, plan: ParallelPlan, sequences: float, context: float, tuning: float = 1.0) -> float:
    """Seconds to make one more token of each of so many sequences, each `context` tokens long."""
    each = max(1.0, sequences / plan.pipeline)  # fewer sequences than stages leave stages idle
    moved = plan.weight_bytes * _awake(model, each) + each * context * plan.token_bytes
    stage = moved / BANDWIDTH + 2 * model.active * each / (plan.gpus * OPERATIONS)
    return plan.pipeline * stage / (efficiency(model) * tuning)


def prefill_seconds(model: Model, plan: ParallelPlan, tokens: float, squares: float, tuning: float = 1.0) -> float:
    """Seconds to read prompts of so many tokens together, whose squared lengths sum to `squares`."""
    work = 2 * model.active * tokens + 2 * model.facts.layers * model.facts.hidden * squares
    return work / (plan.gpus * OPERATIONS * efficiency(model) * tuning)


def cheapest(model: Model, context: int) -> ParallelPlan:
    """Of all ways to spread it, the one whose token takes the fewest GPU-seconds, GPUs of a last node left over too."""

    def cost(plan: ParallelPlan) -> float:
        held = plan.gpus if plan.gpus <= PER_NODE else PER_NODE * math.ceil(plan.gpus / PER_NODE)
        return held * step_seconds(model, plan, plan.max_sequences, _USUAL) / plan.max_sequences

    return min(every_spread(model, context), key=cost)


def efficiency(model: Model) -> float:
    """Share of the roofline that is reached."""
    return DENSE_EFFICIENCY if model.active == model.parameters else EXPERTS_EFFICIENCY


def _awake(model: Model, tokens: float) -> float:
    return 1.0 if model.active == model.parameters else 1.0 - (1.0 - model.active / model.parameters) ** tokens


@dataclass(frozen=True, slots=True)
class Published:
    """A speed that somebody measured and published."""

    name: str
    model: Model
    gpus: int
    weight_bytes: int  # of one parameter
    cache_bytes: int  # of one number of keys and values
    prompt: int  # tokens
    answer: int
    sequences: int  # at most, at a time
    rate: float  # answer tokens a second, all GPUs together

    @property
    def reached(self) -> float:
        """Share of the roofline."""
        facts = self.model.facts
        weights = int(self.model.parameters * self.weight_bytes)
        token = 2 * facts.layers * facts.kv_heads * facts.head_size * self.cache_bytes
        length = self.prompt + self.answer / 2
        room = 0.9 * MEMORY * self.gpus - weights - _WORKING * self.gpus
        sequences = min(self.sequences, room / (token * length))
        faster = 2 / self.weight_bytes  # operations on 8-bit numbers
        plan = ParallelPlan(self.gpus, 1, weights // self.gpus, 0, token // self.gpus, 0, int(sequences))
        moved = weights * _awake(self.model, sequences) + sequences * length * token
        step = moved / (self.gpus * BANDWIDTH)
        step += 2 * self.model.active * sequences / (self.gpus * OPERATIONS * faster)
        read = prefill_seconds(self.model, plan, self.prompt, self.prompt**2) * efficiency(self.model) / faster
        return self.rate / (self.answer / (self.answer * step / sequences + read))


def _dense(size: float) -> Model:
    return Model(size, size, DENSE[size], thinking=False)


def _mixed(size: float) -> Model:
    facts, active = EXPERTS[size]
    return Model(size, active, facts, thinking=False)


PUBLISHED = (  # docs/scale.md gives the pages
    Published("vLLM 0.9.2, 8B bfloat16", _dense(8.0e9), 1, 2, 2, 217, 201, 1000, 6_398),
    Published("vLLM 0.11, 14B bfloat16", _dense(14.8e9), 1, 2, 2, 217, 201, 1000, 3_172),
    Published("vLLM 0.11, 32B bfloat16", _dense(32.8e9), 1, 2, 2, 217, 201, 1000, 1_132),
    Published("TensorRT-LLM 1.0, 8B FP8", _dense(8.0e9), 1, 1, 1, 500, 2000, 2048, 17_660),
    Published("TensorRT-LLM 1.0, 70B FP8", _dense(70.6e9), 2, 1, 1, 500, 2000, 2048, 5_222),
    Published("TensorRT-LLM 1.0, 405B FP8", _dense(405e9), 8, 1, 1, 500, 2000, 2048, 3_994),
    Published("vLLM 0.11, 235B-A22B FP8", _mixed(235e9), 4, 1, 2, 217, 201, 1000, 3_744),
    Published("TensorRT-LLM 1.0, 235B-A22B FP8", _mixed(235e9), 8, 1, 1, 500, 2000, 2048, 18_351),
    Published("TensorRT-LLM 1.0, 109B-A17B FP8", _mixed(109e9), 4, 1, 1, 500, 2000, 2048, 12_399),
    Published("TensorRT-LLM 1.0, 400B-A17B FP8", _mixed(400e9), 8, 1, 1, 500, 2000, 2048, 10_108),
)
