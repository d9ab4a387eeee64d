"""How an errand ended, and by whose fault, from what the site says and what it left."""

from __future__ import annotations

from pathlib import Path

import made
import pytest

from harness.conditions.rules import ConditionsError
from harness.due import outcome
from harness.errors import DefiError, EngineError, PlanChangedError, WorkerLostError
from harness.launch.base import JobView
from harness.launch.slurm_queue import understood
from harness.record import RoundPaths, RunPaths
from harness.states import begin, fail, mark


@pytest.fixture
def run(tmp_path: Path) -> RunPaths:
    return RoundPaths(tmp_path, "tiny").run("team", "one")


def lost(state: str) -> JobView:
    """A shard's job, as Slurm ended it."""
    return JobView("team/one:ask:1", "7", *understood(state, 0))


def test_memory_that_the_team_took_is_its_own(run: RunPaths) -> None:
    """Out of memory by its own fault stays own; by nobody's word, or ended by something else, it is ours."""
    assert outcome(run, lost("OUT_OF_MEMORY"), still_due=True).fault == "ours"
    fail(run.part(1), made.entry(), WorkerLostError("it held more memory than is the most"))
    own = outcome(run, lost("OUT_OF_MEMORY"), still_due=True)
    assert (own.fault, own.again) == ("own", True)
    assert "more memory" in own.reason
    for other in ("NODE_FAIL", "PREEMPTED", "TIMEOUT"):
        assert outcome(run, lost(other), still_due=True).fault == "ours"
    fail(run.part(1), made.entry(), KeyboardInterrupt())
    assert outcome(run, lost("OUT_OF_MEMORY"), still_due=True).fault == "ours"


def test_a_lost_node_goes_before_a_refusal(run: RunPaths) -> None:
    """What stands there of an earlier try is not the word of a job whose node failed."""
    mark(run.part(1), "refused", "the machine is not what the round states", fault="ours", again=False)
    end = outcome(run, lost("NODE_FAIL"), still_due=True)
    assert (end.result, end.fault, end.again) == ("failed", "ours", True)


@pytest.mark.parametrize("error", [ConditionsError([], "team/one"), PlanChangedError("team/one", ["engine.version"])])
def test_one_odd_machine_refuses_nobody(run: RunPaths, error: DefiError) -> None:
    """Where another try may get another machine it is tried there, as a fault of ours; here it is the end."""
    fail(run.part(1), made.entry(), error)
    job = JobView("team/one:ask:1", "7", "ended", "the errand failed")
    there = outcome(run, job, still_due=True, elsewhere=True)
    assert (there.result, there.fault, there.again) == ("failed", "ours", True)
    assert not outcome(run, job, still_due=True).again


@pytest.mark.parametrize(
    ("words", "machine"),
    [
        ("RuntimeError: CUDA error: uncorrectable ECC error encountered", "broken"),
        ("[Errno 5] Input/output error", "odd"),
    ],
)
def test_hardware_that_breaks_is_ours(run: RunPaths, words: str, machine: str) -> None:
    """Whatever the record says of whose fault it was: a GPU is of its node, a disk may be everybody's."""
    fail(run.part(1), made.entry(), EngineError(words))
    end = outcome(run, JobView("team/one:ask:1", "7", "ended", "the errand failed"), still_due=True)
    assert (end.fault, end.again, end.machine) == ("ours", True, machine)
    fail(run.part(1), made.entry(), EngineError("CUDA out of memory"))
    end = outcome(run, JobView("team/one:ask:1", "8", "ended", "the errand failed"), still_due=True)
    assert (end.fault, end.machine) == ("own", "")


def test_what_the_intake_found_names_no_machine(run: RunPaths) -> None:
    """A team that calls a file after a broken disk is refused all the same."""
    for state in ("refused", "failed"):
        mark(
            run.part(1), state, "files.unlisted: bus error.json: in the folder and not listed", fault="own", again=False
        )
        end = outcome(run, JobView("team/one:ask:1", "7", "ended", "the errand failed"), still_due=True)
        assert (end.result, end.fault, end.machine) == (state, "own", "")


def test_a_node_on_which_no_errand_begins_is_odd(run: RunPaths) -> None:
    """A module or a disk is missing there; of a node that the site itself has lost it sees to that."""
    early = JobView("team/one:ask:1", "7", "lost", "it ended with exit code 1 before its errand could say why")
    assert outcome(run, early, still_due=True).machine == "odd"
    assert outcome(run, lost("NODE_FAIL"), still_due=True).machine == ""


def test_an_earlier_end_is_no_word_of_this_try(run: RunPaths) -> None:
    """Once an errand has begun, what an earlier one failed of is not taken for its own end."""
    fail(run.part(1), made.entry(), WorkerLostError("gone"))
    begin(run.part(1))
    end = outcome(run, JobView("team/one:ask:1", "8", "ended", "the errand failed"), still_due=True)
    assert (end.fault, end.reason) == ("ours", "the errand failed")
    for state in ("running", "finished", "generated"):
        mark(run.part(1), state)
        before = run.part(1).state.read_bytes()
        begin(run.part(1))
        assert run.part(1).state.read_bytes() == before
