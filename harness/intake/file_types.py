"""The kinds of file that a checkpoint may hold, by name."""

from __future__ import annotations

ALLOWED = (".safetensors", ".json", ".jinja", ".txt", ".md", ".model", ".html")
ALLOWED_NAMES = ("LICENSE", "NOTICE")  # texts that often come without a suffix


def is_allowed(name: str) -> bool:
    """Whether a checkpoint may hold a file of this name."""
    return name.lower().endswith(ALLOWED) or name.rpartition("/")[2] in ALLOWED_NAMES
