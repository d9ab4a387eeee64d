"""One way to write a value down, so that a hash means the same everywhere."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20
_MISSING = object()


def plain(value: Any) -> Any:
    """Turn dataclasses, tuples and mappings into what JSON can hold; everything else passes as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def dumps(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 characters as they are, NaN refused (ValueError)."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_text(text: str) -> str:
    """Hex SHA-256 of a text's UTF-8 bytes (lone surrogates are kept, as a model may emit them)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sha256_json(value: Any) -> str:
    """Hex SHA-256 of a value's canonical JSON."""
    return sha256_text(dumps(value))


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read in pieces of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def changed_fields(before: Any, after: Any, prefix: str = "") -> Iterator[str]:
    """Dotted names of the leaves in which two JSON values differ (missing counts as different)."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            name = f"{prefix}.{key}" if prefix else key
            yield from changed_fields(before.get(key, _MISSING), after.get(key, _MISSING), name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changed_fields(old, new, f"{prefix}[{index}]")
    elif before is _MISSING or after is _MISSING or dumps(before) != dumps(after):  # as hashes see it: 1 is not true
        yield prefix or "(all)"
