"""lm-eval tasks as tasks of ours: items, requests and scores through the Task protocol, judged as lm-eval judges.

A folder `tasks/<track>/<task>/` like any other, with `task.yaml` (the card), one lm-eval file for each language and
level (`en-1.yaml`, `fr-1.yaml`, …), and an `__init__.py` that says

    from pathlib import Path
    from harness.lm_eval_task import LmEvalTask

    TASK = LmEvalTask.from_folder(Path(__file__).parent)

Prompts are lm-eval's own texts: a submission's chat template is not put around them. Scores are lm-eval's: the metric
named `metadata: {defi: {metric: "acc_norm,none"}}` in the file, or its first one. `metadata: {defi: {cluster: FIELD}}`
names the field that dependent rows share, for instance their passage.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from harness.canonical import sha256_text
from harness.errors import TaskError, UnknownNameError
from harness.lm_eval_files import Document, TaskFile
from harness.task import generator, load_card, own_fault
from harness.types import OWN_FAULTS, Card, Category, Completion, Item, Json, Message, Request, Score

_FILE = re.compile(r"([a-z]{2})-([0-9]+)\.yaml")
_RIGHT, _WRONG = -1e-6, -1e6  # an oracle's log-likelihoods: apart also after a division by the options' lengths
Files = Mapping[tuple[str, int], TaskFile]  # by language and level


class LmEvalTask:
    """A task whose items are the documents of lm-eval task files."""

    def __init__(self, card: Card, files: Files) -> None:
        """Keep the card and the files, one for each language and level of the card."""
        wanted = {(language, level) for language in card.languages for level in range(1, card.levels + 1)}
        if missing := sorted(wanted - files.keys()):
            names = ", ".join(f"{language}-{level}.yaml" for language, level in missing)
            raise TaskError(f"no task file for {names}", where=card.name, remedy="add it, or change the card")
        self.card = card
        self.files = files

    @classmethod
    def from_folder(cls, folder: Path, data: Path | None = None) -> Self:
        """A task folder with its card; `data` is where data files are (default: DEFI_DATA, else the folder)."""
        found = {path: _FILE.fullmatch(path.name) for path in sorted(folder.glob("*.yaml"))}
        where = data or data_folder()
        return cls(load_card(folder), {(m[1], int(m[2])): TaskFile(path, where) for path, m in found.items() if m})

    @classmethod
    def from_file(cls, path: Path, language: str = "en", track: str = "understanding", **options: Any) -> Self:
        """One file on its own, with a card that says only what the file says; options as for TaskFile."""
        file = TaskFile(path, options.pop("data", None) or data_folder(), **options)
        return cls(_card(file, language, track), {(language, 1): file})

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        """The first `count` documents in the order of `seed`, the same order in every language."""
        file = self._file(level, language)
        total = len(file.documents)
        if count > total:
            raise TaskError(f"{count} items are asked for, and there are {total}", where=str(file.path))
        order = generator(self.card.name, level, seed, 0).sample(range(total), total)
        return [self._item(file, level, language, place, index) for index, place in enumerate(order[:count])]

    def request(self, item: Item) -> Request:
        """lm-eval's prompt as it is, in one message, and its continuations as the options."""
        sampling = self._document(item).sampling
        return Request(item.id, item.language, (Message("verbatim", item.question),), sampling, item.options)

    def score(self, item: Item, completion: Completion) -> Score:
        """lm-eval's judgement. An engine's failure is unscored; broken weights earn nothing."""
        if completion.finish == "error":
            return Score(item.id, None, "unscored", reason=completion.error or "the engine gave no answer")
        if completion.finish in OWN_FAULTS:
            return own_fault(item, completion)
        if len(completion.option_logprobs) != len(item.options):
            return Score(item.id, None, "unscored", reason="the engine gave no log-likelihood for every option")
        file = self._file(item.level, item.language)
        metrics = {key: _number(value) for key, value in self.metrics(item, completion).items()}
        main = file.settings.get("metric") or next(iter(metrics))
        if item.options and not completion.option_greedy:
            metrics = {key: value for key, value in metrics.items() if _metric(key) not in file.greedy_metrics}
            if _metric(main) in file.greedy_metrics:
                return Score(item.id, None, "unscored", reason="the engine does not say whether the options are greedy")
        value = _main(main, metrics, item.id)
        shown = {key: number for key, number in metrics.items() if number is not None and 0 <= number <= 1}
        return Score(item.id, value, _category(value, completion), _answer(item, completion), metrics=shown)

    def gold(self, item: Item) -> Completion:
        """What an oracle would return: the right option, or the target as a worked example shows it."""
        if item.options:
            scores = tuple(_RIGHT if n == item.target else _WRONG for n in range(len(item.options)))
            flags = tuple(n == item.target for n in range(len(item.options)))
            return Completion(item.id, "", "stop", 0, 0, "", option_logprobs=scores, option_greedy=flags)
        delimiter = self._file(item.level, item.language).task.get_config("target_delimiter")
        return Completion(item.id, f"{delimiter}{item.target}", "stop", 0, 0, "")

    def metrics(self, item: Item, completion: Completion) -> dict[str, Any]:
        """lm-eval's metrics of one answer, `metric,filter` to value."""
        file, document = self._file(item.level, item.language), self._document(item)
        if not item.options:
            return file.judge(document, [completion.text])
        flags = completion.option_greedy or (False,) * len(item.options)  # lm-eval wants some, also where none is read
        return file.judge(document, list(zip(completion.option_logprobs, flags, strict=True)))

    def aggregates(self, answers: Iterable[tuple[Item, Completion]]) -> dict[str, float]:
        """lm-eval's figures over the answers to items of one level and language, `metric,filter` to value."""
        pairs = sorted(answers, key=lambda pair: pair[0].data["document"])
        cells = {(item.level, item.language) for item, _ in pairs}
        if len(cells) != 1:
            raise TaskError(f"aggregates need items of one level and language, not {sorted(cells)}")
        return self._file(*cells.pop()).aggregate([self.metrics(item, completion) for item, completion in pairs])

    def _file(self, level: int, language: str) -> TaskFile:
        if not 1 <= level <= self.card.levels:
            raise UnknownNameError("level", str(level), map(str, range(1, self.card.levels + 1)), where=self.card.name)
        if language not in self.card.languages:
            raise UnknownNameError("language", language, self.card.languages, where=self.card.name)
        return self.files[language, level]

    def _document(self, item: Item) -> Document:
        return self._file(item.level, item.language).documents[item.data["document"]]

    def _item(self, file: TaskFile, level: int, language: str, place: int, index: int) -> Item:
        document, name = file.documents[place], self.card.name
        group = file.settings.get("cluster")
        shared = sha256_text(str(document.row[group]))[:16] if group else f"{document.number:05d}"
        return Item(
            id=f"{name}/{language}/L{level:02d}/{document.number:05d}",
            task=name,
            level=level,
            language=language,
            cluster=f"{name}/L{level:02d}/{shared}",
            index=index,
            question=document.prompt,
            target=file.target(document),
            options=document.options,
            data={"document": place, "row_sha256": document.sha256, "lm_eval": importlib.metadata.version("lm_eval")},
        )


def data_folder() -> Path | None:
    """Where DEFI_DATA says that data files are; None where it says nothing."""
    named = os.environ.get("DEFI_DATA")
    return Path(named) if named else None


def _card(file: TaskFile, language: str, track: str) -> Card:
    """A card out of a file alone."""
    documents, task = file.documents, file.task
    name, sizes = str(task.get_config("task")), [len(document.options) for document in documents]
    words = dict.fromkeys(("fr", "en"), name)
    budget = documents[0].sampling.max_new_tokens
    choice = task.OUTPUT_TYPE == "multiple_choice"
    raw: dict[str, Json] = {
        "name": f"{track}/{name}",
        "track": track,
        "kind": "choose" if sizes[0] else "generate",
        "levels": 1,
        "languages": (language,),
        "chance": (sum(1 / n for n in sizes) / len(sizes) if choice else 0.0,),
        "license": str((task.get_config("metadata") or {}).get("license", "")),
        "source": f"lm-eval task {name}",
        "shots": task.get_config("num_fewshot"),
        "max_new_tokens": (budget,),
    }
    return Card(title=words, skill=words, judging=words, ladder=words, **raw)


def _metric(key: str) -> str:
    """The metric of a `metric,filter`."""
    return key.rpartition(",")[0]


def _main(key: str, metrics: Mapping[str, float | None], item: str) -> float:
    """The metric that is the score; TaskError when it is none."""
    value = metrics.get(key)
    if value is None or not 0 <= value <= 1:
        valid = ", ".join(name for name, number in metrics.items() if number is not None)
        remedy = f"name another under metadata.defi.metric; numbers of a document: {valid}"
        raise TaskError(f"the metric {key!r} gives {value}, no score in [0, 1]", where=item, remedy=remedy)
    return value


def _number(value: Any) -> float | None:
    """A metric that is a number; pairs and lists are for lm-eval's aggregations alone."""
    return float(value) if not isinstance(value, str) and hasattr(value, "__float__") else None


def _category(value: float, completion: Completion) -> Category:
    if value == 1.0:
        return "right"
    if completion.finish == "length":
        return "cut"
    return "partial" if value > 0 else "wrong"


def _answer(item: Item, completion: Completion) -> str:
    if not item.options:
        return completion.text.strip()
    scores = completion.option_logprobs
    return item.options[scores.index(max(scores))].strip()
