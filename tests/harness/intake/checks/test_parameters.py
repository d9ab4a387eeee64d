from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save


@pytest.mark.parametrize(("declared", "codes"), [(18, []), (17, ["parameters.count"]), (0, ["parameters.count"])])
def test_the_count_is_what_the_headers_hold(entry: Any, declared: int, codes: list[str]) -> None:
    """The sound entry holds 18 numbers; the remedy says so."""
    entry.manifest["parameters"] = declared
    found = entry.check().findings
    assert [f.code for f in found] == codes
    assert all("parameters: 18" in f.remedy for f in found)


@pytest.mark.parametrize(("declared", "codes"), [(9_900, []), (10_100, []), (9_899, ["parameters.count"])])
def test_one_percent_is_tolerated(entry: Any, declared: int, codes: list[str]) -> None:
    """Stored buffers do not make a declaration wrong."""
    entry.put("model.safetensors", save({"w": np.zeros(10_000, np.float32)}))
    entry.manifest["parameters"] = declared
    assert entry.codes() == codes


def test_a_broken_file_is_not_counted(entry: Any) -> None:
    """Where a header is refused the count says nothing, and nothing is said."""
    entry.put("model.safetensors", b"broken!!")
    assert "parameters.count" not in entry.codes()
