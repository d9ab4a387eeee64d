from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("declared", "config", "codes"),
    [
        (128, {"max_position_embeddings": 128}, []),
        (64, {"max_position_embeddings": 128}, []),
        (64, {"text_config": {"max_position_embeddings": 64}}, []),
        (64, {"n_positions": 64}, []),
        (129, {"max_position_embeddings": 128}, ["context.too-long"]),
        (65, {"text_config": {"max_position_embeddings": 64}}, ["context.too-long"]),
        (0, {"max_position_embeddings": 128}, ["context.zero"]),
        (64, {}, ["json.no-config"]),
        (64, {"model_type": "mamba"}, ["context.unknown"]),
        (64, {"max_position_embeddings": None}, ["context.unknown"]),
        (64, {"max_position_embeddings": True}, ["context.positions"]),
        (999_999, {"max_position_embeddings": 128.0}, ["context.positions"]),
        (64, {"max_position_embeddings": "128"}, ["context.positions"]),
    ],
)
def test_the_declaration_stays_within_the_positions(
    entry: Any, declared: int, config: dict[str, Any], codes: list[str]
) -> None:
    """More context than positions is refused; less is a team's choice; an unknown limit is a warning."""
    entry.manifest["context_length"] = declared
    if config:
        entry.put("config.json", config)
    else:
        (entry.checkpoint / "config.json").unlink()
    verdict = entry.check()
    assert [f.code for f in verdict.findings] == codes
    assert verdict.eligible == (codes in ([], ["context.unknown"]))
