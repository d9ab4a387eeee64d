"""The cage's command: what is shown, in which order, and which variables pass."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import harness
from harness.engine.confined.cage import (
    CHECKPOINT,
    ENVIRONMENT,
    Bounds,
    Cage,
    cage_for,
    command,
    environment,
    memory_here,
    read_bounds,
)
from harness.errors import UsageError


def test_only_what_is_named_is_shown(tmp_path: Path) -> None:
    """Every mount of the host is read-only and is one of the cage's; the root and the two scratch folders are new."""
    cage = cage_for(_checkpoint(tmp_path))
    words = command(cage, "bwrap", 7, 1000, ["python"])
    mounts = [words[n + 1 : n + 3] for n, word in enumerate(words) if word in ("--ro-bind", "--bind", "--dev-bind")]
    shown = {(str(source), str(place)) for source, place in cage.shown}
    system = {(f"/{name}", f"/{name}") for name in ("bin", "sbin", "lib", "lib32", "lib64")}
    devices = {(str(device), str(device)) for device in cage.devices}
    assert {tuple(pair) for pair in mounts} <= shown | system | devices
    assert "--bind" not in words
    for needed in ("--unshare-net", "--unshare-pid", "--unshare-user", "--die-with-parent", "--clearenv", "--seccomp"):
        assert needed in words
    assert words[words.index("--cap-drop") + 1] == "ALL"
    assert words[-2:] == ["--", "python"]


def test_our_own_package_among_the_libraries_is_hidden_but_for_the_engine() -> None:
    """Where the harness is installed beside its libraries, its folder is emptied before the engine is put into it."""
    package = Path(harness.__file__).parent
    shown = ((package.parent, package.parent), (package / "engine", package / "engine"))
    words = command(Cage(shown, (package,), (), (), CHECKPOINT / "x"), "bwrap", 7, 1000, [])
    places = [words.index(str(package.parent)), words.index(str(package)), words.index(str(package / "engine"))]
    assert places == sorted(places)
    assert words[places[1] - 1] == "--tmpfs"


def test_a_workspace_among_the_systems_files_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project below /usr, as in many containers: records, secrets, tasks and caches are emptied."""
    space = tmp_path / "usr/src/app"
    for name in ("configs", "submissions", "secrets", "tasks", "runs"):
        (space / name).mkdir(parents=True)
    monkeypatch.setenv("DEFI_ROOT", str(space))
    monkeypatch.delenv("DEFI_RUNS", raising=False)
    hidden = cage_for(_checkpoint(tmp_path), host=tmp_path).hidden
    assert {path.name for path in hidden} >= {"configs", "submissions", "secrets", "tasks", "runs"}


def test_an_installation_in_a_scratch_folder_is_shown() -> None:
    """The worker's empty /tmp comes first: a checkout, an environment or a checkpoint may lie in the host's."""
    shown = ((Path("/tmp/clone/.venv"), Path("/tmp/clone/.venv")),)
    words = command(Cage(shown, (), (), (), CHECKPOINT / "x"), "bwrap", 7, 1000, [])
    assert words.index("/tmp") < words.index("/tmp/clone/.venv")


def test_links_of_a_cache_are_shown_as_the_files_they_lead_to(tmp_path: Path) -> None:
    """A checkpoint whose files are links is shown file by file, each from where it really is."""
    folder = _checkpoint(tmp_path)
    blob = tmp_path / "blob"
    blob.write_text("weights")
    (folder / "model.safetensors").symlink_to(blob)
    pairs = [pair for pair in cage_for(folder).shown if pair[1].is_relative_to(CHECKPOINT)]
    assert sorted(pairs) == [
        (blob, CHECKPOINT / "weights/model.safetensors"),
        (folder / "config.json", CHECKPOINT / "weights/config.json"),
    ]


def test_gpus_are_shown_where_there_are_any(tmp_path: Path) -> None:
    """The nodes of every NVIDIA device, and those that its driver needs beside them."""
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "sda"):
        (tmp_path / "dev").mkdir(exist_ok=True)
        (tmp_path / "dev" / name).touch()
    devices = cage_for(_checkpoint(tmp_path), host=tmp_path).devices
    assert {device.name for device in devices} == {"nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"}


def test_the_environment_is_a_list() -> None:
    """Settings of libraries pass; secrets, tokens and the harness's own variables do not, whatever they are called."""
    ours = {"OMP_NUM_THREADS": "3", "HF_TOKEN": "t", "DEFI_KEY": "k", "AWS_SECRET_ACCESS_KEY": "s", "HOME": "/root"}
    found = environment(ours)
    assert found["OMP_NUM_THREADS"] == "3"
    assert found["HOME"] == "/tmp"
    assert not {"HF_TOKEN", "DEFI_KEY", "AWS_SECRET_ACCESS_KEY"} & found.keys()
    assert not [name for name in ENVIRONMENT if any(word in name for word in ("TOKEN", "SECRET", "KEY", "PASS"))]


def test_bounds_are_configuration() -> None:
    """What is null is the default; another name, and what is no number, are refused with what there is."""
    assert read_bounds({"memory_bytes": None, "silence": 5}) == Bounds(silence=5)
    with pytest.raises(UsageError, match="processes"):
        read_bounds({"proceses": 3})
    for wrong in (0, -1, "many", True):
        with pytest.raises(UsageError, match="no bound"):
            read_bounds({"silence": wrong})


def test_memory_is_that_of_the_job(tmp_path: Path) -> None:
    """The least of what the machine, Slurm and the control groups say, of version 2 and 1; 0 and `max` say nothing."""
    whole = memory_here({}, tmp_path)
    assert whole == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert memory_here({"SLURM_MEM_PER_NODE": "1024"}, tmp_path) == 1 << 30
    assert memory_here({"SLURM_MEM_PER_NODE": "0"}, tmp_path) == whole
    assert memory_here({"SLURM_MEM_PER_CPU": "512", "SLURM_CPUS_ON_NODE": "4"}, tmp_path) == 2 << 30
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("9:memory:/slurm/job_7\n8:cpu,cpuacct:/x\n0::/system/job_7/step_0\n")
    for place, said in (("system/job_7", "900000000"), ("system/job_7/step_0", "max"), ("memory/slurm/job_7", "")):
        (tmp_path / "sys/fs/cgroup" / place).mkdir(parents=True)
        name = "memory.max" if said else "memory.limit_in_bytes"
        (tmp_path / "sys/fs/cgroup" / place / name).write_text(f"{said or 800000000}\n")
    assert memory_here({"SLURM_MEM_PER_NODE": "1024"}, tmp_path) == 800_000_000
    (tmp_path / "proc/self/cgroup").write_text("0::/system/job_7/step_0\n")
    assert memory_here({}, tmp_path) == 900_000_000


def _checkpoint(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder
