"""Where an entry's weights are while it is examined: in a worker of their own, as in a round (docs/worker.md)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from harness.config import engine_class, new_engine
from harness.contamination.methods import Evidence
from harness.engine.base import Engine, EngineContext
from harness.engine.confined.cage import Bounds
from harness.engine.confined.engine import ConfinedEngine, Policy
from harness.engine.confined.reader import ConfinedReader
from harness.types import Json

AGAIN = "run it again; where that is in vain, look at the bounds: worker.memory_bytes, worker.silence"


def answering(configured: Mapping[str, Json], context: EngineContext, policy: Policy, bounds: Bounds) -> Engine:
    """The entry's engine, made as a round makes it: confined where it runs weights."""
    inner: Engine = new_engine(configured, context)
    if not getattr(engine_class(configured["_target_"]), "runs_weights", False):
        return inner
    engine = ConfinedEngine(inner, context, configured, policy, bounds)
    engine.lost_remedy = AGAIN
    return engine


def reading(context: EngineContext, policy: Policy, bounds: Bounds) -> ConfinedReader:
    """The entry's network, to be read."""
    reader = ConfinedReader(context, policy, bounds)
    reader.lost_remedy = AGAIN
    return reader


def examined(evidence: Evidence, worker: object) -> Evidence:
    """The evidence with how the process was isolated that it comes from; as it is where no weights were run."""
    isolation = getattr(worker, "isolation", None)
    if isolation is None or evidence.p is None:
        return evidence
    return dataclasses.replace(evidence, facts={**evidence.facts, "isolation": isolation["kind"]})


def warning(worker: object) -> str:
    """What has to be said of a worker that was not isolated; empty where it was, and where no weights were run."""
    isolation: Mapping[str, Json] = getattr(worker, "isolation", {})
    if isolation.get("kind") != "process":
        return ""
    return f"the weights ran without isolation: {isolation['reason']}"
