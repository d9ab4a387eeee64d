"""The Engine protocol: what the pipeline asks of anything that answers requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from harness.errors import EngineError
from harness.prompt import PromptStyle
from harness.types import Completion, Json, Request


@dataclass(frozen=True, slots=True)
class EngineContext:
    """What a submission hands to its engine: the model, and how it is spoken to."""

    style: PromptStyle
    checkpoint: Path | None = None  # folder with safetensors, configuration and tokenizer
    dtype: str = "float32"
    context_length: int = 0  # tokens, as declared; 0 for none
    gold: Mapping[str, Completion] = field(default_factory=dict)  # filled for the oracle alone, never for a model


class OverdueError(EngineError):
    """An answer did not come while there was time for it; the engine is not to be asked again."""


class Engine(Protocol):
    """Turns requests into completions, streaming each as it ends.

    Made light (nothing is loaded), entered to load, left to free. `run` may be called several times.
    """

    @property
    def identity(self) -> Mapping[str, Json]:
        """All that can change an answer: name, options, dtype, library versions. Known before a model is loaded."""

    @property
    def tolerance(self) -> float:
        """Largest difference of a log-likelihood between two runs of the same plan on the same hardware."""

    def __enter__(self) -> Self:
        """Load what is needed; CheckpointError or EngineError when that cannot be."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free it."""

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer every request once, in any order, each yielded as soon as it ends.

        A request that cannot be answered yields a completion whose `finish` is "error" and whose `error` says why.
        """
