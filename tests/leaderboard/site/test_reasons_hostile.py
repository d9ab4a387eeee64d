"""Reasons that hold whatever a team or an answer put into them: told or left as they are, no error and no markup."""

from collections.abc import Iterator

import pytest

from leaderboard.site import reasons
from leaderboard.site.language import Language

HOSTILE = ('"', "« x »", "", "\u0663", "9" * 20, "</script><b>", "{x}{0}", "\ud800\x00\u202e", "a, b; c: d", "\n")


def templates(task: str) -> Iterator[str]:
    """What is read of a task, in both languages."""
    for english, french in reasons.catalogue()["tasks"][task].items():
        yield english
        yield french if isinstance(french, str) else french["read"]


def filled(template: str, value: str) -> str:
    """A template with the same value in every place, and the plural's last form."""
    return reasons._PLACE.sub(lambda place: place[4] if place[3] is not None else value, template)


@pytest.mark.parametrize("code", ["fr", "en"])
@pytest.mark.parametrize("task", reasons.catalogue()["tasks"])
def test_every_reason_can_be_told(task: str, code: str) -> None:
    """One answer whose reason could not be told would stop the publication of a whole round."""
    say = Language(code)
    for template in templates(task):
        for value in HOSTILE:
            told = reasons.reason(filled(template, value), say, task)
            assert "<b>" not in told.text
            assert not any(mark in told.text for mark in ("\ud800", "\x00", "\u202e"))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("task", reasons.catalogue()["tasks"])
def test_no_reason_takes_long(task: str) -> None:
    """Whatever is repeated in it: each is read in milliseconds, on thousands of pages."""
    say = Language("fr")
    for template in templates(task):
        for piece in (filled(template, "x"), '", "', "« » , ", template[-3:] or "x"):
            reasons.reason((template[:20] + piece * 2000)[:2000] + "\x01", say, task)
