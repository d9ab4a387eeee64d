from __future__ import annotations

from typing import Any

import pytest

FILES = ("config.json", "tokenizer_config.json", "generation_config.json", "preprocessor_config.json")


@pytest.mark.parametrize("name", FILES)
def test_auto_map_is_refused_in_every_configuration(entry: Any, name: str) -> None:
    """Any of the configuration files can name code."""
    entry.put(name, {"max_position_embeddings": 128, "auto_map": {"AutoModel": "modeling_mine.Mine"}})
    assert entry.codes() == ["code.auto-map"]


def test_auto_map_is_found_at_any_depth(entry: Any) -> None:
    """A part's configuration can name code too; the finding says where."""
    entry.change("config.json", parts=[{"text_config": {"auto_map": {}}}])
    (found,) = entry.check().findings
    assert found.where == "config.json: parts.0.text_config.auto_map"


def test_a_token_named_auto_map_passes(entry: Any) -> None:
    """The words of a vocabulary are not settings (the sound entry has this one)."""
    assert entry.codes() == []
