"""What a team can bring about with words alone."""

from __future__ import annotations

import contextlib
from pathlib import Path

import made
import pytest
from conducted import Watch
from watched import Disk

from harness.conduct import Conductor, Terms
from harness.due import Outcome, outcome
from harness.engine.base import EngineContext
from harness.engine.confined.cage import Bounds
from harness.engine.confined.engine import ConfinedEngine
from harness.engine.confined.frames import ChannelError
from harness.engine.replay import ReplayEngine
from harness.errors import CheckpointError, DefiError, WorkerLostError
from harness.job_book import JobBook
from harness.launch.base import JobView
from harness.launch.errand import Errand
from harness.node import do
from harness.notifier import Notifier
from harness.prompt import PromptStyle
from harness.record import RoundPaths
from harness.states import fail, fault_of

NAME = "baselines/random"


def engine(tmp_path: Path, *, asked: bool = True, caged: bool = False) -> ConfinedEngine:
    (tmp_path / "config.json").write_text("{}")
    context = EngineContext(PromptStyle("plain"), tmp_path)
    found = ConfinedEngine(ReplayEngine.__new__(ReplayEngine), context, {}, "none", Bounds(), secretive=True)
    found._asked = asked
    if caged:
        found.isolation = {"kind": "bubblewrap"}
    return found


QUOTES = {
    "hidden_act": ("CheckpointError", "KeyError: 'function uncorrectable ECC not found in ACT2FN mapping [...]'"),
    "rope_type": ("CheckpointError", "KeyError: 'No space left on device'"),
    "tensor": ("CheckpointError", "weights left over: model.layers.0.GPU is lost"),
    "our words": ("CheckpointError", "ValueError: unknown value 'no GPU to be seen'"),
    "nccl": ("EngineError", "ValueError: 'NCCL error' is no token"),
}


@pytest.mark.parametrize("case", QUOTES)
@pytest.mark.parametrize("asked", [False, True])
def test_what_a_library_quotes_of_a_checkpoint(tmp_path: Path, case: str, *, asked: bool) -> None:
    """A value of config.json or a tensor's name decides nothing, and no node is blamed."""
    kind, what = QUOTES[case]
    error = engine(tmp_path, asked=asked)._told({"error": kind, "what": what, "where": "model"})
    assert fault_of(error) == "own"
    run = RoundPaths(tmp_path, "tiny").run("team", "one")
    fail(run.part(1), made.entry(), error)
    end = outcome(run, JobView("team/one:ask:1", "7", "ended", "the errand failed"), still_due=True)
    assert (end.fault, end.machine) == ("own", "")


def test_the_name_of_a_checkpoint_folder(tmp_path: Path) -> None:
    """It stands in `where` of whatever goes wrong."""
    assert fault_of(CheckpointError("ValueError: nonsense", where="stale file handle")) == "own"


def test_a_tmpfs_of_the_cage_is_no_disk_of_ours(tmp_path: Path) -> None:
    """All that a caged worker can write to is memory that it was given."""
    error = engine(tmp_path, caged=True)._told(
        {"error": "EngineError", "what": "OSError: [Errno 28] No space left on device"}
    )
    assert fault_of(error) == "own"


class Lost:
    """A worker that is gone."""

    def __init__(self, why: str, words: str) -> None:
        """Keep what it said."""
        self.why, self.last_words = why, words

    def end(self) -> str:
        return self.why


@pytest.mark.parametrize("asked", [False, True])
def test_the_last_line_that_a_worker_prints(tmp_path: Path, *, asked: bool) -> None:
    """A library's warning that quotes a configuration, before the memory bound ends the worker."""
    one = engine(tmp_path, asked=asked)
    one._met, one._worker = True, Lost("it held more memory than is the most", "unknown key uncorrectable ECC")
    assert fault_of(one._lost(ChannelError("the other side has closed the channel"))) == "own"


def test_a_question_does_not_leave_as_the_kind_of_a_message(tmp_path: Path) -> None:
    """While a round is secret nothing that a worker wrote is told, not even forty characters."""
    one = engine(tmp_path)
    one._met = True

    class Frames:
        def receive(self, _: float) -> object:
            return {"kind": "What is the capital of Zyx? 42"}

    worker = Lost("", "")
    worker.frames = Frames()
    one._worker = worker
    with pytest.raises(WorkerLostError) as caught:
        one._receive("completion", "done")
    assert "Zyx" not in str(caught.value)


@pytest.mark.parametrize("licence", ["uncorrectable ECC", "Input/output error", "No space left on device"])
def test_a_manifest_that_is_refused_stays_refused(workspace: Path, licence: str) -> None:
    """The real intake quotes what a team declares; that is no breakdown."""
    manifest = workspace / "submissions" / NAME / "manifest.yaml"
    lines = [
        f"license: {licence}" if line.startswith("license:") else line for line in manifest.read_text().splitlines()
    ]
    manifest.write_text("\n".join(lines) + "\n")
    run = RoundPaths(workspace / "runs", "demo").run("baselines", "random")
    one = Errand("cut", "demo", NAME, 0, ("tracking=none",), str(workspace))
    with contextlib.suppress(DefiError):
        do(one)
    end = outcome(run, JobView(one.key, "7", "ended", "the errand failed"), still_due=True, elsewhere=True)
    assert (end.result, end.fault, end.again, end.machine) == ("refused", "own", False, "")


def test_two_entries_of_one_team_are_one_witness(tmp_path: Path) -> None:
    """Whoever may enter twice does not empty a site."""
    paths = RoundPaths(tmp_path, "tiny")
    paths.folder.mkdir(exist_ok=True)
    book = JobBook(paths)
    for entry in ("one", "two"):
        end = Outcome("failed", "ours", reason="x", machine="broken")
        book.ended(JobView(f"team/{entry}:ask:1", entry, "ended", node="n1"), end)
    assert book.shunned() == frozenset()
    book.ended(JobView("other/one:ask:1", "9", "ended", node="n1"), end)
    assert book.shunned() == {"n1"}


class Idle:
    """A site with nothing."""

    def look(self) -> dict[str, JobView]:
        return {}

    def room(self) -> int:
        return 0

    def send(self, *_: object) -> None: ...

    def cancel(self, keys: object) -> None: ...


def test_a_record_that_cannot_be_read_ends_no_round(tmp_path: Path) -> None:
    """Also where the one who notifies reads it too."""
    disk = Disk(tmp_path, "team/one")
    run = disk.run()
    run.folder.mkdir(parents=True, exist_ok=True)
    run.state.write_text("{torn")
    told = []
    watch = Notifier(Watch(), told.append, disk.watched, sealed=False)
    name = disk.watched.paths.round
    one = Conductor(
        disk.watched.paths, [Errand("whole", name, "team/one")], Idle(), lambda _: None, Terms(look_every=0.0), watch
    )
    ends = one.conduct()
    assert ends["team/one"].fault == "ours"


def test_a_look_that_fails_stops_no_submission(tmp_path: Path) -> None:
    """A damaged list of rulings is the round's trouble, said and looked at again."""
    disk = Disk(tmp_path, "team/one")
    watch = Watch()
    one = Notifier(watch, lambda _: None, disk.watched, sealed=False)
    disk.watched.paths.folder.mkdir(parents=True, exist_ok=True)
    (disk.watched.paths.folder / "rulings.jsonl").write_text('{"number": "what"}\n')
    one._looked -= 1000
    one.moved("team/one", disk.run(), [])


def test_who_breaks_everywhere_is_no_witness(tmp_path: Path) -> None:
    """Two teams that work together take three nodes from a site at most, and none when they go on."""
    paths = RoundPaths(tmp_path, "tiny")
    paths.folder.mkdir(exist_ok=True)
    book = JobBook(paths)
    for number in range(20):
        for team in ("mal", "ice"):
            end = Outcome("failed", "ours", reason="x", machine="broken")
            book.ended(JobView(f"{team}/one:ask:{number + 1}", f"{team}{number}", "ended", node=f"n{number}"), end)
        assert len(book.shunned()) <= 3
    assert book.shunned() == frozenset()
