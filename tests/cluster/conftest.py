"""A real Slurm cluster for the tests of this folder, brought up once, or a skip that names the packages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slurm.host import SlurmHost
from slurm.requirements import why_not


@pytest.fixture(scope="session")
def running_cluster() -> Iterator[SlurmHost]:
    """The one cluster that all tests share."""
    if reason := why_not():
        pytest.skip(reason)
    with SlurmHost() as host:
        yield host


@pytest.fixture
def cluster(running_cluster: SlurmHost, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlurmHost]:
    """The cluster with nothing on it, all its nodes up, and named by the environment of the test."""
    monkeypatch.setenv("SLURM_CONF", str(running_cluster.configuration))
    yield running_cluster
    running_cluster.heal()
