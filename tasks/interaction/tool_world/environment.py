"""The world: what each command does to its state, and what is answered.

A world is JSON: `start` (a state), `folders`, `texts` of files, `prices`, and `free` hours by person and day. A state
is JSON too: `files` with their folders, `bought`, and `meetings` by "DAY HOUR". Nothing here changes a state in place.
"""

from __future__ import annotations

from collections.abc import Callable

from harness.types import Json
from tasks.interaction.tool_world.commands import Command
from tasks.interaction.tool_world.lexicon import DAYS, HOURS

State = dict[str, dict[str, Json]]
Event = tuple[str, ...]  # what happened: a key of `replies.REPLIES`, and names


def act(world: Json, state: State, command: Command) -> tuple[State, Event]:
    """The state after a readable command other than `done`, and what happened."""
    verb, *names = command
    return _ACTIONS[verb](world, state, names)


def meeting(day: str, hour: int) -> str:
    """The key of an hour in `meetings`."""
    return f"{day} {hour}"


def _list(_world: Json, state: State, _names: list[str]) -> tuple[State, Event]:
    return state, ("list",)


def _open(_world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    (file,) = names
    return state, ("open", file) if file in state["files"] else ("no file", file)


def _move(world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    file, folder = names
    if file not in state["files"]:
        return state, ("no file", file)
    if folder not in world["folders"]:
        return state, ("no folder", folder)
    return _with(state, "files", file, folder), ("moved", file, folder)


def _delete(_world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    (file,) = names
    if file not in state["files"]:
        return state, ("no file", file)
    return _without(state, "files", file), ("deleted", file)


def _shop(_world: Json, state: State, _names: list[str]) -> tuple[State, Event]:
    return state, ("shop",)


def _buy(world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    item, number = names[0], int(names[1])
    if item not in world["prices"]:
        return state, ("no item", item)
    if number < 1:
        return state, ("no number",)
    number += state["bought"].get(item, 0)
    return _with(state, "bought", item, number), ("bought", item, str(number))


def _day(_world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    return state, ("day", *names)


def _free(world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    return state, ("free", *names) if names[0] in world["free"] else ("no person", names[0])


def _book(world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    day, hour, person = names
    if int(hour) not in HOURS:
        return state, ("no hour",)
    if person not in world["free"]:
        return state, ("no person", person)
    if meeting(day, int(hour)) in state["meetings"]:
        return state, ("you busy", day, hour)
    if int(hour) not in world["free"][person][DAYS.index(day)]:
        return state, ("person busy", person, day, hour)
    return _with(state, "meetings", meeting(day, int(hour)), person), ("booked", person, day, hour)


def _cancel(_world: Json, state: State, names: list[str]) -> tuple[State, Event]:
    day, hour = names
    key = meeting(day, int(hour))
    if key not in state["meetings"]:
        return state, ("no meeting", day, hour)
    return _without(state, "meetings", key), ("cancelled", day, hour)


def _with(state: State, part: str, key: str, value: Json) -> State:
    return {**state, part: {**state[part], key: value}}


def _without(state: State, part: str, key: str) -> State:
    return {**state, part: {name: value for name, value in state[part].items() if name != key}}


_ACTIONS: dict[str, Callable[[Json, State, list[str]], tuple[State, Event]]] = {
    "list": _list,
    "open": _open,
    "move": _move,
    "delete": _delete,
    "shop": _shop,
    "buy": _buy,
    "day": _day,
    "free": _free,
    "book": _book,
    "cancel": _cancel,
}
