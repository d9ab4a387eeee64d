"""What is said of the machine a run was made on."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.record.conditions import conditions


def test_hardware_is_read_from_the_host(tmp_path: Path) -> None:
    """Processor and accelerators are named as the kernel and the driver name them."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("processor\t: 0\nmodel name\t: A Fine Processor @ 2 GHz\n")
    gpu = tmp_path / "proc/driver/nvidia/gpus/0000:01:00.0"
    gpu.mkdir(parents=True)
    (gpu / "information").write_text("Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 42\n")
    found = conditions(tmp_path)["hardware"]
    assert found["processor"] == "A Fine Processor @ 2 GHz"
    assert found["accelerators"] == ["NVIDIA H100 80GB HBM3"]
    assert found["memory_bytes"] > 1 << 20


def test_what_was_not_measured_is_not_a_zero(tmp_path: Path) -> None:
    """Energy is absent and the network is said not to be isolated; no accelerator is an empty list."""
    found = conditions(tmp_path)
    assert found["energy"] is None
    assert found["network"] == "not isolated"
    assert found["hardware"]["accelerators"] == []


def test_only_named_variables_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret in the environment never reaches a record."""
    monkeypatch.setenv("MY_TOKEN", "hunter2")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    found = conditions()
    assert found["environment"]["OMP_NUM_THREADS"] == "3"
    assert "hunter2" not in str(found)
    assert found["packages"]["grand-defi"]
