"""The process that looks at strangers' files: what it is given, and what it sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.intake import checkpoint, child

SECRETS = ("DEFI_ROUND_SECRET", "DEFI_AGE_IDENTITY", "AWS_SECRET_ACCESS_KEY", "DEFI_KEY", "MLFLOW_TRACKING_PASSWORD",
           "HF_TOKEN", "SSH_AUTH_SOCK", "LD_PRELOAD", "A_SETTING_NOBODY_KNOWS")  # fmt: skip
_LOOK = """
import json, os, socket, sys
from pathlib import Path
import harness.intake.examine
seen = {"root": os.listdir("/"), "files": [p for p in sys.argv[1:] if Path(p).exists()], "names": sorted(os.environ)}
for name in sys.argv[1:] + ["/usr/mark"]:
    try:
        Path(name, "mark").write_text("x")
        seen["files"].append("wrote " + name)
    except OSError:
        pass
seen["networks"] = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
seen["processes"] = [name for name in os.listdir("/proc") if name.isdigit()]
print(json.dumps(seen))
"""


def test_only_known_names_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret, known to us or not, is passed on; nothing is fetched; the libraries' settings are kept."""
    for name in SECRETS:
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    found = child.environment()
    assert "secret" not in found.values()
    assert (found["HF_HUB_OFFLINE"], found["OMP_NUM_THREADS"], found["CUDA_VISIBLE_DEVICES"]) == ("1", "1", "")
    assert child.environment({"PATH": "/bin", "TOKEN": "x"}) == {"PATH": "/bin"} | child._QUIET


def test_a_conversion_is_given_no_secret_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The process that reads a package's GGUF file gets the same environment."""
    monkeypatch.setenv("DEFI_ROUND_SECRET", "secret")
    given: list[dict[str, str]] = []

    def note(command: list[str], *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        given.append(env)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(checkpoint.subprocess, "run", note)
    checkpoint._convert(tmp_path / "x.gguf", tmp_path)
    assert given == [child.environment()]


def test_a_caged_child_sees_one_checkpoint_and_no_network(tmp_path: Path, checkout: Path) -> None:
    """Not the project's folders, nor the host's configuration, processes and interfaces; and it writes nothing."""
    if not child._bwrap():
        pytest.skip("bubblewrap does not run here")
    shown, other = tmp_path / "shown", tmp_path / "other"
    for folder in (shown, other):
        folder.mkdir()
    hidden = [str(other), str(checkout / "configs"), str(checkout / "tests"), "/etc/passwd", str(Path.home() / ".ssh")]
    program = [sys.executable, "-P", "-c", _LOOK, str(shown), *hidden]
    command = child.confined(program, shown)
    assert command != program
    done = subprocess.run(command, env=child.environment(), capture_output=True, text=True, timeout=60)
    seen = json.loads(done.stdout)
    assert seen["files"] == [str(shown)]
    assert seen["networks"] in (["lo"], [])
    assert len(seen["processes"]) <= 2
    assert not (shown / "mark").exists()


def test_without_bubblewrap_the_program_is_started_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that cannot cage still checks, with the environment and the limits alone."""
    monkeypatch.setenv("PATH", str(tmp_path))
    from harness.errors import SandboxUnavailableError
    from harness.sandbox import host

    def absent() -> str:
        raise SandboxUnavailableError("bwrap is not installed")

    monkeypatch.setattr(host, "find_bwrap", absent)
    child._bwrap.cache_clear()
    try:
        assert child.confined(["program", "word"], tmp_path) == ["program", "word"]
    finally:
        child._bwrap.cache_clear()


@pytest.mark.skipif(os.name != "posix", reason="bubblewrap runs on Linux")
def test_a_bubblewrap_that_does_not_start_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where user namespaces are forbidden bwrap is installed and fails: then it is as if there were none."""
    from harness.sandbox import host

    monkeypatch.setattr(host, "find_bwrap", lambda: "/bin/false")
    child._bwrap.cache_clear()
    try:
        assert child.confined(["program"], tmp_path) == ["program"]
    finally:
        child._bwrap.cache_clear()
