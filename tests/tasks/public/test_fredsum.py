"""FREDSum: ROUGE over French tokens, and a value that copying does not earn."""

import re
from statistics import mean
from typing import Any

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/fredsum"
TASK = load_task(NAME)
KINDS = ("rouge1", "rouge2", "rougeL")


def items(level: int) -> list[Item]:
    return TASK.items(level, "fr", "s", 1000)


def judged(item: Item, text: str) -> Any:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))


class French:
    """A tokenizer for `rouge-score`, whose own one breaks words at accents."""

    def tokenize(self, text: str) -> list[str]:
        return re.findall(r"[^\W_]+", text.lower())


def test_it_keeps_its_promises() -> None:
    """References score 1, and no attack is above the card's chance."""
    assert check_task(NAME, 30) == []


def test_every_debate_is_in_one_level() -> None:
    """The 50 debates by length, each with three references in French."""
    assert [len(items(level)) for level in (1, 2)] == [24, 26]
    assert max(len(item.question.split()) for item in items(1)) <= 2800
    assert all(len(item.target) == 3 and all("é" in one for one in item.target) for item in items(1))


def test_scores_are_those_of_rouge_score() -> None:
    """F-scores over rows, with the best of the references, for summaries cut short and passages of the debate."""
    scorer = pytest.importorskip("rouge_score.rouge_scorer", reason="rouge-score is not installed")
    peer = scorer.RougeScorer(list(KINDS), tokenizer=French())
    for item in items(1)[:4]:
        for text in (item.target[1][:300], item.question[:600], "L'été, déjà.", ""):
            theirs = [peer.score(reference, text) for reference in item.target]
            ours = judged(item, text).metrics
            assert ours == pytest.approx({kind: max(one[kind].fmeasure for one in theirs) for kind in KINDS})


def test_copying_earns_at_most_chance() -> None:
    """Words from the start, the middle or the end of the transcript, also behind the words summaries begin with."""
    some = items(1)[:12]
    for start, length in ((0, 50), (0, 150), (0, 310), (0.5, 200), (0.5, 350), (0.8, 250)):
        copied, opened = [], []
        for item in some:
            words = item.question.split()
            first = int(start * len(words))
            passage = " ".join(words[first : first + length])
            copied.append(judged(item, passage).value)
            opened.append(judged(item, f"Dans ce débat, {passage}").value)
        assert mean(copied) <= TASK.card.chance[0]
        assert mean(opened) <= TASK.card.chance[0]


def test_a_part_of_a_reference_earns_a_part() -> None:
    """Half of a reference is worth less than all of it, and more than nothing."""
    for item in items(1)[:5]:
        half = judged(item, item.target[0][: len(item.target[0]) // 2]).value
        assert 0.05 < half < 1 == judged(item, item.target[0]).value


def test_the_request_is_in_french() -> None:
    """Instruction and transcript, as messages."""
    messages = TASK.request(items(2)[0]).messages
    assert [message.role for message in messages] == ["system", "user"]
    assert messages[0].content.startswith("Résume en français le débat")
    assert messages[1].content == items(2)[0].question
