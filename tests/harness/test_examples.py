"""Every task gives a right and a wrong answer to its public samples, and judges them so."""

from __future__ import annotations

import pytest

from harness.examples import judged_examples
from harness.freezing import SAMPLES_SEED
from harness.task import load_task, task_names


@pytest.mark.parametrize("name", task_names())
def test_the_right_answer_scores_1_and_the_wrong_one_less(name: str) -> None:
    """At the first and the last level, in each language: 1 for the task's own answer, less for the other."""
    task = load_task(name)
    for level in {1, task.card.levels}:
        for language in task.card.languages:
            (item,) = task.items(level, language, SAMPLES_SEED, 1)
            found = judged_examples(task, item, SAMPLES_SEED)
            if found["good"]["value"] is None:
                pytest.skip(found["good"]["reason"])
            assert found["good"]["value"] == 1
            assert found["good"]["category"] == "right"
            assert found["bad"]["value"] < 1
            assert found["bad"]["text"]
            assert found == judged_examples(task, item, SAMPLES_SEED)


def test_the_wrong_answer_to_a_choice_is_one_of_its_options() -> None:
    """The first option that is not the right one."""
    task = load_task("understanding/reading_choice")
    (item,) = task.items(3, "fr", SAMPLES_SEED, 1)
    bad = judged_examples(task, item, SAMPLES_SEED)["bad"]
    assert bad["text"] in item.options
    assert bad["text"] != item.options[item.target]
    assert bad["value"] == 0
