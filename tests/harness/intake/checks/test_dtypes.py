from __future__ import annotations

from typing import Any

import numpy as np
from safetensors.numpy import save


def test_quantised_weights_are_refused(entry: Any) -> None:
    """The reference engine computes with floating-point weights only; the finding names the dtype."""
    entry.put("model.safetensors", save({"w": np.zeros(18, np.int8)}))
    (found,) = entry.check().findings
    assert found.code == "dtype.stored"
    assert "I8" in found.what


def test_rounding_is_announced(entry: Any) -> None:
    """32-bit weights computed in 16 bits are a team's choice, with a warning."""
    entry.manifest["dtype"] = "bfloat16"
    verdict = entry.check()
    assert verdict.eligible
    assert [f.code for f in verdict.findings] == ["dtype.narrower"]


def test_half_precision_computed_in_float32_passes(entry: Any) -> None:
    """Storing in 16 bits and computing in 32 loses nothing."""
    entry.put("model.safetensors", save({"w": np.zeros(18, np.float16)}))
    assert entry.codes() == []
