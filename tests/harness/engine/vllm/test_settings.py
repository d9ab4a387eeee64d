"""Options are settled before anything is loaded, and what is missing is named."""

from __future__ import annotations

import importlib.metadata
import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from harness.engine.base import EngineContext
from harness.engine.vllm.engine import VllmEngine
from harness.engine.vllm.facts import ModelFacts, checkpoint_bytes, read_facts
from harness.engine.vllm.settings import Options, Settings, engine_arguments, environment, settle
from harness.errors import CheckpointError, EngineError, UnknownNameError, UsageError
from harness.prompt import PromptStyle

PLAIN = PromptStyle("plain")


@pytest.fixture
def grouped(tiny: ModuleType, tmp_path: Path) -> Path:
    """A tiny checkpoint."""
    return tiny.tiny_checkpoint(tmp_path, "grouped")


def test_without_vllm_the_engine_says_how_to_get_it(grouped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module imports anywhere; an engine that is made without vLLM is refused with the remedy."""
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name.startswith("vllm"):
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    with pytest.raises(EngineError, match="not installed") as caught:
        VllmEngine(EngineContext(PLAIN, grouped))
    assert "make setup-vllm" in caught.value.remedy


def test_no_checkpoint_is_said_first() -> None:
    """A baseline cannot be run by vLLM."""
    with pytest.raises(CheckpointError, match="no checkpoint"):
        VllmEngine(EngineContext(PLAIN))


@pytest.mark.parametrize(
    ("name", "value"), [("max_sequences", 0), ("batched_tokens", -1), ("memory", 0), ("gpus", "two"), ("gpu_share", 2)]
)
def test_wrong_options_are_named(name: str, value: object) -> None:
    """A number that is none is a UsageError about that option; an option that does not exist is a TypeError."""
    with pytest.raises(UsageError) as caught:
        Options(**{name: value})  # type: ignore[arg-type]
    assert caught.value.where == f"engine.{name}"
    with pytest.raises(TypeError, match="speed"):
        Options(speed=3)  # type: ignore[call-arg]


def test_the_configuration_file_names_every_option(checkout: Path) -> None:
    """What can be set is in configs/engine/vllm.yaml, with the defaults of the code."""
    import yaml

    written = yaml.safe_load((checkout / "configs/engine/vllm.yaml").read_text())
    assert written.pop("_target_") == f"{VllmEngine.__module__}.VllmEngine"
    defaults = Options()
    assert written == {name: getattr(defaults, name) for name in Options.__slots__}


def test_on_a_cpu_everything_is_settled(grouped: Path) -> None:
    """No option is left open in a plan: the dtype is the submission's, and a CPU runs eagerly."""
    settled = settle(grouped, "float32", "cpu", 512, Options(batch_invariant=False))
    assert None not in settled.to_json().values()
    assert (settled.dtype, settled.eager, settled.tensor, settled.block_size) == ("float32", True, 1, 32)
    with pytest.raises(UnknownNameError, match="int4"):
        settle(grouped, "int4", "cpu", 512, Options(batch_invariant=False))


def _settled(**changes: object) -> Settings:
    facts = {"dtype": "float32", "device": "cpu", "batch_invariant": False, "eager": True, "in_process": True}
    sizes = {"seed": 3, "max_sequences": 8, "batched_tokens": 64, "block_size": 32, "memory": 1000}
    return Settings(**{**facts, **sizes, "tensor": 1, "pipeline": 1, "context": 512, **changes})  # type: ignore[arg-type]


def test_vllm_is_left_no_default_that_changes_an_answer(tmp_path: Path) -> None:
    """No generation settings of the checkpoint, no remote code, a fixed seed (PITFALLS: default sampling)."""
    given = engine_arguments(tmp_path, _settled())
    assert given["generation_config"] == "vllm"
    assert given["trust_remote_code"] is False
    assert given["load_format"] == "safetensors"
    assert (given["seed"], given["max_num_seqs"], given["max_model_len"]) == (3, 8, 512)
    assert engine_arguments(tmp_path, _settled(batched_tokens=2))["max_num_batched_tokens"] == 8


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables are set while the engine lives, and are afterwards what they were."""
    monkeypatch.setenv("VLLM_BATCH_INVARIANT", "0")
    monkeypatch.delenv("VLLM_NO_USAGE_STATS", raising=False)
    with environment(_settled(batch_invariant=True, in_process=False)):
        assert os.environ["VLLM_BATCH_INVARIANT"] == os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] == "1"
        assert os.environ["VLLM_NO_USAGE_STATS"] == "1"
    assert os.environ["VLLM_BATCH_INVARIANT"] == "0"
    assert "VLLM_NO_USAGE_STATS" not in os.environ


def test_facts_are_read_without_loading(grouped: Path) -> None:
    """Dimensions come from the configuration, bytes from the weights' headers, in the dtype to be loaded."""
    assert read_facts(grouped) == ModelFacts(layers=4, attention_heads=4, kv_heads=2, head_size=8, hidden=32)
    import safetensors.torch

    elements = sum(tensor.numel() for tensor in safetensors.torch.load_file(grouped / "model.safetensors").values())
    assert checkpoint_bytes(grouped, "float32") == 4 * elements
    assert checkpoint_bytes(grouped, "bfloat16") == 2 * elements


def test_a_configuration_without_dimensions_is_named(tmp_path: Path) -> None:
    """What is missing for the plan is said; no weights are said too."""
    (tmp_path / "config.json").write_text(json.dumps({"num_attention_heads": 2}))
    with pytest.raises(CheckpointError, match="hidden_size"):
        read_facts(tmp_path)
    with pytest.raises(CheckpointError, match="no weights"):
        checkpoint_bytes(tmp_path, "float32")
