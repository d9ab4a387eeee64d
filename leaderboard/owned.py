"""Whose a file is."""

from __future__ import annotations

import os
from pathlib import Path


def is_ours(file: Path) -> bool:
    """Whether a file is this account's; where there are no accounts, every one is."""
    return not hasattr(os, "geteuid") or file.lstat().st_uid == os.geteuid()
