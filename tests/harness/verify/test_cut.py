"""A text is cut into tokens by a team's file, in this process: whatever that raises, it is cut into words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Regex as Expression
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from harness.verify import asked

WORDS = [("one", 3), (" two", 7), (" ", 8)]


def save(folder: Path, normaliser: Any = None) -> Path:
    tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, "one": 1}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if normaliser is not None:
        tokenizer.normalizer = normaliser
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_a_sound_tokenizer_cuts_and_without_one_words_are_cut(tmp_path: Path) -> None:
    """Tokens with the places where they end; words where there is no checkpoint."""
    assert list(asked._cut(save(tmp_path))("one two ")) == [("one", 3), ("<unk>", 7)]
    assert list(asked._cut(None)("one two ")) == WORDS


def test_a_tokenizer_that_panics_is_replaced_by_words(tmp_path: Path) -> None:
    """An expression that runs away raises outside the tree of Exception; short texts are still cut by it."""
    cut = asked._cut(save(tmp_path, normalizers.Replace(Expression("(a+)+b"), "")))
    assert list(cut("one two ")) == [("one", 3), ("<unk>", 7)]
    assert list(cut("a" * 60)) == [("a" * 60, 60)]


def test_a_tokenizer_that_does_not_load_is_replaced_by_words(tmp_path: Path) -> None:
    """Nothing of a broken file reaches the verification."""
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": None}))
    assert list(asked._cut(tmp_path)("one two ")) == WORDS


@pytest.mark.parametrize("reason", [KeyboardInterrupt, MemoryError])
def test_what_is_no_fault_of_a_tokenizer_is_not_swallowed(
    reason: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a person asks for, and a machine out of memory."""

    class Interrupted:
        def encode(self, *_: Any, **__: Any) -> None:
            raise reason

    monkeypatch.setattr(Tokenizer, "from_file", lambda _: Interrupted())
    with pytest.raises(reason):
        asked._cut(save(tmp_path))("one")
