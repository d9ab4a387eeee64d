"""Sound inputs, from which a fuzzer learns the form."""

from __future__ import annotations

import json
from pathlib import Path

from fuzz.targets import SAFETENSORS

_ROOT = Path(__file__).resolve().parent.parent
_HEADER = {
    "__metadata__": {"format": "pt"},
    "a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
    "b": {"dtype": "BF16", "shape": [], "data_offsets": [16, 18]},
}
_CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 128,
    "vocab_size": 8,
    "attn_implementation": {"text": "eager"},
    "text_config": {"layer_types": ["sliding_attention"], "sliding_window": 8},
}
_INDEX = {"metadata": {"total_size": 18}, "weight_map": {"a": "model.safetensors", "b": "x.safetensors"}}
_TOKENIZER = {
    "version": "1.0",
    "added_tokens": [{"id": 0, "content": "<s>", "special": True}],
    "normalizer": {"type": "NFC"},
    "model": {"type": "BPE", "vocab": {"<s>": 0, "a": 1}, "merges": [["a", "a"]]},
}
_SPLIT = {"type": "Split", "pattern": {"Regex": r"(?i:'s|'t)|[^\r\n\p{L}]?\p{L}+|\p{N}{1,3}|\s+(?!\S)|\s+"}}
_PARTED = _TOKENIZER | {
    "truncation": None,
    "normalizer": {
        "type": "Sequence",
        "normalizers": [{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}],
    },
    "pre_tokenizer": {"type": "Sequence", "pretokenizers": [_SPLIT | {"behavior": "Isolated", "invert": False}]},
    "decoder": {"type": "Strip", "content": " ", "start": 1, "stop": 0},
}
_SETTINGS = {"bos_token": {"content": "<s>"}, "chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}"}


def seeds(name: str) -> list[bytes]:
    """The inputs of a target."""
    return _SEEDS[name]()


def _safetensors() -> list[bytes]:
    text = json.dumps(_HEADER).encode()
    return [len(text).to_bytes(8, "little") + text + bytes(18), SAFETENSORS]


def _manifests() -> list[bytes]:
    found = sorted((_ROOT / "submissions").glob("*/*/manifest.yaml"))
    return [(_ROOT / "submissions/template/manifest.yaml").read_bytes(), *(path.read_bytes() for path in found)]


_SEEDS = {
    "safetensors": _safetensors,
    "config": lambda: [json.dumps(one).encode() for one in (_CONFIG, _INDEX)],
    "tokenizer": lambda: [json.dumps(one).encode() for one in (_TOKENIZER, _PARTED, _SETTINGS)],
    "manifest": _manifests,
}
