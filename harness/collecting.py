"""The parts of a record, put together when every shard is asked; and what parts spend while they run side by side."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from harness.conditions.budgets import Elsewhere, shared
from harness.conditions.merging import merged
from harness.errors import RecordError
from harness.journal import count_lines, whole_bytes
from harness.record import RunPaths, read_json, write_json
from harness.shards import read_shards
from harness.types import Json

_CHUNK = 1 << 20


def collect(run: RunPaths, numbers: Sequence[int]) -> None:
    """Put the parts' answers into the record, in the order of the shards. Killed half-way, the same call does it.

    RecordError names the parts that are not finished.
    """
    if run.completions.exists():  # written last: all is done
        return
    parts = [run.part(number) for number in numbers]
    if short := ", ".join(str(part.shard) for part in parts if not finished(part)):
        remedy = "`defi round run` asks them first"
        raise RecordError(f"shards without all their answers: {short}", where=run.id, remedy=remedy)
    told = [found for part in parts if (found := read_json(part.conditions)) is not None]
    if told:
        write_json(run.conditions, merged(told))
    if any(part.canaries.exists() for part in parts):
        _join([part.canaries for part in parts], run.canaries)
    _join([part.completions for part in parts], run.completions)


def drop_parts(run: RunPaths) -> None:
    """Forget parts that are put together."""
    if run.parts.exists():
        shutil.rmtree(run.parts)


def finished(part: RunPaths) -> bool:
    """Whether a shard has all its answers."""
    return bool(read_json(part.state, {}).get("state") == "finished")


def answers(run: RunPaths, count: Callable[[Path], int] = count_lines) -> int:
    """How many answers a record has so far, its parts' among them; who asks often brings a `count` that remembers."""
    return count(run.completions) or sum(count(path) for path in run.parts.glob("*/completions.jsonl"))


def spent_beside(part: RunPaths) -> Callable[[], Elsewhere]:
    """What of the budget, which is the whole submission's, one part may spend: asked anew as others finish."""
    record = RunPaths(part.record)
    tokens = {shard.number: max(shard.tokens, 1.0) for shard in read_shards(record)}
    done: dict[int, Mapping[str, Json]] = {}  # what is finished spends no more

    def look() -> Elsewhere:
        for number in tokens.keys() - done.keys() - {part.shard}:
            if finished(record.part(number)):
                told = read_json(record.part(number).conditions)  # none where it had nothing to ask
                done[number] = told["budget"]["spent"] if told else {"seconds": 0.0, "joules": 0.0}
        return shared(tokens, part.shard, done)

    return look


def _join(sources: Sequence[Path], target: Path) -> None:
    """Whole lines of all sources, one after the other, at once."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    with partial.open("wb") as stream:
        for source in sources:
            if source.exists():
                with source.open("rb") as lines:
                    _copy(lines, stream, whole_bytes(source))
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(target)


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size > 0:
        chunk = source.read(min(size, _CHUNK))
        target.write(chunk)
        size -= len(chunk)
