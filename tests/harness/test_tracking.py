"""MLflow: written once, updated and never doubled; a dead server is an error in words."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from mlflow import MlflowClient

from harness.canonical import sha256_text
from harness.errors import TrackingError
from harness.scoring.estimates import estimates
from harness.tracking import TrackedRun, send
from harness.types import ScoreRow

TASK = "understanding/reading_choice"


@pytest.fixture
def tracked(tmp_path: Path) -> TrackedRun:
    """A small record: two levels, two languages, one capped and one unscored item."""
    rows = [
        ScoreRow(
            item=f"{TASK}/{language}/L{level}/{index}",
            task=TASK,
            level=level,
            language=language,
            cluster=f"L{level}/{index}",
            index=index,
            chance=0.25,
            value=None if (level, language, index) == (2, "fr", 3) else float(index % 2),
            category="wrong",
            capped=index == 0 and level == 1,
        )
        for level in (1, 2)
        for language in ("fr", "en")
        for index in range(4)
    ]
    file = tmp_path / "plan.json"
    file.write_text("{}")
    items = [
        {key: getattr(r, key) for key in ("task", "level", "language", "cluster")} | {"id": r.item, "item_sha256": "0"}
        for r in rows
    ]
    return TrackedRun(
        round="tiny",
        submission={"team": "t", "entry": "e", "digest": sha256_text("digest")},
        plan={
            "hash": sha256_text("plan"),
            "engine": {"name": "x", "versions": {"torch": "2"}},
            "tasks": {TASK: {"kind": "choose"}},
            "items": items,
        },
        conditions={"ended": "2026-11-22T03:00:00+00:00", "spent": {"seconds": 2.5}},
        judging={"shared": "abc"},
        estimates=estimates(rows),
        rows=rows,
        files=[file],
    )


def test_a_record_becomes_a_parent_and_a_child_per_task(tracked: TrackedRun, tmp_path: Path) -> None:
    """The curve is a metric whose step is the level; rates, parameters, artefacts and the data set are there."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    parent = send(tracked, uri, str(tmp_path / "artifacts"))
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name("grand-defi/tiny")
    runs = client.search_runs([experiment.experiment_id])
    child = next(run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent)
    assert len(runs) == 2
    curve = client.get_metric_history(child.info.run_id, "fr/value")
    assert [(point.step, round(point.value, 6)) for point in sorted(curve, key=lambda p: p.step)] == [
        (1, round((0.5 - 0.25) / 0.75, 6)),
        (2, round((1 / 3 - 0.25) / 0.75, 6)),
    ]
    assert child.data.metrics["rate/cap_hit"] == 2 / 16
    assert child.data.metrics["rate/unscored"] == 1 / 16
    found = client.get_run(parent)
    assert found.data.params["engine.versions.torch"] == "2"
    assert [artifact.path for artifact in client.list_artifacts(parent)] == ["plan.json"]
    assert found.inputs.dataset_inputs[0].dataset.name == "tiny-items"


def test_sending_twice_changes_nothing(tracked: TrackedRun, tmp_path: Path) -> None:
    """The same runs are found again, and no metric is doubled."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    first = send(tracked, uri, str(tmp_path / "artifacts"))
    assert send(tracked, uri, str(tmp_path / "artifacts")) == first
    client = MlflowClient(tracking_uri=uri)
    runs = client.search_runs([client.get_experiment_by_name("grand-defi/tiny").experiment_id])
    assert len(runs) == 2
    child = next(run for run in runs if run.info.run_id != first)
    assert len(client.get_metric_history(child.info.run_id, "en/value")) == 2
    assert len(client.get_run(first).inputs.dataset_inputs) == 1


def test_a_dead_server_is_an_error_in_words(tracked: TrackedRun) -> None:
    """Nothing listens: the error names the server and how to send again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TrackingError, match="defi track --round tiny") as caught:
        send(tracked, f"http://127.0.0.1:{port}", None)
    assert str(port) in caught.value.where
