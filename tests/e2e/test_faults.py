"""Faults under a run, from the command line: the record keeps what was answered, and says what happened to the rest.

A tiny checkpoint is entered as a team would enter it, and met by a killed worker, the end of memory, numbers that are
none, prompts that do not fit and a template that raises.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import transformers
import yaml
from safetensors.torch import load_file, save_file

from harness.canonical import sha256_file
from harness.cli.main import main
from harness.intake import dossier
from harness.journal import count_lines, read_all
from harness.types import Completion, ScoreRow

ROUND = """
name: tiny
title: {fr: Petite manche, en: Tiny round}
date: "2026-11-22"
seed: faults
languages: [fr, en]
levels: 2
counts: 5
tasks: [understanding/reading_choice, problem_solving/word_problems]
level_weights: uniform
submissions: [team/tiny]
"""
ITEMS = 2 * 2 * 5 * 2
TOLERANCE = 1e-4  # of the engine in float32
COMMAND = [sys.executable, "-m", "harness.cli.main"]
RUN = ["run", "team/tiny", "--round", "tiny", "tracking=none"]
FEW = "round.counts=2"
# The command, in a process whose memory ends after the third answer: what it has then, and 100 MB.
STARVED = """
import resource, sys
import harness.decided
from harness.cli.main import main
from harness.engine.transformers.engine import TransformersEngine

answer = TransformersEngine.run

def run(self, requests):
    for number, completion in enumerate(answer(self, requests)):
        if number == 2:
            with open("/proc/self/statm") as stream:
                used = int(stream.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + (100 << 20), resource.RLIM_INFINITY))
        yield completion
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

TransformersEngine.run = run
harness.decided.ConfinedEngine = lambda engine, *_, **__: engine  # here, where its memory can be taken away
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Entry:
    """A tiny entry in a workspace of its own."""

    workspace: Path

    @property
    def checkpoint(self) -> Path:
        return self.workspace / "submissions/team/tiny/checkpoint"

    @property
    def record(self) -> Path:
        return self.workspace / "runs/tiny/team/tiny"

    def declare(self, **keys: Any) -> None:
        """Write the manifest for what the checkpoint folder holds now."""
        tensors = load_file(self.checkpoint / "model.safetensors").values()
        manifest = {
            "schema": 1,
            "team": "team",
            "entry": "tiny",
            "title": "Tiny",
            "engine": "transformers",
            "checkpoint": {"kind": "folder", "path": "checkpoint"},
            "files": {path.name: sha256_file(path) for path in sorted(self.checkpoint.iterdir())},
            "dtype": "float32",
            "prompting": "plain",
            "license": "Apache-2.0",
            "languages": ["fr", "en"],
            "training_data": "Random numbers that were drawn for this test.",
            "contact": "team@example.org",
            "parameters": sum(tensor.numel() for tensor in tensors),
            "context_length": 8192,
            **keys,
        }
        path = self.checkpoint.parent / "manifest.yaml"
        path.write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")

    def completions(self) -> list[Completion]:
        return list(read_all(Completion, self.record / "completions.jsonl"))

    def scores(self) -> dict[str, ScoreRow]:
        return {row.item: row for row in read_all(ScoreRow, self.record / "scores.jsonl")}

    def read(self, name: str) -> Any:
        return json.loads((self.record / name).read_text(encoding="utf-8"))

    def run(self, *words: str) -> int:
        """The command's exit code; in this process, so that libraries are loaded once."""
        try:
            main([*RUN, *words])
        except SystemExit as stop:
            return int(stop.code or 0)
        return 0


Enter = Callable[..., Entry]


@pytest.fixture(scope="session")
def tiny(checkout: Path) -> ModuleType:
    """The tiny checkpoints of the engines' own tests."""
    spec = importlib.util.spec_from_file_location("tiny_entered", checkout / "tests/harness/engine/tiny.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intake in this process does not ask the libraries whether the model is sound: that takes them ten seconds."""
    found = {
        "tokenizer": {"empty": False, "front": 1, "last": ""},
        "architecture": {"missing": [], "unexpected": [], "mismatched": []},
    }
    monkeypatch.setattr(dossier, "examine", lambda *_: found)


@pytest.fixture
def enter(workspace: Path, tiny: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Enters a tiny Llama of given sizes, sound and declared."""
    (workspace / "configs/round/tiny.yaml").write_text(ROUND)

    def make(**sizes: int) -> Entry:
        config = transformers.LlamaConfig(**{**tiny._SIZES, "max_position_embeddings": 8192, **sizes})
        monkeypatch.setitem(tiny.KINDS, "entered", lambda: config)
        entry = Entry(workspace)
        entry.checkpoint.mkdir(parents=True)
        tiny.tiny_checkpoint(entry.checkpoint, "entered")
        entry.declare()
        return entry

    return make


def assert_alike(ours: Sequence[Completion], theirs: Sequence[Completion]) -> None:
    """Each item once, and answered as in the other run."""
    others = {done.item: done for done in theirs}
    assert sorted(done.item for done in ours) == sorted(others)
    for done in ours:
        one = others[done.item]
        assert (done.text, done.finish, done.prompt_sha256) == (one.text, one.finish, one.prompt_sha256)
        assert done.option_logprobs == pytest.approx(one.option_logprobs, abs=TOLERANCE)


def children(process: int) -> list[int]:
    """Worker processes of a round: not the one by which Python keeps count of its resources."""
    path = Path(f"/proc/{process}/task/{process}/children")
    found = [int(word) for word in path.read_text().split()] if path.exists() else []
    return [one for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


def test_a_killed_worker_loses_no_answer(enter: Enter) -> None:
    """SIGKILL of the worker under a round: said, and the same command goes on by itself with what has no answer."""
    entry = enter()
    command = [*COMMAND, "round", "run", "tiny", "tracking=none", "engine.rows=1", "cluster.pause=0.5"]
    journal = entry.record / "completions.jsonl"
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while process.poll() is None and count_lines(journal) < 5:
        time.sleep(0.005)
    for worker in children(process.pid):
        os.kill(worker, signal.SIGKILL)
    left = journal.read_bytes()
    kept = left[: left.rfind(b"\n") + 1]
    assert 5 <= kept.count(b"\n") < ITEMS, "the kill came too late to prove anything"
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 0, out
    assert "died" in out
    told = [json.loads(line) for line in (entry.workspace / "runs/tiny/jobs.jsonl").read_text().splitlines()]
    assert [line.get("fault") for line in told if line["event"] == "ended"] == ["ours", ""]
    assert journal.read_bytes().startswith(kept), "an answer on disk was touched"
    assert len({done.item for done in entry.completions()}) == len(entry.completions()) == ITEMS
    assert entry.read("state.json")["state"] == "scored"


@pytest.mark.usefixtures("believed")
def test_out_of_memory_halves_and_goes_on(enter: Enter) -> None:
    """Memory really ends in the middle: less is computed at a time, conditions.json says so, every item is answered.

    The answers are those of a run that had enough; what was answered before is not asked again.
    """
    entry = enter(intermediate_size=32768, num_hidden_layers=2)
    assert entry.run(FEW) == 0
    undisturbed = entry.completions()
    assert entry.read("conditions.json")["engine"] == {"attention": "cascade"}
    entry.record.rename(entry.record.with_name("undisturbed"))
    starved = subprocess.run([sys.executable, "-c", STARVED, *RUN, FEW], capture_output=True, text=True, timeout=240)
    assert starved.returncode == 0, starved.stderr
    assert entry.read("conditions.json")["engine"]["memory_halvings"] >= 1
    assert len(undisturbed) == 2 * 2 * 2 * 2
    assert_alike(entry.completions(), undisturbed)


@pytest.mark.usefixtures("believed")
def test_a_run_of_a_checkpoint_that_gives_no_numbers_ends(enter: Enter) -> None:
    """Every item has a line that says broken: the weights' own fault, scored as wrong; nothing is lost or left out."""
    entry = enter()
    tensors = load_file(entry.checkpoint / "model.safetensors")
    tensors["model.norm.weight"] *= 1e38  # finite, as intake demands; what follows is not
    tensors["lm_head.weight"] *= 1e38
    save_file(tensors, entry.checkpoint / "model.safetensors", metadata={"format": "pt"})
    entry.declare()
    assert entry.run() == 0
    assert {one.finish for one in entry.completions()} == {"broken"}
    rows = entry.scores()
    assert len(rows) == ITEMS
    assert {(row.value, row.category) for row in rows.values()} == {(0.0, "wrong")}
    assert all("not finite" in row.reason for row in rows.values())


@pytest.mark.usefixtures("believed")
def test_a_prompt_longer_than_the_context_scores_zero(enter: Enter) -> None:
    """Items that do not fit score zero with the reason; the others keep their answers, and all is finished.

    PITFALLS: prompt truncated with a warning.
    """
    entry = enter()
    assert entry.run() == 0
    lengths = sorted(done.prompt_tokens for done in entry.completions())
    everything = entry.completions()
    entry.record.rename(entry.record.with_name("whole"))
    short = lengths[len(lengths) // 2]
    entry.declare(context_length=short)
    assert entry.run() == 0
    errors = {one.item: one for one in entry.completions() if one.finish == "beyond"}
    answered = [one for one in entry.completions() if one.item not in errors]
    assert errors
    assert answered
    assert {one.item for one in entry.completions()} == {one.item for one in everything}
    assert_alike(answered, [one for one in everything if one.item not in errors])
    rows = entry.scores()
    for item, one in errors.items():
        assert f"the context holds {short}" in one.error
        assert one.text == ""
        assert (rows[item].value, rows[item].category) == (0.0, "beyond")
        assert rows[item].reason == one.error
    before = (entry.record / "completions.jsonl").read_bytes()
    assert entry.run() == 0
    assert (entry.record / "completions.jsonl").read_bytes() == before


@pytest.mark.usefixtures("believed")
def test_a_template_that_raises_is_said_before_anything_is_asked(
    enter: Enter, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run is refused in the template's own words, and a finished record of the entry stays as it was."""
    entry = enter()
    template = "{% for m in messages %}{{ m.content }}\n{% endfor %}"
    (entry.checkpoint / "chat_template.jinja").write_text(template)
    entry.declare(prompting="chat")
    assert entry.run() == 0
    before = {path.name: path.read_bytes() for path in entry.record.iterdir() if path.is_file()}
    (entry.checkpoint / "chat_template.jinja").write_text("{{ raise_exception('no examples, please') }}")
    entry.declare(prompting="chat")
    capsys.readouterr()
    assert entry.run() == 1
    said = capsys.readouterr()
    assert "no examples, please" in said.out + said.err
    assert {path.name: path.read_bytes() for path in entry.record.iterdir() if path.is_file()} == before
