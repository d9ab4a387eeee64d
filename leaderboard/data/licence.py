"""Under which terms the data is published, and how it is cited."""

from __future__ import annotations

from collections.abc import Mapping

from harness.types import Json

NAME = "CC-BY-4.0"
URL = "https://creativecommons.org/licenses/by/4.0/"
PUBLISHER = "Grand Défi"


def citation(settings: Mapping[str, Json], language: str, address: str = "") -> str:
    """How to cite a round's data: publisher, title, date, and its address where there is one."""
    title = settings["title"].get(language) or settings["name"]
    return f"{PUBLISHER}, {title} ({settings['name']}), {settings['date']}" + (f", {address}" if address else "")
