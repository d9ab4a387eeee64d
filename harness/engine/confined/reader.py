"""A checkpoint that is read in a worker of its own: the numbers of `reading.Reader`, to the last bit, and not its word.

A worker that was taken over can send any numbers of the right form: a text can be made to look seen, or not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.engine.base import EngineContext
from harness.engine.confined.cage import Bounds
from harness.engine.confined.engine import ConfinedEngine, Policy
from harness.engine.confined.frames import ChannelError
from harness.engine.confined.messages import LONGEST_READING, read_fits, read_part, read_total
from harness.engine.confined.reading import Reading, ReadingEngine
from harness.types import Json

_ENGINE = {"_target_": f"{ReadingEngine.__module__}.{ReadingEngine.__qualname__}"}


class ConfinedReader(ConfinedEngine):
    """Reads texts as `Reader` does; entered and left like any engine, and under the same policy."""

    def __init__(
        self,
        context: EngineContext,
        policy: Policy = "preferred",
        bounds: Bounds | None = None,
        configured: Mapping[str, Json] | None = None,
    ) -> None:
        """Nothing is started before it is entered; `configured` is another reading engine than ours."""
        super().__init__(ReadingEngine(context), context, configured or _ENGINE, policy, bounds)

    def read(self, text: str) -> Reading:
        """Every token of a text; ContextOverflowError where it is longer than the context."""
        message = self._heard("tokens", text)
        numbers: dict[str, list[float]] = {"logprob": [], "mean": [], "spread": []}
        expected: list[bool] = []
        while True:
            try:
                part, flags, more = read_part(message)
                if len(expected) + len(flags) > LONGEST_READING:
                    raise ChannelError(f"a reading of more than {LONGEST_READING} tokens")
            except ChannelError as error:
                raise self._lost(error) from error
            for name, values in part.items():
                numbers[name] += values
            expected += flags
            if not more:
                break
            message = self._receive("reading")
        arrays = {name: np.array(values, dtype=np.float64) for name, values in numbers.items()}
        return Reading(**arrays, expected=np.array(expected, dtype=np.bool_))

    def likelihood(self, text: str) -> float:
        """The text's log-likelihood; raises as `read` does."""
        message = self._heard("total", text)
        try:
            return read_total(message)
        except ChannelError as error:
            raise self._lost(error) from error

    def fits(self, text: str) -> bool:
        """Whether the context holds the text."""
        message = self._heard("fits", text)
        try:
            return read_fits(message)
        except ChannelError as error:
            raise self._lost(error) from error

    def _heard(self, what: str, text: str) -> dict[str, Any]:
        self._send({"kind": "read", "what": what, "text": text})
        return self._receive("reading")
