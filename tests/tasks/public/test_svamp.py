"""SVAMP asks as the task file of our own that lm-eval runs, and judges as lm-eval's `gsm8k` filters do."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.lm_eval_files import TaskFile
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion

NAME = "public/svamp"
TASK = load_task(NAME)
FORMS = (  # what is put in place of {}: the right number, or the one after it
    " {}",
    "{}",
    " {} apples.",
    " 12 + {} = {}.",
    " ${}",
    " {}.",
    " It was 7, no: {}",
    "\n{}",
    " -{}",
    " I do not know.",
    "",
)


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 700) == []


def test_every_problem_is_in_one_level() -> None:
    """The levels share out the 700 problems."""
    assert [len(TASK.items(level, "en", "s", 5000)) for level in (1, 2)] == [537, 163]


@pytest.fixture
def peer(checkout: Path, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TaskFile:
    """The task file over all rows, with the flexible filter and the metric of lm-eval's `gsm8k`."""
    package = pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    path = checkout / "tests" / "data" / "lm_eval" / "svamp_en.yaml"
    gsm8k = Path(package.__file__).parent / "tasks" / "gsm8k" / "gsm8k.yaml"
    published = yaml.safe_load(gsm8k.read_text(encoding="utf-8"))
    strict = yaml.safe_load(path.read_text(encoding="utf-8").replace("!function", ""))["filter_list"][0]
    filters = [strict, published["filter_list"][1]]
    kept = {"process_docs": None, "filter_list": filters, "metric_list": published["metric_list"]}
    return TaskFile(path, mirror, 120, kept)


def test_it_asks_and_judges_as_lm_eval(peer: TaskFile) -> None:
    """The same prompts, stops and values, item by item, for right, wrong and odd answers."""
    items = {TASK.request(item).messages[0].content: item for n in (1, 2) for item in TASK.items(n, "en", "s", 5000)}
    assert len(peer.documents) == 120
    for index, document in enumerate(peer.documents):
        item = items[document.prompt]
        assert set(TASK.card.stop) == set(document.sampling.stop)
        for number in (item.target, str(int(item.target) + 1), f"{int(item.target):,}"):
            for form in FORMS[index % 3 :: 3]:
                text = form.replace("{}", number)
                theirs: dict[str, Any] = peer.judge(document, [text])
                ours = TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
                assert ours.value == theirs["exact_match,flexible-extract"], text
                assert ours.metrics["strict"] == theirs["exact_match,strict"], text
