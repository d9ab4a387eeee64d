"""A submission's row: every state from the files that a conductor and its jobs leave, and numbers that add up."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

import jsonschema
import pytest
from filelock import FileLock
from ruled import rule
from watched import NODE, NOW, Disk, ago

from harness.canonical import plain
from harness.job_book import JobBook
from harness.record import write_json
from harness.telling import KEPT
from harness.watching import look
from harness.watching.states import STATES

SCHEMA = Path(__file__).parents[3] / "docs/schemas/round-status.schema.json"
ASK = "team/one:ask:{}"


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, "team/one")


def sharded(disk: Disk) -> None:
    """Three shards on a cluster: the first asked, the second half asked, the third in the queue."""
    disk.cluster()
    disk.state("running", since=900)
    disk.cut(10, 20, 10)
    for number in (1, 2, 3):
        disk.sent(ASK.format(number), 1000)
    disk.begun(ASK.format(1), 900)
    disk.progress(ASK.format(1), 500, 10, 10, since=900, tokens=500)
    disk.event(ASK.format(1), "done", 499, seconds=401.0)
    disk.ended(ASK.format(1))
    disk.begun(ASK.format(2), 600)
    disk.progress(ASK.format(2), 590, 0, 20, since=600)
    disk.progress(ASK.format(2), 300, 5, 20, since=600, tokens=1000)
    disk.progress(ASK.format(2), 0, 10, 20, since=600, tokens=4000)
    disk.conditions(1, 400.0, joules=10.0, gpus=2)
    disk.conditions(2, 590.0, joules=30.0, gpus=2)


def test_shards_add_up(disk: Disk) -> None:
    """Items, rate of the last minutes, cost so far and cost left follow from the shards' own numbers."""
    sharded(disk)
    row = disk.row()
    assert (row.state, row.running, row.waiting) == ("running", 1, 1)
    assert (row.shards.done, row.shards.all) == (1, 3)
    assert (row.items.done, row.items.all) == (20, 40)
    assert row.rate.tokens_per_second == 10.0  # 3,000 tokens in 300 seconds
    assert row.rate.answers_per_minute == 1.0
    assert (row.spent.seconds, row.spent.gpu_seconds, row.spent.joules) == (990.0, 1980.0, 40.0)
    assert row.left.node_seconds == 990.0  # as much cost is left as is done: 1,500 of 3,000
    assert row.left.gpu_seconds == 1980.0
    assert row.left.seconds == 1500 / (5 / 300 * 1000 / 20)
    assert row.tries.sent == 3
    assert row.alarm is None
    assert row.last == "12:00:00 ask 2: 10 of 20 answered"


def test_what_is_not_measured_is_unknown(disk: Disk) -> None:
    """While a model loads nothing is guessed: no rate, nothing left, no joules where one part has none."""
    disk.cluster()
    disk.state("running")
    disk.cut(10, 10)
    disk.sent(ASK.format(1), 100)
    disk.begun(ASK.format(1), 60)
    disk.progress(ASK.format(1), 50, 0, 10, since=60)
    disk.conditions(1, 50.0)
    row = disk.row()
    assert (row.rate.tokens_per_second, row.left.seconds, row.left.node_seconds) == (None, None, None)
    assert (row.spent.seconds, row.spent.joules) == (50.0, None)


def test_a_stopping_round_says_at_most(tmp_path: Path) -> None:
    """Items are those of the caps, and what is left is a bound."""
    disk = Disk(tmp_path, "team/one", stopping={"core": 5})
    sharded(disk)
    assert disk.row().left.at_most
    assert disk.row().items.all == 40


def test_a_rate_falls_when_answers_stop(disk: Disk) -> None:
    """It is of now: an hour after the last answer there is none to speak of."""
    disk.cluster()
    disk.state("running")
    disk.cut(20)
    disk.sent(ASK.format(1), 9000)
    disk.begun(ASK.format(1), 8000)
    disk.progress(ASK.format(1), 7000, 1, 20, since=8000, tokens=100)
    disk.progress(ASK.format(1), 3600, 2, 20, since=8000, tokens=200)
    assert disk.row(silence=1e9).rate.tokens_per_second == 0.0


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ([], "not started"),
        ([("state", "planned"), ("cut", 4, 4)], "cut"),
        ([("state", "planned"), ("cut", 4, 4), ("cluster",), ("sent", ASK.format(1), 10)], "waiting"),
        ([("cluster",), ("sent", "team/one:cut", 10)], "waiting"),
        ([("state", "scored")], "scored"),
        ([("state", "failed", "x")], "failed"),
        ([("state", "refused", "x")], "refused"),
        ([("state", "running")], "stopped"),
        ([("state", "failed"), ("cluster",), ("sent", "team/one:whole", 10)], "waiting"),
        ([("sent", "team/one:whole", 10)], "not started"),  # one machine: with its conductor gone nothing waits
    ],
)
def test_a_state_follows_from_the_files(disk: Disk, written: list[tuple[object, ...]], state: str) -> None:
    """What was written last, and by whom, says where a submission stands."""
    for step in written:
        getattr(disk, str(step[0]))(*step[1:])
    assert disk.row().state == state


def test_answers_that_are_complete_are_generated_until_they_are_scored(disk: Disk) -> None:
    """All shards finished: what comes next is scoring, and it is due."""
    disk.cluster()
    disk.state("running")
    disk.cut(10)
    disk.begun(ASK.format(1), 900)
    disk.event(ASK.format(1), "done", 800, seconds=100.0)
    assert (row := disk.row()).state == "generated"
    assert row.since == ago(800)[:19] + "+00:00"
    assert row.left.seconds == 0.0
    assert disk.row(scoring=700.0).alarm is not None


def test_answers_that_were_voided_are_not_counted(disk: Disk) -> None:
    """The log says what was answered then, the record what counts now, and the state why it is not complete."""
    disk.event("team/one:whole", "begun", 90, node=NODE, process=7)
    disk.progress("team/one:whole", 60, 9, 9, since=90)
    disk.event("team/one:whole", "done", 50, seconds=40.0)
    disk.state("planned", "ruling 1 voids a/b: its items are asked again", since=10)
    disk.run().completions.write_text("{}\n" * 5)
    write_json(disk.run().plan, {"items": [{}] * 9})
    row = disk.row()
    assert (row.state, row.items.done, row.items.all) == ("stopped", 5, 9)
    assert row.reason.startswith("ruling 1 voids a/b: its items are asked again; no process is at work")


def test_a_sealed_record_is_told_from_a_scored_one(disk: Disk) -> None:
    """By its seal; its items are those that were judged."""
    disk.state("scored")
    run = disk.run()
    run.scores.write_text("{}\n" * 7)
    write_json(run.plan, {"items": [{}] * 9})
    assert (disk.row().state, disk.row().items.done, disk.row().items.all) == ("scored", 7, 9)
    (run.folder / "seal.json").write_text("{}")
    assert disk.row().state == "sealed"


def test_a_process_that_lives_here_is_at_work_and_a_dead_one_has_stopped(disk: Disk) -> None:
    """On this machine the process of the log decides, not the time since it wrote."""
    disk.state("running")
    here, later = platform.node(), -1e10  # than this process began, whenever that is
    disk.event("team/one:whole", "begun", later, node=here, process=os.getpid())
    assert disk.row().state == "running"
    disk.event("team/one:whole", "begun", later, node=here, process=2**22 + 1)
    assert disk.row().state == "stopped"
    assert "same command" in disk.row().reason


def test_a_run_without_a_log_is_seen_by_its_lock(disk: Disk) -> None:
    """`defi run` logs nothing: whoever holds the record is at work on it."""
    disk.state("generated")
    with FileLock(disk.run().lock):
        assert disk.row().state == "generated"
    assert disk.row().state == "stopped"


def test_a_job_elsewhere_that_falls_silent_raises_an_alarm(disk: Disk) -> None:
    """Nothing is known of its machine, so it runs until the site says otherwise, and somebody should look."""
    sharded(disk)
    disk.progress(ASK.format(3), 4000, 0, 10, since=5000)
    assert disk.row().alarm is None
    disk.sent(ASK.format(3), 5000)
    row = disk.row(silence=3600.0)
    assert row.alarm is not None
    assert (row.alarm.name, row.alarm.why) == (
        "too long in its state",
        "team/one:ask:3: no sign of life for 1 h 6 min",
    )


def test_a_shard_beyond_its_time_raises_an_alarm(disk: Disk) -> None:
    """Beyond the site's limit, or three times what the submission's other shards took for their size."""
    sharded(disk)
    assert disk.row(longest=500.0).alarm is not None
    usual = disk.row(slow=1.2, least=1.0).alarm  # the first one took 401 seconds
    assert usual is not None
    assert "expected 8 min at most" in usual.why
    assert disk.row(slow=1.2, least=3600.0).alarm is None


def test_a_queue_is_waited_in_for_so_long(disk: Disk) -> None:
    """Longer is an alarm."""
    disk.cluster()
    disk.sent("team/one:cut", 1000)
    assert disk.row(waiting=900.0).alarm is not None
    assert disk.row(waiting=1100.0).alarm is None


def test_shards_that_fail_side_by_side_are_one_try(disk: Disk) -> None:
    """As the conductor counts: a node that takes ten jobs with it has cost one try, by whoever's fault."""
    disk.cluster()
    disk.state("running")
    disk.cut(10, 10, 10)
    for fault in ("own", "ours"):
        for number in (1, 2, 3):
            disk.sent(ASK.format(number), 100)
        for number in (1, 2, 3):
            disk.ended(ASK.format(number), "failed", fault, "x")
    tries = disk.row().tries
    assert (tries.sent, tries.own, tries.ours) == (6, 1, 1)
    book = JobBook(disk.paths)
    assert book.own_faults("team/one") == tries.own


def test_between_two_tries_a_submission_says_which_comes(disk: Disk) -> None:
    """While a conductor is at work it waits, else the same command goes on; either way why the last one failed."""
    disk.cluster()
    disk.sent("team/one:whole", 300)
    disk.state("failed", "no such tensor", since=200, fault="own", again=True)
    disk.ended("team/one:whole", "failed", "own", "no such tensor")
    disk.looked(20)
    row = disk.row()
    assert (row.state, row.reason, row.fault) == ("waiting", "try 2 of 3, last: no such tensor", "own")
    assert (row.tries.own, row.tries.last, row.since) == (1, "no such tensor", ago(200))
    disk.sent("team/one:whole", 100)
    assert (disk.row().state, disk.row().reason) == ("waiting", row.reason)
    disk.begun("team/one:whole", 50)
    disk.state("running", since=50)
    assert (disk.row().state, disk.row().reason) == ("running", row.reason)
    disk.event("team/one:whole", "failed", 40, reason="no such tensor")
    disk.state("failed", "no such tensor", since=40, fault="own", again=True)
    disk.ended("team/one:whole", "failed", "own", "no such tensor")
    for name in ("looked.json", "jobs.jsonl"):  # everything happened two hours earlier
        path = disk.paths.folder / name
        path.write_text(path.read_text().replace("T11:5", "T09:5").replace("T12:00", "T10:00"))
    row = disk.row()
    assert row.state == "stopped"
    assert row.reason == "no process is at work: the same command goes on from here; try 3 of 3, last: no such tensor"


def test_the_last_try_is_the_last(disk: Disk) -> None:
    """After the third failure of its own nothing follows: failed, with the conductor's words."""
    disk.cluster()
    for _ in range(3):
        disk.sent("team/one:whole", 300)
        disk.ended("team/one:whole", "failed", "own", "no such tensor")
    disk.state("failed", "stopped after 3 failures", fault="own", again=False)
    assert (disk.row().state, disk.row().reason, disk.row().tries.last) == ("failed", "stopped after 3 failures", "")


def test_a_try_lost_by_our_fault_is_told_until_one_succeeds(disk: Disk) -> None:
    """And that nothing is charged for it."""
    disk.cluster()
    disk.state("running")
    disk.cut(10, 10)
    for number in (1, 2):
        disk.sent(ASK.format(number), 100)
    disk.ended(ASK.format(1), "failed", "ours", "NODE_FAIL")
    assert disk.row().reason == "tried again: 1 try lost by our fault and not charged, last: NODE_FAIL"
    assert disk.row().fault == "ours"
    disk.ended(ASK.format(2))
    disk.sent(ASK.format(1), 50)
    assert (disk.row().reason, disk.row().tries.ours) == ("", 1)


def test_a_secret_round_quotes_no_item_of_a_failed_try(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the conductor noted: of an error that could quote one its kind is told."""
    monkeypatch.setattr(sys.modules["harness.watching.look"], "secret", lambda folder: True)
    disk.cluster()
    disk.sent("team/one:whole", 300)
    disk.state("failed", "ValueError: QUESTION", fault="own", error="ValueError", again=True)
    disk.ended("team/one:whole", "failed", "own", "ValueError: QUESTION")
    row = disk.row()
    assert "QUESTION" not in json.dumps(plain(row))
    assert row.reason.endswith(f"try 2 of 3, last: ValueError: {KEPT}")


def test_what_the_site_says_of_waiting_jobs_is_shown(disk: Disk) -> None:
    """Its reason; and an alarm at once where no waiting helps, as long as jobs wait."""
    disk.cluster()
    disk.sent("team/one:cut", 100)
    disk.waits("Priority")
    assert (disk.row().state, disk.row().reason, disk.row().alarm) == ("waiting", "the site says: Priority", None)
    disk.waits("PartitionTimeLimit", "lower `time_max`")
    alarm = disk.row().alarm
    assert alarm is not None
    assert (alarm.name, alarm.why) == ("cannot start", "PartitionTimeLimit; remedy: lower `time_max`")
    disk.begun("team/one:cut", 50)
    assert (disk.row().alarm, disk.row().reason) == (None, "")


def test_jobs_that_nobody_looks_after_raise_an_alarm(disk: Disk) -> None:
    """Open ones on a site, longer than some looks take and ten minutes; one machine's end with their conductor."""
    disk.cluster()
    disk.sent("team/one:cut", 90_000)
    disk.looked(500, every=30.0)
    assert look(disk.watched, NOW).alarm is None
    disk.looked(700, every=120.0)
    assert look(disk.watched, NOW).alarm is None
    disk.looked(700, every=30.0)
    view = look(disk.watched, NOW)
    assert view.alarm is not None
    assert (view.alarm.name, view.looked) == ("launcher away", ago(700)[:19] + "+00:00")
    assert view.alarm.why.startswith(
        "1 job is open, and nobody has looked after it for 11 min: `defi round run spring`"
    )
    assert view.totals["alarms"] == 2, "it waits for more than a day, too"
    jsonschema.validate(json.loads(json.dumps(view.to_json())), json.loads(SCHEMA.read_bytes()))
    with FileLock(disk.paths.folder / ".conductor.lock"):
        silent = look(disk.watched, NOW).alarm
    assert silent is not None
    assert silent.why == "1 job is open, and the site has not answered `defi round run` for 11 min"
    disk.ended("team/one:cut")
    assert look(disk.watched, NOW).alarm is None
    disk.sent("team/one:cut", 90_000)
    (disk.paths.folder / "batches.jsonl").unlink()
    assert look(disk.watched, NOW).alarm is None


def test_faults_are_counted_by_whose_they_are(disk: Disk) -> None:
    """Own ones since the submission was last let in again; ours never count against it."""
    for fault in ("own", "ours", "own"):
        disk.sent("team/one:whole", 10)
        disk.ended("team/one:whole", "failed", fault, "x")
    assert (disk.row().tries.sent, disk.row().tries.own, disk.row().tries.ours) == (3, 2, 1)
    disk.again("team/one")
    assert (disk.row().tries.own, disk.row().tries.ours) == (0, 1)
    disk.sent("team/one:calibrate", 10)
    assert disk.row().tries.sent == 3


def test_who_gives_up_by_our_fault_raises_an_alarm(disk: Disk) -> None:
    """A person is needed: the submission is not to blame."""
    disk.state("failed", "not run, by 20 faults of ours", fault="ours", again=False)
    assert (alarm := disk.row().alarm) is not None
    assert alarm.name == "tries spent"
    disk.state("failed", "x", fault="own", again=False)
    assert disk.row().alarm is None


def test_a_ruling_comes_before_what_the_record_says(disk: Disk) -> None:
    """Withdrawn and disqualified are the organisers' words, with their reason."""
    disk.state("scored")
    rule(disk.paths.folder, 1, "withdraw", "team/one", "asked by the team")
    assert (disk.row().state, disk.row().reason) == ("withdrawn", "asked by the team")


def test_the_json_keeps_its_schema(disk: Disk) -> None:
    """A round with something of everything; the schema's states are the code's."""
    sharded(disk)
    disk.state("failed", "x", name="team/two", fault="ours", again=False)
    view = look(disk.watched, NOW)
    schema = json.loads(SCHEMA.read_bytes())
    jsonschema.validate(json.loads(json.dumps(view.to_json())), schema)
    assert tuple(schema["$defs"]["row"]["properties"]["state"]["enum"]) == STATES
    assert view.totals["states"] == {"running": 1, "failed": 1}
    assert view.totals["alarms"] == 1
    assert [row.submission for row in view.rows] == ["team/one", "team/two"]
