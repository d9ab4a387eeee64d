"""The stories in English."""

from __future__ import annotations

from tasks.understanding.reading_choice.lexicon import NOUNS, OBJECTS, PEOPLE, gender_of, values
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

INSTRUCTION = "Read the text and answer the question with a single word."
_RANKS = ("", "", "second ", "third ", "fourth ")


def value_text(kind: str, value: int) -> str:
    """An option, as it stands alone."""
    return PEOPLE[value] if kind == "name" else values(kind)[value].en


def sentence(fact: Fact) -> str:
    """One fact, as one sentence."""
    return _clause(fact) + "."


def question(query: Query) -> str:
    """The question, with the whole chain of people."""
    who = _start(query)
    for noun, person in zip(query.nouns, query.path[1:], strict=True):
        who = _belonging(NOUNS[noun].english(gender_of(person)), who)
    kind, past = query.ask, bool(query.year)
    if kind in OBJECTS:
        asked = f"what colour {'was' if past else 'is'} {_belonging(OBJECTS[kind].en, who)}?"
    else:
        asked = {
            "city": f"in which city {'did' if past else 'does'} {who} live?",
            "job": f"what is {_belonging('job', who)}?",
            "animal": f"which animal does {who} have?",
            "instrument": f"which instrument does {who} play?",
            "name": f"what is {_belonging('name', who)}?",
        }[kind]
    return f"In {query.year}, {asked}" if past else asked[0].upper() + asked[1:]


def _clause(fact: Fact) -> str:
    match fact:
        case Has():
            said = _has(fact)
        case Either(person, kind, (a, b), year):
            said = f"{_in(year)}{_state(person, kind, year)} either {_complement(kind, a)} or {_complement(kind, b)}"
        case Lacks(person, kind, value, year):
            said = f"{_in(year)}{_state(person, kind, year, negated=True)} {_complement(kind, value)}"
        case Moved(person, city, year):
            said = f"In {year}, {PEOPLE[person]} moved to {value_text('city', city)}"
        case Swapped((a, b), kind, year):
            said = f"In {year}, {PEOPLE[a]} and {PEOPLE[b]} swapped {OBJECTS[kind].en_plural}"
        case Linked(person, noun, other, form):
            role = f"{PEOPLE[person]}'s {NOUNS[noun].english(gender_of(other))}"
            said = f"{PEOPLE[other]} is {role}" if form else f"{role} is {PEOPLE[other]}"
        case Older(elder, younger, form):
            names = (PEOPLE[younger], "younger", PEOPLE[elder]) if form else (PEOPLE[elder], "older", PEOPLE[younger])
            said = "{} is {} than {}".format(*names)
    return said


def _has(fact: Has) -> str:
    name, text = PEOPLE[fact.person], value_text(fact.kind, fact.value)
    if fact.kind in OBJECTS and fact.form:
        return f"{name} has {_a(text)} {OBJECTS[fact.kind].en}"
    if fact.kind == "animal":
        return f"{name} has {_a(text)}"
    if fact.kind == "instrument":
        return f"{name} plays the {text}"
    return f"{_state(fact.person, fact.kind, fact.year)} {_complement(fact.kind, fact.value)}"


def _state(person: int, kind: str, year: int, *, negated: bool = False) -> str:
    """Subject and verb: `Anna's car was not`, `Paul lives in`."""
    name = PEOPLE[person]
    if kind == "city":
        return f"{name} does not live in" if negated else f"{name} lives in"
    subject = f"{name}'s {OBJECTS[kind].en}" if kind in OBJECTS else name
    verb = "was" if year else "is"
    return f"{subject} {verb} not" if negated else f"{subject} {verb}"


def _complement(kind: str, value: int) -> str:
    text = value_text(kind, value)
    return _a(text) if kind == "job" else text


def _start(query: Query) -> str:
    match query.start:
        case Named(person):
            said = PEOPLE[person]
        case Ranked(rank, oldest):
            said = f"the {_RANKS[rank]}{'oldest' if oldest else 'youngest'} person"
        case Holder("job", value):
            said = f"the {value_text('job', value)}"
        case Holder("city", value):
            said = f"the person who lives in {value_text('city', value)}"
        case Holder("animal", value):
            said = f"the person who has {_a(value_text('animal', value))}"
        case Holder("instrument", value):
            said = f"the person who plays the {value_text('instrument', value)}"
        case Holder(kind, value):
            said = f"the person who has {_a(value_text(kind, value))} {OBJECTS[kind].en}"
    return said


def _in(year: int) -> str:
    return f"In {year}, " if year else ""


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _belonging(thing: str, who: str) -> str:
    """`Anna's car`, but `the car of the baker`: a chain of apostrophes cannot be read."""
    return f"the {thing} of {who}" if " " in who else f"{who}'s {thing}"
