"""The base class of procedural tasks, and the registry."""

import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import yaml

from harness import task as task_module
from harness.errors import SandboxUnavailableError, TaskError, UnknownNameError
from harness.task import (
    Judgement,
    ProceduralTask,
    Telling,
    generator,
    load_card,
    load_task,
    task_digest,
    task_names,
    tasks_root,
)
from harness.types import Completion, Item

CARD = {
    "kind": "generate",
    "levels": 3,
    "languages": ["fr", "en"],
    "chance": 0.0,
    "license": "Apache-2.0",
    "source": "generated",
    **{key: {"fr": "Somme.", "en": "Sum."} for key in ("title", "skill", "judging", "ladder")},
    "shots": 2,
    "max_new_tokens": [4, 5, 6],
}
NAMES = task_names()


class Sums(ProceduralTask[tuple[int, int]]):
    """A sum, to be written out."""

    def draw(self, rng: Random, level: int, index: int) -> tuple[int, int]:
        """Two numbers of `level` digits."""
        return rng.randrange(10**level), rng.randrange(10**level)

    def tell(self, structure: tuple[int, int], language: str) -> Telling:
        """The sum."""
        word = "plus" if language == "en" else "et"
        return Telling(f"{structure[0]} {word} {structure[1]} ?", sum(structure), data={"terms": list(structure)})

    def instruction(self, level: int, language: str) -> str:
        """Always the same."""
        return "+"

    def answer(self, item: Item) -> str:
        """The target."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """The number, or half of the point for an even one."""
        return Judgement(1.0 if text == str(item.target) else 0.5 if text.endswith("even") else 0.0, text)


class Choices(Sums):
    """The same sum among `len(OPTIONS)` choices; the right one is told in second place."""

    def tell(self, structure: tuple[int, int], language: str) -> Telling:
        """The sum between two that are not."""
        total = sum(structure)
        return Telling(f"{structure} ?", 1, tuple(str(total + d) for d in (-1, 0, 1, 2, 3)))


Make = Callable[..., ProceduralTask[tuple[int, int]]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a toy task from a class and changes to its card (None: without that key)."""

    def build(cls: type[ProceduralTask[tuple[int, int]]] = Sums, **changes: object) -> ProceduralTask[tuple[int, int]]:
        folder = tmp_path / "problem_solving" / "sums"
        folder.mkdir(parents=True, exist_ok=True)
        card = {key: value for key, value in (CARD | changes).items() if value is not None}
        (folder / "task.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
        return cls(folder)

    return build


def _done(item: Item, text: str = "", *, finish: str = "stop", scores: tuple[float, ...] = ()) -> Completion:
    return Completion(
        item.id,
        text,
        finish,
        1,
        1,
        "",
        option_logprobs=scores,
        error="gone" * (finish in ("error", "broken", "beyond", "late")),
    )  # type: ignore[arg-type]


# --- items -----------------------------------------------------------------------------------------------------------


def test_items_nest(make: Make) -> None:
    """A longer run extends a shorter one, item by item."""
    task = make()
    assert task.items(2, "fr", "s", 10) == task.items(2, "fr", "s", 20)[:10]
    assert [item.index for item in task.items(2, "fr", "s", 4)] == [0, 1, 2, 3]


def test_items_depend_on_every_argument(make: Make) -> None:
    """Another seed, level or task draws other items."""
    task = make()
    draws = [task.items(*where, 8) for where in ((2, "en", "s"), (2, "en", "t"), (3, "en", "s"))]
    assert len({tuple(item.question for item in items) for items in draws}) == 3
    assert len({generator(*key).random() for key in (("a", 1, "s", 0), ("b", 1, "s", 0), ("a", 1, "s", 1))}) == 3


def test_the_generator_is_pinned() -> None:
    """Item generators never change: a round's seed gives its items for ever, on every machine."""
    assert generator("a/b", 1, "seed", 0).getrandbits(64) == 8487256721389895811


def test_languages_share_clusters(make: Make) -> None:
    """The French and English tellings of one index have one cluster, one target, and ids of their own."""
    task = make()
    for fr, en in zip(task.items(1, "fr", "s", 6), task.items(1, "en", "s", 6), strict=True):
        assert fr.cluster == en.cluster
        assert fr.target == en.target
        assert fr.id != en.id
        assert fr.question != en.question
    assert len({item.cluster for item in task.items(1, "fr", "s", 6)}) == 6


def test_places_are_balanced(make: Make) -> None:
    """In every block of as many items as options, the right one takes each place once, in no fixed order."""
    items = make(Choices, kind="choose").items(2, "en", "s", 50)
    blocks = [[item.target for item in items[start : start + 5]] for start in range(0, 50, 5)]
    assert all(sorted(block) == [0, 1, 2, 3, 4] for block in blocks)
    assert len({tuple(block) for block in blocks}) > 5


def test_moving_keeps_the_options(make: Make) -> None:
    """The right option is at the target's place, and the others keep their order."""
    for item in make(Choices, kind="choose").items(2, "en", "s", 10):
        total = sum(int(n) for n in re.findall(r"\d+", item.question))
        assert item.options[item.target] == str(total)
        others = [int(option) for option in item.options if option != str(total)]
        assert others == sorted(others)
        assert len(others) == 4


def test_unknown_level_lists_the_levels(make: Make) -> None:
    """A level outside the card is refused with the valid ones."""
    for level in (0, 4, -1):
        with pytest.raises(UnknownNameError, match="unknown level") as caught:
            make().items(level, "fr", "s", 1)
        assert caught.value.valid == ["1", "2", "3"]


def test_unknown_language_lists_the_languages(make: Make) -> None:
    """A language outside the card is refused with the valid ones."""
    with pytest.raises(UnknownNameError, match="unknown language 'de'") as caught:
        make().items(1, "de", "s", 1)
    assert caught.value.valid == ["en", "fr"]


# --- requests --------------------------------------------------------------------------------------------------------


def test_request_is_instruction_shots_question(make: Make) -> None:
    """System, worked examples in turns, then the question; sampling from the card."""
    task = make(stop=["\n\n"])
    (item,) = task.items(2, "en", "s", 1)
    request = task.request(item)
    assert [m.role for m in request.messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert request.messages[-1].content == item.question
    assert (request.item, request.language, request.options) == (item.id, "en", ())
    assert request.sampling.max_new_tokens == 5
    assert request.sampling.stop == ("\n\n",)
    assert request.sampling.temperature == 0.0


def test_shots_are_right(make: Make) -> None:
    """Worked examples show right answers; of a choice, the right option's text."""
    for cls, kind in ((Sums, "generate"), (Choices, "choose")):
        task = make(cls, kind=kind)
        messages = task.request(task.items(2, "en", "s", 1)[0]).messages
        for question, answer in zip(messages[1:-1:2], messages[2:-1:2], strict=True):
            assert sum(int(n) for n in re.findall(r"\d+", question.content)) == int(answer.content)


def test_shots_depend_on_no_round(make: Make) -> None:
    """Shots are a function of task, level and language: not of seed, place or rank (lm-evaluation-harness #1719)."""
    task, again = make(), make()
    prompts = {task.request(item).messages[:-1] for seed in ("a", "b") for item in task.items(2, "en", seed, 5)} | {
        again.request(item).messages[:-1] for item in again.items(2, "en", "c", 1)
    }
    assert len(prompts) == 1
    assert prompts != {task.request(item).messages[:-1] for item in task.items(3, "en", "a", 1)}


# --- scores ----------------------------------------------------------------------------------------------------------


def test_gold_scores_one(make: Make) -> None:
    """The gold completion of either kind earns the whole point."""
    for task in (make(), make(Choices, kind="choose")):
        for item in task.items(3, "fr", "s", 10):
            score = task.score(item, task.gold(item))
            assert (score.value, score.category) == (1.0, "right")


def test_engine_failure_is_unscored(make: Make) -> None:
    """A failure of ours is unscored with its reason, never zero (EvalScope #1608)."""
    task = make()
    (item,) = task.items(1, "fr", "s", 1)
    score = task.score(item, _done(item, str(item.target), finish="error"))
    assert (score.value, score.category, score.reason) == (None, "unscored", "gone")


@pytest.mark.parametrize(("finish", "category"), [("broken", "wrong"), ("beyond", "beyond"), ("late", "late")])
def test_what_a_submission_could_not_do_is_its_own_zero(make: Make, finish: str, category: str) -> None:
    """Broken weights, a question beyond the context or past the budget score zero, and say why: nobody skips one."""
    for task in (make(), make(Choices, kind="choose")):
        (item,) = task.items(1, "fr", "s", 1)
        score = task.score(item, _done(item, str(item.target), finish=finish))
        assert (score.value, score.category, score.reason) == (0.0, category, "gone")


def test_no_isolation_is_unscored(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a program cannot be run safely its item is unscored with the reason: the machine is at fault."""

    def refuse(self: Sums, item: Item, text: str) -> Judgement:
        raise SandboxUnavailableError("no bwrap here")

    task = make()
    (item,) = task.items(1, "fr", "s", 1)
    monkeypatch.setattr(Sums, "judge", refuse)
    score = task.score(item, _done(item, "1"))
    assert (score.value, score.category, score.reason) == (None, "unscored", "no bwrap here")


def test_shots_share_no_index_with_a_round(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task may take a part of an item from its index: worked examples are drawn far from those of any round."""
    drawn: list[int] = []
    task, draw = make(), Sums.draw
    monkeypatch.setattr(
        Sums, "draw", lambda self, rng, level, index: (drawn.append(index), draw(self, rng, level, index))[1]
    )
    (item,) = task.items(1, "fr", "s", 1)
    task.request(item)
    assert drawn[0] == 0
    assert len(drawn) == 3
    assert min(drawn[1:]) >= 1_000_000


@pytest.mark.parametrize(
    ("text", "finish", "value", "category"),
    [
        ("gold", "stop", 1.0, "right"),
        ("gold", "length", 1.0, "right"),
        ("even", "stop", 0.5, "partial"),
        ("even", "length", 0.5, "cut"),
        ("no", "stop", 0.0, "wrong"),
        ("no", "length", 0.0, "cut"),
    ],
)
def test_categories(make: Make, text: str, finish: str, value: float, category: str) -> None:
    """A wrong answer cut by the token budget is its own category; a right one is right."""
    task = make()
    (item,) = task.items(1, "fr", "s", 1)
    score = task.score(item, _done(item, str(item.target) if text == "gold" else text, finish=finish))
    assert (score.value, score.category) == (value, category)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_scores_stay_in_range(make: Make, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    """A judgement outside [0, 1] is the task's fault, and said so."""
    task = make()
    (item,) = task.items(1, "fr", "s", 1)
    monkeypatch.setattr(Sums, "judge", lambda self, item, text: Judgement(value))
    with pytest.raises(TaskError, match="outside"):
        task.score(item, _done(item, "1"))


@pytest.mark.parametrize(
    ("scores", "value", "category"),
    [
        ((-1.0, -2.0, -2.0, -2.0, -2.0), 1.0, "right"),
        ((-2.0, -1.0, -2.0, -2.0, -2.0), 0.0, "wrong"),
        ((-1.0, -1.0, -2.0, -2.0, -2.0), 0.5, "partial"),
        ((-1.0,) * 5, 0.2, "partial"),
        ((-2.0, -1.0, -1.0, -2.0, -2.0), 0.0, "wrong"),
        ((math.nan, -1.0, -1.0, -1.0, -1.0), None, "unscored"),
        ((-1.0, -2.0, -2.0, -2.0, math.nan), None, "unscored"),
        ((-1.0, -2.0), None, "unscored"),
        ((), None, "unscored"),
    ],
)
def test_choices_by_likelihood(make: Make, scores: tuple[float, ...], value: float | None, category: str) -> None:
    """The likeliest option answers; ties share the point; a missing or NaN likelihood is unscored."""
    task = make(Choices, kind="choose")
    item = next(item for item in task.items(2, "en", "s", 5) if item.target == 0)
    score = task.score(item, _done(item, scores=scores))
    assert (score.value, score.category) == (value, category)
    assert bool(score.reason) == (value is None)


def test_answer_and_judge_are_required(make: Make) -> None:
    """A generate task that lacks them says which."""

    class Bare(Sums):
        answer = ProceduralTask.answer
        judge = ProceduralTask.judge

    task = make(Bare)
    (item,) = task.items(1, "fr", "s", 1)
    with pytest.raises(TaskError, match=r"define answer\(\)"):
        task.gold(item)
    with pytest.raises(TaskError, match=r"define judge\(\)"):
        task.score(item, _done(item, "1"))


# --- cards and registry ----------------------------------------------------------------------------------------------


def test_card_spreads_single_numbers(make: Make) -> None:
    """One number serves every level; a list gives one each."""
    card = make().card
    assert card.name == "problem_solving/sums"
    assert card.chance == (0.0, 0.0, 0.0)
    assert card.max_new_tokens == (4, 5, 6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, r"unknown \['colour'\]"),
        ({"shots": None}, r"missing \['shots'\]"),
        ({"chance": [0.0, 0.0]}, "`chance` needs one number, or 3"),
        ({"title": {"fr": "Somme."}}, "`title` must say it in fr, en"),
    ],
)
def test_wrong_cards_name_the_key(make: Make, changes: dict[str, object], message: str) -> None:
    """A card's error names what is wrong in it."""
    with pytest.raises(TaskError, match=message):
        make(**changes)


def test_unknown_track(tmp_path: Path) -> None:
    """A task lies in one of the four tracks."""
    folder = tmp_path / "cooking" / "sums"
    folder.mkdir(parents=True)
    (folder / "task.yaml").write_text(yaml.safe_dump(CARD), encoding="utf-8")
    with pytest.raises(UnknownNameError, match="unknown track 'cooking'"):
        load_card(folder)


def test_unknown_task_lists_the_tasks() -> None:
    """A mistyped task is refused with the nearest name."""
    with pytest.raises(UnknownNameError, match="did you mean understanding/reading_choice") as caught:
        load_task("understanding/reading_choise")
    assert caught.value.valid == sorted([*NAMES, *task_names(public=True)])


def test_digest_follows_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any change to a task's files changes its digest; caches and other tasks do not."""
    name = "understanding/reading_choice"
    folder = tmp_path / name
    shutil.copytree(tasks_root() / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    original = task_digest(name)
    monkeypatch.setattr(task_module, "tasks_root", lambda: tmp_path)
    assert task_digest(name) == original
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    (tmp_path / "understanding" / "other.py").write_text("")
    assert task_digest(name) == original
    seen = [original]
    for change in (
        lambda: (folder / "story.py").write_bytes((folder / "story.py").read_bytes() + b"\n"),
        lambda: (folder / "story.py").rename(folder / "tale.py"),
        lambda: (folder / "new.json").write_text("{}"),
        (folder / "gold.jsonl").unlink,
    ):
        change()
        seen.append(task_digest(name))
    assert len(set(seen)) == len(seen)
