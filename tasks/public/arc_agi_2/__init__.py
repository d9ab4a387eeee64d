"""ARC-AGI-2 (Chollet et al. 2025, arXiv:2505.11831): rules of grids, harder than those of ARC-AGI-1.

Prompt, reader and judgement are those of `public/arc_agi_1`. There is one attempt; the published rule allows two. A
task with several test inputs is as many items here, of which each counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tasks.public.arc_agi_1 import ArcAgi


class ArcAgi2(ArcAgi):
    """Composed rules of grids."""

    sets: ClassVar[Sequence[str]] = ("evaluation",)


TASK = ArcAgi2(Path(__file__).parent)
