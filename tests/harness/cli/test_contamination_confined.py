"""`defi contamination` of an entry with weights: nothing of them is loaded where the keys are."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any, NoReturn

import jsonschema
import pytest
import yaml

from harness.canonical import plain, sha256_file
from harness.cli.main import main
from harness.contamination.likelihood import Reader
from harness.contamination.report import Report, read_texts
from harness.contamination.sets import from_file
from harness.engine.base import EngineContext
from harness.engine.confined.process import working_bwrap
from harness.engine.confined.reading import ReadingEngine
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import SandboxUnavailableError
from harness.prompt import PromptStyle

TESTS = Path(__file__).parents[2]
SHAPE = json.loads((TESTS.parent / "docs/schemas/contamination.schema.json").read_text())
SET = ("--set", "seen.jsonl", "--against", "unseen.jsonl", "--draw", "x")


def call(*words: str) -> int:
    try:
        main(["contamination", "team/tiny", *words])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint of random weights, a token a byte."""
    spec = importlib.util.spec_from_file_location("tiny_checkpoints", TESTS / "harness/engine/tiny.py")
    assert spec is not None
    assert spec.loader is not None
    tiny = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tiny)
    folder: Path = tiny.tiny_checkpoint(tmp_path_factory.mktemp("weights") / "model", "grouped")
    return folder


@pytest.fixture
def entry(workspace: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An entry team/tiny with these weights, two files of rows beside it, and the current folder there."""
    given = yaml.safe_load((workspace / "submissions/huggingface/smollm2-135m-instruct/manifest.yaml").read_text())
    files = {path.name: sha256_file(path) for path in sorted(weights.iterdir())}
    own = {"team": "team", "entry": "tiny", "prompting": "plain", "files": files, "context_length": 512}
    folder = workspace / "submissions/team/tiny"
    shutil.copytree(weights, folder / "model")
    manifest = {**given, **own, "checkpoint": {"kind": "folder", "path": "model"}}
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest))
    for name in ("seen", "unseen"):
        rows = [json.dumps({"text": f"{name}: Léa has {n} pears and {n * n} apples"}) for n in range(12)]
        rows += [json.dumps({"canary": "canary 1234 5678"})] if name == "seen" else []
        (workspace / f"{name}.jsonl").write_text("\n".join(rows) + "\n")
    monkeypatch.chdir(workspace)
    monkeypatch.setattr("harness.contamination.methods._CONTROLS", 20)  # a round trip each
    return folder


@pytest.fixture
def caged() -> None:
    try:
        working_bwrap()
    except SandboxUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that are loaded in this process are an error."""

    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("weights were loaded beside the keys")

    for kind in (ReadingEngine, TransformersEngine):
        monkeypatch.setattr(kind, "__enter__", refuse)


@pytest.fixture
def cageless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without bwrap."""

    def missing() -> str:
        raise SandboxUnavailableError("bwrap is not installed", where="sandbox")

    monkeypatch.setattr("harness.engine.confined.process.find_bwrap", missing)


def free(weights: Path) -> Report:
    """The same tests with the network in this process."""
    with ReadingEngine(EngineContext(PromptStyle("plain"), weights, context_length=512)) as engine:
        assert isinstance(engine.reader, Reader)
        suspected = from_file(Path("seen.jsonl"), Path("unseen.jsonl"))
        found = read_texts(engine.reader, suspected, int.from_bytes(b"x", "big"))
    return Report("team/tiny", "seen.jsonl", "x", tuple(found))


def test_likelihoods_are_read_in_a_cage_with_the_same_figures(
    entry: Path, weights: Path, caged: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a key: every p-value, statistic and fact is that of a network in this process, to the last bit."""
    expected = {one["method"]: one for one in plain(dataclasses.asdict(free(weights)))["evidence"]}
    with monkeypatch.context() as patch:
        patch.setattr(ReadingEngine, "__enter__", None)  # whoever enters it here fails
        patch.setenv("DEFI_KEY", "a.key")
        assert call(*SET, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SHAPE)
    read = [one for one in found["evidence"] if one["p"] is not None]
    assert {one["method"] for one in read} == {"min_k", "completion", "order", "canary"}
    for one in read:
        assert one["facts"].pop("isolation") == "bubblewrap"
        del one["adjusted"]
        assert one == expected[one["method"]]


def test_pairs_are_asked_in_a_cage(
    entry: Path, elsewhere: None, caged: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine that answers runs where a round runs it, beside a key of ours that it cannot see."""
    monkeypatch.setenv("DEFI_ROUND_SECRET", "secret")
    monkeypatch.setattr("harness.cli.contamination._likelihoods", lambda *_: [])
    words = ("--set", "understanding/reading_choice", "--level", "1", "--lang", "en", "--count", "8", "--json")
    assert call(*words, "engine.device=cpu") == 0
    (made,) = [one for one in json.loads(capsys.readouterr().out)["evidence"] if one["p"] is not None]
    assert (made["method"], made["facts"]["isolation"], made["items"]) == ("perturbed_pairs", "bubblewrap", 8)


def test_without_a_cage_it_is_said(entry: Path, cageless: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the round prefers isolation and there is none: the evidence says so, and so does a line before it."""
    assert call(*SET, "--json") == 0
    out, err = capsys.readouterr()
    assert {one["facts"].get("isolation") for one in json.loads(out)["evidence"] if one["p"] is not None} == {"process"}
    assert "without isolation" in err
    assert "bwrap is not installed" in err


@pytest.mark.parametrize(("key", "rule"), [("DEFI_KEY", "preferred"), ("", "required")])
def test_without_a_cage_no_weights_are_run_beside_a_key_or_against_the_rule(
    entry: Path,
    cageless: None,
    elsewhere: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    rule: str,
) -> None:
    """The rules of a run: refused where a key could be read, and where isolation is required."""
    if key:
        monkeypatch.setenv(key, "a.key")
    assert call(*SET, f"round.conditions.isolation={rule}") == 1
    assert (key or "bwrap is not installed") in capsys.readouterr().err


def test_a_named_rounds_rule_holds(
    entry: Path, cageless: None, elsewhere: None, capsys: pytest.CaptureFixture[str], workspace: Path
) -> None:
    """A case of a round that requires isolation is not made without; an unknown round is told before any work."""
    folder = workspace / "runs/strict"
    folder.mkdir(parents=True)
    (folder / "frozen.json").write_text(json.dumps({"round": {"conditions": {"isolation": "required"}}}))
    assert call(*SET, "--case", "strict") == 1
    assert "bwrap is not installed" in capsys.readouterr().err
    assert call(*SET, "--case", "strickt") == 2
    assert "strict" in capsys.readouterr().err


def test_other_weights_than_the_declared_ones_are_not_examined(
    entry: Path, elsewhere: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is said of an entry is of the very files of its manifest."""
    text = (entry / "manifest.yaml").read_text()
    declared = next(line for line in text.splitlines() if "config.json:" in line)
    (entry / "manifest.yaml").write_text(text.replace(declared, declared[:-8] + "0" * 8))
    assert call(*SET) == 1
    assert "another SHA-256" in capsys.readouterr().err
