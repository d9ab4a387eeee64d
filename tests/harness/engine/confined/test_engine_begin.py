"""A worker that ends before it has read anything of a team's: never that team's fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import new_engine
from harness.engine.base import EngineContext
from harness.engine.confined import process
from harness.engine.confined.cage import Bounds
from harness.engine.confined.engine import ConfinedEngine
from harness.errors import SandboxUnavailableError
from harness.prompt import PromptStyle
from harness.states import fault_of, worth_again


def test_a_worker_that_does_not_begin_is_our_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """For instance where the harness cannot be imported there: ours, and worth another try."""
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr(process, "_interpreter", lambda: "/usr/bin/false")
    context = EngineContext(PromptStyle("plain"), tmp_path, "float32", 128)
    configured = {"_target_": "harness.engine.transformers.engine.TransformersEngine"}
    engine = ConfinedEngine(new_engine(configured, context), context, configured, "none", Bounds())
    with pytest.raises(SandboxUnavailableError, match="did not begin") as caught, engine:
        pass
    assert fault_of(caught.value) == "ours"
    assert worth_again(caught.value)
