"""The launcher for Slurm, over a site that says what the test wants."""

from __future__ import annotations

import pickle
from pathlib import Path

import marks
import pytest
from fake_site import FakeSite
from launched import KEYS, launcher, sent, states

from harness.errors import UsageError
from harness.launch.base import LauncherAwayError, Needs
from harness.launch.errand import Errand
from harness.launch.site import CpuPlace
from harness.launch.slurm_job import Node


def test_every_state_is_understood(site: FakeSite, folder: Path) -> None:
    """Queue and accounting in our words; of a job that both know the queue's word counts."""
    one, name = sent(folder)
    site.queue(
        f"{name}|1|0|RUNNING|0|None", f"{name}|1|1|PENDING|0|JobArrayTaskLimit", "other|9|N/A|PENDING|0|Priority"
    )
    site.accounts(f"{name}|1_0|NODE_FAIL|1:0")
    views = one.look()
    assert states(views) == ["running", "waiting"]
    assert (views[KEYS[1]].reason, views[KEYS[1]].job) == ("JobArrayTaskLimit", "1_1")
    assert views[KEYS[1]].since == "2026-11-22T10:00:00+00:00"
    site.queue()
    site.accounts(f"{name}|1_0|FAILED|73:0", f"{name}|1_1|CANCELLED by 1000|0:0")
    views = one.look()
    assert states(views) == ["ended", "lost"]
    assert views[KEYS[0]].reason == "the errand failed"
    assert "cancelled" in views[KEYS[1]].reason


def test_what_the_site_would_hold_for_ever_is_taken_back(site: FakeSite, folder: Path) -> None:
    """A node could not start it (its disk was full): cancelled and lost, so sent again; another's job is left alone."""
    one, name = sent(folder)
    why = "launch failed requeued held"
    site.queue(f"{name}|1|0|PENDING|0|{why}", f"{name}|1|1|RUNNING|0|None", f"other|9|N/A|PENDING|0|{why}")
    views = one.look()
    assert states(views) == ["lost", "running"]
    assert "could not start" in views[KEYS[0]].reason
    assert (site.folder / "cancelled").read_text().split() == ["1_0"]


def test_a_job_that_can_never_begin(site: FakeSite, folder: Path) -> None:
    """It waits in the site's words, and says what to do; one that waits its turn says nothing of the kind."""
    one, name = sent(folder, cpu=CpuPlace(partition="cpu_p1"))
    site.queue(f"{name}|1|0|PENDING|0|QOSMaxWallDurationPerJobLimit", f"{name}|1|1|PENDING|0|Priority")
    views = one.look()
    assert states(views) == ["waiting", "waiting"]
    assert "cluster.time_max" in views[KEYS[0]].blocked
    assert "cluster.cpu.partition" in views[KEYS[0]].blocked
    assert views[KEYS[1]].blocked == ""


def test_an_end_is_for_good(site: FakeSite, folder: Path) -> None:
    """It is written down: later processes know it, whatever the site has forgotten."""
    one, name = sent(folder)
    site.queue(f"{name}|1|0|COMPLETED|0|None", f"{name}|1|1|TIMEOUT|0|None")
    views = one.look()
    assert states(views) == ["ended", "lost"]
    site.queue()
    (site.folder / "sacct-words").unlink()
    assert launcher(folder).look() == views
    assert not (site.folder / "sacct-words").exists()  # nothing is left to ask for


def test_a_new_process_adopts(site: FakeSite, folder: Path) -> None:
    """What was sent is known by its name, also where nobody heard the site's number."""
    _, name = sent(folder)
    lines = (folder / "batches.jsonl").read_text().splitlines(keepends=True)
    (folder / "batches.jsonl").write_text("".join(line for line in lines if '"taken"' not in line))
    site.queue(f"{name}|7|0|RUNNING|0|None", f"{name}|7|1|PENDING|0|Priority")
    views = launcher(folder).look()
    assert [(view.job, view.state) for view in views.values()] == [("7_0", "running"), ("7_1", "waiting")]


def test_the_latest_job_of_an_errand_counts(site: FakeSite, folder: Path) -> None:
    """An errand that was sent again is where its last job is."""
    one, first = sent(folder, 1)
    site.queue(f"{first}|1|N/A|NODE_FAIL|0|None")
    assert states(one.look()) == ["lost"]
    one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    second = one._book.batches[-1].name
    site.queue(f"{second}|2|N/A|RUNNING|0|None")
    assert one.look()[KEYS[0]].job == "2"


def test_a_number_that_is_given_again(site: FakeSite, folder: Path) -> None:
    """A controller that crashed gives a number twice: the jobs are told apart, and the right one is cancelled."""
    one, first = sent(folder, 1)
    site.queue(f"{first}|1|N/A|NODE_FAIL|0|None")
    lost = one.look()[KEYS[0]]
    one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    site.queue(f"{one._book.batches[-1].name}|1|N/A|RUNNING|0|None")
    for launched in (one, launcher(folder)):
        again = launched.look()[KEYS[0]]
        assert again.state == "running"
        assert again.job != lost.job
    one.cancel(KEYS)
    assert (site.folder / "cancelled").read_text().split() == ["1"]


def test_what_the_site_does_not_show(site: FakeSite, folder: Path) -> None:
    """It waits as long as patience lasts, then it is lost; where there are no accounts it has ended."""
    patient, _ = sent(folder, grace=60.0)
    assert states(patient.look()) == ["waiting", "waiting"]
    assert states(launcher(folder).look()) == ["lost", "lost"]
    other = folder.with_name("other")
    one, _ = sent(other, sacct=False)
    assert states(one.look()) == ["ended", "ended"]
    assert "no accounting" in one.look()[KEYS[0]].reason


def test_what_the_accounting_alone_believes_to_run(site: FakeSite, folder: Path) -> None:
    """A controller that lost its state leaves jobs behind in the accounts that never end there."""
    one, name = sent(folder, grace=60.0)
    site.accounts(f"{name}|1_0|RUNNING|0:0", f"{name}|1_[1-1]|PENDING|0:0")
    assert states(one.look()) == ["running", "waiting"]
    assert states(launcher(folder).look()) == ["lost", "lost"]


def test_a_site_that_is_away(site: FakeSite, folder: Path) -> None:
    """Nothing is decided by silence."""
    one, name = sent(folder)
    site.away()
    with pytest.raises(LauncherAwayError, match="squeue"):
        one.look()
    site.away(away=False)
    site.queue(f"{name}|1|0|RUNNING|0|None", f"{name}|1|1|RUNNING|0|None")
    assert states(one.look()) == ["running", "running"]


def test_cancelling_names_the_jobs(site: FakeSite, folder: Path) -> None:
    """Only those that wait or run."""
    one, name = sent(folder)
    site.queue(f"{name}|1|0|COMPLETED|0|None", f"{name}|1|1|PENDING|0|Priority")
    one.look()
    one.cancel(KEYS)
    assert (site.folder / "cancelled").read_text().split() == ["1_1"]


def test_nothing_secret_is_kept_by_the_queue(site: FakeSite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job is told are names; the environment goes without secrets, and the logs are the organisers'."""
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    sent(folder)
    assert "hunter2" not in (site.folder / "environment").read_text()
    assert (folder / "private").stat().st_mode & 0o077 == 0
    for path in folder.glob("private/jobs/*/*_submitted.pkl"):
        node = pickle.loads(path.read_bytes()).function
        assert isinstance(node, Node)
        assert node.errand.key in KEYS
        assert node.checkpoint().function == node
    monkeypatch.setenv("DEFI_ROUND_SECRET", "ab" * 64)
    with pytest.raises(UsageError, match="keeps its jobs' environment"):
        launcher(folder).__enter__()


def test_few_files_stay(site: FakeSite, folder: Path) -> None:
    """Nothing of an array that ended well; of another, no pickle."""
    one, name = sent(folder)
    site.queue(*(f"{name}|1|{n}|COMPLETED|0|None" for n in (0, 1)))
    one.look()
    assert not list((folder / "private/jobs").iterdir())
    one.send([Errand("ask", "spring", "team/one", 3)], Needs())
    site.queue(f"{one._book.batches[-1].name}|2|N/A|FAILED|18688|None")
    assert one.look()["team/one:ask:3"].state == "ended"
    assert [path.suffix for path in folder.glob("private/jobs/*/*") if not path.name.startswith(".")] == [".sh"]


def test_an_error_of_an_errand_has_its_own_exit_code(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Told from a job that ended otherwise; its log has the traceback."""
    with pytest.raises(SystemExit) as caught:
        Node(marks.fail, Errand("ask", "spring", "team/one", 1))()
    assert caught.value.code == 73
    assert "ValueError: team/one:ask:1" in capsys.readouterr().err
