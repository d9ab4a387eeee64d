"""chrF: worked values, sacrebleu's own figures, and one figure from the function and the `evaluate` module."""

from __future__ import annotations

from pathlib import Path

import evaluate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from harness.metrics.chrf import chrf

MODULE = Path(__file__).parents[3] / "harness/metrics/modules/chrf"
SAID = ["Paul washes nine shirts.", "The walls have ears", "", "Anna repariert das Rad."]
REFERENCES = [
    ["Paul is washing nine shirts."],
    ["The walls have ears.", "Walls have ears."],
    ["No news is good news."],
    ["Anna repariert das Fahrrad.", "Anna repariert ihr Rad.", "Anna wird das Rad reparieren."],
]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> evaluate.Metric:
    """The module, from its folder; no network is asked."""
    return evaluate.load(str(MODULE), cache_dir=str(tmp_path_factory.mktemp("chrf")))


@pytest.mark.parametrize(
    ("said", "reference", "word_order", "expected"),
    [
        ("abc", "abc", 0, 1.0),
        ("abc", "xyz", 0, 0.0),
        ("", "abc", 0, 0.0),
        # "ab" has 2 letters and 1 pair, all found among 3 letters and 2 pairs: P = 1, R = (2/3 + 1/2) / 2 = 7/12,
        # F2 = 5 P R / (4 P + R) = (35/12) / (55/12) = 7/11
        ("ab", "abc", 0, 7 / 11),
        # and the other way round P = 7/12, R = 1: F2 = (35/12) / (40/12) = 7/8
        ("abc", "ab", 0, 7 / 8),
        # "a b" of "a c": letters 1/2, pairs 0, words 1/2, pairs of words 0: P = R = F = 1/4
        ("a b", "a c", 2, 1 / 4),
    ],
)
def test_worked_values(said: str, reference: str, word_order: int, expected: float) -> None:
    """Popović 2015: arithmetic means of precision and of recall over the orders, and F2 of the two."""
    assert chrf(said, [reference], word_order) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("word_order", [0, 1, 2])
def test_module_is_sacrebleu(module: evaluate.Metric, word_order: int) -> None:
    """Corpus and sentences have sacrebleu's figures and signature, whatever the number of references."""
    peer = CHRF(word_order=word_order)
    found = module.compute(predictions=SAID, references=REFERENCES, word_order=word_order)
    columns = [[refs[n] if n < len(refs) else None for refs in REFERENCES] for n in range(3)]
    corpus = peer.corpus_score(SAID, columns)  # type: ignore[arg-type]  # sacrebleu takes None for "no such reference"
    assert found["score"] == pytest.approx(corpus.score, abs=1e-12)
    assert found["scores"] == [peer.sentence_score(*pair).score for pair in zip(SAID, REFERENCES, strict=True)]
    assert found["signature"] == str(peer.get_signature())
    assert f"nc:6|nw:{word_order}" in found["signature"]
    assert found["name"] == "chrF2" + "+" * word_order


@pytest.mark.parametrize("word_order", [0, 2])
def test_function_and_module_agree(module: evaluate.Metric, word_order: int) -> None:
    """What a judge asks for each item is the module's figure to 1e-12."""
    for said, refs in zip(SAID, REFERENCES, strict=True):
        whole = module.compute(predictions=[said], references=[refs], word_order=word_order)
        assert 100 * chrf(said, refs, word_order) == pytest.approx(whole["score"], abs=1e-12)
        assert whole["scores"] == [whole["score"]]


def test_one_reference_needs_no_list(module: evaluate.Metric) -> None:
    """References may be plain texts, in batches too."""
    flat = [refs[0] for refs in REFERENCES]
    listed = module.compute(predictions=SAID, references=[[one] for one in flat])
    module.add_batch(predictions=SAID[:2], references=flat[:2])
    module.add_batch(predictions=SAID[2:], references=flat[2:])
    assert module.compute() == listed


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=3))
def test_range_and_identity(said: str, references: list[str]) -> None:
    """Any text is scored in [0, 1], and no less for one more reference; a reference with letters scores 1."""
    assert 0 <= chrf(said, references[:1]) <= chrf(said, references) <= 1 + 1e-12
    if references[0].strip():
        assert chrf(references[0], references) == pytest.approx(1)
