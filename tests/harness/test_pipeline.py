"""The pipeline with engines that need no model: stages, resuming, refusing, failing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import made
import pytest
from filelock import FileLock

from harness.config import Settings
from harness.engine.baselines import Null
from harness.errors import EngineError, PlanChangedError, RecordError, UnknownNameError
from harness.freezing import freeze
from harness.pipeline import Job, evaluate
from harness.record import RoundPaths, RunPaths, read_completions, read_json, read_run, read_scores
from harness.types import Completion, Item, Json, Request, Round, RoundTask

ROUND = Round(
    name="tiny",
    title={"fr": "Petite manche", "en": "Tiny round"},
    date="2026-11-22",
    seed="s",
    languages=("fr", "en"),
    tasks=(RoundTask("understanding/reading_choice", 2, (4, 2)),),
    level_weights=(0.5, 0.5),
    submissions=(),
)
ITEMS = 2 * (4 + 2)


class Clumsy(Null):
    """Answers `good` requests, then does `then`. Notes every item that it was asked."""

    good = ITEMS
    then = "nothing"
    asked: list[str] = []  # noqa: RUF012 - shared on purpose: the pipeline makes the engine

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        for number, completion in enumerate(super().run(requests)):
            if number == self.good and self.then == "raise":
                raise EngineError("the model fell over", where="layer 3")
            if number == self.good and self.then == "stop":
                return
            self.asked.append(completion.item)
            other = self.then == "other prompt"
            yield dataclasses.replace(completion, prompt_sha256="0" * 64) if other else completion

    @property
    def identity(self) -> Mapping[str, Json]:
        return {"name": "clumsy"}


def job(
    tmp_path: Path, engine: str = "harness.engine.baselines.Oracle", *, baseline: bool = True, **options: Json
) -> Job:
    submission = made.entry(engine="x", baseline=baseline)
    settings = Settings(ROUND, {"_target_": engine, **options}, {"workers": 1}, {"uri": None})
    return Job(settings, submission, None, RunPaths(tmp_path / "baselines" / "x"))


@pytest.fixture
def clumsy(monkeypatch: pytest.MonkeyPatch) -> type[Clumsy]:
    """The clumsy engine, found by name as the pipeline finds any engine."""
    monkeypatch.setattr("harness.engine.baselines.Clumsy", Clumsy, raising=False)
    monkeypatch.setattr(Clumsy, "asked", [])
    monkeypatch.setattr(Clumsy, "good", ITEMS)
    monkeypatch.setattr(Clumsy, "then", "nothing")
    return Clumsy


CLUMSY = "harness.engine.baselines.Clumsy"


def test_every_stage_leaves_its_artefact(tmp_path: Path) -> None:
    """A finished run has plan, completions, scores, estimates, conditions, and says that it is scored."""
    one = job(tmp_path)
    evaluate(one)
    run = read_run(one.run)
    assert run.state == "scored"
    assert run.plan is not None
    assert len(run.completions) == len(run.scores) == len(run.plan["items"]) == ITEMS
    assert all(row.value == 1.0 for row in run.scores)
    assert read_json(one.run.estimates)["understanding/reading_choice"]["curve"][0]["value"] == 1.0
    assert run.conditions["spent"]["sessions"] == 1


def test_scores_stand_in_the_plans_order(tmp_path: Path) -> None:
    """Whatever order answers came in, scores have the plan's."""
    one = job(tmp_path)
    evaluate(one)
    assert [row.item for row in read_scores(one.run)] == [item["id"] for item in read_json(one.run.plan)["items"]]


def test_a_finished_run_asks_nothing_again(tmp_path: Path, clumsy: type[Clumsy]) -> None:
    """A second call answers no item, and changes neither completions nor scores."""
    one = job(tmp_path, CLUMSY)
    evaluate(one)
    before = one.run.completions.read_bytes(), one.run.scores.read_bytes()
    evaluate(one)
    assert len(clumsy.asked) == ITEMS
    assert before == (one.run.completions.read_bytes(), one.run.scores.read_bytes())


@pytest.mark.parametrize("then", ["raise", "stop"])
def test_a_run_that_fails_half_way_says_so_and_goes_on(
    tmp_path: Path, clumsy: type[Clumsy], monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """What was answered is on disk, the record says why it stopped, and the next call asks only the rest."""
    monkeypatch.setattr(clumsy, "good", 5)
    monkeypatch.setattr(clumsy, "then", then)
    one = job(tmp_path, CLUMSY)
    with pytest.raises(EngineError):
        evaluate(one)
    state = read_json(one.run.state)
    assert state["state"] == "failed"
    assert ("fell over" if then == "raise" else "without an answer") in state["reason"]
    assert len(read_completions(one.run)) == 5
    monkeypatch.setattr(clumsy, "then", "nothing")
    evaluate(one)
    assert len(clumsy.asked) == len(set(clumsy.asked)) == ITEMS
    assert read_json(one.run.state)["state"] == "scored"
    assert read_json(one.run.conditions)["spent"]["sessions"] == 2


def test_a_torn_last_line_is_redone(tmp_path: Path, clumsy: type[Clumsy]) -> None:
    """A line cut in the middle is that item's answer lost, and only that one's."""
    one = job(tmp_path, CLUMSY)
    evaluate(one)
    whole = one.run.completions.read_bytes()
    one.run.completions.write_bytes(whole[:-20])
    clumsy.asked.clear()
    evaluate(one)
    assert len(clumsy.asked) == 1
    assert one.run.completions.read_bytes() == whole


def test_another_plan_is_refused_and_named(tmp_path: Path) -> None:
    """A changed configuration is refused with the changed field, and the finished record stays as it was."""
    one = job(tmp_path)
    evaluate(one)
    before = {path.name: path.read_bytes() for path in one.run.folder.iterdir() if path.is_file()}
    other = dataclasses.replace(one.settings, round=dataclasses.replace(ROUND, seed="t"))
    with pytest.raises(PlanChangedError, match=r"round\.seed"):
        evaluate(dataclasses.replace(one, settings=other))
    assert before == {path.name: path.read_bytes() for path in one.run.folder.iterdir() if path.is_file()}


def test_a_round_that_was_run_keeps_its_configuration(tmp_path: Path) -> None:
    """Another configuration under the same name is refused, and what the leaderboard reads is not touched."""
    paths = RoundPaths(tmp_path, "tiny")
    freeze(paths, dataclasses.replace(ROUND, seed="first thought"))
    freeze(paths, ROUND)  # nothing has been run under the first
    evaluate(dataclasses.replace(job(tmp_path), run=paths.run("baselines", "x")))
    before = paths.frozen.read_bytes()
    with pytest.raises(PlanChangedError, match="seed"):
        freeze(paths, dataclasses.replace(ROUND, seed="t"))
    assert paths.frozen.read_bytes() == before
    freeze(paths, dataclasses.replace(ROUND, submissions=("late/entry",)))
    assert json.loads(paths.frozen.read_text())["round"]["submissions"] == ["late/entry"]


def test_conditions_are_written_before_the_first_answer(
    tmp_path: Path, clumsy: type[Clumsy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is killed at once has said under which conditions it was made."""
    seen: list[dict[str, Json]] = []
    one = job(tmp_path, CLUMSY)
    monkeypatch.setattr(clumsy, "__enter__", lambda self: seen.append(read_json(one.run.conditions)) or self)
    evaluate(one)
    assert seen[0]["spent"]["sessions"] == 1
    assert seen[0]["hardware"]["cores"] >= 1


def test_a_mended_scorer_judges_again_without_asking(
    tmp_path: Path, clumsy: type[Clumsy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other judging code is another digest beside the scores, not another plan."""
    one = job(tmp_path, CLUMSY)
    evaluate(one)
    first = read_json(one.run.judging)
    monkeypatch.setattr("harness.scoring.task_digest", lambda name: "mended")
    evaluate(one)
    assert len(clumsy.asked) == ITEMS
    assert read_json(one.run.judging)["tasks"] == {"understanding/reading_choice": "mended"}
    assert read_json(one.run.judging)["shared"] == first["shared"]


def test_a_prompt_other_than_the_plans_stops_the_run(
    tmp_path: Path, clumsy: type[Clumsy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that asks something else than what was planned is stopped at the first answer."""
    monkeypatch.setattr(clumsy, "then", "other prompt")
    one = job(tmp_path, CLUMSY)
    with pytest.raises(EngineError, match="another prompt"):
        evaluate(one)
    assert read_completions(one.run) == {}


def test_only_the_organisers_own_entries_are_given_answers(tmp_path: Path) -> None:
    """A team that names the oracle as its engine gets no gold answer."""
    with pytest.raises(EngineError, match="not given"):
        evaluate(job(tmp_path, baseline=False))


def test_two_processes_never_write_one_record(tmp_path: Path) -> None:
    """The second one is told, and nothing is touched."""
    one = job(tmp_path)
    one.run.folder.mkdir(parents=True)
    with FileLock(one.run.lock), pytest.raises(RecordError, match="another process"):
        evaluate(one)
    assert not one.run.plan.exists()


def test_wrong_engine_options_are_words(tmp_path: Path) -> None:
    """An option that an engine does not have is our error, not a TypeError."""
    with pytest.raises(UnknownNameError, match="speed"):
        evaluate(job(tmp_path, speed=3))


def test_replay_answers_as_the_record_did(tmp_path: Path) -> None:
    """A replayed record has the same completions and scores, and no model was needed."""
    first = job(tmp_path / "first", "harness.engine.baselines.Chance")
    evaluate(first)
    second = job(tmp_path / "second", "harness.engine.replay.ReplayEngine", record=str(first.run.folder))
    evaluate(second)
    assert second.run.completions.read_bytes() == first.run.completions.read_bytes()
    assert second.run.scores.read_bytes() == first.run.scores.read_bytes()


def test_replay_of_another_prompt_is_unscored(tmp_path: Path) -> None:
    """A record that was asked other prompts gives no answers, and none of them counts as zero."""
    first = job(tmp_path / "first", "harness.engine.baselines.Chance")
    evaluate(first)
    lines = [json.loads(line) for line in first.run.completions.read_text().splitlines()]
    lines[0]["prompt_sha256"] = "0" * 64
    changed, gone = (line["item"] for line in lines[:2])
    del lines[1]
    first.run.completions.write_text("".join(json.dumps(line) + "\n" for line in lines))
    second = job(tmp_path / "second", "harness.engine.replay.ReplayEngine", record=str(first.run.folder))
    evaluate(second)
    rows = {row.item: row for row in read_scores(second.run)}
    assert {name for name, row in rows.items() if row.value is None} == {changed, gone}
    assert "another prompt" in rows[changed].reason
    assert "no answer to this item" in rows[gone].reason


def test_a_scorers_crash_is_unscored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our fault is never a contestant's zero (PITFALLS: any exception → zero)."""

    def crash(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("harness.task.ProceduralTask.score", crash)
    one = job(tmp_path)
    evaluate(one)
    rows = read_scores(one.run)
    assert {row.value for row in rows} == {None}
    assert all("oops" in row.reason for row in rows)


def test_sample_items_show_the_instruction_and_the_whole_dialogue() -> None:
    """A public sample can be understood alone, and what it shows as the answer is what scores 1."""
    from harness.dialogue import right_answer
    from harness.freezing import _samples
    from harness.task import load_task

    task = load_task("interaction/tool_world")
    (item,) = task.items(2, "en", "samples", 1)
    shown = [line for line in right_answer(task, item).splitlines() if not line.startswith("→")]
    assert len(shown) > 1
    done = Completion(item.id, shown[-1], "stop", 0, 0, "", turns=tuple(shown))
    assert task.score(item, done).value == 1
    sample = next(iter(_samples("problem_solving/sudoku", 1)))
    assert sample["question"].startswith(
        load_task("problem_solving/sudoku").request(item_of(sample)).messages[0].content
    )


def item_of(sample: dict[str, object]) -> Item:
    """The item that a sample shows."""
    from harness.freezing import SAMPLES_SEED
    from harness.task import load_task

    (item,) = load_task(str(sample["task"])).items(int(str(sample["level"])), str(sample["language"]), SAMPLES_SEED, 1)
    return item
