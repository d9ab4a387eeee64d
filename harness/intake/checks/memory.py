"""How much memory the model needs at the declared context: told to team and organisers, never an obstacle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.intake.bounds import out_of_bounds
from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding, Json

_WIDTH = {"float32": 4, "bfloat16": 2, "float16": 2}  # bytes a number, by declared dtype
_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
_HEADS = ("num_attention_heads", "n_head", "n_heads")
_HIDDEN = ("hidden_size", "n_embd", "d_model")

CODES = {
    "memory.estimate": "The number of parameters, and the memory that weights and one full context take.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Speak only where headers and sizes are sound enough to count with."""
    config, held = dossier.json_object("config.json"), dossier.tensors()
    width, context = _WIDTH.get(dossier.declared("dtype", str) or ""), dossier.declared("context_length", int)
    if not width or context is None or not held or len(held) != len(dossier.headers) or any(out_of_bounds(config)):
        return
    text = config.get("text_config")
    sizes = text if isinstance(text, dict) else config
    if not _first(sizes, _LAYERS):
        return
    count = sum(tensor.count for header in held.values() for tensor in header)
    cache = cache_bytes(sizes, context, width)
    kept = "no estimate for its cache" if cache is None else f"{_size(cache)} for keys and values of {context:,} tokens"
    what = f"{count:,} parameters: {_size(count * width)} for the weights, {kept}"
    yield finding("memory.estimate", "checkpoint", what, "nothing to do: the engine needs some more to compute", "info")


def cache_bytes(sizes: Mapping[str, Json], context: int, width: int) -> int | None:
    """Bytes of the attention cache of one sequence; None for an architecture without attention heads.

    Two vectors (key and value) of every layer and token: 2 x heads x head width x bytes (Kwon et al. 2023, section 3,
    doi 10.1145/3600006.3613165), with as many heads as keys have (Ainslie et al. 2023, arXiv:2305.13245). A layer with
    a sliding window keeps that many tokens at most. What an engine shares or rounds up is not counted.
    """
    layers, heads, hidden = _first(sizes, _LAYERS), _first(sizes, _HEADS), _first(sizes, _HIDDEN)
    head = _first(sizes, ("head_dim",)) or (hidden // heads if heads and hidden else 0)
    keys = _first(sizes, ("num_key_value_heads",)) or heads
    if not layers or not keys or not head:
        return None
    window, kinds = _first(sizes, ("sliding_window",)) or context, sizes.get("layer_types")
    slid = sum(kind == "sliding_attention" for kind in kinds) if isinstance(kinds, list) else 0
    slid = min(slid, layers)
    return 2 * keys * head * width * ((layers - slid) * context + slid * min(window, context))


def _first(sizes: Mapping[str, Json], keys: tuple[str, ...]) -> int:
    """The first of the keys that is a positive whole number; 0 for none."""
    return next((number for key in keys if type(number := sizes.get(key)) is int and number > 0), 0)


def _size(count: int) -> str:
    """Bytes for people, in powers of ten."""
    for unit, one in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return f"{count / 1000:.1f} kB"


CHECK = Check("memory", CODES, run)
