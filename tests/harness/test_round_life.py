"""The life of a round as a state machine: its order, its dates, its log, and what a kill leaves of a step."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import tempfile
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from life import ENTRIES, START, STEPS, VALUE, KilledError, at, dates, killed
from life import settings as made

from harness.attest.log import LogEntry, read_log
from harness.calendar import Calendar
from harness.canonical import sha256_json
from harness.commitment import CommitmentError
from harness.errors import DefiError
from harness.record import RunPaths, write_json
from harness.round_ending import end_running, publish_standings, reveal_round, start_running
from harness.round_life import amend_calendar, close_round, draw_round, open_intake, open_round
from harness.round_state import EVENTS, STATES, LifeError, read_life
from harness.sealed_round import VARIABLE, competing

FROM = {  # step -> states from which it is taken, the state it leads to
    "new": (("free",), "open"),
    "open": (("committed",), "open"),
    "close": (("open",), "closed"),
    "draw": (("closed",), "drawn"),
    "run": (("drawn", "ended"), "running"),
    "end": (("drawn", "running"), "ended"),
    "reveal": (("drawn", "running", "ended"), "revealed"),
    "publish": (("revealed", "published"), "published"),
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The task's files are hashed elsewhere; no secret and no key of this machine is used."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("DEFI_KEY", raising=False)
    monkeypatch.setattr("harness.round_life.generator_digests", lambda round_: {"shared": "f" * 64})


@dataclasses.dataclass
class Trial:
    """A round on a disk of its own."""

    root: Path
    sealed: bool
    calendar: Calendar | None

    def __post_init__(self) -> None:
        self.settings, self.runs = made(sealed=self.sealed), self.root / "runs"
        self.folder, self.rules = self.runs / "spring", self.root / "rules.md"
        self.rules.write_text("Nobody cheats.\n")

    def step(self, name: str, now: datetime.datetime, reason: str = "") -> None:
        """Take a step at an invented time."""
        given, secrets = self.calendar, self.root / "secrets"
        if name == "new":
            open_round(self.settings, self.runs, secrets, self.rules, now, given)
        elif name == "open":
            open_intake(self.settings, self.runs, given, now, reason)
        elif name == "close":
            source = "drand" if self.sealed and given is None else ""
            close_round(self.settings, self.runs, ENTRIES, source, now, calendar=given, reason=reason)
        elif name == "draw":
            value = {"value": VALUE, "dated": now.isoformat(), "source": ""}
            draw_round(self.settings, self.runs, secrets, value, now, calendar=given)
        elif name == "run":
            start_running(self.settings, self.runs, given, now, reason)
        elif name == "end":
            end_running(self.settings, self.runs, given, reason)
        elif name == "reveal":
            reveal_round(self.settings, self.runs, secrets, reason, now, calendar=given)
        else:
            publish_standings(self.settings, self.runs, b"{}", {}, now, calendar=given, reason=reason)

    def finish(self) -> None:
        """Every run has ended."""
        for name in ENTRIES:
            run = RunPaths(self.folder / name)
            write_json(run.submission, {})
            write_json(run.state, {"state": "scored", "reason": "", "since": ""})

    @property
    def state(self) -> str:
        return read_life(self.folder, sealed=self.sealed).state

    def files(self) -> dict[str, bytes]:
        found = self.root.rglob("*")
        return {str(path): path.read_bytes() for path in found if path.is_file() and path.suffix != ".lock"}

    def events(self) -> list[str]:
        return [one.event for one in read_log(self.folder / "log.jsonl")]


def whole_life(sealed: bool, calendar: bool) -> list[tuple[str, datetime.datetime]]:
    """Every step at its date."""
    names = [name for name in STEPS if (sealed or name not in ("draw", "reveal")) and (calendar or name != "open")]
    return [("new", at(0)), *((name, at(10 * STEPS.index(name) + 10.01)) for name in names)]


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("dated", [True, False])
def test_every_round_goes_through_its_states(tmp_path: Path, sealed: bool, dated: bool) -> None:
    """Sealed or not, with dates or without: the states in their order, each a line of the log, and a next command."""
    trial = Trial(tmp_path, sealed, dates(sealed=sealed) if dated else None)
    seen = [trial.state]
    for name, now in whole_life(sealed, dated):
        summary = read_life(trial.folder, sealed=sealed)
        assert f"defi round {name} spring" in summary.summary
        trial.step(name, now)
        seen.append(trial.state)
        if name == "run":
            trial.finish()
            trial.step("end", now)
            seen.append(trial.state)
    wanted = [state for state in STATES if sealed or state not in ("drawn", "revealed")]
    assert seen == [state for state in wanted if dated or state != "committed"]
    logged = [EVENTS[event] for event in trial.events() if event in EVENTS]
    assert logged == [state for state in wanted[1:] if dated or state != "open"]
    assert read_life(trial.folder, sealed=sealed).next == ""
    schema = Path(__file__).parents[2] / f"docs/schemas/{'seed' if sealed else 'life'}.schema.json"
    content = json.loads((trial.folder / f"{'seed' if sealed else 'life'}.json").read_bytes())
    jsonschema.validate(content, json.loads(schema.read_bytes()))


def test_a_free_round_runs_at_once_and_takes_no_other_step(tmp_path: Path) -> None:
    """The demonstration has no life: running it writes nothing of one, and every step but the first says so."""
    trial = Trial(tmp_path, False, None)
    trial.step("run", START)
    trial.step("end", START)
    assert (trial.state, trial.folder.exists()) == ("free", False)
    for name in ("open", "close", "publish"):
        with pytest.raises(LifeError, match="has no life yet") as told:
            trial.step(name, START)
        assert "defi round new spring" in told.value.remedy


@pytest.mark.parametrize("sealed", [True, False])
def test_a_step_waits_for_its_date_or_a_reason(tmp_path: Path, sealed: bool) -> None:
    """An hour early is refused and says when; with a reason it is taken, and the reason stands before it in the log."""
    trial = Trial(tmp_path, sealed, dates(sealed=sealed))
    for name, now in whole_life(sealed, True):
        early = now - datetime.timedelta(hours=2)
        if name not in ("new", "draw"):
            before = trial.files()
            with pytest.raises(LifeError, match=rf"`{name}` is due at .*, in 1 h"):
                trial.step(name, early)
            assert trial.files() == before
            trial.step(name, early, "the minister comes")
            told = read_log(trial.folder / "log.jsonl")
            assert [one.event for one in told][-2:-1] == ["round.forced"]
            assert (told[-2].facts["step"], told[-2].facts["reason"]) == (name, "the minister comes")
        else:
            trial.step(name, now)
        if name == "run":
            trial.finish()
            trial.step("end", now)


def test_a_late_closing_needs_a_reason_and_later_steps_none(tmp_path: Path) -> None:
    """Who submits after the date would be favoured by a late closing; a late run favours nobody."""
    trial = Trial(tmp_path, False, dates(sealed=False))
    trial.step("new", at(0))
    trial.step("open", at(15))
    with pytest.raises(LifeError, match="what came since would be favoured"):
        trial.step("close", at(21))
    trial.step("close", at(20) + datetime.timedelta(minutes=59))
    trial.step("run", at(100))
    assert trial.state == "running"
    assert "round.forced" not in trial.events()


def test_randomness_is_dated_after_the_announced_time(tmp_path: Path) -> None:
    """A value between closing and the announced time was not the first one after it; another source is refused."""
    trial = Trial(tmp_path, True, dates(sealed=True))
    for name, now in whole_life(True, True)[:2]:
        trial.step(name, now)
    with pytest.raises(CommitmentError, match="another source of randomness than the calendar's"):
        close_round(trial.settings, trial.runs, ENTRIES, "my dice", at(20), calendar=trial.calendar)
    trial.step("close", at(20))
    with pytest.raises(CommitmentError, match="not later than the closing and its announced time"):
        trial.step("draw", at(29))
    trial.step("draw", at(31))
    life = read_life(trial.folder, sealed=True)
    assert life.content is not None
    assert life.content["randomness"]["source"] == "drand, the first value after 2027-03-31T12:00:00+00:00"


def test_a_calendar_changes_by_an_amendment_only(tmp_path: Path) -> None:
    """A file that says otherwise than what was published stops every step; dates of steps that were taken stay."""
    trial = Trial(tmp_path, False, dates(sealed=False))
    trial.step("new", at(0))
    trial.step("open", at(10))
    first = dates(sealed=False)
    trial.calendar = dataclasses.replace(first, closes=at(25))
    with pytest.raises(LifeError, match=r"not the one that was published; changed: closes") as told:
        trial.step("close", at(25))
    assert "defi round amend spring" in told.value.remedy
    assert amend_calendar(trial.settings, trial.runs, trial.calendar, "a fire") == ["closes"]
    assert amend_calendar(trial.settings, trial.runs, trial.calendar, "a fire") == []
    trial.step("close", at(25))
    trial.calendar = dataclasses.replace(first, closes=at(24), opens=at(9))
    with pytest.raises(LifeError, match=r"the round is closed: opens, closes is past"):
        amend_calendar(trial.settings, trial.runs, trial.calendar, "to please somebody")
    told_all = [one.facts["reason"] for one in read_log(trial.folder / "log.jsonl") if one.event == "round.calendar"]
    assert told_all == ["", "a fire"]
    with pytest.raises(LifeError, match="no published calendar to amend"):
        amend_calendar(trial.settings, trial.runs, None, "none")


def test_a_round_that_was_run_free_is_not_begun(tmp_path: Path) -> None:
    """What was asked before the rules were published competes in nothing."""
    trial = Trial(tmp_path, False, None)
    trial.finish()
    with pytest.raises(LifeError, match="has been run as a free one"):
        trial.step("new", START)


def test_a_calendar_that_is_over_begins_no_round(tmp_path: Path) -> None:
    """Nobody could submit."""
    with pytest.raises(LifeError, match="the intake closed at 2027-03-21T12:00:00"):
        Trial(tmp_path, False, dates(sealed=False)).step("new", at(20))


def test_a_run_that_failed_by_its_own_fault_has_ended(tmp_path: Path) -> None:
    """It is not tried again, so nobody waits for it; one that failed by ours is waited for."""
    trial = Trial(tmp_path, False, None)
    for name in ("new", "close", "run"):
        trial.step(name, START)
    trial.finish()
    state = RunPaths(trial.folder / "team/one").state
    write_json(state, {"state": "failed", "fault": "ours", "again": False})
    assert not end_running(trial.settings, trial.runs, None)
    write_json(state, {"state": "failed", "fault": "own", "again": False})
    assert end_running(trial.settings, trial.runs, None)


def test_publishing_again_is_a_correction(tmp_path: Path) -> None:
    """The same standings are published once; others need a word on what was wrong, and both stay to be read."""
    trial = Trial(tmp_path, False, None)
    for name in ("new", "close", "run"):
        trial.step(name, START)
    with pytest.raises(LifeError, match="only running"):
        trial.step("publish", START)
    trial.finish()
    trial.step("end", START)

    def publish(standings: bytes, without: dict[str, str] | None = None, **words: str) -> int:
        return publish_standings(trial.settings, trial.runs, standings, without or {}, START, **words)

    with pytest.raises(LifeError, match="would take no place: team/one: 3 of 4 items"):
        publish(b"one", {"team/one": "3 of 4 items have a result"})
    assert [publish(b"one"), publish(b"one")] == [1, 1]
    with pytest.raises(LifeError, match="are others now"):
        publish(b"two")
    assert [publish(b"two", correction="a typing error"), publish(b"two")] == [2, 2]
    assert [(trial.folder / f"publications/{n}.json").read_bytes() for n in (1, 2)] == [b"one", b"two"]
    last = read_log(trial.folder / "log.jsonl")[-1]
    assert (last.event, last.facts["correction"]) == ("round.corrected", "a typing error")
    assert last.facts["standings_sha256"] == hashlib.sha256(b"two").hexdigest()
    assert trial.state == "published"


def lived(root: Path, sealed: bool, calendar: Calendar | None, steps: int, *, forced: str = "early") -> Trial:
    """A round whose first steps were taken at their dates, and whose runs have ended where it was run."""
    trial = Trial(root, sealed, calendar)
    for name, now in whole_life(sealed, calendar is not None)[:steps]:
        trial.step(name, now, forced)
        end(trial, name, now)
    return trial


def end(trial: Trial, name: str, now: datetime.datetime) -> None:
    if name == "run":
        trial.finish()
        trial.step("end", now)


def refusal(trial: Trial, name: str, now: datetime.datetime, reason: str = "") -> str:
    """What is said where a step is refused; empty where it is taken."""
    try:
        trial.step(name, now, reason)
    except DefiError as told:
        return f"{told.what}\n{told.remedy}"
    return ""


def survived(trial: Trial, name: str, now: datetime.datetime, writes: int, patch: pytest.MonkeyPatch) -> bool:
    """Whether a step was over before the write that would have killed it."""
    try:
        with killed(writes, patch):
            trial.step(name, now, "early")
    except KilledError:
        return False
    return True


@pytest.mark.parametrize("sealed", [True, False])
def test_a_step_that_was_killed_is_finished_by_the_same_one(
    tmp_path: Path, sealed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any of its writes and called again, every step leaves the state and the log of a quiet one."""
    for number, (name, now) in enumerate(whole_life(sealed, True)):
        (tmp_path / name).mkdir()
        quiet = lived(tmp_path / name, sealed, dates(sealed=sealed), number + 1)
        for writes in range(12):
            (root := tmp_path / f"{name}-{writes}").mkdir()
            again = lived(root, sealed, quiet.calendar, number)
            over = survived(again, name, now, writes, monkeypatch)
            said = "" if over else refusal(again, name, now, "early")
            assert not said or "already" in said or "was begun on" in said
            end(again, name, now)
            assert (again.state, again.events()) == (quiet.state, quiet.events()), (name, writes)
            if over:
                break
        else:
            pytest.fail(f"{name} writes more than twelve times")


VERBS = st.tuples(
    st.sampled_from([*FROM, "finish"]),
    st.sampled_from([0, 10.5, 20.01, 30.5, 40.5, 50.5, 60.5]),
    st.sampled_from(["", "a reason"]),
)


@settings(max_examples=40)
@given(verbs=st.lists(VERBS, max_size=12), begun=st.integers(0, 7), sealed=st.booleans(), dated=st.booleans())
def test_no_sequence_of_steps_gets_out_of_order(
    verbs: list[tuple[str, float, str]], begun: int, sealed: bool, dated: bool
) -> None:
    """Whatever is called when: a state only follows from its own ones, a refusal changes nothing, the log tells all."""
    with tempfile.TemporaryDirectory() as root:
        trial = lived(Path(root), sealed, dates(sealed=sealed) if dated else None, begun)
        for name, day, reason in verbs:
            before, files, count = trial.state, trial.files(), len(read_log(trial.folder / "log.jsonl"))
            if name == "finish":
                if competing(trial.folder):
                    trial.finish()
                continue
            if said := refusal(trial, name, at(day), reason):
                assert "\n" in said.strip(), "a refusal has a remedy"
                assert (trial.state, trial.files()) == (before, files)
                continue
            check_step(trial, name, before, read_log(trial.folder / "log.jsonl")[count:], at(day), reason)


def check_step(
    trial: Trial, name: str, before: str, told: tuple[LogEntry, ...], now: datetime.datetime, reason: str
) -> None:
    """A step that was taken: from a state of its own, with its line in the log, at its date or with a reason."""
    after = trial.state
    if after == before:
        assert not [one for one in told if EVENTS.get(one.event) not in (None, after)]
        return
    states, target = FROM[name]
    closed = ("closed",) if not trial.sealed and name in ("run", "end") else ()
    ended = ("ended",) if not trial.sealed and name == "publish" else ()
    assert before in (*states, *closed, *ended), (name, before)
    assert after == target or (name == "new" and after == "committed")
    assert EVENTS[told[-1].event] == after or after == "open"
    due = trial.calendar.due(name) if trial.calendar else None
    if due is not None and now < due:
        assert any(one.event == "round.forced" and one.facts["reason"] == reason for one in told)
    closings = [one for one in read_log(trial.folder / "log.jsonl") if one.event == "round.closed"]
    assert len(closings) == bool(competing(trial.folder))
    assert all(one.facts["submissions_sha256"] == sha256_json(ENTRIES) for one in closings)
