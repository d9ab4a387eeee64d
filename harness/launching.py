"""From a cluster's configuration to a launcher, and to the terms on which a round is conducted there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harness.attest.keys import signing_key
from harness.conduct import Terms
from harness.config import Settings
from harness.errors import UnknownNameError, UsageError
from harness.launch.base import Launcher
from harness.launch.errand import Errand
from harness.launch.local import LocalLauncher
from harness.launch.site import KEYS as SITE_KEYS
from harness.launch.site import demand_keys, read_site
from harness.needs import needs_of
from harness.record import RoundPaths
from harness.states import PRIVATE
from harness.types import Json

__all__ = ["KINDS", "cluster_named", "needs_of", "new_launcher", "terms_of"]

KINDS = ("local", "slurm")
_HERE = "local"  # the file that `configs/config.yaml` chooses
_TERMS = {"tries": 1, "pause": 0.0, "look_every": 0.05}  # and the least that each may be
_LOCAL = ("kind", "workers", "shard_tokens", "ladder_tokens", "tokens_per_second", *_TERMS)
_SLURM_TERMS = {"tries": 20, "pause": 60.0, "look_every": 30.0}  # a controller serves many: it is not asked often


def cluster_named(overrides: Sequence[str]) -> str:
    """Which file of `configs/cluster/` a command's words choose; UnknownNameError for a key that no cluster has."""
    named = [one.partition("=")[2] for one in overrides if one.startswith("cluster=")]
    cluster = [_HERE, *named][-1]
    demand_keys(overrides, _LOCAL if cluster == _HERE else {*SITE_KEYS, *_LOCAL})  # of which kind it is says its file
    return cluster


def new_launcher(
    settings: Settings, paths: RoundPaths, do: Callable[[Errand], None], cluster: str = "slurm"
) -> Launcher:
    """The configured launcher, for a site the file of that name; UnknownNameError lists the kinds there are."""
    if _kind(settings.cluster) == "local":
        workers = settings.cluster["workers"]
        if type(workers) is not int or workers < 1:
            what = f"{workers!r} is no whole number of at least 1"
            raise UsageError(what, where="cluster.workers", remedy="how many worker processes run side by side")
        return LocalLauncher(do, workers)
    from harness.launch.slurm import SlurmLauncher

    jobs = paths.folder / PRIVATE / "jobs"  # a traceback may quote a question
    return SlurmLauncher(paths.round, paths.folder, jobs, read_site(settings.cluster), do, cluster)


def terms_of(settings: Settings) -> Terms:
    """How the round is conducted there."""
    cluster = settings.cluster
    slurm = _kind(cluster) == "slurm"
    given = {key: cluster[key] for key in _TERMS if cluster.get(key) is not None}
    for key, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < _TERMS[key]:
            raise UsageError(f"{value!r} is too little", where=f"cluster.{key}", remedy=f"at least {_TERMS[key]}")
    terms = {**(_SLURM_TERMS if slurm else {}), **given}
    sharded, sealing = cluster.get("shard_tokens") is not None, signing_key() is not None
    return Terms(sharded=sharded, sealing=sealing, elsewhere=slurm, **terms)


def _kind(cluster: Mapping[str, Json]) -> str:
    """Which launcher; the keys of this machine's are checked here, those of a site where it is read."""
    kind = str(cluster["kind"])
    if kind not in KINDS:
        raise UnknownNameError("kind of cluster", kind, KINDS, where="cluster.kind")
    if kind == "local":
        for key in cluster:
            if key not in _LOCAL:
                raise UnknownNameError("key of a cluster", key, _LOCAL, where="cluster")
    return kind
