"""Several rounds in one publication: each stays as it was published, and the root leads to all of them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.errors import PublishError
from leaderboard.publication.listing import read_listing
from leaderboard.publication.rounds import before, latest_first, read_rounds
from leaderboard.publish import publish

Table = dict[str, Any]

SCHEMA = Path(__file__).parents[3] / "docs/schemas/rounds.schema.json"


def _files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_publishing_a_round_keeps_the_others_untouched(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """The other round's files are the very same ones, whichever round comes first."""
    first = publish(autumn, tmp_path / "site")
    files = _files(first.round)
    second = publish(spring, tmp_path / "site")
    assert _files(first.round) == files
    assert second.round == tmp_path / "site/rounds/spring-2027"
    publish(autumn, tmp_path / "site")
    assert _files(first.round) == files
    assert json.loads((second.round / "round.json").read_bytes()) == spring


def test_the_latest_round_is_the_current_one(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """`rounds.json` lists the rounds by date, the latest first, in whatever order they came; `round.json` its copy."""
    publish(spring, tmp_path / "site")
    publish(autumn, tmp_path / "site")
    said = json.loads((tmp_path / "site/rounds.json").read_bytes())
    jsonschema.validate(said, json.loads(SCHEMA.read_bytes()))
    assert said["current"] == "spring-2027"
    assert [row["name"] for row in said["rounds"]] == ["spring-2027", "example"]
    assert [(row["submissions"], row["ranked"], row["tasks"]) for row in said["rounds"]] == [(2, 2, 2), (3, 3, 1)]
    assert json.loads((tmp_path / "site/round.json").read_bytes()) == spring
    for row in said["rounds"]:
        assert (tmp_path / "site" / row["folder"] / "index.html").is_file()


def test_other_rounds_are_read_without_their_bulk(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """What pages ask of earlier rounds is there; curves, comparisons, samples and conditions are empty."""
    publish(autumn, tmp_path / "site")
    listing = read_listing(tmp_path / "site")
    assert listing is not None
    (table,) = read_rounds(tmp_path / "site", listing, but="spring-2027")
    assert read_rounds(tmp_path / "site", listing, but="example") == []
    row, whole = table["standings"][0], autumn["standings"][0]
    assert {key: row[key] for key in ("submission", "rank", "area", "level_cleared", "declared")} == {
        key: whole[key] for key in ("submission", "rank", "area", "level_cleared", "declared")
    }
    assert [result["curve"] for result in row["by_task"].values()] == [[]]
    assert (table["comparisons"], table["tasks"][0]["samples"], row["conditions"]) == ([], [], {})


def test_earlier_rounds_are_those_before_by_date_then_name(autumn: Table, spring: Table) -> None:
    """A round of the same day comes after the ones whose names are before its own."""
    twin = {**autumn, "round": {**autumn["round"], "name": "exams"}}
    tables = latest_first([autumn, spring, twin])
    assert [table["round"]["name"] for table in tables] == ["spring-2027", "exams", "example"]
    assert before(tables, twin) == (autumn,)
    assert before(tables, autumn) == ()
    assert before(tables, spring) == (twin, autumn)


def test_a_changed_file_of_another_round_is_refused(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """What is carried over is what was published: a page edited by hand is named."""
    report = publish(autumn, tmp_path / "site")
    page = report.round / "fr/index.html"
    page.write_bytes(page.read_bytes() + b"<!-- mine -->")
    with pytest.raises(PublishError, match=r"rounds/example/fr/index\.html"):
        publish(spring, tmp_path / "site")
    assert publish(autumn, tmp_path / "site").changed == 1


def test_a_round_of_a_later_version_is_refused(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """A table in a shape that this version does not know stops the publication instead of being misread."""
    publish(autumn, tmp_path / "site")
    listing = read_listing(tmp_path / "site")
    assert listing is not None
    file = tmp_path / "site/rounds/example/round.json"
    file.write_bytes(file.read_bytes().replace(autumn["schema"].encode(), b"grand-defi/round/99"))
    with pytest.raises(PublishError, match=r"not as they were published|grand-defi/round/99"):
        publish(spring, tmp_path / "site")
    digest = __import__("hashlib").sha256(file.read_bytes()).hexdigest()
    changed = type(listing)("", "example", "", "", {**listing.files, "rounds/example/round.json": digest})
    with pytest.raises(PublishError, match="grand-defi/round/99"):
        read_rounds(tmp_path / "site", changed, but="spring-2027")
