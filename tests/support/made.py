"""What many tests begin with: an entry that needs no checkpoint."""

from __future__ import annotations

from typing import Any

from harness.types import CheckpointSource, Submission


def entry(**changes: Any) -> Submission:
    """A baseline's submission; `changes` are fields that a test wants otherwise."""
    facts: dict[str, Any] = {
        "team": "baselines",
        "entry": "x",
        "title": "X",
        "engine": "random",
        "checkpoint": CheckpointSource("none"),
        "files": {},
        "dtype": "float32",
        "prompting": "plain",
        "license": "Apache-2.0",
        "languages": ("fr",),
        "training_data": "none",
        "contact": "a@b.fr",
        "baseline": True,
        "parameters": 0,
        "context_length": 0,
        "digest": "cd" * 32,
    }
    return Submission(**{**facts, **changes})
