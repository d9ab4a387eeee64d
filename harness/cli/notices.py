"""What a command that changes a round tells of it: `notify=…` said with the command, and events put once it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click

from harness.config import Settings
from harness.entries import compose_round
from harness.errors import DefiError, UsageError
from harness.notifier import life_events, ruling_events
from harness.notify import Event, courier, read_channels
from harness.round_state import read_life
from harness.rulings import Ruling, read_rulings
from harness.workspace import Workspace

OVERRIDES = click.argument("overrides", metavar="[notify=… ...]", nargs=-1)


def composed(workspace: Workspace, round_name: str, overrides: Sequence[str]) -> Settings:
    """The round as its files say, and who is told; UsageError where the command's words say anything else.

    A wrong address or a variable that is not set is refused here, before anything is done.
    """
    if other := [word for word in overrides if not word.startswith(("notify=", "notify."))]:
        remedy = "valid: notify=… and notify.…; whatever else a round is stands in its files"
        raise UsageError(f"this step takes no {' '.join(other)}", where=round_name, remedy=remedy)
    settings = compose_round(workspace, round_name, overrides)
    read_channels(settings.notify)
    return settings


@contextlib.contextmanager
def step_told(folder: Path, settings: Settings) -> Iterator[None]:
    """Tell where the round stands after a step; also where it is refused because a killed one has taken it already."""
    try:
        yield
    except DefiError:
        with contextlib.suppress(DefiError):  # what is wrong with the step is said; of a damaged log it was that
            tell_state(folder, settings)
        raise
    tell_state(folder, settings)


def tell_state(folder: Path, settings: Settings) -> None:
    """Tell where the round stands; what was told already is not told again."""
    _tell(folder, settings, lambda: life_events(read_life(folder, sealed=settings.round.sealed)))


def tell_ruling(folder: Path, settings: Settings, made: Ruling) -> None:
    """Tell a decision."""

    def events() -> Iterable[Event]:
        rulings = read_rulings(folder)
        return (one for one in ruling_events(folder.name, rulings) if one.since == made.at)

    _tell(folder, settings, events)


def _tell(folder: Path, settings: Settings, events: Callable[[], Iterable[Event]]) -> None:
    """Wait seconds at most; what is not told by then is told by the next one that tells anything of this round."""
    if read_channels(settings.notify) and folder.is_dir():
        with courier(folder, settings.notify, lambda words: click.echo(words, err=True)) as one:
            for event in events():
                one.notify(event)
