"""The page of data says what each file and column is, and promises no file that is not there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rendering import rendered

from leaderboard.data.specs import specs
from leaderboard.site.pages import data

Table = dict[str, Any]


def test_every_column_is_explained_in_both_languages(table: Table) -> None:
    """Each published table has its description, and each column its meaning, in the page's language."""
    pages = rendered(table, data)
    for spec in specs().values():
        for column in spec.columns:
            assert f"<code>{column.name}</code>" in pages["fr/data.html"]
    assert "Meilleure place de son intervalle" in pages["fr/data.html"]
    assert "Best place that its interval holds" in pages["en/data.html"]


def test_a_table_that_is_too_long_for_csv_is_not_promised_as_csv(make_table: Callable[..., Table]) -> None:
    """Above 20,000 pairs comparisons are Parquet alone; other tables are always both."""
    table = make_table(submissions=2)
    assert "data/comparisons.csv" in rendered(table, data)["en/data.html"]
    table["compared"] = {"pairs": 499_500, "real": 0, "nearest": 40, "order": [], "ahead": {}}
    html = rendered(table, data)["en/data.html"]
    assert "data/comparisons.csv" not in html
    assert "data/comparisons.parquet" in html
    assert "data/standings.csv" in html


def test_the_files_that_are_named_are_published(site: Path, pages: dict[str, str]) -> None:
    """Whatever the page names beside links is in the round's folder."""
    assert "data/submissions/TEAM--ENTRY.json" in pages["en/data.html"]
    assert (site / "data" / "submissions" / "helios--helios-large.json").is_file()
    assert list((site / "data" / "schema").glob("*.schema.json"))
    for code in ("fr", "en"):
        assert (site / "data" / f"README.{code}.md").is_file()
