"""Two sealed rounds that share a set of anchors: the reveal of one tells nothing of what the other asks."""

from __future__ import annotations

import base64
import datetime
import json
import shutil
from pathlib import Path

import pytest

from harness.anchors import VARIABLE, is_anchor
from harness.canonical import sha256_json
from harness.cli.main import main
from harness.commitment import item_key
from harness.config import compose
from harness.plan import request_of, round_items
from harness.prompt import PromptStyle, prompt_sha256
from harness.record import read_json
from harness.sealed_round import VARIABLE as ROUND_VARIABLE
from harness.types import Item

ROUND = """
name: {name}
title: {{fr: Manche, en: Round}}
date: "2027-03-01"
seed: sealed
languages: [fr, en]
levels: 1
counts: 7
tasks: [problem_solving/word_problems]
level_weights: uniform
conditions: {{isolation: required}}
submissions: [baselines/null]
"""
_PIECE = 24  # letters that no chance repeats
PRIVATE = {"completions.jsonl", "scores.jsonl"}  # answers, and hashes of what was asked: kept while anchors are in use


@pytest.fixture
def sealed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one baseline, rules, and no secret in the environment."""
    for name in (VARIABLE, ROUND_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for folder in (workspace / "submissions").iterdir():
        if folder.name != "baselines":
            shutil.rmtree(folder)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    return workspace


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def played(name: str) -> None:
    """A round from its opening to its last answer."""
    assert call("round", "new", name) == 0
    assert call("round", "close", name, "--source", "drand") == 0
    now = datetime.datetime.now(datetime.UTC).isoformat()
    assert call("round", "draw", name, "--randomness", "8f3c" * 16, "--dated", now) == 0
    assert call("round", "run", name, "tracking=none") == 0


def files_with(needles: set[bytes], folder: Path) -> set[str]:
    """Names of the files outside secrets/ that hold one of the pieces."""
    files = [path for path in folder.rglob("*") if path.is_file() and "secrets" not in path.parts]
    return {path.name for path in files if any(needle in path.read_bytes() for needle in needles)}


def pieces(seed: str) -> set[bytes]:
    """By which a seed, or the key made from it, would be found: as text, raw, as hexadecimal and as base64."""
    raw, key = bytes.fromhex(seed), item_key(seed)
    coded = {base64.b64encode(one)[:_PIECE] for one in (raw, key, seed.encode())}
    return {seed[:_PIECE].encode(), raw[:_PIECE], key[:_PIECE], key.hex()[:_PIECE].encode()} | coded


def guesses(items: list[Item]) -> set[bytes]:
    """The open hashes of items, requests and prompts: what somebody has who guessed one."""
    requests = [request_of(item) for item in items]
    prompts = [prompt_sha256(PromptStyle("plain").render(one.messages, one.language)) for one in requests]
    return {digest.encode() for digest in (*map(sha256_json, items), *map(sha256_json, requests), *prompts)}


def test_the_reveal_of_a_round_keeps_the_anchors_of_the_next(sealed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Both rounds ask the same anchors; their seed and open hashes stand nowhere after the first is revealed."""
    assert call("anchors", "new", "year") == 0
    line = capfd.readouterr().out.splitlines()[-1]
    for name in ("spring", "summer"):
        (sealed / f"configs/round/{name}.yaml").write_text(ROUND.format(name=name) + line)
        played(name)
    assert call("round", "reveal", "spring") == 0
    told = capfd.readouterr()
    (sealed / "terminal").write_text(told.out + told.err)

    settings = {name: compose(sealed / "configs", sealed / "runs", name) for name in ("spring", "summer")}
    items = {name: [one for one in round_items(made.round) if is_anchor(one.id)] for name, made in settings.items()}
    assert items["spring"] == items["summer"]
    assert len(items["spring"]) == 2, "one of seven, in each language"
    assert settings["spring"].round.anchors is not None
    seed = settings["spring"].round.anchors.seed
    assert files_with(pieces(seed), sealed) == set()
    assert seed not in repr(settings)
    assert files_with(guesses(items["spring"]), sealed) <= PRIVATE
    rows = [
        {row["id"]: row["request_sha256"] for row in read_json(path)["items"] if is_anchor(row["id"])}
        for path in sorted((sealed / "runs").glob("*/baselines/null/plan.json"))
    ]
    assert len(rows) == 2
    assert rows[0] == rows[1]

    kept = sealed / "secrets/year.anchors.json"
    text = kept.read_text()
    kept.rename(sealed / "secrets/elsewhere.json")
    assert call("run", "baselines/null", "--round", "spring", "round.name=spring") == 1
    assert "the anchors' secret is not on this machine" in capfd.readouterr().err
    (sealed / "secrets/elsewhere.json").rename(kept)
    assert call("anchors", "retire", "year") == 1, "summer is not revealed"
    assert call("round", "reveal", "summer") == 0
    assert call("anchors", "retire", "year") == 0
    assert files_with(pieces(seed), sealed / "runs") == {"anchors.json"}, "the search would have found it"
    assert json.loads(text)["seed"] == seed
