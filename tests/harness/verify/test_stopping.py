"""Records of rounds that stop by themselves: what was not asked is no silence, and nothing else can be left out."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import made
import pytest

from harness.attest.errors import AttestationError
from harness.attest.keys import SigningKey
from harness.attest.log import append
from harness.attest.sealing import FORMER, reopen, seal
from harness.config import Settings
from harness.decided import Job
from harness.freezing import freeze
from harness.journal import read_all
from harness.metrics.ladder import read_stopping
from harness.pipeline import evaluate
from harness.record import RoundPaths, RunPaths, read_completions, read_json, read_scores, write_json, write_scores
from harness.scoring import score_items
from harness.scoring.estimates import estimates
from harness.types import Json, Round, RoundTask, ScoreRow
from harness.verify import Check, Report, verify_record
from harness.verify.evidence import Evidence
from harness.verify.in_turn import asked_out_of_turn, out_of_turn
from harness.verify.replay import replay
from harness.workspace import Workspace

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")
ROUND = Round(
    "stops",
    {"fr": "Montée", "en": "Climb"},
    "2026-11-22",
    "s",
    ("fr", "en"),
    tuple(RoundTask(name, 2, (24, 24)) for name in TASKS),
    (0.5, 0.5),
    (),
    stopping={"core": 4, "step": 4, "alpha": 0.05, "thresholds": [0.5]},
)
Line = dict[str, Json]


@pytest.fixture(scope="module")
def climbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scored record of the random baseline, in a round with a log, not sealed."""
    root = tmp_path_factory.mktemp("stopping")
    freeze(RoundPaths(root, "stops"), ROUND)
    append(root / "stops/log.jsonl", "round.opened", {"round": "stops"})
    settings = Settings(ROUND, {"_target_": "harness.engine.baselines.Chance"}, {"workers": 1}, {"uri": None})
    run = RunPaths(root / "stops/baselines/random")
    evaluate(Job(settings, made.entry(entry="random"), None, run))
    return run.folder


@pytest.fixture
def own(climbed: Path, tmp_path: Path) -> Path:
    """A copy of the round; the record in it."""
    shutil.copytree(climbed.parents[1], tmp_path / "stops")
    return tmp_path / "stops/baselines/random"


@pytest.fixture
def forged(own: Path, organiser: SigningKey) -> Callable[[Sequence[Line]], Report]:
    """Other answers, judged honestly, sealed and verified: as an organiser would who has the key."""

    def make(lines: Sequence[Line]) -> Report:
        write(own, lines)
        run = RunPaths(own)
        heard = read_completions(run)
        items = [item for item in Evidence(own, (), None).items if item.id in heard]
        write_scores(run, score_items(items, heard))
        write_json(run.estimates, estimates(read_scores(run), read_stopping(ROUND.stopping)))
        with contextlib.suppress(AttestationError):  # where the seal itself refuses, what it is laid on is looked at
            seal(own, organiser)
        return verify_record(own, [organiser.public])

    return make


def lines_of(folder: Path) -> list[Line]:
    return [json.loads(line) for line in (folder / "completions.jsonl").read_text().splitlines()]


def write(folder: Path, lines: Sequence[Line]) -> None:
    text = "".join(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
    (folder / "completions.jsonl").write_text(text)


def failures(report: Report) -> list[Check]:
    return [check for check in report.checks if check.verdict == "failed"]


def early(folder: Path, lines: Sequence[Line]) -> list[str]:
    values = {row.item: row.value for row in read_scores(RunPaths(folder))}
    return out_of_turn(read_json(folder / "plan.json"), [line["item"] for line in lines], values)


def unasked(folder: Path, level: int) -> str:
    """An item of a level that is decided, the next of its order."""
    heard = {line["item"] for line in lines_of(folder)}
    planned = read_json(folder / "plan.json")["items"]
    return next(i["id"] for i in planned if i["level"] == level and "choice" in i["id"] and i["id"] not in heard)


def test_an_honest_record_holds_and_agrees(own: Path, organiser: SigningKey, checkout: Path, tmp_path: Path) -> None:
    """Sealed, verified, every item asked in its turn; a replay asks what was asked, and nothing that was not."""
    seal(own, organiser)
    report = verify_record(own, [organiser.public])
    assert failures(report) == []
    assert any("not asked: the round stops where a level is decided" in check.words for check in report.checks)
    lines = lines_of(own)
    planned = read_json(own / "plan.json")["items"]
    assert 3 * 2 * 2 * 4 < len({line["item"] for line in lines}) < len(planned)
    assert early(own, lines) == []
    found = replay(own, 1.0, workspace=Workspace(checkout, tmp_path, checkout / ".cache"))
    assert found.agrees is True
    assert set(found.items) == {line["item"] for line in lines}


@pytest.mark.parametrize("place", ["core", "beyond"])
def test_a_dropped_answer_is_found(own: Path, forged: Callable[..., Report], organiser: SigningKey, place: str) -> None:
    """An item of the core, or one that the round asked beyond it: answer and score taken out. No seal either."""
    index = {item["id"]: item["index"] for item in read_json(own / "plan.json")["items"]}
    lines = lines_of(own)
    within = {item for item in index if (index[item] < 4) == (place == "core") and "word_problems" in item}
    chosen = next(line["item"] for line in lines if line["item"] in within)
    report = forged([line for line in lines if line["item"] != chosen])
    with pytest.raises(AttestationError, match=chosen):
        seal(own, organiser)
    assert f"{chosen}: asked, and no answer is there" in [c.words for c in failures(report) if c.name == "completions"]


@pytest.mark.parametrize("level", [1, 2])
def test_an_answer_that_was_not_to_be_asked_is_found(own: Path, level: int) -> None:
    """One more answer where the level is decided, or above one that failed: its item is named, wherever it stands."""
    lines, added = lines_of(own), unasked(own, level)
    like = next(line for line in lines if "choice" in line["item"])
    for place in (0, len(lines) // 2, len(lines)):
        assert early(own, [*lines[:place], {**like, "item": added}, *lines[place:]]) == [added]


def test_waves_that_were_exchanged_are_found(own: Path) -> None:
    """The journal backwards: what the round asked last cannot have been asked first."""
    lines = lines_of(own)
    index = {item["id"]: item["index"] for item in read_json(own / "plan.json")["items"]}
    found = early(own, lines[::-1])
    assert found
    assert {index[item] >= 4 for item in found} == {True}
    moved = next(line for line in reversed(lines) if line["item"] in found)
    assert early(own, [moved, *(line for line in lines if line is not moved)]) == [moved["item"]]


def test_other_orders_of_a_wave_are_no_forgery(own: Path) -> None:
    """An engine answers in whatever order it ends: the core backwards is in turn as well."""
    lines = lines_of(own)
    index = {item["id"]: item["index"] for item in read_json(own / "plan.json")["items"]}
    core = [line for line in lines if index[line["item"]] < 4]
    assert early(own, [*core[::-1], *(line for line in lines if index[line["item"]] >= 4)]) == []


def test_moved_scores_and_turns_are_found(own: Path, organiser: SigningKey) -> None:
    """Scores in another order than the plan's, and turns of a dialogue exchanged."""
    run = RunPaths(own)
    write_scores(run, read_scores(run)[::-1])
    seal(own, organiser)
    assert "scores" in {check.name for check in failures(verify_record(own, [organiser.public]))}


def test_turns_that_were_exchanged_are_found(own: Path, forged: Callable[..., Report]) -> None:
    """The second turn of a dialogue before its first."""
    lines = lines_of(own)
    second = next(number for number, line in enumerate(lines) if line["turn"] == 1)
    first = next(number for number, line in enumerate(lines) if line["item"] == lines[second]["item"])
    lines[first], lines[second] = lines[second], lines[first]
    words = [check.words for check in failures(forged(lines)) if check.name == "completions"]
    assert any("turn 1, and 0 is its next one" in word for word in words)


def test_a_record_that_was_judged_again_is_explained_by_either_judgement(own: Path, organiser: SigningKey) -> None:
    """Other scorers decide otherwise: what was asked by the former judgement, which is kept, was asked in its turn."""
    run = RunPaths(own)
    seal(own, organiser)
    reopen(own, "the scorer was mended", organiser)
    rows = list(read_all(ScoreRow, own / FORMER / "1/scores.jsonl"))
    write_scores(run, [dataclasses.replace(row, value=0.0) for row in rows])
    assert early(own, lines_of(own)) != []
    assert asked_out_of_turn(Evidence(own, (), None)) == []
    shutil.rmtree(own / FORMER)
    assert asked_out_of_turn(Evidence(own, (), None)) == early(own, lines_of(own))


def test_a_round_that_asks_everything_has_no_order(own: Path) -> None:
    """Without `stopping` any item may be asked at any time."""
    plan = read_json(own / "plan.json")
    del plan["round"]["stopping"]
    assert out_of_turn(plan, [line["item"] for line in lines_of(own)][::-1], {}) == []


@pytest.mark.parametrize("first", [True, False])
def test_what_was_asked_out_of_turn_fails_whoever_sealed_it(
    own: Path, forged: Callable[..., Report], first: bool
) -> None:
    """An added answer, honestly judged and sealed with every hash right, is named by its item."""
    lines, added = lines_of(own), unasked(own, 2)
    prompt = next(item for item in read_json(own / "plan.json")["items"] if item["id"] == added)["prompt_sha256"]
    like = next(line for line in lines if "choice" in line["item"])
    more = {**like, "item": added, "prompt_sha256": prompt}
    found = failures(forged([more, *lines] if first else [*lines, more]))
    assert [(check.name, check.words.partition(":")[0]) for check in found] == [("completions", added)]
