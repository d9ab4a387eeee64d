from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from harness.intake.dossier import Scope


@pytest.fixture
def scanned(entry: Any) -> Any:
    """An entry whose weights are looked at."""
    entry.scope = Scope(weights=True)
    return entry


def put(entry: Any, **tensors: Any) -> None:
    save_file({name: np.asarray(t, np.float32) for name, t in tensors.items()}, entry.checkpoint / "model.safetensors")
    entry.manifest["parameters"] = sum(np.asarray(t).size for t in tensors.values())


def test_finite_weights_pass(scanned: Any) -> None:
    """The largest, the smallest and a bias of zeros are numbers like others."""
    put(scanned, w=[[3.4e38, -3.4e38], [1e-45, 0.0]], bias=[0.0, 0.0])
    assert scanned.codes() == []


def test_one_nan_is_named_with_its_tensor_and_count(scanned: Any) -> None:
    """The finding says which tensor of which file, and how many of how many."""
    put(scanned, good=[1.0, 2.0], bad=[1.0, np.nan, -np.inf])
    (found,) = scanned.check().findings
    assert (found.code, found.where, found.severity) == ("weights.not-finite", "model.safetensors: bad", "error")
    assert found.what.startswith("2 of 3 ")


def test_many_bad_tensors_are_summed_up(scanned: Any) -> None:
    """Twenty are named, the rest counted."""
    put(scanned, **{f"t{number:03d}": [np.inf] for number in range(50)})
    found = scanned.check().findings
    assert len(found) == 21
    assert found[-1].what == "30 more tensors, 50 in all"


def test_a_matrix_of_zeros_is_a_warning(scanned: Any) -> None:
    """It may be meant so: the entry stays eligible."""
    put(scanned, w=[[0.0, -0.0]], other=[[1.0]])
    verdict = scanned.check()
    assert [(f.code, f.severity) for f in verdict.findings] == [("weights.zero", "warning")]
    assert verdict.eligible


def test_without_being_asked_nothing_is_read(entry: Any) -> None:
    """The scan costs as much as reading everything: it is done on demand."""
    put(entry, w=[np.nan])
    assert entry.codes() == []
