"""A network that lies about texts: in the tests' cages it stands where `harness/engine/replay.py` stands."""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from pathlib import Path
from typing import Any, Self

import numpy as np

from harness.engine.base import EngineContext
from harness.engine.confined.reading import Reading, ReadingEngine

PART = 1 << 14
GOOD = {"logprob": [-1.0, -2.0], "mean": [-2.0, -2.0], "spread": [1.0, 0.5], "expected": [True, False]}


class HostileReader(ReadingEngine):
    """Says `act` of every text; by its name it is the engine that was asked for."""

    def __init__(self, context: EngineContext, act: str) -> None:
        """Keep what to do."""
        super().__init__(context)
        self.act, self.out = act, int(sys.argv[2])

    def __enter__(self) -> Self:
        return self

    @property
    def reader(self) -> Any:
        return self

    def fits(self, text: str) -> Any:
        return "perhaps" if self.act == "unsure" else True

    def likelihood(self, text: str) -> Any:
        return {"certain": 5.0, "wordy": "much"}.get(self.act, -1.0)

    def read(self, text: str) -> Reading:
        getattr(self, self.act.replace("-", "_"))(text)
        numbers = {name: np.array(values) for name, values in GOOD.items()}
        return Reading(**numbers)

    def say(self, reading: Any, more: Any = False, kind: str = "reading") -> None:
        data = json.dumps({"kind": kind, "reading": reading, "more": more}).encode()
        os.write(self.out, struct.pack(">I", len(data)) + data)

    def honest(self, text: str) -> None:
        """Nothing but the reading."""

    def infinite(self, text: str) -> None:
        self.say({**GOOD, "logprob": [-1.0, float("-inf")]})

    def numberless(self, text: str) -> None:
        self.say({**GOOD, "mean": [float("nan"), -1.0]})

    def astronomic(self, text: str) -> None:
        self.say({**GOOD, "spread": [10**400, 1.0]})

    def likelier(self, text: str) -> None:
        self.say({**GOOD, "logprob": [0.5, -1.0]})

    def narrow(self, text: str) -> None:
        self.say({**GOOD, "spread": [-1.0, 1.0]})

    def short(self, text: str) -> None:
        self.say({**GOOD, "mean": [-1.0]})

    def empty(self, text: str) -> None:
        self.say({key: [] for key in GOOD})

    def flagless(self, text: str) -> None:
        self.say({**GOOD, "expected": [1, 0]})

    def listless(self, text: str) -> None:
        self.say([1, 2])

    def answering(self, text: str) -> None:
        self.say(GOOD, kind="completion")

    def dribbling(self, text: str) -> None:
        while True:
            self.say(GOOD, more=True)

    def endless(self, text: str) -> None:
        full = {"logprob": [-1] * PART, "mean": [-1] * PART, "spread": [1] * PART, "expected": [True] * PART}
        while True:
            self.say(full, more=True)

    def silent(self, text: str) -> None:
        time.sleep(3600)

    def peek(self, text: str) -> None:
        seen = [path for path in text.split() if Path(path).exists()]
        held = [name for name in os.environ if "DEFI" in name or "KEY" in name]
        raise ValueError(f"seen {seen} held {held}")


class LongReader(HostileReader):
    """A text of 40,000 tokens, whose numbers tell their place."""

    def read(self, text: str) -> Reading:
        places = np.arange(40_000, dtype=np.float64)
        return Reading(-places / 7, -places / 3, places / 11, places % 3 == 0)
