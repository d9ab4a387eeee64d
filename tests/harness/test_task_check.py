"""`defi task check` catches each way in which a task can break its promises."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import yaml

from harness import task_check
from harness.engine.attacks import Injected, Listed, Stuffed
from harness.engine.baselines import Baseline
from harness.task import Judgement, ProceduralTask, Telling, load_task, task_names
from harness.task_check import CheckFailure, _above, check_task, gold_rows
from harness.types import Item

NAME = "problem_solving/doubles"
CARD = {
    "kind": "generate",
    "levels": 2,
    "languages": ["fr", "en"],
    "chance": 0.0,
    "license": "Apache-2.0",
    "source": "generated",
    **{key: {"fr": "Double.", "en": "Double."} for key in ("title", "skill", "judging", "ladder")},
    "shots": 1,
    "max_new_tokens": 8,
}


class Doubles(ProceduralTask[int]):
    """Twice a number: a task that keeps every promise."""

    def draw(self, rng: Random, level: int, index: int) -> int:
        """A number no other index has."""
        return rng.randrange(10**6) * 10**6 + index + 10

    def tell(self, structure: int, language: str) -> Telling:
        """The number alone."""
        return Telling(f"2 x {structure}", 2 * structure)

    def instruction(self, level: int, language: str) -> str:
        """Always the same."""
        return "="

    def answer(self, item: Item) -> str:
        """The double."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """Exactly the double."""
        return Judgement(float(text == str(item.target)), text)


class WrongGold(Doubles):
    """Its own answer is wrong."""

    def answer(self, item: Item) -> str:
        return str(item.target + 1)


class HalfGold(Doubles):
    """Its own answer earns half."""

    def judge(self, item: Item, text: str) -> Judgement:
        return Judgement(0.5 * (text == str(item.target)))


class LovesSilence(Doubles):
    """An empty answer is right."""

    def judge(self, item: Item, text: str) -> Judgement:
        return Judgement(float(text in {"", str(item.target)}))


class LovesTheLetter(Doubles):
    """The letter A is right."""

    def judge(self, item: Item, text: str) -> Judgement:
        return Judgement(float(text in {"A", str(item.target)}))


class ShowsTheAnswer(Doubles):
    """The question holds the answer, which may stand anywhere."""

    def tell(self, structure: int, language: str) -> Telling:
        return Telling(f"2 x {structure} = {2 * structure}", 2 * structure)

    def judge(self, item: Item, text: str) -> Judgement:
        return Judgement(float(str(item.target) in text))


class LovesWords(Doubles):
    """Any two words are right."""

    def judge(self, item: Item, text: str) -> Judgement:
        return Judgement(float((" " in text and "=" not in text) or text == str(item.target)))


class Forgetful(Doubles):
    """Items depend on what was drawn before."""

    count = itertools.count()

    def draw(self, rng: Random, level: int, index: int) -> int:
        return next(self.count)


class DependsOnCount(Doubles):
    """A longer run is another run."""

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        return super().items(level, language, f"{seed}{count}", count)


class Repeats(Doubles):
    """Seven items, again and again."""

    def draw(self, rng: Random, level: int, index: int) -> int:
        return 100 + index % 7


class OwnClusters(Doubles):
    """The languages of one structure count as independent."""

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        return [replace(item, cluster=item.id) for item in super().items(level, language, seed, count)]


class FirstOption(Doubles):
    """A choice whose right option always comes first: the base class is circumvented."""

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        items = super().items(level, language, seed, count)
        return [replace(item, options=(str(item.target), "1", "2", "3"), target=0) for item in items]


class FairChoice(Doubles):
    """A choice whose options the base class places."""

    def tell(self, structure: int, language: str) -> Telling:
        return Telling(f"2 x {structure}", 0, tuple(str(2 * structure + n) for n in range(4)))


Check = Callable[..., list[CheckFailure]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Check a toy task, with the gold file it would have been given or another."""
    folder = tmp_path / NAME
    folder.mkdir(parents=True)
    monkeypatch.setattr(task_check, "tasks_root", lambda: tmp_path)

    def run(cls: type[Doubles], edit: Callable[[list[str]], list[str]] = list, **changes: object) -> list[CheckFailure]:
        (folder / "task.yaml").write_text(yaml.safe_dump(CARD | changes), encoding="utf-8")
        task = cls(folder)
        lines = edit([json.dumps(row) for row in gold_rows(task)])
        (folder / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.setattr(task_check, "load_task", lambda name: task)
        return check_task(NAME, 20)

    return run


def test_a_good_task_passes(check: Check) -> None:
    """A task that keeps its promises has no failure, of either kind."""
    assert check(Doubles) == []
    assert check(FairChoice, kind="choose", chance=0.25) == []


@pytest.mark.parametrize(
    ("cls", "rule", "what"),
    [
        (WrongGold, "gold", "the gold answer scores 0.0"),
        (HalfGold, "gold", "the gold answer scores 0.5"),
        (LovesSilence, "chance", "baseline null scores 1.000, chance 0.0"),
        (LovesTheLetter, "chance", "baseline constant scores 1.000"),
        (ShowsTheAnswer, "chance", "baseline echo scores 1.000"),
        (LovesWords, "chance", "baseline random scores"),
        (Forgetful, "deterministic", "items changed"),
        (DependsOnCount, "deterministic", "items changed"),
        (Repeats, "distinct", "some of 20 items are the same"),
        (OwnClusters, "parallel", "tellings do not share a cluster"),
        (FirstOption, "chance", "baseline constant scores 1.000"),
    ],
)
def test_each_break_is_caught(check: Check, cls: type[Doubles], rule: str, what: str) -> None:
    """Every broken promise is named by its rule, at each level and place, with the figures."""
    failures = check(cls, chance=0.25) if cls is FirstOption else check(cls)
    found = [failure for failure in failures if failure.rule == rule]
    assert any(what in failure.what for failure in found), failures
    assert all(failure.task == NAME and failure.where for failure in found)
    others = {failure.rule for failure in failures} - {rule}
    assert not others or cls is Forgetful  # whose pinned items change too


def test_breaks_are_found_at_every_level_and_language(check: Check) -> None:
    """A failure says where: all levels and languages are tried."""
    wheres = {failure.where for failure in check(LovesSilence)}
    assert wheres == {f"level {level}, {language}" for level in (1, 2) for language in ("fr", "en")}


def test_stale_gold_file(check: Check) -> None:
    """A row that the generator no longer makes is named with what differs."""

    def edit(lines: list[str]) -> list[str]:
        row = json.loads(lines[1])
        return [lines[0], json.dumps(row | {"question": "2 x 2", "gold": "4"}), *lines[2:]]

    (failure,) = check(Doubles, edit)
    assert (failure.rule, failure.where) == ("pinned", "level 1, en")
    assert failure.what == "differs from gold.jsonl in gold, question"


@pytest.mark.parametrize("kept", [0, 3])
def test_short_gold_file(check: Check, kept: int) -> None:
    """A gold file that lacks rows, or all of them, is a failure."""
    (failure,) = check(Doubles, lambda lines: lines[:kept])
    assert (failure.rule, failure.what) == ("pinned", f"{kept} rows, expected 4")


def test_gold_rows_pin_items_and_prompts(check: Check, tmp_path: Path) -> None:
    """Each level and language has one row, with hashes of the item and of all that the model reads."""
    check(Doubles)
    rows = [json.loads(line) for line in (tmp_path / NAME / "gold.jsonl").read_text().splitlines()]
    assert [(row["level"], row["language"]) for row in rows] == [(1, "fr"), (1, "en"), (2, "fr"), (2, "en")]
    assert all(int(row["gold"]) == row["target"] for row in rows)
    assert len({row["item_sha256"] for row in rows} | {row["request_sha256"] for row in rows}) == 8


def test_above_chance() -> None:
    """A mean trips the alarm only when chance could hardly have given it (Hoeffding 1963, theorem 1)."""
    assert not _above([1.0, 0.0, 0.0, 0.0] * 10, 0.25)
    assert not _above([1.0, 1.0, 0.0, 0.0] * 10, 0.4)
    assert _above([1.0, 1.0, 1.0, 0.0] * 10, 0.25)
    assert _above([0.0] * 39 + [1.0], 0.0)
    assert _above([0.0, float("nan")], 0.5)
    # exp(-n KL(1/2, 1/4)) = (3/4)^(n/2): the bound 1e-4 is first crossed at n = 66 (64.03 rounded up to even)
    assert not _above([1.0, 0.0] * 32, 0.25)
    assert _above([1.0, 0.0] * 33, 0.25)


@pytest.mark.parametrize("name", task_names())
def test_registered_tasks_keep_their_promises(name: str) -> None:
    """Every task of the contest passes its own check."""
    assert check_task(name, 4) == []


@pytest.mark.parametrize("attack", [Stuffed, Listed, Injected])
def test_an_attack_that_earns_more_than_chance_is_told(attack: type[Baseline], monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that looks for the target anywhere in the text is caught by at least one attack, and named."""
    task = load_task("problem_solving/word_problems")

    def lenient(item: Item, text: str) -> Judgement:
        found = str(item.target) in text or "correct" in text or item.question.split()[0] in text
        return Judgement(float(found), text)

    monkeypatch.setattr(task, "judge", lenient)
    told = {failure.what.split()[1] for failure in check_task(task.card.name, 8) if failure.rule == "chance"}
    assert attack.name in told
