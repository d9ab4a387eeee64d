from __future__ import annotations

from typing import Any

import pytest

from harness.intake.checks.memory import cache_bytes


def test_the_published_example() -> None:
    """Kwon et al. 2023, section 3: one token of OPT-13B takes 800 kB (2 x 5,120 x 40 layers x 2 bytes)."""
    opt = {"num_hidden_layers": 40, "hidden_size": 5120, "num_attention_heads": 40}
    assert cache_bytes(opt, 1, 2) == 2 * 5120 * 40 * 2 == 800 * 1024


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 2 * 8 * 16 * 4 * 2 * 100),
        ({"num_key_value_heads": 2}, 2 * 2 * 16 * 4 * 2 * 100),
        ({"head_dim": 32}, 2 * 8 * 32 * 4 * 2 * 100),
        ({"sliding_window": 10, "layer_types": ["sliding_attention", "full_attention"]}, 2 * 8 * 16 * 4 * (100 + 10)),
        ({"sliding_window": 10}, 2 * 8 * 16 * 4 * 2 * 100),
        ({"layer_types": ["sliding_attention"] * 9}, 2 * 8 * 16 * 4 * 2 * 100),
        ({"num_attention_heads": None}, None),
        ({"num_attention_heads": "8"}, None),
        ({"num_hidden_layers": 2.0}, None),
    ],
)
def test_shared_heads_wide_heads_and_windows_count(changed: dict[str, Any], expected: int | None) -> None:
    """Grouped queries, a width of its own, and a window of some layers; no attention, no estimate."""
    sizes = {"num_hidden_layers": 2, "hidden_size": 128, "num_attention_heads": 8}
    assert cache_bytes(sizes | changed, 100, 4) == expected


def test_a_sound_model_is_told_its_size(entry: Any) -> None:
    """One line of information, in no way of the entry."""
    entry.change("config.json", num_hidden_layers=2, hidden_size=128, num_attention_heads=8)
    verdict = entry.check()
    assert verdict.eligible
    (found,) = verdict.findings
    assert (found.code, found.severity) == ("memory.estimate", "info")
    assert found.what == "18 parameters: 0.1 kB for the weights, 262.1 kB for keys and values of 128 tokens"


@pytest.mark.parametrize("config", [{}, {"num_hidden_layers": 10**9}, {"num_hidden_layers": "2"}])
def test_what_cannot_be_counted_is_not_guessed(entry: Any, config: dict[str, Any]) -> None:
    """Without sizes, or with absurd ones, nothing is said."""
    entry.change("config.json", **config)
    assert "memory.estimate" not in [f.code for f in entry.check().findings]
