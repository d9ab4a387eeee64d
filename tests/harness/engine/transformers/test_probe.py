"""Cascade attention is used where it is right, and nowhere else."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
import transformers

from harness.engine.base import EngineContext
from harness.engine.transformers import attention
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import CheckpointError
from harness.prompt import PromptStyle
from harness.types import Completion, Message, Request, Sampling

STYLE = PromptStyle("verbatim")
IDS = {"bos_token_id": 256, "eos_token_id": 257, "pad_token_id": 257}
GPT = {"vocab_size": 300, "n_embd": 32, "n_layer": 4, "n_head": 4, **IDS}
EXPERTS = {"num_local_experts": 4, "num_experts_per_tok": 2}
KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "learned positions": lambda _: transformers.GPT2Config(n_positions=512, **GPT),
    "soft caps": lambda s: transformers.Gemma2Config(**s, head_dim=8, sliding_window=24, query_pre_attn_scalar=8),
    "sinks and experts": lambda s: transformers.GptOssConfig(**s, **EXPERTS, head_dim=8, sliding_window=24),
    "latent heads": lambda s: transformers.DeepseekV3Config(
        **{**s, "num_key_value_heads": 4},
        moe_intermediate_size=32,
        n_routed_experts=4,
        num_experts_per_tok=2,
        n_group=1,
        topk_group=1,
        q_lora_rank=16,
        kv_lora_rank=16,
        first_k_dense_replace=1,
        qk_rope_head_dim=4,
        qk_nope_head_dim=8,
        v_head_dim=8,
    ),
}
ALONE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a running state": lambda _: transformers.MambaConfig(
        vocab_size=300, hidden_size=32, num_hidden_layers=2, state_size=8, **IDS
    ),
    "distances added to scores": lambda _: transformers.BloomConfig(
        vocab_size=300, hidden_size=32, n_layer=4, n_head=4, **IDS
    ),
    "chunks": lambda s: transformers.Llama4TextConfig(
        **s, head_dim=8, num_local_experts=2, intermediate_size_mlp=64, attention_chunk_size=32
    ),
}


def made(tiny: ModuleType, folder: Path, config: Callable[[dict[str, Any]], Any]) -> Path:
    tiny.KINDS["asked"] = lambda: config(tiny._SIZES)
    return tiny.tiny_checkpoint(folder, "asked")


def asked() -> list[Request]:
    """Texts and choices over a shared beginning that is longer than a window of 24."""
    rng = random.Random(3)
    prompts = [f"the quick brown fox jumps over the lazy dog {rng.random()}" for _ in range(6)]
    texts = [Request(f"t{n}", "en", (Message("user", p),), Sampling(6)) for n, p in enumerate(prompts[:3])]
    return texts + [
        Request(f"c{n}", "en", (Message("user", p),), Sampling(0), (" ab", " acd")) for n, p in enumerate(prompts[3:])
    ]


def answers(folder: Path) -> tuple[dict[str, Completion], str]:
    with TransformersEngine(EngineContext(STYLE, folder), dtype="float32", rows=2) as engine:
        return {done.item: done for done in engine.run(asked())}, engine.notes["attention"]


def check(tiny: ModuleType, folder: Path, done: dict[str, Completion]) -> None:
    """Every answer is the reference's."""
    tokenizer = tiny.tokenizer_of(folder)
    for request in asked():
        text, found = request.messages[0].content, done[request.item]
        ids = tokenizer(text)["input_ids"]
        for option, value in zip(request.options, found.option_logprobs, strict=True):
            whole = tokenizer(text + option)["input_ids"]
            logs = tiny.reference_logits(folder, whole).log_softmax(-1)
            assert value == pytest.approx(
                sum(float(logs[n - 1, whole[n]]) for n in range(len(ids), len(whole))), abs=1e-4
            )
        said: list[int] = []
        while not request.options and len(said) < 6 and 257 not in said:
            said.append(int(tiny.reference_logits(folder, ids + said)[-1].argmax()))
        assert found.text == tokenizer.decode([token for token in said if token != 257], skip_special_tokens=True)


@pytest.mark.parametrize("kind", KINDS)
def test_cascade_serves_this_kind_of_attention(kind: str, tiny: ModuleType, tmp_path: Path) -> None:
    """Answers of architectures that attend in their own ways equal those of whole, uncached sequences."""
    folder = made(tiny, tmp_path, KINDS[kind])
    done, how = answers(folder)
    assert how == "cascade"
    check(tiny, folder, done)


@pytest.mark.parametrize("kind", ALONE)
def test_where_nothing_can_be_branched_sequences_are_computed_alone(
    kind: str, tiny: ModuleType, tmp_path: Path
) -> None:
    """The answers are right all the same, and the record says why they took longer."""
    folder = made(tiny, tmp_path, ALONE[kind])
    done, how = answers(folder)
    assert how.startswith("every sequence computed alone: ")
    check(tiny, folder, done)


def test_an_attention_that_differs_is_not_used(
    tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the probe is for: an attention that is subtly wrong is told by its numbers, and the answers stay right."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    merge = attention._merge
    monkeypatch.setattr(
        attention, "_merge", lambda out, total, shared, found: merge(out, total + math.log(2), shared, found)
    )
    done, how = answers(folder)
    assert "differs by" in how
    check(tiny, folder, done)


def test_weights_that_give_no_number_do_not_confuse_the_probe(tiny: ModuleType, tmp_path: Path) -> None:
    """NaN equals nothing: such weights are told by every answer, not by the probe."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    network = transformers.AutoModelForCausalLM.from_pretrained(folder)
    network.model.norm.weight.data[:] = torch.nan
    network.save_pretrained(folder)
    done, how = answers(folder)
    assert how == "cascade"
    assert {one.finish for one in done.values()} == {"broken"}


def stretched(settings: dict[str, Any], kind: str) -> Any:
    factors = {"short_factor": [1.0] * 4, "long_factor": [3.0] * 4} if kind == "longrope" else {"factor": 2.0}
    rope = {"rope_type": kind, "rope_theta": 10000.0, "original_max_position_embeddings": 40, **factors}
    return transformers.LlamaConfig(**settings, rope_parameters=rope)


def test_positions_that_depend_on_the_longest_of_a_call_are_computed_alone(tiny: ModuleType, tmp_path: Path) -> None:
    """LongRoPE picks its frequencies by a call's highest position: a long prompt would change the short ones."""
    folder = made(tiny, tmp_path, lambda settings: stretched(settings, "longrope"))
    done, how = answers(folder)
    assert "longest sequence of a call" in how
    check(tiny, folder, done)


def test_positions_that_depend_on_earlier_calls_are_refused(tiny: ModuleType, tmp_path: Path) -> None:
    """Dynamic scaling remembers what came before: within the original length it never begins, beyond it is refused."""
    folder = made(tiny, tmp_path, lambda settings: stretched(settings, "dynamic"))
    with pytest.raises(CheckpointError, match="depend on the texts before"):
        answers(folder)
    with TransformersEngine(EngineContext(STYLE, folder, context_length=40), dtype="float32") as engine:
        assert engine.notes["attention"] == "cascade"
