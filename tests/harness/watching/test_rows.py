"""A submission's row: every state from the files that a conductor and its jobs leave, and numbers that add up."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import jsonschema
import pytest
from filelock import FileLock
from ruled import rule
from watched import NOW, Disk, ago

from harness.record import write_json
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
