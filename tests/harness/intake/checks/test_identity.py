from __future__ import annotations

from typing import Any

import pytest


def test_matching_names_pass(entry: Any) -> None:
    """Names equal to the folders' are no finding."""
    assert entry.codes() == []


def test_each_name_that_differs_from_its_folder_is_found(entry: Any) -> None:
    """A team and an entry that both differ give two findings, each with the line to write."""
    entry.manifest |= {"team": "team-b", "entry": "entry-b"}
    found = entry.check().findings
    assert [f.code for f in found] == ["identity.folder", "identity.folder"]
    assert "team: team-a" in found[0].remedy
    assert "entry: entry-a" in found[1].remedy


@pytest.mark.parametrize(
    "keys",
    [
        {"engine": "oracle"},
        {"baseline": True},
        {"engine": "oracle", "baseline": True},
        {"checkpoint": {"kind": "none"}},
        {"engine": "oracle", "baseline": True, "checkpoint": {"kind": "none"}},
    ],
)
def test_a_team_cannot_enter_a_baseline(entry: Any, keys: dict[str, Any]) -> None:
    """The oracle is handed the answers: only the organisers' team has it, and nothing in between is accepted."""
    entry.manifest |= keys
    verdict = entry.check()
    assert "identity.baseline" in [f.code for f in verdict.findings]
    assert not verdict.eligible


FOLDERS = ["template", "site", "frozen", "records", "tasks", "logs", "costs", "private", "cases", "publications"]


@pytest.mark.parametrize("name", [*FOLDERS, "voided", "parts"])
@pytest.mark.parametrize("key", ["team", "entry"])
def test_the_projects_folders_are_no_names(entry: Any, name: str, key: str) -> None:
    """A team named `site` would write its records into the public site's folder: refused, with the list."""
    entry.manifest[key] = name
    found = next(f for f in entry.check().findings if f.code == "identity.reserved")
    assert (found.severity, found.where) == ("error", f"manifest.yaml: {key}")
    assert "site, frozen, records, tasks" in found.remedy
