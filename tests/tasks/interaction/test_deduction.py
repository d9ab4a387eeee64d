"""Deduction games: every secret is found in time, answers are true, guesses are read as a person would read them."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dialogue import next_request
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.interaction.deduction import TASK
from tasks.interaction.deduction.games import LEVELS, Rules
from tasks.interaction.deduction.reading import read_code
from tasks.interaction.deduction.solving import all_codes, compare, find_number

NAME = "interaction/deduction"
ALL = range(1, len(LEVELS) + 1)
CODES = [level for level in ALL if LEVELS[level - 1].kind == "code"]
BAD_FRENCH = re.compile(
    r"\b(?:de|que|ne) [aeiouyœéèêAEIOUYŒÉ]|\b(?:le|la) [aeiouyœéèê]|\bde les?\b|\bà les?\b|\bsi ils?\b|  "
    r"| ,|\b[01] essais|\b[2-9] essai\b|lettres[^.;]* (?:bien|mal) placés|chiffres[^.;]* (?:bien|mal) placées"
)


def value(item: Item, said: list[str]) -> float | None:
    return TASK.score(item, Completion(item.id, said[-1], "stop", 0, 0, "", turns=tuple(said))).value


def one(level: int, language: str = "en", seed: str = "one") -> Item:
    return TASK.items(level, language, seed, 1)[0]


def wrong(item: Item, count: int) -> list[str]:
    """Different readable guesses that are not the secret."""
    rules = LEVELS[item.level - 1]
    if rules.kind != "code":
        low = item.data["low"]
        return [str(n) for n in range(low, low + rules.size) if str(n) != item.target][:count]
    codes = ("".join(item.data["symbols"][int(n)] for n in code) for code in all_codes(rules)[: count + 1])
    return [code for code in codes if code != item.target][:count]


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", CODES)
def test_the_strategy_finds_every_code_in_time(level: int) -> None:
    """Followed through every secret at once, the first code that agrees wins within the level's turns, and needs them.

    Codes told the same have the same next guess, so the parts of each guess are followed, not each secret.
    """
    rules = LEVELS[level - 1]
    left = [(all_codes(rules), 0)]
    found: Counter[int] = Counter()
    while left:
        (guess, *others), place = left.pop()
        found[place + 1] += 1
        parts: dict[tuple[int, ...], list[str]] = {}
        for code in others:
            parts.setdefault(compare(rules, place, guess, code), []).append(code)
        left += [(tuple(part), place + 1) for part in parts.values()]
    assert sum(found.values()) == rules.secrets
    assert max(found) == TASK.card.turns[level - 1]


@pytest.mark.parametrize("level", [4])
def test_halving_finds_every_number_in_time(level: int) -> None:
    """The most guesses that halving needs is a turn less than there are."""
    size = LEVELS[level - 1].size
    needed = [len(find_number(7, 6 + size, secret)) for secret in range(7, 7 + size)]
    assert max(needed) == TASK.card.turns[level - 1] - 1


@pytest.mark.parametrize("level", ALL)
def test_the_strategy_is_what_gold_plays(level: int) -> None:
    """Gold never uses more than the turns, each of its guesses is answered, and the dialogue ends with the last."""
    for item in TASK.items(level, "fr", "gold play", 8):
        said = TASK.play(item)
        assert len(said) <= TASK.card.turns[level - 1]
        assert all(TASK.reply(item, said[:turn]) for turn in range(1, len(said)))
        assert TASK.reply(item, said) is None
        assert next_request(TASK, item, said) is None


def test_chance_is_that_of_blind_guessing() -> None:
    """The card's chance is turns over secrets, rounded up, and a simulation of blind guesses agrees."""
    for level in ALL:
        exact = TASK.card.turns[level - 1] / LEVELS[level - 1].secrets
        assert exact <= TASK.card.chance[level - 1] <= exact * 1.3
    rng = Random("blind")
    for level in (1, 2, 3, 5):
        items, wins = TASK.items(level, "en", "blind", 600), 0.0
        for item in items:
            rules, turns = LEVELS[level - 1], TASK.card.turns[level - 1]
            if rules.kind == "code":
                drawn = rng.sample(all_codes(rules), turns)
                said = ["".join(item.data["symbols"][int(n)] for n in code) for code in drawn]
            else:
                said = [str(item.data["low"] + n) for n in rng.sample(range(rules.size), turns)]
            wins += value(item, said) or 0.0
        chance = TASK.card.chance[level - 1]
        assert abs(wins / 600 - chance) < 4 * math.sqrt(chance / 600)


def test_difficulty_strictly_increases() -> None:
    """The number of secrets grows at every level, and what an answer tells never grows."""
    assert all(low.secrets < high.secrets for low, high in pairwise(LEVELS))
    kinds = [(rules.kind, rules.feedback, rules.agreeing) for rules in LEVELS]
    assert list(dict.fromkeys(kinds)) == [
        ("told", "both", False), ("pair", "both", False), ("gap", "both", False), ("order", "both", False),
        ("code", "both", False),
        ("code", "exact", False), ("code", "turns", False), ("code", "turns", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("guess", "secret", "both"),
    [
        ("1234", "1234", (4, 0)),
        ("1122", "2211", (0, 4)),
        ("1112", "1222", (2, 0)),
        ("1234", "5555", (0, 0)),
        ("1213", "3121", (0, 4)),
    ],
)
def test_counts(guess: str, secret: str, both: tuple[int, int]) -> None:
    """Exact and misplaced counts, with repeats, as the game's inventor gives them."""
    assert compare(Rules("code", 6, 4), 0, guess, secret) == both
    assert compare(Rules("code", 6, 4, feedback="exact"), 3, guess, secret) == both[:1]


def test_answers_by_turns() -> None:
    """Of codes tried, the odd ones are told the exact count and the even ones the common count."""
    rules = LEVELS[10]
    assert [compare(rules, place, "01234", "02156") for place in range(3)] == [(1,), (3,), (1,)]


def test_a_number_dialogue() -> None:
    """Each wrong number is told what its level promises."""
    items = [one(level) for level in (1, 2, 3, 4)]
    guesses = [wrong(item, 1)[0] for item in items]
    told = [TASK.reply(item, [guess]) for item, guess in zip(items, guesses, strict=True)]
    low, half = items[1].data["low"], LEVELS[1].size // 2
    place = (int(items[1].target) - low) % half
    far = [int(item.target) - int(guess) for item, guess in zip(items, guesses, strict=True)]
    assert min(far[2:]) > 0
    assert told == [
        f"No, it is {items[0].target}.",
        f"No, it is {low + place} or {low + place + half}.",
        f"No, it is {far[2]} higher. 1 try left.",
        "No, it is higher. 7 tries left.",
    ]


def test_a_number_outside_the_range_is_a_guess() -> None:
    """It is told what any wrong number is told, as a person would tell it, and costs a turn."""
    assert TASK.reply(one(1), ["999"]) == f"No, it is {one(1).target}."
    assert TASK.reply(one(3), ["999"]) == f"No, it is {999 - int(one(3).target)} lower. 1 try left."
    assert TASK.reply(one(4), ["Answer: 0"]) == "No, it is higher. 7 tries left."


def test_a_pair_is_no_more_than_two_candidates() -> None:
    """The right number of a pair is as often the lower as the higher, and both lie in the range."""
    lower = 0
    for item in TASK.items(2, "en", "pairs", 400):
        reply = TASK.reply(item, ["999"]) or ""
        two = [int(number) for number in re.findall(r"[0-9]+", reply)]
        assert item.data["low"] <= two[0] < two[1] < item.data["low"] + LEVELS[1].size
        assert int(item.target) in two
        lower += item.target == str(two[0])
    assert abs(lower - 200) < 4 * 10


def test_an_unreadable_guess_costs_a_turn_and_three_in_a_row_the_game() -> None:
    """The hint names the form; a readable guess between unreadable ones starts the count again."""
    item = one(5)
    assert TASK.reply(item, ["pardon?"]) == (
        f"Guess one code of 3 digits from {', '.join(item.data['symbols'])}. 5 tries left."
    )
    assert TASK.reply(item, ["?", "?"]) is not None
    assert TASK.reply(item, ["?", "?", "?"]) is None
    guess = wrong(item, 1)[0]
    assert TASK.reply(item, ["?", "?", guess, "?", "?"]) is not None
    assert value(item, ["?", "?", guess, "?", "?", item.target]) == 1
    assert value(item, ["?", "?", "?", item.target]) == 0
    assert value(item, ["x " * 2_000, item.target]) == 0, "nobody reads that much"


def test_nothing_counts_after_the_last_turn() -> None:
    """A right guess after the turns is none."""
    for level in ALL:
        item, turns = one(level), TASK.card.turns[level - 1]
        said = wrong(item, turns)
        assert len(said) == turns
        assert value(item, [*said[:-1], item.target]) == 1
        assert value(item, [*said, item.target]) == 0


def test_a_code_that_the_answers_rule_out_is_not_tried() -> None:
    """At the last level it costs a turn and tells nothing."""
    item = one(12)
    first = TASK.play(item)[0]
    reply = TASK.reply(item, [first, first])
    assert reply == "Earlier answers rule this code out: it is not tried. 15 tries left."
    assert "rule" not in (TASK.reply(one(11), [TASK.play(one(11))[0]] * 2) or "")


RIGHT = [
    "{x}", "{x}.", " {x}\n", "**{x}**", "`{x}`", "```\n{x}\n```", "My guess is {x}.", "I guess {x}", "Is it {x}?",
    "Answer: {x}", "Réponse : {x}", "Je propose {x}.", "J'essaie {x} !", "{x} ?", "Guess: {x}", "« {x} »", '"{x}"',
    "So let us try:\n{x}", "{x}\nHigher. 3 tries left.\n{y}", "The last answers leave only one:\n\n{x}",
    "{y}? No.\nAnswer: {x}", "<think>{y}</think>{x}",
]  # fmt: skip
WRONG = [
    "",
    "A",
    "none",
    "{y}",
    "Answer: {y}",
    "{x} or {y}",
    "{x} {y}",
    "<think>{x}",
    "{x}{x}",
    "{q}",
    "Guess {y}: {x}{y}",
]


@pytest.mark.parametrize("level", [1, 4, 5, 7, 12])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_reading_corpus(level: int, language: str) -> None:
    """Tolerant about form; several guesses at once are none."""
    item = one(level, language, "corpus")
    (other,) = wrong(item, 1)
    for form in RIGHT:
        assert value(item, [form.format(x=item.target, y=other)]) == 1, form
    for form in WRONG:
        assert value(item, [form.format(x=item.target, y=other, q=item.question)]) == 0, form


@pytest.mark.parametrize(
    "said", ["B C D F", "b, c, d, f", "B-C-D-F", "bcdf", "B/C/D/F", "It's B C D F", "Le code : BCDF", "BC DF"]
)
def test_a_code_may_be_spaced(said: str) -> None:
    """Spaces, commas, dashes and case do not matter."""
    assert read_code(said, "", "BCDFGH", 4) == "BCDF"


@pytest.mark.parametrize("said", ["BCD", "BCDFG", "BCDX", "B C D F G H", "BCDF BCDG", "BCDF, or BCDG", "B.C.D.F"])
def test_what_is_not_one_code(said: str) -> None:
    """Too short, too long, a strange letter, or two codes."""
    assert read_code(said, "", "BCDFGH", 4) is None


def test_a_code_without_repeats_has_none() -> None:
    """A guess that repeats a letter gets the hint."""
    item = one(11)
    reply = TASK.reply(item, [item.data["symbols"][0] * 5])
    assert reply is not None
    assert "without repeats" in reply


@settings(max_examples=80)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.sampled_from([1, 4, 5, 12]))
def test_arbitrary_texts_are_safe(said: list[str], level: int) -> None:
    """Judge and environment never raise, and what lacks the secret's symbols earns nothing."""
    item = one(level, "fr")
    assert TASK.reply(item, said) is None or isinstance(TASK.reply(item, said), str)
    assert value(item, said) in ({0.0, 1.0} if set(item.target) <= set("".join(said).upper()) else {0.0})


@pytest.mark.parametrize("said", ["\0\ud800" * 9, "B " * 500_000, "1" * 1_000_000, "\n" * 1_000_000])
def test_monstrous_texts_are_safe(said: str) -> None:
    """NULs, lone surrogates and a megabyte end the game at worst."""
    assert value(one(4), [said]) == 0
    assert value(one(9), [said]) == 0


@pytest.mark.parametrize("level", ALL)
def test_french_is_correct_and_says_the_same_numbers(level: int) -> None:
    """No missing elision, wrong contraction or agreement; both languages share numbers and secret."""
    assert not BAD_FRENCH.search(TASK.instruction(level, "fr"))
    for french, english in zip(TASK.items(level, "fr", "g", 60), TASK.items(level, "en", "g", 60), strict=True):
        guess = wrong(french, 1)
        texts = [french.question, TASK.reply(french, guess) or "", TASK.reply(french, ["?"]) or ""]
        same = [english.question, TASK.reply(english, guess) or "", TASK.reply(english, ["?"]) or ""]
        assert french.target == english.target
        for text, other in zip(texts, same, strict=True):
            assert not BAD_FRENCH.search(text), text
            assert re.findall(r"\d+", text) == re.findall(r"\d+", other)


def test_both_languages_say_which_number_it_is() -> None:
    """A game that gives the number away says so in both: which one it is, not merely that it was not the one."""
    (level,) = [level for level in ALL if LEVELS[level - 1].kind == "told"][:1]
    assert "on vous dit lequel c'est" in TASK.instruction(level, "fr")
    assert "you are told which one it is" in TASK.instruction(level, "en")


@pytest.mark.parametrize("level", ALL)
def test_the_first_ten_thousand_open_differently(level: int) -> None:
    """A thousand spread over the first ten thousand indices, drawn alone, never share an opening."""
    drawn = [TASK._item(level, "en", "distinct", index).question for index in range(0, 10_000, 10)]
    assert len(set(drawn)) == len(drawn)


def test_low_levels_fit_small_contexts() -> None:
    """Prompts of levels 1 to 4, examples included, stay under 450 tokens (at most a third of a token a character)."""
    for level in range(1, 5):
        for language in ("fr", "en"):
            assert sum(len(message.content) for message in TASK.request(one(level, language)).messages) < 1_350
