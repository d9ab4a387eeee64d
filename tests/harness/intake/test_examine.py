from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.intake import examine
from harness.intake.dossier import Dossier


def test_the_child_says_what_the_libraries_say(llama: Any) -> None:
    """One process answers both parts, and what it says is what the same code says here."""
    dossier = Dossier(llama.folder, {}, None, llama.checkpoint)
    parts = ("tokenizer", "architecture")
    answers = examine.examine(llama.checkpoint, dossier.shapes, parts)
    for part in parts:
        assert answers[part] == {"part": part} | examine.answer_part(part, llama.checkpoint, dossier.shapes)
    assert answers["architecture"]["missing"] == []


def test_a_child_that_dies_keeps_its_first_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was said before a limit was met counts; the rest is no answer."""
    said = '{"part": "tokenizer", "empty": false}\n{"part": "archi'
    done = subprocess.CompletedProcess([], -9, stdout=said, stderr="")
    monkeypatch.setattr(examine.subprocess, "run", lambda *_, **__: done)
    assert examine.examine(tmp_path, {}, ["tokenizer", "architecture"]).keys() == {"tokenizer"}


def test_the_child_is_offline_and_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token reaches the libraries, and they may fetch nothing."""
    monkeypatch.setenv("HF_TOKEN", "secret")
    environment = examine._environment()
    assert "secret" not in environment.values()
    assert environment["HF_HUB_OFFLINE"] == "1"
