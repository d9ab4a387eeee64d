from __future__ import annotations

import json
from typing import Any

import pytest

NAMES = ("tokenizer.json", "tokenizer_config.json")


def process(entry: Any, template: str) -> None:
    """Give the tokenizer another post-processor."""
    from tokenizers import Tokenizer, processors

    tokenizer = Tokenizer.from_file(str(entry.checkpoint / "tokenizer.json"))
    tokenizer.post_processor = processors.TemplateProcessing(single=template, special_tokens=[("<s>", 1), ("</s>", 2)])
    entry.put("tokenizer.json", tokenizer.to_str())


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_without_tokenizer_is_refused(entry: Any, name: str) -> None:
    """Both files are needed."""
    (entry.checkpoint / name).unlink()
    assert [(f.code, f.where) for f in entry.check().findings] == [("tokenizer.none", name)]


@pytest.mark.parametrize("template", ["$A", "<s> $A"])
def test_nothing_or_one_beginning_passes(llama: Any, template: str) -> None:
    """With and without a beginning of sequence."""
    process(llama, template)
    assert llama.codes() == []


@pytest.mark.parametrize("template", ["$A </s>", "<s> $A </s>"])
def test_a_token_after_the_text_is_refused(llama: Any, template: str) -> None:
    """The model would take every prompt for finished; the finding names the token."""
    process(llama, template)
    (found,) = llama.breaches()
    assert found.code == "tokenizer.end"
    assert "</s>" in found.what


def test_two_beginnings_are_refused(llama: Any) -> None:
    """At most one special token stands before the text."""
    process(llama, "<s> <s> $A")
    assert llama.codes() == ["tokenizer.beginning"]


def test_a_tokenizer_that_loses_text_is_refused(llama: Any) -> None:
    """Letters without a token of their own, and no unknown token in their place: the model would read another text."""
    from tokenizers import Tokenizer, models

    letters = {letter: number for number, letter in enumerate("abcdfgh 0123456789\n")}
    tokenizer = Tokenizer(models.BPE(letters, []))
    llama.put("tokenizer.json", tokenizer.to_str())
    llama.put("tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})
    found = [one for one in llama.breaches() if one.code == "tokenizer.text"]
    assert found
    assert "not given back" in found[0].what


def test_a_tokenizer_that_does_not_load_is_refused(llama: Any) -> None:
    """The library's words are passed on."""
    llama.put("tokenizer.json", json.dumps({"model": {"type": "none"}}))
    assert llama.codes() == ["tokenizer.refused"]
