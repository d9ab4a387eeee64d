"""An engine that answers from a finished record: to score again, to check a record, to test without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.canonical import sha256_file
from harness.engine.base import EngineContext
from harness.errors import EngineError
from harness.journal import read_all
from harness.prompt import prompt_sha256
from harness.types import Completion, Json, Request


class ReplayEngine:
    """Gives back the completions of a record, and refuses one whose prompts are not the plan's."""

    tolerance = 0.0

    def __init__(self, context: EngineContext, record: str) -> None:
        """Keep where the record is; `record` is the folder of a finished run."""
        self.context = context
        self.path = Path(record) / "completions.jsonl"
        if not self.path.is_file():
            remedy = "engine.record names a folder with completions.jsonl"
            raise EngineError("there is no record to answer from", where=record, remedy=remedy)
        self._done: dict[tuple[str, int], Completion] = {}

    @property
    def identity(self) -> Mapping[str, Json]:
        """The record's own hash: another record may answer otherwise."""
        return {"name": "replay", "completions_sha256": sha256_file(self.path)}

    def __enter__(self) -> Self:
        """Read the record."""
        self._done = {(done.item, done.turn): done for done in read_all(Completion, self.path)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget it."""
        self._done = {}

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer in order; an item that the record lacks, or was asked otherwise, is an error of that item."""
        for request in requests:
            digest = prompt_sha256(self.context.style.render(request.messages, request.language))
            found = self._done.get((request.item, request.turn))
            if found is None:
                yield Completion(request.item, "", "error", 0, 0, digest, error="the record has no answer to this item")
            elif found.prompt_sha256 != digest:
                yield Completion(request.item, "", "error", 0, 0, digest, error="the record was asked another prompt")
            else:
                yield found
