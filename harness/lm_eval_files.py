"""One lm-eval task file (YAML) with local data: its documents as prompts, and lm-eval's own judgement of answers.

lm-eval does everything that can change a score: it reads the file and what it includes, fills the templates, draws the
few-shot examples, filters the answers, computes and aggregates the metrics. Here its documents are only handed over.

A task file is a program: `!function` runs Python, and a template is Jinja without a sandbox. Task files come from the
organisers, never from a team.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import importlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import sha256_text
from harness.errors import TaskError
from harness.lm_eval_terms import sampling_of, split_pair
from harness.types import Json, Sampling

_FORMATS = ("arrow", "csv", "json", "pandas", "parquet", "text")  # what `datasets` reads from local files
_SEEDS = {"random": 0, "numpy": 1234, "fewshot": 1234}  # lm-eval's own defaults


@dataclass(frozen=True, slots=True)
class Document:
    """One row of the data, and what lm-eval would ask about it."""

    number: int  # lm-eval's doc_id
    row: Mapping[str, Any]
    instances: tuple[Any, ...]  # lm_eval.api.instance.Instance, in lm-eval's order

    @property
    def prompt(self) -> str:
        """The exact text that comes before the answer."""
        if self.options:
            return split_pair(*self.instances[0].args[:2])[0]
        return str(self.instances[0].args[0])

    @property
    def options(self) -> tuple[str, ...]:
        """The continuations to be weighed; none where a text is asked for."""
        if self.instances[0].request_type != "loglikelihood":
            return ()
        return tuple(split_pair(*instance.args[:2])[1] for instance in self.instances)

    @property
    def sampling(self) -> Sampling:
        """How the answer is drawn; EngineError where it would not be greedy."""
        return Sampling(0) if self.options else sampling_of(self.instances[0].args[1])

    @property
    def sha256(self) -> str:
        """Hash of the row, which lm-eval's metrics may read beside the target."""
        return sha256_text(repr(sorted(self.row.items(), key=lambda entry: entry[0])))


class TaskFile:
    """A task file, read when it is first needed."""

    def __init__(
        self,
        path: Path,
        data: Path | None = None,
        limit: int | None = None,
        overrides: Mapping[str, Json] | None = None,
    ) -> None:
        """Remember where it is.

        `data` is the folder that relative `data_files` are in (default: the file's own); `limit` keeps the first
        documents only, as `lm_eval --limit` does; `overrides` replace keys of the file, for instance where the data
        of a task that comes with lm-eval are.
        """
        self.path = path
        self.data = data or path.parent
        self.limit = limit
        self.overrides = dict(overrides or {})

    @functools.cached_property
    def task(self) -> Any:
        """lm-eval's ConfigurableTask; TaskError says what cannot run here."""
        manager = _lm_eval("tasks").TaskManager(include_defaults=False)
        config = {**_lm_eval("tasks._yaml_loader").load_yaml(self.path), **self.overrides}
        if not isinstance(config.get("task"), str) or "class" in config:
            raise self._error("this file is not one task", "name one file for each task; groups and classes have none")
        with _seeded():
            (task,) = manager.load({**config, **self._local(config)})["tasks"].values()
        if task.get_config("num_fewshot") is None:
            task.set_config(key="num_fewshot", value=0)
        self._refuse(task)
        return task

    @functools.cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every document with its requests, in the file's order: few-shot examples depend on that order alone."""
        with _seeded():
            self.task.set_fewshot_seed(seed=_SEEDS["fewshot"])
            self.task.build_all_requests(limit=self.limit)
        groups: dict[int, list[Any]] = {}
        for instance in self.task.instances:
            groups.setdefault(instance.doc_id, []).append(instance)
        found = [
            Document(number, group[0].doc, tuple(sorted(group, key=lambda i: i.idx)))
            for number, group in groups.items()
        ]
        for document in found:
            if len({instance.args[0] for instance in document.instances}) > 1:
                raise self._error("a document of this task has several prompts", "run it through the lm-eval bridge")
        return tuple(found)

    @property
    def settings(self) -> Mapping[str, Json]:
        """What the file says to us under `metadata: {defi: …}`, which lm-eval passes over."""
        settings: Mapping[str, Json] = (self.task.get_config("metadata") or {}).get("defi", {})
        return settings

    @property
    def greedy_metrics(self) -> frozenset[str]:
        """The metrics that ask whether an option is what greedy decoding gives."""
        return frozenset({"loglikelihood": ["acc"], "multiple_choice": ["exact_match"]}.get(self.task.OUTPUT_TYPE, []))

    def judge(self, document: Document, answers: Sequence[Any]) -> dict[str, Any]:
        """lm-eval's metrics of one document, `metric,filter` to value; `answers` as lm-eval's models return them."""
        view = copy.copy(self.task)
        view._instances = [
            dataclasses.replace(instance, resps=[answer] * instance.repeats, filtered_resps={})
            for instance, answer in zip(document.instances, answers, strict=True)
        ]
        view.apply_filters()
        found: dict[str, Any] = {}
        for name in view.instances[0].filtered_resps:
            values = view.process_results(document.row, [i.filtered_resps[name] for i in view.instances])
            found |= {f"{metric},{name}": value for metric, value in values.items()}
        return found

    def aggregate(self, judged: Sequence[Mapping[str, Any]]) -> dict[str, float]:
        """lm-eval's figures over documents, each given as `judge` returns it, in the file's order."""
        values: dict[str, list[Any]] = {}
        for metrics in judged:
            for key, value in metrics.items():
                values.setdefault(key, []).append(value)
        known, mean = self.task.aggregation(), _lm_eval("api.metrics").mean
        return {key: float(known.get(key.rpartition(",")[0], mean)(found)) for key, found in values.items()}

    def target(self, document: Document) -> Any:
        """What lm-eval compares with: a place among the options, or a text."""
        wanted = self.task.doc_to_target(document.row)
        if document.options:
            first = wanted[0] if isinstance(wanted, list) else wanted
            if self.task.OUTPUT_TYPE != "multiple_choice":
                return 0
            return first if isinstance(first, int) else list(self.task.doc_to_choice(document.row)).index(first)
        return str(wanted[0] if isinstance(wanted, list) else wanted)

    def _local(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The data keys with absolute file names; TaskError for data that would come over a network."""
        if callable(config.get("custom_dataset")):
            return {}
        if config.get("dataset_path") not in _FORMATS:
            remedy = f"set dataset_path to one of {', '.join(_FORMATS)}, and dataset_kwargs.data_files"
            raise self._error(f"the data {config.get('dataset_path')!r} are not local files", remedy)
        options = dict(config.get("dataset_kwargs") or {})
        return {"dataset_kwargs": {**options, "data_files": self._absolute(options.get("data_files") or {})}}

    def _absolute(self, files: Any) -> Any:
        if isinstance(files, Mapping):
            return {split: self._absolute(names) for split, names in files.items()}
        if isinstance(files, list):
            return [self._absolute(name) for name in files]
        if "://" in str(files):
            raise self._error(f"{files!r} is on a network", "name local files")
        return str(self.data.resolve() / files)

    def _refuse(self, task: Any) -> None:
        if task.OUTPUT_TYPE not in ("multiple_choice", "loglikelihood", "generate_until"):
            raise self._error(f"{task.OUTPUT_TYPE} has no score in [0, 1]", "run it through the lm-eval bridge")
        if getattr(task, "UNSAFE_CODE", False):
            raise self._error("this task runs a model's code in this process", "write a task that uses the sandbox")
        if getattr(task, "MULTIMODAL", False):
            raise self._error("this task shows pictures or sound", "ours are texts")

    def _error(self, what: str, remedy: str) -> TaskError:
        return TaskError(what, where=str(self.path), remedy=remedy)


def _lm_eval(module: str) -> Any:
    """A module of lm-eval, imported when it is needed; TaskError when it is not installed."""
    try:
        return importlib.import_module(f"lm_eval.{module}")
    except ImportError as error:
        remedy = "pip install 'grand-defi[lm-eval]'"
        raise TaskError(f"lm-eval cannot be imported: {error}", where="lm-eval task", remedy=remedy) from error


@contextlib.contextmanager
def _seeded() -> Iterator[None]:
    """The random state that lm-eval's command begins with, for files whose functions draw; ours comes back after."""
    import numpy as np

    before = random.getstate(), np.random.get_state()
    random.seed(_SEEDS["random"])
    np.random.seed(_SEEDS["numpy"])
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
