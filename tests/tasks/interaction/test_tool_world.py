"""The world of tools: goals mean what they say, only the last state counts, commands are read as a person would."""

from __future__ import annotations

import itertools
import re
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dialogue import next_request
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.interaction.tool_world import TASK
from tasks.interaction.tool_world.commands import FORMS, read_command, write
from tasks.interaction.tool_world.drawing import LEVELS, draw_errand, goal_state
from tasks.interaction.tool_world.environment import State
from tasks.interaction.tool_world.errand import Errand, Goal
from tasks.interaction.tool_world.jobs import baskets
from tasks.interaction.tool_world.lexicon import DAYS, FILES, FOLDERS, HOURS, ITEMS, KNOWN, NAMES
from tasks.interaction.tool_world.telling import elided, tell_errand, tell_rules

NAME = "interaction/tool_world"
ALL = range(1, len(LEVELS) + 1)
CHANGES = {"move", "delete", "buy", "book", "cancel"}
BAD_FRENCH = re.compile(
    r"\b(?:de|que|ne) [aeiouyœéèêEOUYŒÉ]|\b(?:le|la) [aeiouyœéèê]|\bde les?\b|\bà les?\b|\bsi ils?\b|  | ,|[^ ][:;?!]"
    r"|\b1 [a-zéêâ]+s\b(?! vous)|\ble 1 |[dl]'[^aeiouyœéèêAEIOU]"
)


def errands(level: int, count: int = 40) -> list[Errand]:
    return [draw_errand(Random(f"{level}/{n}"), level, n) for n in range(count)]


def one(level: int, language: str = "en", seed: str = "one") -> Item:
    return TASK.items(level, language, seed, 1)[0]


def value(item: Item, said: list[str]) -> float | None:
    return TASK.score(item, Completion(item.id, said[-1], "stop", 0, 0, "", turns=tuple(said))).value


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines earn nothing, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


def both_free(errand: Errand, meetings: dict[str, str], day: str, person: str) -> list[int]:
    theirs = errand.free[person][DAYS.index(day)]
    return [hour for hour in HOURS if f"{day} {hour}" not in meetings and hour in theirs]


def reached(errand: Errand, state: State, goal: Goal) -> None:
    """Change a state as a goal's sentence says, written again from its meaning."""
    kind, *values = goal
    parts = {**dict.fromkeys(("move", "delete", "either", "sort"), filed)}
    parts |= dict.fromkeys(("book", "first", "shift", "match"), met)
    parts.get(str(kind), shopped)(errand, state, str(kind), values)


def filed(errand: Errand, state: State, kind: str, values: list[Any]) -> None:
    files = state["files"]
    if kind == "move":
        files[values[0]] = values[1]
    elif kind == "delete":
        del files[values[0]]
    elif kind == "either":
        ((_, *sums),) = errand.lines[values[0]]
        total = sum(int(str(one)) for one in sums)
        assert total != 100
        del files[values[0]]
        if total < 100:
            files[values[0]] = values[1]
    else:
        person, source, folder = values
        for file in [file for file, place in errand.start["files"].items() if place == source]:
            there = errand.lines[file][0][1]
            assert isinstance(there, tuple)
            files[file] = folder if person in there else source


def met(errand: Errand, state: State, kind: str, values: list[Any]) -> None:
    meetings = state["meetings"]
    if kind == "book":
        person, day, hour = values
        assert hour in both_free(errand, meetings, day, person)
        meetings[f"{day} {hour}"] = person
    elif kind == "first":
        person, day = values
        meetings[f"{day} {both_free(errand, meetings, day, person)[0]}"] = person
    elif kind == "shift":
        day, later = values
        for hour in [hour for hour in HOURS if f"{day} {hour}" in meetings]:
            person = meetings.pop(f"{day} {hour}")
            meetings[f"{later} {both_free(errand, meetings, later, person)[0]}"] = person
    else:
        people, day = values
        hours = [both_free(errand, meetings, day, person) for person in people]
        ways = [way for way in itertools.product(*hours) if len(set(way)) == len(way)]
        assert len(ways) == 1, "one way only"
        meetings |= {f"{day} {hour}": person for hour, person in zip(ways[0], people, strict=True)}


def shopped(errand: Errand, state: State, kind: str, values: list[Any]) -> None:
    bought = state["bought"]
    if kind == "buy":
        bought[values[0]] = values[1]
    elif kind == "budget":
        bought[values[0]] = values[1] // errand.prices[values[0]]
    elif kind == "cheapest":
        prices = {item: price for item, price in errand.prices.items() if item in ITEMS[values[0]]}
        (best,) = [item for item, price in prices.items() if price == min(prices.values())]
        bought[best] = values[1]
    elif kind == "basket":
        items, count, money = values
        costs = [errand.prices[item] for item in items]
        pairs = itertools.product(range(1, count), repeat=2)
        every = [(a, b, count - a - b) for a, b in pairs if a + b < count]
        ways = [way for way in every if sum(map(int.__mul__, costs, way)) == money]
        assert len(ways) == 1, "one way only"
        bought |= dict(zip(items, ways[0], strict=True))
    else:
        assert kind in {"note", "chain"}
        lines = errand.lines[values[0]]
        while lines[-1][0] == "see":
            lines = errand.lines[str(lines[-1][1])]
        bought |= {str(item): number for _, item, number in lines}


@pytest.mark.parametrize("level", ALL)
def test_the_goal_state_is_what_the_goals_say(level: int) -> None:
    """The state that the needed commands lead to follows from the goals alone, in any order of them."""
    for errand in errands(level):
        for goals in (errand.goals, errand.goals[::-1]):
            state: State = {part: dict(values) for part, values in errand.start.items()}
            for goal in goals:
                reached(errand, state, goal)
            assert state == goal_state(errand)
            assert state != errand.start


@pytest.mark.parametrize("level", ALL)
def test_the_solver_reaches_every_goal_in_time(level: int) -> None:
    """The needed commands are as many as the level says, all are accepted, and a quarter more turns are left."""
    for item in TASK.items(level, "fr", "solver", 8):
        said = TASK.play(item)
        assert len(said) == LEVELS[level - 1].steps + ("end" in LEVELS[level - 1].tools)
        assert len(said) + max(1, LEVELS[level - 1].steps // 4) == TASK.card.turns[level - 1]
        replies = [TASK.reply(item, said[:turn]) for turn in range(1, len(said) + 1)]
        assert replies.pop() is None
        for text, reply in zip(said[:-1], replies, strict=True):
            changing = read_command(text, item.question)[0] in CHANGES
            assert (reply or "").startswith("C'est fait") == changing
        assert value(item, said) == 1
        if "end" in LEVELS[level - 1].tools:
            assert value(item, said[:-1]) == 1, "the last state counts, not the word that ends"


def test_difficulty_strictly_increases() -> None:
    """The needed commands grow at every level."""
    assert all(low.steps < high.steps for low, high in pairwise(LEVELS))


@pytest.mark.parametrize("level", ALL)
def test_every_change_is_needed_and_no_other_is_forgiven(level: int) -> None:
    """One change left out, or one more that no goal names, costs the item."""
    item = one(level)
    said = [text for text in TASK.play(item) if text != "done"]
    for n, text in enumerate(said):
        if read_command(text, item.question)[0] in CHANGES - {"cancel"}:
            assert value(item, [*said[:n], *said[n + 1 :], "done"]) == 0, text
    (bought,) = [text for text in said if text.startswith("buy")][:1]
    ends = "end" not in LEVELS[level - 1].tools
    assert value(item, [*said, bought]) == ends, "twice as many, unless the errand has ended"
    assert value(item, [bought, bought, *said]) == 0 or len(said) == 1
    assert value(item, ["done", *said]) == 0, "nothing counts after the end"


def test_side_effects_and_mended_mistakes() -> None:
    """A meeting too many or a file gone costs the item; undone in time, or refused, it does not."""
    item = one(6)
    said = TASK.play(item)[:-1]
    (booked,) = [text for text in said if text.startswith("book")]
    rest = [text for text in said if text.startswith(("book", "delete", "move", "buy"))]
    day, hour = booked.split()[1:3]
    assert value(item, [*rest, f"cancel {day} {hour}"]) == 0
    assert value(item, [*rest, f"cancel {day} {hour}", booked]) == 1
    assert value(item, [*rest, booked, "delete nothing.txt"]) == 1, "refused commands change nothing"
    assert TASK.reply(item, [booked, booked]) == f"You are busy on {day} at {hour}."
    idle = next(f for f in item.target["files"] if not any(f in text for text in said))
    folder = item.target["files"][idle]
    other = next(f for f in item.target["files"].values() if f != folder)
    assert value(item, [*rest, f"move {idle} {other}"]) == 0
    assert value(item, [*rest, f"move {idle} {other}", f"move {idle} {folder}"]) == 1
    assert value(item, [*rest, f"delete {idle}"]) == 0


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_first_levels_end_by_themselves(level: int) -> None:
    """As soon as all is as wanted the errand is over, and not before; the worked examples show just that."""
    item = one(level)
    said = TASK.play(item)
    assert "done" not in said
    assert TASK.reply(item, said) is None
    assert all(TASK.reply(item, said[:turn]) for turn in range(1, len(said)))
    assert len(TASK.request(item).messages) == 2 + TASK.card.shots[level - 1] * (2 * len(said))
    assert "done" not in TASK.instruction(level, "en")


def test_later_levels_show_one_example() -> None:
    """From level 4 on a single whole errand, closed by its command, precedes the question."""
    messages = TASK.request(one(4)).messages
    assert [message.content for message in messages].count("done") == 1
    assert messages[-2].content == "done"


def test_unreadable_turns() -> None:
    """They get a hint and cost a turn; three in a row, or a monstrous text, end the dialogue."""
    item = one(1)
    assert TASK.reply(item, ["I would like apples"]) == "One command a message: buy N ITEM"
    assert TASK.reply(item, ["buy"]) == "Form: buy N ITEM"
    item = one(7)
    assert TASK.reply(item, ["?", "hm", "shop", "?", "?"]) is not None
    assert TASK.reply(item, ["?", "hm", "what"]) is None
    assert TASK.reply(item, ["shop " * 1_000]) is None
    assert next_request(TASK, item, ["?", "?", "?"]) is None
    assert TASK.reply(item, ["shop"] * TASK.card.turns[6]) is None, "no answer after the last turn"


def test_the_goals_are_no_commands() -> None:
    """Saying a goal back does nothing, in either language."""
    for level in ALL:
        for language in ("fr", "en"):
            for item in TASK.items(level, language, "goals", 6):
                for sentence in re.split(r"(?<=\.) ", item.question):
                    assert read_command(sentence, "")[0] == "?", sentence


def test_names_are_known_once() -> None:
    """No word names two things, and every thing has a name in both languages."""
    assert {name for _, name in KNOWN.values()} == {*NAMES, *DAYS, *FILES, *FOLDERS, *itertools.chain(*ITEMS.values())}
    kinds = [(kind, name) for kind, name in KNOWN.values()]
    assert sum(kind == "file" for kind, _ in dict.fromkeys(kinds)) == len(FILES)
    for language in ("fr", "en"):
        for kind, names in (("file", FILES), ("folder", FOLDERS), ("day", DAYS), ("person", NAMES)):
            for name in names:
                written = write(("open", name), language).split()[1]
                assert KNOWN[written.lower()] == (kind, name)


BUY, BOOK = ("buy", "apple", "3"), ("book", "Tuesday", "14", "Nora")
CORPUS = [
    ("buy apple 3", BUY), ("buy 3 apples", BUY), ("Buy 3 Apples.", BUY), ("achète pomme 3", BUY),
    ("acheter 3 pommes", BUY),
    ("**buy apple 3**", BUY), ("`buy apple 3`", BUY), ("```\nbuy apple 3\n```", BUY), ("> buy apple 3", BUY),
    ("Command: buy apple 3", BUY), ("Commande : achète pomme 3", BUY), ("1. buy apple 3", BUY), ("- buy apple 3", BUY),
    ("I need the apples first.\nbuy apple 3", BUY), ("I will use `buy apple 3` now.", BUY),
    ("buy apple 3\nDone: 3 apples in the basket.\nbuy pear 2\ndone", BUY), ("<think>done</think>buy apple 3", BUY),
    ("buy 3 apples in the basket", BUY), ("achète 3 pommes au panier.", BUY), ("buy 3 apples, please", BUY),
    ("Buy 3 of the apples", BUY), ("buy apples, 3", BUY), ("achete 3 pommes", BUY),
    ("book Tuesday 14 Nora", BOOK), ("book Nora on Tuesday at 14:00", BOOK), ("réserve mardi 14 h Nora", BOOK),
    ("réserver Nora mardi à 14h", BOOK), ("Réserve mardi 14h00 Nora", BOOK), ("book tuesday 14 nora", BOOK),
    ("open report.txt", ("open", "report.txt")), ("ouvre rapport.txt", ("open", "report.txt")),
    ("open the report", ("open", "report.txt")), ("ouvre l'index", ("open", "index.txt")),
    ("move report.txt to the folder bank", ("move", "report.txt", "bank")), ("list", ("list",)),
    ("liste bank", ("list",)),
    ("free Nora Tuesday", ("free", "Nora", "Tuesday")), ("Libre Nora mardi ?", ("free", "Nora", "Tuesday")),
    ("done", ("done",)), ("Done.", ("done",)), ("fini", ("done",)), ("jour mardi", ("day", "Tuesday")),
    ("", ("?",)), ("A", ("?",)), ("apple 3", ("?",)), ("You need 3 apples.", ("?",)), ("<think>buy apple 3", ("?",)),
    ("First:\nbuy apple 3\nthen\nbuy pear 2", ("?",)), ("Answer: correct", ("?",)),
    ("buy apple", ("?", "buy")), ("buy apple 3 4", ("?", "buy")), ("buy apple pear 3", ("?", "buy")),
    ("buy gold 3", ("?", "buy")), ("buy apple -3", ("?", "buy")), ("buy apple 3 for everybody", ("?", "buy")),
    ("book Tuesday Nora", ("?", "book")), ("open", ("?", "open")), ("open report.txt letter.txt", ("?", "open")),
    ("done " + "x" * 3_000, ("?",)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "command"), CORPUS)
def test_reading_corpus(said: str, command: tuple[str, ...]) -> None:
    """Tolerant of form, order, articles and language; two commands or a missing name are none."""
    text = said.partition("</think>")[2] or said
    assert read_command(text, "") == command


@pytest.mark.parametrize("language", ["fr", "en"])
def test_commands_are_read_as_they_are_written(language: str) -> None:
    """Whatever a solver writes is read back as the same command."""
    for level in ALL:
        for errand in errands(level, 5):
            for command in errand.needed:
                assert read_command(write(command, language), "") == command
    assert set(FORMS) == {command[0] for level in ALL for e in errands(level, 9) for command in e.needed} | {"done"}


def test_attacks_earn_nothing() -> None:
    """Every number, every name, pleas to the judge, the prompt's own examples."""
    for level in (1, 2, 6, 12):
        item = one(level)
        prompt = "\n".join(message.content for message in TASK.request(item).messages)
        stuffed = "buy " + " ".join([*ITEMS["fruit"], *map(str, range(300))])
        for text in (
            prompt,
            item.question,
            stuffed,
            "done [score: 1]",
            "Answer: correct",
            "buy N ITEM",
            "\n".join(FORMS),
        ):
            assert value(item, [text] * 2) == 0, text


@settings(max_examples=80)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.sampled_from([1, 4, 8, 12]))
def test_arbitrary_texts_are_safe(said: list[str], level: int) -> None:
    """Judge and world never raise, and noise earns nothing."""
    item = one(level, "fr")
    assert TASK.reply(item, said) is None or isinstance(TASK.reply(item, said), str)
    assert value(item, said) == 0


@settings(max_examples=80)
@given(st.lists(st.lists(st.sampled_from([*FORMS, *KNOWN, "3", "14", "0"]), max_size=4), min_size=1, max_size=6))
def test_any_commands_are_safe(words: list[list[str]]) -> None:
    """Commands about any things in any order are answered, and the state keeps its parts."""
    item = one(12)
    said = [" ".join(line) for line in words]
    assert TASK.reply(item, said) is None or isinstance(TASK.reply(item, said), str)
    assert value(item, said) == 0


@pytest.mark.parametrize("said", ["\0\ud800" * 9, "buy " * 250_000, "1" * 1_000_000, "\n" * 1_000_000, "`" * 1_000_000])
def test_monstrous_texts_are_safe(said: str) -> None:
    """NULs, lone surrogates and a megabyte end the dialogue at worst."""
    assert value(one(2), [said]) == 0


@pytest.mark.parametrize("level", ALL)
def test_french_is_correct_and_says_the_same_numbers(level: int) -> None:
    """No missing elision, wrong contraction or plural; both languages share numbers and target."""
    for errand in errands(level):
        for brief in (False, True):
            french, english = (tell_errand(errand, 9, language, brief=brief) for language in ("fr", "en"))
            assert not BAD_FRENCH.search(french), french
            assert re.findall(r"\d+", french.replace("1er", "1")) == re.findall(r"\d+", english)
    assert not BAD_FRENCH.search(tell_rules(LEVELS[level - 1].tools, "fr"))
    french, english = one(level, "fr"), one(level, "en")
    assert french.target == english.target
    texts = [TASK.reply(french, TASK.play(french)[:turn]) for turn in range(1, LEVELS[level - 1].steps)]
    same = [TASK.reply(english, TASK.play(english)[:turn]) for turn in range(1, LEVELS[level - 1].steps)]
    for text, other in zip(texts, same, strict=True):
        assert not BAD_FRENCH.search(text or ""), text
        assert re.findall(r"\d+", text or "") == re.findall(r"\d+", other or "")


def test_french_pins() -> None:
    """Elision before a vowel, none before an aspirated h."""
    assert [elided(noun) for noun in ("écharpes", "armoires", "haches", "harpes", "pommes")] == [
        "d'écharpes", "d'armoires", "de haches", "de harpes", "de pommes",
    ]  # fmt: skip


def test_days_open_the_wish() -> None:
    """`On Monday you need a meeting`: the day stands before the verb, in both languages."""
    told = [tell_errand(errand, 9, language) for level in ALL for errand in errands(level) for language in ("fr", "en")]
    assert any(re.search(r"On \w+day you need a meeting with ", text) for text in told)
    assert any(re.search(r"[A-Z]\w+di, il faut un rendez-vous avec ", text) for text in told)
    assert not any(re.search(r"need on |Il faut \w+di ", text) for text in told)


def test_baskets() -> None:
    """All the ways to spend exactly a sum, as in a worked example: 5 things at 2, 3 and 4 euros for 14 euros."""
    assert baskets([2, 3, 4], 5, 14) == [(2, 2, 1)] or set(baskets([2, 3, 4], 5, 14)) == {(2, 2, 1)}
    assert baskets([2, 3, 4], 6, 18) == [(1, 4, 1), (2, 2, 2)]


def test_the_first_ten_thousand_differ() -> None:
    """A thousand spread over the first ten thousand openings never meet."""
    drawn = [TASK._item(1, "en", "distinct", index).question for index in range(0, 10_000, 10)]
    assert len(set(drawn)) == len(drawn)


def test_low_levels_fit_small_contexts() -> None:
    """Prompts of levels 1 to 4, example included, stay under 450 tokens of three characters."""
    for level in range(1, 5):
        for language in ("fr", "en"):
            assert sum(len(message.content) for message in TASK.request(one(level, language)).messages) < 1_350
