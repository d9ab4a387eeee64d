"""The submissions of an imagined round: sizes, shapes, and whether they think before they answer.

Shapes are those of open models (their `config.json`); a drawn size takes the shape of the nearest of its kind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from harness.engine.vllm.facts import ModelFacts
from harness.engine.vllm.parallel import Load, Machines, ParallelPlan, _plans, plan_parallel

GIB = 1 << 30
MEMORY = 80 * GIB  # of one H100
PER_NODE = 4  # GPUs of a node of the partition
DTYPE = "bfloat16"
_BYTES = 2
_MANY = 256  # GPUs that one model may be spread over

DENSE = {
    1.2e9: ModelFacts(16, 32, 8, 64, 2048),
    3.2e9: ModelFacts(28, 24, 8, 128, 3072),
    8.0e9: ModelFacts(32, 32, 8, 128, 4096),
    14.8e9: ModelFacts(40, 40, 8, 128, 5120),
    32.8e9: ModelFacts(64, 64, 8, 128, 5120),
    70.6e9: ModelFacts(80, 64, 8, 128, 8192),
    123e9: ModelFacts(88, 96, 8, 128, 12288),
    405e9: ModelFacts(126, 128, 8, 128, 16384),
}
EXPERTS = {  # total parameters: shape, and parameters active for one token
    30.5e9: (ModelFacts(48, 32, 4, 128, 2048), 3.3e9),
    109e9: (ModelFacts(48, 40, 8, 128, 5120), 17e9),
    235e9: (ModelFacts(94, 64, 4, 128, 4096), 22e9),
    400e9: (ModelFacts(48, 40, 8, 128, 5120), 17e9),
}


@dataclass(frozen=True, slots=True)
class Model:
    """One submission's model."""

    parameters: float
    active: float  # parameters that one token meets
    facts: ModelFacts
    thinking: bool

    @property
    def bytes(self) -> int:
        """Of the checkpoint, in the dtype it is loaded in."""
        return int(self.parameters * _BYTES)


@dataclass(frozen=True, slots=True)
class Population:
    """What is submitted."""

    submissions: int = 500
    smallest: float = 1e9
    largest: float = 400e9
    thinking: float = 0.4  # share that thinks
    experts: float = 0.3  # share of mixtures of experts, among those as large as the smallest such shape


def draw(population: Population, rng: np.random.Generator) -> list[Model]:
    """Sizes uniform in their logarithm."""
    least, most = math.log(population.smallest), math.log(population.largest)
    sizes = np.exp(rng.uniform(least, most, population.submissions))
    thinks = rng.random(population.submissions) < population.thinking
    mixed = rng.random(population.submissions) < population.experts
    return [_model(float(p), bool(t), bool(m)) for p, t, m in zip(sizes, thinks, mixed, strict=True)]


def _model(parameters: float, thinking: bool, mixed: bool) -> Model:
    if mixed and parameters >= min(EXPERTS):
        near = _nearest(parameters, list(EXPERTS))
        facts, active = EXPERTS[near]
        return Model(parameters, active * parameters / near, facts, thinking)
    return Model(parameters, parameters, DENSE[_nearest(parameters, list(DENSE))], thinking)


def _nearest(size: float, sizes: list[float]) -> float:
    return min(sizes, key=lambda one: abs(math.log(one / size)))


def spread(model: Model, context: int, gpus: int = _MANY) -> ParallelPlan:
    """How the engine's own planner spreads it; EngineError where it does not fit."""
    return plan_parallel(_load(model, context), Machines(gpus, MEMORY, per_node=PER_NODE))


def every_spread(model: Model, context: int) -> list[ParallelPlan]:
    """Every way that the planner sees, over no more than three times the GPUs that it chooses."""
    most = max(PER_NODE, 3 * spread(model, context).gpus)
    return list(_plans(_load(model, context), Machines(most, MEMORY, per_node=PER_NODE)))


def _load(model: Model, context: int) -> Load:
    return Load(model.bytes, model.facts, DTYPE, context)
