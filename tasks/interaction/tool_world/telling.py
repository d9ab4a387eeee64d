"""Errands in words: rules, goals, and what files say."""

from __future__ import annotations

from collections.abc import Callable

from tasks.interaction.tool_world.commands import form
from tasks.interaction.tool_world.errand import Errand, Goal, Line
from tasks.interaction.tool_world.jobs import LIMIT
from tasks.interaction.tool_world.lexicon import KINDS, MONTHS, say, say_many
from tasks.interaction.tool_world.replies import commands_of

_RULES = {
    "fr": ("Vous agissez par des commandes, une seule par message :", "Terminez par la commande fini."),
    "en": ("You act by commands, one a message:", "End with the command done."),
}
_SHOWS = {
    "fr": {"list": "les fichiers", "shop": "les prix", "day": "votre agenda", "free": "ses heures libres"},
    "en": {"list": "the files", "shop": "the prices", "day": "your calendar", "free": "their free hours"},
}
_IDLE = {
    "fr": ("Rien à signaler.", "À relire un jour.", "Merci à tous."),
    "en": ("Nothing to report.", "To be read again some day.", "Thanks to all."),
}
_GOALS = {
    "fr": {
        "move": "Le fichier {0} doit aller dans le dossier {1}.",
        "delete": "Le fichier {0} doit disparaître.",
        "book": "Il faut un rendez-vous avec {0} {1} à {2} h.",
        "note": "Il faut ce que le fichier {0} demande d'acheter.",
        "either": "Si les sommes du fichier {0} dépassent {limit} euros en tout, il doit disparaître ; "
        "sinon, il doit aller dans le dossier {1}.",
        "chain": "Le fichier {0} renvoie à un autre, et ainsi de suite : il faut ce que le dernier demande d'acheter.",
        "first": "Il faut un rendez-vous avec {0} {1}, à la première heure où vous êtes libres l'un et l'autre.",
        "sort": "Les fichiers du dossier {1} où {0} figure parmi les présents doivent aller dans le dossier {2}.",
        "shift": "Tous vos rendez-vous de {0} passent à {1} : dans l'ordre des heures, chacun à la première heure où "
        "vous et la personne êtes libres.",
    },
    "en": {
        "move": "The file {0} must go to the folder {1}.",
        "delete": "The file {0} must be deleted.",
        "book": "You need a meeting with {0} on {1} at {2}.",
        "note": "You need what the file {0} asks to buy.",
        "either": "If the sums in the file {0} come to more than {limit} euros in all, it must be deleted; "
        "otherwise it must go to the folder {1}.",
        "chain": "The file {0} refers to another, and so on: you need what the last one asks to buy.",
        "first": "You need a meeting with {0} on {1}, at the first hour when you are both free.",
        "sort": "The files of the folder {1} that count {0} among those present must go to the folder {2}.",
        "shift": "All your meetings of {0} move to {1}: in the order of their hours, each to the first hour when you "
        "and the person are free.",
    },
}


def tell_rules(tools: tuple[str, ...], language: str) -> str:
    """The commands of some tools, a line each."""
    opening, closing = _RULES[language]
    shows = _SHOWS[language]
    lines = [form(verb, language) + (f" ({shows[verb]})" if verb in shows else "") for verb in commands_of(tools)]
    return "\n".join([opening, *lines, *([closing] if "end" in tools else [])])


def tell_errand(errand: Errand, turns: int, language: str, *, brief: bool = False) -> str:
    """For whom, what is wanted, and unless in brief how many commands there are."""
    goals = " ".join(_goal(goal, language) for goal in errand.goals)
    day, month = errand.date[0], MONTHS[language][errand.date[1]]
    date = f"{'1er' if day == 1 and language == 'fr' else day} {month}"
    if brief:
        return f"{errand.who}, {date}. {goals}"
    if language == "fr":
        opening = f"Nous sommes le {date} et vous aidez {errand.who}."
        return f"{opening} {goals} Rien d'autre ne doit changer. Vous avez {turns} commandes."
    opening = f"It is {date} and you help {errand.who}."
    return f"{opening} {goals} Nothing else must change. You have {turns} commands."


def tell_file(lines: tuple[Line, ...], language: str) -> str:
    """What a file says."""
    return " ".join(_line(line, language) for line in lines)


def _line(line: Line, language: str) -> str:
    kind, *values = line
    french = language == "fr"
    if kind == "idle":
        return _IDLE[language][int(str(values[0]))]
    if kind == "buy":
        wanted = say_many(str(values[0]), int(str(values[1])), language)
        return f"Acheter {wanted}." if french else f"Buy {wanted}."
    if kind == "see":
        file = say(str(values[0]), language)
        return f"Voir {file}." if french else f"See {file}."
    if kind == "sums":
        papers, inks, stamps = values
        if french:
            return f"Papier : {papers} euros. Encre : {inks} euros. Timbres : {stamps} euros."
        return f"Paper: {papers} euros. Ink: {inks} euros. Stamps: {stamps} euros."
    there, away = (", ".join(names) for names in values if isinstance(names, tuple))
    return f"Présents : {there}. Absents : {away}." if french else f"Present: {there}. Absent: {away}."


def _goal(goal: Goal, language: str) -> str:
    """A job as a wish: none reads as a command."""
    kind, *values = goal
    special: dict[str, Callable[..., str]] = {
        "buy": _buy,
        "cheapest": _cheapest,
        "budget": _budget,
        "basket": _basket,
        "match": _match,
    }
    if kind in special:
        return special[str(kind)](language, *values)
    said = [say(value, language) if isinstance(value, str) else value for value in values]
    return _GOALS[language][str(kind)].format(*said, limit=LIMIT)


def _buy(language: str, item: str, number: int) -> str:
    wanted = say_many(item, number, language)
    return f"Il faut {wanted}." if language == "fr" else f"You need {wanted}."


def _cheapest(language: str, kind: str, number: int) -> str:
    if language == "fr":
        return f"Il faut {number} unités du moins cher des {KINDS['fr'][kind]}."
    return f"You need {number} units of the cheapest {KINDS['en'][kind]}."


def _budget(language: str, item: str, money: int) -> str:
    many = _many(item, language)
    if language == "fr":
        return f"Il faut autant {elided(many)} qu'on peut en acheter avec {money} euros."
    return f"You need as many {many} as {money} euros pay for."


def _basket(language: str, items: tuple[str, ...], count: int, money: int) -> str:
    one, two, three = (_many(item, language) for item in items)
    if language == "fr":
        wanted = f"Il faut des {one}, des {two} et des {three}, au moins une unité de chaque"
        return f"{wanted} : {count} unités en tout, pour {money} euros exactement."
    return f"You need {one}, {two} and {three}, at least one of each: {count} in all, for exactly {money} euros."


def _match(language: str, people: tuple[str, ...], day: str) -> str:
    names, last = ", ".join(people[:-1]), people[-1]
    if language == "fr":
        wanted = f"{say(day, 'fr').capitalize()}, il faut un rendez-vous avec {names} et {last} séparément"
        return f"{wanted}, chaque fois à une heure où vous et la personne êtes libres."
    wanted = f"On {day} you need a meeting with {names} and {last} separately"
    return f"{wanted}, each at an hour when you and the person are free."


def _many(item: str, language: str) -> str:
    """A thing in the plural, without the number."""
    return say_many(item, 2, language).partition(" ")[2]


def elided(noun: str) -> str:
    """`de` and a noun: "de pommes", "d'écharpes"."""
    return f"d'{noun}" if noun[0] in "aeiouyéèêœ" else f"de {noun}"
