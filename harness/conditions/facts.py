"""All that is said of a run's circumstances before and while it runs, apart from what it spends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from harness.conditions.environment import environment
from harness.conditions.hardware import clocks, hardware
from harness.conditions.nvml import Driver, open_driver
from harness.engine.base import Engine
from harness.types import Json, Sampling

SCHEMA = "grand-defi/conditions/2"
_CAPS = ("rows", "max_sequences")  # what engines call the most requests that they compute together

_DEFAULT = "default"  # of the engine, for the device that it runs on


def conditions(host: Path = Path("/"), driver: Driver | None = None) -> dict[str, Json]:
    """What can be said of a machine; `host` is where `/proc`, `/sys` and `/run` are found."""
    reached = open_driver() if driver is None else driver
    try:
        machine = {"hardware": hardware(host, reached), "clocks": clocks(reached)}
    finally:
        if driver is None:
            reached.close()
    return {"schema": SCHEMA, **machine, **environment(host)}


def inference(engine: Engine) -> dict[str, Json]:
    """What of an engine's identity a round may state, under names that all engines share; the plan holds the rest."""
    identity = engine.identity
    return {
        "engine": identity.get("name", "unknown"),
        "dtype": identity.get("dtype", "none"),
        "device": identity.get("device", "none"),
        "concurrency": next((identity[key] or _DEFAULT for key in _CAPS if key in identity), None),
        "batch_invariant": identity.get("batch_invariant"),  # None: nothing but the tolerance is claimed
        "tolerance": engine.tolerance,
        "seeds": {
            "engine": identity.get("seed"),
            "sampling": Sampling(0).seed,  # no task draws another; the plan's hashes hold each request's own
            "hash": os.environ.get("PYTHONHASHSEED", "random"),
        },
    }


def isolation(engine: Engine) -> dict[str, Json]:
    """How the weights are kept apart, as the engine found when it was entered."""
    stated: Mapping[str, Json] | None = getattr(engine, "isolation", None)
    return dict(stated) if stated else {"kind": "none", "reason": "the engine runs in the harness's own process"}


def network(separated: Mapping[str, Json]) -> str:
    """`isolated` only where a connection that must fail was tried and failed."""
    tried = separated.get("network")
    return "isolated" if isinstance(tried, Mapping) and tried.get("isolated") is True else "not isolated"
