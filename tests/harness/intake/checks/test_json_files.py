from __future__ import annotations

from typing import Any

import pytest

from harness.intake import dossier


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "json.syntax"),
        (b"\xff\xfe", "json.syntax"),
        (b'{"a": NaN}', "json.syntax"),
        (b'{"a": ' + b"9" * 5000 + b"}", "json.syntax"),
        (b'{"a": 1, "b": {"a": 1, "a": 2}}', "json.duplicate-key"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "json.too-deep"),
        (b"[" * 200_000, "json.too-deep"),
    ],
)
def test_hostile_json_is_refused(entry: Any, content: bytes, code: str) -> None:
    """Each breach of the limits has its code, and none crashes the reader."""
    entry.put("special_tokens_map.json", content)
    assert entry.codes() == [code]


def test_a_file_over_the_limit_is_refused_unparsed(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is bounded before anything is parsed."""
    monkeypatch.setattr(dossier, "_JSON_LIMIT", 100)
    entry.put("special_tokens_map.json", '{"a": "' + "x" * 100 + '"}')
    assert entry.codes() == ["json.too-large"]


def test_a_missing_configuration_is_found(entry: Any) -> None:
    """Without config.json the architecture is unknown."""
    (entry.checkpoint / "config.json").unlink()
    assert entry.codes() == ["json.no-config"]


def test_nesting_within_the_limit_passes(entry: Any) -> None:
    """Sixty levels are allowed."""
    entry.put("special_tokens_map.json", b'{"a":' * 60 + b"1" + b"}" * 60)
    assert entry.codes() == []
