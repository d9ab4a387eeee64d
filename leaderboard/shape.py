"""Whether a record says what the table can read: one that does not is refused by itself, and stops nobody else's row.

Only what would stop the table or the site is asked: a record of ours may say more, and a later version's may as well.

Sealed records are checked against their seal (`harness.attest.intact`). This is for one that is not sealed yet, or was
sealed by something else than ours: a disk's fault, a hand's edit, a later version.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from harness.record import Run
from harness.types import Json
from leaderboard.ranking.rows import as_rows

_MOST = 10**15  # parameters, tokens: the manifest's bound
_HUGE = 2**63 - 1  # what a column of whole numbers holds
_TEXT = {"type": "string"}
_WORDS = {"type": ["string", "null"]}
_COUNT = {"type": ["integer", "null"], "minimum": 0, "maximum": _MOST}
_AMOUNTS = {"type": "object", "additionalProperties": {"type": ["number", "string", "boolean", "null"]}}
_FACTS = {"type": ["object", "null"]}
_TEXTS = ("engine", "dtype", "prompting", "license", "training_data", "contact", "digest", "country")
_STATES = ("planned", "running", "generated", "scored", "failed", "refused", "withdrawn", "disqualified")
_ENERGY = {
    "type": ["object", "null"],
    "properties": {"measured": {"type": "boolean"}, "why": _WORDS},
    "if": {"properties": {"measured": {"const": True}}, "required": ["measured"]},
    "then": {
        "required": ["joules", "idle", "scope"],
        "properties": {
            "joules": {"type": "number", "minimum": 0},
            "idle": _WORDS,
            "scope": _TEXT,
        },
    },
}
_SHAPE: Mapping[str, Json] = {
    "properties": {
        "submission": {
            "type": "object",
            "properties": {
                "title": _TEXT,
                **dict.fromkeys(_TEXTS, _WORDS),
                **dict.fromkeys(("parameters", "context_length"), _COUNT),
                "languages": {"type": "array", "items": _TEXT},
                "baseline": {"type": "boolean"},
                "weights": {"enum": ["open", "closed", "", None]},
            },
        },
        "plan": {"type": ["object", "null"], "properties": {"hash": _WORDS}},
        "conditions": {
            "type": "object",
            "properties": {
                **dict.fromkeys(("hardware", "isolation"), _FACTS),
                "energy": _ENERGY,
                "departures": {
                    "type": "array",
                    "items": {"type": "object", "required": ["rule"], "properties": {"rule": _TEXT}},
                },
                "budget": {
                    "type": "object",
                    "anyOf": [{"maxProperties": 0}, {"required": ["planned", "spent"]}],
                    "properties": dict.fromkeys(("planned", "spent"), _AMOUNTS),
                },
            },
        },
        "state": {"enum": list(_STATES)},
        "reason": _TEXT,
    }
}


def misshapen(run: Run) -> str:
    """The first thing of a record that no record of ours says, in words; empty where all can be read."""
    from jsonschema.exceptions import best_match

    said = {name: getattr(run, name) for name in ("submission", "plan", "conditions", "state", "reason")}
    if wrong := best_match(_validator().iter_errors(said)):
        return ".".join(str(part) for part in wrong.absolute_path) + " is not what a record has there"
    if place := next(_unwritable({"submission": run.submission, "conditions": run.conditions}), ""):
        return f"{place} is no number that can be written down"
    values = as_rows(run.scores).values
    scored = values[~np.isnan(values)]
    return "" if bool(((scored >= 0) & (scored <= 1)).all()) else "a score is not between 0 and 1"


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_SHAPE)


def _unwritable(value: Json, place: str = "") -> Iterator[str]:
    """The places of numbers that JSON does not have, or that are too large for a column."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _unwritable(entry, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for number, entry in enumerate(value):
            yield from _unwritable(entry, f"{place}.{number}")
    elif (isinstance(value, float) and not math.isfinite(value)) or (isinstance(value, int) and abs(value) > _HUGE):
        yield place
