from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.workspace import find_workspace


def made(root: Path) -> Path:
    for name in ("configs", "submissions"):
        (root / name).mkdir(parents=True)
    return root


def test_the_nearest_ancestor_with_both_folders_is_the_workspace(tmp_path: Path) -> None:
    """Inside a workspace within a workspace the inner one counts, from any depth."""
    made(tmp_path)
    inner = made(tmp_path / "inner")
    deep = inner / "submissions/team/entry"
    deep.mkdir(parents=True)
    found = find_workspace(deep, {})
    assert found.root == inner
    assert (found.submissions, found.configs) == (inner / "submissions", inner / "configs")
    assert (found.runs, found.cache) == (inner / "runs", inner / ".cache")
    assert not found.runs.exists()


def test_one_folder_alone_makes_no_workspace(tmp_path: Path) -> None:
    """A stray configs/ is passed over on the way up."""
    made(tmp_path)
    (tmp_path / "a/configs").mkdir(parents=True)
    assert find_workspace(tmp_path / "a", {}).root == tmp_path


def test_the_environment_names_root_runs_and_cache(tmp_path: Path) -> None:
    """DEFI_ROOT wins over the current folder; scratch space takes runs and cache."""
    root = made(tmp_path / "root")
    env = {"DEFI_ROOT": str(root), "DEFI_RUNS": str(tmp_path / "scratch"), "DEFI_CACHE": str(tmp_path / "cache")}
    found = find_workspace(made(tmp_path / "here"), env)
    assert (found.root, found.runs, found.cache) == (root, tmp_path / "scratch", tmp_path / "cache")


@pytest.mark.parametrize("env", [{}, {"DEFI_ROOT": "nowhere"}])
def test_no_workspace_is_a_usage_error_with_a_remedy(tmp_path: Path, env: dict[str, str]) -> None:
    """The command was given in the wrong place (exit 2), and the error says where to go."""
    with pytest.raises(UsageError, match="workspace") as caught:
        find_workspace(tmp_path, env)
    assert caught.value.exit_code == 2
    assert "DEFI_ROOT" in caught.value.remedy
