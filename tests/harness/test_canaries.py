"""Canary items: drawn by a key, told in other words, read by exact tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from random import Random

import pytest

from harness.canaries import ALPHA, LEAN, Canaries, CanaryReport, Pair, draw_canaries, pairs, rates, read
from harness.dialogue import next_request
from harness.engine.base import EngineContext
from harness.engine.baselines import Baseline, Oracle, said
from harness.errors import RoundError
from harness.plan import task_of
from harness.prompt import PromptStyle, prompt_sha256
from harness.record import together
from harness.rewording import reworded, shuffled
from harness.scoring import score_items
from harness.task import load_task, task_names
from harness.types import Completion, Item, Message, Request

STYLE = PromptStyle("plain")
TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")


def items(count: int = 20, tasks: tuple[str, ...] = TASKS) -> list[Item]:
    return [
        item for name in tasks for language in ("fr", "en") for item in load_task(name).items(1, language, "r", count)
    ]


class Memoriser(Baseline):
    """Answers right where it has seen the very prompt, and anything elsewhere."""

    name = "memoriser"

    def __init__(self, context: EngineContext, seen: Mapping[str, Item]) -> None:
        """`seen` are prompts by their hash, with the items that they ask."""
        super().__init__(context)
        self.seen = seen

    def answer(self, request: Request) -> Completion:
        """The gold answer of a prompt that it knows."""
        item = self.seen.get(prompt_sha256(STYLE.render(request.messages, request.language)))
        return task_of(item).gold(item) if item is not None else said(request, "?")


def asked(drawn: Canaries, engine: Baseline) -> dict[str, Completion]:
    """The canaries' answers, turn by turn."""
    found = {}
    for item in drawn.items:
        turns: list[Completion] = []
        while (request := drawn.ask(item, [turn.text for turn in turns])) is not None:
            turns += [dataclasses.replace(done, item=item.id) for done in engine.run([request])]
        found[item.id] = together(turns)
    return found


def report(known: list[Item], drawn: Canaries, first: Baseline, second: Baseline | None = None) -> CanaryReport:
    """What the canaries say of an engine that answers the items, and another (or the same) the canaries."""
    done = {}
    for item in known:
        turns: list[Completion] = []
        while (request := next_request(task_of(item), item, [turn.text for turn in turns])) is not None:
            turns += [dataclasses.replace(one, item=item.id) for one in first.run([request])]
        done[item.id] = together(turns)
    return read(pairs(drawn, done, asked(drawn, second or first), score_items(known, done)), rate=0.0)


def test_shares_are_drawn_by_the_key_alone() -> None:
    """So many repeats and rewordings as asked for; the same for a seed in any order, others for another seed."""
    known = items()
    drawn = draw_canaries(known, "key", repeat=0.1, reword=0.2)
    kinds = [canary.kind for canary in drawn.drawn.values()]
    assert (kinds.count("repeat"), kinds.count("reword")) == (12, 24)
    assert drawn.drawn.keys() == draw_canaries(known[::-1], "key", 0.1, 0.2).drawn.keys()
    assert drawn.drawn.keys() != draw_canaries(known, "other", 0.1, 0.2).drawn.keys()
    assert draw_canaries(known, "key", 0, 0).items == []
    assert len(draw_canaries(known, "key", 0.001, 0.001).items) == 2


def test_a_repeat_is_the_very_same_request() -> None:
    """Only the id differs, in every turn."""
    drawn = draw_canaries(items(), "key", repeat=0.5, reword=0)
    for canary in drawn.drawn.values():
        own = next_request(task_of(canary.original), canary.original, ["a"])
        assert canary.item.id == f"{canary.original.id}~repeat"
        assert canary.ask(["a"]) == (own and dataclasses.replace(own, item=canary.item.id))
        assert canary.ask([]) == dataclasses.replace(
            task_of(canary.original).request(canary.original), item=canary.item.id
        )


@pytest.mark.parametrize("name", task_names())
def test_a_rewording_keeps_question_and_target(name: str) -> None:
    """In every family: another prompt, the same question, and the oracle's answer to it is right."""
    task = load_task(name)
    for language in task.card.languages:
        (item,) = task.items(1, language, "r", 1)
        drawn = draw_canaries([item], "key", repeat=0, reword=1)
        (canary,) = drawn.drawn.values()
        before, after = task.request(item), canary.ask([])
        assert after is not None
        assert after.messages[-1] == before.messages[-1] == Message("user", item.question)
        assert after.messages != before.messages
        asked_before = [m.role for m in before.messages]
        assert task.card.kind == "dialogue" or [m.role for m in after.messages] == asked_before
        assert sorted(after.options) == sorted(before.options)
        oracle = Oracle(EngineContext(STYLE, gold={canary.item.id: task.gold(canary.item)}))
        assert task.score(canary.item, asked(drawn, oracle)[canary.item.id]).value == 1.0


def test_a_reworded_dialogue_keeps_its_words_to_the_end() -> None:
    """Every turn stands behind the other examples, and the environment answers as it did."""
    (item,) = load_task("interaction/deduction").items(1, "en", "r", 1)
    (canary,) = draw_canaries([item], "key", repeat=0, reword=1).drawn.values()
    first, second = canary.ask([]), canary.ask(["no number"])
    own = next_request(task_of(item), item, ["no number"])
    assert first is not None
    assert second is not None
    assert own is not None
    assert second.messages[: len(first.messages)] == first.messages
    assert second.messages[-2:] == own.messages[-2:]
    assert second.turn == 1


def test_options_take_their_target_along() -> None:
    """The right option is the same text, at another place."""
    for item in items(tasks=TASKS[:1]):
        other = shuffled(item, Random(item.id))
        assert other.options != item.options
        assert other.options[other.target] == item.options[item.target]


def test_a_prompt_written_elsewhere_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verbatim prompt has no rewording, so that item is no canary."""
    (item,) = items(1, TASKS[1:2])[:1]
    task = task_of(item)
    verbatim = dataclasses.replace(task.request(item), messages=(Message("verbatim", "…"),))
    monkeypatch.setattr(type(task), "request", lambda self, item: verbatim)
    assert reworded(item, Random(0)) is None
    assert draw_canaries([item], "key", 0, 1).items == []


def test_a_family_may_reword_its_own_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a family defines `reword`, its question is asked."""
    (item,) = items(1, TASKS[1:2])[:1]
    own = lambda self, item, rng: dataclasses.replace(item, question="In other words?")  # noqa: E731
    monkeypatch.setattr(type(task_of(item)), "reword", own, raising=False)
    (canary,) = draw_canaries([item], "key", 0, 1).drawn.values()
    request = canary.ask([])
    assert request is not None
    assert request.messages[-1].content == "In other words?"


def test_first_prompts_are_hashed_as_a_plan_hashes_them() -> None:
    """Every canary has the hash of what it asks first, so that an engine that asks another prompt is found out."""
    drawn = draw_canaries(items(), "key", 0.1, 0.1)
    for item in drawn.items:
        request = drawn.ask(item, [])
        assert request is not None
        assert drawn.prompts(STYLE)[item.id] == prompt_sha256(STYLE.render(request.messages, request.language))
    assert drawn.prompts(STYLE).keys() == {item.id for item in drawn.items}


def test_a_memoriser_is_found_and_an_oracle_is_not() -> None:
    """Right answers that only the exact prompt brings are doubted; right answers that any prompt brings are not."""
    known = items(30)
    drawn = draw_canaries(known, "key", repeat=0.1, reword=0.4)
    seen = {}
    for item in known:
        turns: list[str] = []
        while (request := next_request(task_of(item), item, turns)) is not None:
            seen[prompt_sha256(STYLE.render(request.messages, request.language))] = item
            right = task_of(item).gold(item)
            turns.append(right.turns[len(turns)] if right.turns else right.text)
    memory = Memoriser(EngineContext(STYLE), {h: i for h, i in seen.items() if i.task != TASKS[2]})
    found = report(known, drawn, memory)
    assert found.doubts == ("reword",)
    assert found.mcnemar_p < 1e-3
    gold = {item.id: task_of(item).gold(item) for item in [*known, *drawn.items]}
    oracle = report(known, drawn, Oracle(EngineContext(STYLE, gold=gold)))
    assert oracle.doubts == ()
    assert (oracle.repeats, oracle.differ, oracle.original, oracle.changed) == (18, 0, 1.0, 1.0)


def test_repeats_that_disagree_are_found() -> None:
    """Answers that change where nothing has changed are doubted, unless noise explains them."""
    same = [Pair("repeat", f"i{n}", n >= 5, 1.0, 1.0) for n in range(40)]
    assert read(same, rate=0.0).doubts == ("repeat",)
    assert read(same, rate=0.005).doubts == ("repeat",)
    assert read(same, rate=0.35).doubts == ()
    assert read(same, rate=0.35).repeat_p == pytest.approx(0.9998, abs=2e-4)


def test_the_mcnemar_test_is_the_exact_one() -> None:
    """Ten wins against two losses: 2 (1 + 12 + 66) / 4096 = 0.0386, two-sided (a binomial sum done by hand)."""
    outcomes = [(1.0, 0.0)] * 10 + [(0.0, 1.0)] * 2 + [(1.0, 1.0)] * 7
    found = read([Pair("reword", f"i{n}", False, a, b) for n, (a, b) in enumerate(outcomes)], rate=0.0)
    assert (found.wins, found.losses, found.reworded) == (10, 2, 19)
    assert found.mcnemar_p == pytest.approx(2 * (1 + 12 + 66) / 4096)
    assert found.original == pytest.approx(17 / 19)


def test_unscored_pairs_are_left_out() -> None:
    """What was not judged says nothing of memory."""
    found = read([Pair("reword", "a", False, None, 0.0), Pair("reword", "b", False, 1.0, None)], rate=0.0)
    assert (found.reworded, found.wins, found.original, found.doubts) == (0, 0, None, ())


@pytest.mark.parametrize(("original", "changed"), [(0.9, 0.9), (0.5, 0.5), (0.2, 0.2), (0.6, 0.48)])
def test_honest_models_are_hardly_ever_doubted(original: float, changed: float) -> None:
    """Simulation: with noise at its rate and a slightly worse rewording, less than one report in a hundred doubts."""
    rng = Random(7)
    doubted = 0
    for _ in range(1000):
        repeats = [Pair("repeat", "", rng.random() >= 0.35, 1.0, 1.0) for _ in range(48)]
        others = [
            Pair("reword", "", False, float(rng.random() < original), float(rng.random() < changed)) for _ in range(120)
        ]
        doubted += bool(read([*repeats, *others], rate=0.35).doubts)
    assert doubted <= 5, f"{doubted} of 1000; {ALPHA} is promised where the original wins at most {LEAN}"


def test_a_rounds_conditions_name_the_shares() -> None:
    """None without a word; wrong words and shares are refused with what is valid."""
    assert rates({}) == (0.0, 0.0)
    assert rates({"canaries": {"repeat": 0.02, "reword": 0.05}}) == (0.02, 0.05)
    for wrong in ({"repeats": 0.1}, {"repeat": 2}, {"reword": True}, {"reword": "5 %"}, 0.1):
        with pytest.raises(RoundError, match="canaries"):
            rates({"canaries": wrong})


def test_a_report_is_json() -> None:
    """With its schema, and without pairs: what it says of items is a count."""
    told = read([], rate=0.005).to_json()
    assert told["schema"] == "grand-defi/canaries/1"
    assert (told["original"], told["doubts"], told["alpha"]) == (None, [], ALPHA)
