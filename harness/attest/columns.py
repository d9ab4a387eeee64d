"""A record's JSON lines as Parquet and back, without a loss.

Each field of the lines' dataclass is a column. A line that the columns cannot hold to the letter (a lone surrogate, a
field of another version, a whole number where a fraction is expected) is kept as it is in the column `line`, and its
other columns hold what they can for those who only look. What is read back is the same canonical JSON, line by line.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import types
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from harness.attest.errors import AttestationError
from harness.canonical import dumps
from harness.journal import read_lines
from harness.types import Json

LINE = "line"  # the column of lines that have no other place
_GROUP = 4096  # rows written at once


def to_parquet(kind: type, lines: Path, out: Path) -> int:
    """Write a journal's lines as Parquet (zstd), atomically; the number of rows.

    Args:
        kind: the dataclass whose fields the lines have.
        lines: the journal.
        out: the Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, rows = _schema(kind), 0
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    found = read_lines(lines)
    with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        while group := list(itertools.islice(found, _GROUP)):
            table = [_row(value, schema, lines.name) for value in group]
            writer.write_table(pa.Table.from_pylist(table, schema=schema))
            rows += len(table)
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.replace(out)
    return rows


def from_parquet(path: Path) -> Iterator[Json]:
    """The lines' values in their order; AttestationError where the file cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            maps = _maps(file.schema_arrow)
            for batch in file.iter_batches(batch_size=_GROUP):
                for row in batch.to_pylist():
                    line = row.pop(LINE)
                    yield json.loads(line) if line is not None else _value(row, maps)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        what = f"cannot be read as Parquet: {str(error).splitlines()[0][:120]}"
        raise AttestationError(what, where=path.name, remedy="restore the file") from error


def difference(lines: Path, parquet: Path) -> str:
    """Where a journal and its Parquet differ, in words; empty where they hold the same."""
    pairs = itertools.zip_longest(map(dumps, read_lines(lines)), map(dumps, from_parquet(parquet)))
    for number, (one, other) in enumerate(pairs, 1):
        if one != other:
            return f"line {number} differs"
    return ""


def _row(value: Json, schema: Any, where: str) -> dict[str, Json]:
    """A line as a row; where the columns cannot give it back, the line itself is kept beside them."""
    given = value if isinstance(value, dict) else {}
    row = {field.name: _held(given.get(field.name), field.type) for field in schema if field.name != LINE}
    try:
        exact = dumps(_value(row, _maps(schema))) == dumps(value)
        return {**row, LINE: None if exact else json.dumps(value, sort_keys=True, allow_nan=False)}
    except ValueError as error:
        raise AttestationError(f"holds a number that JSON does not have: {error}", where=where) from error


def _value(row: Mapping[str, Json], maps: Collection[str]) -> dict[str, Json]:
    """A row's line: Arrow gives maps as pairs."""
    return {name: dict(cell) if name in maps and cell is not None else cell for name, cell in row.items()}


def _maps(schema: Any) -> set[str]:
    import pyarrow as pa

    return {field.name for field in schema if pa.types.is_map(field.type)}


def _held(value: Json, kind: Any) -> Json:
    """What a column of this type can hold of a value; None where it is another type."""
    import pyarrow as pa

    if pa.types.is_map(kind):
        return _held_map(value, kind)
    if pa.types.is_list(kind):
        held = [_held(one, kind.value_type) for one in value] if isinstance(value, list) else [None]
        return None if None in held else held
    if pa.types.is_string(kind):
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None
    if pa.types.is_int64(kind):
        return value if type(value) is int and abs(value) < 2**63 else None
    if pa.types.is_boolean(kind):
        return value if type(value) is bool else None
    return float(value) if type(value) in (float, int) and abs(value) <= 2**53 else None


def _held_map(value: Json, kind: Any) -> Json:
    pairs = sorted(value.items()) if isinstance(value, dict) else []
    held = [(_held(key, kind.key_type), _held(entry, kind.item_type)) for key, entry in pairs]
    return None if any(None in pair for pair in held) else held


def _schema(kind: type) -> Any:
    """The columns of a dataclass."""
    import pyarrow as pa

    hints = get_type_hints(kind)
    fields = [pa.field(f.name, _arrow(hints[f.name], f"{kind.__name__}.{f.name}")) for f in dataclasses.fields(kind)]
    return pa.schema([*fields, pa.field(LINE, pa.string())], metadata={"schema": "grand-defi/rows/1"})


def _arrow(hint: Any, where: str) -> Any:
    """The Arrow type of a field; TypeError for one that has none here, so that a new field is thought about."""
    import pyarrow as pa

    plain = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    origin, inner = get_origin(hint), get_args(hint)
    if hint in plain:
        return plain[hint]
    if origin is Literal and all(isinstance(choice, str) for choice in inner):
        return pa.string()
    if origin in (Union, types.UnionType) and len(inner) == 2 and inner[1] is type(None):
        return _arrow(inner[0], where)
    if origin is tuple and len(inner) == 2 and inner[1] is ...:
        return pa.list_(_arrow(inner[0], where))
    if isinstance(origin, type) and issubclass(origin, Mapping) and inner[0] is str:
        return pa.map_(pa.string(), _arrow(inner[1], where))
    raise TypeError(f"{where}: no column type for {hint}")
