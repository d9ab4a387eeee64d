"""`understanding/reading_choice`: fair options, right French, a ladder that climbs."""

import itertools
import math
import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.understanding.reading_choice import english, french
from tasks.understanding.reading_choice.drawing import draw_story
from tasks.understanding.reading_choice.lexicon import NOUNS, OBJECTS, PEOPLE, WOMEN, values
from tasks.understanding.reading_choice.story import (
    Either,
    Fact,
    Has,
    Holder,
    Lacks,
    Linked,
    Moved,
    Named,
    Older,
    Query,
    Ranked,
    Swapped,
)

NAME = "understanding/reading_choice"
TASK = load_task(NAME)
LEVELS = range(1, TASK.card.levels + 1)
ANNA, EMMA, OSCAR, PAUL = (PEOPLE.index(name) for name in ("Anna", "Emma", "Oscar", "Paul"))


def test_promises_hold() -> None:
    """Gold scores 1, baselines stay at chance, items are distinct and pinned."""
    assert check_task(NAME, 20) == []


# --- the ladder ----------------------------------------------------------------------------------------------------


def test_difficulty_climbs() -> None:
    """From level to level more facts are needed; where as many are, more are given."""
    proxy = []
    for level in LEVELS:
        stories = [draw_story(Random(seed), level) for seed in range(60)]
        (steps,) = {story.steps for story in stories}
        proxy.append((steps, sum(len(story.facts) for story in stories) / len(stories)))
    assert all(low < high for low, high in itertools.pairwise(proxy))
    assert proxy[0] == (1, 3)
    assert proxy[-1][0] == 30
    assert proxy[-1][1] > 60


def test_top_level_has_everything() -> None:
    """The last level joins many relations, negations, dates and comparisons."""
    story = draw_story(Random(0), TASK.card.levels)
    assert {type(fact) for fact in story.facts} == {Either, Lacks, Swapped, Linked, Older}
    assert len(story.query.nouns) == 9


@pytest.mark.parametrize("level", LEVELS)
def test_a_walk_never_turns_back(level: int) -> None:
    """No question asks for the pupil of somebody's teacher: every link followed leads on."""
    opposite = {"teacher": "pupil", "landlord": "tenant", "supplier": "customer", "left": "right"}
    opposite |= {b: a for a, b in opposite.items()} | {"sibling": "sibling"}
    for seed in range(60):
        nouns = draw_story(Random(seed), level).query.nouns
        assert all(b != opposite[a] for a, b in itertools.pairwise(nouns))


# --- nothing but reading finds the answer ----------------------------------------------------------------------------


def _spots(item: Item, word: str) -> list[int]:
    """Where a word stands in the passage."""
    passage = item.question.split("\n")[0]
    return [found.start() for found in re.finditer(rf"\b{word}\b", passage)]


Rule = Callable[[str, list[int]], float]  # of an option and where it stands
RULES: dict[str, Rule] = {
    "first mentioned": lambda option, spots: -spots[0],
    "last mentioned": lambda option, spots: spots[-1],
    "first to be mentioned for the last time": lambda option, spots: -spots[-1],
    "most mentioned": lambda option, spots: len(spots),
    "least mentioned": lambda option, spots: -len(spots),
    "longest": lambda option, spots: len(option),
    "shortest": lambda option, spots: -len(option),
    "alphabetical": lambda option, spots: -ord(option[0]),
}


def _credit(item: Item, weights: list[float]) -> float:
    best = [place for place, weight in enumerate(weights) if weight == max(weights)]
    return (item.target in best) / len(best)


def _nearness(item: Item, spots: list[list[int]]) -> list[float]:
    """How near each option comes to the first name in the question, if there is one."""
    named = [name for name in re.findall(r"\b[A-Z][a-z]+\b", item.question.split("\n")[1]) if name in PEOPLE]
    here = _spots(item, named[0]) if named else []
    return [-min((abs(a - b) for a in here for b in there), default=0) for there in spots]


@pytest.mark.parametrize("level", [level for level in LEVELS if level >= 3])
def test_no_shortcut(level: int) -> None:
    """From level 3 on, mentions, order, length and spelling earn chance over 400 items (3.7 standard errors)."""
    earned = dict.fromkeys([*RULES, "near the first name"], 0.0)
    language = TASK.card.languages[level % 2]
    for item in TASK.items(level, language, "shortcuts", 400):
        spots = [_spots(item, option) for option in item.options]
        for name, rule in RULES.items():
            earned[name] += _credit(item, [rule(*pair) for pair in zip(item.options, spots, strict=True)])
        earned["near the first name"] += _credit(item, _nearness(item, spots))
    if level < 6:  # one or two links away, nearness is a way of reading
        del earned["near the first name"]
    assert {name: sum_ / 400 for name, sum_ in earned.items() if abs(sum_ / 400 - 0.25) > 0.08} == {}


@pytest.mark.parametrize("level", LEVELS)
def test_places_are_balanced(level: int) -> None:
    """The right option stands in each place equally often."""
    places = [item.target for item in TASK.items(level, "en", "places", 40)]
    assert [places.count(place) for place in range(4)] == [10] * 4


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", LEVELS)
def test_options_are_alike(level: int, language: str) -> None:
    """Options are four different single words; from level 3 on the passage mentions each."""
    for item in TASK.items(level, language, "options", 30):
        assert len(set(item.options)) == 4
        assert all(re.fullmatch(r"\w+", option) for option in item.options)
        if level >= 3:
            assert all(_spots(item, option) for option in item.options)


@pytest.mark.parametrize("level", LEVELS)
def test_one_gender_a_passage(level: int) -> None:
    """Everybody in a passage has one gender, for French nouns would otherwise rule options out."""
    for item in TASK.items(level, "fr", "gender", 30):
        named = set(re.findall(r"\b[A-Z][a-z]+\b", item.question)) & set(PEOPLE)
        assert named <= set(WOMEN) or not named & set(WOMEN)


# --- the languages ---------------------------------------------------------------------------------------------------


def test_languages_are_parallel() -> None:
    """One index has the same right option in both languages, at the same place."""
    for level in LEVELS:
        for fr, en in zip(*(TASK.items(level, lang, "parallel", 20) for lang in ("fr", "en")), strict=True):
            assert fr.target == en.target
            assert fr.cluster == en.cluster
            if fr.options[0] in PEOPLE:
                assert fr.options == en.options


FORBIDDEN = [
    r"\bde le\b",
    r"\bde les\b",
    r"\bà le\b",
    r"\b[dDlL]e [aeiouyâéèêAEIOUÉ]",
    r"\b[lL]a [aeiouyâéèê]",
    r"\bque [AEIOU]",
    r"\bne (?:est|était|habite)\b",
    r"\bse (?:est|appelle)\b",
    r"\b[dlLqu]'[^aeiouâéèêAEIOU]",
    r"  ",
    r"\bun (?:voiture|maison|écharpe|chèvre|tortue|poule|vache)\b",
    r"\bune (?:vélo|chapeau|manteau|sac|bateau|parapluie|chat|âne)\b",
    r"[^ ]\?",
]


@pytest.mark.parametrize("level", LEVELS)
def test_french_elides_and_contracts(level: int) -> None:
    """No French text has a form that elision, contraction or agreement forbids."""
    for item in TASK.items(level, "fr", "grammar", 40):
        for pattern in FORBIDDEN:
            assert not re.search(pattern, item.question), (pattern, item.question)


@pytest.mark.parametrize("level", LEVELS)
def test_english_articles(level: int) -> None:
    """English has `an` before vowels only, and no doubled space."""
    for item in TASK.items(level, "en", "grammar", 40):
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]|  | [?.,]", item.question)


def _place(kind: str, word: str) -> int:
    return [entry.en for entry in values(kind)].index(word)


RED, BLUE = _place("car", "red"), _place("car", "blue")
PINNED = [
    (Has(ANNA, "scarf", BLUE), "L'écharpe d'Anna est bleue.", "Anna's scarf is blue."),
    (Has(OSCAR, "bike", BLUE), "Le vélo d'Oscar est bleu.", "Oscar's bike is blue."),
    (Has(PAUL, "car", BLUE, form=1), "Paul a une voiture bleue.", "Paul has a blue car."),
    (
        Has(PAUL, "umbrella", _place("car", "orange"), form=1),
        "Paul a un parapluie orange.",
        "Paul has an orange umbrella.",
    ),
    (Has(ANNA, "job", _place("job", "baker")), "Anna est boulangère.", "Anna is a baker."),
    (Has(PAUL, "job", _place("job", "architect")), "Paul est architecte.", "Paul is an architect."),
    (Has(PAUL, "animal", _place("animal", "turtle")), "Paul a une tortue.", "Paul has a turtle."),
    (
        Has(PAUL, "instrument", _place("instrument", "accordion")),
        "Paul joue de l'accordéon.",
        "Paul plays the accordion.",
    ),
    (Has(PAUL, "instrument", _place("instrument", "piano")), "Paul joue du piano.", "Paul plays the piano."),
    (Has(PAUL, "instrument", _place("instrument", "flute")), "Paul joue de la flûte.", "Paul plays the flute."),
    (
        Either(EMMA, "car", (RED, BLUE), 2000),
        "En 2000, la voiture d'Emma était rouge ou bleue.",
        "In 2000, Emma's car was either red or blue.",
    ),
    (
        Lacks(PAUL, "coat", BLUE, 2000),
        "En 2000, le manteau de Paul n'était pas bleu.",
        "In 2000, Paul's coat was not blue.",
    ),
    (Lacks(PAUL, "city", _place("city", "Oslo")), "Paul n'habite pas à Oslo.", "Paul does not live in Oslo."),
    (
        Either(PAUL, "city", (_place("city", "Rome"), _place("city", "Oslo"))),
        "Paul habite à Rome ou à Oslo.",
        "Paul lives in either Rome or Oslo.",
    ),
    (
        Either(ANNA, "job", (_place("job", "judge"), _place("job", "architect"))),
        "Anna est juge ou architecte.",
        "Anna is either a judge or an architect.",
    ),
    (
        Moved(EMMA, _place("city", "Rome"), 2004),
        "En 2004, Emma s'est installée à Rome.",
        "In 2004, Emma moved to Rome.",
    ),
    (Moved(PAUL, _place("city", "Rome"), 2004), "En 2004, Paul s'est installé à Rome.", "In 2004, Paul moved to Rome."),
    (
        Swapped((ANNA, PAUL), "hat", 2011),
        "En 2011, Anna et Paul ont échangé leurs chapeaux.",
        "In 2011, Anna and Paul swapped hats.",
    ),
    (Linked(ANNA, "sibling", EMMA), "La sœur d'Anna est Emma.", "Anna's sister is Emma."),
    (Linked(ANNA, "sibling", PAUL, 1), "Paul est le frère d'Anna.", "Paul is Anna's brother."),
    (Linked(OSCAR, "pupil", PAUL), "L'élève d'Oscar est Paul.", "Oscar's pupil is Paul."),
    (Linked(PAUL, "landlord", ANNA), "La propriétaire de Paul est Anna.", "Paul's landlady is Anna."),
    (Older(ANNA, PAUL), "Anna est plus âgée que Paul.", "Anna is older than Paul."),
    (Older(PAUL, EMMA), "Paul est plus âgé qu'Emma.", "Paul is older than Emma."),
    (Older(EMMA, PAUL, 1), "Paul est plus jeune qu'Emma.", "Paul is younger than Emma."),
]


@pytest.mark.parametrize(("fact", "fr", "en"), PINNED)
def test_sentences(fact: Fact, fr: str, en: str) -> None:
    """Each kind of fact reads as people write it."""
    assert french.sentence(fact) == fr
    assert english.sentence(fact) == en


QUESTIONS = [
    (
        Query(Named(ANNA), ("left", "pupil", "supplier"), "car", 0, (ANNA, PAUL, OSCAR, EMMA)),
        "De quelle couleur est la voiture de la fournisseuse de l'élève du voisin de gauche d'Anna ?",
        "What colour is the car of the supplier of the pupil of Anna's left-hand neighbour?",
    ),
    (
        Query(Holder("job", _place("job", "baker")), ("sibling",), "city", 0, (PAUL, EMMA)),
        "Dans quelle ville habite la sœur du boulanger ?",
        "In which city does the sister of the baker live?",
    ),
    (
        Query(Holder("car", RED), ("teacher",), "name", 0, (PAUL, EMMA)),
        "Comment s'appelle la professeure de la personne qui a une voiture rouge ?",
        "What is the name of the teacher of the person who has a red car?",
    ),
    (
        Query(Ranked(1, True), (), "hat", 2012, (PAUL,)),
        "En 2012, de quelle couleur était le chapeau de la personne la plus âgée ?",
        "In 2012, what colour was the hat of the oldest person?",
    ),
    (
        Query(Ranked(2, False), ("tenant",), "city", 2007, (PAUL, OSCAR)),
        "En 2007, dans quelle ville habitait le locataire de la deuxième personne la plus jeune ?",
        "In 2007, in which city did the tenant of the second youngest person live?",
    ),
    (Query(Named(OSCAR), (), "job", 0, (OSCAR,)), "Quel est le métier d'Oscar ?", "What is Oscar's job?"),
    (
        Query(Holder("job", _place("job", "lawyer")), (), "animal", 0, (ANNA,)),
        "Quel animal possède l'avocate ?",
        "Which animal does the lawyer have?",
    ),
]


@pytest.mark.parametrize(("query", "fr", "en"), QUESTIONS)
def test_questions(query: Query, fr: str, en: str) -> None:
    """Chains contract their articles and agree with each person."""
    assert french.question(query) == fr
    assert english.question(query) == en


def test_lexicon_is_sound() -> None:
    """Words of a kind differ in both languages, no name is a colour, and asked jobs have one form."""
    for kind in ("car", "city", "job", "animal", "instrument"):
        for language in ("fr", "en"):
            words = [getattr(word, language) for word in values(kind)]
            assert len(set(words)) == len(words) >= 8
    assert len(set(PEOPLE)) == len(PEOPLE) == 40
    assert not {name.lower() for name in PEOPLE} & {word.fr for word in values("car")}
    assert all(word.fr_plural and word.en_plural for word in OBJECTS.values())
    assert all(not word.fr.startswith(("h", "y")) for word in [*NOUNS.values(), *OBJECTS.values()])


# --- judging ---------------------------------------------------------------------------------------------------------


def _score(item: Item, scores: tuple[float, ...]) -> float | None:
    return TASK.score(item, Completion(item.id, "", "stop", 1, 1, "", option_logprobs=scores)).value


def test_judging_by_likelihood() -> None:
    """The likeliest option is the answer, whatever the scale; ties share; too few or NaN is unscored."""
    (item,) = [i for i in TASK.items(1, "fr", "judge", 4) if i.target == 1]
    corpus: list[tuple[tuple[float, ...], float | None]] = [
        ((-2.0, -1.0, -3.0, -4.0), 1.0),
        ((-1.0, -2.0, -3.0, -4.0), 0.0),
        ((-2e9, -1e9, -3e9, -4e9), 1.0),
        ((-math.inf, -1.0, -math.inf, -math.inf), 1.0),
        ((-1.0, -1.0, -1.0, -1.0), 0.25),
        ((-1.0, -1.0, -3.0, -4.0), 0.5),
        ((-1.0, -2.0, -1.0, -4.0), 0.0),
        ((-1.0, -1.0, -1.0, -4.0), 1 / 3),
        ((math.nan, -1.0, -2.0, -3.0), None),
        ((-1.0, -0.5), None),
        ((), None),
    ]
    assert [_score(item, scores) for scores, _ in corpus] == [value for _, value in corpus]


JUDGED = TASK.items(3, "en", "judge", 1)[0]


@given(text=st.text(), scores=st.lists(st.floats(), max_size=6).map(tuple))
def test_judging_never_fails(text: str, scores: tuple[float, ...]) -> None:
    """Any text and any numbers give a score in [0, 1] or none; the text itself earns nothing."""
    item = JUDGED
    score = TASK.score(item, Completion(item.id, text, "length", 1, 1, "", option_logprobs=scores))
    assert score.value is None or 0 <= score.value <= 1
    assert TASK.score(item, Completion(item.id, item.options[item.target], "stop", 1, 1, "")).value is None
