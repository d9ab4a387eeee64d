"""Many jobs spool at once, one collector sends to a real server, and whoever is killed meanwhile: nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from tracked import finish, send_all
from tracking_server import Postgres, TrackingServer

from harness.record import RoundPaths
from harness.spool import Spool
from harness.tracking import Sender

NAMES = [f"team{number}/entry" for number in range(8)]
TASKS = 9  # with the submission's own: ten runs a record


def content(uri: str) -> dict[str, Any]:
    """All that a server holds of the round, by keys: nothing that only says when or where it was sent."""
    client = MlflowClient(tracking_uri=uri)
    runs = list(client.search_runs([client.get_experiment_by_name("grand-defi/tiny").experiment_id], max_results=1000))
    keys = {run.info.run_id: run.data.tags["defi.key"] for run in runs}
    found = {
        run.data.tags["defi.key"]: {
            "name": run.info.run_name,
            "status": run.info.status,
            "times": (run.info.start_time, run.info.end_time),
            "params": run.data.params,
            "parent": keys.get(run.data.tags.get("mlflow.parentRunId", "")),
            "metrics": {
                name: sorted((p.step, p.timestamp, p.value) for p in client.get_metric_history(run.info.run_id, name))
                for name in run.data.metrics
            },
            "items": [one.dataset.digest for one in run.inputs.dataset_inputs],
            "files": sorted((f.path, f.file_size) for f in client.list_artifacts(run.info.run_id)),
        }
        for run in runs
    }
    assert len(found) == len(runs), "a key has two runs"
    return found


@pytest.fixture(scope="module")
def spooled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight records, finished by eight processes at once."""
    runs = tmp_path_factory.mktemp("runs")
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(finish, [runs] * len(NAMES), NAMES, [TASKS] * len(NAMES)))
    assert len(Spool(RoundPaths(runs, "tiny")).waiting()) == len(NAMES)
    return runs


@pytest.fixture(scope="module")
def quiet(spooled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a data base holds to which all was sent undisturbed."""
    folder = tmp_path_factory.mktemp("quiet")
    uri = f"sqlite:///{folder}/mlflow.db"
    spool, sender = Spool(RoundPaths(spooled, "tiny")), Sender(uri, str(folder / "artifacts"))
    for path in spool.waiting():
        sender.send(spool.read(path))
    found = content(uri)
    assert len(found) == len(NAMES) * (TASKS + 1)
    return found


@pytest.fixture
def runs(spooled: Path, tmp_path: Path) -> Path:
    """The spool alone, as it is copied to where a network is."""
    copy = Spool(RoundPaths(tmp_path / "runs", "tiny")).folder
    copy.mkdir(parents=True)
    for path in Spool(RoundPaths(spooled, "tiny")).waiting():
        (copy / path.name).write_bytes(path.read_bytes())
    return tmp_path / "runs"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[TrackingServer]:
    """A running server over either data base, kept by the module's tests."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # the data base's own user must reach its folder
        folder = Path(name)
        folder.chmod(0o711)
        if request.param == "sqlite":
            with TrackingServer(folder) as server:
                yield server
        elif missing := Postgres.missing():
            pytest.skip(f"not installed: {missing}")
        else:
            with Postgres(folder / "postgres") as postgres, TrackingServer(folder, postgres.address) as server:
                yield server


def test_whoever_is_killed_the_server_holds_the_same(
    server: TrackingServer, runs: Path, quiet: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server dies inside a parcel, then the sender does; the next call finishes: all there, nothing twice."""
    spool = Spool(RoundPaths(runs, "tiny"))
    calls, whole = [0], MlflowClient.log_batch

    def die_at_the_fifteenth(self: MlflowClient, *args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == 15:
            server.kill()
        return whole(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "log_batch", die_at_the_fifteenth)
        found = spool.collect(Sender(server.uri))
    assert (found.away, len(found.sent), len(spool.waiting())) == (True, 1, 7)
    assert "defi track --round tiny" in next(iter(found.troubles.values()))
    server.start()

    sending = multiprocessing.get_context("spawn").Process(target=send_all, args=(runs, server.uri))
    sending.start()
    until = time.monotonic() + 60
    while len(spool.waiting()) > 5 and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(sending.pid or 0, 9)
    sending.join()
    assert 0 < len(spool.waiting()) <= 5

    begun, before = time.perf_counter(), len(spool.waiting())
    assert len(spool.collect(Sender(server.uri)).sent) == before
    print(f"\n{server.backend.partition(':')[0]}: {before * 10 / (time.perf_counter() - begun):.1f} runs a second")
    assert content(server.uri) == quiet
