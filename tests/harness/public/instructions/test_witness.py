"""Witnesses follow instructions that can be followed together."""

import itertools
from typing import Any

import pytest

from harness.public.instructions import rare, verdict
from harness.public.instructions.language import is_language
from harness.public.instructions.phrases import CLAUSES
from harness.public.instructions.rare import witness as made
from harness.public.instructions.witness import witness

TOGETHER: list[tuple[str, dict[str, Any]]] = [
    ("keywords:existence", {"keywords": ["lantern", "harbour"]}),
    ("keywords:forbidden_words", {"forbidden_words": ["brother", "river"]}),
    ("length_constraints:number_words", {"relation": "at least", "num_words": 120}),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 3}),
    ("detectable_format:number_bullet_lists", {"num_bullets": 4}),
    ("detectable_format:title", {}),
    ("startend:quotation", {}),
    ("change_case:english_lowercase", {}),
    ("punctuation:no_comma", {}),
    ("keywords:letter_frequency", {"letter": "z", "let_relation": "at least", "let_frequency": 9}),
]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_instructions_are_followed_together(count: int) -> None:
    """Any one, two or three of ten instructions have a witness, which follows them strictly."""
    for chosen in itertools.combinations(TOGETHER, count):
        kinds, own = zip(*chosen, strict=True)
        text = witness(kinds, own, "en")
        assert text is not None, kinds
        assert all(verdict(text, kinds, own).strict)


def test_a_contradiction_has_no_witness() -> None:
    """What no text can follow has none."""
    own = [{"relation": "less than", "num_words": 2}, {"relation": "at least", "num_words": 9}]
    assert witness(["length_constraints:number_words"] * 2, own, "en") is None
    assert made.witness(["format:no_whitespace", "words:palindrome"], [{}, {}]) is None


@pytest.mark.parametrize("code", CLAUSES)
def test_clauses_are_in_their_language(code: str) -> None:
    """Each language's clauses are what langdetect takes them for, and have no mark in them."""
    assert is_language(" ".join(CLAUSES[code]), code)
    assert all(not set(clause) & set(".,;:!?0123456789") for clause in CLAUSES[code])


def test_every_rare_kind_has_a_maker() -> None:
    """Each rule of IFBench has a text of its own."""
    assert made.MAKERS.keys() == rare.RULES.keys()


@pytest.mark.parametrize("share", [6.0, 30.0, 72.0, 93.0])
def test_overlap_is_met_at_any_share(share: float) -> None:
    """A text with a given share of a reference's trigrams is found, be it small or large."""
    reference = "The keeper of the lighthouse counts the boats that come home before the storm, one after the other."
    own = {"percentage": share, "reference_text": reference}
    assert made.witness(["ratio:overlap"], [own]) is not None
