"""Rows of public benchmarks come from a mirror, a package or a pinned revision, and are the same rows or refused."""

import dataclasses
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from harness.canonical import sha256_json
from harness.errors import TaskError, UnknownNameError
from harness.public import Source
from harness.public import source as module

ROWS = [{"question": "1 + 1", "answer": ["2"]}, {"question": "2 + 2", "parts": {"a": 1}}, {"question": "3 + 3"}]
Make = Callable[..., Source]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A source with one file `test`, and a mirror that holds it as it was told."""
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DEFI_DATA", str(tmp_path / "mirror"))

    def build(content: bytes, name: str = "test.jsonl", *, rows: int = 2, sha256: str = "", **changes: str) -> Source:
        place = tmp_path / "mirror" / "sums" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        file = {"path": f"data/{name}", "mirror": f"sums/{name}", "rows": rows, "sha256": sha256 or "none"}
        whole = {"repository": "someone/sums", "revision": "abc", "files": {"test": file}, **changes}
        (tmp_path / "data.yaml").write_text(yaml.safe_dump(whole))
        return Source(tmp_path)

    return build


def lines() -> bytes:
    return "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def test_rows_are_read_as_they_are_and_checked(make: Make) -> None:
    """The first rows, ragged as they were, and only with the pinned hash."""
    source = make(lines(), sha256=sha256_json(ROWS[:2]))
    assert source.rows("test") == tuple(ROWS[:2])
    with pytest.raises(UnknownNameError, match="train"):
        source.rows("train")


def test_other_rows_are_refused_with_both_hashes(make: Make) -> None:
    """A mirror of another revision is said, never used (its scores would be another benchmark's)."""
    source = make(lines(), sha256="0" * 64)
    with pytest.raises(TaskError, match=sha256_json(ROWS[:2])):
        source.rows("test")


def test_pinning_writes_the_hash_that_is_checked(make: Make) -> None:
    """After a deliberate change, `pin` takes the rows as they are."""
    source = make(lines(), sha256="todo")
    source.pin()
    assert Source(Path(source.where).parent).rows("test") == tuple(ROWS[:2])


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.json", b'[{"q": 1}, {"q": 2}]', ({"q": 1}, {"q": 2})),
        ("b.json", b'{"canary": "c", "examples": [{"q": 1}, {"q": 2}]}', ({"q": 1}, {"q": 2})),
        ("c.json", b'{"train": [1], "test": [2]}', ({"train": [1], "test": [2]},)),
        ("d.csv", 'q,a\n"one\ntwo, three",1\nfour\u0085five,2\n'.encode(), (
            {"q": "one\ntwo, three", "a": "1"},
            {"q": "four\u0085five", "a": "2"},
        )),
        ("e.tsv", b"q\ta\nx y\t1\n", ({"q": "x y", "a": "1"},)),
        ("f.txt", "un\u2028deux\n\ntrois\n".encode(), ("un\u2028deux", "")),
        ("g.jsonl.gz", gzip.compress(lines(), mtime=0), tuple(ROWS[:2])),
    ],
)  # fmt: skip
def test_every_form_is_read_by_its_ending(make: Make, name: str, content: bytes, rows: tuple[object, ...]) -> None:
    """JSON, lists in JSON, CSV with line feeds in its fields, TSV, lines, and any of them compressed."""
    assert make(content, name).read("test") == rows


def test_rows_to_leave_out_are_those_of_the_published_file(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every n-th one; a mirror holds the others already, so both ways give the same rows."""
    source = make(lines())
    source.files["test"] = dataclasses.replace(source.files["test"], leave_out=2)
    assert source.read("test") == tuple(ROWS[:2])
    published = source.place("test")
    monkeypatch.delenv("DEFI_DATA")
    monkeypatch.setattr(source, "place", lambda name: published)
    assert source.read("test") == (ROWS[0], ROWS[2])


def test_where_rows_come_from(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mirror comes first; without one a package's own file, or the address of the pinned revision."""
    source = make(lines())
    assert source.place("test").endswith("mirror/sums/test.jsonl")
    monkeypatch.delenv("DEFI_DATA")
    assert source.place("test") == "https://raw.githubusercontent.com/someone/sums/abc/data/test.jsonl"


def test_a_missing_source_names_both_ways(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file in the mirror, no network, no package: each error says how the rows can be had."""
    source = make(lines())
    monkeypatch.setenv("DEFI_DATA", str(tmp_path))
    with pytest.raises(TaskError, match=r"data\.mirror=FOLDER or DEFI_DATA.*github\.com/someone/sums at abc"):
        source.rows("test")
    monkeypatch.delenv("DEFI_DATA")
    monkeypatch.setattr(module, "_URL", "https://127.0.0.1:9/{repository}/{revision}/{path}")
    with pytest.raises(TaskError, match=r"allow the network.*data\.mirror=FOLDER or DEFI_DATA"):
        source.rows("test")


def test_a_package_has_the_pinned_version(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of another version of a package, or of none, are not taken for the pinned ones."""
    make(lines())
    source = make(lines())
    monkeypatch.delenv("DEFI_DATA")
    source.repository = ""
    source.package = "no-such-package==1"
    with pytest.raises(TaskError, match="pip install no-such-package==1"):
        source.place("test")
    source.package = "pytest==0.0.1"
    with pytest.raises(TaskError, match=r"pinned in 0\.0\.1"):
        source.place("test")


@pytest.mark.parametrize("raw", [{}, {"files": {}}, {"repository": "a/b", "package": "c==1", "files": {"x": {}}}])
def test_incomplete_sources_are_refused(tmp_path: Path, raw: dict[str, object]) -> None:
    """`files` and exactly one origin."""
    (tmp_path / "data.yaml").write_text(json.dumps(raw))
    with pytest.raises(TaskError, match="incomplete"):
        Source(tmp_path)


def test_a_file_needs_all_its_keys(tmp_path: Path) -> None:
    """A wrong key of a file is named."""
    raw = {"repository": "a/b", "revision": "c", "files": {"test": {"path": "x", "wrong": 1}}}
    (tmp_path / "data.yaml").write_text(json.dumps(raw))
    with pytest.raises(TaskError, match="wrong"):
        Source(tmp_path)
