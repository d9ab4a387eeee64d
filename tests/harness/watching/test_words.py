"""A row in words: what a team is sent says the same in both languages, and never more than it may."""

from __future__ import annotations

from pathlib import Path

import pytest
from watched import NODE, Disk

from harness.errors import EngineError
from harness.telling import reason_of
from harness.watching.alarms import duration
from harness.watching.states import STATES
from harness.watching.words import _MEANING, cells, for_team, line


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, "team/one")


def halves(letter: str) -> tuple[list[str], list[str]]:
    french, english = letter.split(f"\n\n{'-' * 8}\n\n")
    return french.splitlines(), english.splitlines()


def test_every_state_has_a_meaning_in_both_languages() -> None:
    """None is left to be guessed."""
    assert set(_MEANING) == set(STATES)


def test_a_team_reads_the_same_twice(disk: Disk) -> None:
    """Line by line, in French with its typography and in English; without the name of a machine."""
    disk.cluster()
    disk.state("running")
    disk.cut(20)
    key = "team/one:ask:1"
    disk.sent(key, 700)
    disk.begun(key, 600)
    disk.progress(key, 300, 0, 20, since=600)
    disk.progress(key, 0, 10, 20, since=600, tokens=900)
    french, english = halves(for_team(disk.row(), "spring"))
    assert french == [
        "team/one, manche spring\u00a0: votre modèle répond aux questions.",
        "Depuis\u00a0: 2027-03-01T11:50:00+00:00",
        "Réponses\u00a0: 10 sur 20",
        "Temps restant, au rythme actuel\u00a0: 5 min",
    ]
    assert english == [
        "team/one, round spring: your model is answering.",
        "Since: 2027-03-01T11:50:00+00:00",
        "Answers: 10 of 20",
        "Time left, at the present pace: 5 min",
    ]
    assert NODE not in for_team(disk.row(), "spring")


@pytest.mark.parametrize(("fault", "said"), [("own", "Mend it"), ("ours", "Nothing is charged to you")])
def test_a_team_is_told_whose_fault_it_is(disk: Disk, fault: str, said: str) -> None:
    """And what it has to do, or that it has nothing to do."""
    disk.state("failed", "team/one: no such tensor\n  remedy: add it", fault=fault, again=fault == "own")
    letter = for_team(disk.row(), "spring")
    assert said in letter
    assert letter.count("no such tensor") == 2
    assert ("Les organisateurs ont été alertés" in letter) == (fault == "ours")


@pytest.mark.parametrize("fault", ["own", "ours"])
def test_a_team_reads_which_try_comes(disk: Disk, fault: str) -> None:
    """In both languages, with why the last one failed; of a try lost by our fault, that nothing is charged."""
    disk.cluster()
    disk.sent("team/one:whole", 300)
    disk.state("failed", "no such tensor", fault=fault, again=True)
    disk.ended("team/one:whole", "failed", fault, "no such tensor")
    disk.looked(5)
    french, english = halves(for_team(disk.row(), "spring"))
    assert french[0].endswith("votre soumission attend une machine.")
    if fault == "own":
        assert (french[-2], english[-2]) == ("Essai 2 sur 3.", "Try 2 of 3.")
    else:
        assert french[-2] == "Un essai a été perdu de notre fait et recommence. Rien ne vous est décompté."
        assert english[-2] == "A try was lost by our fault and is made again. Nothing is charged to you."
    assert french[-1] == "Dernier échec\u00a0: no such tensor"
    assert english[-1] == "The last one failed: no such tensor"


def test_a_withheld_reason_is_told_in_both_languages(disk: Disk) -> None:
    """The kind of error is, and that its words come after the reveal."""
    disk.state("failed", reason_of(EngineError("QUESTION"), withheld=True), fault="own", error="EngineError")
    french, english = halves(for_team(disk.row(), "spring"))
    assert (
        "Motif\u00a0: le moteur ne peut pas continuer (EngineError)\u202f; le détail reste confidentiel" in french[-1]
    )
    assert english[-1].startswith("Reason: the engine cannot go on (EngineError); its own words are kept apart")


def test_an_alarm_comes_first_in_a_line(disk: Disk) -> None:
    """Then the reason, then the log."""
    disk.state("failed", "why", fault="ours", again=False)
    assert cells(disk.row())[-1] == "ALARM tries spent: stopped by what is not its fault: nobody tries any more; why"
    assert line(disk.row()).startswith("team/one: failed, 0 of 100 items; ALARM tries spent")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 0 min"), (190_000, "2 d 4 h")],
)
def test_a_duration_has_two_units_at_most(seconds: float, said: str) -> None:
    """As a person would say it."""
    assert duration(seconds) == said
