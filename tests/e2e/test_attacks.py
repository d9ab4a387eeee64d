"""The release gate: submissions that try to cheat the harness score at or below chance, and break nothing.

Their answers go through the whole chain: pipeline, record, estimates, standings, tracking, site, terminal.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from harness.cli.main import main
from harness.config import engine_class
from harness.engine.attacks import MARK, Hostile, hostile_texts
from harness.engine.baselines import Baseline, said
from harness.errors import EngineError, UsageError
from harness.record import RunPaths, read_json, read_run
from harness.task import task_names
from harness.task_check import _above
from harness.types import Completion, Request

_SECONDS = 60.0  # of processor time for one text, however long; what is usual is a hundred times less
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CHILD = """
import json, sys, time
from harness.engine.attacks import hostile_texts
from harness.task import load_task
from harness.types import Completion

for number, name in enumerate(sys.argv[1:]):
    task = load_task(name)
    item = task.items(task.card.levels, task.card.languages[number % 2], "hostile", 1)[0]
    for attack, text in hostile_texts().items():
        turns = (text, text) if task.card.kind == "dialogue" else ()
        begin = time.process_time()
        score = task.score(item, Completion(item.id, text, "stop", 0, 0, "", (-1.0,) * len(item.options), turns=turns))
        spent = time.process_time() - begin
        print(json.dumps([name, attack, score.value, task.card.chance[item.level - 1], spent]), flush=True)
"""


class InRound(Hostile):
    """The hostile engine let into a round of a test."""

    barred = False


class Failing(Baseline):
    """Answers some requests by an error with markup in it, then falls over with more of it."""

    name = "failing"

    def answer(self, request: Request) -> Completion:
        """Nothing: `run` says it all."""
        return said(request, "")

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """One hostile error an item; the third is the engine's own."""
        texts = hostile_texts()
        for request, name in zip(requests, ("html", "terminal"), strict=False):
            yield Completion(request.item, texts[name], "error", 0, 0, "", error=texts[name])
        raise EngineError(
            "".join(
                texts[name] for name in ("html", "attributes", "svg", "terminal", "directions", "rich and markdown")
            )
        )


class Elements(HTMLParser):
    """What of a page is markup: element and attribute names, attribute values, what scripts and styles hold."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.markup: list[str] = []
        self.handlers: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.markup += [tag, *(f"{name}={value}" for name, value in attrs)]
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.markup.append(data)

    def handle_comment(self, data: str) -> None:
        self.markup.append(data)


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, str, float | None, float, float]]:
    """Every hostile text judged by every family, in a process of its own: task, attack, value, chance, seconds."""
    done = subprocess.run([sys.executable, "-c", _CHILD, *task_names()], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_every_scorer_judges_every_hostile_text_in_bounded_time(
    judged: list[tuple[str, str, float | None, float, float]],
) -> None:
    """No scorer fails, gives up or thinks for long, whatever the text; megabytes included."""
    assert len(judged) == len(task_names()) * len(hostile_texts())
    assert [row for row in judged if row[2] is None] == []
    assert [row for row in judged if row[4] > _SECONDS] == []


def test_no_hostile_text_beats_chance_in_any_family(
    judged: list[tuple[str, str, float | None, float, float]],
) -> None:
    """All hostile texts together earn no more than guessing, family by family."""
    values: dict[tuple[str, float], list[float]] = defaultdict(list)
    for task, _, value, chance, _ in judged:
        values[task, chance].append(value or 0.0)
    assert [task for (task, chance), found in values.items() if _above(found, chance)] == []


@pytest.fixture
def attacked(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """A round of all families: one entry attacks by its answers, one by its errors; and what the commands said."""
    for kind in (InRound, Failing):
        monkeypatch.setattr(f"harness.engine.baselines.{kind.__name__}", kind, raising=False)
    entries = ["baselines/null", "baselines/echo", "baselines/oracle"]
    round_ = {
        "name": "gate",
        "title": {"fr": "Essai", "en": "Trial"},
        "date": "2026-11-22",
        "seed": "gate",
        "languages": ["fr", "en"],
        "levels": 1,
        "counts": 4,
        "tasks": task_names(),
        "level_weights": "uniform",
        "submissions": entries,
    }
    (workspace / "configs/round/gate.yaml").write_text(yaml.safe_dump(round_))
    target = "engine._target_=harness.engine.baselines."
    main(["run", entries[0], "--round", "gate", f"{target}InRound"])
    with pytest.raises(SystemExit) as stopped:
        main(["run", entries[1], "--round", "gate", f"{target}Failing", "tracking=none"])
    assert stopped.value.code == 1
    for words in (
        ["run", entries[2], "--round", "gate", "tracking=none"],
        ["round", "status", "gate"],
        ["round", "status", "gate", "--json"],
        ["rank", "--round", "gate"],
        ["rank", "--round", "gate", "--json"],
        ["publish", "--round", "gate", "--out", str(workspace / "site")],
    ):
        main(words)
    said = capsys.readouterr()
    return workspace, said.out + said.err


def test_a_hostile_submission_goes_through_the_whole_chain(attacked: tuple[Path, str]) -> None:
    """The record is whole, every score at or below chance, no page holds markup of an answer, no terminal an escape."""
    workspace, said = attacked
    record = RunPaths(workspace / "runs/gate/baselines/null")
    run = read_run(record)
    assert (run.state, run.reason) == ("scored", "")
    assert run.plan is not None
    assert {row.item for row in run.scores} == {item["id"] for item in run.plan["items"]}
    assert [row.reason for row in run.scores if row.value is None] == []
    for task in task_names():
        rows = [row for row in run.scores if row.task == task]
        assert not _above([row.value or 0.0 for row in rows], rows[0].chance), task
    assert read_json(record.tracking)["sent"] is True
    failed = read_run(RunPaths(workspace / "runs/gate/baselines/echo"))
    assert failed.state == "failed"
    assert MARK in failed.reason
    pages = sorted((workspace / "site").rglob("*.html"))
    assert any(MARK in page.read_text() for page in pages), "the reason is shown, as text"
    for page in pages:
        found = Elements(page.read_text())
        assert [part for part in found.markup if MARK in part] == []
        assert found.handlers == []
    assert _UNFIT.findall(said) == []
    assert [path for path in workspace.rglob("*") if MARK in path.name] == []
    answers = [json.loads(line) for line in record.completions.read_bytes().splitlines()]
    assert {answer["text"] for answer in answers} <= set(hostile_texts().values()), "as they were said"
    assert len({answer["text"] for answer in answers}) > 40
    assert len(answers) == len({(answer["item"], answer["turn"]) for answer in answers}), "one line an answer"


@pytest.mark.parametrize("name", ["Hostile", "Stuffed", "Listed", "Injected"])
def test_an_attack_is_never_an_engine_of_a_round(name: str) -> None:
    """An attack can be named in a configuration, and is refused."""
    with pytest.raises(UsageError, match=name):
        engine_class(f"harness.engine.attacks.{name}")
