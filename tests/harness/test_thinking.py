"""Thinking is not an answer (PITFALLS: unclosed thinking block scored)."""

from __future__ import annotations

import dataclasses

import pytest

from harness.task import load_task, task_names, without_thinking
from harness.types import Completion


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5", "5"),
        ("<think>3 + 2</think>5", "5"),
        ("<think></think>\n5", "\n5"),
        ("<think>a</think> b <think>c</think>5", "5"),
        ("a</think>5", "5"),
        ("<think>3 + 2 = 5", None),
        ("<think>a</think>5<think>", None),
    ],
)
def test_only_what_follows_the_thinking_is_read(text: str, said: str | None) -> None:
    """A closed block is left out; one without an end leaves no answer."""
    assert without_thinking(text) == said


@pytest.mark.parametrize("name", task_names())
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_task_reads_the_answer_after_the_thinking(name: str, language: str) -> None:
    """The gold answer scores 1 after a closed block, also one full of JSON and candidates, and 0 in an open one."""
    task = load_task(name)
    for item in task.items(1, language, "thinking", 3):
        if item.options:
            continue
        gold = task.gold(item)
        closed = '<think>Answer: 1. Réponse : 2. {"a": 1}\nNobody.</think>\n'
        assert task.score(item, said_after(closed, gold)).value == 1.0
        assert task.score(item, said_after("<think>", gold)).value == 0.0


def said_after(thought: str, gold: Completion) -> Completion:
    """The gold answer with a thought before it, in a dialogue before each of its turns."""
    turns = tuple(thought + text for text in gold.turns)
    return dataclasses.replace(gold, text=thought + gold.text, turns=turns)
