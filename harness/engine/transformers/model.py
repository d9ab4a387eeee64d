"""A checkpoint loaded with nothing hidden, and the two questions put to it: tokens of a text, logits of tokens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers.cache_utils import Cache

from harness.errors import CheckpointError, ContextOverflowError, EngineError
from harness.prompt import PromptStyle

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_STATEFUL = {"linear_attention", "mamba", "recurrent", "conv"}  # layers whose state cannot be branched


class Model:
    """Weights, tokenizer and prompt style of one submission."""

    def __init__(self, folder: Path, style: PromptStyle, dtype: str, device: str, context: int = 0) -> None:
        """Load from a local folder; CheckpointError says what the libraries refuse.

        `context` is the declared length in tokens, 0 where none is declared; the configuration's own bound holds too.
        """
        self.style = style
        self.device = torch.device(device)
        self.forward_seconds = 0.0
        transformers.utils.logging.disable_progress_bar()  # the run has a bar of its own
        options = {"local_files_only": True, "trust_remote_code": False}
        try:
            self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
            self.network, found = transformers.AutoModelForCausalLM.from_pretrained(
                folder,
                dtype=DTYPES[dtype],
                attn_implementation="sdpa",
                use_safetensors=True,
                output_loading_info=True,
                **options,
            )
        except Exception as error:  # whatever a library raises on a team's files is about those files
            raise CheckpointError(f"{type(error).__name__}: {error}", where=folder.name) from error
        _refuse_invented(found, folder)
        self.network.eval().to(self.device)
        self._refuse_stateful()
        self.ends = _end_tokens(self.network, self.tokenizer)
        text_config = self.network.config.get_text_config(decoder=True)
        bounds = (context, int(getattr(text_config, "max_position_embeddings", 0) or 0))
        self.context = min((bound for bound in bounds if bound > 0), default=1 << 20)

    def tokens(self, text: str, room: int) -> list[int]:
        """Token ids of a prompt with exactly the special tokens it should have.

        ContextOverflowError when the prompt and `room` tokens of answer do not fit: a prompt is never cut.
        """
        ids: list[int] = self.tokenizer(text, add_special_tokens=self.style.adds_special_tokens)["input_ids"]
        bos = self.tokenizer.bos_token_id
        if bos is not None and ids[:2] == [bos, bos]:
            raise EngineError("the prompt begins with two BOS tokens", remedy="take BOS out of the chat template")
        if not ids:
            raise EngineError("the prompt is empty once tokenised")
        if len(ids) + room > self.context:
            raise ContextOverflowError(
                f"the prompt has {len(ids)} tokens and its answer may take {room}: the context holds {self.context}"
            )
        return ids

    def continuation(self, prompt_text: str, prompt: Sequence[int], option: str) -> list[int]:
        """Token ids of an option after its prompt.

        The whole is tokenised, so that the option reads as in running text. EngineError where a merge crosses the
        border: then the prompt's tokens are no prefix of the whole, and a split would score another text.
        """
        text = prompt_text + self.style.delimiter + option
        whole: list[int] = self.tokenizer(text, add_special_tokens=self.style.adds_special_tokens)["input_ids"]
        if whole[: len(prompt)] != list(prompt) or len(whole) == len(prompt):
            raise EngineError(f"a token crosses the border between the prompt and option {option!r}")
        if len(whole) > self.context:
            raise ContextOverflowError(f"prompt and option have {len(whole)} tokens: the context holds {self.context}")
        return whole[len(prompt) :]

    @torch.inference_mode()
    def forward(
        self,
        ids: torch.Tensor,
        cache: Cache,
        keep: int,
        mask: torch.Tensor | None = None,
        start: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Logits of the last `keep` positions, [rows, keep, vocabulary] in float32; the cache grows by the tokens.

        `ids` is [rows, tokens]; `mask` [rows, cached + tokens] is 0 on padding; `start` [rows] is each row's position
        of its first new token (default: the cache's length).
        """
        begin = time.perf_counter()
        first = torch.full((ids.shape[0],), cache.get_seq_length()) if start is None else start
        positions = first[:, None] + torch.arange(ids.shape[1])[None, :]
        out = self.network(
            input_ids=ids.to(self.device),
            attention_mask=None if mask is None else mask.to(self.device),
            position_ids=positions.to(self.device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=keep,
        )
        logits = out.logits[:, -keep:].float()
        self.forward_seconds += time.perf_counter() - begin
        return logits

    def _refuse_stateful(self) -> None:
        text_config = self.network.config.get_text_config(decoder=True)
        kinds = set(getattr(text_config, "layer_types", None) or ())
        if kinds & _STATEFUL or getattr(self.network, "_is_stateful", False):
            raise EngineError(
                f"{self.network.config.model_type} keeps a running state that cannot be branched from a shared prefix",
                remedy="this engine runs attention models only",
            )


def _refuse_invented(found: Any, folder: Path) -> None:
    """A tensor that the files lack is filled with random numbers by the library: then this is not the team's model."""
    for key, what in (
        ("missing_keys", "lack"),
        ("mismatched_keys", "have in another shape"),
        ("unexpected_keys", "have"),
    ):
        names = sorted(str(name) for name in found.get(key) or ())
        if names:
            shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
            also = ", which the architecture does not" if key == "unexpected_keys" else ""
            raise CheckpointError(
                f"the weight files {what} {len(names)} tensors{also}: {shown}",
                where=folder.name,
                remedy="save the checkpoint again with save_pretrained, and declare the new hashes",
            )


def _end_tokens(network: Any, tokenizer: Any) -> frozenset[int]:
    """Every token that ends an answer, as the checkpoint declares them."""
    declared = [network.generation_config.eos_token_id, network.config.eos_token_id, tokenizer.eos_token_id]
    flat = [token for entry in declared for token in (entry if isinstance(entry, list) else [entry])]
    return frozenset(token for token in flat if token is not None)
