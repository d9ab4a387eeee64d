from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

INDEX = "model.safetensors.index.json"
FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"


@pytest.fixture
def sharded(entry: Any) -> Any:
    """The sound entry in two shards with an index."""
    (entry.checkpoint / "model.safetensors").unlink()
    entry.put(FIRST, save({"embed": np.zeros((4, 3), np.float32)}))
    entry.put(SECOND, save({"head": np.zeros((3, 2), np.float32)}))
    entry.put(INDEX, {"metadata": {}, "weight_map": {"embed": FIRST, "head": SECOND}})
    return entry


def test_a_sound_index_passes(sharded: Any) -> None:
    """Two shards and an index that agree are no finding."""
    assert sharded.codes() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight_map": None}, "index.broken"),
        ({"weight_map": {"embed": 1}}, "index.broken"),
        ({"weight_map": {"embed": FIRST, "head": "../../outside.safetensors"}}, "index.path"),
        ({"weight_map": {"embed": FIRST, "head": "/etc/passwd"}}, "index.path"),
        ({"weight_map": {"embed": FIRST, "head": "a\\b.safetensors"}}, "index.path"),
        ({"weight_map": {"embed": FIRST, "head": ".."}}, "index.path"),
        ({"weight_map": {"embed": FIRST, "head": "absent.safetensors"}}, "index.missing-shard"),
        ({"weight_map": {"embed": FIRST, "head": SECOND, "ghost": SECOND}}, "index.tensor"),
        ({"weight_map": {"embed": FIRST, "tail": SECOND}}, "index.tensor"),
    ],
)
def test_a_broken_index_is_refused(sharded: Any, change: dict[str, Any], code: str) -> None:
    """A shard outside the folder is loaded by libraries without a word, and a missing tensor without an error."""
    sharded.change(INDEX, **change)
    assert sharded.codes() == [code]


def test_shards_without_an_index_are_refused(sharded: Any) -> None:
    """Without an index nobody knows which files make the model."""
    (sharded.checkpoint / INDEX).unlink()
    assert sharded.codes() == ["index.none"]
