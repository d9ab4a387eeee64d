"""From a cluster's configuration to a launcher, and from an entry to what its jobs need."""

from __future__ import annotations

from collections.abc import Callable

from harness.attest.keys import signing_key
from harness.conduct import Terms
from harness.config import Settings
from harness.errors import UnknownNameError
from harness.launch.base import Launcher, Needs
from harness.launch.errand import Errand
from harness.launch.local import LocalLauncher
from harness.record import RoundPaths
from harness.workspace import Workspace

KINDS = ("local", "slurm")


def new_launcher(settings: Settings, paths: RoundPaths, do: Callable[[Errand], None]) -> Launcher:
    """The configured launcher; UnknownNameError lists the kinds there are."""
    kind = settings.cluster["kind"]
    if kind == "local":
        return LocalLauncher(do, settings.cluster["workers"])
    raise UnknownNameError("kind of cluster", str(kind), KINDS, where="cluster.kind")


def terms_of(settings: Settings) -> Terms:
    """How the round is conducted there."""
    cluster = settings.cluster
    sharded = cluster.get("shard_tokens") is not None
    given = {key: cluster[key] for key in ("tries", "pause", "look_every") if cluster.get(key) is not None}
    return Terms(sharded=sharded, sealing=signing_key() is not None, **given)


def needs_of(workspace: Workspace, settings: Settings, errand: Errand) -> Needs:  # noqa: ARG001
    """What an errand's job takes."""
    return Needs()
