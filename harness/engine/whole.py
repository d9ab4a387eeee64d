"""Whether a checkpoint's files hold the whole model and nothing else: a missing tensor is otherwise made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.errors import CheckpointError

_WRONG = (("missing_keys", "lack"), ("mismatched_keys", "have in another shape"), ("unexpected_keys", "have"))


def check_whole(folder: Path) -> None:
    """CheckpointError unless the weight files hold the architecture's tensors, all of them and no other.

    The names and shapes are compared as the transformers library loads them, on a device that holds no numbers.
    """
    import transformers

    transformers.utils.logging.disable_progress_bar()
    try:
        _, found = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            device_map={"": "meta"},
            attn_implementation="eager",  # named: a configuration may name code to download in its place
            use_safetensors=True,
            output_loading_info=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    except Exception as error:  # whatever a library raises on a team's files is about those files
        raise CheckpointError(f"{type(error).__name__}: {error}", where=folder.name) from error
    refuse_invented(found, folder)


def refuse_invented(found: Any, folder: Path) -> None:
    """CheckpointError for what `from_pretrained` says it filled with random numbers, or had no place for."""
    for key, what in _WRONG:
        names = sorted(str(name) for name in found.get(key) or ())
        if names:
            shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
            also = ", which the architecture does not" if key == "unexpected_keys" else ""
            raise CheckpointError(
                f"the weight files {what} {len(names)} tensors{also}: {shown}",
                where=folder.name,
                remedy="save the checkpoint again with save_pretrained, and declare the new hashes",
            )
