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


class PanicException(BaseException):
    """As a library written in Rust raises it: outside the tree of Exception, of a class that cannot be imported."""


PanicException.__module__ = "pyo3_runtime"


@pytest.mark.parametrize("kind", [PanicException, ValueError])
def test_a_library_that_panics_is_a_refusal(kind: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    """A panic is told in words like any error, and the next part is still asked."""

    def fail(*_: Any) -> dict[str, Any]:
        raise kind("retry-limit-in-match over")

    monkeypatch.setitem(examine._PARTS, "tokenizer", fail)
    assert "retry-limit-in-match over" in examine.answer_part("tokenizer", Path(), {})["error"]


def test_what_ends_a_process_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a panic is caught outside the tree of Exception."""

    def stop(*_: Any) -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setitem(examine._PARTS, "tokenizer", stop)
    with pytest.raises(KeyboardInterrupt):
        examine.answer_part("tokenizer", Path(), {})


def test_a_real_panic_of_the_tokenizers_is_known() -> None:
    """The class that tokenizers raises when an expression runs away is the one that is looked for."""
    from tokenizers import Regex, normalizers

    runaway = normalizers.Replace(Regex("(a+)+b"), "")
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        runaway.normalize_str("a" * 40)
    assert not isinstance(caught.value, Exception)
    assert examine._panicked(caught.value)
