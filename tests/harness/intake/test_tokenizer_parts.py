"""Which parts a tokenizer may be made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.split_patterns import COVERING
from harness.intake.tokenizer_parts import odd_parts

Part = dict[str, Any]
LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}


def sequence(key: str, *parts: Part) -> Part:
    return {"type": "Sequence", key: list(parts)}


def split(pattern: Part, behaviour: str = "Isolated", invert: bool = False) -> Part:
    return {"type": "Split", "pattern": pattern, "behavior": behaviour, "invert": invert}


def replace(pattern: Part, content: str) -> Part:
    return {"type": "Replace", "pattern": pattern, "content": content}


SPACES = replace({"String": " "}, "▁")
SPELL = replace({"String": "▁"}, " ")
STRIP = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
FALLBACK = sequence("decoders", SPELL, {"type": "ByteFallback"}, {"type": "Fuse"}, STRIP)
METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
SINGLE = {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}
BERT = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
        "lowercase": True}  # fmt: skip
MODELS: dict[str, Part] = {  # as published tokenizer.json files have it
    "smollm2": {
        "normalizer": None,
        "pre_tokenizer": sequence("pretokenizers", {"type": "Digits", "individual_digits": True}, BYTES),
        "post_processor": SINGLE,
        "decoder": BYTES,
    },
    "gemma": {
        "normalizer": SPACES,
        "pre_tokenizer": split({"String": " "}, "MergedWithPrevious"),
        "decoder": sequence("decoders", SPELL, {"type": "ByteFallback"}, {"type": "Fuse"}),
    },
    "llama2": {"normalizer": sequence("normalizers", {"type": "Prepend", "prepend": "▁"}, SPACES), "decoder": FALLBACK},
    "llama3": {
        "pre_tokenizer": sequence("pretokenizers", split({"Regex": LLAMA_3}), BYTES),
        "post_processor": sequence("processors", BYTES, SINGLE),
    },
    "phi4": {"pre_tokenizer": sequence("pretokenizers", split({"Regex": LLAMA_3}, "Removed", True), BYTES)},
    "mistral": {"pre_tokenizer": METASPACE, "decoder": FALLBACK},
    "qwen2": {"normalizer": {"type": "NFC"}, "pre_tokenizer": sequence("pretokenizers", BYTES), "decoder": BYTES},
    "bert": {
        "normalizer": BERT,
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    },
    "xglm": {
        "normalizer": sequence(
            "normalizers",
            {"type": "Precompiled", "precompiled_charsmap": "AA=="},
            replace({"Regex": " {2,}"}, " "),
        ),
        "pre_tokenizer": METASPACE,
        "decoder": METASPACE,
    },
    "falcon": {
        "pre_tokenizer": sequence(
            "pretokenizers",
            {"type": "Punctuation", "behavior": "Contiguous"},
            BYTES,
            split({"Regex": "[0-9][0-9][0-9]"}),
        )
    },
    "nothing": {"truncation": None, "padding": None, "model": {"type": "BPE", "dropout": None}},
}
REFUSED: dict[str, tuple[Part, str, str]] = {
    "a word": ({"normalizer": replace({"String": "not"}, "")}, "part", "normalizer"),
    "an answer": ({"normalizer": replace({"String": " "}, " Paris ")}, "part", "normalizer"),
    "any expression": ({"normalizer": replace({"Regex": "[0-9]"}, " ")}, "part", "normalizer"),
    "deep inside": (
        {"normalizer": sequence("normalizers", BERT, sequence("normalizers", replace({"String": "a"}, "b")))},
        "part",
        "normalizer.1.0",
    ),
    "a word in front": ({"normalizer": {"type": "Prepend", "prepend": "Paris"}}, "part", "normalizer"),
    "an unknown kind": ({"normalizer": {"type": "Program"}}, "part", "normalizer"),
    "no kind": ({"pre_tokenizer": [1]}, "part", "pre_tokenizer"),
    "a dropped word": ({"pre_tokenizer": split({"String": "not"}, "Removed")}, "part", "pre_tokenizer"),
    "all but words": ({"pre_tokenizer": split({"Regex": "[a-z]+"}, "Removed", True)}, "part", "pre_tokenizer"),
    "a covering pattern, not inverted": (
        {"pre_tokenizer": split({"Regex": min(COVERING)}, "Removed")}, "part", "pre_tokenizer",
    ),
    "a pattern of no form": ({"pre_tokenizer": split({"Glob": "*"})}, "part", "pre_tokenizer"),
    "a runaway": ({"pre_tokenizer": split({"Regex": "(a+)+b"})}, "pattern", "pre_tokenizer"),
    "a dropped letter": ({"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "e"}}, "part", "pre_tokenizer"),
    "dropped marks": ({"pre_tokenizer": {"type": "Punctuation", "behavior": "Removed"}}, "part", "pre_tokenizer"),
    "another mark": ({"pre_tokenizer": METASPACE | {"replacement": "e"}}, "part", "pre_tokenizer"),
    "an answer mended": ({"decoder": replace({"String": "41"}, "42")}, "part", "decoder"),
    "letters stripped": ({"decoder": STRIP | {"content": "e"}}, "part", "decoder"),
    "a cut": ({"truncation": {"max_length": 9}}, "part", "truncation"),
    "a filling": ({"padding": {"strategy": {"Fixed": 9}}}, "part", "padding"),
    "chance": ({"model": {"type": "BPE", "dropout": 0.1}}, "part", "model.dropout"),
    "too many": ({"normalizer": sequence("normalizers", *[{"type": "NFC"}] * 33)}, "part", "tokenizer.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_what_published_models_use_is_allowed(name: str) -> None:
    """Byte-level, SentencePiece and BERT-like tokenizers pass as they are."""
    assert list(odd_parts(MODELS[name])) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_rewrites_drops_or_draws_is_refused(name: str) -> None:
    """One finding each, with its place."""
    tokenizer, code, place = REFUSED[name]
    (found,) = odd_parts(tokenizer)
    assert (found.code, found.place) == (code, place)
    assert found.what


def test_sequences_have_a_bottom() -> None:
    """Nesting is followed to a bounded depth; deeper, it is refused."""
    part: Part = {"type": "NFC"}
    for _ in range(40):
        part = sequence("normalizers", part)
    (found,) = odd_parts({"normalizer": part})
    assert "Sequence is none of" in found.what


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["Sequence", "Split", "Replace"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "pattern", "Regex", "behavior", "pretokenizers", "x"]), inner)
    ),
    max_leaves=12,
)


@given(_VALUES, _VALUES, _VALUES)
def test_any_document_is_judged(pre: Any, normaliser: Any, model: Any) -> None:
    """Whatever stands in the places of the parts, the rules come to an end with findings or none."""
    for found in odd_parts({"pre_tokenizer": pre, "normalizer": normaliser, "model": model, "decoder": pre}):
        assert found.code in ("part", "pattern")
