"""Where the rows of public benchmarks are for the tests, and lm-eval's own tasks over the same rows."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.engine.base import EngineContext
from harness.prompt import read_style
from harness.task import load_task
from harness.types import Completion, Item

Peer = Callable[..., Any]
Weighed = tuple[Item, list[Any], Callable[[list[tuple[float, bool]]], dict[str, float]]]


@pytest.fixture(scope="session", autouse=True)
def mirror(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with copies of the benchmarks' files (DEFI_DATA, or one beside the checkout); skips where none is."""
    folder = Path(os.environ.get("DEFI_DATA", checkout.parent / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no benchmark rows in {folder}: set DEFI_DATA")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEFI_DATA", str(folder))
        yield folder


@pytest.fixture
def lm_eval(mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peer:
    """`lm_eval(file, limit, **overrides)`: one of the task files that come with lm-eval, over local rows.

    `overrides` replace keys of the file; `data_files` (split to path in the mirror) say where the rows are.
    """
    package = pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
    import datasets

    from harness.lm_eval_files import TaskFile

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")

    def load(file: str, limit: int | None, data_files: dict[str, str], form: str = "json", **overrides: Any) -> Any:
        path = Path(package.__file__).parent / "tasks" / file
        files = {split: str(mirror / name) for split, name in data_files.items()}
        local = {"dataset_path": form, "dataset_name": None, "dataset_kwargs": {"data_files": files}}
        return TaskFile(path, mirror, limit, {**local, **overrides})

    return load


@pytest.fixture(scope="module")
def nltk_models(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """NLTK with the Punkt model that its own download has, and langdetect with a seed: what lm-eval's rules ask for."""
    pytest.importorskip("immutabledict", reason="lm-eval's ifeval is not installed: pip install 'lm-eval[ifeval]'")
    import langdetect
    import nltk
    import punkt

    model, folder = punkt.load_model("english"), tmp_path_factory.mktemp("nltk")
    place = folder / "tokenizers" / "punkt_tab" / "english"
    place.mkdir(parents=True)
    for name, lines in (
        ("collocations.tab", ["\t".join(pair) for pair in model.collocations]),
        ("sent_starters.txt", model.sent_starters),
        ("abbrev_types.txt", model.abbrev_types),
        ("ortho_context.tab", [f"{word}\t{context}" for word, context in model.ortho_context.items()]),
    ):
        (place / name).write_text("\n".join(lines), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nltk.data, "path", [str(folder)])
        patch.setattr(langdetect.DetectorFactory, "seed", 0)
        yield nltk


@pytest.fixture
def peer_runs_in_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of `evaluate`'s code_eval, which lm-eval would download and which runs programs unprotected."""
    import evaluate

    from harness.sandbox import run_program

    class InSandbox:
        def compute(self, references: list[str], predictions: list[list[str]], k: list[int]) -> Any:
            pairs = [(test, code) for test, codes in zip(references, predictions, strict=True) for code in codes]
            passed = [run_program(f"{code}\n{test}").verdict == "done" for test, code in pairs]
            return {"pass@1": sum(passed) / len(passed)}, passed

    monkeypatch.setattr(evaluate, "load", lambda name: InSandbox())


@pytest.fixture
def mgsm_rows(mirror: Path, tmp_path: Path) -> Callable[[str], str]:
    """`mgsm_rows(language)`: a file of MGSM's rows as the data set that lm-eval names has them."""

    def write(language: str) -> str:
        path = tmp_path / f"mgsm_{language}.json"
        with (mirror / "mgsm" / f"{language}.tsv").open(encoding="utf-8", newline="") as lines:
            rows = [
                {"question": question, "answer": None, "answer_number": int(number.replace(",", ""))}
                for question, number in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            ]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture(scope="session")
def engine(smollm2: Path) -> Iterator[Any]:
    """Our engine with a real model, in the prompt style of its entry."""
    from harness.engine.transformers.engine import TransformersEngine

    style = read_style(smollm2, "chat", "2026-11-22")
    with TransformersEngine(EngineContext(style, smollm2), dtype="float32", device="cpu") as loaded:
        yield loaded


@pytest.fixture(scope="session")
def hf(smollm2: Path) -> Any:
    """lm-eval's own backend with the same model, at batch 1."""
    package = pytest.importorskip("lm_eval.models.huggingface", reason="lm-eval is not installed")
    return package.HFLM(pretrained=str(smollm2), device="cpu", dtype="float32", batch_size=1)


@pytest.fixture
def weighed_alike(engine: Any, hf: Any) -> Callable[[str, list[Weighed]], None]:
    """`weighed_alike(name, rows)`: both weigh the options of each row, and it gets the peer's figures.

    A row is an item, lm-eval's requests for it, and what lm-eval makes of the answers to them.
    """

    def compare(name: str, rows: list[Weighed]) -> None:
        requests = [load_task(item.task).request(item) for item, *_ in rows]
        found = {done.item: done for done in engine.run(requests)}
        values = []
        for item, instances, judge in rows:
            theirs = judge(hf.loglikelihood(instances, disable_tqdm=True))
            score = load_task(item.task).score(item, found[item.id])
            ours = {"value": score.value, **score.metrics}
            assert {key: ours[key] for key in theirs} == pytest.approx(theirs, abs=1e-3), item.id
            values.append(ours["value"])
        print(f"\n{name}: {len(rows)} rows, {sum(v > 0 for v in values)} above 0, mean {sum(values) / len(rows):.4f}")

    return compare


def by_question(name: str, level: int, language: str) -> dict[str, Item]:
    """All items of a level by their question."""
    return {item.question: item for item in load_task(name).items(level, language, "s", 100_000)}


def answered(item: Item, text: str) -> Completion:
    """A text as an engine would hand it over."""
    return Completion(item.id, text, "stop", 1, 1, "")
