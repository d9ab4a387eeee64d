"""Expressions that split a text: those of published tokenizers pass, those that can run away do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, pre_tokenizers

from harness.intake.split_patterns import COVERING, odd_pattern

PUBLISHED = [
    *sorted(COVERING),
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    r" ?[^(\s|[.,!?…。，、।۔،])]+",  # BLOOM
    r"[0-9][0-9][0-9]",  # Falcon
    r"\p{N}{1,3}",  # DeepSeek-V3, and the three after it
    r"[一-龥぀-ゟ゠-ヿ]+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s+",
    r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓ]+",
    r"(?=(\d{3})+(?!\d))",  # SuperBPE
    r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{M}&&[^\p{Han}]]*[\p{Ll}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll)?",  # Kimi
]
RUNAWAY = {
    "(a+)+b": "repeats a group",
    "(a|a)*b": "repeats a group",
    "(?:[a-z]{1,2}){1,9}": "repeats a group",
    r"(?=[\s\S]*zebra)x": "looks ahead without a bound",
    "(?=a){3}": "looks ahead without a bound",
    r"([\s\S]*?)([\s\S]*?)([\s\S]*?)~~~": "too many ways",
    "a?" * 12 + "a" * 12: "too many ways",
    "(a|b)" * 9: "too many ways",
    "a{1,50}" * 3: "too many ways",
    r"\p{N}{1,3}+x": "a quantifier of a quantifier",
    r"(\p{N}{1,3}+)x": "a quantifier of a quantifier",
    "x{2}*": "a quantifier of a quantifier",
    "a++*": "a quantifier of a quantifier",
    r"(\w)\1": "an escape",
    r"\g<1>": "an escape",
    r"\k<name>": "an escape",
    "(?<=a)b": "a group of a kind",
    "(?R)": "a group of a kind",
    "(?i)a": "a group of a kind",
    "(((((a)))))": "nested deeper",
    "[[[[[[a]]]]]]": "nested deeper",
    "[a": "never closed",
    "(a": "never closed",
    "a)": "a bracket too many",
    "*a": "a quantifier of nothing",
    "a{x}": "a brace",
    "": "has 0 characters",
    "a" * 2001: "has 2,001 characters",
}


@pytest.mark.parametrize("pattern", PUBLISHED)
def test_published_patterns_pass(pattern: str) -> None:
    """What known models split with is allowed, and the library compiles it."""
    assert odd_pattern(pattern) == ""
    Regex(pattern)


@pytest.mark.parametrize("pattern", RUNAWAY)
def test_what_can_run_away_is_refused_in_words(pattern: str) -> None:
    """Nested and group quantifiers, unbounded looks ahead, back references, and what is no expression."""
    assert RUNAWAY[pattern] in odd_pattern(pattern)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab \\sp{L}[]()^?:!=i*+,1|", max_size=16), st.text(alphabet="ab 1\n", max_size=24))
def test_what_is_allowed_comes_to_an_end(pattern: str, text: str) -> None:
    """Any pattern that passes and that the library compiles splits a long text of repeats, and gives all of it back."""
    if odd_pattern(pattern):
        return
    try:
        split = pre_tokenizers.Split(Regex(pattern), "isolated")
    except Exception:  # brackets that our rules read and Oniguruma does not: nothing to run
        return
    long = text * 20
    assert "".join(piece for piece, _ in split.pre_tokenize_str(long)) == long


@pytest.mark.parametrize("pattern", sorted(COVERING))
def test_a_covering_pattern_leaves_nothing_out(pattern: str) -> None:
    """With `Removed` and `invert`, as some tokenizers write it, no character of a text is lost."""
    text = "Où naît l’œuvre ? It's 1234,5 €\n\n\t漢字 \u0301 don't!\r\n"
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    assert "".join(piece for piece, _ in split.pre_tokenize_str(text)) == text
