"""MLflow, written to and never read from: an experiment a round, a run a submission, a child run a task.

Runs are found again by a key (submission digest, plan hash, task), parameters and metrics carry the record's own
times: sending a record twice changes nothing. Only one process sends, so that "search, else create" makes one run.
"""

from __future__ import annotations

import datetime
import logging
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.canonical import sha256_json
from harness.errors import TrackingError
from harness.types import Json, ScoreRow

if TYPE_CHECKING:
    from mlflow import MlflowClient

_KEY = "defi.key"
_QUICK = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
_BATCH = 500  # metrics a call; the server refuses more than 1,000


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """What is sent of a record."""

    round: str
    submission: Mapping[str, Json]
    plan: Mapping[str, Json]
    conditions: Mapping[str, Json]
    judging: Mapping[str, Json]
    estimates: Mapping[str, Json]
    rows: Sequence[ScoreRow]
    files: Sequence[Path]  # small artefacts: plan, conditions, estimates


def send(run: TrackedRun, uri: str, artifacts: str | None) -> str:
    """Send a record to a tracking server; returns the parent run's id. TrackingError says what failed."""
    for name, value in _QUICK.items():
        os.environ.setdefault(name, value)
    logging.getLogger("mlflow").setLevel(logging.WARNING)  # it tells of every table that it makes
    try:
        from mlflow import MlflowClient

        client = MlflowClient(tracking_uri=uri)
        return _send(client, run, artifacts)
    except Exception as error:  # whatever the server or its library raises must not stop a round
        first = (str(error).splitlines() or [""])[0][:300]
        raise TrackingError(
            f"{type(error).__name__}: {first}", where=uri, remedy=f"send it again with `defi track --round {run.round}`"
        ) from error


def _send(client: MlflowClient, run: TrackedRun, artifacts: str | None) -> str:
    experiment = _experiment(client, f"grand-defi/{run.round}", artifacts)
    key = f"{run.submission['digest'][:16]}/{run.plan['hash'][:16]}"
    name = f"{run.submission['team']}/{run.submission['entry']}"
    time_ms = _milliseconds(run.conditions)
    parent = _run(client, experiment, key, name, time_ms, {})
    _params(client, parent, {"submission": name, "plan": run.plan["hash"], **_flat(run.plan["engine"], "engine")})
    client.set_tag(parent, "defi.judging", sha256_json(run.judging))  # a tag, as a mended scorer may change it
    _dataset(client, parent, run)
    for path in run.files:
        client.log_artifact(parent, str(path))
    spent = run.conditions.get("spent", {})
    _metrics(client, parent, [(f"spent/{k}", float(v), 0) for k, v in spent.items()], time_ms)
    for task, rows in _by_task(run.rows).items():
        child = _run(client, experiment, f"{key}/{task}", f"{name} · {task}", time_ms, {"mlflow.parentRunId": parent})
        _params(client, child, {"task": task, "kind": run.plan["tasks"][task]["kind"]})
        _metrics(client, child, _curve(run.estimates[task], rows), time_ms)
        client.set_terminated(child, end_time=time_ms)
    client.set_terminated(parent, end_time=time_ms)
    return parent


def _experiment(client: MlflowClient, name: str, artifacts: str | None) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = Path(artifacts).resolve().as_uri() if artifacts else None
    return str(client.create_experiment(name, artifact_location=location))


def _run(client: MlflowClient, experiment: str, key: str, name: str, time_ms: int, tags: Mapping[str, str]) -> str:
    found = client.search_runs([experiment], filter_string=f"tags.`{_KEY}` = '{key}'", max_results=1)
    if found:
        return str(found[0].info.run_id)
    made = client.create_run(experiment, start_time=time_ms, run_name=name, tags={_KEY: key, **tags})
    return str(made.info.run_id)


def _params(client: MlflowClient, run_id: str, params: Mapping[str, Json]) -> None:
    from mlflow.entities import Param

    client.log_batch(run_id, params=[Param(key, str(value)[:500]) for key, value in params.items()])


def _metrics(client: MlflowClient, run_id: str, metrics: Sequence[tuple[str, float, int]], time_ms: int) -> None:
    from mlflow.entities import Metric

    entities = [Metric(key, value, time_ms, step) for key, value, step in metrics]
    for start in range(0, len(entities), _BATCH):
        client.log_batch(run_id, metrics=entities[start : start + _BATCH])


def _dataset(client: MlflowClient, run_id: str, run: TrackedRun) -> None:
    """Log which items were asked, by their hashes: questions and targets stay here."""
    import datasets
    import mlflow.data.huggingface_dataset as mlflow_datasets
    from mlflow.entities import DatasetInput, InputTag

    keys = ("id", "task", "level", "language", "cluster", "item_sha256")
    table = datasets.Dataset.from_list([{key: str(item[key]) for key in keys} for item in run.plan["items"]])
    logged = mlflow_datasets.from_huggingface(table, path="grand-defi", name=f"{run.round}-items")
    entity = DatasetInput(logged._to_mlflow_entity(), tags=[InputTag("mlflow.data.context", "evaluation")])
    client.log_inputs(run_id, [entity])


def _curve(task: Mapping[str, Json], rows: Sequence[ScoreRow]) -> list[tuple[str, float, int]]:
    """The difficulty curve with step = level, and the rates that qualify it."""
    points = [
        (f"{point['language']}/{part}", float(point[part]), int(point["level"]))
        for point in task["curve"]
        for part in ("value", "low", "high")
    ]
    capped = sum(row.capped for row in rows) / len(rows)
    unscored = sum(row.value is None for row in rows) / len(rows)
    return [*points, ("rate/cap_hit", capped, 0), ("rate/unscored", unscored, 0)]


def _by_task(rows: Iterable[ScoreRow]) -> dict[str, list[ScoreRow]]:
    grouped: dict[str, list[ScoreRow]] = defaultdict(list)
    for row in rows:
        grouped[row.task].append(row)
    return grouped


def _flat(value: Json, prefix: str) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        return {prefix: value}
    return {name: leaf for key, entry in value.items() for name, leaf in _flat(entry, f"{prefix}.{key}").items()}


def _milliseconds(conditions: Mapping[str, Json]) -> int:
    return int(datetime.datetime.fromisoformat(conditions["ended"]).timestamp() * 1000)
