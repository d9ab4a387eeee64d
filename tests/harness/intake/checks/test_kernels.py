from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "keys",
    [
        {"attn_implementation": "someone/kernel"},
        {"_attn_implementation": "someone/kernel@main"},
        {"text_config": {"_attn_implementation": "someone/kernel"}},
        {"attn_implementation": {"text": "sdpa", "vision": "someone/kernel"}},
        {"_attn_implementation_internal": "paged|someone/kernel"},
        {"attn_implementation": ["sdpa"]},
    ],
)
def test_a_kernel_from_elsewhere_is_refused(entry: Any, keys: dict[str, Any]) -> None:
    """Transformers 5.23 reaches a download for these, with remote code forbidden."""
    entry.change("config.json", **keys)
    assert entry.codes() == ["code.kernel"]


@pytest.mark.parametrize("chosen", ["eager", "sdpa", None, {"text": "sdpa", "vision": "eager"}])
def test_built_in_implementations_pass(entry: Any, chosen: Any) -> None:
    """What the library carries itself may be named."""
    entry.change("config.json", attn_implementation=chosen)
    assert entry.codes() == []


def test_an_adapter_is_refused(entry: Any) -> None:
    """An adapter's configuration names another model to fetch."""
    entry.put("adapter_config.json", {"base_model_name_or_path": "someone/model"})
    assert entry.codes() == ["code.adapter"]
