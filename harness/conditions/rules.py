"""What a round states of its conditions, and where a run departs from it."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.canaries import rates
from harness.conditions.budgets import Budget, class_of
from harness.conditions.energy import Idle
from harness.errors import DefiError, RoundError
from harness.types import Json, Round, Submission

Isolation = Literal["required", "preferred", "none"]
DivisionRule = Literal["controlled_only", "open_allowed"]
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "isolation": ("required", "preferred", "none"),
    "network": ("none", "any"),
    "division": ("controlled_only", "open_allowed"),
}
_IDLE = ("keep", "subtract")
_LISTS = ("engines", "dtypes", "accelerators")
_SIZES = {"MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_NO_GPU = "none"  # among `accelerators`: a run on processors alone


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a round states; an empty list allows everything."""

    isolation: Isolation = "preferred"  # of the process that runs the weights
    network: Literal["none", "any"] = "any"  # none: a connection from beside the weights was tried, and failed
    engines: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()
    accelerators: tuple[str, ...] = ()  # as the driver names them; `none` for a run without
    min_memory: int = 0  # bytes of main memory
    idle: Idle = "keep"  # of energy
    budgets: tuple[Budget, ...] = ()
    division: DivisionRule = "controlled_only"
    canaries: tuple[float, float] = (0.0, 0.0)  # shares of the items that are asked again: repeated, reworded


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which a run is not as the round states."""

    rule: str  # key of the round's conditions
    stated: str
    found: str
    remedy: str


class ConditionsError(DefiError):
    """A run under other conditions than the round's, which allows no open division."""

    def __init__(self, departures: Iterable[Departure], where: str, ending: str = "") -> None:
        """Name each departure with its remedy."""
        self.departures = tuple(departures)
        found = "; ".join(f"{d.rule}: {d.found}, and the round states {d.stated}" for d in self.departures)
        remedies = "; ".join(dict.fromkeys(d.remedy for d in self.departures))
        super().__init__(f"not the round's conditions: {found}", where=where, remedy=ending or remedies)


def read_conditions(raw: Mapping[str, Json], where: str = "conditions") -> Conditions:
    """The `conditions:` of a round's configuration; RoundError names the wrong key and the valid ones."""
    valid = {f.name for f in dataclasses.fields(Conditions)} - {"idle"} | {"energy"}
    _refuse_unknown(raw, valid, where)
    for key, choices in _CHOICES.items():
        if raw.get(key, choices[0]) not in choices:
            raise RoundError(f"`{key}` is {raw[key]!r}", where=where, remedy=f"valid: {', '.join(choices)}")
    return Conditions(
        isolation=raw.get("isolation", "preferred"),
        network=raw.get("network", "any"),
        engines=_names(raw, "engines", where),
        dtypes=_names(raw, "dtypes", where),
        accelerators=_names(raw, "accelerators", where),
        min_memory=_bytes(raw.get("min_memory", 0), where),
        idle=_idle(raw.get("energy", {}), where),
        budgets=_budgets(raw.get("budgets", []), where),
        division=raw.get("division", "controlled_only"),
        canaries=rates(raw),
    )


def budget_of(round_: Round, submission: Submission) -> Budget:
    """What a submission may spend in a round; RoundError where it is in no class."""
    return class_of(read_conditions(round_.conditions).budgets, submission.parameters, where=submission.id)


def departures(
    stated: Conditions, facts: Mapping[str, Json], *, program: bool = False, joules: bool = False
) -> list[Departure]:
    """Where a run's facts (`conditions.json`) depart from what its round states, in the order of the rules.

    A program of the organisers' (`program`) runs no weights: engine, dtype and isolation say nothing of it. `joules`:
    the submission's class has a budget of joules, so that they must be measured.
    """
    checks = [_accelerators, _memory] if program else [_engine, _dtype, _accelerators, _memory, _isolation, _network]
    found = [departure for check in checks if (departure := check(stated, facts))]
    energy = facts.get("energy") or {}
    if joules and not program and not energy.get("measured") and (why := energy.get("why")):
        remedy = "run where energy is measured, or state no budget of joules"
        found.append(Departure("budgets", "a budget of joules", f"energy not measured ({why})", remedy))
    return found


# --- rules ---------------------------------------------------------------------------------------------------------


def _engine(stated: Conditions, facts: Mapping[str, Json]) -> Departure | None:
    return _listed("engines", stated.engines, facts["inference"]["engine"], "engine=")


def _dtype(stated: Conditions, facts: Mapping[str, Json]) -> Departure | None:
    return _listed("dtypes", stated.dtypes, facts["inference"]["dtype"], "engine.dtype=")


def _listed(rule: str, valid: tuple[str, ...], found: str, option: str) -> Departure | None:
    if not valid or found in valid:
        return None
    return Departure(rule, " or ".join(valid), found, f"run it with {option}{valid[0]}")


def _accelerators(stated: Conditions, facts: Mapping[str, Json]) -> Departure | None:
    """Every visible GPU must be of a kind that the round names."""
    found = facts["hardware"]["accelerators"] or [_NO_GPU]
    wrong = sorted(set(found) - set(stated.accelerators))
    if not stated.accelerators or not wrong:
        return None
    remedy = "run it on a machine with these, or show the run these alone (CUDA_VISIBLE_DEVICES)"
    return Departure("accelerators", " or ".join(stated.accelerators), ", ".join(wrong), remedy)


def _memory(stated: Conditions, facts: Mapping[str, Json]) -> Departure | None:
    found = facts["hardware"]["memory_bytes"]
    if found >= stated.min_memory:
        return None
    return Departure("min_memory", _said(stated.min_memory), _said(found), "run it on a machine with more memory")


def _isolation(stated: Conditions, facts: Mapping[str, Json]) -> Departure | None:
    isolation = facts["isolation"]
    if stated.isolation != "required" or isolation["kind"] not in ("none", "process", "not started"):
        return None
    why = isolation.get("reason") or isolation["kind"]
    return Departure("isolation", "required", f"none ({why})", "run it where bwrap and user namespaces work")


def _network(stated: Conditions, facts: Mapping[str, Json]) -> Departure | None:
    if stated.network == "any" or facts["network"] == "isolated":
        return None
    return Departure("network", "none", facts["network"], "run it where bwrap and user namespaces work")


def _said(size: int) -> str:
    return f"{size / _SIZES['GiB']:.1f} GiB"


# --- reading -------------------------------------------------------------------------------------------------------


def _refuse_unknown(raw: Json, valid: set[str], where: str) -> None:
    if not isinstance(raw, Mapping):
        raise RoundError(f"{raw!r} is no mapping", where=where, remedy=f"valid keys: {', '.join(sorted(valid))}")
    if unknown := sorted(str(key) for key in raw.keys() - valid):
        raise RoundError(f"unknown keys {unknown}", where=where, remedy=f"valid keys: {', '.join(sorted(valid))}")


def _names(raw: Mapping[str, Json], key: str, where: str) -> tuple[str, ...]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(name, str) and name for name in found):
        raise RoundError(f"`{key}` is {found!r}, and must be a list of names", where=where, remedy=f"{key}: [] for any")
    return tuple(found)


def _bytes(raw: Json, where: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?(MiB|GiB|TiB)", raw) if isinstance(raw, str) else None
    if match:
        return int(float(match[1]) * _SIZES[match[2]])
    if type(raw) is int and raw >= 0:
        return raw
    raise RoundError(f"`min_memory` is {raw!r}", where=where, remedy="for instance 16 GiB (MiB, GiB, TiB), or bytes")


def _idle(raw: Json, where: str) -> Idle:
    _refuse_unknown(raw, {"idle"}, f"{where}.energy")
    found: Idle = raw.get("idle", "keep")
    if found not in _IDLE:
        raise RoundError(f"`idle` is {found!r}", where=f"{where}.energy", remedy=f"valid: {', '.join(_IDLE)}")
    return found


def _budgets(raw: Json, where: str) -> tuple[Budget, ...]:
    if not isinstance(raw, list):
        raise RoundError(f"`budgets` is {raw!r}, and must be a list of classes", where=where)
    found = tuple(_budget(entry, f"{where}.budgets[{number}]") for number, entry in enumerate(raw))
    if len({budget.up_to for budget in found}) < len(found):
        raise RoundError("two classes have the same `up_to`", where=f"{where}.budgets", remedy="one class a size")
    return found


def _budget(raw: Json, where: str) -> Budget:
    kinds: dict[str, tuple[type, ...]] = {
        "up_to": (int,),
        "tokens_per_item": (int,),
        "seconds": (int, float),
        "joules": (int, float),
    }
    _refuse_unknown(raw, set(kinds), where)
    for key, fit in kinds.items():
        if raw.get(key) is not None and not (type(raw[key]) in fit and 0 < raw[key] < math.inf):
            raise RoundError(f"`{key}` is {raw[key]!r}", where=where, remedy="a positive number, or null for no limit")
    return Budget(**raw)
