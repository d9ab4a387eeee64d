"""The stories in French: elision, contraction and agreement."""

from __future__ import annotations

from tasks.understanding.reading_choice.lexicon import NOUNS, OBJECTS, PEOPLE, Gender, gender_of, values
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

INSTRUCTION = "Lisez le texte et répondez à la question par un seul mot."
_VOWELS = "aeiouâéèêAEIOUÉ"  # no name or noun of the lexicon starts with h or y
_RANKS = ("", "", "deuxième ", "troisième ", "quatrième ")


def value_text(kind: str, value: int) -> str:
    """An option, as it stands alone: a colour agrees with its object."""
    if kind == "name":
        return PEOPLE[value]
    word = values(kind)[value]
    return word.french(OBJECTS[kind].gender) if kind in OBJECTS else word.fr


def sentence(fact: Fact) -> str:
    """One fact, as one sentence."""
    text = _clause(fact)
    return text[0].upper() + text[1:] + "."


def question(query: Query) -> str:
    """The question, with the whole chain of people."""
    who = _start(query)
    for noun, person in zip(query.nouns, query.path[1:], strict=True):
        who = f"{_person_noun(noun, person)} {_of(who)}"
    kind, past = query.ask, bool(query.year)
    if kind in OBJECTS:
        asked = f"de quelle couleur {'était' if past else 'est'} {_the_object(kind)} {_of(who)} ?"
    elif kind == "city":
        asked = f"dans quelle ville {'habitait' if past else 'habite'} {who} ?"
    else:
        asked = {
            "job": f"quel est le métier {_of(who)} ?",
            "animal": f"quel animal possède {who} ?",
            "instrument": f"de quel instrument joue {who} ?",
            "name": f"comment s'appelle {who} ?",
        }[kind]
    return f"En {query.year}, {asked}" if past else asked[0].upper() + asked[1:]


def _clause(fact: Fact) -> str:
    match fact:
        case Has():
            said = _has(fact)
        case Either(person, kind, (a, b), year):
            said = f"{_in(year)}{_state(person, kind, year)} {_complement(kind, a)} ou {_complement(kind, b)}"
        case Lacks(person, kind, value, year):
            said = f"{_in(year)}{_state(person, kind, year, negated=True)} {_complement(kind, value)}"
        case Moved(person, city, year):
            agreed = "installée" if gender_of(person) == "f" else "installé"
            said = f"en {year}, {PEOPLE[person]} s'est {agreed} à {value_text('city', city)}"
        case Swapped((a, b), kind, year):
            said = f"en {year}, {PEOPLE[a]} et {PEOPLE[b]} ont échangé leurs {OBJECTS[kind].fr_plural}"
        case Linked(person, noun, other, form):
            role = f"{_person_noun(noun, other)} {_of(PEOPLE[person])}"
            said = f"{PEOPLE[other]} est {role}" if form else f"{role} est {PEOPLE[other]}"
        case Older(elder, younger, form):
            said = _older(elder, younger, form)
    return said


def _has(fact: Has) -> str:
    name, word = PEOPLE[fact.person], values(fact.kind)[fact.value]
    if fact.kind in OBJECTS and fact.form:
        thing = OBJECTS[fact.kind]
        return f"{name} a {_a(thing.gender)} {thing.fr} {value_text(fact.kind, fact.value)}"
    if fact.kind == "job":
        return f"{name} est {word.french(gender_of(fact.person))}"
    if fact.kind == "animal":
        return f"{name} a {_a(word.gender)} {word.fr}"
    if fact.kind == "instrument":
        return f"{name} joue {_of(_the(word.fr, word.gender))}"
    return f"{_state(fact.person, fact.kind, fact.year)} {_complement(fact.kind, fact.value)}"


def _state(person: int, kind: str, year: int, *, negated: bool = False) -> str:
    """Subject and verb: `la voiture d'Anna n'était pas`, `Paul habite`."""
    live = kind == "city"
    verb = ("habitait" if year else "habite") if live else ("était" if year else "est")
    subject = f"{_the_object(kind)} {_of(PEOPLE[person])}" if kind in OBJECTS else PEOPLE[person]
    return f"{subject} n'{verb} pas" if negated else f"{subject} {verb}"


def _complement(kind: str, value: int) -> str:
    text = value_text(kind, value)
    return f"à {text}" if kind == "city" else text


def _older(elder: int, younger: int, form: int) -> str:
    if form:
        return f"{PEOPLE[younger]} est plus jeune {_than(PEOPLE[elder])}"
    agreed = "âgée" if gender_of(elder) == "f" else "âgé"
    return f"{PEOPLE[elder]} est plus {agreed} {_than(PEOPLE[younger])}"


def _start(query: Query) -> str:
    match query.start:
        case Named(person):
            said = PEOPLE[person]
        case Ranked(rank, oldest):
            said = f"la {_RANKS[rank]}personne la plus {'âgée' if oldest else 'jeune'}"
        case Holder("job", value):
            gender = gender_of(query.path[0])
            said = _the(values("job")[value].french(gender), gender)
        case Holder("city", value):
            said = f"la personne qui habite à {value_text('city', value)}"
        case Holder("animal", value):
            word = values("animal")[value]
            said = f"la personne qui a {_a(word.gender)} {word.fr}"
        case Holder("instrument", value):
            word = values("instrument")[value]
            said = f"la personne qui joue {_of(_the(word.fr, word.gender))}"
        case Holder(kind, value):
            thing = OBJECTS[kind]
            said = f"la personne qui a {_a(thing.gender)} {thing.fr} {value_text(kind, value)}"
    return said


def _in(year: int) -> str:
    return f"en {year}, " if year else ""


def _a(gender: Gender) -> str:
    return "une" if gender == "f" else "un"


def _the(noun: str, gender: Gender) -> str:
    if noun[0] in _VOWELS:
        return f"l'{noun}"
    return f"la {noun}" if gender == "f" else f"le {noun}"


def _the_object(kind: str) -> str:
    return _the(OBJECTS[kind].fr, OBJECTS[kind].gender)


def _person_noun(noun: str, person: int) -> str:
    gender = gender_of(person)
    return _the(NOUNS[noun].french(gender), gender)


def _of(phrase: str) -> str:
    """`de` before a name or a noun with its article: `du voisin`, `de l'élève`, `d'Anna`."""
    if phrase.startswith("le "):
        return f"du {phrase[3:]}"
    return f"d'{phrase}" if phrase[0] in _VOWELS else f"de {phrase}"


def _than(name: str) -> str:
    return f"qu'{name}" if name[0] in _VOWELS else f"que {name}"
