"""Kinds of error that may be told, also in a sealed round: the class alone says nothing of an item."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping

from harness import errors

# kind of error -> in French, in English: all that a sealed round says of it
FAULTS: Mapping[str, tuple[str, str]] = {
    "CheckpointError": ("le modèle ne peut pas être chargé", "the checkpoint cannot be loaded"),
    "ConditionsError": (
        "la machine ne répond pas aux conditions de la manche",
        "the machine is not what the round states",
    ),
    "EngineError": ("le moteur ne peut pas continuer", "the engine cannot go on"),
    "ManifestError": ("le manifeste est illisible", "the manifest cannot be read"),
    "MemoryError": ("la mémoire ne suffit pas", "there is not enough memory"),
    "OSError": ("le système a refusé une lecture ou une écriture", "the system refused to read or write"),
    "PlanChangedError": ("le plan n’est plus celui du début", "the plan is not the one it was begun under"),
    "SandboxUnavailableError": ("aucun isolement n’est possible", "no isolation can be had"),
    "WorkerLostError": ("le processus du modèle a disparu", "the model’s process died"),
}
_CLASS = re.compile(r"([A-Za-z]{3,60})(?::|$)")


def fault_of(reason: str) -> str:
    """The kind of error that a reason begins with; empty where it names none that is known here."""
    found = _CLASS.match(reason)
    return found[1] if found and found[1] in _known() else ""


def _known() -> set[str]:
    theirs = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    ours = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    return {*FAULTS, *ours, *theirs, "KeyboardInterrupt"}
