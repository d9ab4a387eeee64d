from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.errors import UsageError
from harness.intake import verdict
from harness.intake.checks import CHECKS
from harness.intake.dossier import Check
from harness.intake.verdict import check_submission, explanations


def test_a_sound_entry_is_eligible(entry: Any, checkout: Path) -> None:
    """No finding, in the published shape."""
    found = entry.check()
    assert found.to_json() == {"submission": "team-a/entry-a", "eligible": True, "findings": []}


def test_everything_wrong_is_reported_at_once(entry: Any, checkout: Path) -> None:
    """A broken manifest does not hide a broken checkpoint: schema, hashes, pickle, code and missing files together."""
    entry.files = entry.truth() | {"gone.json": "0" * 64, "config.json": "1" * 64}
    entry.put("pytorch_model.bin", b"\x80\x04N.")
    entry.put("extra.json", "{}")
    entry.change("tokenizer_config.json", auto_map={})
    entry.manifest |= {"dtype": "float64", "colour": "blue"}
    found = entry.check()
    assert not found.eligible
    assert {f.code for f in found.findings} >= {
        "schema.value",
        "schema.unknown-key",
        "files.missing",
        "files.unlisted",
        "hash.wrong",
        "weights.pickle",
        "bytes.pickle",
        "code.auto-map",
    }
    schema = json.loads((checkout / "docs/schemas/findings.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found.to_json(), schema)
    json.dumps(found.to_json())


def test_warnings_do_not_bar(entry: Any) -> None:
    """Only errors make a submission not eligible."""
    entry.manifest["languages"] = ["de"]
    found = entry.check()
    assert [f.severity for f in found.findings] == ["warning"]
    assert found.eligible


def test_a_checkpoint_that_cannot_be_had_is_a_finding(entry: Any) -> None:
    """A missing package is a finding whose remedy is the pip command; the manifest is judged all the same."""
    source = {"kind": "package", "package": "no-such-package", "version": "1.0", "path": "m.gguf"}
    entry.manifest |= {"checkpoint": source, "license": "gemma"}
    found = {f.code: f for f in entry.check().findings}
    assert found.keys() == {"checkpoint.unresolved", "licence.unknown"}
    assert "pip install --no-deps no-such-package==1.0" in found["checkpoint.unresolved"].remedy


def test_a_fault_of_ours_is_said_to_be_ours(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that crashes neither hides the other rules nor passes the entry, and blames no team."""

    def crash(_: object) -> Any:
        raise RecursionError("too deep")

    monkeypatch.setattr(verdict, "CHECKS", (Check("broken", {}, crash), *CHECKS))
    entry.files = {}
    found = entry.check()
    codes = [f.code for f in found.findings]
    assert codes[0] == "intake.fault"
    assert "files.unlisted" in codes
    assert not found.eligible


def test_the_manifest_itself_may_be_given(entry: Any) -> None:
    """The folder and its manifest.yaml are the same submission, by a relative path too."""
    path = entry.write()
    assert check_submission(path, entry.workspace) == check_submission(path.parent, entry.workspace)


def test_nothing_there_is_a_wrong_argument(entry: Any, tmp_path: Path) -> None:
    """A path that does not exist and a folder without a manifest are the command's fault (exit 2)."""
    (tmp_path / "empty").mkdir()
    for name in ("absent", "empty"):
        with pytest.raises(UsageError) as caught:
            check_submission(tmp_path / name, entry.workspace)
        assert caught.value.exit_code == 2
        assert "an entry" in caught.value.remedy


def test_a_wrong_argument_is_told_the_right_one(entry: Any) -> None:
    """The entries inside a folder, the manifest's right name, and the folder submissions/ left out."""
    manifest = entry.write()
    for path in (entry.folder.parent, entry.folder.parent.parent):
        with pytest.raises(UsageError) as caught:
            check_submission(path, entry.workspace)
        assert str(entry.folder) in caught.value.remedy
    with pytest.raises(UsageError) as caught:
        check_submission(Path("team-a/entry-a"), entry.workspace)
    assert f"did you mean {entry.folder}" in caught.value.remedy
    manifest.rename(manifest.with_suffix(".yml"))
    with pytest.raises(UsageError) as caught:
        check_submission(entry.folder, entry.workspace)
    assert caught.value.remedy == "rename manifest.yml to manifest.yaml"


def test_every_code_is_explained_once() -> None:
    """No two rules share a code, and each says what it means."""
    codes = [code for check in CHECKS for code in check.codes]
    assert len(codes) == len(set(codes))
    assert set(codes) < explanations().keys()
    assert all(text.endswith((".", ").")) and len(text) > 20 for text in explanations().values())


def test_every_rule_has_its_file_and_its_test(checkout: Path) -> None:
    """One rule a file, listed, with a test of the same name."""
    modules = {p.stem for p in (checkout / "harness/intake/checks").glob("*.py")} - {"__init__"}
    tests = {p.stem.removeprefix("test_") for p in (checkout / "tests/harness/intake/checks").glob("test_*.py")}
    assert modules == tests
    assert len(CHECKS) == len(modules)


def test_both_languages_have_the_same_tables(checkout: Path) -> None:
    """Keys, kinds of checkpoint and needed files: the French part has every row of the English one."""
    page = (checkout / "docs/submissions.md").read_text(encoding="utf-8").partition("## Codes")[0]
    english, french = page.split("## Soumettre un modèle")

    def keys(text: str) -> list[set[str]]:
        """Code and keys in each row's first cell."""
        cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
        return [set(re.findall(r"`([^`]+)`", cell)) or set(re.findall(r"[a-z_]+", cell)) for cell in cells]

    properties = json.loads((checkout / "docs/schemas/manifest.schema.json").read_text(encoding="utf-8"))["properties"]
    assert set(properties) <= set().union(*keys(english))
    words = {"key", "clé", "cl", "needed", "n", "cessaire", "part", "partie"}
    assert [row - words for row in keys(french)] == [row - words for row in keys(english)]


def test_the_documents_agree(checkout: Path) -> None:
    """The published schema is the one in use, and the page explains every code and no other."""
    ours = (checkout / "harness/intake/manifest.schema.json").read_bytes()
    assert (checkout / "docs/schemas/manifest.schema.json").read_bytes() == ours
    page = (checkout / "docs/submissions.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.partition("## Codes")[2].splitlines() if line.startswith("| `")]
    assert {row[1].strip(" `"): row[2].strip() for row in rows} == dict(explanations())
