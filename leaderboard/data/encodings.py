"""Tables as bytes: Parquet, and CSV that no spreadsheet runs. The same table gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

# What a spreadsheet may take for the beginning of a formula: at the start of a cell, or after what another locale of it
# takes for a separator; spaces and invisible characters before it help nobody. Full-width signs count in East Asia.
_FORMULA = re.compile(
    "(^|[;\t\r\n|,])((?:[^\\S\t\r\n]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED = re.compile('[",\r\n]')


def parquet(table: Any, metadata: Mapping[str, str]) -> bytes:
    """A pyarrow.Table as Parquet, compressed with zstd."""
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), stream, compression="zstd")
    return stream.getvalue()


def csv(table: Any) -> bytes:
    """A pyarrow.Table as CSV (RFC 4180): UTF-8, CRLF, a header; empty where there is no value."""
    import pyarrow.compute as pc

    head = ",".join(table.column_names)
    if not table.num_rows:
        return f"{head}\r\n".encode()
    columns = [_cells(table[name].combine_chunks()) for name in table.column_names]
    lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
    return "\r\n".join([head, *lines.to_pylist(), ""]).encode()


def _cells(column: Any) -> Any:
    """A column as the texts of its cells."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if not (pa.types.is_dictionary(kind) or pa.types.is_string(kind)):
        return pc.cast(column, pa.string())
    words = column if pa.types.is_dictionary(kind) else column.dictionary_encode()  # each text is looked at once
    return pc.take(pa.array([safe(word) for word in words.dictionary.to_pylist()], type=pa.string()), words.indices)


def safe(text: str) -> str:
    """A text as a cell: quoted where it must be, and with an apostrophe before what would be run as a formula."""
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    text = _FORMULA.sub(r"\1\2'", text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
