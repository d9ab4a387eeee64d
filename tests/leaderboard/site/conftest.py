"""The example round as a site on disk, made once."""

import json
from pathlib import Path
from typing import Any

import pytest

from leaderboard.publish import publish

Table = dict[str, Any]


@pytest.fixture(scope="session")
def schema() -> Table:
    """The JSON Schema of `round.json`."""
    path = Path(__file__).parents[3] / "docs" / "schemas" / "round.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site(table: Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the example round's site."""
    return publish(table, tmp_path_factory.mktemp("published") / "site").root


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, str]:
    """Every page's HTML, by its path from the site's root."""
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
