from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.errors import CheckpointError
from harness.intake import checkpoint
from harness.intake.checkpoint import resolve_checkpoint, resolve_source, verify_files
from harness.intake.manifest import read_manifest
from harness.types import CheckpointSource

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HUB = CheckpointSource("hub", repository="owner/model", revision=COMMIT)
PACKAGE = CheckpointSource("package", path="m.gguf", package="pack", revision="1.0")


def test_a_folder_is_taken_relative_to_its_manifest(entry: Any, tmp_path: Path) -> None:
    """Relative to the entry's folder, or absolute and inside it."""
    submission = read_manifest(entry.write())
    assert resolve_checkpoint(submission, entry.root, tmp_path) == entry.checkpoint.resolve()
    absolute = CheckpointSource("folder", path=str(entry.checkpoint))
    assert resolve_source(absolute, tmp_path, tmp_path, ()) == entry.checkpoint.resolve()
    with pytest.raises(CheckpointError, match="does not exist"):
        resolve_source(CheckpointSource("folder", path="absent"), tmp_path, tmp_path, ())


@pytest.mark.timeout(20)
@pytest.mark.parametrize("path", ["/proc", "/", "..", "../../team-b/entry/ck", "a/../../x", "x" * 5000, "a\0b", "away"])
def test_a_folder_elsewhere_is_refused_unwalked(entry: Any, tmp_path: Path, path: str) -> None:
    """Only the entry's own folder is open: another team's files, the system's and links out of it are one finding."""
    (entry.root / "submissions/team-b/entry/ck").mkdir(parents=True)
    (entry.folder / "away").symlink_to(tmp_path)
    entry.manifest["checkpoint"]["path"] = path
    with pytest.raises(CheckpointError) as caught:
        resolve_source(CheckpointSource("folder", path=path), entry.folder, tmp_path, ())
    assert "DEFI_CHECKPOINTS" in caught.value.remedy
    assert entry.codes() in (["checkpoint.unresolved"], ["schema.value"])


def test_an_opened_folder_may_hold_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What DEFI_CHECKPOINTS lists is open, with all that lies below it; a neighbour whose name begins alike is not."""
    for name in ("home", "disk/ck", "other", "disk2"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("DEFI_CHECKPOINTS", os.pathsep.join(["", ".", str(tmp_path / "other"), str(tmp_path / "disk")]))
    wanted = CheckpointSource("folder", path=str(tmp_path / "disk/ck"))
    assert resolve_source(wanted, tmp_path / "home", tmp_path, ()) == tmp_path / "disk/ck"
    with pytest.raises(CheckpointError, match="outside"):
        resolve_source(CheckpointSource("folder", path=str(tmp_path / "disk2")), tmp_path / "home", tmp_path, ())


def test_a_baseline_has_none(tmp_path: Path) -> None:
    """Kind none resolves to nothing."""
    assert resolve_source(CheckpointSource("none"), tmp_path, tmp_path, ()) is None


# --- verify_files ---------------------------------------------------------------------------------------------------


def test_the_declared_files_are_accepted(entry: Any) -> None:
    """What the manifest says is what is there."""
    verify_files(read_manifest(entry.write()), entry.checkpoint)


def test_every_difference_is_named(entry: Any, tmp_path: Path) -> None:
    """Changed, missing, extra and linked files are all in one error."""
    submission = read_manifest(entry.write())
    entry.change("config.json", hidden_size=1)
    entry.put("extra.json", "{}")
    (entry.checkpoint / "tokenizer.json").unlink()
    template = entry.checkpoint / "chat_template.jinja"
    template.rename(tmp_path / "t")
    template.symlink_to(tmp_path / "t")
    with pytest.raises(CheckpointError) as caught:
        verify_files(submission, entry.checkpoint)
    for words in (
        "config.json has another SHA-256",
        "extra.json is not listed",
        "tokenizer.json is missing",
        "chat_template.jinja is not an ordinary file",
    ):
        assert words in caught.value.what


def test_a_restored_time_stamp_hides_nothing(entry: Any) -> None:
    """Hashes are computed for real: the same size and time do not vouch for a file."""
    submission = read_manifest(entry.write())
    path = entry.checkpoint / "model.safetensors"
    facts = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(CheckpointError, match=r"model\.safetensors has another"):
        verify_files(submission, entry.checkpoint)


# --- built once, whole or not at all --------------------------------------------------------------------------------


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Conversions are only counted: each writes one file, slowly."""
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    done: list[Path] = []

    def convert(gguf: Path, folder: Path) -> None:
        time.sleep(0.05)
        (folder / "model.safetensors").write_bytes(gguf.read_bytes())
        done.append(folder)

    monkeypatch.setattr(checkpoint, "find_pieces", lambda *_: [tmp_path / "m.gguf"])
    monkeypatch.setattr(checkpoint, "_convert", convert)
    return done


def test_a_package_is_converted_once(conversions: list[Path], tmp_path: Path) -> None:
    """The second time the folder is there, and nothing is announced."""
    said: list[str] = []
    first = resolve_source(PACKAGE, tmp_path, tmp_path / "cache", (), said.append)
    second = resolve_source(PACKAGE, tmp_path, tmp_path / "cache", (), said.append)
    assert first == second
    assert (len(conversions), len(said)) == (1, 1)
    assert first is not None
    assert [p.name for p in first.iterdir()] == ["model.safetensors"]


def test_two_at_once_convert_once(conversions: list[Path], tmp_path: Path) -> None:
    """The lock makes the second wait and take what the first made."""
    found: list[Path | None] = []
    work = lambda: found.append(resolve_source(PACKAGE, tmp_path, tmp_path / "cache", ()))  # noqa: E731
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(conversions) == 1
    assert len(found) == 4
    assert len(set(found)) == 1


def test_pieces_are_joined_for_the_conversion_and_removed(
    conversions: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The joined file is the pieces in order, and does not stay in the cache."""
    for name in "ab":
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(checkpoint, "find_pieces", lambda *_: [tmp_path / "a", tmp_path / "b"])
    folder = resolve_source(PACKAGE, tmp_path, tmp_path / "cache", ())
    assert folder is not None
    assert (folder / "model.safetensors").read_bytes() == b"ab"
    visible = [p.name for p in (tmp_path / "cache/checkpoints").iterdir() if not p.name.endswith(".lock")]
    assert visible == [folder.name]


def test_a_failed_conversion_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real conversion of a file that is no GGUF fails with its last words, and the next try starts afresh."""
    (tmp_path / "m.gguf").write_bytes(b"this is no model")
    monkeypatch.setattr(checkpoint, "find_pieces", lambda *_: [tmp_path / "m.gguf"])
    for _ in range(2):
        with pytest.raises(CheckpointError, match="conversion failed") as caught:
            resolve_source(PACKAGE, tmp_path, tmp_path / "cache", ())
        assert "Traceback" not in str(caught.value)
    assert not [p for p in (tmp_path / "cache/checkpoints").iterdir() if p.is_dir()]


def test_a_killed_conversion_is_begun_again(conversions: list[Path], tmp_path: Path) -> None:
    """SIGKILL in the middle leaves a partial folder that is never taken for a checkpoint."""
    script = f"""
import time
from pathlib import Path
from harness.intake import checkpoint
from harness.types import CheckpointSource
def convert(gguf, folder):
    (folder / "half").write_text("x")
    print("begun", flush=True)
    time.sleep(60)
checkpoint.find_pieces = lambda *_: [Path("m.gguf")]
checkpoint._convert = convert
source = CheckpointSource("package", path="m.gguf", package="pack", revision="1.0")
checkpoint.resolve_source(source, Path("."), Path({str(tmp_path / "cache")!r}), ())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
    partial = [p for p in (tmp_path / "cache/checkpoints").iterdir() if p.is_dir()]
    assert len(partial) == 1
    folder = resolve_source(PACKAGE, tmp_path, tmp_path / "cache", ())
    assert folder not in partial
    assert folder is not None
    assert [p.name for p in folder.iterdir()] == ["model.safetensors"]
    assert not partial[0].exists()


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the cache should be is a CheckpointError that names the variable to set."""
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(CheckpointError, match="cache cannot be written") as caught:
        resolve_source(PACKAGE, tmp_path, tmp_path / "cache", ())
    assert "DEFI_CACHE" in caught.value.remedy


# --- the hub --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's client, in offline mode."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "hub"


def test_offline_a_cached_commit_is_used_as_ordinary_files(hub_cache: Path, tmp_path: Path) -> None:
    """The client's cache is made of links; what is resolved holds the listed files themselves, and no others."""
    home = hub_cache / "models--owner--model"
    snapshot = home / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (home / "blobs").mkdir()
    for name in ("config.json", "pytorch_model.bin"):
        (home / "blobs" / name).write_text(name)
        (snapshot / name).symlink_to(home / "blobs" / name)
    (hub_cache / "outside").write_text("what a name that climbs would copy")
    outside = tmp_path / "outside"
    folder = resolve_source(HUB, tmp_path, tmp_path / "cache", ["config.json", "../../../outside", "absent.json"])
    assert folder is not None
    assert [(p.name, p.is_symlink()) for p in folder.iterdir()] == [("config.json", False)]
    assert not outside.exists()


def test_offline_without_the_commit_says_what_to_do(hub_cache: Path, tmp_path: Path) -> None:
    """A missing commit on a node without a network is an error in words, at once."""
    with pytest.raises(CheckpointError, match="owner/model") as caught:
        resolve_source(HUB, tmp_path, tmp_path / "cache", ["config.json"])
    assert "HF_HUB_OFFLINE" in caught.value.remedy


FILES = {"config.json": b'{"a": 1}', "model.safetensors": b"weights", "pytorch_model.bin": b"pickle"}


class Hub(BaseHTTPRequestHandler):
    """As much of the hub's interface as a download of one commit needs."""

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_HEAD(self) -> None:
        """The facts of a file."""
        self._answer(send=False)

    def do_GET(self) -> None:
        """The list of files, or a file."""
        self._answer(send=True)

    def _answer(self, *, send: bool) -> None:
        server: Any = self.server
        path = self.path.partition("?")[0]
        name = path.rpartition("/")[2]
        if path.startswith("/api/models/owner/model/tree"):
            body = json.dumps([{"type": "file", "path": f, "size": len(c), "oid": "0" * 40} for f, c in FILES.items()])
        elif path.startswith("/api/models/owner/model"):
            siblings = [{"rfilename": f} for f in FILES]
            body = json.dumps({"id": "owner/model", "sha": COMMIT, "siblings": siblings})
        elif path == f"/owner/model/resolve/{COMMIT}/{name}" and name in FILES:
            server.sent.append(name)
            self._send(200, FILES[name], send, {"ETag": f'"{name}-tag"', "X-Repo-Commit": COMMIT})
            return
        else:
            self._send(404, b"{}", send, {"X-Error-Code": "RepoNotFound"})
            return
        self._send(200, body.encode(), send, {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, send: bool, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(key, value)
        self.end_headers()
        if send:
            self.wfile.write(body)


@pytest.fixture
def hub(hub_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A hub on this machine."""
    from huggingface_hub import constants

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.sent = []  # type: ignore[attr-defined]
    endpoint = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", endpoint + "/{repo_id}/resolve/{revision}/{filename}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_only_listed_files_of_the_commit_are_fetched(hub: Any, tmp_path: Path) -> None:
    """From a real server: the listed files arrive, the pickle beside them is never asked for, and once is enough."""
    listed = ["config.json", "model.safetensors"]
    folder = resolve_source(HUB, tmp_path, tmp_path / "cache", listed)
    assert folder is not None
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {name: FILES[name] for name in listed}
    assert "pytorch_model.bin" not in hub.sent
    asked = len(hub.sent)
    assert resolve_source(HUB, tmp_path, tmp_path / "cache", listed) == folder
    assert len(hub.sent) == asked


def test_an_unknown_repository_is_said(hub: Any, tmp_path: Path) -> None:
    """What the hub does not have is a CheckpointError with the repository and commit."""
    source = CheckpointSource("hub", repository="owner/nothing", revision=COMMIT)
    with pytest.raises(CheckpointError, match="owner/nothing"):
        resolve_source(source, tmp_path, tmp_path / "cache", ["config.json"])
