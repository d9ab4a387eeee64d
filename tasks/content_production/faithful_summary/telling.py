"""A report and its summary in French and in English."""

from __future__ import annotations

from tasks.content_production.faithful_summary.drawing import (
    Date,
    Decision,
    Fact,
    Figure,
    Idle,
    Incident,
    Line,
    Rejected,
    Report,
)
from tasks.content_production.faithful_summary.lexicon import IDLE, MONTHS

_VOWELS = tuple("aeiouyéèêhAEIOUYÉH")
_HEAD = {"fr": "Compte rendu : {setting}, {town}.", "en": "Report: {setting}, {town}."}


def report(structure: Report, language: str) -> str:
    """The whole report: a heading, the lines, then the corrections."""
    french = language == "fr"
    head = _HEAD[language].format(setting=structure.setting[not french], town=structure.town)
    say = _line_fr if french else _line_en
    lines = [say(line) for line in structure.lines]
    lines += [_correction(line, language) for line in structure.lines if isinstance(line, Decision) and line.old]
    return " ".join([head, *lines])


def summary(structure: Report, language: str) -> str:
    """One short sentence a fact."""
    say = _short_fr if language == "fr" else _short_en
    return " ".join(say(fact) for fact in structure.facts)


def amount(number: int, language: str) -> str:
    """Groups of three digits, as the language writes them."""
    return f"{number:,}".replace(",", " " if language == "fr" else ",")


def date(when: Date, language: str) -> str:
    """The day and the month: "1er mai", "1 May"."""
    day, month = when
    return f"{'1er' if day == 1 and language == 'fr' else day} {MONTHS[language][month - 1]}"


def elided(word: str, following: str) -> str:
    """`word` before `following`, its last vowel elided: "d'acheter"."""
    return f"{word[:-1]}'{following}" if following.startswith(_VOWELS) else f"{word} {following}"


def _line_fr(line: Line) -> str:
    if isinstance(line, Idle):
        return IDLE[line.line][0].format(n=line.number)
    if isinstance(line, Rejected):
        of, cost = elided("de", line.work.do.fr), amount(line.cost, "fr")
        return (
            f"La proposition {of}, estimée à {cost} euros, a été rejetée.",
            f"Malgré un devis de {cost} euros, l'idée {of} a été repoussée.",
        )[line.way]
    if isinstance(line, Figure):
        return _figure(line, "fr")
    if isinstance(line, Incident):
        return _incident(line, "fr")
    of, limit = elided("de", line.work.do.fr), _limit(line, "fr")
    comma = "," if limit else ""
    return (
        f"Il a été décidé {of}{limit} : {line.who} s'en chargera",
        f"La décision {of}{limit}{comma} est adoptée, et {line.who} en a la charge",
        f"Après un vote, {line.who} a accepté {of}{limit}",
    )[line.way] + (f" ; tout doit être fini avant le {date(line.by, 'fr')}." if line.by else ".")


def _line_en(line: Line) -> str:
    if isinstance(line, Idle):
        return IDLE[line.line][1].format(n=line.number)
    if isinstance(line, Rejected):
        do, cost = line.work.do.en, amount(line.cost, "en")
        return (
            f"The proposal to {do}, estimated at {cost} euros, was rejected.",
            f"Despite a quote of {cost} euros, the idea to {do} was turned down.",
        )[line.way]
    if isinstance(line, Figure):
        return _figure(line, "en")
    if isinstance(line, Incident):
        return _incident(line, "en")
    do, limit = line.work.do.en, _limit(line, "en")
    comma = "," if limit else ""
    return (
        f"It was decided to {do}{limit}: {line.who} will see to it",
        f"The decision to {do}{limit}{comma} is adopted, and {line.who} is in charge of it",
        f"After a vote, {line.who} agreed to {do}{limit}",
    )[line.way] + (f"; all must be finished before {date(line.by, 'en')}." if line.by else ".")


def _limit(line: Decision, language: str) -> str:
    """The cost as first told."""
    if line.cost is None:
        return ""
    told = amount(line.old or line.cost, language)
    return f", avec un budget de {told} euros" if language == "fr" else f", with a budget of {told} euros"


def _figure(line: Figure, language: str) -> str:
    what, now = line.what.say(language), amount(line.now, language)
    before = None if line.before is None else amount(line.before, language)
    if language == "fr":
        if before is None:
            return (
                f"À ce jour, selon le dernier relevé, on compte {now} {what}.",
                f"Le dernier relevé, fait par le secrétariat, donne {now} {what}.",
            )[line.way]
        return (
            f"À ce jour, on compte {now} {what}, alors que l'an dernier on en comptait {before}.",
            f"De {before} l'an dernier, on est passé à {now} {what}.",
        )[line.way]
    if before is None:
        return (
            f"To date, according to the last count, there are {now} {what}.",
            f"The latest count, made by the secretary, gives {now} {what}.",
        )[line.way]
    return (
        f"To date, one counts {now} {what}, whereas last year the count was {before}.",
        f"From {before} last year, the count has risen to {now} {what}.",
    )[line.way]


def _incident(line: Incident, language: str) -> str:
    what, where = line.what.say(language), line.where.say(language)
    on = date(line.on, language) if line.on else ""
    cost = "" if line.cost is None else amount(line.cost, language)
    if language == "fr":
        loss = f" ; les pertes sont de {cost} euros" if cost else ""
        return (f"Le {on}, {what} a été signalé{_e(what)} {where}{loss}.", f"Il y a eu {what} {where} le {on}{loss}.")[
            line.way
        ]
    loss = f"; the losses come to {cost} euros" if cost else ""
    return (f"On {on}, {what} was reported {where}{loss}.", f"There was {what} {where} on {on}{loss}.")[line.way]


def _e(noun: str) -> str:
    """The ending of a participle that agrees with "une inondation"."""
    return "e" if noun.startswith("une ") else ""


def _correction(line: Decision, language: str) -> str:
    old, cost = amount(line.old or 0, language), amount(line.cost or 0, language)
    if language == "fr":
        return f"Rectificatif : pour {line.work.do.fr}, il faut compter {cost} euros et non {old} euros."
    return f"Correction: the budget to {line.work.do.en} is {cost} euros and not {old} euros."


def _short_fr(fact: Fact) -> str:
    if isinstance(fact, Figure):
        return f"Il y a maintenant {amount(fact.now, 'fr')} {fact.what.fr}."
    if isinstance(fact, Incident):
        on = f"Le {date(fact.on, 'fr')}, " if fact.on else ""
        if fact.cost is None:
            return f"{on}{fact.what.fr} s'est produit{_e(fact.what.fr)} {fact.where.fr}."
        return f"{on}{fact.what.fr} {fact.where.fr} a coûté {amount(fact.cost, 'fr')} euros."
    by = f" avant le {date(fact.by, 'fr')}" if fact.by else ""
    cost = f" pour {amount(fact.cost, 'fr')} euros" if fact.cost is not None else ""
    return f"{fact.who} va {fact.work.do.fr}{by}{cost}."


def _short_en(fact: Fact) -> str:
    if isinstance(fact, Figure):
        return f"There are now {amount(fact.now, 'en')} {fact.what.en}."
    if isinstance(fact, Incident):
        on = f"On {date(fact.on, 'en')}, " if fact.on else ""
        if fact.cost is None:
            return f"{on}{fact.what.en} occurred {fact.where.en}."
        return f"{on}{fact.what.en} {fact.where.en} cost {amount(fact.cost, 'en')} euros."
    by = f" before {date(fact.by, 'en')}" if fact.by else ""
    cost = f" for {amount(fact.cost, 'en')} euros" if fact.cost is not None else ""
    return f"{fact.who} will {fact.work.do.en}{by}{cost}."
