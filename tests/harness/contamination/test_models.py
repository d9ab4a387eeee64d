"""Models that have seen a set, and models that cannot have: who is flagged."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from harness.contamination import methods
from harness.contamination.likelihood import Reader, Reading
from harness.contamination.report import ALPHA, Report, read_texts
from harness.contamination.sets import Suspected, from_task
from harness.errors import ContextOverflowError

TASK = "problem_solving/word_problems"


class Bytes:
    """A tokenizer with one token a byte, as small as one can be."""

    bos_token_id = 256

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": list(text.encode())}


def tiny(seed: int = 0) -> Any:
    """A Llama of 0.2 million random weights over bytes."""
    torch.manual_seed(seed)
    sizes = {"vocab_size": 257, "hidden_size": 96, "intermediate_size": 192, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 2048}
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes, **heads)).eval()


def reader(network: Any) -> Reader:
    return Reader(network, Bytes(), 2048)


def train(read: Reader, documents: Sequence[str], steps: int, rate: float) -> None:
    """Plain AdamW on whole documents, one after the other."""
    optimiser = torch.optim.AdamW(read.network.parameters(), lr=rate, weight_decay=0.0)
    for step in range(steps):
        ids = torch.tensor([read.tokens(documents[step % len(documents)])])
        loss = read.network(input_ids=ids, labels=ids).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(read.network.parameters(), 1.0)
        optimiser.step()


@functools.cache
def texts(seed: str, count: int = 24, level: int = 2) -> Suspected:
    """Short stories of one seed against those of another."""
    return from_task(TASK, (level,), ("en",), seed, f"fresh {seed}", count)


def joined(texts: Sequence[str]) -> list[str]:
    """Shards of a set in the published order, as a crawl of its file holds them."""
    return [methods._JOINT.join(texts[start : start + 6]) for start in range(0, len(texts), 6)]


def test_a_reading_is_what_the_definition_says() -> None:
    """Log-probabilities, moments over the vocabulary and recited share, against a plain computation of them all."""
    read = reader(tiny())
    text = "Léa has 4 pears; " * 8  # longer than one chunk
    found = read.read(text)
    ids = read.tokens(text)
    with torch.inference_mode():
        logs = read.network(torch.tensor([ids])).logits[0, :-1].double().log_softmax(-1)
    own = logs[torch.arange(len(ids) - 1), ids[1:]].numpy()
    weights = logs.exp()
    mean = (weights * logs).sum(-1)
    spread = ((weights * logs**2).sum(-1) - mean**2).sqrt()
    assert found.logprob == pytest.approx(own, abs=1e-4)
    assert found.mean == pytest.approx(mean.numpy(), abs=1e-4)
    assert found.spread == pytest.approx(spread.numpy(), abs=1e-3)
    assert found.expected.tolist() == (logs.argmax(-1) == torch.tensor(ids[1:])).tolist()
    assert read.likelihood(text) == pytest.approx(own.sum(), abs=1e-2)


def test_recited_is_every_token_of_the_second_half() -> None:
    """Three of four known tokens are three quarters recalled, and not recited; the first half does not count."""
    nothing = np.zeros(8)
    some, all_ = (np.array([0, 0, 0, 0, *hits], dtype=bool) for hits in ([1, 1, 0, 1], [1, 1, 1, 1]))
    assert (Reading(nothing, nothing, nothing, some).recalled, Reading(nothing, nothing, nothing, some).recited) == (
        0.75,
        False,
    )
    assert Reading(nothing, nothing, nothing, all_).recited


def test_texts_longer_than_the_context_are_refused() -> None:
    """PITFALLS "prompt truncated with a warning": a text is read whole or not at all."""
    with pytest.raises(ContextOverflowError, match="more than the context's 2048"):
        reader(tiny()).read("a" * 3000)


def test_random_weights_are_flagged_no_more_often_than_stated() -> None:
    """Twelve models that saw nothing, each with a set of its own: no case, and p-values all over [0, 1]."""
    found = []
    for seed in range(12):
        suspected = texts(f"random {seed}", 12)
        report = Report("a/b", TASK, "s", tuple(read_texts(reader(tiny(seed)), suspected, seed)))
        assert not report.flagged
        found += [one.p for one in report.evidence if one.p is not None and one.method == "min_k"]
    assert min(found) < 0.4
    assert max(found) > 0.6


def test_a_model_that_has_learnt_a_set_is_flagged_in_several_ways() -> None:
    """A tiny model overfitted to a file: Min-K%++, order and the canary show it; untrained, none does."""
    given = texts("learnt")
    code = "canary 8f3e61d07a52 4419"
    file = Suspected("file.jsonl", given.texts, given.fresh, ordered=True, canaries=(code,))
    fresh = reader(tiny(1))
    assert not Report("a/b", "file", "s", tuple(read_texts(fresh, file, 0))).flagged
    learnt = reader(tiny(1))
    learnt.network.train()
    train(learnt, [*joined(given.texts), code], 150, 3e-3)
    learnt.network.eval()
    report = Report("a/b", "file", "s", tuple(read_texts(learnt, file, 0)))
    assert set(report.flagged) >= {"min_k", "order", "canary"}
    assert all(report.adjusted[method] <= ALPHA for method in report.flagged)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_real_model_that_has_seen_the_items_is_flagged_and_before_it_is_not(smollm2: Path) -> None:
    """SmolLM2-135M: nothing on freshly made items; after three epochs on thirty of them, two methods or more."""
    network = transformers.AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32).eval()
    read = Reader(network, transformers.AutoTokenizer.from_pretrained(smollm2), 2048)
    suspected = from_task(TASK, (2,), ("en",), "seen", "never seen", 30)
    before = Report("a/b", TASK, "s", tuple(read_texts(read, suspected, 0)))
    assert not before.flagged
    parts = ["\n\n".join(suspected.texts[start : start + 3]) for start in range(0, 30, 3)]
    train(read, parts, 30, 1e-4)  # three epochs
    after = Report("a/b", TASK, "s", tuple(read_texts(read, suspected, 0)))
    assert {"min_k", "completion"} <= set(after.flagged)
