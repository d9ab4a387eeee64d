"""MMLU asks and judges as lm-eval's `mmlu` does."""

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion

NAME = "public/mmlu"
TASK = load_task(NAME)
SUBJECTS = ("high_school_european_history", "college_medicine", "professional_law", "abstract_algebra")
ANSWERS = ((-1.0, -2.0, -3.0, -4.0), (-9.0, -0.5, -2.0, -2.0), (-3.0, -2.0, -1.5, -2.0), (-3.0, -2.0, -2.5, -0.1))


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 40) == []


def test_every_subject_is_in_one_level() -> None:
    """The levels share out 57 subjects of 40 questions."""
    levels = [TASK.items(level, "en", "s", 5000) for level in (1, 2, 3)]
    assert [len({item.data["subject"] for item in items}) for items in levels] == [15, 38, 4]
    assert [len(items) for items in levels] == [600, 1520, 160]


def test_subjects_are_introduced_as_in_lm_eval() -> None:
    """The first lines of the prompts of all subjects are the descriptions in lm-eval's files."""
    package = pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
    folder = Path(package.__file__).parent / "tasks" / "mmlu" / "default"
    for item in {
        item.data["subject"]: item for level in (1, 2, 3) for item in TASK.items(level, "en", "s", 5000)
    }.values():
        text = (folder / f"mmlu_{item.data['subject']}.yaml").read_text(encoding="utf-8")
        assert TASK.request(item).messages[0].content.startswith(yaml.safe_load(text)["description"])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_it_asks_and_judges_as_lm_eval(lm_eval: Any, tmp_path: Path, subject: str) -> None:
    """The same prompts, options and values, row by row, whatever letter is preferred."""
    peer = lm_eval(f"mmlu/default/mmlu_{subject}.yaml", 20, _files(subject, tmp_path), num_fewshot=5)
    items = {TASK.request(i).messages[0].content: i for n in (1, 2, 3) for i in TASK.items(n, "en", "s", 5000)}
    assert len(peer.documents) == 20
    for document in peer.documents:
        item = items[document.prompt]
        assert item.options == document.options
        for answer in ANSWERS:
            theirs = peer.judge(document, [(value, value == max(answer)) for value in answer])
            ours = TASK.score(item, Completion(item.id, "", "stop", 1, 1, "", option_logprobs=answer))
            assert ours.value == theirs["acc,none"]


@pytest.mark.model
def test_a_model_gets_the_values_of_lm_eval(lm_eval: Any, tmp_path: Path, weighed_alike: Any) -> None:
    """SmolLM2 through our task and engine, and through lm-eval with its own backend."""
    count = int(os.environ.get("DEFI_AGREEMENT_ROWS", "2"))
    subject = "high_school_geography"
    peer = lm_eval(f"mmlu/default/mmlu_{subject}.yaml", count, _files(subject, tmp_path), num_fewshot=5)
    items = {TASK.request(i).messages[0].content: i for n in (1, 2, 3) for i in TASK.items(n, "en", "s", 5000)}

    def judge(document: Any, answers: list[Any]) -> dict[str, float]:
        return {"value": peer.judge(document, answers)["acc,none"]}

    weighed_alike("mmlu", [(items[d.prompt], list(d.instances), partial(judge, d)) for d in peer.documents])


def _files(subject: str, folder: Path) -> dict[str, str]:
    """A subject's rows as the data set that lm-eval names has them."""
    files = {}
    for split in ("dev", "test"):
        rows = [_as_published(row) for row in TASK.source.rows(f"{split}/{subject}")]  # type: ignore[attr-defined]
        files[split] = str(folder / f"{split}.json")
        Path(files[split]).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return files


def _as_published(row: dict[str, str]) -> dict[str, Any]:
    """A row as the data set that lm-eval names has it."""
    choices = [row[f"choice{n}"] for n in range(4)]
    return {"question": row["question"], "choices": choices, "answer": int(row["answer"])}
