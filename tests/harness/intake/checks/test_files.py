from __future__ import annotations

from typing import Any

import pytest
import yaml

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
    assert f'"added_tokens.json": "{sha256_file(entry.checkpoint / "added_tokens.json")}"' in found.remedy


def test_with_nothing_listed_the_whole_section_is_given(entry: Any) -> None:
    """One finding whose remedy, copied as it is, is the `files` section; what may not be there is left out."""
    truth = entry.truth()
    entry.put("model.onnx", "x")
    entry.files = {}
    found = {f.code: f for f in entry.check().findings}
    assert found.keys() == {"file.type", "files.unlisted"}
    section = found["files.unlisted"].remedy.partition("\n")[2]
    assert yaml.safe_load(section) == {"files": truth}


@pytest.mark.parametrize("name", [".DS_Store", ".gitattributes", "model.onnx", "pytorch_model.bin"])
def test_what_must_not_be_there_is_one_finding(entry: Any, name: str) -> None:
    """A file that no checkpoint may hold is not reported a second time as unlisted."""
    entry.files = entry.truth()
    entry.put(name, "x")
    assert [f.where for f in entry.check().findings] == [name]
