from __future__ import annotations

from typing import Any

from harness.canonical import sha256_file


def test_a_complete_list_passes(entry: Any) -> None:
    """Files in sub-folders are listed by their path and found."""
    entry.put("extra/notes.txt", "hello")
    assert entry.codes() == []


def test_every_missing_file_is_found(entry: Any) -> None:
    """Two files that are listed and absent are two findings."""
    entry.files = entry.truth() | {"a.json": "0" * 64, "b.json": "1" * 64}
    found = entry.check().findings
    assert [(f.code, f.where) for f in found] == [("files.missing", "a.json"), ("files.missing", "b.json")]


def test_an_unlisted_file_is_found_with_the_line_to_add(entry: Any) -> None:
    """The remedy for an unlisted file is its line, ready to copy."""
    entry.files = entry.truth()
    entry.put("added_tokens.json", "{}")
    (found,) = entry.check().findings
    assert (found.code, found.severity) == ("files.unlisted", "error")
    assert f'"added_tokens.json": {sha256_file(entry.checkpoint / "added_tokens.json")}' in found.remedy
