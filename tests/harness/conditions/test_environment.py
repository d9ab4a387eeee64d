"""What surrounds a run: containers, locks, packages, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.canonical import sha256_text
from harness.conditions.environment import container, environment, locks
from harness.conditions.facts import conditions

DIGEST = "sha256:" + "ab" * 32


def test_only_named_variables_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret in the environment never reaches a record, and a long value is cut."""
    monkeypatch.setenv("MY_TOKEN", "hunter2")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "x" * 999)
    found = conditions()
    assert found["environment"]["OMP_NUM_THREADS"] == "3"
    assert len(found["environment"]["CUDA_VISIBLE_DEVICES"]) == 200
    assert "hunter2" not in str(found)
    assert found["packages"]["grand-defi"]


def test_no_container_is_none_known(tmp_path: Path) -> None:
    """Where nothing shows a container, none is known; that is not to say that there is none."""
    assert container(tmp_path, {"DEFI_IMAGE_DIGEST": DIGEST}) == {"kind": "none known"}


def test_containers_are_told_apart(tmp_path: Path) -> None:
    """Apptainer by its variable (the image's name, not its path), docker by its file, others by their groups."""
    assert container(tmp_path, {"APPTAINER_CONTAINER": "/home/ada/defi.sif"}) == {
        "kind": "apptainer",
        "image": "defi.sif",
        "digest": None,
        "digest_from": "nothing here says it",
    }
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/kubepods.slice/pod1\n")
    assert container(tmp_path, {})["kind"] == "kubepods"
    (tmp_path / ".dockerenv").touch()
    assert container(tmp_path, {})["kind"] == "docker"


def test_an_image_digest_says_where_it_comes_from(tmp_path: Path) -> None:
    """Podman writes its image's digest; a launcher's word is said to be stated; what is no digest is not taken."""
    (tmp_path / ".dockerenv").touch()
    stated = container(tmp_path, {"DEFI_IMAGE_DIGEST": DIGEST})
    assert (stated["digest"], stated["digest_from"]) == (DIGEST, "stated by the launcher")
    assert container(tmp_path, {"DEFI_IMAGE_DIGEST": "latest"})["digest"] is None
    (tmp_path / "run").mkdir()
    (tmp_path / "run/.containerenv").write_text(f'engine="podman-5"\nimageid="{"cd" * 32}"\n')
    podman = container(tmp_path, {"DEFI_IMAGE_DIGEST": DIGEST})
    assert (podman["kind"], podman["digest"], podman["digest_from"]) == ("podman", f"sha256:{'cd' * 32}", "podman")


def test_locks_are_hashed(tmp_path: Path) -> None:
    """Every lock file has its hash, other files have none, and the installed distributions are one list."""
    (tmp_path / "constraints.txt").write_text("a==1\n")
    (tmp_path / "notes.txt").write_text("x")
    found = locks(tmp_path)
    assert found["files"] == {"constraints.txt": sha256_text("a==1\n")}
    assert found["installed"] > 20
    assert len(found["installed_sha256"]) == 64
    assert environment(tmp_path, {})["environment"] == {}
