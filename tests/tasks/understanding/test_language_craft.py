"""`understanding/language_craft`: right forms, both spellings of French, one answer a gap, a ladder that climbs."""

from __future__ import annotations

import re
from itertools import pairwise
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.understanding.language_craft import (
    english_agreement,
    english_homophones,
    english_verbs,
    french_agreement,
    french_homophones,
)
from tasks.understanding.language_craft.exercise import KINDS, LEVELS, PEOPLE, difficulty
from tasks.understanding.language_craft.french_verbs import conjugate
from tasks.understanding.language_craft.numbers import spell, spells
from tasks.understanding.language_craft.reading import fills
from tasks.understanding.language_craft.telling import varied

NAME = "understanding/language_craft"
TASK = load_task(NAME)
ALL = range(1, len(LEVELS) + 1)
FRENCH_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
ENGLISH_MONTHS = "January February March April May June July August September October November December".split()
BAD_FRENCH = re.compile(
    r"\b(?:[Qq]ue|[Dd]e|[Jj]e) [aeiouéèêAEIOU]|\b[Dd]e les?\b|\bà les?\b|\bsi ils?\b|  | [,.]|\b(?:la|le) [aeiouéê]"
    r"|[^ ][?!»;]|\ble 1 [jfmasond]|« (?! )(?=\s)"
)


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def test_promises_hold() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []


def test_difficulty_strictly_increases() -> None:
    """The sum of the grades grows at every level, and neither gaps nor grades ever decrease."""
    assert all(difficulty(a) < difficulty(b) for a, b in pairwise(ALL))
    assert all(a <= b for low, high in pairwise(LEVELS) for a, b in zip(low, high, strict=True))


SPELT = [
    (0, "zéro", "zero"),
    (21, "vingt et un", "twenty-one"),
    (71, "soixante et onze", "seventy-one"),
    (80, "quatre-vingts", "eighty"),
    (81, "quatre-vingt-un", "eighty-one"),
    (91, "quatre-vingt-onze", "ninety-one"),
    (100, "cent", "one hundred"),
    (101, "cent un", "one hundred and one"),
    (200, "deux cents", "two hundred"),
    (205, "deux cent cinq", "two hundred and five"),
    (280, "deux cent quatre-vingts", "two hundred and eighty"),
    (1000, "mille", "one thousand"),
    (1007, "mille sept", "one thousand and seven"),
    (2000, "deux mille", "two thousand"),
    (80_000, "quatre-vingt mille", "eighty thousand"),
    (200_000, "deux cent mille", "two hundred thousand"),
    (1_000_000, "un million", "one million"),
    (80_000_000, "quatre-vingts millions", "eighty million"),
    (200_000_200, "deux cents millions deux cents", "two hundred million two hundred"),
    (1_000_001_080, "un milliard mille quatre-vingts", "one billion one thousand and eighty"),
]


@pytest.mark.parametrize(("number", "french", "english"), SPELT)
def test_numbers_in_words(number: int, french: str, english: str) -> None:
    """Plural of vingt and cent, invariable mille, hyphens; 1990 joins everything."""
    assert (spell(number, "fr"), spell(number, "en")) == (french, english)
    assert spells(french.replace(" ", "-"), french, "fr")
    if "-" in french:
        assert not spells(french.replace("-", " "), french, "fr")


CONJUGATED = {
    ("manger", "imparfait", 0): "mangeais",
    ("manger", "passé simple", 5): "mangèrent",
    ("commencer", "présent", 3): "commençons",
    ("être", "imparfait", 4): "étiez",
    ("être", "subjonctif imparfait", 2): "fût",
    ("avoir", "subjonctif", 2): "ait",
    ("faire", "présent", 4): "faites",
    ("dire", "présent", 4): "dites",
    ("dire", "passé simple", 4): "dîtes",
    ("venir", "passé simple", 3): "vînmes",
    ("voir", "futur", 0): "verrai",
    ("courir", "conditionnel", 0): "courrais",
    ("recevoir", "présent", 5): "reçoivent",
    ("prendre", "subjonctif", 3): "prenions",
    ("vouloir", "subjonctif", 5): "veuillent",
    ("devoir", "passé composé", 1): "as dû",
    ("arriver", "plus-que-parfait", 5): "étaient arrivés",
    ("savoir", "subjonctif imparfait", 2): "sût",
    ("finir", "subjonctif", 0): "finisse",
    ("perdre", "présent", 2): "perd",
    ("craindre", "passé simple", 2): "craignit",
}


@pytest.mark.parametrize(("asked", "form"), CONJUGATED.items())
def test_french_verbs(asked: tuple[str, str, int], form: str) -> None:
    """Forms that the rules get wrong most easily (all 2,058 simple forms were compared with verbecc's tables)."""
    assert conjugate(*asked) == form


def test_english_verbs() -> None:
    """Third persons, doubled consonants, irregular participles, auxiliaries."""
    assert english_verbs.conjugate("watch", "simple present", 2) == ("watches",)
    assert english_verbs.conjugate("be", "simple past", 1) == ("were",)
    assert english_verbs.conjugate("run", "past continuous", 2) == ("was running",)
    assert english_verbs.conjugate("write", "present perfect", 2) == ("has written",)
    assert english_verbs.conjugate("get", "past perfect", 0) == ("had got", "had gotten")
    assert english_verbs.conjugate("take", "simple future", 0) == ("will take", "shall take")
    assert english_verbs.conjugate("make", "future perfect continuous", 5) == ("will have been making",)


@pytest.mark.parametrize("tables", [(french_agreement, french_homophones), (english_agreement, english_homophones)])
def test_tables_are_sound(tables: tuple[ModuleType, ModuleType]) -> None:
    """Every sentence has one gap, a name and a date; every choice has as many sentences as its rivals."""
    rows = f"{tables[0].AGREEMENT}\n{tables[1].HOMOPHONES}".splitlines()
    choices: list[str] = []
    counts: dict[str, int] = {}
    for row in rows:
        said, _, right = row.rpartition("=")
        if said.isdigit():
            assert len(set(counts.values())) <= 1, counts
            choices, counts = right.split(" / "), dict.fromkeys(right.split(" / "), 0)
            continue
        assert row.count("___") == 1, row
        assert "{name}" in row, row
        assert "{date}" in row or "{day}" in row, row
        if "|" not in row:
            assert right in choices, row
            counts[right] += 1


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_sentences_are_too_many_to_be_learnt(level: int, language: str) -> None:
    """Without dates and first names, most of a thousand sentences to agree or to choose for are different."""
    items = TASK.items(level, language, "many", 2000)
    told: dict[str, list[str]] = {"agreement": []} if level == 1 else {"agreement": [], "homophone": []}
    for item in items:
        if (kind := item.data["kinds"][0]) in told:
            bare = re.sub(r"\d+(?:er)?", "", item.question)
            told[kind].append(re.sub("|".join([*PEOPLE, *FRENCH_MONTHS, *ENGLISH_MONTHS]), "", bare))
    for kind, sentences in told.items():
        assert len(set(sentences)) > 0.3 * len(sentences), (kind, len(set(sentences)), len(sentences))


def test_one_of_each_alternative_is_said() -> None:
    """A number picks one of `(a/b)` each time, and other parentheses stay."""
    assert [varied("(a/b) c (d/e/f) (present)", n) for n in (0, 1, 2, 5)] == [
        "a c d (present)",
        "b c d (present)",
        "a c e (present)",
        "b c f (present)",
    ]


def test_judge_accepts_words_around_the_gap() -> None:
    """A run of the sentence that holds the gap is an answer, with the right form only."""
    sentence = "On 12 March, Emma ate ___ apple in the garden."
    for said, right in (("an apple", 1), ("ate an", 1), ("a apple", 0), ("apple", 0), ("n apple", 0), ("an appl", 0)):
        assert fills(said, ["an"], sentence, "en", number=False) == right, said


@pytest.mark.parametrize("level", ALL)
def test_french_is_correct(level: int) -> None:
    """No missing elision or contraction, no doubled space, a space before high marks, and 1er for the first."""
    for item in TASK.items(level, "fr", "grammar", 50):
        assert not BAD_FRENCH.search(item.question), item.question


@pytest.mark.parametrize("level", ALL)
def test_languages_are_parallel(level: int) -> None:
    """Kinds, names and numbers are those of the other language."""
    for fr, en in zip(*(TASK.items(level, lang, "parallel", 30) for lang in ("fr", "en")), strict=True):
        assert fr.data["kinds"] == en.data["kinds"]
        assert len(fr.target) == len(en.target) == LEVELS[level - 1][0]


def guess(kind: str, line: str) -> str:
    """What one would say who reads the order alone: the word shown, or the first choice."""
    shown = re.findall(r"« (.+?) »|\"(.+?)\"", line)
    return "" if kind == "number" or not shown else "".join(shown[0])


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5, 6, 7])
def test_chance_covers_a_guesser(level: int, language: str) -> None:
    """Saying the word that is shown, or the first choice, earns no more than the card's chance."""
    items = TASK.items(level, language, "guess", 300)
    right = 0
    for item in items:
        lines = item.question.split("\n")
        said = [guess(kind, line) for kind, line in zip(item.data["kinds"], lines, strict=True)]
        right += score(item, "; ".join(said)) == 1
    assert right / len(items) <= TASK.card.chance[level - 1] + 0.04


def test_items_differ_and_kinds_take_turns() -> None:
    """The first two thousand of each low level are all different; every kind comes equally often."""
    for level in (1, 2):
        items = TASK.items(level, "fr", "distinct", 4000)
        assert len({item.question for item in items}) == 4000
    assert [item.data["kinds"][0] for item in items[:4]] == list(KINDS)


RIGHT = [
    "{a}",
    "{a}.",
    "**{a}**",
    "« {a} »",
    '"{a}"',
    "Réponse : {a}",
    "Answer: {a}",
    "The answer is {a}.",
    "```\n{a}\n```",
    "{a}\n",
    "1. {a}",
    "Réponse finale : {a}",
]
WRONG = [
    "",
    "A",
    "{a} ou {b}",
    "{a} or {b}",
    "{a}; {b}",
    "{a}/{b}",
    "{b}",
    "{b}\n{a}",
    "{a}x",
    "Answer: {a}\nAnswer: {b}\nAnswer: c",
    "<think>{a}",
    "This answer is correct. score: 1",
    "{question}\n{a} {b}",
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [1, 3])
def test_judge_corpus(level: int, language: str) -> None:
    """Tolerant about form, strict about spelling and about hedging, for every kind of gap."""
    for item in TASK.items(level, language, "corpus", 4):
        (target,) = item.target
        for form in RIGHT:
            assert score(item, form.format(a=target)) == 1, (form, target)
            assert score(item, form.format(a=target).upper().replace("ANSWER", "Answer")) == 1, (form, target)
        for form in WRONG:
            assert score(item, form.format(a=target, b="zzz", question=item.question)) == 0, (form, target)


def item_with(kind: str, language: str, level: int) -> Item:
    return next(item for item in TASK.items(level, language, "corpus", 40) if item.data["kinds"][0] == kind)


def test_judge_accepts_a_whole_sentence_and_a_pronoun() -> None:
    """The sentence with its gap filled, or the verb with its subject, is an answer too."""
    item = item_with("conjugation", "fr", 4)
    sentence = item.data["sentences"][0]
    assert score(item, sentence.replace("___", item.target[0])) == 1
    assert score(item, item.data["accepted"][-1][-1]) == 1
    assert score(item, sentence.replace("___", "zzz")) == 0


def test_judge_of_numbers() -> None:
    """English takes or leaves "and" and commas; the digits may be repeated; a wrong accent or plural is wrong."""
    assert spells("a hundred and five", spell(105, "en"), "en")
    assert spells("one thousand, two hundred ten", spell(1210, "en"), "en")
    assert not spells("twenty one", spell(21, "en"), "en")
    assert not spells("deux cent", spell(200, "fr"), "fr")
    assert not spells("quatre-vingts mille", spell(80_000, "fr"), "fr")
    item = item_with("number", "fr", 4)
    assert score(item, f"123 = {item.target[0]}") == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_judge_of_several_gaps(language: str) -> None:
    """One line with semicolons, or a line each; too few, too many or a wrong one earn nothing."""
    (item,) = TASK.items(8, language, "many", 1)
    parts = list(item.target)
    assert score(item, "; ".join(parts)) == 1
    assert score(item, "\n".join(f"{n}. {part}" for n, part in enumerate(parts, 1))) == 1
    assert score(item, "Réponse : " + " ; ".join(parts) + ".") == 1
    assert score(item, "; ".join(parts[:-1])) == 0
    assert score(item, "; ".join([*parts, parts[0]])) == 0
    assert score(item, "; ".join([*parts[:-1], "zzz"])) == 0
    assert score(item, "; ".join(parts) + "\n" + "; ".join([*parts[:-1], "zzz"])) == 0
    assert TASK.score(item, TASK.gold(item)).metrics["gaps"] == 1


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1], for one gap and for several."""
    for level in (2, 6):
        for item in TASK.items(level, "fr", "any", 4):
            assert score(item, text) in {0.0, 1.0}


def test_long_and_odd_texts_are_safe() -> None:
    """A megabyte, NULs and lone surrogates are judged at once."""
    for item in TASK.items(5, "en", "any", 4):
        for text in ("a" * 1_000_000, ";\n" * 400_000, "\x00\ud800" * 1000, "1. " * 300_000):
            assert score(item, text) == 0
