"""BIG-Bench Hard asks as lm-eval's `bbh_cot_fewshot` does; its strict metric is that harness's."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.public.bbh import LEVELS

NAME = "public/bbh"
TASK = load_task(NAME)
ALL = [(level, task) for level, tasks in LEVELS.items() for task in tasks]
SPOKEN = {"yes", "no", "true", "false", "valid", "invalid"}
FORMS = (  # what is put in place of {}: the target, or something else
    "Some steps. So the answer is {}.",
    "So the answer is {}",
    "the answer is **{}**.",
    "The answer is {}.",
    "the answer is 5. No, the answer is {}.",
    "{}",
    "",
)


def judged(item: Item, text: str) -> Any:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))


def made(target: str, task: str = "navigate") -> Item:
    return Item("x", NAME, 1, "en", "x", 0, "?", target, data={"task": task})


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 60) == []


def test_the_levels_share_out_27_tasks() -> None:
    """Every task is in one level, with 150 rows, or the 146 there are."""
    assert len({task for _, task in ALL}) == 27
    assert [len(TASK.items(level, "en", "s", 5000)) for level in (1, 2, 3)] == [1646, 1200, 1200]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_chance_is_that_of_a_guess(level: int) -> None:
    """One in the number of options, a half of yes and no, nothing where the answer is free."""
    shares = []
    for item in TASK.items(level, "en", "s", 5000):
        options = len(re.findall(r"^\([A-Z]\)", item.question, re.MULTILINE))
        shares.append(1 / options if options > 1 else 0.5 * (item.target.lower() in SPOKEN))
    assert TASK.card.chance[level - 1] == pytest.approx(sum(shares) / len(shares), abs=0.01)


@pytest.mark.parametrize(("level", "task"), ALL)
def test_it_asks_as_lm_eval(lm_eval: Any, mirror: Path, tmp_path: Path, level: int, task: str) -> None:
    """The same prompt and, where it is read to the letter, the same verdict, for rows of every task."""
    ours = {item.question: item for item in TASK.items(level, "en", "s", 5000) if item.data["task"] == task}
    rows = json.loads((mirror / "bbh" / f"{task}.json").read_text(encoding="utf-8"))["examples"][:4]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    peer = lm_eval(f"bbh/cot_fewshot/{task}.yaml", 4, {"test": str(tmp_path / "rows.jsonl")})
    assert len(peer.documents) == 4
    for document in peer.documents:
        item = ours[document.row["input"]]
        prompt = TASK.request(item).messages[0].content
        if task == "sports_understanding":
            head, _, question = prompt.rpartition("Q: ")
            prompt = head.replace("think step by step. ", "think step by step.\n") + "Q: " + question
        assert prompt == document.prompt
        assert {stop.rstrip(":") for stop in TASK.card.stop} == set(document.sampling.stop)
        for target in (item.target, "(Z)"):
            for form in FORMS:
                text = form.replace("{}", target)
                theirs = peer.judge(document, [text])
                assert judged(item, text).metrics["strict"] == theirs["exact_match,get-answer"], text


@pytest.mark.parametrize(
    ("target", "said", "expected"),
    [
        ("(B)", "(B)", 1),
        ("(B)", "(b) the red one", 1),
        ("(B)", "B.", 1),
        ("(B)", "**(B)**", 1),
        ("(A)", "a red one", 0),
        ("(B)", "(A) or (B)", 0),
        ("Yes", "yes, because", 1),
        ("invalid", "valid", 0),
        ("valid", "invalid", 0),
        ("True", "`True`", 1),
        ("-42", "−42", 1),
        ("1234", "1,234", 1),
        ("12", "123", 0),
        ("] } >", "]}>", 1),
        ("] } >", "] } > since < is open", 1),
        ("] } >", "] >", 0),
        ("apple pear", "apple, pear", 1),
        ("apple pear", "apple pear plum", 0),
        ("apple pear", "pear apple", 0),
    ],
)
def test_forms_of_an_answer(target: str, said: str, expected: float) -> None:
    """Options, words, numbers, brackets and lists, with some tolerance."""
    assert judged(made(target), f"So the answer is {said}.").value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the answer is No. Wait, the answer is Yes.", 1),
        ("the answer is Yes. Wait, the answer is No.", 0),
        ("The answer is:\nYes", 1),
        ("Yes", 0),
        ("the answer is", 0),
        ("the answer is " * 100_000, 0),
        ("answer is:\n" * 100_000, 0),
        ("\ud800\0", 0),
    ],
)
def test_the_last_answer_counts(text: str, expected: float) -> None:
    """It must be announced; of several the last one is read."""
    assert judged(made("Yes"), text).value == expected
