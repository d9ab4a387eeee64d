"""vLLM for real, with checkpoints that are broken and processes that are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("vllm", reason="vLLM is not installed in this environment: make test-vllm")

import torch
import transformers
from safetensors.torch import load_file, save_file

from harness.engine.base import EngineContext
from harness.engine.vllm.engine import VllmEngine
from harness.errors import CheckpointError
from harness.journal import count_lines, read_all
from harness.prompt import PromptStyle
from harness.types import Completion, Message, Request, Sampling

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

PLAIN = PromptStyle("plain")
ENTRY = "huggingface/smollm2-135m-instruct"
ROUND = """
name: tiny
title: {fr: Petite manche, en: Tiny round}
date: "2026-11-22"
seed: kill
languages: [fr, en]
levels: 2
counts: 4
tasks: [understanding/reading_choice, content_production/constrained_writing]
level_weights: uniform
submissions: [huggingface/smollm2-135m-instruct]
"""
ITEMS = 2 * 2 * 4 * 2


@pytest.fixture
def wide(tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny checkpoint with heads of the least size that vLLM's CPU kernels take."""
    sizes = {**tiny._SIZES, "hidden_size": 128, "num_attention_heads": 4, "num_key_value_heads": 2}
    monkeypatch.setitem(tiny.KINDS, "wide", lambda: transformers.LlamaConfig(**sizes))
    return tiny.tiny_checkpoint(tmp_path / "wide", "wide")


def asked() -> list[Request]:
    said = (Message("user", "one and one"),)
    return [Request("text", "en", said, Sampling(6)), Request("pick", "en", said, Sampling(0), ("two", "three", "4"))]


def run(folder: Path) -> dict[str, Completion]:
    with VllmEngine(EngineContext(PLAIN, folder, "float32"), memory=1 << 26) as engine:
        return {done.item: done for done in engine.run(asked())}


def test_nan_weights_are_the_submissions_own_fault(wide: Path) -> None:
    """Logits that are not finite are broken answers, of texts and choices: neither a zero nor our fault."""
    good = run(wide)
    assert {done.finish for done in good.values()} <= {"stop", "length"}
    tensors = load_file(wide / "model.safetensors")
    tensors["model.norm.weight"][:] = torch.nan
    save_file(tensors, wide / "model.safetensors", metadata={"format": "pt"})
    broken = run(wide)  # a second engine in this process
    assert {done.finish for done in broken.values()} == {"broken"}
    assert all("not finite" in done.error for done in broken.values())


@pytest.mark.parametrize("change", ["lacks", "has more"])
def test_weights_that_are_not_all_the_teams_are_refused(wide: Path, change: str) -> None:
    """A tensor that the files lack is never made up: vLLM would leave a part of a fused one as memory was."""
    tensors = load_file(wide / "model.safetensors")
    if change == "lacks":
        del tensors["model.layers.1.mlp.up_proj.weight"]
    else:
        tensors["model.layers.9.mlp.up_proj.weight"] = torch.zeros(2, 2)
    save_file(tensors, wide / "model.safetensors", metadata={"format": "pt"})
    with (
        pytest.raises(CheckpointError, match=r"layers\.[19]\.mlp"),
        VllmEngine(EngineContext(PLAIN, wide, "float32"), memory=1 << 26),
    ):
        pass


def start(runs: Path) -> subprocess.Popen[bytes]:
    options = ["engine=vllm", "engine.dtype=float32", "engine.max_sequences=4", "tracking=none"]
    command = [sys.executable, "-m", "harness.cli.main", "run", ENTRY, "--round", "tiny", *options]
    environment = {**os.environ, "DEFI_RUNS": str(runs)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.mark.model
def test_a_killed_run_goes_on_where_it_was(workspace: Path, smollm2: Path, tmp_path: Path) -> None:
    """SIGKILL with some answers on disk: they stay as they are, and the same command asks only the rest."""
    (workspace / "configs/round/tiny.yaml").write_text(ROUND)
    journal = tmp_path / "runs/tiny" / ENTRY / "completions.jsonl"
    process = start(tmp_path / "runs")
    while process.poll() is None and count_lines(journal) < 6:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    out, _ = process.communicate()
    left = list(read_all(Completion, journal))
    assert 6 <= len(left) < ITEMS, out.decode()
    again = start(tmp_path / "runs")
    out, _ = again.communicate(timeout=600)
    assert again.returncode == 0, out.decode()
    done = list(read_all(Completion, journal))
    assert done[: len(left)] == left
    assert len({one.item for one in done}) == len(done) == ITEMS
    plan = json.loads((journal.parent / "plan.json").read_text())
    assert plan["engine"]["name"] == "vllm"
    assert json.loads((journal.parent / "state.json").read_text())["state"] == "scored"
