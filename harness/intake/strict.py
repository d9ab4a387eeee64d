"""Reading YAML and JSON that a stranger wrote: bounded in size and depth, no duplicate keys, no YAML cleverness.

YAML here is a small part of the language: plain keys and values, no anchors or aliases (a 1 kB file can expand to
gigabytes), no tags, no merge keys, and the words yes, no, on and off stay words (Norwegian is `no`).
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from harness.types import Json


class RefusedError(ValueError):
    """The input breaks a limit or the syntax; `code` says which (syntax, too-large, too-deep, duplicate-key …)."""

    def __init__(self, code: str, what: str) -> None:
        """Keep the code beside the words."""
        super().__init__(what)
        self.code = code
        self.what = what


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file (links and devices refused) of at most `limit` bytes; RefusedError or OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError("not-a-file", "not a regular file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise RefusedError("too-large", f"larger than {limit:,} bytes")
    return data


def decode(data: bytes) -> str:
    """Bytes as UTF-8 text; RefusedError names the first bad byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("syntax", f"not UTF-8 text (byte {error.start})") from error


# --- JSON ----------------------------------------------------------------------------------------------------------


def parse_json(data: bytes, *, depth: int = 64) -> Json:
    """A JSON document without duplicate keys, NaN or Infinity, and no deeper than `depth`; RefusedError otherwise."""
    text = decode(data)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as error:
        raise RefusedError("too-deep", f"nested deeper than {depth} levels") from error
    except RefusedError:
        raise
    except ValueError as error:  # bad syntax, or a number of thousands of digits
        raise RefusedError("syntax", f"not JSON: {error}") from error
    if not _within_depth(value, depth):
        raise RefusedError("too-deep", f"nested deeper than {depth} levels")
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RefusedError("duplicate-key", f"the key {twice!r} occurs twice in one object")
    return found


def _no_constant(name: str) -> Json:
    raise RefusedError("syntax", f"not JSON: {name} is no JSON number")


def _within_depth(value: Json, depth: int) -> bool:
    """Walk level by level: no recursion, whatever the document holds."""
    level: list[Json] = [value]
    for _ in range(depth + 1):
        inner: list[Json] = []
        for node in level:
            if isinstance(node, dict):
                inner.extend(entry for entry in node.values() if isinstance(entry, dict | list))
            elif isinstance(node, list):
                inner.extend(entry for entry in node if isinstance(entry, dict | list))
        if not inner:
            return True
        level = inner
    return False


def settings(value: Json) -> Iterator[tuple[str, str, Json]]:
    """Every (dotted place, key, value) of a JSON document, without recursion."""
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, dict):
            for key, entry in node.items():
                here = f"{place}.{key}" if place else key
                yield here, key, entry
                waiting.append((here, entry))
        elif isinstance(node, list):
            waiting += [(f"{place}.{number}", entry) for number, entry in enumerate(node)]


# --- YAML ----------------------------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """SafeLoader that reads scalars as JSON would and refuses a key said twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - filled below, and shadows the parent's on purpose

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping whose keys are plain distinct texts."""
        seen: set[str] = set()
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise RefusedError("syntax", f"line {line}: a key must be a plain text")
            if key.value in seen:
                raise RefusedError("duplicate-key", f"line {line}: the key {key.value!r} occurs twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep=True)


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", list("tf")),
    ("int", r"^[-+]?(?:0|[1-9][0-9_]*)$", list("-+0123456789")),
    ("float", r"^[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def parse_yaml(data: bytes, *, depth: int = 10) -> Json:
    """One YAML document as JSON values; RefusedError on aliases, tags, duplicate keys, depth or syntax."""
    text = decode(data)
    try:
        _refuse_cleverness(text, depth)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader made stricter
        json.dumps(value, ensure_ascii=False).encode()  # a quoted \\ud800 is half a character: no file can hold it
        return value
    except RefusedError:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        raise RefusedError("syntax", f"not YAML: {place}{problem}") from error
    except ValueError as error:  # a number of thousands of digits, half a character
        raise RefusedError("syntax", f"not YAML: {error}") from error


def _refuse_cleverness(text: str, limit: int) -> None:
    """Scan the event stream, which never recurses, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RefusedError("alias", f"line {line}: anchors and aliases are not allowed")
        if tag := getattr(event, "tag", None):
            raise RefusedError("tag", f"line {line}: tags such as {tag} are not allowed")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > limit:
                raise RefusedError("too-deep", f"line {line}: nested deeper than {limit} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
