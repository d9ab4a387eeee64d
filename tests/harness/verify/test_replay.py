"""Records asked again: what agrees, what noise explains, what opens a case."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import made
import pytest

from harness.attest.log import read_log
from harness.canonical import dumps, sha256_file
from harness.config import Settings
from harness.engine.base import Engine, EngineContext
from harness.engine.baselines import Chance, Oracle, said
from harness.errors import CheckpointError, EngineError, RecordError, UnknownNameError, UsageError
from harness.freezing import freeze
from harness.pipeline import Job, evaluate
from harness.prompt import PromptStyle
from harness.record import RoundPaths, RunPaths, read_json, write_json
from harness.types import Completion, Json, Request, Round, RoundTask
from harness.verify.asked import engine_maker, read_recorded, recorded_options
from harness.verify.replay import replay
from harness.workspace import Workspace

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")
ROUND = Round(
    name="tiny",
    title={"fr": "Petite manche", "en": "Tiny round"},
    date="2026-11-22",
    seed="s",
    languages=("fr", "en"),
    tasks=tuple(RoundTask(name, 1, (10,)) for name in TASKS),
    level_weights=(1.0,),
    submissions=(),
)
ENTRY = made.entry()
Change = Callable[[dict[str, Json]], None]


class Drifting(Chance):
    """Random answers, of which a share changes from run to run, as if it computed in bfloat16."""

    name = "drifting"
    tolerance = 1.0

    def __init__(self, context: EngineContext, share: float = 0.0, run: int = 0, dtype: str = "bfloat16") -> None:
        """`share` of the texts are others in each `run`."""
        super().__init__(context)
        self.share, self.number, self.dtype = share, run, dtype

    @property
    def identity(self) -> Mapping[str, Json]:
        return {"name": "drifting", "dtype": self.dtype}

    def answer(self, request: Request) -> Completion:
        drawn = Random(f"{request.item} {request.turn} {self.number}")
        text = super().answer(request).text
        return said(request, f"Indeed, {text}" if drawn.random() < self.share else text)

    def prefer(self, request: Request) -> tuple[float, ...]:
        return tuple(-1.0 - 0.1 * place for place in range(len(request.options)))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rounds, one record each: of the random baseline, the oracle, and the drifting engine."""
    root = tmp_path_factory.mktemp("records")
    for name, target in (("random", "Chance"), ("oracle", "Oracle"), ("drifting", "Drifting")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("harness.engine.baselines.Drifting", Drifting, raising=False)
            round_ = dataclasses.replace(ROUND, name=name)
            freeze(RoundPaths(root, name), round_)
            settings = Settings(
                round_, {"_target_": f"harness.engine.baselines.{target}"}, {"workers": 1}, {"uri": None}
            )
            run = RunPaths(root / name / "baselines" / "x")
            evaluate(Job(settings, dataclasses.replace(ENTRY, engine=name), None, run))
    return root


@pytest.fixture
def record(records: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of one of them, to be changed."""

    def copied(name: str) -> Path:
        shutil.copytree(records / name, tmp_path / name)
        return tmp_path / name / "baselines" / "x"

    return copied


@pytest.fixture
def space(checkout: Path, tmp_path: Path) -> Workspace:
    return Workspace(checkout, tmp_path, checkout / ".cache")


def drifting(share: float, run: int) -> Callable[[Mapping[str, Json]], Engine]:
    return lambda options: Drifting(EngineContext(PromptStyle("plain", date=ROUND.date)), share, run)


def forge(folder: Path, change: Change, every: int = 1, wanted: str = "") -> list[str]:
    """Change every so many answers of a record, as a forger would; the ids of those changed."""
    path = folder / "completions.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    chosen = [row for row in rows if wanted in row["item"]][::every]
    for row in chosen:
        change(row)
    path.write_text("".join(dumps(row) + "\n" for row in rows))
    return [row["item"] for row in chosen]


@pytest.mark.parametrize("name", ["random", "oracle"])
def test_an_honest_record_agrees(records: Path, space: Workspace, name: str) -> None:
    """Every answer of every turn is asked again by the record's own engine, and no case is opened."""
    folder = records / name / "baselines" / "x"
    found = replay(folder, 1.0, workspace=space)
    assert found.agrees is True
    assert len(found.items) == 60
    assert len(found.trials) == len((folder / "completions.jsonl").read_text().splitlines())
    assert (found.doubts, found.case, found.unanswered, found.changed) == ((), "", 0, ())
    assert not (records / name / "cases").exists()


def better(row: dict[str, Json]) -> None:
    row["text"] = "Answer: 12"


def shortened(row: dict[str, Json]) -> None:
    row["completion_tokens"] += 1


def promoted(row: dict[str, Json]) -> None:
    row["option_logprobs"] = row["option_logprobs"][::-1]


def nudged(row: dict[str, Json]) -> None:
    row["option_logprobs"] = [score - 1e-6 for score in row["option_logprobs"]]


def other_prompt(row: dict[str, Json]) -> None:
    row["prompt_sha256"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "wanted", "doubt"),
    [
        (better, "word_problems", "texts"),
        (better, "deduction", "texts"),
        (shortened, "word_problems", "texts"),
        (promoted, "reading_choice", "choices"),
        (nudged, "reading_choice", "log-likelihoods"),
        (other_prompt, "word_problems", "prompts and ends"),
    ],
)
def test_a_forged_answer_opens_a_case(
    record: Callable[[str], Path], space: Workspace, change: Change, wanted: str, doubt: str
) -> None:
    """One of ten answers forged, in any of its parts: the case names the items and the test, the log names the case."""
    folder = record("random")
    forged = forge(folder, change, every=10, wanted=wanted)
    found = replay(folder, 1.0, seed="drawn", workspace=space)
    assert found.agrees is False
    assert doubt in found.doubts
    case = read_json(folder.parent.parent / "cases" / "1.json")
    assert (case["case"], case["state"], case["submission"]) == (1, "open", "baselines/x")
    assert doubt in case["why"]
    assert {trial["item"] for trial in case["replay"]["trials"]} == set(forged)
    assert case["replay"]["drawn"] == "drawn"
    entries = [one for one in read_log(folder.parent.parent / "log.jsonl") if one.event == "case.opened"]
    assert [(one.facts["case"], one.facts["submission"]) for one in entries] == [(1, "baselines/x")]


def test_cases_are_numbered_and_can_be_left_out(record: Callable[[str], Path], space: Workspace) -> None:
    """A second doubt is a second case; whoever only asks writes nothing."""
    folder = record("random")
    forge(folder, better, wanted="word_problems")
    assert replay(folder, 1.0, workspace=space, case=False).case == ""
    assert not (folder.parent.parent / "cases").exists()
    assert [replay(folder, 1.0, workspace=space).case for _ in range(2)] == ["1.json", "2.json"]


def test_a_dialogue_without_its_end_is_found(record: Callable[[str], Path], space: Workspace) -> None:
    """Turns taken away from a record are missed: the environment had more to say."""
    folder = record("random")
    path = folder / "completions.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not ("deduction" in line and json.loads(line)["turn"] > 0)))
    assert "prompts and ends" in replay(folder, 1.0, workspace=space).doubts


def test_one_changed_turn_does_not_change_the_turns_after_it(record: Callable[[str], Path], space: Workspace) -> None:
    """Every turn is asked after the turns of the record, so that only the forged one and what it caused differ."""
    folder = record("drifting")
    found = replay(folder, 1.0, workspace=space, make=drifting(0.1, run=5))
    differ = [trial for trial in found.trials if trial.differs]
    assert 0 < len(differ) < 0.25 * len(found.trials)
    assert found.agrees is True


def test_noise_of_the_dtype_opens_no_case_and_more_does(record: Callable[[str], Path], space: Workspace) -> None:
    """bfloat16 may change a third of the texts; an engine that changes nearly all is not the record's."""
    folder = record("drifting")
    assert replay(folder, 1.0, workspace=space, make=drifting(0.2, run=1)).agrees is True
    assert "texts" in replay(folder, 1.0, workspace=space, make=drifting(0.9, run=1)).doubts


def test_another_engine_concludes_nothing(record: Callable[[str], Path], space: Workspace) -> None:
    """Where versions or dtype are not the record's, differences are shown and no case is opened."""
    folder = record("drifting")
    plan = read_json(folder / "plan.json")
    write_json(folder / "plan.json", {**plan, "engine": {**plan["engine"], "versions": {"torch": "1"}}})
    found = replay(folder, 1.0, workspace=space, make=drifting(0.9, run=1))
    assert (found.agrees, found.doubts, found.case) == (None, (), "")
    assert found.changed == ("versions",)
    assert found.to_json()["agrees"] is None


def test_words_that_the_model_would_not_say_are_weighed(record: Callable[[str], Path], space: Workspace) -> None:
    """Where texts part, the engine says how likely each next word is: a few unlikely ones are a doubt of their own."""

    class Weighing(Drifting):
        def prefer(self, request: Request) -> tuple[float, ...]:
            return tuple(-9.0 if option.endswith("forged") else -1.0 for option in request.options)

    folder = record("drifting")
    context = EngineContext(PromptStyle("plain", date=ROUND.date))

    def forged(row: dict[str, Json]) -> None:
        row["text"] = f"forged {row['text']}"

    changed = forge(folder, forged, every=4, wanted="word_problems")
    found = replay(folder, 1.0, workspace=space, make=lambda options: Weighing(context))
    assert "words the model would not say" in found.doubts
    assert "texts" not in found.doubts
    assert {trial.item for trial in found.trials if trial.moved == 8.0} == set(changed)


def test_an_engine_that_stays_silent_is_an_error(record: Callable[[str], Path], space: Workspace) -> None:
    """A replay without answers agrees with nothing."""

    class Silent(Oracle):
        def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
            yield from ()

    with pytest.raises(EngineError, match="without an answer"):
        replay(record("random"), 1.0, workspace=space, make=lambda options: Silent(EngineContext(PromptStyle("plain"))))


def test_what_cannot_be_asked_again_says_why(record: Callable[[str], Path], space: Workspace, tmp_path: Path) -> None:
    """A share that is none, a folder without a plan, a seed that is not revealed, an engine that only repeats."""
    folder = record("random")
    with pytest.raises(UsageError, match="share"):
        replay(folder, 0.0, workspace=space)
    with pytest.raises(RecordError, match="no plan"):
        replay(tmp_path / "a" / "b" / "c", 0.5, workspace=space)
    with pytest.raises(UnknownNameError, match="replay"):
        recorded_options({"name": "replay"}, space.configs)
    frozen = folder.parent.parent / "frozen.json"
    facts = read_json(frozen)
    del facts["round"]["seed"]
    write_json(frozen, facts)
    with pytest.raises(RecordError, match="not revealed"):
        replay(folder, 0.5, workspace=space)


def test_undeclared_weights_are_never_asked(record: Callable[[str], Path], space: Workspace, tmp_path: Path) -> None:
    """Weights exchanged before the record was made would agree with it: they are hashed against the plan first."""
    weights = tmp_path / "checkpoint"
    weights.mkdir()
    (weights / "model.safetensors").write_bytes(b"declared")
    recorded = read_recorded(record("random"), space)
    planned = {**recorded.plan, "checkpoint": {"model.safetensors": sha256_file(weights / "model.safetensors")}}
    recorded = dataclasses.replace(recorded, plan=planned, checkpoint=weights)
    assert callable(engine_maker(recorded, space.configs))
    (weights / "model.safetensors").write_bytes(b"exchanged")
    with pytest.raises(CheckpointError, match=r"model\.safetensors has another SHA-256"):
        engine_maker(recorded, space.configs)


@pytest.mark.model
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_real_models_record_agrees_and_a_forged_one_does_not(
    smollm2: Path, workspace: Path, space: Workspace, dtype: str
) -> None:
    """SmolLM2 at another budget: the honest record agrees; every third text replaced by the gold answer is doubted."""
    from harness.entries import prepare
    from harness.workspace import find_workspace

    overrides = [
        "round.name=again",
        "round.tasks=[understanding/reading_choice,problem_solving/word_problems,problem_solving/truth_tellers]",
        "round.levels=1",
        "round.counts=2",
        f"engine.dtype={dtype}",
    ]
    here = find_workspace()
    job = prepare(here, "huggingface/smollm2-135m-instruct", "demo", overrides).job
    assert job is not None
    freeze(RoundPaths(here.runs, "again"), job.settings.round)
    evaluate(job)
    assert replay(job.run.folder, 1.0, workspace=here).agrees is True

    def improbable(row: dict[str, Json]) -> None:
        row["text"] = "Zebra " + row["text"]

    forge(job.run.folder, improbable, every=3, wanted="problem_solving")
    assert "words the model would not say" in replay(job.run.folder, 1.0, workspace=here).doubts
