"""MLflow, written to and never read from: an experiment a round, a run a submission, a child run a task.

Runs are found again by the key of the parcel that they were made from, and all times are the record's own: sending
twice changes nothing, and a sending that was cut off goes on. A record that was judged again is another parcel: it gets
runs of its own, and the former ones say by which they are superseded. Only one process may send for a round at a time
(`harness.spool` sees to it): eight simultaneous "search, else create" make eight runs.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import TrackingError
from harness.parcel import Note, Parcel, unpacked

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_KEY, _RECORD, _MADE, _SUPERSEDED = "defi.key", "defi.record", "defi.made", "defi.superseded"
# the library's own retry could make a run twice, where only the answer to its first attempt was lost
_SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",  # two lines a run
}
_METRICS = 500  # a call; the server refuses more than 1,000
_PARAMS = 100  # a call; the server refuses more
_PAGE = 1000  # runs that one search returns
_TRIES = 3  # of a parcel, while the server is there
_COMPLETE = "FINISHED"


class ServerAwayError(TrackingError):
    """The server cannot be reached: nothing else can be sent either."""


class Sender:
    """Makes the runs of parcels on one server."""

    def __init__(self, uri: str, artifacts: str | None = None) -> None:
        """`artifacts`: folder for files, where the server has no place of its own for them. Nothing is asked yet."""
        self.uri, self._artifacts = uri, artifacts
        self._experiments: dict[str, str] = {}
        self._made: MlflowClient | None = None

    def send(self, parcel: Parcel, *, again: bool = False) -> str:
        """Make or finish a parcel's runs; returns the id of the submission's run.

        `again`: send everything once more, also what the server says is complete. TrackingError says what failed,
        ServerAwayError that the server has gone; the same call goes on from there.
        """
        remedy = f"send it again with `defi track --round {parcel.round}`"
        tries = 1
        while True:
            try:
                with self._in_words(remedy):
                    return self._send(parcel, again=again)
            except TrackingError as error:
                if not self._answers():
                    raise ServerAwayError(error.what, where=self.uri, remedy=remedy) from error
                if tries == _TRIES:
                    raise
                tries += 1

    def _answers(self) -> bool:
        """Whether the server is there: what it refuses is then the parcel's own trouble, and others may be sent."""
        try:
            with self._in_words("start the server"):
                self._client().search_experiments(max_results=1)
        except TrackingError:
            return False
        return True

    def _client(self) -> MlflowClient:
        if self._made is None:
            for name, value in _SETTINGS.items():
                os.environ.setdefault(name, value)
            logging.getLogger("mlflow").setLevel(logging.WARNING)  # it tells of every table that it makes
            from mlflow import MlflowClient

            self._made = MlflowClient(tracking_uri=self.uri)
        return self._made

    @contextlib.contextmanager
    def _in_words(self, remedy: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # whatever the server or its library raises must not stop a round
            first = (str(error).splitlines() or [""])[0][:300]
            raise TrackingError(f"{type(error).__name__}: {first}", where=self.uri, remedy=remedy) from error

    def _send(self, parcel: Parcel, *, again: bool) -> str:
        experiment = self._experiment(parcel.round)
        runs = _Runs(self._client(), experiment, parcel, self._known(experiment, parcel.record))
        whole, *tasks = parcel.notes
        parent, complete = runs.find(whole, {_MADE: parcel.made})
        if again or not complete:
            self._fill(parent, parcel, whole)
            self._dataset(parent, parcel)
            self._files(parent, parcel)
            for note in tasks:
                child, ended = runs.find(note, {"mlflow.parentRunId": parent})
                if again or not ended:
                    self._fill(child, parcel, note)
                    self._client().set_terminated(child, end_time=parcel.time_ms)
            self._client().set_terminated(parent, end_time=parcel.time_ms)  # last: a run that has ended is complete
        self._supersede(self._known(experiment, parcel.record), parcel)
        return parent

    def _experiment(self, round_: str) -> str:
        if round_ not in self._experiments:
            name = f"grand-defi/{round_}"
            found = self._client().get_experiment_by_name(name)
            location = Path(self._artifacts).resolve().as_uri() if self._artifacts else None
            made = found.experiment_id if found else self._client().create_experiment(name, artifact_location=location)
            self._experiments[round_] = str(made)
        return self._experiments[round_]

    def _known(self, experiment: str, record: str) -> dict[str, Run]:
        """The runs of a record by their keys. Of two with one key, left by a server that died, one is taken away."""
        known: dict[str, Run] = {}
        page = None
        while page is None or page.token:
            page = self._client().search_runs(
                [experiment],
                filter_string=f"tags.`{_RECORD}` = '{record}'",
                max_results=_PAGE,
                page_token=page.token if page else None,
            )
            for run in page:
                first = known.setdefault(run.data.tags[_KEY], run)
                if first is not run:
                    kept, other = sorted((first, run), key=lambda one: (one.info.status != _COMPLETE, one.info.run_id))
                    known[run.data.tags[_KEY]] = kept
                    self._client().delete_run(other.info.run_id)
        return known

    def _fill(self, run_id: str, parcel: Parcel, note: Note) -> None:
        from mlflow.entities import Metric, Param, RunTag

        params = [Param(key, value) for key, value in note.params.items()]
        metrics = [Metric(key, value, parcel.time_ms, step) for key, value, step in note.metrics]
        tags = [RunTag(key, value) for key, value in note.tags.items()]
        calls = max(-(-len(params) // _PARAMS), -(-len(metrics) // _METRICS), 1)
        for call in range(calls):
            some = params[call * _PARAMS : (call + 1) * _PARAMS]
            measured = metrics[call * _METRICS : (call + 1) * _METRICS]
            self._client().log_batch(run_id, params=some, metrics=measured, tags=tags if call == 0 else [])

    def _dataset(self, run_id: str, parcel: Parcel) -> None:
        """Log which items were asked, by a digest over their hashes: questions and targets stay here."""
        from mlflow.entities import Dataset, DatasetInput, InputTag

        source, profile = json.dumps({"uri": "plan.json"}), json.dumps({"num_rows": parcel.items["rows"]})
        items = Dataset(f"{parcel.round}-items", parcel.items["digest"], "local", source, profile=profile)
        tags = [InputTag("mlflow.data.context", "evaluation")]
        self._client().log_inputs(run_id, [DatasetInput(items, tags=tags)])

    def _files(self, run_id: str, parcel: Parcel) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name, file in parcel.files.items():
                path = Path(folder) / Path(name).name
                path.write_bytes(unpacked(file, name))
                self._client().log_artifact(run_id, str(path))

    def _supersede(self, known: Mapping[str, Run], parcel: Parcel) -> None:
        """Of the judgements of one record the latest stands; the others say which one does."""
        made = {key: run.data.tags[_MADE] for key, run in known.items() if _MADE in run.data.tags}
        if parcel.made > made[parcel.key]:  # judged once more, and as before
            self._client().set_tag(known[parcel.key].info.run_id, _MADE, parcel.made)
            made[parcel.key] = parcel.made
        stands = max(made, key=lambda key: (made[key], key))
        for key in made:
            run, told = known[key].info.run_id, known[key].data.tags.get(_SUPERSEDED)
            if stands not in (key, told):
                self._client().set_tag(run, _SUPERSEDED, stands)
            elif key == stands and told is not None:
                self._client().delete_tag(run, _SUPERSEDED)


class _Runs:
    """The runs of one parcel, found among those of its record, or made."""

    def __init__(self, client: MlflowClient, experiment: str, parcel: Parcel, known: Mapping[str, Run]) -> None:
        self._client, self._experiment, self._parcel, self._known = client, experiment, parcel, known

    def find(self, note: Note, tags: Mapping[str, str]) -> tuple[str, bool]:
        """A note's run, and whether it is complete."""
        key = f"{self._parcel.key}/{note.part}" if note.part else self._parcel.key
        if (run := self._known.get(key)) is not None:
            return str(run.info.run_id), run.info.status == _COMPLETE
        own = {_KEY: key, _RECORD: self._parcel.record, **tags}
        made = self._client.create_run(self._experiment, start_time=self._parcel.time_ms, run_name=note.name, tags=own)
        return str(made.info.run_id), False
