"""Arithmetic stories: exact, unique, parallel, growing, and judged like a person would."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.word_problems import TASK
from tasks.problem_solving.word_problems.drawing import draw_story
from tasks.problem_solving.word_problems.lexicon import COUNTABLE, MEASURED
from tasks.problem_solving.word_problems.story import LEVELS, Event, Story, difficulty
from tasks.problem_solving.word_problems.telling import elided, tell_story

NAME = "problem_solving/word_problems"
ALL = range(1, len(LEVELS) + 1)
SAMPLE = 60
BAD_FRENCH = re.compile(  # "le huitième" and "le onzième" are right
    r"\b(?:de|que|ne) [aeiouyœéèêAEIOUYŒÉ]|\b(?:le|la) (?!onzi)[aeiouyœéèê]|\bde les?\b|\bà les?\b|\bsi ils?\b|  "
    r"|\b[01] [a-z]+s\b|[dq]u?'[^aeiouyœéAEIOUYŒÉ]|[^ ]\?"
)


def stories(level: int, count: int = SAMPLE) -> list[Story]:
    return [draw_story(Random(f"{level}/{n}"), level) for n in range(count)]


def told(event: Event, value: int, unit: int) -> int | None:
    """What an event does, written again from the meaning of its sentence; None where it cannot happen."""
    n, k = event.amount, event.factor
    share, rest = divmod(value, k)
    if event.kind in {"part", "keep", "pass"} and rest:
        return None
    return {
        "gain": value + n,
        "gift": value + n,
        "more": value + n,
        "lose": value - n,
        "give": value - n,
        "fewer": value - n,
        "packs": value + k * n,
        "bulk": value + k * unit,
        "times": k * value,
        "part": share,
        "keep": value - share,
        "pass": n + share,
    }[event.kind]


def ends(story: Story, start: int) -> list[int] | None:
    """Every quantity from a start on, or None where the story cannot happen."""
    values = [start]
    for event in story.events:
        value = told(event, values[-1], story.thing.unit)
        if value is None or value < 1:
            return None
        values.append(value)
    return values


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 15) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", ALL)
def test_the_answer_follows_from_the_story(level: int) -> None:
    """A second simulation agrees, with whole quantities throughout."""
    for story in stories(level):
        values = ends(story, story.start)
        assert values is not None
        assert values[-1] == story.end
        expected = {
            "now": values[-1],
            "start": story.start,
            "total": sum(values[-2:]),
            "boxes": values[-1] / story.box if story.box else None,
        }[story.asked]
        assert story.answer == expected


@pytest.mark.parametrize("level", [level for level in ALL if LEVELS[level - 1].reverse])
def test_a_reversed_question_has_one_answer(level: int) -> None:
    """No other start leads to the end that is told."""
    reversed_ones = [story for story in stories(level) if story.asked == "start"][:6]
    assert reversed_ones
    for story in reversed_ones:
        fitting = [start for start in range(1, 2_500) if (v := ends(story, start)) and v[-1] == story.end]
        assert fitting == [story.start]


@pytest.mark.parametrize("level", ALL)
def test_the_working_is_the_stated_number_of_true_operations(level: int) -> None:
    """Each line is true, the last one gives the answer, and there are exactly as many as the level says."""
    for story in stories(level):
        assert len(story.working) == LEVELS[level - 1].operations
        for line in story.working:
            left, operator, right, result = re.fullmatch(r"(\d+)([-+*/])(\d+)=(\d+)", line).groups()  # type: ignore[union-attr]
            a, b, c = int(left), int(right), int(result)
            assert {"+": a + b == c, "-": a - b == c, "*": a * b == c, "/": a == b * c}[operator]
        if story.working:
            assert story.working[-1].endswith(f"={story.answer}")


def test_difficulty_strictly_increases() -> None:
    """Operations never decrease and the stated proxy grows at every level."""
    proxies = [difficulty(level) for level in ALL]
    assert all(low < high for low, high in pairwise(proxies))
    assert [rules.operations for rules in LEVELS] == sorted(rules.operations for rules in LEVELS)


def test_french_and_english_share_their_numbers_and_answer() -> None:
    """Both tellings hold the same numbers in the same order, but for halves and dozens said in words."""
    for level in (1, 2, 3, 4):
        for english, french in zip(TASK.items(level, "en", "x", 30), TASK.items(level, "fr", "x", 30), strict=True):
            assert english.target == french.target
            assert re.findall(r"\d+", english.question) == re.findall(r"\d+", french.question)


@pytest.mark.parametrize("level", ALL)
def test_french_is_correct(level: int) -> None:
    """No missing elision, wrong contraction or plural, double space."""
    for story in stories(level):
        text = tell_story(story, "fr")
        assert not BAD_FRENCH.search(text), text


def test_french_instructions_quote_in_french() -> None:
    """« Réponse : » in French, "Answer:" in English; a space before a semicolon in the worked examples."""
    for level in ALL:
        assert '"' not in TASK.instruction(level, "fr")
        assert "«" not in TASK.instruction(level, "en")
    assert "« Réponse : »" in TASK.instruction(ALL[-1], "fr")
    for level in ALL:
        for item in TASK.items(level, "fr", "quotes", 10):
            assert not re.search(r"[^ ][:;]", TASK.answer(item)), TASK.answer(item)


def test_units_are_in_full_where_no_number_goes_before() -> None:
    """`How many grams`, « Combien de grammes », but `5 g`."""
    for level in ALL:
        for story in stories(level):
            assert not re.search(r"Combien de (?:cm|cl|g) ", tell_story(story, "fr"))
            assert not re.search(r"How many (?:cm|cl|g) ", tell_story(story, "en"))
    flour = next(thing for thing in MEASURED if thing.stuff_en == "flour")
    story = Story(flour, "Emma", 12, (), (), "now", 0, None, 12, 12, ())
    assert tell_story(story, "fr") == "Emma a 12 g de farine. Combien de grammes de farine Emma a-t-elle ?"
    assert tell_story(story, "en") == "Emma has 12 g of flour. How many grams of flour does Emma have?"


def test_french_pins() -> None:
    """Elision and agreement, word for word."""
    assert elided("que", "Emma") == "qu'Emma"
    assert elided("de", "œufs") == "d'œufs"
    assert elided("de", "pommes") == "de pommes"
    orange = next(thing for thing in COUNTABLE if thing.fr == "oranges")
    events = (
        Event("pass", "Emma", "Anna", 4, 3, 0),
        Event("times", "Anna", "Eva", 2, 2, 0),
    )
    story = Story(orange, "Emma", 12, events, (), "total", 0, None, 16, 24, ())
    assert tell_story(story, "fr") == (
        "Emma a 12 oranges. Emma donne le tiers de ses oranges à Anna, qui avait déjà 4 oranges. "
        "Eva a maintenant 2 fois plus d'oranges qu'Anna. Combien d'oranges Anna et Eva ont-elles en tout ?"
    )
    assert tell_story(story, "en") == (
        "Emma has 12 oranges. Emma gives a third of her oranges to Anna, who already had 4 oranges. "
        "Eva now has twice as many oranges as Anna. How many oranges do Anna and Eva have altogether?"
    )


def test_items_differ() -> None:
    """The first two thousand of each low level are all different."""
    for level in (1, 2, 3):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 2000)}) == 2000


RIGHT = [
    "{n}",
    "{n}.",
    "**{n}**",
    "{n} pommes",
    "= {n}",
    "Answer: {n}",
    "Réponse : {n}",
    "The answer is {n}.",
    "La réponse est {n}.",
    "50+50=100; 100-7=93. Answer: {n}",
    "```\n{n}\n```",
    "#### {n}",
    "Réponse finale : {n} pommes",
    "There are {n}.",
    "\\boxed{{{n}}}",
]
WRONG = [
    "",
    "A",
    "{m}",
    "Answer: {m}",
    "{n} or {m}",
    "{n} ou {m}",
    "{m}. Answer: {m} (not {n})",
    "Answer: {n}\nAnswer: {m}\nAnswer: 0",
    "{m} {n}",
    "{m}\n{n}",
    "-{n}",
    "{n}{n}",
    "{n}.5",
    "Answer: {n}\n{question}",
    "<think>{n}",
    "none",
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [1, 4, 12])
def test_judge_corpus(level: int, language: str) -> None:
    """Tolerant about form, strict about the number and about hedging."""
    (item,) = TASK.items(level, language, "corpus", 1)
    for form in RIGHT:
        assert score(item, form.format(n=item.target)) == 1, form
    for form in WRONG:
        text = form.format(n=item.target, m=item.target + 1, question=item.question)
        assert score(item, text) == 0, form


def test_listing_every_number_earns_nothing() -> None:
    """Neither spaces, lines, commas nor labels make a list of guesses an answer."""
    (item,) = TASK.items(3, "en", "attack", 1)
    every = [str(n) for n in range(1000)]
    for text in (" ".join(every), "\n".join(every), ", ".join(every), "\n".join(f"Answer: {n}" for n in every)):
        assert score(item, text) == 0


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_arbitrary_text_is_safe_and_earns_nothing_without_the_number(text: str) -> None:
    """The judge never raises, and gives nothing to a text that lacks the answer's digits."""
    (item,) = TASK.items(12, "fr", "any", 1)
    value = score(item, text)
    assert value in ({0.0, 1.0} if str(item.target) in text else {0.0})


def test_no_rule_of_thumb_solves_the_first_calculation() -> None:
    """At level 3 neither adding every number nor adding or subtracting the first two is right half of the time."""
    items = TASK.items(3, "en", "thumb", 1000)
    told = [(list(map(int, re.findall(r"\d+", item.question))), item.target) for item in items]
    assert sum(sum(numbers) == target for numbers, target in told) < 300
    assert sum(sum(numbers[:2]) == target for numbers, target in told) < 420
    assert sum(abs(numbers[0] - numbers[1]) == target for numbers, target in told) < 420
    losses = sum(story.events[0].kind in {"give", "fewer"} for story in stories(3, 400))
    assert 160 < losses < 240


@pytest.mark.parametrize("level", [1, 3])
def test_chance_covers_the_most_frequent_answer(level: int) -> None:
    """Saying one and the same number is not above the card's chance."""
    targets = [item.target for item in TASK.items(level, "en", "mode", 4000)]
    assert max(targets.count(n) for n in set(targets)) / 4000 < TASK.card.chance[level - 1] + 0.008


def test_chance_is_one_in_two_where_two_numbers_are_told() -> None:
    """At level 2 every question tells two numbers, one of which is the answer."""
    assert TASK.card.chance[1] == 0.5
    for item in TASK.items(2, "en", "two", 200):
        told = list(map(int, re.findall(r"\d+", item.question)))
        assert len(told) == 2
        assert item.target in told


def test_comparisons_and_names_read_naturally() -> None:
    """English says "7 more apples" and "7 cm less ribbon"; French writes Léo."""
    apple, ribbon = COUNTABLE[0], MEASURED[0]
    for thing, kind, said in (
        (apple, "more", "Leo now has 7 more apples than Eva."),
        (apple, "fewer", "Leo now has 7 fewer apples than Eva."),
        (ribbon, "more", "Leo now has 7 cm more ribbon than Eva."),
        (ribbon, "fewer", "Leo now has 7 cm less ribbon than Eva."),
    ):
        event = Event(kind, "Eva", "Leo", 7, 2, 0)  # type: ignore[arg-type]
        story = Story(thing, "Eva", 12, (event,), (), "now", 0, None, 19, 19, ())
        assert said in tell_story(story, "en")
        assert "Léo a maintenant 7 " in tell_story(story, "fr")
