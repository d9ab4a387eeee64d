"""TruthfulQA asks and judges as lm-eval's `truthfulqa_mc1` and `truthfulqa_mc2` do."""

import json
import math
import os
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/truthfulqa"
TASK = load_task(NAME)


def items() -> dict[str, Item]:
    return {item.question: item for level in (1, 2) for item in TASK.items(level, "en", "s", 1000)}


def weighed(item: Item, logprobs: tuple[float, ...]) -> Completion:
    return Completion(item.id, "", "stop", 1, 1, "", option_logprobs=logprobs)


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 300) == []


def test_the_card_says_what_guessing_earns() -> None:
    """The levels share out the 613 questions; chance is the mean over best and false answers."""
    for level, total in ((1, 285), (2, 328)):
        found = TASK.items(level, "en", "s", 1000)
        assert len(found) == total
        mean = sum(1 / (len(item.options) - len(item.data["true"]) + 1) for item in found) / total
        assert TASK.card.chance[level - 1] == pytest.approx(mean, abs=0.0005)


@pytest.fixture
def rows(tmp_path: Path) -> str:
    """120 rows as the data set that lm-eval names has them."""
    path = tmp_path / "rows.json"
    source = TASK.source.rows("test")[:120]  # type: ignore[attr-defined]
    path.write_text("\n".join(json.dumps(_as_published(row)) for row in source), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("file", "metric"), [("mc1", "value"), ("mc2", "mc2")])
def test_it_asks_and_judges_as_lm_eval(lm_eval: Any, rows: str, file: str, metric: str) -> None:
    """The same prompts, answers and figures, question by question, for likelihoods drawn at random."""
    peer = lm_eval(f"truthfulqa/truthfulqa_{file}.yaml", None, {"validation": rows})
    known = items()
    assert len(peer.documents) == 120
    for document in peer.documents:
        item = known[document.row["question"]]
        assert TASK.request(item).messages[0].content == document.prompt
        false = {option for n, option in enumerate(item.options) if n not in item.data["true"]}
        assert set(document.options) == (set(item.options) if file == "mc2" else {item.options[item.target], *false})
        for seed in range(3):
            rng = Random(f"{item.question}{seed}")
            logprob = {option: -12 * rng.random() for option in item.options}
            (theirs,) = peer.judge(document, [(logprob[option], False) for option in document.options]).values()
            score = TASK.score(item, weighed(item, tuple(logprob[option] for option in item.options)))
            ours = score.value if metric == "value" else score.metrics[metric]
            assert ours == pytest.approx(theirs, abs=1e-12)


@pytest.mark.model
@pytest.mark.parametrize(("file", "metric"), [("mc1", "value"), ("mc2", "mc2")])
def test_a_model_gets_the_values_of_lm_eval(
    lm_eval: Any, rows: str, file: str, metric: str, weighed_alike: Any
) -> None:
    """SmolLM2 through our task and engine, and through lm-eval with its own backend."""
    count = int(os.environ.get("DEFI_AGREEMENT_ROWS", "4"))
    peer = lm_eval(f"truthfulqa/truthfulqa_{file}.yaml", count, {"validation": rows})
    known = items()

    def judge(document: Any, answers: list[Any]) -> dict[str, float]:
        (found,) = peer.judge(document, answers).values()
        return {metric: found}

    documents = [(known[d.row["question"]], list(d.instances), partial(judge, d)) for d in peer.documents]
    weighed_alike(f"truthfulqa {file}", documents)


def test_other_true_answers_do_not_compete() -> None:
    """MC1 is right where only another true answer is likelier than the best one."""
    item = next(item for item in items().values() if len(item.data["true"]) > 1)
    other = next(place for place in item.data["true"] if place != item.target)
    logprobs = [-9.0] * len(item.options)
    logprobs[other], logprobs[item.target] = -1.0, -2.0
    score = TASK.score(item, weighed(item, tuple(logprobs)))
    assert score.value == 1
    assert score.metrics["mc2"] > 0.99


def test_impossible_answers_and_faults_are_scored() -> None:
    """Options of no likelihood share; what the engine or the weights could not weigh has no MC2."""
    item = next(iter(items().values()))
    size = len(item.options)
    score = TASK.score(item, weighed(item, (-math.inf,) * size))
    assert score.metrics["mc2"] == pytest.approx(len(item.data["true"]) / size)
    assert TASK.score(item, weighed(item, (math.nan,) * size)).value is None
    assert TASK.score(item, Completion(item.id, "", "broken", 1, 0, "")).value == 0


def _as_published(row: dict[str, str]) -> dict[str, Any]:
    true, false = ([a.strip() for a in row[f"{kind} Answers"].split("; ")] for kind in ("Correct", "Incorrect"))
    mc1, mc2 = [row["Best Answer"].strip(), *false], [*true, *false]
    return {
        "question": row["Question"],
        "mc1_targets": {"choices": mc1, "labels": [int(n == 0) for n in range(len(mc1))]},
        "mc2_targets": {"choices": mc2, "labels": [int(n < len(true)) for n in range(len(mc2))]},
    }
