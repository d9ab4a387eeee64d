"""The tiny checkpoints, made once."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """The module `tiny.py` beside this file."""
    path = Path(__file__).with_name("tiny.py")
    spec = importlib.util.spec_from_file_location("tiny_checkpoints", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", params=["grouped", "sliding", "biased"])
def checkpoint(request: pytest.FixtureRequest, tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint of each kind of attention."""
    return tiny.tiny_checkpoint(tmp_path_factory.mktemp(request.param), request.param)
