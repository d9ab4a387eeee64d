"""How often an entry that has seen nothing is suspected, and how often one that has is: every test at 5 % and at 1 %.

Numbers first: each test on draws of its null hypothesis, with few items, ties and heavy tails. Then networks: random
weights on freshly made items cannot have seen anything, so every flag is false; the same, trained on the set, has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from harness.contamination.likelihood import Reader
from harness.contamination.report import Report, read_texts
from harness.contamination.sets import Suspected, from_task
from harness.contamination.statistics import order_test, permutation, rank_test, sign_flip
from simulate.tables import Claim, show

SEED, REPEATS, NETWORKS, ITEMS = 20261122, 1500, 60, 12
TASK = "problem_solving/word_problems"
Test = Callable[[np.random.Generator, float, int], float]


def _pairs(rng: np.random.Generator, effect: float, seed: int) -> float:
    right = rng.random((30, 2)) < [0.4 + effect, 0.4]
    return sign_flip(right[:, 0].astype(float) - right[:, 1], seed=seed)


def _few_clusters(rng: np.random.Generator, effect: float, seed: int) -> float:
    shared = rng.normal(effect, 1, 12).repeat(2)
    return sign_flip(shared, [n // 2 for n in range(24)], seed=seed)


def _gap(rng: np.random.Generator, effect: float, seed: int) -> float:
    own, other = (rng.random(50) < 0.4 + effect).astype(float), (rng.random(90) < 0.4).astype(float)
    return permutation(own.tolist(), other.tolist(), seed=seed)[1]


def _skewed(rng: np.random.Generator, effect: float, seed: int) -> float:
    own, other = rng.exponential(1 + 3 * effect, 15), rng.exponential(1, 15)
    return permutation(own.tolist(), other.tolist(), seed=seed)[1]


def _order(rng: np.random.Generator, effect: float, seed: int) -> float:
    table = rng.standard_t(3, (5, 25))
    table[:, 0] += 5 * effect
    return order_test(table, seed)[1]


def _rank(rng: np.random.Generator, effect: float, _seed: int) -> float:
    return rank_test(rng.normal(10 * effect), rng.normal(size=499))


_TESTS: dict[str, Test] = {
    "perturbed pairs, 30 right or wrong": _pairs,
    "perturbed pairs, 12 clusters": _few_clusters,
    "revealed against sealed, 50 and 90": _gap,
    "texts, 15 and 15, skewed": _skewed,
    "order, 5 shards, heavy tails": _order,
    "canary among 499": _rank,
}


def rates(test: Test, effect: float) -> tuple[float, float]:
    """Share of p-values at most 5 % and at most 1 %."""
    found = np.array([test(np.random.default_rng([SEED, n]), effect, n) for n in range(REPEATS)])
    return float((found <= 0.05).mean()), float((found <= 0.01).mean())


class _Bytes:
    """A tokenizer with a token a byte."""

    bos_token_id = 256

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": list(text.encode())}


def network(seed: int) -> Reader:
    """A small Llama with random weights."""
    import torch
    import transformers

    torch.manual_seed(seed)
    sizes = {"vocab_size": 257, "hidden_size": 96, "intermediate_size": 192, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 2048}
    return Reader(transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes, **heads)).eval(), _Bytes(), 2048)


def learn(reader: Reader, texts: tuple[str, ...], steps: int) -> None:
    """Train on the set, in its order, six texts at a time."""
    import torch

    model: Any = reader.network
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    parts = ["\n\n".join(texts[start : start + 6]) for start in range(0, len(texts), 6)]
    for step in range(steps):
        ids = torch.tensor([reader.tokens(parts[step % len(parts)])])
        model(input_ids=ids, labels=ids).loss.backward()
        optimiser.step()
        optimiser.zero_grad()


def reported(seed: int, items: int, steps: int) -> tuple[str, ...]:
    """The methods that flag a network after so many steps on its set; none can have a reason after 0."""
    made = from_task(TASK, (2,), ("en",), f"seen {seed}", f"unseen {seed}", items)
    suspected = Suspected("file", made.texts, made.fresh, ordered=True)
    reader = network(seed)
    learn(reader, suspected.texts, steps)
    return Report("a/b", "file", str(seed), tuple(read_texts(reader, suspected, seed))).flagged


def main() -> bool:
    """Print both tables."""
    rows, worst = [], 0.0
    for name, test in _TESTS.items():
        (five, one), (power, _) = rates(test, 0.0), rates(test, 0.3)
        worst = max(worst, five)
        rows.append([name, f"{five:.1%}", f"{one:.1%}", f"{power:.0%}"])
    head = ["test", "false, p <= 5 %", "false, p <= 1 %", "found, effect of 0.3"]
    limit = 0.05 + 3 * np.sqrt(0.05 * 0.95 / REPEATS)  # three standard errors of the simulation
    claims = [Claim("contamination-false", "share flagged at 5 %, worst test", worst, float(limit))]
    numbers = show("Tests on their null hypothesis", head, rows, claims, repeats=REPEATS)
    false = [reported(seed, ITEMS, 0) for seed in range(NETWORKS)]
    rows = [[f"random weights, {ITEMS} items", str(NETWORKS), str(sum(map(bool, false))), "0"]]
    seen = [reported(seed, 24, 160) for seed in range(5)]
    both = sum(len(flagged) >= 2 for flagged in seen)
    rows.append(["trained on 24 items, 40 epochs", str(len(seen)), str(sum(map(bool, seen))), str(both)])
    claims = [
        Claim(
            "contamination-networks", "share of networks flagged for nothing", sum(map(bool, false)) / NETWORKS, 0.05
        ),
        Claim("contamination-missed", "share of trained networks flagged once or never", 1 - both / len(seen), 0.2),
    ]
    head = ["network", "how many", "flagged", "by two methods or more"]
    return show("Networks, every method together at 1 %", head, rows, claims) and numbers
