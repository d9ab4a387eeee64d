"""Parallel sizes: worked examples, and what no plan may ever do."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.engine.vllm.facts import ModelFacts
from harness.engine.vllm.parallel import Load, Machines, plan_parallel, tensor_sizes
from harness.errors import EngineError

BLOOM = ModelFacts(layers=70, attention_heads=112, kv_heads=112, head_size=128, hidden=14336)
SEVEN = ModelFacts(layers=32, attention_heads=32, kv_heads=8, head_size=128, hidden=4096)
LARGEST = ModelFacts(layers=126, attention_heads=128, kv_heads=8, head_size=128, hidden=16384)
EIGHTY = 80 * 10**9


def test_a_176b_model_takes_eight_gpus() -> None:
    """176B in bfloat16 on 8 x 80 GB: eight slices of 44 GB each, no stages."""
    plan = plan_parallel(Load(352 * 10**9, BLOOM, "bfloat16", 2048), Machines(8, EIGHTY))
    assert (plan.tensor, plan.pipeline) == (8, 1)
    assert plan.weight_bytes == 44 * 10**9
    assert plan.token_bytes == 2 * 70 * 14 * 128 * 2
    assert plan.kv_bytes == 72 * 10**9 - 44 * 10**9 - plan.working_bytes
    assert plan.max_sequences == plan.kv_bytes // (plan.token_bytes * 2048) >= 16


@pytest.mark.parametrize("gpus", [1, 4, 8])
def test_a_7b_model_takes_one_gpu_however_many_there_are(gpus: int) -> None:
    """7B in bfloat16 with 4,096 tokens has plenty of room on one GPU of 80 GB: others are for other models."""
    plan = plan_parallel(Load(15 * 10**9, SEVEN, "bfloat16", 4096), Machines(gpus, EIGHTY))
    assert (plan.tensor, plan.pipeline) == (1, 1)
    assert plan.max_sequences > 64


def test_a_405b_model_is_refused_with_what_would_do() -> None:
    """810 GB of weights do not fit on 8 x 80 GB: the refusal names a number of GPUs, and a memory, that would do."""
    load = Load(810 * 10**9, LARGEST, "bfloat16", 4096)
    with pytest.raises(EngineError) as caught:
        plan_parallel(load, Machines(8, EIGHTY))
    found = re.fullmatch(r"needed: (\d+) such GPUs, or 8 with (\d+) GB each", caught.value.remedy)
    assert found is not None
    more, memory = int(found[1]), int(found[2])
    assert plan_parallel(load, Machines(more, EIGHTY)).gpus <= more
    assert plan_parallel(load, Machines(8, memory * 10**9)).gpus == 8
    with pytest.raises(EngineError):
        plan_parallel(load, Machines(more - 1, EIGHTY))
    with pytest.raises(EngineError):
        plan_parallel(load, Machines(8, (memory - 2) * 10**9))


def test_tensor_sizes_divide_the_heads() -> None:
    """Twelve attention heads with four key-value heads go over 1, 2 or 4 GPUs, never 8."""
    facts = ModelFacts(layers=2, attention_heads=12, kv_heads=4, head_size=64, hidden=768)
    assert tensor_sizes(facts, 8) == [1, 2, 4]
    assert tensor_sizes(dataclasses.replace(facts, attention_heads=9, kv_heads=3), 8) == [1]
    assert tensor_sizes(LARGEST, 16) == [1, 2, 4, 8, 16]  # 16 copies each of 8 key-value heads twice


@st.composite
def cases(draw: st.DrawFn) -> tuple[Load, Machines]:
    kv_heads = draw(st.sampled_from([1, 2, 3, 8, 16]))
    facts = ModelFacts(
        layers=draw(st.integers(1, 130)),
        attention_heads=kv_heads * draw(st.sampled_from([1, 2, 4, 7])),
        kv_heads=kv_heads,
        head_size=draw(st.sampled_from([64, 80, 128])),
        hidden=draw(st.sampled_from([512, 4096, 16384])),
    )
    load = Load(
        checkpoint_bytes=draw(st.integers(10**8, 10**12)),
        facts=facts,
        dtype=draw(st.sampled_from(["float32", "bfloat16"])),
        context_length=draw(st.integers(128, 200_000)),
        max_sequences=draw(st.integers(1, 512)),
        batched_tokens=draw(st.integers(256, 16384)),
    )
    machines = Machines(
        gpus=draw(st.integers(1, 32)),
        memory_bytes=draw(st.integers(8 * 10**9, 192 * 10**9)),
        share=draw(st.floats(0.5, 1.0)),
        per_node=draw(st.sampled_from([1, 4, 8])),
    )
    return load, machines


@given(cases())
def test_a_plan_never_exceeds_the_memory(case: tuple[Load, Machines]) -> None:
    """Weights, working space and every sequence at full length stay within the share of each GPU's memory."""
    load, machines = case
    try:
        plan = plan_parallel(load, machines)
    except EngineError:
        return
    full = plan.max_sequences * load.context_length * plan.token_bytes
    assert plan.weight_bytes + plan.working_bytes + full <= machines.share * machines.memory_bytes
    assert plan.weight_bytes * plan.gpus >= load.checkpoint_bytes  # nothing of the model is left out
    assert 1 <= plan.max_sequences <= load.max_sequences
    assert plan.gpus <= machines.gpus
    assert plan.tensor <= machines.per_node
    assert plan.pipeline <= load.facts.layers
    assert load.facts.attention_heads % plan.tensor == 0


@given(cases(), st.integers(1, 8), st.integers(0, 64 * 10**9))
def test_more_gpus_or_memory_never_turn_a_yes_into_a_no(case: tuple[Load, Machines], gpus: int, memory: int) -> None:
    """What fits, fits on more of the same, and on as many with more memory."""
    load, machines = case
    try:
        plan_parallel(load, machines)
    except EngineError:
        return
    plan_parallel(load, dataclasses.replace(machines, gpus=machines.gpus + gpus))
    plan_parallel(load, dataclasses.replace(machines, memory_bytes=machines.memory_bytes + memory))


@given(cases())
def test_a_refusal_names_memory_that_would_do(case: tuple[Load, Machines]) -> None:
    """As many GPUs with the memory that a refusal names hold the model."""
    load, machines = case
    try:
        plan_parallel(load, machines)
    except EngineError as error:
        found = re.search(r"with ([\d,]+) GB each", error.remedy)
        assert found is not None
        enough = int(found[1].replace(",", "")) * 10**9
        plan_parallel(load, dataclasses.replace(machines, memory_bytes=enough))
