"""The published tables: their columns, their rows, and that CSV and Parquet say the same."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest

from leaderboard.data.specs import specs

Table = dict[str, Any]
Data = dict[str, bytes]
_READ = {"integer": int, "number": float, "boolean": lambda text: {"true": True, "false": False}[text], "string": str}


def parquet(data: Data, name: str) -> list[Table]:
    """The rows of a Parquet file."""
    return pq.read_table(io.BytesIO(data[f"data/{name}.parquet"])).to_pylist()


def read_csv(data: Data, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file as a strict reader reads it."""
    text = data[f"data/{name}.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("name", list(specs()))
def test_every_row_fits_its_schema(data: Data, name: str) -> None:
    """Each row of each Parquet file has the columns, and only those, that the published schema says."""
    schema = json.loads(data[f"data/schema/{name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    rows = parquet(data, name)
    assert rows
    for row in rows:
        jsonschema.validate(row, schema)
    key = specs()[name].key
    assert len({tuple(row[column] for column in key) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", list(specs()))
def test_csv_and_parquet_agree(data: Data, name: str) -> None:
    """Read by the types of the schema, CSV gives Parquet's rows, but for what keeps a text from being run."""
    columns = {column.name: column for column in specs()[name].columns}
    for said, row in zip(read_csv(data, name), parquet(data, name), strict=True):
        assert list(said) == list(columns)
        for column, cell in said.items():
            kind = columns[column]
            if kind.type == "string":
                assert cell.replace("'", "").replace("\ufffd", "\0") == (row[column] or "").replace("'", "").replace(
                    "\ufffd", "\0"
                )
            else:
                assert (_READ[kind.type](cell) if cell else None) == row[column]


def test_csv_is_of_its_standard(data: Data) -> None:
    """RFC 4180: lines end in CRLF, the last one too; UTF-8 without a mark; a header of the columns' names."""
    for name, spec in specs().items():
        content = data[f"data/{name}.csv"]
        assert content.endswith(b"\r\n")
        assert content.startswith(",".join(column.name for column in spec.columns).encode() + b"\r\n")
    assert b"\n" not in data["data/tasks.csv"].replace(b"\r\n", b"")


def test_no_cell_is_a_formula(data: Data) -> None:
    """Text cells begin with none of a spreadsheet's signs, nor does what follows a separator of another locale."""
    texts = [column.name for spec in specs().values() for column in spec.columns if column.type == "string"]
    formula = re.compile(r"(^|[;\t\r\n|,])[\s\u200b-\u200f\ufeff]*[=+\-@]")
    cells = [cell for name in specs() for row in read_csv(data, name) for key, cell in row.items() if key in texts]
    assert not [cell for cell in cells if formula.search(cell)]
    titles = [row["title"] for row in read_csv(data, "standings")]
    assert titles[0] == '\'=HYPERLINK("https://evil.example";"prize")'
    assert titles[1] == "\u202e'+1-2, \u00abdroite à gauche\u00bb\r\nand a second line"
    assert titles[3] == "plain; '=1+1"


def test_numbers_stay_numbers(data: Data) -> None:
    """A negative number has no apostrophe, and no cell a decimal comma."""
    gaps = [row["language_gap"] for row in read_csv(data, "standings") if row["language_gap"]]
    assert min(map(float, gaps)) < 0
    assert not any("," in gap or "'" in gap for gap in gaps)


def test_texts_are_whole_in_parquet(data: Data, hostile: Table) -> None:
    """What a team wrote is there as it wrote it; only half a character, which no UTF-8 holds, is marked."""
    titles = [row["title"] for row in parquet(data, "standings")]
    assert titles == [row["title"].replace("\ud800", "\ufffd") for row in hostile["standings"]]


def test_figures_are_those_of_the_table(data: Data, hostile: Table) -> None:
    """Ranks, areas and the points of every curve are round.json's."""
    rows = parquet(data, "standings")
    for row, standing in zip(rows, hostile["standings"], strict=True):
        assert [row["rank_best"], row["rank_worst"]] == (standing["rank"] or [None, None])
        assert row["area"] == (standing["area"] or {"value": None})["value"]
        assert (row["country"], row["weights"]) == (standing["country"], standing["weights"])
        assert row["seal_sha256"] == (standing["attestation"] or {"seal_sha256": None})["seal_sha256"]
    points = [
        {"submission": row["submission"], "task": name, **point}
        for row in hostile["standings"]
        for name, task in row["by_task"].items()
        for point in task["curve"]
    ]
    assert [{key: row[key] for key in points[0]} for row in parquet(data, "tasks")] == points
    first = hostile["standings"][0]
    own = [row for row in parquet(data, "areas") if row["submission"] == first["submission"]]
    areas = {(row["part"], row["name"], row["language"]): row for row in own}
    for track, area in first["by_track"].items():
        assert areas["track", track, "all"]["value"] == area["value"]
    task, result = next(iter(first["by_task"].items()))
    assert areas["task", task, "fr"]["value"] == result["by_language"]["fr"]["area"]["value"]
    assert areas["round", "all", "en"]["high"] == first["by_language"]["en"]["high"]
    assert areas["round", "all", "all"]["level_cleared_80"] == first["level_cleared_80"]


def test_pairs_are_complete_and_signed(data: Data, hostile: Table) -> None:
    """Every pair of the table, in its order, with its verdict under the name that pages use."""
    rows = parquet(data, "comparisons")
    assert [(row["a"], row["b"], row["difference"], row["shown"]) for row in rows] == [
        (pair["a"], pair["b"], pair["difference"], pair["real"]) for pair in hostile["comparisons"]
    ]


def test_a_large_round_has_every_pair_in_parquet(
    make_table: Callable[..., Table], make_pairs: Callable[..., Any], make_data: Callable[..., Data]
) -> None:
    """Above 200 contestants the table has the nearest pairs, the Parquet file all of them, and CSV none."""
    pairs, table = make_pairs(250), make_table(submissions=2, tasks=1, levels=1)
    table |= {"comparisons": pairs.comparisons(), "compared": pairs.compared()}
    assert len(table["comparisons"]) < pairs.count
    made = make_data(table, pairs=pairs)
    rows = parquet(made, "comparisons")
    assert len(rows) == pairs.count == 250 * 249 // 2
    assert "data/comparisons.csv" not in made
    assert (rows[0]["a"], rows[-1]["b"]) == ("team/entry-0", "team/entry-249")
    known = {(row["a"], row["b"]): row for row in rows}
    for pair in table["comparisons"]:
        row = known[pair["a"], pair["b"]]
        assert row["difference"] == pytest.approx(pair["difference"], abs=1e-6)
        assert row["shown"] == pair["real"]


def test_an_empty_round_has_headers(make_table: Callable[..., Table], make_data: Callable[..., Data]) -> None:
    """A round that nobody entered has tables without rows, of the same columns and types."""
    table = make_table(submissions=1)
    table |= {"standings": [], "comparisons": []}
    made, whole = make_data(table), make_data(make_table(submissions=2))
    for name, spec in specs().items():
        assert made[f"data/{name}.csv"] == ",".join(column.name for column in spec.columns).encode() + b"\r\n"
        empty, full = (pq.read_schema(io.BytesIO(one[f"data/{name}.parquet"])) for one in (made, whole))
        assert empty.types == full.types


def test_columns_are_documented(checkout: Path) -> None:
    """docs/data.md and both READMEs name every column of every table."""
    page = (checkout / "docs/data.md").read_text(encoding="utf-8")
    for name, spec in specs().items():
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.M) == [column.name for column in spec.columns]


def test_schemas_are_published_in_the_docs(checkout: Path, data: Data) -> None:
    """docs/schemas holds the very schemas that lie beside the data."""
    for path, content in data.items():
        if path.startswith("data/schema/"):
            name = path.rpartition("/")[2]
            named = name if name.startswith("round.") else f"data-{name}"
            assert (checkout / "docs/schemas" / named).read_bytes() == content, named
