"""What stands between a job and the queue: places, variables, refusals, and errors on the way to sbatch."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import marks
import pytest
import submitit
from fake_site import FakeSite
from launched import KEYS, launcher, sent, states

from harness.errors import UsageError
from harness.launch.base import LauncherAwayError, Needs
from harness.launch.errand import Errand
from harness.launch.site import CpuPlace, Site
from harness.launch.slurm import SlurmLauncher


def test_a_node_that_is_left_out(site: FakeSite, folder: Path) -> None:
    """The site is told; where the site has no other it is given all the same, and nothing is sent twice."""
    one = launcher(folder).__enter__()
    one.send([Errand("ask", "spring", "team/one", 1)], Needs(without=("n1", "n2")))
    assert "#SBATCH --exclude=n1,n2\n" in site.sent[0]
    script = site.folder / "bin/sbatch"
    refusing = 'if grep -q exclude "$1"; then echo "Requested node configuration is not available" >&2; exit 1; fi\n'
    script.write_text(script.read_text().replace("\n", f"\n{refusing}", 1))
    one.send([Errand("ask", "spring", "team/one", 2)], Needs(without=("n1",)))
    assert ["exclude" in text for text in site.sent] == [True, False]
    assert [batch.keys for batch in one._book.batches] == [["team/one:ask:1"], ["team/one:ask:2"]]


def broken_before(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The disk is full while what a job is told is written."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(submitit.core.utils.DelayedSubmission, "dump", full)


def torn_script(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """It is full while the script is."""

    def half(*_: Any) -> str:
        script = next(folder.glob("private/jobs/*/.submission_file_*.sh"))
        script.write_text("#!/bin/bash\n#SBATCH --array")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(submitit.core.utils.CommandFunction, "__call__", half)


def no_sbatch(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The program has gone meanwhile."""
    programs = folder.parents[1] / "site/bin"
    (programs / "sbatch").unlink()
    monkeypatch.setenv("PATH", str(programs))


@pytest.mark.parametrize("stumble", [broken_before, torn_script, no_sbatch])
def test_what_was_surely_never_sent_is_closed_at_once(
    site: FakeSite,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    stumble: Callable[[pytest.MonkeyPatch, Path], None],
) -> None:
    """An error before sbatch: nobody waits until the queue could show it, and the next look sends it again."""
    one = launcher(folder, grace=300.0).__enter__()
    stumble(monkeypatch, folder)
    with pytest.raises(OSError):  # noqa: PT011 - of three kinds
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert one._book.batches == launcher(folder)._book.batches == []
    assert site.sent == []


def test_what_may_have_been_sent_is_looked_for(site: FakeSite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error after sbatch: the batch stays, and is found by its name."""
    one = launcher(folder, grace=300.0).__enter__()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(submitit.core.utils.JobPaths, "move_temporary_file", full)
    with pytest.raises(OSError, match="No space"):
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert len(site.sent) == 1
    assert states(one.look()) == ["waiting"]


LIMIT = "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates …"


@pytest.mark.parametrize(
    ("words", "error", "kept"),
    [
        (LIMIT, LauncherAwayError, 0),
        ("sbatch: error: Batch job submission failed: Unable to contact slurm controller", LauncherAwayError, 0),
        ("sbatch: error: Batch job submission failed: Socket timed out on send/recv", LauncherAwayError, 1),
        ("sbatch: error: Batch job submission failed: Invalid account or account/partition", UsageError, 0),
        ("sbatch: error: invalid partition specified: nope", UsageError, 0),
    ],
)
def test_a_refusal_in_the_sites_words(
    site: FakeSite, folder: Path, capfd: pytest.CaptureFixture[str], words: str, error: type[Exception], kept: int
) -> None:
    """Limits and silence pass, wrong words do not; what may have been taken all the same is looked for."""
    one = launcher(folder).__enter__()
    site.refuse(words)
    with pytest.raises(error, match="sbatch: error"):
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert len(one._book.batches) == len(launcher(folder)._book.batches) == kept
    assert "sbatch" not in capfd.readouterr().err


def test_a_refusal_names_site_and_key(site: FakeSite, folder: Path) -> None:
    """What to change, in whose file, and of which kind of job; a limit of one job is not waited for."""
    made = Site(cpu=CpuPlace(partition="cpu_p1"), grace=0.0)
    one = SlurmLauncher("spring", folder, folder / "private/jobs", made, marks.touch, "jean_zay").__enter__()
    site.refuse("sbatch: error: Batch job submission failed: Invalid qos specification")
    with pytest.raises(UsageError) as caught:
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert caught.value.where == "sbatch, cluster=jean_zay, a job without GPUs"
    assert "cluster.cpu.qos" in caught.value.remedy
    assert "configs/cluster/jean_zay.yaml" in caught.value.remedy
    site.refuse(LIMIT.replace("SubmitJobPerUser", "WallDurationPerJob"))
    with pytest.raises(UsageError, match="WallDuration") as caught:
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert "cluster.time_max" in caught.value.remedy
    site.refuse("sbatch: error: what a plugin of the site says")
    with pytest.raises(UsageError) as caught:
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert "cluster.constraint" in caught.value.remedy


def test_the_room_that_a_limit_leaves(site: FakeSite, folder: Path) -> None:
    """All jobs of the user count, ours or not, and those sent since; a full site is left alone for a while."""
    one = launcher(folder, submit_limit=5).__enter__()
    site.queue("other|9|N/A|PENDING|0|Priority", "other|8|N/A|COMPLETED|0|None")
    one.look()
    assert one.room() == 4
    one.send([Errand("ask", "spring", "team/one", n) for n in (1, 2)], Needs())
    assert one.room() == 2
    site.refuse(LIMIT)
    with pytest.raises(LauncherAwayError):
        one.send([Errand("ask", "spring", "team/one", 3)], Needs())
    assert one.room() == 0
    assert launcher(folder, array_size=10).room() == 10


def test_a_sender_killed_after_sbatch(site: FakeSite, folder: Path) -> None:
    """A job that found no description is lost, and says why: nobody is charged."""
    one, name = sent(folder)
    for path in folder.glob("private/jobs/*/*_0_submitted.pkl"):
        path.unlink()
    site.queue(f"{name}|1|0|FAILED|256|NonZeroExitCode", f"{name}|1|1|FAILED|256|NonZeroExitCode")
    views = one.look()
    assert states(views) == ["lost", "lost"]
    assert "its sender was killed" in views[KEYS[0]].reason
    assert "exit code 1" in views[KEYS[1]].reason


WRONG: Sequence[tuple[dict[str, Any], str]] = [
    ({"hostname": "login.*"}, "this machine is called"),
    ({"scratch": "NOT_SET"}, "NOT_SET is not set"),
    ({"scratch": "ELSEWHERE"}, "DEFI_RUNS is not in"),
    ({"cache": "ELSEWHERE"}, "DEFI_CACHE is not in"),
    ({"container": "x", "images": "NOT_SET"}, "NOT_SET is not set"),
    ({"scratch": "GONE"}, r"\$GONE is .*no folder here"),
    ({"container": "x", "images": "GONE"}, r"\$GONE is .*no folder here"),
    ({"account": "$NOT_SET@gpu"}, "NOT_SET is not set"),
    ({"cpu": CpuPlace(account="$NOT_SET@cpu"), "gpus_per_node": 4, "gpu_gib": 80.0}, "NOT_SET is not set"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_a_place_that_jobs_could_not_work_from(
    site: FakeSite, folder: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], words: str
) -> None:
    """Refused before anything is sent or written down, with what to do."""
    monkeypatch.setenv("ELSEWHERE", str(site.folder))
    monkeypatch.setenv("GONE", str(folder.parent))  # in which the runs would be, were it there
    with pytest.raises(UsageError, match=words) as caught:
        launcher(folder, **changes).__enter__()
    assert caught.value.remedy
    assert not (folder / "batches.jsonl").exists()


def test_a_variable_that_goes_away(site: FakeSite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job is told is put together before anything is written down: nothing stands there as sent."""
    monkeypatch.setenv("IDRPROJ", "abc")
    one = launcher(folder, account="$IDRPROJ@gpu").__enter__()
    monkeypatch.delenv("IDRPROJ")
    with pytest.raises(UsageError, match="IDRPROJ is not set"):
        one.send([Errand("ask", "spring", "team/one", 1)], Needs())
    assert not (folder / "batches.jsonl").exists()


def test_a_scratch_that_holds_the_runs(site: FakeSite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to say."""
    monkeypatch.setenv("SCRATCH", str(folder.parents[1]))
    monkeypatch.setenv("DEFI_CACHE", str(folder.parents[1] / "cache"))
    with launcher(folder, scratch="SCRATCH", cache="SCRATCH"):
        assert (folder / "private/jobs").is_dir()


def test_a_machine_without_slurm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says which command is missing, before anything is sent."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="no `sbatch`"):
        launcher(folder).__enter__()
