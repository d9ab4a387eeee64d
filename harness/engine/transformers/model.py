"""A checkpoint loaded with nothing hidden, and what is asked of it: logits of tokens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers

from harness.engine.ending import Vocabulary
from harness.engine.prompting import Prompter
from harness.engine.transformers.attention import Pass, attending
from harness.engine.whole import refuse_invented
from harness.errors import CheckpointError
from harness.prompt import PromptStyle

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Model:
    """Weights and tokenizer of one submission."""

    def __init__(self, folder: Path, style: PromptStyle, dtype: str, device: str, context: int = 0) -> None:
        """Load from a local folder; CheckpointError says what the libraries refuse.

        `context` is the declared length in tokens, 0 where none is declared; the configuration's own bound holds too.
        """
        self.dtype = dtype
        self.device = torch.device(device)
        self.forward_seconds = 0.0
        self.drained_seconds = 0.0  # of these, lost to places that nothing waited for (`drain`)
        self.key_value_bytes = 0  # of one token in all layers; measured when the attention is tried
        transformers.utils.logging.disable_progress_bar()  # the run has a bar of its own
        self.prompter = Prompter(folder, style, context)
        try:
            self.network, found = _load(folder, DTYPES[dtype])
        except Exception as error:  # whatever a library raises on a team's files is about those files
            raise CheckpointError(f"{type(error).__name__}: {error}", where=folder.name) from error
        refuse_invented(found, folder)
        self.network.eval().to(self.device)
        self.vocabulary = Vocabulary(self.prompter.tokenizer, self.prompter.ends)
        self.config = self.network.config.get_text_config(decoder=True)

    @torch.inference_mode()
    def forward(self, work: Pass) -> torch.Tensor:
        """Logits of the wanted places of a pass, [wanted, vocabulary], in the model's dtype."""
        with attending(work):
            keep = work.wanted if len(work.wanted) else 1
            return self._logits(input_ids=work.ids, position_ids=work.positions, logits_to_keep=keep)

    @torch.inference_mode()
    def recompute(self, ids: Sequence[int], keep: int) -> torch.Tensor:
        """Logits of the last `keep` tokens of one sequence from nothing, [keep, vocabulary], in the model's dtype."""
        return self._logits(input_ids=torch.tensor([list(ids)], device=self.device), logits_to_keep=keep)[-keep:]

    def _logits(self, **given: Any) -> torch.Tensor:
        begin = time.perf_counter()
        logits: torch.Tensor = self.network(**given, use_cache=False).logits[0]
        if self.device.type == "cuda":
            torch.cuda.synchronize()  # or the time is another's
        self.forward_seconds += time.perf_counter() - begin
        return logits


def _load(folder: Path, dtype: torch.dtype) -> tuple[Any, Any]:
    """Weights with the library's own attention, named: a configuration may name code to download in its place."""
    options = {
        "local_files_only": True,
        "trust_remote_code": False,
        "use_safetensors": True,
        "output_loading_info": True,
        "dtype": dtype,
    }
    try:
        return transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="sdpa", **options)
    except ValueError as error:
        if "scaled_dot_product" not in str(error):
            raise
        return transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", **options)
