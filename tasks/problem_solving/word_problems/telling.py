"""The same story in French and in English."""

from __future__ import annotations

import re

from tasks.problem_solving.word_problems.lexicon import DAYS, FEMININE, TIMES, UNITS, Thing
from tasks.problem_solving.word_problems.story import Event, Fact, Story

_PARTS_EN = {2: "half", 3: "a third", 4: "a quarter"}
_PARTS_FR = {2: "la moitié", 3: "le tiers", 4: "le quart"}
_ORDINALS_EN = (
    "fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
    "eighteenth nineteenth twentieth"
).split()
_ORDINALS_FR = (
    "cinquième sixième septième huitième neuvième dixième onzième douzième treizième quatorzième quinzième seizième "
    "dix-septième dix-huitième dix-neuvième vingtième"
).split()
_VOWELS = "aeiouyœéèêâîôAEIOUYŒÉÈÊ"


def tell_story(story: Story, language: str) -> str:
    """The question's text in one language."""
    return _story(story, _French() if language == "fr" else _English())


def _story(story: Story, teller: _English | _French) -> str:
    said = [teller.start(story), *(teller.event(event, story.thing) for event in story.events)]
    for fact in sorted(story.facts, key=lambda fact: -fact.place):
        said.insert(fact.place, teller.fact(fact))
    text = " ".join([*said, *teller.question(story)])
    return teller.spelled(teller.at(story.moment, text) if story.moment else text)


class _English:
    """English sentences."""

    def at(self, moment: tuple[int, int], text: str) -> str:
        """The text with its day in front; every sentence begins with a name, so nothing else changes."""
        return f"On {DAYS[moment[0]][0]} {TIMES[moment[1]][0]}, {text}"

    def spelled(self, text: str) -> str:
        """The text with its names as the language writes them."""
        return text

    def start(self, story: Story) -> str:
        many = f"some {story.thing.stuff_en}" if story.asked == "start" else f"{story.start} {story.thing.en}"
        return f"{story.first} has {many}."

    def event(self, event: Event, thing: Thing) -> str:
        who, to, n, k = event.who, event.to, event.amount, event.factor
        many = "as much" if thing.measured else "as many"
        own = f"{'her' if who in FEMININE else 'his'} {thing.stuff_en}"
        part = _PARTS_EN.get(k) or f"one {_ORDINALS_EN[k - 5]}"
        fraction = "half" if k == 2 else part
        sayings = {
            "gain": (f"{who} buys another {n} {thing.en}.", f"{who} receives another {n} {thing.en}."),
            "lose": (f"{who} sells {n} {thing.en}.", f"{who} gives {n} {thing.en} to a neighbour."),
            "gift": (f"{to} gives {n} {thing.en} to {who}.", f"{who} gets {n} {thing.en} from {to}."),
            "give": (f"{who} gives {n} {thing.en} to {to}.",),
            "packs": (f"{who} buys {k} {thing.pack_en} of {n} {thing.en}.",),
            "bulk": (f"{who} buys {k} {thing.big_en} {'of ' * thing.measured}{thing.stuff_en}.",),
            "keep": (f"{who} sells {part} of {own}.", f"{who} gives {part} of {own} to a neighbour."),
            "more": (f"{to} now has {_compared(n, 'more', thing)} than {who}.",),
            "fewer": (f"{to} now has {_compared(n, 'less' if thing.measured else 'fewer', thing)} than {who}.",),
            "times": (f"{to} now has {'twice' if k == 2 else f'{k} times'} {many} {thing.stuff_en} as {who}.",),
            "part": (f"{to} now has {fraction} {many} {thing.stuff_en} as {who}.",),
            "pass": (f"{who} gives {part} of {own} to {to}, who already had {n} {thing.en}.",),
        }[event.kind]
        return sayings[event.way % len(sayings)]

    def fact(self, fact: Fact) -> str:
        return {
            "none": f"{fact.who} has no {fact.thing.stuff_en}.",
            "same": f"{fact.who} has {fact.amount} {fact.thing.en}.",
            "other": f"{fact.who} also has {fact.amount} {fact.thing.en}.",
            "age": f"{fact.who} is {fact.amount} years old.",
        }[fact.kind]

    def question(self, story: Story) -> list[str]:
        things, who, last = _in_full(story.thing.en, "en"), *_ends(story)
        if story.asked == "start":
            closing = f"In the end, {last} has {story.end} {story.thing.en}."
            return [closing, f"How many {things} did {story.first} have at the start?"]
        if story.asked == "total":
            return [f"How many {things} do {who} and {last} have altogether?"]
        if story.asked == "boxes":
            own = "her" if last in FEMININE else "his"
            boxes = f"{last} puts all {own} {story.thing.en} into boxes of {story.box}."
            return [boxes, f"How many boxes does {last} need?"]
        return [f"How many {things} does {last} have{' now' if story.events else ''}?"]


def _compared(amount: int, word: str, thing: Thing) -> str:
    """`7 more apples`, `7 cm more ribbon`."""
    unit = f"{thing.en.partition(' of ')[0]} " if thing.measured else ""
    return f"{amount} {unit}{word} {thing.stuff_en}"


class _French:
    """Phrases françaises."""

    def at(self, moment: tuple[int, int], text: str) -> str:
        return f"{DAYS[moment[0]][1]} {TIMES[moment[1]][1]}, {text}"

    def spelled(self, text: str) -> str:
        return re.sub(r"\bLeo\b", "Léo", text)

    def start(self, story: Story) -> str:
        many = story.thing.some_fr if story.asked == "start" else f"{story.start} {story.thing.fr}"
        return f"{story.first} a {many}."

    def event(self, event: Event, thing: Thing) -> str:
        who, to, n, k = event.who, event.to, event.amount, event.factor
        part = _PARTS_FR.get(k) or f"le {_ORDINALS_FR[k - 5]}"
        than, stuff = elided("que", who), elided("de", thing.stuff_fr)
        sayings = {
            "gain": (f"{who} achète encore {n} {thing.fr}.", f"{who} reçoit encore {n} {thing.fr}."),
            "lose": (f"{who} vend {n} {thing.fr}.", f"{who} donne {n} {thing.fr} à une voisine."),
            "gift": (f"{to} donne {n} {thing.fr} à {who}.", f"{who} reçoit {n} {thing.fr} {elided('de', to)}."),
            "give": (f"{who} donne {n} {thing.fr} à {to}.",),
            "packs": (f"{who} achète {k} {thing.pack_fr} de {n} {thing.fr}.",),
            "bulk": (f"{who} achète {k} {thing.big_fr} {stuff}.",),
            "keep": (f"{who} vend {part} de {thing.own_fr}.", f"{who} donne {part} de {thing.own_fr} à une voisine."),
            "more": (f"{to} a maintenant {n} {thing.fr} de plus {than}.",),
            "fewer": (f"{to} a maintenant {n} {thing.fr} de moins {than}.",),
            "times": (f"{to} a maintenant {k} fois plus {stuff} {than}.",),
            "part": (f"{to} a maintenant {k} fois moins {stuff} {than}.",),
            "pass": (f"{who} donne {part} de {thing.own_fr} à {to}, qui avait déjà {n} {thing.fr}.",),
        }[event.kind]
        return sayings[event.way % len(sayings)]

    def fact(self, fact: Fact) -> str:
        return {
            "none": f"{fact.who} n'a pas {elided('de', fact.thing.stuff_fr)}.",
            "same": f"{fact.who} a {fact.amount} {fact.thing.fr}.",
            "other": f"{fact.who} a aussi {fact.amount} {fact.thing.fr}.",
            "age": f"{fact.who} a {fact.amount} ans.",
        }[fact.kind]

    def question(self, story: Story) -> list[str]:
        things, who, last = elided("de", _in_full(story.thing.fr, "fr")), *_ends(story)
        if story.asked == "start":
            closing = f"À la fin, {last} a {story.end} {story.thing.fr}."
            return [closing, f"Combien {things} {story.first} avait-{_pronoun(story.first)} au début ?"]
        if story.asked == "total":
            they = "elles" if {who, last} <= FEMININE else "ils"
            return [f"Combien {things} {who} et {last} ont-{they} en tout ?"]
        if story.asked == "boxes":
            return [f"{last} range {story.thing.own_fr} par boîtes de {story.box}.", "Combien de boîtes faut-il ?"]
        return [f"Combien {things} {last} a-t-{_pronoun(last)}{' maintenant' if story.events else ''} ?"]


def _in_full(said: str, language: str) -> str:
    """`grams of flour` for `g of flour`: a unit that follows no number is not shortened."""
    unit, space, rest = said.partition(" ")
    return f"{UNITS[language].get(unit, unit)}{space}{rest}"


def elided(word: str, following: str) -> str:
    """`word` before `following`, its last vowel elided before a vowel: "qu'Emma", "d'oranges"."""
    return f"{word[:-1]}'{following}" if following[0] in _VOWELS else f"{word} {following}"


def _pronoun(name: str) -> str:
    return "elle" if name in FEMININE else "il"


def _ends(story: Story) -> tuple[str, str]:
    """Who had the quantity before the last event, and who has it at the end."""
    if not story.events:
        return story.first, story.first
    last = story.events[-1]
    moved = last.kind in {"more", "fewer", "times", "part", "pass"}
    return last.who, last.to if moved else last.who
