"""Events: nothing that was asked or answered leaves, and the same event has the same key."""

from __future__ import annotations

import builtins

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness.conditions.rules
import harness.errors
from harness.errors import UsageError
from harness.notify.events import Event, alarm, round_event, ruling_event, submission_event
from harness.notify.faults import FAULTS, fault_of
from harness.notify.texts import body, subject, words
from harness.round_state import STATES
from harness.rulings import KINDS, Kind, Ruling
from harness.watching.alarms import AWAY, BLOCKED, SPENT, TOO_LONG

SINCE = "2026-11-22T12:00:00+00:00"


def failed(reason: str, *, sealed: bool, **more: str) -> Event:
    return submission_event(
        "spring", "t/e", {"state": "failed", "reason": reason, "since": SINCE, **more}, sealed=sealed
    )


@given(st.text(min_size=12).filter(lambda text: not fault_of(text)), st.sampled_from(["", "ValueError: ", "t/e: "]))
def test_a_sealed_round_tells_no_word_of_a_reason(words_of_an_item: str, before: str) -> None:
    """Whatever stands in the state, only the kind of an error that we or Python know comes out."""
    event = failed(before + words_of_an_item, sealed=True)
    assert event.reason == ""
    assert event.error in ("", "ValueError")
    plain = failed("", sealed=True)
    told = body([event]).replace(" (ValueError)", "")
    assert told == body([plain])


def test_an_open_round_tells_the_first_line_bounded() -> None:
    """One line, three hundred characters, nothing unprintable."""
    event = failed("t/e: the GPU\x1b[31m has gone\n  remedy: wait", sealed=False)
    assert event.reason == "t/e: the GPU [31m has gone"
    assert len(failed("x" * 5000, sealed=False).reason) == 300


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("ValueError: secret", "ValueError"),
        ("KeyboardInterrupt", "KeyboardInterrupt"),
        ("EngineError: x", "EngineError"),
        ("MysteryError: x", ""),
        ("The answer is 42Error: x", ""),
        ("EngineError says the question", ""),
        ("", ""),
    ],
)
def test_a_kind_of_error_is_one_that_exists(reason: str, fault: str) -> None:
    """A word that merely looks like one could be a model's."""
    assert fault_of(reason) == fault


def test_the_state_may_name_the_kind_of_error() -> None:
    """What `state.json` says under `error` comes before what its reason begins with."""
    assert failed("t/e: gone", sealed=True, error="WorkerLostError").error == "WorkerLostError"
    assert failed("OSError: gone", sealed=True, error="The question was").error == "OSError"


@pytest.mark.parametrize("whose", ["own", "ours"])
def test_a_sealed_round_tells_whose_fault_a_failure_is(whose: str) -> None:
    """And its kind, also where the conductor's words stand before it; in both languages, without a word of its own."""
    reason = "stopped after 3 failures of its own, the last one: EngineError: QUESTION"
    event = failed(reason, sealed=True, fault=whose)
    assert (event.error, event.fault, event.reason) == ("EngineError", whose, "")
    text = body([event])
    assert "QUESTION" not in text
    french, english = text.split(f"\n\n{'-' * 8}\n\n")
    own = whose == "own"
    assert ("La cause est dans ce que l’équipe a fourni." in french) == own
    assert ("La cause est de notre côté\u202f; rien n’est décompté à l’équipe." in french) != own
    assert ("The cause is in what the team gave us." in english) == own
    assert ("The cause is on our side; nothing is charged to the team." in english) != own
    assert failed("x", sealed=True, fault="QUESTION").fault == "", "a word that is not ours is not told"
    mended = {"state": "running", "since": SINCE, "fault": whose}
    assert submission_event("spring", "t/e", mended, sealed=True).fault == ""


RULED = {
    "admit": ("admitted", "admise après la clôture"),
    "withdraw": ("withdrawn", "retirée"),
    "disqualify": ("disqualified", "disqualifiée"),
    "void": ("voided", "réponses annulées, elles seront redemandées"),
    "reinstate": ("reinstated", "réintégrée"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_decision_is_told_in_both_languages(kind: Kind) -> None:
    """With its reason, which is public; that a case is closed changes no state."""
    made = Ruling(3, kind, "t/e", "the team asked\nfor it", "the jury", SINCE, task="a/b" if kind == "void" else "")
    event = ruling_event("spring", made)
    if kind not in RULED:
        assert event is None
        return
    assert event is not None
    assert (event.kind, event.state, event.since) == ("submission", RULED[kind][0], SINCE)
    assert event.reason == ("a/b: the team asked" if kind == "void" else "the team asked")
    assert f"La soumission t/e (manche spring)\u00a0: {RULED[kind][1]}." in body([event])
    assert words(event.state)[1] in body([event])


def test_a_voiding_that_is_taken_back_is_no_reinstatement() -> None:
    """The submission was never out: its answers are back."""
    event = ruling_event("spring", Ruling(4, "reinstate", "t/e", "x", "j", SINCE, task="a/b", takes_back=3), "void")
    assert event is not None
    assert (event.state, *words(event.state)) == ("restored", "réponses rétablies", "answers restored")


@pytest.mark.parametrize("state", [*STATES[1:], "amended", "corrected"])
def test_every_state_of_a_round_has_words(state: str) -> None:
    """In French and in English."""
    french, english = words(state)
    assert french not in (state, english)


@pytest.mark.parametrize("name", [TOO_LONG, SPENT, AWAY, BLOCKED])
def test_every_alarm_has_words(name: str) -> None:
    """In French and in English, with what is known of it."""
    text = body([alarm("spring", name, SINCE, why="3 jobs are open")])
    assert f"ALERTE\u00a0: {words(name)[0]}. La manche spring." in text
    assert "Motif\u00a0: 3 jobs are open" in text
    assert words(name)[0] != name


@pytest.mark.parametrize("state", ["", "Was ist?", "x" * 41, "a\nb", "la réponse"])
def test_a_state_is_a_word_of_ours(state: str) -> None:
    """Free text is refused as a state or an alarm."""
    with pytest.raises(UsageError, match="no state"):
        round_event("spring", state, SINCE)


def test_the_key_is_of_what_happened_not_of_its_words() -> None:
    """The same change of state noticed twice is one event; another time, state or subject is another one."""
    assert failed("x", sealed=False).key == failed("y", sealed=True).key
    others = [
        alarm("spring", "failed", SINCE, submission="t/e"),
        round_event("spring", "failed", SINCE),
        submission_event("spring", "t/f", {"state": "failed", "since": SINCE}, sealed=True),
        submission_event("spring", "t/e", {"state": "scored", "since": SINCE}, sealed=True),
        submission_event("spring", "t/e", {"state": "failed", "since": "2026-11-23"}, sealed=True),
    ]
    assert len({event.key for event in [*others, failed("x", sealed=True)]}) == 6


def test_both_languages_say_the_same() -> None:
    """French first, English after, each with state, time and reason; typography as it is written."""
    text = body([failed("WorkerLostError: x", sealed=True)])
    assert text == (
        "La soumission t/e (manche spring)\u00a0: en échec.\n"
        f"Depuis\u00a0: {SINCE}\n"
        "Motif\u00a0: le processus du modèle a disparu (WorkerLostError)\n"
        "\n--------\n\n"
        "The submission t/e (round spring): failed.\n"
        f"Since: {SINCE}\n"
        "Reason: the model’s process died (WorkerLostError)\n"
    )
    assert subject([round_event("spring", "closed", SINCE)]) == "[Grand Défi] spring\u00a0: close / closed"
    assert body([alarm("spring", "disk full", SINCE)]).startswith(
        "ALERTE\u00a0: le disque est plein. La manche spring.\n"
    )
    assert words("brand new") == ("brand new", "brand new")


def test_the_kinds_of_error_that_have_words_exist() -> None:
    """A class that was renamed would lose its words."""
    exist = {**vars(builtins), **vars(harness.errors), **vars(harness.conditions.rules)}
    assert [name for name in FAULTS if name not in exist] == []
