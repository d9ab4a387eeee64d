"""What a rule is, and the comparisons that instructions state."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from harness.errors import UnknownNameError
from harness.types import Json

Settings = Mapping[str, Json]  # an instruction's own numbers and words, as the data give them
Rule = Callable[[str, Settings], bool]  # whether a text that is not blank follows an instruction

_RELATIONS: Mapping[str, Callable[[int, int], bool]] = {
    "at least": operator.ge,
    "less than": operator.lt,
    "au moins": operator.ge,
    "moins de": operator.lt,
    "al menos": operator.ge,
    "como máximo": operator.le,
}


def compare(count: int, settings: Settings, relation: str, bound: str) -> bool:
    """Whether `count` stands in the relation to the bound, both named by their keys in the settings.

    Without a relation the data mean "at least"; a bound that is no whole number is compared as it is.
    """
    name = settings.get(relation) or "at least"
    if name not in _RELATIONS:
        raise UnknownNameError("relation", str(name), _RELATIONS, where=relation)
    return _RELATIONS[name](count, settings[bound])
