"""SciTLDR: ROUGE as the package `rouge-score` counts it, and a value that copying does not earn."""

from statistics import mean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.rouge import english, gain, letters, rouge
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/scitldr"
TASK = load_task(NAME)
KINDS = ("rouge1", "rouge2", "rougeL")
texts = st.lists(
    st.sampled_from("the a model Models learns, learn 3 graphs. Graph-based déjà".split()), max_size=25
).map(" ".join)


def items() -> list[Item]:
    return TASK.items(1, "en", "s", 1000)


def judged(item: Item, text: str) -> Any:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))


@pytest.fixture(scope="module")
def peer() -> Any:
    scorer = pytest.importorskip("rouge_score.rouge_scorer", reason="rouge-score is not installed")
    return scorer.RougeScorer(list(KINDS), use_stemmer=False)


def test_it_keeps_its_promises() -> None:
    """References score 1, and no attack is above the card's chance."""
    assert check_task(NAME, 40) == []


def test_rows_have_references() -> None:
    """296 of 300 abstracts, each with two references or more, none of which it begins with."""
    assert len(items()) == 296
    assert min(len(item.target) for item in items()) == 2
    assert all(judged(item, item.target[-1]).value == 1 for item in items())


def test_scores_are_those_of_rouge_score(peer: Any) -> None:
    """F-scores over the rows, with the best of their references, for sentences, beginnings and other references."""
    for item in items()[:60]:
        for text in (item.question[:200], item.question, item.target[-1], item.target[0][::-1], "", "\ud800 A a!"):
            theirs = [peer.score(reference, text) for reference in item.target]
            ours = judged(item, text).metrics
            assert ours == pytest.approx({kind: max(one[kind].fmeasure for one in theirs) for kind in KINDS})


@settings(deadline=None)
@given(texts, texts)
def test_scores_are_those_of_rouge_score_for_any_text(said: str, reference: str) -> None:
    """Also for repeated words, signs, accents, and no word at all."""
    scorer = pytest.importorskip("rouge_score.rouge_scorer", reason="rouge-score is not installed")
    theirs = scorer.RougeScorer(list(KINDS), use_stemmer=False).score(reference, said)
    ours = rouge(english(said), (english(reference),))
    assert ours == pytest.approx({kind: theirs[kind].fmeasure for kind in KINDS})


def test_copying_the_beginning_earns_nothing() -> None:
    """Any number of words from the start, or all of the abstract, stuffed twice or not."""
    for item in items()[:40]:
        words = item.question.split()
        for end in (5, 12, 20, 33, 60, len(words)):
            assert judged(item, " ".join(words[:end])).value == pytest.approx(0, abs=1e-12)
        assert judged(item, f"{item.question} {item.question}").value == 0


def test_chance_covers_a_copied_sentence() -> None:
    """The middle and the last sentence of every abstract."""
    for place in (0.5, 0.999):
        copied = []
        for item in items():
            sentences = [one for one in item.question.split(". ") if one.strip()]
            copied.append(judged(item, sentences[int(place * len(sentences))]).value)
        assert mean(copied) <= TASK.card.chance[0]


def test_the_value_lies_between_a_copy_and_a_reference() -> None:
    """A reference with some words changed earns less than 1 and more than a copy; length alone earns nothing."""
    source = english("we study cats and dogs in a very large city where most people have neither")
    reference = english("cats beat dogs in big cities")
    values = [
        gain(rouge(english(said), (reference,)), source, (reference,))
        for said in (
            "cats beat dogs in big cities",
            "cats beat dogs in towns",
            "we study cats and dogs",
            "",
            "dogs " * 400,
        )
    ]
    assert values[0] == 1.0
    assert 0.3 < values[1] < 1.0
    assert values[2:] == [0.0, 0.0, 0.0]


def test_letters_with_accents_are_letters_where_asked() -> None:
    """English tokens break at an accent as in rouge-score, French ones do not."""
    assert english("Déjà vu") == ("d", "j", "vu")
    assert letters("Déjà vu, l'été_2") == ("déjà", "vu", "l", "été", "2")
