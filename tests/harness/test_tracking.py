"""MLflow: written once, updated and never doubled; a dead server is an error in words."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from tracked import record_at

from harness.errors import TrackingError
from harness.parcel import Parcel
from harness.spool import Spool
from harness.tracking import Sender, ServerAwayError


def parcel_of(runs: Path, **changes: object) -> Parcel:
    """The parcel of a small record."""
    record = record_at(runs, **changes)
    spool = Spool.of(record)
    left = spool.leave(record)
    assert left is not None
    return spool.read(left)


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture
def sender(tmp_path: Path, uri: str) -> Sender:
    return Sender(uri, str(tmp_path / "artifacts"))


def runs_at(uri: str) -> list[Run]:
    client = MlflowClient(tracking_uri=uri)
    return list(client.search_runs([client.get_experiment_by_name("grand-defi/tiny").experiment_id]))


def test_a_record_becomes_a_parent_and_a_child_per_task(sender: Sender, uri: str, tmp_path: Path) -> None:
    """The curve is a metric whose step is the level; rates, parameters, artefacts and the data set are there."""
    parent = sender.send(parcel_of(tmp_path, tasks=2))
    client = MlflowClient(tracking_uri=uri)
    runs = runs_at(uri)
    child = next(run for run in runs if run.data.params.get("task") == "understanding/reading_choice")
    assert len(runs) == 3
    assert child.data.tags["mlflow.parentRunId"] == parent
    curve = client.get_metric_history(child.info.run_id, "fr/value")
    assert [(point.step, round(point.value, 6)) for point in sorted(curve, key=lambda p: p.step)] == [
        (1, round((0.5 - 0.25) / 0.75, 6)),
        (2, round((1 / 3 - 0.25) / 0.75, 6)),
    ]
    assert child.data.metrics["rate/cap_hit"] == 2 / 16
    assert child.data.metrics["rate/unscored"] == 1 / 16
    found = client.get_run(parent)
    assert found.data.params["engine.versions.torch"] == "2"
    assert {artifact.path for artifact in client.list_artifacts(parent)} == {
        *("plan.json", "conditions.json", "judging.json", "estimates.json"),
    }
    assert found.inputs.dataset_inputs[0].dataset.name == "tiny-items"
    assert {run.info.status for run in runs} == {"FINISHED"}


@pytest.mark.parametrize("again", [False, True])
def test_sending_twice_changes_nothing(sender: Sender, uri: str, tmp_path: Path, again: bool) -> None:
    """The same runs are found again, and no metric is doubled, also where everything is sent once more."""
    parcel = parcel_of(tmp_path)
    first = sender.send(parcel)
    assert Sender(uri, str(tmp_path / "artifacts")).send(parcel, again=again) == first
    client, runs = MlflowClient(tracking_uri=uri), runs_at(uri)
    assert len(runs) == 2
    child = next(run for run in runs if run.info.run_id != first)
    assert len(client.get_metric_history(child.info.run_id, "en/value")) == 2
    assert len(client.get_run(first).inputs.dataset_inputs) == 1


def test_a_judgement_supersedes_the_earlier_one(sender: Sender, uri: str, tmp_path: Path) -> None:
    """Judged again the record has other runs; whichever is sent last, only the later judgement is not superseded."""
    earlier, later = parcel_of(tmp_path), parcel_of(tmp_path, right=3, since="2026-11-23T03:00:00+00:00")
    assert sender.send(later) != sender.send(earlier)
    parents = {run.data.tags["defi.key"]: run.data.tags for run in runs_at(uri) if "defi.made" in run.data.tags}
    assert parents[earlier.key]["defi.superseded"] == later.key
    assert "defi.superseded" not in parents[later.key]
    sender.send(parcel_of(tmp_path, since="2026-11-24T03:00:00+00:00"))  # as at first: its runs stand again
    parents = {run.data.tags["defi.key"]: run.data.tags for run in runs_at(uri) if "defi.made" in run.data.tags}
    assert parents[later.key]["defi.superseded"] == earlier.key
    assert "defi.superseded" not in parents[earlier.key]


def test_a_run_that_a_dying_server_made_twice_is_one_again(sender: Sender, uri: str, tmp_path: Path) -> None:
    """Of two runs with one key the complete one stays."""
    parcel = parcel_of(tmp_path)
    parent = sender.send(parcel)
    client = MlflowClient(tracking_uri=uri)
    first = client.get_run(parent)
    client.create_run(first.info.experiment_id, tags=first.data.tags)
    assert len(runs_at(uri)) == 3
    assert sender.send(parcel) == parent
    assert {run.info.run_id for run in runs_at(uri)} >= {parent}
    assert len(runs_at(uri)) == 2


_WRITING = ("create_experiment", "create_run", "log_batch", "log_inputs", "log_artifact", "set_terminated")


def cut_after(calls: int, patch: pytest.MonkeyPatch) -> None:
    """Let only so many writing calls reach the server."""
    left = [calls]

    def limited(whole: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            if left[0] == 0:
                raise ConnectionError("cut off")
            left[0] -= 1
            return whole(*args, **kwargs)

        return call

    for name in _WRITING:
        patch.setattr(MlflowClient, name, limited(getattr(MlflowClient, name)))


def test_cut_off_after_any_call_it_goes_on(
    sender: Sender, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of the eleven writing calls is the last to arrive, the next sending completes the same content."""
    client, made = MlflowClient(tracking_uri=uri), parcel_of(tmp_path)
    for calls in range(11):
        parcel = dataclasses.replace(made, round=f"cut-{calls}")
        with monkeypatch.context() as patch:
            cut_after(calls, patch)
            with pytest.raises(TrackingError, match="cut off"):
                sender.send(parcel)
        sender.send(parcel)
        experiment = client.get_experiment_by_name(f"grand-defi/cut-{calls}")
        runs = client.search_runs([experiment.experiment_id])
        assert sorted((run.data.tags["defi.key"], run.info.status) for run in runs) == [
            (parcel.key, "FINISHED"),
            (f"{parcel.key}/understanding/reading_choice", "FINISHED"),
        ]
        child = next(run for run in runs if "task" in run.data.params)
        history = [client.get_metric_history(child.info.run_id, name) for name in ("en/value", "rate/cap_hit")]
        assert [len(points) for points in history] == [2, 1]


def test_a_dead_server_is_an_error_in_words(tmp_path: Path) -> None:
    """Nothing listens: the error names the server and how to send again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ServerAwayError, match="defi track --round tiny") as caught:
        Sender(f"http://127.0.0.1:{port}").send(parcel_of(tmp_path))
    assert str(port) in caught.value.where
