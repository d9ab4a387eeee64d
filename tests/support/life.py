"""A round's life at invented times, and a process that is killed before any of its writes."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.calendar import Calendar
from harness.commitment import SealedSeed
from harness.config import Settings
from harness.journal import Journal
from harness.types import Round, RoundTask

START = datetime.datetime(2027, 3, 1, 12, tzinfo=datetime.UTC)
VALUE = "8f3c1e7a" * 8
ENTRIES = {"team/one": "1" * 64, "team/two": "2" * 64}
STEPS = ("open", "close", "draw", "run", "reveal", "publish")


class KilledError(BaseException):
    """The process is gone."""


def at(days: float) -> datetime.datetime:
    return START + datetime.timedelta(days=days)


def settings(*, sealed: bool) -> Settings:
    """A round of one small task."""
    raw: dict[str, Any] = {"name": "spring", "seed": "sealed" if sealed else "open", "counts": 1}
    round_ = Round(
        name="spring",
        title={"fr": "Printemps", "en": "Spring"},
        date="2027-03-01",
        seed=SealedSeed("") if sealed else "open",
        languages=("fr", "en"),
        tasks=(RoundTask("understanding/reading_choice", 1, (1,)),),
        level_weights=(1.0,),
        submissions=tuple(ENTRIES),
        sealed=sealed,
    )
    return Settings(round_, {}, {}, {}, raw=raw)


def dates(*, sealed: bool) -> Calendar:
    """A step every ten days."""
    if not sealed:
        return Calendar(at(10), at(20), at(40), at(60))
    return Calendar(at(10), at(20), at(40), at(60), "drand", at(30), at(50))


@contextlib.contextmanager
def killed(writes: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Die before the write after `writes` of them: a file put in its place, one taken away, a line of a journal."""
    left = [writes]

    def counted(function: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            if not left[0]:
                raise KilledError
            left[0] -= 1
            return function(*arguments, **options)

        return call

    with monkeypatch.context() as patched:
        for kind, name in ((Path, "replace"), (Path, "unlink"), (Path, "write_bytes"), (Journal, "append")):
            patched.setattr(kind, name, counted(getattr(kind, name)))
        yield
