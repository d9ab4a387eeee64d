"""Ours against lm-eval's own `hf` backend on real rows: SmolLM2 in float32, the peer at batch 1.

Four task files, English and French, choice and generation; each through the bridge (lm-eval asks our engine) and
through the task source (our harness asks it). `DEFI_AGREEMENT_ROWS=200 pytest -s` on this file is the larger run of
docs/decisions/0006-lm-eval.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.engine.base import EngineContext
from harness.prompt import PromptStyle

pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[test]'")
pytestmark = [pytest.mark.model, pytest.mark.timeout(3600 if "DEFI_AGREEMENT_ROWS" in os.environ else 300)]

_TOLERANCE = 1e-3  # of a log-likelihood
_ROWS = {"mmlu_letters_en": 12, "exams_fr": 12, "svamp_en": 24, "mgsm_fr": 12}


@pytest.fixture(scope="module")
def rows(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder, as the working folder: lm-eval resolves file names there."""
    import datasets

    folder = Path(os.environ.get("DEFI_DATA", checkout.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no benchmark rows in {folder}: set DEFI_DATA")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("datasets"))
        yield folder


@pytest.fixture(scope="module")
def hf(smollm2: Path) -> Any:
    """lm-eval's own backend."""
    from lm_eval.models.huggingface import HFLM

    return HFLM(pretrained=str(smollm2), device="cpu", dtype="float32", batch_size=1)


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[Any]:
    """Our engine, for prompts as they are."""
    from harness.engine.transformers.engine import TransformersEngine

    with TransformersEngine(EngineContext(PromptStyle("verbatim"), smollm2), dtype="float32", device="cpu") as loaded:
        yield loaded


@pytest.fixture(scope="module", params=_ROWS)
def case(request: pytest.FixtureRequest, checkout: Path, rows: Path, hf: Any) -> tuple[Path, int, Any]:
    """A task file, how many of its rows, and what lm-eval finds on them with its own backend."""
    path = checkout / "tests" / "data" / "lm_eval" / f"{request.param}.yaml"
    count = int(os.environ.get("DEFI_AGREEMENT_ROWS", _ROWS[request.param]))
    return path, count, _evaluated(hf, path, count)


def test_bridge_agrees(case: tuple[Path, int, Any], engine: Any) -> None:
    """lm-eval gets from our engine the log-likelihoods, flags, texts and figures that it gets from its own backend."""
    from harness.engine.lm_eval_bridge import lm_eval_model

    path, count, peer = case
    ours = _evaluated(lm_eval_model(engine), path, count)
    apart, compared = 0.0, 0
    for own, theirs in zip(_answers(ours, path), _answers(peer, path), strict=True):
        compared += 1
        if isinstance(theirs, str):
            assert own == theirs
        else:
            apart = max(apart, abs(own[0] - theirs[0]))
            assert bool(own[1]) is theirs[1]
    print(f"\n{path.stem}: {count} documents, {compared} answers, apart {apart:.1e}, {_figures(peer, path)}")
    assert compared >= count
    assert apart <= _TOLERANCE
    assert _figures(ours, path) == _figures(peer, path)


def test_task_source_agrees(case: tuple[Path, int, Any], engine: Any, rows: Path) -> None:
    """Our harness asks the same prompts, and its scores give lm-eval's figures exactly, whatever the seed's order."""
    from harness.lm_eval_task import LmEvalTask

    path, count, peer = case
    task = LmEvalTask.from_file(path, "fr" if path.stem.endswith("_fr") else "en", data=rows, limit=count)
    items = {item.id: item for item in task.items(1, task.card.languages[0], "another order", count)}
    answers = [(items[done.item], done) for done in engine.run([task.request(item) for item in items.values()])]
    figures = _figures(peer, path)
    assert task.aggregates(answers) == figures
    main = next(iter(figures))
    values = [task.score(item, done).value for item, done in answers]
    assert sum(value for value in values if value is not None) == pytest.approx(figures[main] * count, abs=1e-9)
    assert {task.score(item, task.gold(item)).value for item in items.values()} == {1.0}


def _evaluated(model: Any, path: Path, count: int) -> Any:
    import lm_eval
    from lm_eval.tasks import TaskManager

    manager = TaskManager(include_defaults=False)
    options = {"task_manager": manager, "limit": count, "bootstrap_iters": 0}
    return lm_eval.simple_evaluate(model=model, tasks=[str(path)], **options)


def _answers(found: Any, path: Path) -> list[Any]:
    """Every answer of a model, before filters (of which each lists all documents again)."""
    samples = found["samples"][path.stem]
    return [answer for sample in samples if sample["filter"] == samples[0]["filter"] for (answer,) in sample["resps"]]


def _figures(found: Any, path: Path) -> dict[str, float]:
    figures = found["results"][path.stem].items()
    return {key: float(value) for key, value in figures if "," in key and "_stderr" not in key}
