"""The threat model names tests: each of them exists."""

from __future__ import annotations

import re
from pathlib import Path


def test_every_test_that_the_threat_model_names_exists(checkout: Path) -> None:
    """A row whose test was renamed or removed is a promise that nothing shows."""
    text = (checkout / "docs/threat-model.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", text)
    assert len(named) > 20
    lost = [
        f"{file}::{test}"
        for file, test in named
        if not (path := checkout / "tests" / file).is_file() or f"def {test}(" not in path.read_text(encoding="utf-8")
    ]
    assert lost == []
