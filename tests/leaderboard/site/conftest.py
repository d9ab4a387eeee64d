"""The example round as a site on disk, made once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium, served
from whole import publish_whole

from leaderboard.publish import SiteReport, publish

Table = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """A publication, and where it is served; its round with everything is `example`."""

    root: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Paths of all pages below the root."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*.html"))

    def kinds(self, code: str) -> list[str]:
        """One page of every kind of the round `example`, in one language: the first in a folder stands for it."""
        found: dict[str, str] = {}
        for path in self.pages:
            if path.startswith(f"rounds/example/{code}/"):
                folder, _, name = path.rpartition("/")
                found.setdefault(name if folder.endswith(f"/{code}") or name == "index.html" else folder, path)
        return list(found.values())


@pytest.fixture(scope="session")
def schema() -> Table:
    """The JSON Schema of `round.json`."""
    path = Path(__file__).parents[3] / "docs" / "schemas" / "round.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def publication(table: Table, tmp_path_factory: pytest.TempPathFactory) -> SiteReport:
    """The example round, published."""
    return publish(table, tmp_path_factory.mktemp("published") / "site")


@pytest.fixture(scope="session")
def site(publication: SiteReport) -> Path:
    """The folder of the example round's site."""
    return publication.round


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, str]:
    """Every page's HTML, by its path from the site's root."""
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}


@pytest.fixture(scope="session")
def whole(make_table: Callable[..., Table], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two rounds with everything that a round can have, published for the address where they are served."""
    out = tmp_path_factory.mktemp("whole") / "site"
    with served(out) as address:
        publish_whole(make_table, out, f"{address}/")
        yield Served(out, address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once."""
    with chromium() as started:
        yield started
