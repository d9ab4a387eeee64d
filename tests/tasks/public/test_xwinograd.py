"""XWinograd weighs what lm-eval's `xwinograd` weighs, after one prompt in place of two."""

import itertools
import json
import math
import os
import re
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/xwinograd"
TASK = load_task(NAME)
ROWS = {"en": 300, "fr": 83, "pt": 263}


def weighed(item: Item, logprobs: tuple[float, ...]) -> Completion:
    return Completion(item.id, "", "stop", 1, 1, "", option_logprobs=logprobs)


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 80) == []


def test_every_sentence_is_asked() -> None:
    """Each language has all its rows, and each pronoun is cut out of its sentence alone, between spaces or marks."""
    for language, total in ROWS.items():
        items = TASK.items(1, language, "s", 1000)
        assert len(items) == total
        for item in items:
            head, gap, rest = item.question.partition("_")
            assert gap
            assert "_" not in rest
            assert not head[-1:].isalnum()
            assert not rest[:1].isalnum()
            assert TASK.request(item).messages[0].content == head.rstrip()
            assert all(option.startswith(" ") for option in item.options)


@pytest.mark.parametrize("language", ROWS)
def test_it_weighs_and_judges_as_lm_eval(lm_eval: Any, mirror: Path, tmp_path: Path, language: str) -> None:
    """Prompt and candidate are lm-eval's context, what follows is its continuation; the same values for any numbers."""
    task, documents = _asked(lm_eval, mirror, tmp_path, language)
    known = {(item.question, item.options[2:]): item for item in TASK.items(1, language, "s", 1000)}
    assert len(documents) == ROWS[language]
    for instances in documents:
        row = instances[0].doc
        item = known[row["sentence"], (f" {row['option1']}", f" {row['option2']}")]
        prompt = TASK.request(item).messages[0].content
        contexts, continuations = zip(*(instance.args for instance in instances), strict=True)
        assert [prompt + alone for alone in item.options[2:]] == list(contexts)
        assert [prompt + both for both in item.options[:2]] == [
            a + b for a, b in zip(contexts, continuations, strict=True)
        ]
        rng = Random(row["sentence"])
        for _ in range(3):
            names, rests = [-20 * rng.random() for _ in "ab"], [-20 * rng.random() for _ in "ab"]
            theirs = task.process_results(row, [(rest, False) for rest in rests])["acc"]
            wholes = [name + rest for name, rest in zip(names, rests, strict=True)]
            score = TASK.score(item, weighed(item, (*wholes, *names)))
            assert score.value == theirs
            assert score.metrics["full"] == float(wholes[item.target] == max(wholes))


@pytest.mark.model
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_model_gets_the_values_of_lm_eval(
    lm_eval: Any, mirror: Path, tmp_path: Path, language: str, weighed_alike: Any
) -> None:
    """SmolLM2 through our task and engine, and through lm-eval with its own backend."""
    count = int(os.environ.get("DEFI_AGREEMENT_ROWS", "6"))
    task, documents = _asked(lm_eval, mirror, tmp_path, language)
    known = {(item.question, item.options[2:]): item for item in TASK.items(1, language, "s", 1000)}

    def judge(row: dict[str, str], answers: list[Any]) -> dict[str, float]:
        return {"value": task.process_results(row, answers)["acc"]}

    rows = []
    for instances in documents[:count]:
        row = instances[0].doc
        item = known[row["sentence"], (f" {row['option1']}", f" {row['option2']}")]
        rows.append((item, instances, partial(judge, row)))
    weighed_alike(f"xwinograd {language}", rows)


def test_faults_are_scored() -> None:
    """Impossible texts share; what could not be weighed is unscored, or zero where the weights are broken."""
    (item,) = TASK.items(1, "fr", "s", 1)
    assert TASK.score(item, weighed(item, (-math.inf,) * 4)).value == 0.5
    assert TASK.score(item, weighed(item, (math.nan,) * 4)).value is None
    assert TASK.score(item, Completion(item.id, "", "broken", 1, 0, "")).value == 0


def _asked(lm_eval: Any, mirror: Path, folder: Path, language: str) -> tuple[Any, list[list[Any]]]:
    """lm-eval's task over the same rows, and its requests for each."""
    path = folder / "rows.json"
    path.write_text("\n".join(json.dumps(row) for row in _published(mirror, language)), encoding="utf-8")
    task = lm_eval(f"xwinograd/xwinograd_{language}.yaml", None, {"test": str(path)}).task
    task.build_all_requests()
    groups = itertools.groupby(sorted(task.instances, key=lambda i: (i.doc_id, i.idx)), key=lambda i: i.doc_id)
    return task, [list(group) for _, group in groups]


def _published(mirror: Path, language: str) -> list[dict[str, str]]:
    """The rows as the data set that lm-eval names has them: a gap for the pronoun, found by counting its like."""
    rows = []
    for line in (mirror / "xwinograd" / "test.tsv").read_text(encoding="utf-8").splitlines():
        spoken, _, _, sentence, tokens, pronoun, candidates = line.split("\t")
        if spoken == language:
            said, (place, _), _ = json.loads(pronoun)
            before = json.loads(tokens)[:place].count(said)
            found = list(re.finditer(rf"(?<!\w){re.escape(said)}(?!\w)", sentence))[before]
            (first, *_, right), (second, *_) = json.loads(candidates)
            gap = f"{sentence[: found.start()]}_{sentence[found.end() :]}"
            rows.append({"sentence": gap, "option1": first, "option2": second, "answer": "1" if right else "2"})
    return rows
