"""Conducting a round on a site that loses jobs: nothing is asked twice, nobody is charged for what was not theirs."""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import made
import pytest
from conducted import Watch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.at_work import sole_conductor
from harness.conduct import Conductor, Terms
from harness.config import Settings
from harness.engine.baselines import Chance
from harness.errors import BusyError, EngineError
from harness.job_book import JobBook
from harness.journal import read_lines
from harness.launch.base import JobView, LauncherAwayError, Needs
from harness.launch.errand import Errand, parse_key
from harness.pipeline import Job, ask_shard, cut_plan, evaluate, score_record
from harness.plan import round_items
from harness.record import RoundPaths, RunPaths, read_completions, read_json, read_scores
from harness.types import Completion, Request, Round, RoundTask

ROUND = Round(
    "tiny",
    {"fr": "x", "en": "x"},
    "2026-11-22",
    "s",
    ("fr", "en"),
    (RoundTask("understanding/reading_choice", 2, (4, 3)), RoundTask("problem_solving/word_problems", 2, (3, 2))),
    (0.5, 0.5),
    (),
)
ITEMS = {item.id for item in round_items(ROUND)}


class NodeDiedError(BaseException):
    """The machine goes away under a job."""


class Stumbling(Chance):
    """Raises what the test says after so many answers; keeps what was answered, to be seen from outside."""

    after: int | None = None
    raising: BaseException = NodeDiedError()
    answered: ClassVar[Counter[str]] = Counter()

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        for number, completion in enumerate(super().run(requests)):
            if number == Stumbling.after:
                raise Stumbling.raising
            Stumbling.answered[completion.item] += 1
            yield completion


class Site:
    """A site with a queue, which outlives those who send to it. What becomes of each job is drawn."""

    def __init__(self, root: Path, rng: random.Random, *, faults: float = 0.0, own: Iterable[str] = ()) -> None:
        """Say how often jobs are lost, and who falls over by itself."""
        self.root, self.rng, self.faults, self.own = root, rng, faults, set(own)
        self.jobs: dict[str, JobView] = {}
        self.sent: Counter[str] = Counter()
        self.at_once: list[str] = []
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Jobs go on."""

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        for errand in errands:
            held = self.jobs.get(errand.key)
            assert held is None or not held.active, f"{errand.key} was sent while it waits or runs"
            self.count += 1
            self.sent[errand.key] += 1
            self.jobs[errand.key] = JobView(errand.key, f"{self.count}_0", "waiting")

    def look(self) -> Mapping[str, JobView]:
        if self.rng.random() < self.faults / 2:
            raise LauncherAwayError("no answer")
        for key, job in list(self.jobs.items()):
            if job.state == "running":
                self.jobs[key] = self._ended(job)
            elif job.state == "waiting" and self.rng.random() < 0.7:
                self.jobs[key] = dataclasses.replace(job, state="running")
        return dict(self.jobs)

    def room(self) -> int:
        return 3 - sum(job.active for job in self.jobs.values())

    def cancel(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.jobs[key] = dataclasses.replace(self.jobs[key], state="lost", reason="cancelled")

    def _ended(self, job: JobView) -> JobView:
        submission, kind, shard = parse_key(job.key)
        fate = self.rng.random() < self.faults
        Stumbling.after = self.rng.randrange(3) if fate or submission in self.own else None
        Stumbling.raising = EngineError("weights are no numbers") if submission in self.own else NodeDiedError()
        one = a_job(self.root, submission)
        try:
            if kind == "cut":
                cut_plan(one, 250.0)
            elif kind == "ask":
                ask_shard(one, shard)
            elif kind == "score":
                score_record(one)
            else:
                evaluate(one)
        except NodeDiedError:
            return dataclasses.replace(job, state="lost", reason="NODE_FAIL")
        except EngineError as error:
            return dataclasses.replace(job, state="ended", reason=str(error))
        return dataclasses.replace(job, state="ended")


class KilledError(Exception):
    """SIGKILL of the conductor, as far as its files can tell."""


class Mortal(Watch):
    """Dies after so many looks."""

    def __init__(self, looks: int) -> None:
        """Say when."""
        super().__init__()
        self.looks = looks

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise KilledError


def a_job(root: Path, submission: str) -> Job:
    team, _, entry = submission.partition("/")
    made_of = made.entry(team=team, entry=entry, engine="x", baseline=True)
    target = {"_target_": "harness.engine.baselines.Stumbling"}
    one = Settings(ROUND, target, {"workers": 1}, {"uri": None})
    return Job(one, made_of, None, RoundPaths(root, "tiny").run(team, entry))


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> type[Stumbling]:
    """The engine, found by name as the pipeline finds any engine."""
    monkeypatch.setattr("harness.engine.baselines.Stumbling", Stumbling, raising=False)
    monkeypatch.setattr(Stumbling, "answered", Counter())
    monkeypatch.setattr(Stumbling, "after", None)
    return Stumbling


def conduct(site: Site, names: Sequence[str], watch: Watch | None = None, *, sharded: bool = True) -> Watch:
    found = watch or Watch()
    terms = Terms(sharded=sharded, tries=50, pause=0.0, look_every=0.0)
    bases = [Errand("whole", "tiny", name) for name in names]
    paths = RoundPaths(site.root, "tiny")
    Conductor(paths, bases, site, lambda _: Needs(), terms, found).conduct()
    return found


def values(run: RunPaths) -> dict[str, float | None]:
    return {row.item: row.value for row in read_scores(run)}


NAMES = ("team/one", "team/two", "team/three")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), faults=st.sampled_from([0.0, 0.3, 0.6]), kills=st.lists(st.integers(1, 25), max_size=3)
)
def test_lost_jobs_and_killed_conductors_lose_nothing(
    stumbling: type[Stumbling],
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    faults: float,
    kills: list[int],
) -> None:
    """Every submission ends scored, each answer is given once, and no errand is ever sent while it is under way."""
    site = Site(tmp_path_factory.mktemp("round"), random.Random(seed), faults=faults)
    for looks in kills:
        with contextlib.suppress(KilledError):
            conduct(site, NAMES, Mortal(looks))
    stumbling.answered.clear()
    done_before = {n: set(_answers(site.root, n)) for n in NAMES}
    conduct(site, NAMES)
    for name in NAMES:
        run = RoundPaths(site.root, "tiny").run(*name.split("/"))
        assert read_json(run.state)["state"] == "scored"
        assert set(read_completions(run)) == ITEMS
        assert len(list(read_lines(run.completions))) == len(ITEMS)
    asked = sum((Counter(ITEMS - done_before[name]) for name in NAMES), Counter())
    assert stumbling.answered == asked


def _answers(root: Path, name: str) -> Iterator[str]:
    run = RoundPaths(root, "tiny").run(*name.split("/"))
    yield from read_completions(run)
    for path in run.parts.glob("*/completions.jsonl"):
        yield from read_completions(RunPaths(path.parent))


def test_the_end_is_that_of_a_quiet_run(stumbling: type[Stumbling], tmp_path: Path) -> None:
    """The same values as in one piece on a machine that never fails."""
    conduct(Site(tmp_path / "noisy", random.Random(5), faults=0.5), NAMES)
    conduct(Site(tmp_path / "quiet", random.Random(5)), NAMES, sharded=False)
    for name in NAMES:
        noisy, quiet = (RoundPaths(tmp_path / kind, "tiny").run(*name.split("/")) for kind in ("noisy", "quiet"))
        assert values(noisy) == values(quiet)
        assert read_json(noisy.plan)["hash"] == read_json(quiet.plan)["hash"]


@pytest.mark.parametrize("sharded", [True, False])
def test_three_faults_of_its_own_stop_a_submission(stumbling: type[Stumbling], tmp_path: Path, sharded: bool) -> None:
    """It says why, the others go on, the next conductor leaves it alone, and `again` lets it in."""
    site = Site(tmp_path, random.Random(1), own=["team/two"])
    watch = conduct(site, NAMES, sharded=sharded)
    assert watch.ends["team/two"].fault == "own"
    assert {watch.ends[name].result for name in ("team/one", "team/three")} == {"done"}
    state = read_json(RoundPaths(tmp_path, "tiny").run("team", "two").state)
    assert "stopped after 3 failures of its own" in state["reason"]
    assert "weights are no numbers" in state["reason"]
    tried = sum(n for key, n in site.sent.items() if key.startswith("team/two:") and "cut" not in key)
    assert 3 <= tried <= 9  # three rounds, of all that the site has at once
    watch = conduct(site, ["team/two"], sharded=sharded)
    assert "--again" in watch.ends["team/two"].reason
    assert sum(n for key, n in site.sent.items() if key.startswith("team/two:") and "cut" not in key) == tried
    site.own.clear()
    JobBook(RoundPaths(tmp_path, "tiny")).again("team/two")
    assert conduct(site, ["team/two"], sharded=sharded).ends["team/two"].result == "done"


def test_our_faults_are_never_charged(stumbling: type[Stumbling], tmp_path: Path) -> None:
    """Lost ten times is not three times failed; at the end of our patience it says that it is our fault."""
    site = Site(tmp_path, random.Random(2), faults=1.0)
    site.look = lambda: _patiently(site)  # type: ignore[method-assign]
    watch = Watch()
    terms = Terms(sharded=False, tries=10, pause=0.0, look_every=0.0)
    bases = [Errand("whole", "tiny", "team/one")]
    Conductor(RoundPaths(tmp_path, "tiny"), bases, site, lambda _: Needs(), terms, watch).conduct()
    assert watch.ends["team/one"].fault == "ours"
    assert site.sent["team/one:whole"] == 10
    state = read_json(RoundPaths(tmp_path, "tiny").run("team", "one").state)
    assert "10 faults of ours, and not charged" in state["reason"]
    assert state["fault"] == "ours"


def _patiently(site: Site) -> Mapping[str, JobView]:
    try:
        return Site.look(site)
    except LauncherAwayError:
        return dict(site.jobs)


def test_one_conductor_at_a_time(tmp_path: Path) -> None:
    """The second is refused, and told where to look."""
    paths = RoundPaths(tmp_path, "tiny")
    with sole_conductor(paths), pytest.raises(BusyError, match="another"), sole_conductor(paths):
        pass


def test_a_key_names_its_errand() -> None:
    """Every key can be read back; what is none is refused."""
    for errand in (Errand("ask", "r", "a/b", 12), Errand("cut", "r", "a/b"), Errand("score", "r", "a/b")):
        assert parse_key(errand.key) == (errand.submission, errand.kind, errand.shard)
    for wrong in ("a/b", "a/b:ask", "a/b:score:1", "a:ask:1", "a/b:ask:x", "a/b:dance"):
        with pytest.raises(Exception, match="is no errand"):
            parse_key(wrong)
