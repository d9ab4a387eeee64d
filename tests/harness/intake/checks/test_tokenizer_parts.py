from __future__ import annotations

import json
from typing import Any

import pytest
from tokenizers import Regex, Tokenizer, normalizers


def rewrite(entry: Any, normaliser: Any) -> None:
    """Give the tokenizer another normaliser."""
    tokenizer = Tokenizer.from_file(str(entry.checkpoint / "tokenizer.json"))
    tokenizer.normalizer = normaliser
    entry.put("tokenizer.json", tokenizer.to_str())


def test_a_normaliser_that_rewrites_is_refused_before_a_library_sees_it(
    llama: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emptying and the hinting normaliser of an attack; the libraries are asked about the architecture alone."""
    from harness.intake import dossier

    asked: list[str] = []
    monkeypatch.setattr(dossier, "examine", lambda folder, shapes, parts: asked.extend(parts) or {})
    for pattern, content in ((Regex(r"[\s\S]*zebra[\s\S]*"), ""), ("capital of France?", "capital of France? (Paris)")):
        rewrite(llama, normalizers.Replace(pattern, content))
        found = [one for one in llama.breaches() if one.code.startswith("tokenizer.")]
        assert [(one.code, one.where) for one in found] == [("tokenizer.part", "tokenizer.json: normalizer")]
    assert "tokenizer" not in asked


def test_a_harmless_normaliser_passes(llama: Any) -> None:
    """NFC, and SentencePiece's visible space."""
    rewrite(llama, normalizers.NFC())
    assert llama.codes() == []


def test_a_pattern_that_runs_away_is_refused(llama: Any) -> None:
    """With the reason and its place."""
    split = {"type": "Split", "pattern": {"Regex": "(a+)+b"}, "behavior": "Isolated", "invert": False}
    llama.change("tokenizer.json", pre_tokenizer=split)
    (found,) = llama.breaches()
    assert (found.code, found.where) == ("tokenizer.pattern", "tokenizer.json: pre_tokenizer")
    assert "repeats a group" in found.what


def test_what_the_library_loads_is_looked_at_too(llama: Any) -> None:
    """A tokenizer class that reads no tokenizer.json is another tokenizer than the one that was judged."""
    settings = json.loads((llama.checkpoint / "tokenizer_config.json").read_text())
    llama.put("tokenizer_config.json", settings | {"tokenizer_class": "ByT5Tokenizer"})
    found = [one for one in llama.breaches() if one.code == "tokenizer.part"]
    assert len(found) == 1
    assert "ByT5Tokenizer" in found[0].what
    assert found[0].where == "tokenizer.json"


@pytest.mark.parametrize("key", ["truncation", "padding"])
def test_a_tokenizer_that_cuts_or_fills_is_refused(llama: Any, key: str) -> None:
    """A prompt is never cut, and never filled up."""
    llama.change("tokenizer.json", **{key: {"max_length": 3}})
    (found,) = llama.breaches()
    assert (found.code, found.where) == ("tokenizer.part", f"tokenizer.json: {key}")
