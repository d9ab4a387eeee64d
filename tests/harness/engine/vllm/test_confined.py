"""vLLM in a worker of its own: it starts without network and files, and answers as it does outside."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("vllm", reason="vLLM is not installed in this environment: make test-vllm")

from harness.engine.base import EngineContext
from harness.engine.confined.engine import ConfinedEngine
from harness.engine.confined.process import working_bwrap
from harness.engine.vllm.engine import VllmEngine
from harness.errors import SandboxUnavailableError
from harness.prompt import PromptStyle
from harness.types import Message, Request, Sampling

pytestmark = [pytest.mark.vllm, pytest.mark.model, pytest.mark.timeout(600)]


def test_a_confined_vllm_answers(smollm2: Path) -> None:
    """Text and choice come back, the canary has failed, and the identity is the one that the plan was made with."""
    try:
        working_bwrap()
    except SandboxUnavailableError as error:
        pytest.skip(str(error))
    context = EngineContext(PromptStyle("plain"), smollm2, "float32", 2048)
    options = {"max_sequences": 4}
    configured = {"_target_": "harness.engine.vllm.engine.VllmEngine", **options}
    text = Request("text", "en", (Message("user", "Write a short story about the sea."),), Sampling(8))
    choice = Request("choice", "en", (Message("user", "Is snow white?"),), Sampling(0), options=("yes", "no"))
    with ConfinedEngine(VllmEngine(context, **options), context, configured, "required") as engine:
        found = {done.item: done for done in engine.run([text, choice])}
    assert engine.isolation["network"]["isolated"] is True
    assert found["text"].finish in ("stop", "length")
    assert len(found["choice"].option_logprobs) == 2
    with VllmEngine(context, **options) as free:
        expected = {done.item: done for done in free.run([text, choice])}
    assert found["text"].text == expected["text"].text
    assert found["choice"].option_logprobs == pytest.approx(expected["choice"].option_logprobs, abs=1e-3)
