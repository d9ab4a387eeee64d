from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from harness.intake import dossier, tree
from harness.intake.checks import paths
from harness.intake.dossier import Dossier
from harness.intake.tree import is_safe


def test_a_symbolic_link_is_refused_and_never_followed(entry: Any, tmp_path: Path) -> None:
    """A link is refused even when its target has the listed hash (transformers loads it without a word)."""
    real = entry.checkpoint / "model.safetensors"
    files = entry.truth()
    outside = tmp_path / "outside.safetensors"
    real.rename(outside)
    real.symlink_to(outside)
    entry.files = files
    codes = entry.codes()
    assert "path.link" in codes
    assert "hash.wrong" not in codes  # it was not opened


def test_a_link_to_a_folder_is_not_walked(entry: Any, tmp_path: Path) -> None:
    """A linked folder is one finding, not its contents."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/key.json").write_text("{}")
    (entry.checkpoint / "inner").symlink_to(tmp_path / "secrets")
    found = entry.check().findings
    assert {f.where for f in found} == {"inner"}
    assert "path.link" in {f.code for f in found}


@pytest.mark.timeout(20)
def test_a_pipe_is_refused_without_waiting_for_it(entry: Any) -> None:
    """Opening a pipe would hang for ever: it is refused unread, whatever its name."""
    files = entry.truth()
    (entry.checkpoint / "config.json").unlink()
    os.mkfifo(entry.checkpoint / "config.json")
    entry.files = files
    assert "path.special" in entry.codes()


@pytest.mark.parametrize("name", ["../up.json", "/etc/passwd", "a/../../b", "a\\b.json", "x\x1b[2J.json", "c:x", ""])
def test_a_listed_name_that_leaves_the_folder_is_refused(entry: Any, name: str) -> None:
    """Names in the manifest are as hostile as names on disk; the finding prints no control character."""
    entry.files = entry.truth() | {name: "0" * 64}
    found = [f for f in entry.check().findings if f.code == "path.unsafe"]
    assert len(found) == 1
    assert found[0].where.isprintable()


@pytest.mark.parametrize("name", ["model.safetensors", "onnx/model-00001.json", "poids-é.json", "..hidden.json"])
def test_ordinary_names_are_safe(name: str) -> None:
    """Folders, accents and dots inside a name are fine."""
    assert is_safe(name)


def test_a_folder_without_end_is_not_walked_to_its_end(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of files is bounded."""
    monkeypatch.setattr(tree, "MOST_ENTRIES", 20)
    for number in range(30):
        entry.put(f"extra{number}.txt", "x")
    assert "path.too-many" in entry.codes()


def test_a_bottomless_folder_is_refused(entry: Any) -> None:
    """The depth is bounded."""
    entry.put("/".join(["d"] * 12) + "/x.txt", "x")
    assert "path.too-many" in entry.codes()


def test_a_second_name_is_refused_wherever_it_is(entry: Any, tmp_path: Path) -> None:
    """Who holds the other name can write after the check: a hard link is refused, inside the folder too."""
    os.link(entry.checkpoint / "model.safetensors", tmp_path / "elsewhere.safetensors")
    (found,) = entry.check().findings
    assert (found.code, found.where) == ("path.hard-link", "model.safetensors")


def test_what_the_intake_itself_made_may_be_linked(entry: Any) -> None:
    """A checkpoint in the workspace's cache is ours, and a cache may share its files."""
    ours = entry.workspace.cache / "checkpoints/one"
    ours.mkdir(parents=True)
    (ours / "config.json").write_text("{}")
    os.link(ours / "config.json", ours / "again.json")
    inside = Dossier(entry.folder, {}, None, ours, entry.workspace.cache)
    assert [found.code for found in paths.run(inside)] == []
    assert [found.code for found in paths.run(Dossier(entry.folder, {}, None, ours))] == ["path.hard-link"] * 2


def test_petabytes_are_refused_unread(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a bound nothing is hashed: a sparse file costs its sender nothing."""
    for module in (paths, dossier):
        monkeypatch.setattr(module, "MOST_BYTES", 100)
    entry.files = entry.truth()
    assert entry.codes() == ["path.too-large"]
    made = Dossier(entry.folder, {"files": entry.files}, None, entry.checkpoint)
    assert made.digests == {}
