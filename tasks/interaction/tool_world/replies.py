"""What the world answers, in words."""

from __future__ import annotations

from harness.types import Json
from tasks.interaction.tool_world.commands import FORMS, TOOLS, Command, form
from tasks.interaction.tool_world.environment import Event, State, meeting
from tasks.interaction.tool_world.lexicon import DAYS, HOURS, say, say_many

REPLIES = {
    "fr": {
        "moved": "C'est fait : {0} est dans {1}.",
        "deleted": "C'est fait : {0} est supprimé.",
        "booked": "C'est fait : {0}, {1} à {2} h.",
        "cancelled": "C'est fait : plus rien {0} à {1} h.",
        "no file": "Il n'y a pas de fichier {0}.",
        "no folder": "Il n'y a pas de dossier {0}.",
        "no item": "La boutique n'a pas cet article : {0}.",
        "no number": "Il en faut au moins 1.",
        "no hour": "Les heures sont 9, 10, 11, 14, 15 et 16.",
        "no person": "Personne de ce nom : {0}.",
        "no meeting": "Il n'y a rien {0} à {1} h.",
        "you busy": "Vous êtes déjà pris {0} à {1} h.",
        "person busy": "{0} n'est pas libre {1} à {2} h.",
    },
    "en": {
        "moved": "Done: {0} is in {1}.",
        "deleted": "Done: {0} is deleted.",
        "booked": "Done: {0}, {1} at {2}.",
        "cancelled": "Done: nothing on {0} at {1} any more.",
        "no file": "There is no file {0}.",
        "no folder": "There is no folder {0}.",
        "no item": "The shop does not have this: {0}.",
        "no number": "It takes at least 1.",
        "no hour": "The hours are 9, 10, 11, 14, 15 and 16.",
        "no person": "Nobody of that name: {0}.",
        "no meeting": "There is nothing on {0} at {1}.",
        "you busy": "You are busy on {0} at {1}.",
        "person busy": "{0} is not free on {1} at {2}.",
    },
}


def tell_event(world: Json, state: State, event: Event, language: str) -> str:
    """What happened, or what was asked to be shown."""
    kind, *names = event
    shown = {"list": _list, "open": _open, "shop": _shop, "bought": _bought, "day": _day, "free": _free}
    if kind in shown:
        return shown[kind](world, state, names, language)
    return REPLIES[language][kind].format(*(say(name, language) for name in names))


def tell_form(command: Command, tools: tuple[str, ...], language: str) -> str:
    """A hint after what could not be read: the form of its verb, or all the verbs."""
    if len(command) > 1:
        return f"Forme : {form(command[1], 'fr')}" if language == "fr" else f"Form: {form(command[1], 'en')}"
    verbs = [form(verb, language) for verb in commands_of(tools)]
    if language == "fr":
        return f"Une seule commande par message : {' | '.join(verbs)}"
    return f"One command a message: {' | '.join(verbs)}"


def commands_of(tools: tuple[str, ...]) -> list[str]:
    """The verbs of some tools."""
    return [verb for verb in FORMS if any(verb in TOOLS[tool] for tool in tools)]


def _list(world: Json, state: State, _names: list[str], language: str) -> str:
    inside: dict[str, list[str]] = {folder: [] for folder in world["folders"]}
    for file, folder in state["files"].items():
        inside[folder].append(say(file, language))
    colon, nothing = (" : ", "vide") if language == "fr" else (": ", "empty")
    lines = [f"{say(folder, language)}{colon}{', '.join(files) or nothing}" for folder, files in inside.items()]
    return "\n".join(lines) or nothing


def _open(world: Json, _state: State, names: list[str], language: str) -> str:
    colon = " : " if language == "fr" else ": "
    return f"{say(names[0], language)}{colon}{world['texts'][names[0]]}"


def _shop(world: Json, _state: State, _names: list[str], language: str) -> str:
    prices = ", ".join(f"{say(item, language)} {price}" for item, price in world["prices"].items())
    return f"Prix en euros : {prices}." if language == "fr" else f"Prices in euros: {prices}."


def _bought(_world: Json, _state: State, names: list[str], language: str) -> str:
    bought = say_many(names[0], int(names[1]), language)
    return f"C'est fait : {bought} au panier." if language == "fr" else f"Done: {bought} in the basket."


def _day(_world: Json, state: State, names: list[str], language: str) -> str:
    nothing, clock = ("libre", " h ") if language == "fr" else ("free", " ")
    hours = [f"{hour}{clock}{state['meetings'].get(meeting(names[0], hour), nothing)}" for hour in HOURS]
    return f"{say(names[0], language)}{' : ' if language == 'fr' else ': '}{', '.join(hours)}."


def _free(world: Json, _state: State, names: list[str], language: str) -> str:
    person, day = names
    hours = world["free"][person][DAYS.index(day)]
    if language == "fr":
        at = ", ".join(f"{hour} h" for hour in hours)
        return (
            f"{person} est libre {say(day, 'fr')} à {at}." if hours else f"{person} n'est pas libre {say(day, 'fr')}."
        )
    return f"{person} is free on {day} at {', '.join(map(str, hours))}." if hours else f"{person} is not free on {day}."
