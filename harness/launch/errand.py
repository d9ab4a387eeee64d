"""An errand: one stage of one submission's way through a round, as a job is told of it.

Only names cross from process to process: a job composes its configuration itself, so that no seed of a sealed round
is ever written into what a queue keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.errors import RecordError

# whole: plan, ask and score in one go; cut: intake, and the plan cut into shards; ask: one shard; score: put together,
# judge and seal; calibrate: ask a few items that are not the round's, to know what it will cost
Kind = Literal["whole", "cut", "ask", "score", "calibrate"]
KINDS: tuple[Kind, ...] = ("whole", "cut", "ask", "score", "calibrate")


@dataclass(frozen=True, slots=True)
class Errand:
    """What a job does."""

    kind: Kind
    round: str  # file of configs/round/
    submission: str  # TEAM/ENTRY
    shard: int = 0  # of kind ask, from 1
    overrides: tuple[str, ...] = ()
    root: str = ""  # the workspace's folder
    items: int = 0  # of kind calibrate: of every task, level and language
    seen: bool = False  # whether the folder of its checkpoint was there, from where it is sent

    @property
    def key(self) -> str:
        """`TEAM/ENTRY:ask:3`: unlike any other errand's of the round."""
        return f"{self.submission}:{self.kind}" + (f":{self.shard}" if self.kind == "ask" else "")


def parse_key(key: str) -> tuple[str, Kind, int]:
    """Submission, kind and shard of a key; RecordError where it is none."""
    submission, _, rest = key.partition(":")
    kind, _, shard = rest.partition(":")
    if kind not in KINDS or "/" not in submission or bool(shard) != (kind == "ask") or not (shard or "0").isdecimal():
        raise RecordError(f"{key!r} is no errand", remedy="for instance TEAM/ENTRY:ask:3")
    return submission, kind, int(shard or 0)
