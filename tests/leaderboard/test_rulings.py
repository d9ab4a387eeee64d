"""What the organisers decided, in the standings: no place and why, and what was asked again."""

from __future__ import annotations

from harness.record import Run
from harness.rulings import Ruling
from leaderboard.rulings import note_voided, without_place


def ruling(number: int, kind: str, submission: str = "a/b", **more: str) -> Ruling:
    return Ruling(number, kind, submission, f"reason {number}", "the jury", "2027", **more)  # type: ignore[arg-type]


def scored(name: str) -> Run:
    team, _, entry = name.partition("/")
    return Run(team, entry, {"title": "T"}, None, (), (object(),), {}, "scored", "")  # type: ignore[arg-type]


def test_who_is_out_keeps_a_name_and_a_reason() -> None:
    """No answer and no score of theirs is computed with; the others are as they were; a reinstated one is in again."""
    runs = [scored("a/b"), scored("c/d")]
    out, other = without_place(runs, [ruling(1, "disqualify")])
    assert (out.state, out.reason, out.scores, out.submission) == ("disqualified", "reason 1", (), {"title": "T"})
    assert other is runs[1]
    assert without_place(runs, [ruling(1, "withdraw"), ruling(2, "reinstate")]) == runs
    assert without_place(runs, [ruling(1, "withdraw")])[0].state == "withdrawn"


def test_voided_tasks_are_noted_in_their_row_alone() -> None:
    """The last voiding of each task, unless it was taken back; rows without any have no such key."""
    rulings = [
        ruling(1, "void", task="t/a"),
        ruling(2, "void", task="t/a"),
        ruling(3, "void", task="t/b"),
        ruling(4, "reinstate", task="t/b"),
    ]
    table = {"standings": [{"submission": "a/b"}, {"submission": "c/d"}]}
    first, second = note_voided(table, rulings)["standings"]
    assert first["voided"] == [{"task": "t/a", "reason": "reason 2", "at": "2027"}]
    assert second == {"submission": "c/d"}
