"""EXAMS asks as the task file of our own that lm-eval runs, and judges as lm-eval does."""

from pathlib import Path
from typing import Any

import pytest

from harness.lm_eval_files import TaskFile
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion

NAME = "public/exams"
TASK = load_task(NAME)
ROWS = {"fr": 200, "de": 150, "es": 120, "it": 150, "pl": 150, "pt": 150}


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 60) == []


def test_every_question_is_asked() -> None:
    """Each language has all its rows, and the card's chance is the mean over them."""
    items = [item for language in ROWS for item in TASK.items(1, language, "s", 500)]
    assert {language: sum(item.language == language for item in items) for language in ROWS} == ROWS
    means = [
        sum(1 / len(item.options) for item in items if item.language == language) / ROWS[language] for language in ROWS
    ]
    assert TASK.card.chance[0] == pytest.approx(sum(means) / len(means), abs=0.005)


def test_it_asks_and_judges_as_lm_eval(checkout: Path, mirror: Path, monkeypatch: Any, tmp_path: Path) -> None:
    """The same prompts, options and values in French, without the worked example that the file draws from the test."""
    pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    path = checkout / "tests" / "data" / "lm_eval" / "exams_fr.yaml"
    peer = TaskFile(path, mirror, 100, {"num_fewshot": 0})
    items = {TASK.request(item).messages[0].content: item for item in TASK.items(1, "fr", "s", 500)}
    assert len(peer.documents) == 100
    for document in peer.documents:
        item = items[document.prompt]
        assert item.options == document.options
        for shift in range(len(item.options)):
            answer = tuple(-1.0 - 7 * (n + shift) % 10 - n / 8 for n in range(len(item.options)))
            theirs = peer.judge(document, [(value, value == max(answer)) for value in answer])
            ours = TASK.score(item, Completion(item.id, "", "stop", 1, 1, "", option_logprobs=answer))
            assert ours.value == theirs["acc,none"]
            assert ours.metrics["acc_norm"] == theirs["acc_norm,none"]
