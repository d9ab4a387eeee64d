"""GSM8K asks and judges as lm-eval's `gsm8k` does."""

from typing import Any

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion

NAME = "public/gsm8k"
TASK = load_task(NAME)
FORMS = (  # what is put in place of {}: the right number, or the one before it
    " It costs 2 + 3 = {} euros.\n#### {}",
    " {}",
    " The answer is ${}.",
    " 12 + {} = {}, so #### {}.",
    " #### 7\nNo: {}",
    " I do not know.",
    "",
)


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 20) == []


def test_every_problem_is_in_one_level() -> None:
    """The levels share out the 1,000 problems."""
    assert [len(TASK.items(level, "en", "s", 5000)) for level in (1, 2, 3)] == [540, 350, 110]


@pytest.fixture
def peer(lm_eval: Any) -> Any:
    """lm-eval's task over the same rows, with the first training rows as its examples."""
    files = {"train": "gsm8k/train.jsonl", "test": "gsm8k/test.jsonl"}
    return lm_eval("gsm8k/gsm8k.yaml", 120, files, fewshot_config={"sampler": "first_n"})


def test_it_asks_and_judges_as_lm_eval(peer: Any) -> None:
    """The same prompts, stops and values, item by item, for right, wrong and odd answers (metric: flexible-extract)."""
    items = {TASK.request(item).messages[0].content: item for n in (1, 2, 3) for item in TASK.items(n, "en", "s", 5000)}
    for document in peer.documents:
        item = items[document.prompt]
        assert set(TASK.card.stop) == set(document.sampling.stop)
        for number in (item.target, str(int(item.target) - 1), f"{int(item.target):,}"):
            for form in FORMS:
                text = form.replace("{}", number)
                theirs = peer.judge(document, [text])
                ours = TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
                assert ours.value == theirs["exact_match,flexible-extract"], text
                assert ours.metrics["strict"] == theirs["exact_match,strict-match"], text
