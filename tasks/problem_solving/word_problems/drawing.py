"""Drawing a story of a level: every division exact, every quantity at least 2, every operation needed."""

from __future__ import annotations

import dataclasses
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.word_problems.lexicon import COUNTABLE, DAYS, MEASURED, NAMES, TIMES, Thing
from tasks.problem_solving.word_problems.story import (
    COST,
    LEVELS,
    MOVES,
    Asked,
    Event,
    EventKind,
    Fact,
    Rules,
    Story,
    after,
    work,
)

_CAST, _HELPERS, _STRANGERS = 7, 2, 3  # who may have the quantity, who gives or takes some, who does not matter
_WAYS = 2  # ways of saying a gain or a loss
_ATTEMPTS = 1_000  # each succeeds about every other time
_AGES = (6, 14)


def draw_story(rng: Random, level: int) -> Story:
    """A story whose answer takes exactly `Rules.operations` operations, each depending on the one before."""
    rules = LEVELS[level - 1]
    if rules.operations == 1:  # the kind is drawn first: losses fit less often, and would be fewer than gains
        rules = dataclasses.replace(rules, events=(rng.choice(rules.events),))
    thing = rng.choice(MEASURED if rng.random() < rules.measured else COUNTABLE)
    people = rng.sample(NAMES, _CAST + _HELPERS + _STRANGERS)
    helpers, strangers = people[_CAST:-_STRANGERS], people[-_STRANGERS:]
    moment = (rng.randrange(len(DAYS)), rng.randrange(len(TIMES))) if level <= 3 else None
    asked = _asked(rng, rules, thing)
    spent = 1 if asked in {"total", "boxes"} else 0
    for _ in range(_ATTEMPTS):
        start = rng.randint(*rules.start)
        events, end = _events(rng, rules, thing, start, people[:_CAST], helpers, rules.operations - spent)
        box = _box(rng, rules, end) if asked == "boxes" else 0
        if _fits(rules, events, asked, box, spent):
            facts = _facts(rng, level, thing, people[0], events, strangers)
            lines, answer = work(thing, start, end, events, asked, box)
            return Story(thing, people[0], start, events, facts, asked, box, moment, end, answer, lines)
    raise TaskError(f"no story found in {_ATTEMPTS} attempts", where=f"word_problems level {level}")


def _asked(rng: Random, rules: Rules, thing: Thing) -> Asked:
    if rng.random() < rules.reverse:
        return "start"
    choice = rng.random() if rules.closings else 1.0
    if choice < 0.2:
        return "total"
    return "boxes" if choice < 0.4 and not thing.measured else "now"


def _fits(rules: Rules, events: tuple[Event, ...], asked: Asked, box: int, spent: int) -> bool:
    """Whether the events cost what they should and end in a way that the question can follow."""
    if sum(COST[event.kind] for event in events) + spent != rules.operations:
        return False
    if asked == "total":  # the quantities of the last two people, the earlier one still as it was
        return bool(events) and events[-1].kind in {"more", "fewer", "times"}
    return box > 0 if asked == "boxes" else True


def _box(rng: Random, rules: Rules, end: int) -> int:
    """How many go into a box so that several boxes are exactly full; 0 if there is no such number."""
    sizes = [k for k in range(rules.factors[0], rules.factors[1] + 1) if end % k == 0 and end // k > 1]
    return rng.choice(sizes) if sizes else 0


def _events(
    rng: Random, rules: Rules, thing: Thing, value: int, cast: list[str], helpers: list[str], budget: int
) -> tuple[tuple[Event, ...], int]:
    """Events worth at most `budget` operations, and the quantity after them."""
    events: list[Event] = []
    met = 1  # people of the cast who have had the quantity; the last of them has it now
    while budget:
        kinds = [kind for kind in rules.events if COST[kind] <= budget and (not events or kind != events[-1].kind)]
        if met == len(cast):
            kinds = [kind for kind in kinds if kind not in MOVES]
        people = (cast[met - 1], cast[min(met, len(cast) - 1)], rng.choice(helpers))
        event = _first_possible(rng, rules, thing, kinds, value, people)
        if not event:
            break
        value = after(event, value, thing)
        met += event.kind in MOVES
        budget -= COST[event.kind]
        events.append(event)
    return tuple(events), value


def _first_possible(
    rng: Random, rules: Rules, thing: Thing, kinds: list[EventKind], value: int, people: tuple[str, str, str]
) -> Event | None:
    """An event of any kind for which one is at hand, each as likely; `people` has it, may have it next, may help."""
    rng.shuffle(kinds)
    who, following, helper = people
    for kind in kinds:
        pair = (who, helper if kind in {"gift", "give"} else following)
        if event := _event(rng, rules, thing, kind, value, pair):
            return event
    return None


def _event(rng: Random, rules: Rules, thing: Thing, kind: EventKind, value: int, pair: tuple[str, str]) -> Event | None:
    """An event of a kind that keeps the quantity whole and in range; None if there is none at hand."""
    amount, factor = rng.randint(*rules.amounts), rng.randint(*rules.factors)
    if kind in {"gain", "gift", "more"}:
        amount = _steered(rng, rules, value, amount)
    elif kind in {"lose", "give", "fewer"}:
        amount = -_steered(rng, rules, value, -amount)
    elif kind in {"part", "keep", "pass"}:
        least = max(rules.factors[0], 3 if kind == "keep" else 2)
        divisors = [k for k in range(least, rules.factors[1] + 1) if value % k == 0 and value // k > 1]
        if not divisors:
            return None
        factor = rng.choice(divisors)
    event = Event(kind, pair[0], pair[1], amount, factor, rng.randrange(_WAYS))
    in_range = 2 <= after(event, value, thing) <= rules.highest
    return event if in_range and rules.amounts[0] <= amount <= rules.amounts[1] else None


def _steered(rng: Random, rules: Rules, value: int, change: int) -> int:
    """Often a change after which the quantity can be divided: otherwise divisions would be rare."""
    if rules.operations < 4 or rng.random() < 0.5:
        return change
    return change - (value + change) % rng.randint(*rules.factors)


def _facts(
    rng: Random, level: int, thing: Thing, first: str, events: tuple[Event, ...], strangers: list[str]
) -> tuple[Fact, ...]:
    """Facts that do not matter: on someone already met, or on people who have no part in the story."""
    rules = LEVELS[level - 1]
    facts = []
    for n in range(rules.idle if rules.idle_share == 1 or rng.random() < rules.idle_share else 0):
        amount = rng.randint(*rules.amounts)
        other = rng.choice([t for t in COUNTABLE if t != thing])
        place = rng.randint(0, len(events) + 1)
        known = [first, *(event.to for event in events[: place - 1] if event.kind in MOVES)]
        if level == 1:
            facts.append(Fact("none", place, strangers[n], other, 0))
        elif place == 0 or rng.random() < 0.4:
            facts.append(Fact("same", place, strangers[n], thing, amount))
        elif level > 2 and rng.random() < 0.3:
            facts.append(Fact("age", place, strangers[n], thing, rng.randint(*_AGES)))
        else:
            facts.append(Fact("other", place, rng.choice(known), other, amount))
    return tuple(facts)
