"""The sizes in config.json that a model may have: looked at before a library is asked to build one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.intake.strict import settings
from harness.types import Json

_BOUNDS = {  # far beyond any model, and small enough to be built without its weights
    512: ("num_hidden_layers", "num_layers", "n_layer", "n_layers",
          "num_encoder_layers", "num_decoder_layers", "encoder_layers", "decoder_layers"),
    4_096: ("num_attention_heads", "num_key_value_heads", "n_head", "n_heads", "num_heads", "num_experts",
            "num_local_experts", "n_routed_experts", "n_shared_experts"),
    65_536: ("hidden_size", "n_embd", "d_model", "head_dim", "word_embed_proj_dim", "embedding_size"),
    1_048_576: ("intermediate_size", "moe_intermediate_size", "n_inner", "ffn_dim", "d_ff", "ffn_hidden_size"),
    2_000_000: ("vocab_size",),
}  # fmt: skip
_LARGEST = {key: largest for largest, keys in _BOUNDS.items() for key in keys}


def out_of_bounds(config: Mapping[str, Json]) -> Iterator[tuple[str, int | float, int]]:
    """Every size that is too large, negative or no whole number: its place, its value and the largest allowed."""
    for place, key, value in settings(dict(config)):
        largest = _LARGEST.get(key)
        if largest is None or type(value) not in (int, float):
            continue
        if type(value) is float or not 0 <= value <= largest:
            yield place, value, largest
