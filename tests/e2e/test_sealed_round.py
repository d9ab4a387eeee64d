"""A sealed round from its opening to the reveal: nothing that is written anywhere tells its items, or their seed."""

from __future__ import annotations

import base64
import datetime
import json
import os
import shutil
import traceback
from pathlib import Path

import pytest

from harness.canonical import sha256_json
from harness.cli.main import main
from harness.commitment import item_key, keyed, seed_of
from harness.config import compose
from harness.errors import DefiError
from harness.plan import request_of, round_items
from harness.prompt import PromptStyle, prompt_sha256
from harness.record import read_json
from harness.sealed_round import VARIABLE, find_seed
from harness.types import Item

ROUND = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: sealed
languages: [fr, en]
levels: 1
counts: 3
tasks: [understanding/reading_choice, problem_solving/word_problems]
level_weights: uniform
conditions: {isolation: required}
submissions: [baselines/oracle, baselines/null, baselines/echo]
"""
_PIECE = 24  # letters of an encoding that no chance repeats


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    except DefiError as error:  # what --debug shows, and more: every local variable
        print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
        return 1
    return 0


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def forms(secret: bytes) -> set[bytes]:
    """Pieces by which a secret would be found: raw, as hexadecimal, as base64 at each alignment, and these encoded."""
    texts = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    coded = {
        encode(b"\0" * shift + text)[4 * bool(shift) :]
        for text in texts
        for shift in range(3)
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    }
    return {text[:_PIECE] for text in texts} | {text[4 : 4 + _PIECE] for text in coded} | {str(secret)[2:26].encode()}


def found(needles: set[bytes], folder: Path) -> list[str]:
    """Every file that holds one of the pieces, or whose path does."""
    files = [path for path in folder.rglob("*") if path.is_file() and "secrets" not in path.parts]
    return [str(path) for path in files if any(n in path.read_bytes() or n in os.fsencode(path) for n in needles)]


@pytest.fixture
def sealed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a sealed round of baselines."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("DEFI_DEBUG", "")  # `--debug` sets it for the process
    for folder in (workspace / "submissions").iterdir():
        if folder.name != "baselines":
            shutil.rmtree(folder)
    (workspace / "configs/round/spring.yaml").write_text(ROUND)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    return workspace


def guesses(items: list[Item]) -> set[bytes]:
    """The open hashes of items, requests and prompts: what somebody has who guessed one."""
    requests = [request_of(item) for item in items]
    prompts = [prompt_sha256(PromptStyle("plain").render(request.messages, request.language)) for request in requests]
    return {digest.encode() for digest in (*map(sha256_json, items), *map(sha256_json, requests), *prompts)}


def test_nothing_leaks_before_the_reveal_and_all_can_be_made_after_it(
    sealed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Records, log, tracking, site and every word on the terminal: searched byte by byte for secret, salt and seed.

    A right guess of an item has hashes that stand in nothing that leaves the organisers' machine.
    """
    assert call("round", "new", "spring") == 0
    assert call("round", "run", "spring") == 1, "no item exists before the drawing"
    assert call("round", "close", "spring", "--source", "drand") == 0
    assert call("round", "draw", "spring", "--randomness", "8f3c" * 16, "--dated", now()) == 0
    assert call("round", "run", "spring", "tracking=sqlite") == 0
    assert call("--debug", "run", "baselines/null", "--round", "spring", "round.counts=1") == 1
    assert call("publish", "--round", "spring", "--out", str(sealed / "site")) == 0
    told = capfd.readouterr()
    (sealed / "terminal").write_text(told.out + told.err)

    kept = json.loads((sealed / "secrets/spring.json").read_text())
    settings = compose(sealed / "configs", sealed / "runs", "spring")
    seed = settings.round.seed
    assert len(seed) == 64
    needles = forms(bytes.fromhex(seed)) | forms(bytes.fromhex(kept["secret"])) | forms(bytes.fromhex(kept["salt"]))
    needles |= {seed[:_PIECE].encode()} | forms(item_key(seed))
    assert found(needles, sealed) == []
    assert not any(n in repr(settings).encode() for n in needles)
    assert len(found({b"mlflow"}, sealed / "runs")) > 0, "the tracking data base was searched as well"
    made = list(round_items(settings.round))
    private = {"completions.jsonl", "scores.jsonl"}  # answers: not published before the reveal (docs/rounds.md)
    assert {Path(path).name for path in found(guesses(made), sealed)} <= private
    assert seed_of(sealed / "runs/spring") is None

    assert call("round", "reveal", "spring") == 0
    assert found({kept["secret"].encode()}, sealed) == [str(sealed / "runs/spring/seed.json")], (
        "the search would find it"
    )
    again = seed_of(sealed / "runs/spring")
    assert again == seed
    (sealed / "secrets/spring.json").unlink()
    assert again == find_seed(sealed / "runs/spring", sealed / "secrets", settings.raw, {}), "anyone can run it now"
    planned = read_json(sealed / "runs/spring/baselines/null/plan.json")["items"]
    assert [item.id for item in made] == [item["id"] for item in planned]
    for item, row in zip(made, planned, strict=True):
        assert row["item_sha256"] == keyed("item", sha256_json(item), item_key(again))


def test_a_sealed_round_from_the_environment_leaves_no_file(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the secret is given by the environment, it is written nowhere at all."""
    monkeypatch.setenv(VARIABLE, "5e" * 32 + "a7" * 32)
    for words in (("new", "spring"), ("close", "spring", "--source", "drand")):
        assert call("round", *words) == 0
    assert call("round", "draw", "spring", "--randomness", "8f3c" * 16, "--dated", now()) == 0
    assert call("round", "run", "spring", "tracking=none") == 0
    assert not (sealed / "secrets").exists()
    assert found(forms(b"\x5e" * 32) | forms(b"\xa7" * 32), sealed) == []
