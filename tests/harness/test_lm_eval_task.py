"""lm-eval task files as tasks of ours, on rows written here: order, prompts, scores, refusals."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.errors import EngineError, TaskError, UnknownNameError
from harness.lm_eval_task import LmEvalTask
from harness.task import load_task
from harness.task_check import _ATTACKS, _context, _scores
from harness.types import Completion, Item

lm_eval = pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")

ROWS = [
    {"story": n // 2, "asked": f"Which comes after {n}?", "options": [str(n + 2), str(n + 1), f"{n} again"], "right": 1}
    for n in range(10)
]
CHOICE: dict[str, Any] = {
    "task": "after",
    "dataset_path": "json",
    "dataset_kwargs": {"data_files": {"test": "rows.json"}},
    "test_split": "test",
    "fewshot_split": "test",
    "num_fewshot": 2,
    "output_type": "multiple_choice",
    "doc_to_text": "Q: {{asked}}\nA:",
    "doc_to_choice": "options",
    "doc_to_target": "right",
    "metric_list": [{"metric": name, "aggregation": "mean", "higher_is_better": True} for name in ("acc", "acc_norm")],
    "metadata": {"version": 1, "defi": {"cluster": "story"}},
}
TEXTS: dict[str, Any] = {
    **{key: CHOICE[key] for key in ("dataset_path", "dataset_kwargs", "test_split", "doc_to_text")},
    "task": "next",
    "output_type": "generate_until",
    "doc_to_target": "{{options[right]}}",
    "generation_kwargs": {"until": ["\n"], "do_sample": False, "max_gen_toks": 8},
    "filter_list": [
        {
            "name": "strict",
            "filter": [{"function": "regex", "regex_pattern": "^ ([0-9]+)$"}, {"function": "take_first"}],
        },
        {"name": "loose", "filter": [{"function": "regex", "regex_pattern": "([0-9]+)"}, {"function": "take_first"}]},
    ],
    "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a task file beside its rows."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.delenv("DEFI_DATA", raising=False)

    def written(base: dict[str, Any], name: str = "file.yaml", **changes: Any) -> Path:
        (tmp_path / "rows.json").write_text(json.dumps(ROWS))
        kept = {key: value for key, value in {**base, **changes}.items() if value is not None}
        (tmp_path / name).write_text(yaml.safe_dump(kept))
        return tmp_path / name

    return written


def items_of(task: LmEvalTask, count: int = 10, seed: str = "s") -> list[Item]:
    return task.items(1, task.card.languages[0], seed, count)


def said(item: Item, text: str = "", finish: Any = "stop", scores: tuple[float, ...] = ()) -> Completion:
    flags = tuple(score == max(scores) for score in scores)
    return Completion(item.id, text, finish, 1, 1, "", scores, flags, error="why" if finish != "stop" else "")


def test_order_is_the_seeds(write: Write) -> None:
    """A longer run extends a shorter one, another seed gives another order, and all documents come once."""
    task = LmEvalTask.from_file(write(CHOICE))
    ten = items_of(task)
    assert items_of(task, 4) == ten[:4]
    assert [item.id for item in ten] != [item.id for item in items_of(task, seed="t")]
    assert len({item.id for item in ten}) == 10
    assert [item.index for item in ten] == list(range(10))


def test_a_document_keeps_its_prompt(write: Write) -> None:
    """Few-shot examples depend on the file alone: not on seed, count or the process's random state (#1719)."""
    path = write(CHOICE)
    first = {item.id: item.question for item in items_of(LmEvalTask.from_file(path))}
    random.seed(99)
    before = random.getstate()
    again = {item.id: item.question for item in items_of(LmEvalTask.from_file(path), 5, "t")}
    assert random.getstate() == before
    assert again.items() <= first.items()


def test_prompts_are_lm_evals(write: Write) -> None:
    """Prompt and options are what lm-eval would ask, with the space at the border moved to the options."""
    from lm_eval.tasks import TaskManager

    path = write(CHOICE, doc_to_text="Q: {{asked}}\nA: ", target_delimiter="")
    ours = LmEvalTask.from_file(path)
    theirs = TaskManager(include_defaults=False).load(
        {**yaml.safe_load(path.read_text()), "dataset_kwargs": {"data_files": {"test": str(path.parent / "rows.json")}}}
    )["tasks"]["after"]
    theirs.set_fewshot_seed(1234)
    theirs.build_all_requests()
    asked = {item.data["document"]: ours.request(item) for item in items_of(ours)}
    for instance in theirs.instances:
        request = asked[instance.doc_id]
        assert request.messages[0].content + request.options[instance.idx] == "".join(instance.args)
        assert not request.messages[0].content.endswith(" ")


def test_clusters_follow_the_named_field(write: Write) -> None:
    """Rows that share the field named in the file share a cluster; without a name, each stands alone."""
    clusters = {item.data["document"]: item.cluster for item in items_of(LmEvalTask.from_file(write(CHOICE)))}
    assert all((clusters[a] == clusters[b]) == (a // 2 == b // 2) for a in range(10) for b in range(10))
    alone = LmEvalTask.from_file(write(CHOICE, metadata={"version": 1}))
    assert len({item.cluster for item in items_of(alone)}) == 10


def test_choice_is_scored_as_lm_eval_scores(write: Write) -> None:
    """The likeliest option wins, the first of equal ones; the normalised metric divides by characters."""
    task = LmEvalTask.from_file(write(CHOICE))
    item = items_of(task)[0]
    long = task.score(item, said(item, scores=(-5.0, -3.0, -2.9)))
    assert (long.value, long.metrics) == (0.0, {"acc,none": 0.0, "acc_norm,none": 0.0})
    assert task.score(item, said(item, scores=(-5.0, -2.0, -3.0))).value == 1.0
    assert task.score(item, said(item, scores=(-1.0, -1.0, -1.0))).value == 0.0
    named = LmEvalTask.from_file(write(CHOICE, metadata={"defi": {"metric": "acc_norm,none"}}))
    other = items_of(named)[0]
    assert named.score(other, said(other, scores=(-2.0, -0.9, -8.0))).value == 1.0


def test_texts_are_scored_through_every_filter(write: Write) -> None:
    """Each filter gives its metric; the first one is the score."""
    task = LmEvalTask.from_file(write(TEXTS))
    item = items_of(task)[0]
    neat, chatty = task.score(item, said(item, f" {item.target}")), task.score(item, said(item, f" So {item.target}!"))
    assert (neat.value, neat.category) == (1.0, "right")
    assert (chatty.value, chatty.metrics) == (0.0, {"exact_match,strict": 0.0, "exact_match,loose": 1.0})
    assert task.score(item, said(item, " no", "length")).category == "cut"


def test_aggregates_are_means_in_any_order(write: Write) -> None:
    """Figures do not depend on the order of answers, and need one level and language."""
    task = LmEvalTask.from_file(write(TEXTS))
    answers = [(item, said(item, f" {item.target}" if item.index % 4 == 0 else " x")) for item in items_of(task)]
    assert task.aggregates(answers) == {"exact_match,strict": 0.3, "exact_match,loose": 0.3}
    assert task.aggregates(reversed(answers)) == task.aggregates(answers)
    with pytest.raises(TaskError, match="one level and language"):
        task.aggregates([])


@pytest.mark.parametrize("base", [CHOICE, TEXTS])
def test_gold_is_right_and_failures_are_told_apart(write: Write, base: dict[str, Any]) -> None:
    """The target scores 1; our failure is unscored with its reason; broken weights and empty answers earn nothing."""
    task = LmEvalTask.from_file(write(base))
    for item in items_of(task):
        assert task.score(item, task.gold(item)).value == 1.0
        assert task.score(item, said(item, finish="error")).value is None
        assert task.score(item, said(item, finish="error")).reason == "why"
        assert task.score(item, said(item, finish="broken")).value == 0.0
        assert task.score(item, said(item)).value == (None if item.options else 0.0)


@pytest.mark.parametrize("base", [CHOICE, TEXTS])
def test_baselines_earn_no_more_than_chance(write: Write, base: dict[str, Any]) -> None:
    """The baselines that know nothing stay at or below chance, give or take the luck of ten items."""
    task = LmEvalTask.from_file(write(base))
    items = items_of(task)
    for attack in _ATTACKS:
        assert sum(_scores(task, items, attack(_context({})))) <= 10 * task.card.chance[0] + 4


def test_greedy_continuations(write: Write) -> None:
    """A task of one continuation scores whether greedy decoding gives it; an engine that cannot say is told apart."""
    path = write(
        TEXTS, output_type="loglikelihood", filter_list=None, generation_kwargs=None,
        metric_list=[{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
        doc_to_target="{{' ' + options[right]}}",
    )  # fmt: skip
    task = LmEvalTask.from_file(path)
    item = items_of(task)[0]
    assert len(task.request(item).options) == 1
    assert task.score(item, task.gold(item)).value == 1.0
    assert task.score(item, Completion(item.id, "", "stop", 1, 1, "", (-1.0,), (False,))).value == 0.0
    silent = task.score(item, Completion(item.id, "", "stop", 1, 1, "", (-1.0,)))
    assert (silent.value, "greedy" in silent.reason) == (None, True)


def test_silence_about_greedy_options_is_no_zero(write: Write) -> None:
    """Where an engine does not say what is greedy, metrics that ask are left out; as the score they are unscored."""
    asked = [{"metric": name, "aggregation": "mean", "higher_is_better": True} for name in ("acc", "exact_match")]
    task = LmEvalTask.from_file(write(CHOICE, metric_list=asked))
    item = items_of(task)[0]
    silent = Completion(item.id, "", "stop", 1, 1, "", (-3.0, -1.0, -2.0))
    assert (task.score(item, silent).value, task.score(item, silent).metrics) == (1.0, {"acc,none": 1.0})
    named = LmEvalTask.from_file(write(CHOICE, metric_list=asked, metadata={"defi": {"metric": "exact_match,none"}}))
    assert named.score(items_of(named)[0], silent).value is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"dataset_path": "someone/corpus"}, "not local files"),
        ({"dataset_kwargs": {"data_files": {"test": "https://example.org/rows.json"}}}, "network"),
        ({"output_type": "loglikelihood_rolling"}, "no score"),
        ({"unsafe_code": True}, "runs a model's code"),
        ({"task": None, "group": "many"}, "not one task"),
        ({"doc_to_text": "right", "doc_to_choice": "options", "doc_to_target": "asked"}, "several prompts"),
    ],
)
def test_what_cannot_run_is_refused(write: Write, changes: dict[str, Any], told: str) -> None:
    """Remote data, perplexity, code run in this process, groups and several prompts a document are refused."""
    with pytest.raises(TaskError, match=told) as caught:
        LmEvalTask.from_file(write({**CHOICE, "num_fewshot": 0}, **changes))
    assert "file.yaml" in caught.value.where


def test_sampled_answers_are_refused(write: Write) -> None:
    """A task that wants sampling is refused when it is read, not when a model has been asked."""
    with pytest.raises(EngineError, match="sampled"):
        LmEvalTask.from_file(write(TEXTS, generation_kwargs={"until": ["\n"], "do_sample": True, "temperature": 0.5}))


def test_wrong_words_are_told(write: Write) -> None:
    """Too many items, another level, another language and an unknown metric are named with what there is."""
    task = LmEvalTask.from_file(write(CHOICE, metadata={"defi": {"metric": "f1,none"}}), limit=6)
    with pytest.raises(TaskError, match="7 items are asked for, and there are 6"):
        items_of(task, 7)
    with pytest.raises(UnknownNameError, match="level"):
        task.items(2, "en", "s", 1)
    with pytest.raises(UnknownNameError, match="language"):
        task.items(1, "fr", "s", 1)
    item = items_of(task, 1)[0]
    with pytest.raises(TaskError, match="f1,none") as caught:
        task.score(item, task.gold(item))
    assert "acc,none" in caught.value.remedy


def test_a_folder_with_a_card(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task folder has a file for each language and level; a document is one cluster in both languages."""
    folder = tmp_path / "understanding" / "after"
    folder.mkdir(parents=True)
    words = {"fr": "Après", "en": "After"}
    texts = dict.fromkeys(("title", "skill", "judging", "ladder"), words)
    card = {"kind": "choose", "levels": 1, "languages": ["fr", "en"], "chance": 0.34, "license": "CC0-1.0", "shots": 2}
    (folder / "task.yaml").write_text(yaml.safe_dump({**card, **texts, "source": "ours", "max_new_tokens": 0}))
    write(CHOICE, "understanding/after/en-1.yaml", metadata=None)
    with pytest.raises(TaskError, match=r"fr-1\.yaml"):
        LmEvalTask.from_folder(folder, tmp_path)
    write(CHOICE, "understanding/after/fr-1.yaml", doc_to_text="Q : {{asked}}\nR :", metadata=None)
    task = LmEvalTask.from_folder(folder, tmp_path)
    pairs = list(zip(task.items(1, "fr", "s", 10), task.items(1, "en", "s", 10), strict=True))
    assert all(french.cluster == english.cluster and french.id != english.id for french, english in pairs)
    assert pairs[0][0].question.endswith("R :")
    assert task.card.name == "understanding/after"
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nfrom harness.lm_eval_task import LmEvalTask\n"
        "TASK = LmEvalTask.from_folder(Path(__file__).parent)\n"
    )
    monkeypatch.setattr("harness.task.tasks_root", lambda: tmp_path)
    monkeypatch.setattr("tasks.understanding.__path__", [str(tmp_path / "understanding")])
    monkeypatch.setenv("DEFI_DATA", str(tmp_path))
    try:
        assert load_task("understanding/after").items(1, "fr", "s", 10) == [french for french, _ in pairs]
    finally:
        load_task.cache_clear()


def test_a_task_that_comes_with_lm_eval(write: Write, tmp_path: Path) -> None:
    """A task file of lm-eval's own runs on local rows: its templates, filters and metrics are used as they are."""
    path = Path(str(lm_eval.__file__)).parent / "tasks" / "gsm8k" / "gsm8k.yaml"
    rows = [{"question": f"What is {n} and 1?", "answer": f"{n} + 1 = {n + 1}\n#### {n + 1}"} for n in range(8)]
    write(CHOICE)
    (tmp_path / "sums.json").write_text(json.dumps(rows))
    local = {
        "dataset_path": "json",
        "dataset_name": None,
        "dataset_kwargs": {"data_files": dict.fromkeys(("train", "test"), "sums.json")},
    }
    task = LmEvalTask.from_file(path, data=tmp_path, overrides=local)
    item = items_of(task, 8)[0]
    assert task.request(item).messages[0].content.count("Question:") == 6
    assert "Question:" in task.request(item).sampling.stop
    number = item.target.rpartition(" ")[2]
    assert task.score(item, said(item, f" so\n#### {number}")).metrics == {
        "exact_match,strict-match": 1.0,
        "exact_match,flexible-extract": 1.0,
    }
