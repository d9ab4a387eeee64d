"""Sets of small files at pinned places: each is one row of the set.

Beside `files`, `data.yaml` says `names`: for each set, what stands for `*` in its path and in its mirror.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import yaml

from harness.public import DataFile, Row, Source

_WHOLE = 1_000_000  # lines, more than a file has


class FileSets(Source):
    """Where the sets come from. A row is the value of a JSON file, or the whole text of another one."""

    def __init__(self, folder: Path) -> None:
        """Read `folder/data.yaml` with the names."""
        super().__init__(folder)
        self.names: dict[str, list[str]] = yaml.safe_load(Path(self.where).read_text(encoding="utf-8"))["names"]

    def read(self, name: str) -> tuple[Row, ...]:
        """The files of a set in the order of their names, unchecked."""
        file = self.files[name]
        return tuple(self._row(file, stem) for stem in self.names[name][: file.rows])

    def _row(self, file: DataFile, stem: str) -> Row:
        path, mirror = file.path.replace("*", stem), file.mirror.replace("*", stem)
        one = copy.copy(self)
        one.files = {"one": dataclasses.replace(file, path=path, mirror=mirror, rows=_WHOLE)}
        place, is_json = one.place("one"), path.endswith(".json")
        if not Path(place).is_file():  # an address: `datasets` fetches it and keeps a copy
            lines = Source.read(one, "one")
            return lines[0] if is_json else "\n".join(lines)
        text = Path(place).read_bytes().decode("utf-8")
        return json.loads(text) if is_json else text.removesuffix("\n")
