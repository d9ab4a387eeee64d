"""Tiny checkpoints with random weights, one per kind of attention, and the plainest reference there is."""

from __future__ import annotations

import functools
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

_SIZES = {
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "bos_token_id": 256,
    "eos_token_id": 257,
    "pad_token_id": 257,
}
KINDS = {
    "grouped": lambda: transformers.LlamaConfig(**_SIZES),
    "sliding": lambda: transformers.Gemma3TextConfig(
        **_SIZES, head_dim=8, sliding_window=24, layer_types=["sliding_attention", "full_attention"] * 2
    ),
    "biased": lambda: transformers.Qwen2Config(**_SIZES),
}


def tiny_checkpoint(folder: Path, kind: str, *, add_bos: bool = True) -> Path:
    """Save a byte-level checkpoint with random weights whose logits are far from uniform."""
    torch.manual_seed(7)
    network = transformers.AutoModelForCausalLM.from_config(KINDS[kind]())
    for parameter in network.parameters():
        parameter.data = torch.randn_like(parameter) * (0.2 if parameter.dim() > 1 else 0.1) + (parameter.dim() == 1)
    network.save_pretrained(folder)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: n for n, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<bos>", eos_token="<eos>")
    if add_bos:
        wrapped._tokenizer.post_processor = processors.TemplateProcessing(
            single="<bos> $A", special_tokens=[("<bos>", wrapped.bos_token_id)]
        )
    wrapped.save_pretrained(folder)
    return folder


@functools.cache
def _network(folder: Path) -> torch.nn.Module:
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


@functools.cache
def tokenizer_of(folder: Path) -> PreTrainedTokenizerFast:
    """A checkpoint's tokenizer, loaded once."""
    return transformers.AutoTokenizer.from_pretrained(folder)


@torch.inference_mode()
def reference_logits(folder: Path, ids: list[int]) -> torch.Tensor:
    """Logits [tokens, vocabulary] of one sequence: no cache, no batch, no padding."""
    return _network(folder)(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()
