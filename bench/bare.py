"""What the harness costs over a bare loop: the same prompts, through each of the two.

Ours is the engine with its journal on disk; the other is a few lines of transformers that a careful person would write
by hand. Both run in one process, in turn, and the texts must be the same. The prompts share nothing and all answers
have one budget, so that the engine can save little: what is left is overhead.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.options import data_folder, options
from bench.result import Result, compare
from bench.sides import MODEL, TASKS, checkpoint
from bench.versus_hf import agree
from harness.types import Request

_ROWS, _BUDGET, _PAIRS = 32, 32, 7
_BAR = 0.98  # at most 2 % slower


def measure() -> Iterator[Result]:
    """Time both in turn, after one run of each."""
    import torch

    torch.set_num_threads(options().threads or torch.get_num_threads())
    requests = _requests(options().rows or _ROWS)
    with _harness(requests) as ours:
        bare = _bare([request.messages[0].content for request in requests])
        agreement = agree(ours(), bare(), exact=True)
        pairs = [_timed(ours, bare, turn) for turn in range(max(_PAIRS, options().pairs))]
    more = {"model": MODEL, "against": "a loop by hand", "agreement": agreement, "rows": len(requests)}
    yield compare("bare", "s", [a for a, _ in pairs], [b for _, b in pairs], _BAR, dtype="float32", **more)


def _requests(rows: int) -> list[Request]:
    from harness.lm_eval_task import LmEvalTask

    if not data_folder().is_dir():
        sys.exit(f"no benchmark rows in {data_folder()}: set DEFI_DATA")
    file, zero = TASKS / "gsm8k_en.yaml", {"num_fewshot": 0}
    task = LmEvalTask.from_file(file, data=data_folder(), limit=rows, overrides=zero)
    asked = [task.request(item) for item in task.items(1, "en", "bench", rows)]
    plain = {"max_new_tokens": _BUDGET, "stop": ()}
    return [dataclasses.replace(r, sampling=dataclasses.replace(r.sampling, **plain)) for r in asked]


class _harness:  # noqa: N801 - read as a function that is entered
    """The engine, and a journal on disk, as a run uses them."""

    def __init__(self, requests: Sequence[Request]) -> None:
        from harness.engine.base import EngineContext
        from harness.engine.transformers.engine import TransformersEngine
        from harness.prompt import PromptStyle

        self.requests = requests
        context = EngineContext(PromptStyle("verbatim"), checkpoint())
        self.engine = TransformersEngine(context, dtype="float32", device="cpu")

    def __enter__(self) -> Callable[[], list[str]]:
        self.engine.__enter__()
        return self._run

    def __exit__(self, *error: Any) -> None:
        self.engine.__exit__(*error)

    def _run(self) -> list[str]:
        from harness.journal import Journal

        found = {}
        with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "completions.jsonl") as journal:
            for completion in self.engine.run(self.requests):
                journal.append(completion)
                found[completion.item] = completion.text
        return [found[request.item] for request in self.requests]


def _bare(prompts: Sequence[str]) -> Callable[[], list[str]]:
    """One batch padded on the left, one token a step."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint(), padding_side="left")
    network = AutoModelForCausalLM.from_pretrained(checkpoint(), dtype=torch.float32).eval()
    end = network.config.eos_token_id

    @torch.inference_mode()
    def answer() -> list[str]:
        batch = tokenizer(list(prompts), padding=True, return_tensors="pt")
        mask, fed, cache = batch["attention_mask"], batch["input_ids"], None
        places, rows = (mask.cumsum(-1) - 1).clamp(min=0), list[Any]()
        ended = torch.zeros(len(prompts), dtype=torch.bool)
        for _ in range(_BUDGET):
            out = network(
                fed, attention_mask=mask, position_ids=places, past_key_values=cache, use_cache=True, logits_to_keep=1
            )
            best, cache = out.logits[:, -1].argmax(-1), out.past_key_values
            rows.append(torch.where(ended, end, best))
            ended |= best == end
            if ended.all():
                break
            fed, places = best[:, None], places[:, -1:] + 1
            mask = torch.cat([mask, mask.new_ones(len(prompts), 1)], -1)
        texts: list[str] = tokenizer.batch_decode(torch.stack(rows, -1), skip_special_tokens=True)
        return texts

    return answer


def _timed(ours: Callable[[], object], bare: Callable[[], object], turn: int) -> tuple[float, float]:
    """Seconds of each, the first one changing from turn to turn."""
    spent = {}
    for side in (ours, bare) if turn % 2 == 0 else (bare, ours):
        begin = time.perf_counter()
        side()
        spent[side] = time.perf_counter() - begin
    print(f"bare: ours {spent[ours]:.2f} s; by hand {spent[bare]:.2f} s", flush=True)
    return spent[ours], spent[bare]
