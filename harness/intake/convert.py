r"""One GGUF file to an ordinary safetensors folder: `python -P -m harness.intake.convert FILE.gguf FOLDER`.

It runs as a process of its own (see `checkpoint`), so that torch's memory goes back and a crash is only a message.
What loading a GGUF file with transformers loses, depending on its version, is put right here:

* the pre-tokenizer. `smollm` files split digits one by one before byte-pair merging; transformers 5.23 makes plain
  GPT-2 splitting of it, and `\n\n8` becomes three tokens the model never saw in training instead of two (118 of 3,000
  random texts differed from llama.cpp; none after the repair). A kind that is not in `_SPLITTERS` is refused.
* the beginning-of-sequence token. transformers 5.19 forgets the file's `add_bos_token`, 5.23 heeds it; a Gemma
  without it is broken (lm-evaluation-harness #1465).
* the quantisation marks, which would make `save_pretrained` write packed weights.

Whatever names the version or the machine is left out of the files, so that their hashes can be declared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.errors import CheckpointError

_VOLATILE = ("transformers_version", "_name_or_path", "_model_name_or_path", "is_local", "local_files_only")


def convert(gguf: Path, folder: Path) -> None:
    """Write the checkpoint in bfloat16, with tokenizer, chat template and a greedy generation configuration.

    Raises:
        CheckpointError: the file's tokenizer is of a kind whose conversion has not been proved right.
    """
    split, adds_bos = _tokenizer_facts(gguf)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    split(tokenizer)
    if adds_bos:
        _begin_with_bos(tokenizer)
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    for owner, mark in ((model, "hf_quantizer"), (model.config, "quantization_config")):
        if hasattr(owner, mark):
            delattr(owner, mark)
    tokenizer.model_max_length = model.config.max_position_embeddings
    model.to(torch.bfloat16).save_pretrained(folder, max_shard_size="100GB")
    tokenizer.save_pretrained(folder)
    _write_generation_config(folder, model.config)
    _settle(folder)


def _tokenizer_facts(gguf: Path) -> tuple[Callable[[Any], None], bool]:
    """How the file's tokenizer splits a text, and whether it begins one with its special token."""
    from gguf import GGUFReader

    reader = GGUFReader(gguf)
    kind, begins = reader.get_field("tokenizer.ggml.pre"), reader.get_field("tokenizer.ggml.add_bos_token")
    name = str(kind.contents()) if kind else "default"
    if name not in _SPLITTERS:
        raise CheckpointError(
            f"pre-tokenizer {name!r} is not known to convert faithfully",
            where=gguf.name,
            remedy=f"submit the original safetensors checkpoint; known kinds: {', '.join(sorted(_SPLITTERS))}",
        )
    return _SPLITTERS[name], bool(begins and begins.contents())


def _keep(tokenizer: Any) -> None:
    """Loaded as it should be."""


def _split_digits(tokenizer: Any) -> None:
    """SmolLM's own splitting: digits one by one, then GPT-2's pattern on bytes."""
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence

    bytes_ = ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.backend_tokenizer.pre_tokenizer = Sequence([Digits(individual_digits=True), bytes_])


def _begin_with_bos(tokenizer: Any) -> None:
    """Exactly one at the beginning of a text, when special tokens are asked for."""
    from tokenizers.processors import TemplateProcessing

    bos = tokenizer.bos_token
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A", pair=f"{bos} $A {bos}:1 $B:1", special_tokens=[(bos, tokenizer.bos_token_id)]
    )


_SPLITTERS: dict[str, Callable[[Any], None]] = {"default": _keep, "smollm": _split_digits}


def _write_generation_config(folder: Path, config: Any) -> None:
    """Nothing here samples, whoever loads the folder."""
    names = ("bos_token_id", "eos_token_id", "pad_token_id")
    settings = {name: getattr(config, name) for name in names} | {"do_sample": False, "use_cache": True}
    (folder / "generation_config.json").write_text(json.dumps(settings), encoding="utf-8")


def _settle(folder: Path) -> None:
    """Leave out what differs between machines and versions; let every user of a shared cache read the files."""
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        path = folder / name
        settings = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: value for key, value in settings.items() if key not in _VOLATILE}
        path.write_text(json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o644)


if __name__ == "__main__":
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except CheckpointError as error:
        sys.exit(str(error))
