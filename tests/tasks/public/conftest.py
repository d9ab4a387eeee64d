"""Where the rows of public benchmarks are for the tests, and lm-eval's own tasks over the same rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.task import load_task
from harness.types import Completion, Item

Peer = Callable[..., Any]


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


def by_question(name: str, level: int, language: str) -> dict[str, Item]:
    """All items of a level by their question."""
    return {item.question: item for item in load_task(name).items(level, language, "s", 100_000)}


def answered(item: Item, text: str) -> Completion:
    """A text as an engine would hand it over."""
    return Completion(item.id, text, "stop", 1, 1, "")
