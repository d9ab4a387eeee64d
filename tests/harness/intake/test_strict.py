from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.strict import RefusedError, parse_json, parse_yaml, read_bounded

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x 1\nb: *x", "alias"),
        ("a: &x [1]", "alias"),
        ("a: !!python/object/apply:os.system [echo]", "tag"),
        ("a: !mine 1", "tag"),
        ("a: 1\na: 2", "duplicate-key"),
        ("a: {b: 1, b: 2}", "duplicate-key"),
        ("a: 1\n---\nb: 2", "syntax"),
        ("1: a", "syntax"),
        ("[a]: b", "syntax"),
        ("a: [", "syntax"),
        ("\ta: 1", "syntax"),
        ('a: "\\ud800"', "syntax"),
        ("a: " + "9" * 5000, "syntax"),
        ("[" * 60_000, "too-deep"),
        ("{a: " * 60 + "1" + "}" * 60, "too-deep"),
        ("- " * 30_000, "too-deep"),
    ],
)
def test_clever_or_broken_yaml_is_refused_quickly(text: str, code: str) -> None:
    """Every trick of the language has its code, and none takes time."""
    begun = time.perf_counter()
    with pytest.raises(RefusedError) as caught:
        parse_yaml(text.encode())
    assert caught.value.code == code
    assert time.perf_counter() - begun < 5


def test_a_billion_laughs_does_not_grow() -> None:
    """The classic bomb is refused at its first anchor."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    with pytest.raises(RefusedError, match="anchors"):
        parse_yaml("\n".join(lines).encode())


def test_words_stay_words() -> None:
    """Norwegian is `no`, a date is text, a version with one dot is a number that the schema can refuse."""
    text = "a: [no, yes, on, off]\nb: 2024-01-01\nc: 0.1\nd: 1_000\ne: true\nf: ~\ng: 0123\nh: 12:30:00\n<<: {i: 1}"
    expected = {"a": ["no", "yes", "on", "off"], "b": "2024-01-01", "c": 0.1, "d": 1000, "e": True, "f": None}
    assert parse_yaml(text.encode()) == expected | {"g": "0123", "h": "12:30:00", "<<": {"i": 1}}


@given(PLAIN)
def test_what_json_can_say_is_read_back(value: object) -> None:
    """JSON written by the standard library is read back the same, as JSON."""
    assert parse_json(json.dumps(value).encode()) == value


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=8), st.text("xyz é:#'\"", max_size=20), max_size=4))
def test_yaml_of_texts_is_read_back(value: dict[str, str]) -> None:
    """YAML written by PyYAML is read back the same, quoted or not."""
    assert parse_yaml(yaml.safe_dump(value, allow_unicode=True).encode()) == value


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input raises anything but RefusedError."""
    for parse in (parse_yaml, parse_json):
        with contextlib.suppress(RefusedError):
            parse(data)


@pytest.mark.timeout(20)
def test_reading_is_bounded_and_only_of_files(tmp_path: Path) -> None:
    """A limit is a limit to the byte; a pipe is refused without waiting, a link without following."""
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(RefusedError, match="larger"):
        read_bounded(path, 4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RefusedError, match="regular"):
        read_bounded(tmp_path / "pipe", 5)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="symbolic"):
        read_bounded(tmp_path / "link", 5)
