from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pytorch_model.bin", "weights.pickle"),
        ("model.PT", "weights.pickle"),
        ("weights.pkl", "weights.pickle"),
        ("last.ckpt", "weights.pickle"),
        ("model.pth", "weights.pickle"),
        ("scaler.npy", "weights.pickle"),
        ("model.gguf", "weights.gguf"),
        ("modeling_mine.py", "code.file"),
        ("helper.so", "code.file"),
        ("sub/setup.sh", "code.file"),
        ("model.onnx", "file.type"),
        ("manifest.yaml", "file.type"),
    ],
)
def test_forbidden_kinds_are_refused_though_listed(entry: Any, name: str, code: str) -> None:
    """A listed and rightly hashed file of a forbidden kind is still refused."""
    entry.put(name, "harmless text")
    assert entry.codes() == [code]


def test_texts_and_licences_pass(entry: Any) -> None:
    """What comes with a checkpoint for people is allowed."""
    for name in ("LICENSE", "NOTICE", "README.md", "merges.txt", "terms.html"):
        entry.put(name, "(c) 2026 someone\ncopyright\nRest")
    assert entry.codes() == []


def test_a_checkpoint_without_safetensors_is_refused(entry: Any) -> None:
    """No .safetensors file at all is a finding of its own."""
    (entry.checkpoint / "model.safetensors").unlink()
    assert entry.codes() == ["weights.none"]
