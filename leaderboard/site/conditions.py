"""The conditions on record of a submission, in words: what each is called, its value, and its unit. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from harness.types import Json
from leaderboard.site.language import Language
from leaderboard.site.view import flattened

_NAMED = {"packages.": "condition.package", "system.locks.files.": "condition.locked"}  # names that hold another's
_DURATIONS = ("budget.planned.seconds", "budget.spent.seconds")
_ENERGIES = ("budget.planned.joules", "budget.spent.joules")
_DIGITS = 6  # of a small number; a tolerance is 0.0001


def in_words(conditions: Mapping[str, Json], say: Language) -> Iterator[tuple[Markup, Markup]]:
    """`(name, value)` of every condition, in the record's order."""
    for key, value in flattened(conditions):
        yield _name(key, say), _value(key, value, say)


def _name(key: str, say: Language) -> Markup:
    if say.has(f"condition.{key}"):
        return say.text(f"condition.{key}")
    for prefix, text in _NAMED.items():
        if key.startswith(prefix):
            return say.text(text, name=key.removeprefix(prefix))
    return _foreign(key)


def _value(key: str, value: Json, say: Language) -> Markup:
    if value is None or value == "":
        return say.text("conditions.unknown" if value is None else "conditions.none")
    if isinstance(value, bool):
        return say.text("conditions.yes" if value else "conditions.no")
    if isinstance(value, int | float):
        return _number(key, value, say)
    if key == "inference.seeds.hash" and value == "random":
        return say.text("conditions.drawn")
    word = "word." + str(value).replace(" ", "_")
    return say.text(word) if say.has(word) else _foreign(str(value))


def _number(key: str, value: float, say: Language) -> Markup:
    """A number with the unit that its key has; a seed and other plain numbers have none."""
    if key == "hardware.memory_bytes":
        return say.text("conditions.gibibytes", value=say.number(value / 1024**3, 1))
    if key in _DURATIONS:
        return say.duration(value)
    if key in _ENERGIES:
        return say.energy(value)
    if isinstance(value, int):
        return escape(say.number(value))
    digits = next((digits for digits in range(_DIGITS) if round(value, digits) == value), _DIGITS)
    return escape(say.number(value, digits))


def _foreign(text: str) -> Markup:
    """A word of a machine's or a package's, which may run in another direction than the page."""
    return Markup("<bdi>{}</bdi>").format(text)
