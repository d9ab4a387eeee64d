"""What the checks look at: one submission's manifest and checkpoint folder, each file read at most once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from harness.intake.bounds import out_of_bounds
from harness.intake.examine import examine
from harness.intake.file_types import is_allowed
from harness.intake.hashing import Shelf, hash_files
from harness.intake.reading import Watch, unwatched
from harness.intake.safetensors_header import Tensor, read_header
from harness.intake.strict import RefusedError, parse_json, read_bounded
from harness.intake.tokenizer_parts import odd_parts
from harness.intake.tree import MOST_BYTES, Entry, Tree, walk
from harness.types import Finding, Json, Submission

_JSON_LIMIT = 16 * 1024 * 1024
_TOKENIZER_LIMIT = 128 * 1024 * 1024  # a vocabulary of 262,144 tokens with its merges takes 33 MB
_WEIGHTS, _INDEX = "model.safetensors", "model.safetensors.index.json"  # what transformers looks for, in this order
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")
_LFS = b"version https://git-lfs"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """How far an examination goes, and who watches it."""

    weights: bool = False  # read every number of every weight file, in search of NaN and infinity
    fresh: bool = False  # hash every file again, whatever an earlier check noted
    watch: Watch = unwatched


@dataclass(frozen=True)
class Dossier:
    """A submission under examination. `raw` may break the schema; whatever can still be checked is."""

    folder: Path  # holds manifest.yaml
    raw: Mapping[str, Json]
    submission: Submission | None  # None when the manifest breaks the schema
    checkpoint: Path | None  # None when there is none, or it could not be resolved
    cache: Path | None = None  # the workspace's: made by us, and where hashes are noted
    scope: Scope = field(default=Scope())

    @functools.cached_property
    def tree(self) -> Tree:
        """What the checkpoint folder holds; empty without one."""
        return walk(self.checkpoint) if self.checkpoint else Tree({}, complete=True)

    @functools.cached_property
    def listed(self) -> Mapping[str, str]:
        """The well-formed part of the manifest's `files`."""
        files = self.declared("files", dict) or {}
        return {name: digest for name, digest in files.items() if isinstance(digest, str)}

    @functools.cached_property
    def digests(self) -> Mapping[str, str | RefusedError]:
        """The SHA-256 of every file that may be there, or why there is none."""
        if not self.tree.complete or self.tree.size > MOST_BYTES:
            return {}  # `paths` reports it, and nothing without end is read
        wanted = [entry for entry in self.tree.files() if entry.name in self.listed or is_allowed(entry.name)]
        real = [entry for entry in wanted if entry.name not in self.pointers]
        shelf = Shelf(self.cache / "intake" / "hashes") if self.cache and not self.scope.fresh else None
        return hash_files(real, shelf, self.scope.watch)

    @functools.cached_property
    def json_files(self) -> Mapping[str, Json | RefusedError]:
        """Every JSON file's content, or why it was refused."""
        return {entry.name: _attempt(_read_json, entry) for entry in self.with_suffix(".json")}

    @functools.cached_property
    def headers(self) -> Mapping[str, tuple[Tensor, ...] | RefusedError]:
        """Every safetensors file's tensors, or why its header was refused."""
        return {entry.name: _attempt(_read_header, entry) for entry in self.with_suffix(".safetensors")}

    @functools.cached_property
    def pointers(self) -> frozenset[str]:
        """Files that Git LFS left in the place of the real ones."""
        small = [entry for entry in self.tree.files() if entry.size < 1024]
        return frozenset(entry.name for entry in small if _begins(entry, _LFS))

    @functools.cached_property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The tensors in the files that the engine will load: one whole file, else those that the index names."""
        held = self.tensors()
        index = self.json_object(_INDEX).get("weight_map")
        shards = sorted({str(shard) for shard in index.values()}) if isinstance(index, dict) else []
        loaded = [_WEIGHTS] if _WEIGHTS in held else shards
        return {tensor.name: tensor.shape for name in loaded for tensor in held.get(name, ())}

    @property
    def can_tokenize(self) -> bool:
        """Whether the tokenizer's files are sound enough to be shown to the libraries."""
        sound = self.checkpoint is not None and all(isinstance(self.json_files.get(n), dict) for n in TOKENIZER_FILES)
        return sound and not any(odd_parts(self.json_object(TOKENIZER_FILES[0])))

    @property
    def can_build(self) -> bool:
        """Whether configuration and headers are sound enough to be shown to the libraries."""
        config = self.json_object("config.json")
        sound = bool(self.headers) and len(self.tensors()) == len(self.headers)
        return sound and bool(config) and not any(out_of_bounds(config))

    @functools.cached_property
    def examination(self) -> Mapping[str, Any]:
        """What the libraries say, by part; asked once for all checks, as importing them takes seconds."""
        parts = [part for part, sound in (("tokenizer", self.can_tokenize), ("architecture", self.can_build)) if sound]
        return examine(self.checkpoint, self.shapes, parts) if self.checkpoint and parts else {}

    def with_suffix(self, *suffixes: str) -> list[Entry]:
        """The ordinary files whose names end so, in any case."""
        return [entry for entry in self.tree.files() if entry.name.lower().endswith(suffixes)]

    def declared(self, key: str, kind: type[T]) -> T | None:
        """A manifest value if it is there and of the right type; of any other type the schema has complained."""
        value = self.raw.get(key)
        return value if type(value) is kind else None

    def json_object(self, name: str) -> Mapping[str, Json]:
        """A JSON file's keys; empty when it is missing, refused or no object."""
        value = self.json_files.get(name)
        return value if isinstance(value, dict) else {}

    def tensors(self) -> dict[str, tuple[Tensor, ...]]:
        """The tensors of every file whose header is sound."""
        return {name: header for name, header in self.headers.items() if not isinstance(header, RefusedError)}


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the intake: reads a dossier, yields a finding for every breach."""

    name: str
    codes: Mapping[str, str]  # code -> what it means and why the rule exists
    run: Callable[[Dossier], Iterable[Finding]]


def _attempt(read: Callable[[Entry], T], entry: Entry) -> T | RefusedError:
    try:
        return read(entry)
    except RefusedError as error:
        return error
    except OSError as error:
        return RefusedError("unreadable", f"cannot be read: {error.strerror}")


def _begins(entry: Entry, mark: bytes) -> bool:
    head = _attempt(lambda small: read_bounded(small.path, 1024), entry)
    return isinstance(head, bytes) and head.startswith(mark)


def _read_json(entry: Entry) -> Json:
    limit = _TOKENIZER_LIMIT if entry.name.endswith("tokenizer.json") else _JSON_LIMIT
    return parse_json(read_bounded(entry.path, limit))


def _read_header(entry: Entry) -> tuple[Tensor, ...]:
    return read_header(entry.path)
