from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.intake.manifest import inspect_manifest
from harness.intake.new import new_submission
from harness.intake.verdict import check_submission
from harness.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path, checkout: Path) -> Workspace:
    """A workspace with nothing but the template."""
    shutil.copytree(checkout / "submissions/template", tmp_path / "submissions/template")
    (tmp_path / "configs").mkdir()
    return Workspace(tmp_path, tmp_path / "runs", tmp_path / ".cache")


@pytest.mark.parametrize("name", ["my-lab/my-model", "null/true", "42/1e3", "no/on"])
def test_the_names_are_filled_in_and_the_comments_kept(place: Workspace, name: str) -> None:
    """Whatever the names look like to YAML, the manifest keeps its format and its comments in both languages."""
    folder = new_submission(name, place)
    raw, findings = inspect_manifest(folder)
    assert findings == []
    assert raw is not None
    assert f"{raw['team']}/{raw['entry']}" == name
    text = (folder / "manifest.yaml").read_text(encoding="utf-8")
    assert "# FR" in text
    assert "# EN" in text


def test_an_untouched_template_is_not_eligible(place: Workspace) -> None:
    """What is left to fill in is found: the checkpoint and every placeholder."""
    codes = [f.code for f in check_submission(new_submission("my-lab/my-model", place), place).findings]
    assert "checkpoint.unresolved" in codes
    assert codes.count("declaration.placeholder") == 4
    assert "licence.unknown" not in codes


def test_nothing_is_overwritten(place: Workspace) -> None:
    """A second time is refused, and the first manifest is untouched."""
    manifest = new_submission("my-lab/my-model", place) / "manifest.yaml"
    manifest.write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        new_submission("my-lab/my-model", place)
    assert manifest.read_text() == "precious"


@pytest.mark.parametrize(
    "name",
    ["", "one", "a/b/c", "My/model", "équipe/modèle", "../up", "a/..", "ab/", "-ab/cd", "ab/c", "baselines/mine",
     "template/mine", "site/mine", "frozen/mine", "records/mine", "tasks/mine", "logs/mine", "mine/parts",
     "mine/voided", "ab/cd\n"],
)  # fmt: skip
def test_bad_names_are_refused_with_the_rule(place: Workspace, name: str) -> None:
    """Nothing is made for a name that a manifest could not have."""
    with pytest.raises(UsageError) as caught:
        new_submission(name, place)
    assert caught.value.remedy
    assert [p.name for p in place.submissions.iterdir()] == ["template"]
