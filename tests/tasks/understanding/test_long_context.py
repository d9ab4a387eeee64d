"""`understanding/long_context`: exact lengths, answers that a plain reader finds again, doubles that hardly differ."""

from __future__ import annotations

import dataclasses
import re
import time
from collections import Counter
from itertools import pairwise
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.understanding.long_context import drawing
from tasks.understanding.long_context.drawing import draw_register
from tasks.understanding.long_context.lexicon import LAST_NAMES, near_name
from tasks.understanding.long_context.register import LEVELS, Entry, difficulty, tokens
from tasks.understanding.long_context.telling import entry_english, entry_french

NAME = "understanding/long_context"
TASK = load_task(NAME)
ALL = range(1, len(LEVELS) + 1)
SHORT = range(1, 7)
FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
ENGLISH = "January February March April May June July August September October November December".split()
DATE = re.compile(r"\b(\d+)(?:er)? (" + "|".join([*FRENCH, *ENGLISH]) + r")\b")
PERSON = re.compile(r"\b(?!On |In |For |Le |Pour )([A-Z][a-z]+ [A-Z][a-z]+)\b")
PLACE = re.compile(r"(?:\b[àÀ]|\b[Ii]n) ([A-Z][a-z]+)")
BAD_FRENCH = re.compile(r"\b[Dd]e [AEIOUaeiou]|\bde les?\b|\bà les?\b|\bsi ils?\b|  | [,.]|[^ ][?;:]|\ble 1 [jfmasond]")


class Read(NamedTuple):
    """A payment as a sentence tells it; some tell only the first two."""

    code: str
    amount: int
    date: tuple[int, int] = (0, 0)
    person: str = ""
    place: str = ""


def read(question: str) -> list[Read]:
    """Every payment, found with regular expressions in the text of either language."""
    found = []
    for sentence in re.split(r"(?<=\.)\s", question.rpartition("\n\n")[0]):
        code, amount = re.search(r"[A-Z]{2}-\d{4}", sentence), re.search(r"(\d+) euros", sentence)
        date, person, place = DATE.search(sentence), PERSON.search(sentence), PLACE.search(sentence)
        if not re.search(r"\d", sentence):
            continue  # a remark
        assert code, sentence
        assert amount, sentence
        if sentence.startswith(("Dossier", "File")):
            found.append(Read(code[0], int(amount[1])))
            continue
        assert date, sentence
        assert person, sentence
        assert place, sentence
        months = FRENCH if date[2] in FRENCH else ENGLISH
        when = (months.index(date[2]), int(date[1]))
        found.append(Read(code[0], int(amount[1]), when, person[1], place[1]))
    return found


def solve(item: Item) -> list[int]:
    """The answer from the text alone."""
    asked, rows = item.data["asked"], read(item.question)
    codes = re.findall(r"[A-Z]{2}-\d{4}", asked)
    if codes:
        latest = [max((row for row in rows if row.code == code), key=lambda row: row.date).amount for code in codes]
        return [sum(latest)] if "total" in asked else latest
    person = PERSON.search(re.sub(r"^(?:Combien (?:de fois|d'euros)|How many .*? did) ", "", asked))
    place = PLACE.search(asked)
    assert person
    amounts = [row.amount for row in rows if row.person == person[1] and (not place or row.place == place[1])]
    return [len(amounts) if "times" in asked or "fois" in asked else sum(amounts)]


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def test_promises_hold() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 1) == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [*SHORT, 9])
def test_a_plain_reader_finds_the_answer(level: int, language: str) -> None:
    """The text of either language alone gives the target, and no two payments of a file share a date."""
    for item in TASK.items(level, language, "reader", 4 if level < 6 else 1):
        assert solve(item) == item.target
        assert solve(dataclasses.replace(item, question=item.data["short"])) == item.target
        rows = read(item.question)
        again = LEVELS[level - 1].repeats - 1
        assert len({(row.code, row.date) for row in rows}) == len(rows) - again


@pytest.mark.parametrize("level", ALL)
def test_length_is_as_stated(level: int) -> None:
    """Characters / 4 is within a tenth of the level's tokens in both languages."""
    for language in ("fr", "en"):
        (item,) = TASK.items(level, language, "length", 1)
        assert abs(len(item.question) / 4 / tokens(level) - 1) < 0.1
    assert tokens(level) == min(1000 * 2 ** (level - 1), 128_000)


def test_difficulty_strictly_increases() -> None:
    """Documents grow up to level 8, then what must be found in them."""
    assert all(difficulty(a) < difficulty(b) for a, b in pairwise(ALL))


def test_generation_is_fast_and_linear() -> None:
    """Over two million characters a second of processor time, at the longest level as well."""
    for level in (4, 8):
        begun = time.process_time()
        (item,) = TASK.items(level, "fr", "speed", 1)
        assert len(item.question) / (time.process_time() - begun) > 2e6


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_worked_example_is_short(language: str) -> None:
    """The two examples hardly add to the first levels' length, and little to that of the others."""
    for level in range(1, 7):
        item = TASK.items(level, language, "short", 1)[0]
        messages = TASK.request(item).messages
        assert len(messages) == 6
        assert all(len(message.content) < (600 if level < 3 else 5000) for message in messages[:-1])


@pytest.mark.parametrize("level", [1, 2])
def test_the_first_levels_tell_one_payment_several_times(level: int) -> None:
    """The payment asked about is told as often as the level says, the others once, and no two amounts are alike."""
    rules = LEVELS[level - 1]
    for item in TASK.items(level, "en", "repeats", 20):
        rows = read(item.question)
        assert sum(row.code == item.data["codes"][0] for row in rows) == rules.repeats
        assert len({row.code for row in rows}) == len({row.amount for row in rows}) == 1 + rules.others


@pytest.mark.parametrize("level", range(3, 7))
def test_doubles_differ_by_one_sign(level: int) -> None:
    """Each code asked about has two others that differ in one place; each person has a near namesake."""
    for item in TASK.items(level, "en", "doubles", 4):
        rows = read(item.question)
        for code in re.findall(r"[A-Z]{2}-\d{4}", item.data["asked"]):
            near = {row.code for row in rows if sum(a != b for a, b in zip(row.code, code, strict=True)) == 1}
            assert len(near) >= 2
    for last, name in enumerate(LAST_NAMES):
        other = LAST_NAMES[near_name(last)]
        assert other != name
        assert abs(len(other) - len(name)) <= 1
    assert len(set(LAST_NAMES)) == len(LAST_NAMES)


@pytest.mark.parametrize("level", SHORT)
def test_languages_are_parallel(level: int) -> None:
    """The same target, the same numbers, names and codes."""
    for fr, en in zip(*(TASK.items(level, lang, "parallel", 4) for lang in ("fr", "en")), strict=True):
        assert fr.target == en.target
        assert sorted(re.findall(r"\d+", fr.question)) == sorted(re.findall(r"\d+", en.question))


@pytest.mark.parametrize("level", SHORT)
def test_french_is_correct(level: int) -> None:
    """No missing elision or contraction, no doubled space, 1er for the first."""
    for item in TASK.items(level, "fr", "grammar", 4):
        assert not BAD_FRENCH.search(item.question), BAD_FRENCH.search(item.question)


def test_sentences() -> None:
    """The wordings, word for word."""
    said = [entry_french(Entry(0, 0, "KV-4821", 245, 2, 1, 9, form)) for form in range(4)]
    assert said == [
        "Le 1er mars, Emma Morel a versé 245 euros à Lyon pour le dossier KV-4821.",
        "Pour le dossier KV-4821, Emma Morel a payé 245 euros le 1er mars à Lyon.",
        "À Lyon, le 1er mars, le dossier KV-4821 a reçu 245 euros : payés par Emma Morel.",
        "Emma Morel, présente à Lyon le 1er mars, a réglé 245 euros (dossier KV-4821).",
    ]
    english = entry_english(Entry(0, 0, "KV-4821", 245, 2, 1, 9, 0))
    assert english == "On 1 March, Emma Morel handed over 245 euros in Lyon for file KV-4821."


def test_items_differ() -> None:
    """The first thousand of level 1 are all different."""
    assert len({item.question for item in TASK.items(1, "fr", "distinct", 1000)}) == 1000


def kind_chance(level: int, kind: str) -> float:
    """What the best guesser earns: one of the amounts told, of the counts possible, or an amount out of the blue."""
    rules = LEVELS[level - 1]
    if rules.others >= 0:
        return 1 / (1 + rules.others)
    return 1 / (rules.hits + 1) if kind.startswith("count") else 1 / 990


@pytest.mark.parametrize("level", ALL)
def test_chance_is_what_guessing_earns(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card says it at every level, and no single answer is right more often in registers drawn without the rest."""
    kinds, chance = LEVELS[level - 1].kinds, TASK.card.chance[level - 1]
    expected = sum(kind_chance(level, kind) for kind in kinds) / len(kinds)
    assert expected <= chance <= expected + 0.01
    if LEVELS[level - 1].others < 0:
        monkeypatch.setattr(drawing, "entries", lambda _: 250)  # what matters is all drawn; the rest is filling
    count = 600
    answers = [draw_register(Random(f"{level}/{n}"), level, n).answer for n in range(count)]
    assert max(Counter(answers).values()) / count < chance + 0.05


ONE_RIGHT = [
    "{a}",
    "{a}.",
    "**{a}**",
    "{a} euros",
    "Réponse : {a}",
    "Answer: {a} euros",
    "The answer is {a}.",
    "{s} : {a} euros",
]
ONE_WRONG = [
    "",
    "{b}",
    "{a} or {b}",
    "{a}; {b}",
    "{a}\n{b}",
    "-{a}",
    "{a}{a}",
    "<think>{a}",
    "{q}",
    "Answer: {a}\n{q}",
    "not {a}",
]
TWO_RIGHT = [
    "{a}; {b}",
    "{a} ; {b}.",
    "{a}, {b}",
    "{a} euros; {b} euros",
    "1. {a}\n2. {b}",
    "{s}: {a}; {t}: {b}",
    "Answer: {a}; {b}",
    "**{a}; {b}**",
    "{a}\n{b}",
    "```\n{a}; {b}\n```",
]
TWO_WRONG = [
    "",
    "{a}",
    "{b}; {a}",
    "{a}; {b}; {a}",
    "{a} or {b}; {b}",
    "{a}; {b}\n{b}; {a}",
    "{a}; x",
    "<think>{a}; {b}",
    "{q}",
    "Answer: 1; 2\nAnswer: {b}; {a}\nAnswer: {a}; {b}",
]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_judge_corpus(language: str) -> None:
    """Tolerant about form, strict about numbers, order and hedging."""
    one, two = TASK.items(3, language, "corpus", 2)
    for item, right, wrong in ((one, ONE_RIGHT, ONE_WRONG), (two, TWO_RIGHT, TWO_WRONG)):
        codes = re.findall(r"[A-Z]{2}-\d{4}", item.data["asked"])
        known = {"a": item.target[0], "b": item.target[-1] if item is two else 7, "s": codes[0], "t": codes[-1]}
        for form in right:
            assert score(item, form.format(**known, q="")) == 1, form
        for form in wrong:
            assert score(item, form.format(**known, q=item.question)) == 0, form


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", [1, 2])
def test_a_part_of_the_document_is_no_answer(level: int, language: str) -> None:
    """Copying a page of the document earns nothing even where it holds one number only."""
    for item in TASK.items(level, language, "copy", 20):
        for start in range(0, len(item.question) - 1200, 700):
            assert score(item, item.question[start : start + 1200]) == 0


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1]."""
    for item in TASK.items(3, "fr", "any", 2):
        assert score(item, text) in {0.0, 1.0}


def test_long_and_odd_texts_are_safe() -> None:
    """A megabyte, NULs and lone surrogates are judged at once."""
    for item in TASK.items(3, "en", "any", 2):
        for text in ("9" * 1_000_000, "1;\n" * 300_000, "\x00\ud800" * 1000, "1; " * 300_000):
            assert score(item, text) == 0
