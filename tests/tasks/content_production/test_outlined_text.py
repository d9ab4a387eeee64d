"""Texts on an outline: every outline can be followed, and only real prose that follows it scores."""

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.text import word_forms
from harness.task import load_task
from harness.task_check import check_task
from harness.types import LANGUAGES, Completion, Item
from tasks.content_production.outlined_text import TASK
from tasks.content_production.outlined_text import lexicon as lex
from tasks.content_production.outlined_text.drawing import LEAST, LEVELS, Outline, Section, difficulty, draw_outline
from tasks.content_production.outlined_text.reading import _same, heading

NAME = "content_production/outlined_text"
ALL = range(1, TASK.card.levels + 1)
BAD_FRENCH = re.compile(
    r"\b[Dd]e les?\b|\b[àÀ] les?\b|\b[Ss]i ils?\b"
    r"|\b(?:[Qq]ue|[Dd]e|[Jj]e|[Nn]e|[Ll]e|[Ll]a) [aeiouyéèêAEIOUYÉ]|  | ,|None|\{"
)


def made(language: str) -> Item:
    """Two parts: the second quotes the first's title and takes up its year."""
    titles, words = [lex.TITLES[1], lex.TITLES[5]], lex.WORDS[:2]
    body = ("", "")
    first = Section(titles[0], 10, 30, (words[0],), None, True, None, body)
    second = Section(titles[1], 10, 30, (words[1],), 0, False, 0, body)
    told = TASK.tell(Outline(lex.SUBJECTS[0], (first, second)), language)
    return Item("x", NAME, 6, language, "x", 0, told.question, told.target, data=told.data)


def value(it: Item, text: str) -> float:
    """The score of a text."""
    found = TASK.score(it, Completion(it.id, text, "stop", 0, 0, "")).value
    assert found is not None
    return found


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """Some items of every level and language."""
    return [i for level in ALL for language in LANGUAGES for i in TASK.items(level, language, "tests", 10)]


def test_promises() -> None:
    """Gold scores 1 (so every outline can be followed), baselines 0, items are distinct and pinned."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


def test_difficulty_grows() -> None:
    """The stated proxy grows strictly; parts never become fewer, bounds never wider."""
    assert all(low < high for low, high in pairwise(map(difficulty, ALL)))
    for low, high in pairwise(LEVELS):
        assert low.sections <= high.sections
        assert low.room >= high.room


def test_short_items_never_coincide() -> None:
    """Ten thousand items of the first levels are all different, even with few generators."""
    for level in (1, 2, 3):
        drawn = (draw_outline(Random(n % 7), level, n) for n in range(10_000))
        words = {(one.subject if level == 1 else 0, *((s.title, s.words) for s in one.sections)) for one in drawn}
        assert len(words) == 10_000


def test_the_beginning_is_plain() -> None:
    """Levels 1 and 2 ask for one part with no minimum; a sentence or two does, whatever its words."""
    for level, words in ((1, 1), (2, 2)):
        for it in TASK.items(level, "en", "plain", 20):
            (part,) = it.data["sections"]
            assert (part["low"], len(part["words"])) == (LEAST, words)
            assert f"{part['high']} words at most" in it.question
            said = f"People in the {it.data['subject']} have {' and '.join(part['words'])}."
            assert value(it, f"## {part['title']}\n{said}") == 1
            assert value(it, f"## {part['title']}\n{said.replace(part['words'][0], 'dogs')}") == 0
            assert value(it, f"## {it.data['subject']}\n{said}") == 0
            assert value(it, said) == 0


def test_an_echoed_example_earns_nothing(items: list[Item]) -> None:
    """A worked example of the level is no answer to another outline."""
    for it in items:
        shots = [m.content for m in TASK.request(it).messages if m.role == "assistant"]
        assert shots
        assert all(value(it, shot) < 1 for shot in shots)
        assert value(it, "\n".join(shots)) == 0


def test_tellings_are_parallel() -> None:
    """Both languages have the same bounds, references and numbers of words."""
    same = ("low", "high", "cites", "gives", "repeats")
    for level in ALL:
        for fr, en in zip(TASK.items(level, "fr", "p", 5), TASK.items(level, "en", "p", 5), strict=True):
            shapes = [[[part[key] for key in same] for part in one.data["sections"]] for one in (fr, en)]
            assert shapes[0] == shapes[1]


def test_another_witness_does_not_follow(items: list[Item]) -> None:
    """The text of one outline earns nothing on another."""
    places = {(it.level, it.language, it.index): it for it in items}
    for it in items:
        other = places[it.level, it.language, (it.index + 1) % 10]
        assert value(it, str(other.target)) < 1


def test_french_grammar(items: list[Item]) -> None:
    """Elision, contraction and spaces in questions and witnesses."""
    for it in items:
        if it.language == "fr":
            for text in (it.question, str(it.target)):
                assert not BAD_FRENCH.search(text), text


def test_english_is_no_word_for_word_french() -> None:
    """Past slips: `fishes`, `knows again`, `With patience`, `dream before`, `A new departure`."""
    table = (lex.SUBJECTS, lex.TITLES, lex.WORDS, lex.OPENERS, lex.ACTORS, lex.ACTS, lex.MENTIONS, lex.CITES)
    english = " ".join(pair[1] for pairs in table for pair in pairs)
    assert not re.search(r"fishes|again|With patience|dream before|new departure|This joins", english)
    french = " ".join(pair[0] for pairs in (*table, (lex.ABOUT,)) for pair in pairs)
    assert "Il s'agit de voir" not in french


def test_words_and_titles_are_told_apart() -> None:
    """No word to mention is another's singular or plural, and no two titles are read alike."""
    for n in (0, 1):
        words = [word_forms(pair[n])[0] for pair in lex.WORDS]
        assert [(a, b) for a in words for b in words if a != b and _same(a, b)] == []
        assert len({heading(pair[n]) for pair in lex.TITLES}) == len(lex.TITLES)


EN, FR = made("en"), made("fr")
ONE = "## The first steps"
TWO = "## A great surprise"
A = "The garden opened in 1902. People came with their tools and worked until evening."
B = 'As "The first steps" told us, 1902 was a good year. Many trees grew around the pond.'
UN = "## Les premiers pas"
DEUX = "## Une grande surprise"
C = "Le jardin a ouvert en 1902. On venait avec ses outils et on travaillait jusqu'au soir."
D = "Comme le disait « Les premiers pas », 1902 fut une bonne année. Des arbres poussaient près de l'étang."
SALAD = "Garden tools 1902 people pond evening trees work spring water sun rain wind snow."
CORPUS: list[tuple[Item, str, float]] = [
    (EN, f"{ONE}\n{A}\n{TWO}\n{B}", 1),
    (EN, f"{ONE}\n\n{A}\n\n{TWO}\n\n{B}\n", 1),
    (EN, f"1. The First Steps\n{A}\n2. A Great Surprise\n{B}", 1),
    (EN, f"**1. The first steps**\n{A}\n**2. A great surprise**\n{B}", 1),
    (EN, f"# Part 1: The first steps\n{A}\n# Part 2: A great surprise\n{B}", 1),
    (EN, f"THE FIRST STEPS:\n{A}\nA GREAT SURPRISE:\n{B}", 1),
    (EN, f"Here is the text:\n\n```\n{ONE}\n{A}\n{TWO}\n{B}\n```", 1),
    (EN, f"{ONE}\n{A.replace('tools', 'tool')}\n{TWO}\n{B}", 1),
    (EN, f"{ONE}\n{A.replace('tools', 'dogs')}\n{TWO}\n{B}", 0.5),
    (EN, f"{ONE}\n{A}\n{TWO}\n{B.replace('1902', '1903')}", 0.5),
    (EN, f"{ONE}\n{A.replace('1902', 'a year')}\n{TWO}\n{B}", 0),
    (EN, f"{ONE}\n{A.replace('People', 'In 1999, people')}\n{TWO}\n{B}", 0),
    (EN, f"{ONE}\n{A}\n{TWO}\n{B.replace('The first steps', 'the start')}", 0.5),
    (EN, f"{ONE}\n{A}\n{TWO}\nMany trees grew in 1902.", 0.5),
    (EN, f"{ONE}\n{A}\n{TWO}\n{B} {'The wind blew over the houses and the roads of the old town. ' * 4}", 0),
    (EN, f"{TWO}\n{B}\n{ONE}\n{A}", 0),
    (EN, f"{ONE}\n{A}", 0),
    (EN, f"{A}\n{B}", 0),
    (EN, f"{ONE}\n{TWO}\n{A} {B}", 0),
    (EN, f"{ONE}\n{SALAD}\n{TWO}\n{SALAD}", 0),
    (EN, f"{ONE}\n{A}\n{TWO}\n{SALAD}", 0),
    (EN, f"{ONE}\n{A.replace('garden', 'park')}\n{TWO}\n{B}", 0),
    (EN, f"{ONE}\n{A}\n{TWO}\n{A}", 0),
    (EN, f"{ONE}\n{C}\n{TWO}\n{D}", 0),
    (EN, EN.question, 0),
    (EN, "", 0),
    (EN, "A", 0),
    (FR, f"{UN}\n{C}\n{DEUX}\n{D}", 1),
    (FR, f"1. LES PREMIERS PAS\n{C}\n2. UNE GRANDE SURPRISE\n{D}", 1),
    (FR, f"### Partie 1 : Les premiers pas\n{C}\n### Partie 2 : Une grande surprise\n{D}", 1),
    (FR, f"« Les premiers pas »\n{C}\n« Une grande surprise »\n{D}", 1),
    (FR, f"{UN}\n{C.replace('outils', 'chiens')}\n{DEUX}\n{D}", 0.5),
    (FR, f"{UN}\n{C}\n{DEUX}\n{D.replace('1902', '1903')}", 0.5),
    (FR, f"{UN}\n{A}\n{DEUX}\n{B}", 0),
    (FR, f"{DEUX}\n{D}\n{UN}\n{C}", 0),
    (FR, FR.question, 0),
    (FR, "", 0),
]


@pytest.mark.parametrize(("it", "text", "expected"), CORPUS)
def test_judge_corpus(it: Item, text: str, expected: float) -> None:
    """Forms of titles are free; order, bounds, mentions and prose are not."""
    assert value(it, text) == expected, TASK.judge(it, text).reason


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    """No text raises, and none without the titles scores."""
    assert value(EN, text) == 0
    assert 0 <= value(EN, f"{ONE}\n{A}{text}\n{TWO}\n{B}{text}") <= 1


@pytest.mark.parametrize("text", ["\ud800 " * 500_000, "\0" * 1_000_000, "#" * 1_000_000, f"{ONE}\n" * 50_000])
def test_hostile_texts_score_nothing(text: str) -> None:
    """A megabyte of noise is judged quickly."""
    assert value(EN, text) == 0
