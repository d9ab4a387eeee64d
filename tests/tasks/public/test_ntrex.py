"""NTREX: parallel sentences, and a value that copying does not earn."""

import pytest
import sacrebleu

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/ntrex"
TASK = load_task(NAME)


def said(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).value


def test_it_keeps_its_promises() -> None:
    """References score 1 and no baseline earns anything, at every level and in every language."""
    assert check_task(NAME, 4) == []


def test_every_sentence_is_in_one_level() -> None:
    """The three levels share out the 800 sentences, the same in every language."""
    for language in TASK.card.languages:
        levels = [TASK.items(level, language, "s", 1000) for level in (1, 2, 3)]
        assert sum(len(items) for items in levels) == 800
        assert all(len(items) > 100 for items in levels)


def test_languages_are_aligned() -> None:
    """French into English has the sources that English into French has as references."""
    french, english = (TASK.items(2, language, "s", 20) for language in ("fr", "en"))
    assert [item.target for item in french] == [item.question for item in english]
    assert [item.question for item in french] == [item.target for item in english]


def test_chrf_is_that_of_sacrebleu() -> None:
    """`chrf` among the metrics is sacrebleu's sentence chrF++ of what was said."""
    for item in TASK.items(1, "de", "s", 20):
        text = " ".join(str(item.target).split()[::2])
        found = TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).metrics["chrf"]
        assert found == pytest.approx(sacrebleu.sentence_chrf(text, [item.target], word_order=2).score / 100, abs=1e-12)


def test_form_is_forgiven_and_padding_is_not() -> None:
    """Quotation marks, a fence or a line of announcement cost nothing; two versions, half a text and a copy do."""
    for item in TASK.items(2, "fr", "s", 20):
        gold = str(item.target)
        assert said(item, f"Voici la traduction :\n\n« {gold} »") == pytest.approx(1, abs=0.02)
        assert said(item, f"```\n{gold}\n```") == pytest.approx(1, abs=0.02)
        assert 0 < said(item, " ".join(gold.split()[: len(gold.split()) // 2])) < 0.8
        assert said(item, f"{gold}\n{item.question}\n{item.question}\n{item.question}") < 0.7
        assert said(item, item.question) == said(item, "") == 0
