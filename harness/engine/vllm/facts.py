"""What a checkpoint's files say of its size: read from its configuration and the headers of its weights."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.engine.prompting import read_config
from harness.errors import CheckpointError

ITEM_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The dimensions that decide how much memory a model takes."""

    layers: int
    attention_heads: int
    kv_heads: int  # fewer than the attention heads where groups share keys and values
    head_size: int
    hidden: int


def read_facts(folder: Path) -> ModelFacts:
    """Dimensions from `config.json`; CheckpointError names the key that is missing."""
    config = read_config(folder)
    try:
        heads = int(config["num_attention_heads"])
        hidden = int(config["hidden_size"])
        return ModelFacts(
            layers=int(config["num_hidden_layers"]),
            attention_heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_size=int(config.get("head_dim") or hidden // heads),
            hidden=hidden,
        )
    except (KeyError, TypeError, ValueError) as error:
        remedy = "the vLLM engine plans memory from these keys; give them, or use engine=transformers"
        raise CheckpointError(f"config.json lacks {error}", where=folder.name, remedy=remedy) from error


def checkpoint_bytes(folder: Path, dtype: str) -> int:
    """Bytes that the weights take once loaded in `dtype`: the elements that the safetensors headers list."""
    elements = sum(_elements(path) for path in sorted(folder.glob("*.safetensors")))
    if not elements:
        raise CheckpointError("no weights in safetensors files", where=folder.name)
    return elements * ITEM_BYTES[dtype]


def _elements(path: Path) -> int:
    with path.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        header: dict[str, Any] = json.loads(stream.read(size))
    count = 0
    for name, entry in header.items():
        if name != "__metadata__":
            product = 1
            for extent in entry["shape"]:
                product *= extent
            count += product
    return count
