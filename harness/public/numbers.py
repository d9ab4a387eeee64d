"""The number that a text ends on, as lm-evaluation-harness's flexible extraction finds it."""

from __future__ import annotations

import re

_FLEXIBLE = re.compile(r"(-?[$0-9.,]{2,})|(-?[0-9]+)")


def last_number(text: str) -> str:
    """The last run that looks like a number, as it is written; empty where there is none."""
    found = list(_FLEXIBLE.finditer(text))
    return found[-1].group() if found else ""


def bare(number: str) -> str:
    """A number without separators, currency and final period."""
    return number.replace(",", "").replace("$", "").removesuffix(".")
