"""River crossings: shortest plans are shortest, answers are simulated, crossings are read in many forms."""

from __future__ import annotations

import re
import time
from collections import deque
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.river_crossings import TASK
from tasks.problem_solving.river_crossings.banking import worlds
from tasks.problem_solving.river_crossings.drawing import bank, draw_problem
from tasks.problem_solving.river_crossings.ladder import LEVELS, difficulty
from tasks.problem_solving.river_crossings.reading import Words, read_plan
from tasks.problem_solving.river_crossings.world import (
    Boat,
    Crossing,
    State,
    World,
    after,
    arrived,
    cheapest_plan,
    cost,
    crossings,
    price,
    simulate,
    start_of,
)

NAME = "problem_solving/river_crossings"
ALL = range(1, len(LEVELS) + 1)
BAD_FRENCH = re.compile(
    r"  | ,|[^ ][;:?]|\bde les?\b|\bà les?\b|\bl[ea] [aeiouéèêâîAEIOUÉÈ]|\b[ld]'[^haeiouéèêâîAEIOUÉÈ]|\bsi il\b"
    r"|\b1 traversées|\bun (?:barque|pirogue|yole)\b|\bune (?:canoë|canot|bac|kayak|radeau)\b"
)


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def distance(world: World) -> int | None:
    """The number of crossings of a shortest plan, by breadth-first search."""
    waiting, seen = deque([(start_of(world), 0)]), {start_of(world)}
    while waiting:
        state, steps = waiting.popleft()
        if arrived(world, state):
            return steps
        for _, reached in crossings(world, state):
            if reached not in seen:
                seen.add(reached)
                waiting.append((reached, steps + 1))
    return None


def random_success(world: World, limit: int) -> float:
    """The share of random legal plans that bring everyone across within a limit."""
    live: dict[tuple[State, int], float] = {(start_of(world), 0): 1.0}
    won = 0.0
    while live:
        following: dict[tuple[State, int], float] = {}
        for (state, spent), share in live.items():
            options = [(spent + cost(world, crossing), reached) for crossing, reached in crossings(world, state)]
            for total, reached in options:
                if total <= limit and arrived(world, reached):
                    won += share / len(options)
                elif total <= limit:
                    following[reached, total] = following.get((reached, total), 0.0) + share / len(options)
        live = following
    return won


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


def test_the_wolf_the_goat_and_the_cabbage() -> None:
    """Alcuin (about 800), problem 18: seven crossings, and none fewer."""
    world = World(4, 1, (Boat(2, (0, 1)),), rules=((1, 2, 0), (2, 3, 0)))
    plan = cheapest_plan(world, 20)
    assert plan is not None
    assert len(plan) == distance(world) == 7
    assert plan[0] == (0, 1, (0, 2))


@pytest.mark.parametrize(("minutes", "best"), [((1, 2, 5, 10), 17), ((1, 3, 6, 8, 12), 29), ((2, 3, 4), 9)])
def test_bridge_and_torch(minutes: tuple[int, ...], best: int) -> None:
    """Rote (2002), "Crossing the bridge at night": the optimal times of known instances."""
    world = World(len(minutes), len(minutes), (Boat(2, (0, 1)),), minutes=minutes)
    plan = cheapest_plan(world, 100)
    assert plan is not None
    assert price(world, plan) == best


def test_two_who_cannot_be_left_never_cross() -> None:
    """Where every first crossing leaves a forbidden pair, there is no plan."""
    world = World(5, 1, (Boat(2, (0, 1)),), rules=((1, 2, 0), (2, 3, 0), (3, 4, 0), (1, 4, 0)))
    assert cheapest_plan(world, 40) is None
    assert distance(world) is None


RULED = World(4, 1, (Boat(2, (0, 1), load=10),), weights=(7, 3, 4, 1), rules=((1, 2, 0),))


@pytest.mark.parametrize(
    ("crossing", "legal"),
    [
        ((0, 1, (0, 1)), True),
        ((0, 1, (0,)), False),  # leaves 1 with 2
        ((0, 1, (1,)), False),  # nobody rows
        ((0, 1, (0, 2)), False),  # 11 kg
        ((0, 1, (0, 1, 3)), False),  # three in two places
        ((0, 1, ()), False),
        ((0, 0, (0, 1)), False),  # stays where it is
        ((0, 2, (0, 1)), False),  # no such shore
    ],
)
def test_a_crossing_keeps_every_rule(crossing: Crossing, legal: bool) -> None:
    """Places, rowers, weights, shores and pairs are all checked."""
    assert (after(RULED, start_of(RULED), crossing) is not None) == legal


@pytest.mark.parametrize("level", ALL)
def test_the_bank_holds_cheapest_plans(level: int) -> None:
    """Plans of the bank are legal, arrive, have the level's length, and no plan is cheaper (three worlds a level)."""
    rules = LEVELS[level - 1]
    worlds_of = bank(level)
    assert len({world for world, _ in worlds_of}) == rules.bank
    assert sum(len(plan) for _, plan in worlds_of) / rules.bank == pytest.approx(difficulty(level)[0], abs=0.5)
    for world, plan in worlds_of:
        state, _ = simulate(world, [(aboard, to, boat) for boat, to, aboard in plan])
        assert state is not None
        assert arrived(world, state)
    for world, plan in worlds_of[:: max(1, rules.bank // 2)][:3]:
        best = cheapest_plan(world, price(world, plan))
        assert best is not None
        assert price(world, best) == price(world, plan)
        assert world.minutes or len(plan) == distance(world)


@pytest.mark.parametrize("level", [5, 7])
def test_the_bank_is_what_its_maker_makes(level: int) -> None:
    """Making the first worlds of a level again gives the same."""
    made = worlds(level)
    assert [(world, tuple(plan)) for world, plan in (next(made) for _ in range(3))] == list(bank(level)[:3])


@pytest.mark.parametrize("level", ALL)
def test_other_units_keep_the_plan(level: int) -> None:
    """A drawn problem's plan is legal in its own units, and within its limit."""
    rules = LEVELS[level - 1]
    for n in range(8):
        problem = draw_problem(Random(f"{level}/{n}"), level, n)
        state, made = simulate(problem.world, [(aboard, to, boat) for boat, to, aboard in problem.plan])
        assert state is not None
        assert arrived(problem.world, state)
        best = price(problem.world, made)
        assert best <= problem.limit
        if not rules.leisure:
            assert problem.limit == best + rules.slack
        assert len(set(problem.travellers)) == problem.world.size


def test_difficulty_strictly_increases() -> None:
    """The cheapest plans grow at every level, in the ladder and in the bank."""
    assert all(low < high for low, high in pairwise(difficulty(level) for level in ALL))
    means = [sum(len(plan) for _, plan in bank(level)) / len(bank(level)) for level in ALL]
    assert all(low < high for low, high in pairwise(means[1:]))


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_chance_is_that_of_a_random_legal_plan(level: int) -> None:
    """The card's chance is the mean over the bank of the share of random legal plans that succeed."""
    slack = LEVELS[level - 1].slack
    shares = [random_success(world, len(plan) + slack) for world, plan in bank(level)]
    assert sum(shares) / len(shares) == pytest.approx(TASK.card.chance[level - 1], abs=0.0006)


def test_french_is_correct() -> None:
    """Articles, elision, contractions and spaces, over several hundred tellings."""
    for level in ALL:
        for item in TASK.items(level, "fr", "french", 30):
            assert not BAD_FRENCH.search(item.question), item.question
            assert not BAD_FRENCH.search(TASK.instruction(level, "fr"))


def test_items_differ() -> None:
    """The first two thousand of each low level are all different."""
    for level in (1, 2, 3):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 2000)}) == 2000


WORDS = Words(["Anna", "Tom", "chèvre", "loup"], ["barque", "canoë"], ["gauche", "droite"])
ENGLISH = Words(["Anna", "Tom", "goat", "wolf"], ["rowboat", "canoe"], ["left", "right"])
PLAN = [((0, 2), 1, None), ((0,), 0, None)]
READ = [
    "Anna, chèvre -> droite\nAnna -> gauche",
    "anna, chevre -> droite\nanna -> gauche",
    "Anna et la chèvre → rive droite\nAnna → rive gauche",
    "1. Anna, chèvre -> droite\n2. Anna -> gauche",
    "- **Anna, chèvre** -> **droite**\n- **Anna** -> **gauche**",
    "```\nAnna, chèvre -> droite\nAnna -> gauche\n```",
    "Réponse :\nAnna, chèvre -> droite\nAnna -> gauche",
    "Réponse : Anna, chèvre -> droite ; Anna -> gauche",
    "Voici le plan : Anna, chèvre -> droite\nAnna seule -> gauche",
    "Anna et la chèvre traversent vers la droite. La chèvre et le loup se disputent à droite. Anna rentre à gauche.",
    "Étape 1 : Anna prend la chèvre -> droite\nÉtape 2 : Anna -> gauche",
    "Voici le plan :\n\nAnna, chèvre --> la droite\nAnna --> la gauche\n\nTout le monde est passé.",
    "Anna + chèvre => droite, Anna => gauche",
    "chèvre, Anna -> droite.\nAnna -> gauche.",
    "gauche -> droite : Anna, chèvre\ndroite -> gauche : Anna",
    "Anna emmène la chèvre à droite. Anna revient à gauche.",
    "Anna et la chèvre vont sur la rive droite, puis Anna revient sur la rive gauche.",
    "Anna, chèvre\u00a0->\u202fdroite\r\nAnna -> gauche\r\n",
    "<think>Tom -> droite ?</think>Anna, chèvre -> droite\nAnna -> gauche",
    "Réponse : Tom -> droite\n\nNon.\n\nRéponse : Anna, chèvre -> droite\nAnna -> gauche",
]
READ_ENGLISH = [
    "Anna, goat -> right\nAnna -> left",
    "Anna and the goat -> right bank\nAnna -> left bank",
    "The answer is: Anna, goat -> right; Anna -> left",
    "Anna takes the goat to the right bank. Then Anna returns to the left bank.",
    "Answer: ANNA, GOAT -> RIGHT\nANNA -> LEFT",
]
UNREAD = [
    "",
    "A",
    "Anna",
    "Anna, chèvre",
    "-> droite",
    "Tous -> droite",
    "dragon -> droite",
    "Anna, dragon -> droite",
    "Anna, chèvre, Anna -> droite",
    "Anna, chèvre -> droite\nAnna, dragon -> gauche",
    "Anna -> droite ou Tom -> droite",
    "Anna ne va pas à droite.",
    "Réponse : Anna\nRéponse : droite\nRéponse : gauche",
    "Réponse : Anna -> droite\nRéponse : Tom -> droite\nRéponse : loup -> droite",
    "<think>Anna -> droite",
    "Le plan est juste, note maximale.",
    "42",
]


@pytest.mark.parametrize("text", READ)
def test_reads_crossings_as_a_person_would(text: str) -> None:
    """Arrows and plain sentences, on lines or in a row, are crossings."""
    assert read_plan(text, "", WORDS) == PLAN


@pytest.mark.parametrize("text", READ_ENGLISH)
def test_reads_english(text: str) -> None:
    """The same forms in English."""
    assert read_plan(text, "", ENGLISH) == PLAN


@pytest.mark.parametrize("text", UNREAD)
def test_reads_nothing_in_hedges(text: str) -> None:
    """Alternatives, denials, several announcements and crossings of nobody are no plan."""
    assert read_plan(text, "", WORDS) is None


def test_reads_the_boat() -> None:
    """A line may begin with its boat."""
    assert read_plan("canoë : Tom, loup -> droite", "", WORDS) == [((1, 3), 1, 1)]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [1, 2, 5, 6, 7, 8, 11])
def test_only_a_legal_plan_that_arrives_counts(level: int, language: str) -> None:
    """The gold plan is right; broken, partial, repeated and reversed ones are wrong, and so is every crossing."""
    (item,) = TASK.items(level, language, "corpus", 1)
    gold = TASK.answer(item)
    assert score(item, gold) == 1
    assert score(item, gold.lower().replace(",", " +")) == 1
    assert score(item, f"{item.question}\n{gold}") == 1
    assert score(item, f"{gold}\n{item.question}") == 0
    assert score(item, f"{gold}\n\n{gold}") == 0
    lines = gold.split("\n")
    assert score(item, "\n".join(lines[:-1])) == 0
    shores, names = item.data["shores"], item.data["names"]
    assert score(item, "\n".join(f"{one} -> {shore}" for one in names for shore in shores)) == 0
    assert level < 3 or score(item, "\n".join(f"{line.split(' -> ')[0]} -> {shores[-1]}" for line in lines)) == 0
    assert level < 3 or score(item, f"{', '.join(names)} -> {shores[-1]}") == 0


def test_another_plan_is_right_and_a_longer_one_is_not() -> None:
    """A plan that is not the target counts; beyond the limit the score is 0 and the metrics say that all arrived."""
    (item,) = TASK.items(5, "en", "other", 1)
    lines = TASK.answer(item).split("\n")
    there_and_back = [lines[0], lines[0].replace(*(f"-> {shore}" for shore in reversed(item.data["shores"])))]
    assert score(item, "\n".join(there_and_back + lines)) == 1  # the slack is two crossings
    judged = TASK.judge(item, "\n".join(there_and_back * 2 + lines))
    assert (judged.value, judged.metrics) == (0.0, {"reached": 1.0})


@settings(max_examples=80)
@given(st.text(max_size=200) | st.text("Annachèvr ->droitegu\n", max_size=80))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1]."""
    for level in (6, 12):
        (item,) = TASK.items(level, "fr", "any", 1)
        assert score(item, text) == 0


@pytest.mark.parametrize("text", ["Anna -> left\n" * 80_000, "the " * 250_000, "\0\ud800" * 400_000, "-" * 1_000_000])
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Crossings, words and marks of any length take less than half a second."""
    (item,) = TASK.items(12, "en", "slow", 1)
    start = time.process_time()
    assert score(item, text) == 0
    assert time.process_time() - start < 0.5
