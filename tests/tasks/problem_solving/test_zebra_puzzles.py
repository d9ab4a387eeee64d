"""Zebra puzzles: one solution by plain search, correct French, names and tables read as a person would."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.zebra_puzzles import TASK
from tasks.problem_solving.zebra_puzzles.clues import ALONE, Clue, Narrowing
from tasks.problem_solving.zebra_puzzles.drawing import LEVELS, Puzzle, difficulty, draw_puzzle
from tasks.problem_solving.zebra_puzzles.lexicon import ATTRIBUTES
from tasks.problem_solving.zebra_puzzles.reading import read_name, read_rows

NAME = "problem_solving/zebra_puzzles"
ALL = range(1, len(LEVELS) + 1)
BAD_FRENCH = re.compile(
    r"  | ,|[^ ][;:?]|\bd[eu] le\b|\bà le\b|\bsi il\b|\bde [AEIOUYaeiouy]|\bd'[^aeiouAEIOUY]|\bqui qui\b|\bdu eau\b"
)
TABLE = [["Nina", "tea", "cat"], ["Tom", "milk", "dog"], ["Eva", "water", "fish"]]
ROWS = tuple(frozenset(row) for row in TABLE)


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def true_of(clue: Clue, places: tuple[int, ...], size: int) -> bool:
    """What a clue means, written again."""
    x, y = places[clue.x], clue.y if clue.kind in ALONE else places[clue.y]
    return {
        "at": x == y,
        "same": x == y,
        "not at": x != y,
        "not same": x != y,
        "end": x in {0, size - 1},
        "left": x + 1 == y,
        "next": x + 1 == y or y + 1 == x,
        "before": x < y,
    }[clue.kind]


def solutions(puzzle: Puzzle, chosen: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every assignment that fits, by trying all orders of one attribute after the other."""
    size = len(puzzle.names)
    if len(chosen) == len(puzzle.places):
        yield chosen
        return
    for order in permutations(range(size)):
        places = (*chosen, *order)
        known = [c for c in puzzle.clues if c.x < len(places) and (c.kind in ALONE or c.y < len(places))]
        if all(true_of(clue, places, size) for clue in known):
            yield from solutions(puzzle, places)


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", [5, 6, 7, 8])
def test_exactly_one_assignment_fits(level: int) -> None:
    """A plain search over all orders finds the solution and nothing else."""
    for n in range(10 if level < 7 else 2):
        puzzle = draw_puzzle(Random(f"{level}/{n}"), level)
        assert list(solutions(puzzle)) == [puzzle.places]


@pytest.mark.parametrize("level", [9, 10, 11, 12])
def test_sound_narrowing_leaves_one_assignment(level: int) -> None:
    """At the large levels narrowing alone, which loses no solution, leaves the one the clues were drawn from."""
    for n in range(5):
        puzzle = draw_puzzle(Random(f"{level}/{n}"), level)
        size = len(puzzle.names)
        assert all(true_of(clue, puzzle.places, size) for clue in puzzle.clues)
        assert Narrowing(len(puzzle.places), size, puzzle.clues).places() == puzzle.places


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from([5, 6]), st.integers(1, 6))
def test_narrowing_loses_no_solution(seed: int, level: int, kept: int) -> None:
    """Whatever assignments fit some of the clues are still possible after narrowing."""
    whole = draw_puzzle(Random(seed), level)
    size, clues = len(whole.names), whole.clues[:kept]
    domains = Narrowing(len(whole.places), size, clues).domains
    some = Puzzle(whole.names, whole.attributes, whole.values, whole.places, clues, whole.asked, row=True)
    for n, places in enumerate(solutions(some)):
        assert all(domain >> place & 1 for domain, place in zip(domains, places, strict=True))
        if n > 200:
            break


def narrowed_plainly(puzzle: Puzzle, clues: tuple[Clue, ...]) -> list[set[int]]:
    """The same rules on sets of places, over and over from the first clue on."""
    size = len(puzzle.names)
    before: list[set[int]] = []
    left = [set(range(size)) for _ in puzzle.places]
    while left != before:
        before = [set(places) for places in left]
        for clue in clues:
            x, y = clue.x, clue.y
            if clue.kind in ALONE:
                left[x] = {p for p in left[x] if true_of(clue, (p,) * (x + 1), size)}
                continue
            fits = {(p, q) for p in left[x] for q in left[y] if true_of(Clue(clue.kind, 0, 1), (p, q), size)}
            left[x], left[y] = {p for p, _ in fits}, {q for _, q in fits}
        for start in range(0, len(left), size):
            group = left[start : start + size]
            for one in group:
                for other in group:
                    if one is not other and len(one) == 1:
                        other.difference_update(one)
            for place in range(size):
                holders = [places for places in group if place in places]
                if len(holders) == 1:
                    holders[0].intersection_update({place})
    return left


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([6, 8, 11]), st.integers(1, 40), st.builds(Random, st.integers(0, 99)))
def test_narrowing_clue_by_clue_is_narrowing_from_scratch(seed: int, level: int, kept: int, rng: Random) -> None:
    """Whether clues come one by one or together, the same places are left; a clue that tells nothing is let go."""
    puzzle = draw_puzzle(Random(seed), level)
    size, clues = len(puzzle.names), puzzle.clues[:kept]
    narrowing = Narrowing(len(puzzle.places), size)
    told = tuple(clue for clue in rng.sample(clues, len(clues)) if narrowing.add(clue))
    plain = [sum(1 << place for place in places) for places in narrowed_plainly(puzzle, told)]
    assert narrowing.domains == Narrowing(len(puzzle.places), size, told).domains == plain


def test_no_single_clue_says_the_answer() -> None:
    """From level 5 on, no clue joins the asked value to a name."""
    for level in (5, 6, 7, 8):
        for n in range(30):
            puzzle = draw_puzzle(Random(f"{level}/{n}"), level)
            size = len(puzzle.names)
            said = [c for c in puzzle.clues if c.kind == "same" and c.y == puzzle.asked and c.x < size]
            assert not said


def test_who_is_left_out_is_asked_as_often_as_anyone() -> None:
    """At level 4 one fact is not told, and it is asked about one time in four: its person is no answer by itself."""
    puzzles = [draw_puzzle(Random(f"left out/{n}"), 4) for n in range(400)]
    untold = sum(puzzle.asked not in {clue.y for clue in puzzle.clues} for puzzle in puzzles)
    assert 60 <= untold <= 140


def test_difficulty_strictly_increases() -> None:
    """The bits of the assignments to choose from grow at every level."""
    assert all(low < high for low, high in pairwise(difficulty(level) for level in ALL))


@pytest.mark.parametrize("level", ALL)
def test_french_is_correct(level: int) -> None:
    """Elision before every vowel and only there, no wrong contraction, no double space."""
    for item in TASK.items(level, "fr", "french", 40 if level < 8 else 10):
        assert not BAD_FRENCH.search(item.question), item.question


def test_every_value_is_said_well() -> None:
    """The verb phrases of both languages, as a person would say them."""
    said = {(a.says(n, "fr"), a.says(n, "en")) for a in ATTRIBUTES for n in (0, 2, 6)}
    assert ("boit de l'eau", "drinks water") in said
    assert ("a la tortue", "has the turtle") in said
    assert ("porte du gris", "wears grey") in said
    assert ("joue au tennis", "plays tennis") in said
    assert ("vit à Lima", "lives in Lima") in said


def test_both_languages_ask_the_same() -> None:
    """Targets are the same in French and in English."""
    for level in ALL:
        french, english = (TASK.items(level, language, "both", 5) for language in ("fr", "en"))
        assert [item.target for item in french] == [item.target for item in english]


def test_first_levels_word_for_word() -> None:
    """Level 1 tells five facts on one person and asks for one of them; level 2 tells two on each of two people."""
    (item,) = TASK.items(1, "en", "pin", 1)
    *facts, question = re.split(r"(?<=[.?]) ", item.question)
    assert len(facts) == 5
    assert item.question.split().count(item.target) == 5
    assert question.replace("Who", item.target).replace("?", ".") in facts
    (item,) = TASK.items(2, "fr", "pin", 1)
    *facts, question = re.split(r"(?<=[.?]) ", item.question)
    assert len({fact.split()[0] for fact in facts}) == 2
    assert len(facts) == 4
    assert question.replace("Qui", item.target).replace(" ?", ".") in facts


def test_items_differ() -> None:
    """The first two thousand of each low level are all different."""
    for level in (1, 2, 3):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 2000)}) == 2000


@pytest.mark.parametrize(
    "text",
    [
        "Nina",
        "nina.",
        "**Nina**",
        "Answer: Nina",
        "Réponse : Nina.",
        "The answer is Nina.",
        "La réponse est Nina.",
        "Nina has the cat.",
        "C'est Nina.",
        "Tom is at place 2.\n\nSo Nina has the cat.",
        "Tom? No.\nAnswer: Nina",
        "<think>Tom</think>Nina",
        "\\boxed{Nina}",
    ],
)
def test_reads_a_name_as_a_person_would(text: str) -> None:
    """A name alone, announced, in a sentence or after reasoning."""
    assert read_name(text) == "Nina"


@pytest.mark.parametrize(
    "text", ["", "A", "Nina or Tom", "Nina ou Tom", "Nina, Tom, Eva", "not Nina", "Nina\nTom", "the cat", "<think>Nina"]
)
def test_reads_no_name_in_hedges(text: str) -> None:
    """Several names, alternatives and denials name nobody."""
    assert not read_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "1: Nina, tea, cat\n2: Tom, milk, dog\n3: Eva, water, fish",
        "1: Nina, cat, tea\n2: Tom, dog, milk\n3: Eva, fish, water.",
        "3: Eva, water, fish\n1: Nina, tea, cat\n2: Tom, milk, dog",
        "Nina, tea, cat\nTom, milk, dog\nEva, water, fish",
        "- Place 1: Nina - tea - cat\n- Place 2: Tom - milk - dog\n- Place 3: Eva - water - fish",
        "| 1 | Nina | tea | cat |\n|---|---|---|---|\n| 2 | Tom | milk | dog |\n| 3 | Eva | water | fish |",
        "Answer:\n1. **Nina**, Tea, Cat\n2. **Tom**, Milk, Dog\n3. **Eva**, Water, Fish",
        "1: Nina drinks tea and has the cat.\n2: Tom drinks milk and has the dog.\n3: Eva drinks water, has the fish.",
        "Tom drinks milk, so Nina drinks tea.\n\n1: Nina, tea, cat\n2: Tom, milk, dog\n3: Eva, water, fish",
    ],
)
def test_reads_a_table_as_a_person_would(text: str) -> None:
    """Any order of lines that are numbered, any order in a line, tables and sentences."""
    assert read_rows(text, "", "en", 3) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1: Nina, tea, cat",
        "1: Nina, tea, cat\n1: Tom, milk, dog\n3: Eva, water, fish",
        "Nina, tea, cat, Tom, milk, dog, Eva, water, fish",
        "1: Nina, tea\n2: Nina, cat\n3: Nina, dog\n4: Tom, dog",
    ],
)
def test_reads_no_table_where_places_lack_or_repeat(text: str) -> None:
    """A place that lacks or stands twice leaves no table."""
    assert read_rows(text, "", "en", 3) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_wrong_line_earns_nothing(language: str) -> None:
    """Two values exchanged, every word on every line, and three guesses are wrong; the metric counts right lines."""
    (item,) = TASK.items(9, language, "corpus", 1)
    gold = TASK.answer(item).split("\n")
    assert score(item, "\n".join(gold)) == 1
    assert score(item, f"{item.question}\n" + "\n".join(gold)) == 1
    wrong = [gold[0].replace("1:", "2:"), gold[1].replace("2:", "1:"), *gold[2:]]
    judged = TASK.judge(item, "\n".join(wrong))
    assert (judged.value, judged.metrics) == (0.0, {"rows": 0.6})
    every = ", ".join(", ".join(row) for row in item.data["rows"])
    assert score(item, "\n".join(f"{n}: {every}" for n in range(1, 6))) == 0
    guesses = ["\n".join(f"{n}: {gold[(n + k) % 5][3:]}" for n in range(1, 6)) for k in range(5)]
    assert score(item, "\n\n".join(guesses)) == 0


@settings(max_examples=60)
@given(st.text(max_size=200), st.sampled_from([4, 9]))
def test_arbitrary_text_is_safe(text: str, level: int) -> None:
    """The judge never raises and stays in [0, 1]."""
    (item,) = TASK.items(level, "fr", "any", 1)
    assert score(item, text) in {0.0, 1.0}


@pytest.mark.parametrize(
    "text", ["Nina, thé\n" * 100_000, "1\n\n" * 300_000, "\0\ud800" * 400_000, "Answer: " * 120_000]
)
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Rows, numbers and marks of any length take less than half a second."""
    for level in (4, 12):
        (item,) = TASK.items(level, "fr", "long texts", 1)
        start = time.process_time()
        assert score(item, text) == 0
        assert time.process_time() - start < 0.5


CLUES = "Sarah drinks tea. Sarah has the rabbit. Sarah wears pink. Who drinks tea?"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sarah has the rabbit. Sarah wears pink. Sarah dr", None),
        ("Sarah wears pink.", None),
        ("Sarah drinks tea.", "Sarah"),
        ("Sarah", "Sarah"),
        ("Sarah has the rabbit. So it is Sarah.", "Sarah"),
    ],
)
def test_copied_clues_answer_nothing(text: str, name: str | None) -> None:
    """Clues of the question, whole or cut, are no answer unless they say what is asked."""
    assert read_name(text, CLUES) == name
