"""The language of commands: one a turn, the same in both languages but for the words.

A command is its verb and arguments by canonical name, in the order of `FORMS`: ("move", "report.txt", "bank"). In a
text, arguments may come in any order, with articles and prepositions, and verbs in French or English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from harness.metrics.answers import tidy
from harness.metrics.text import fold
from tasks.interaction.tool_world.lexicon import KNOWN, say, say_many

Command = tuple[str, ...]
LONGEST = 2_000  # characters: far beyond any turn's budget

FORMS: dict[str, tuple[str, ...]] = {
    "list": (),
    "open": ("file",),
    "move": ("file", "folder"),
    "delete": ("file",),
    "shop": (),
    "buy": ("item", "number"),
    "day": ("day",),
    "free": ("person", "day"),
    "book": ("day", "number", "person"),
    "cancel": ("day", "number"),
    "done": (),
}
TOOLS = {
    "files": ("list", "open", "move", "delete"),
    "till": ("buy",),
    "shop": ("shop", "buy"),
    "calendar": ("day", "free", "book", "cancel"),
    "end": ("done",),
}
_SAID = {"buy": ("number", "item")}  # "buy 3 apples", as one says
_VERB_FR = {
    "list": "liste",
    "open": "ouvre",
    "move": "déplace",
    "delete": "supprime",
    "shop": "boutique",
    "buy": "achète",
    "day": "jour",
    "free": "libre",
    "book": "réserve",
    "cancel": "annule",
    "done": "fini",
}
_PLACE_FR = {"file": "FICHIER", "folder": "DOSSIER", "item": "ARTICLE", "day": "JOUR", "person": "PERSONNE"}
_VERBS = {
    **{verb: verb for verb in FORMS},
    **{fold(french): verb for verb, french in _VERB_FR.items()},
    **dict.fromkeys("lister listez".split(), "list"),
    **dict.fromkeys("read lire lis ouvrir ouvrez".split(), "open"),
    **dict.fromkeys("deplacer deplacez".split(), "move"),
    **dict.fromkeys("supprimer supprimez remove".split(), "delete"),
    **dict.fromkeys("acheter achetez".split(), "buy"),
    **dict.fromkeys("reserver reservez".split(), "book"),
    **dict.fromkeys("annuler annulez".split(), "cancel"),
    **dict.fromkeys("finished finir termine".split(), "done"),
}
_FILLERS = frozenset(
    "the a an le la les un une to vers dans in into with avec at on of for pour de du des d l file fichier folder "
    "dossier and et h heures o clock from x my mon mes au basket panier please svp".split()
)
_PREFIX = re.compile(
    r"^[\s>$#*:.)(\"'«»\-–—]*(?:[0-9]{1,2}[.)]\s+)?(?:(?:command|commande|action|answer|reponse)\s*:\s*)?"
)
_QUOTED = re.compile(r"`([^`\n]{1,80})`")
_HOUR = re.compile(r"([0-9]{1,4})(?:h(?:00)?|:00)?")
_MOST_LINES, _MOST_WORDS = 60, 12


def write(command: Command, language: str) -> str:
    """A command as one writes it in a language."""
    verb, *arguments = command
    said = [say(name, language) for name in arguments]
    if verb == "buy":
        said = [say_many(arguments[0], int(arguments[1]), language)]
    return " ".join([_VERB_FR[verb] if language == "fr" else verb, *said])


def form(verb: str, language: str) -> str:
    """How a command is written: `move FILE FOLDER`."""
    hours = verb in TOOLS["calendar"]
    places = []
    for kind in _SAID.get(verb, FORMS[verb]):
        if kind == "number":
            places.append(("HEURE" if language == "fr" else "HOUR") if hours else "N")
        else:
            places.append(_PLACE_FR[kind] if language == "fr" else kind.upper())
    return " ".join([_VERB_FR[verb] if language == "fr" else verb, *places])


@functools.lru_cache(maxsize=4096)
def read_command(text: str, question: str) -> Command:
    """The command of a turn; ("?", verb) where its form is wrong, ("?",) where there is none or there are several.

    A first line that is a command is the command (what follows is the model playing the world); otherwise the text
    must hold one command, on a line of its own or between backquotes.
    """
    if len(text) > LONGEST:
        return ("?",)
    quoted = _QUOTED.findall(text)
    lines = [line for line in tidy(text, question).splitlines() if line.strip()][:_MOST_LINES]
    read = [found for line in [*lines, *quoted] if (found := _read_line(line))]
    right = list(dict.fromkeys(command for command in read if command[0] != "?"))
    if lines and (first := _read_line(lines[0])) and first[0] != "?":
        return first
    if len(right) == 1:
        return right[0]
    return read[0] if read and not right else ("?",)


def _read_line(line: str) -> Command | None:
    """The command of a line, ("?", verb) where only its verb is right, None where it does not begin with a verb."""
    written = _PREFIX.sub("", fold(line))
    words = re.split(r"[\s,;()\"«»'=]+", written.rstrip(" .!?"))
    verb = _VERBS.get(words[0].rstrip(":."))
    if verb is None or len(words) > _MOST_WORDS:
        return None
    found = _arguments(words[1:])
    if verb == "list" and (found is None or found.keys() <= {"folder"}):
        return (verb,)  # "list the files" and "list bank" list all there is
    if found is None or found.keys() != set(FORMS[verb]):
        return ("?", verb)
    return (verb, *(found[kind] for kind in FORMS[verb]))


def _arguments(words: Sequence[str]) -> dict[str, str] | None:
    """Arguments by type; None where a word is unknown or a type comes twice."""
    found: dict[str, str] = {}
    for word in words:
        name = word.strip(".:")
        if number := _HOUR.fullmatch(name):
            kind, value = "number", str(int(number[1]))
        elif name in KNOWN:
            kind, value = KNOWN[name]
        elif not name or name in _FILLERS:
            continue
        else:
            return None
        if found.setdefault(kind, value) != value:
            return None
    return found
