"""What the abilities of machines do: functions of the words of a machine (names of commands, numbers) and its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.problem_solving.program_synthesis.state import State

Words = Mapping[str, Any]


def cover(_: Words, s: State) -> bool:
    """Whether a `skip` covers this command."""
    if s.skipped > 0:
        s.skipped -= 1
        return True
    return False


def limit(words: Words, s: State) -> bool:
    """Whether everything ends here."""
    if s.executed == words["limit"]:
        s.position = len(s.commands)
        return True
    s.executed += 1
    return False


def skip(_: Words, s: State) -> None:
    """Cover the next `x` commands."""
    s.skipped = max(0, s.x)


def note(_: Words, s: State) -> None:
    """Note the state down."""
    if s.name != "undo":
        s.history.append((s.a, s.b, s.pile[:]))


def undo(_: Words, s: State) -> None:
    """Take back the state that was noted down last."""
    if s.history:
        s.a, s.b, s.pile = s.history.pop()


def receive(_: Words, s: State) -> None:
    """Add what was put aside for this command."""
    for moment, gift in s.due:
        if moment == s.executed:
            s.b += gift


def delay(words: Words, s: State) -> None:
    """Put `x` aside."""
    s.due.append((s.executed + words["k"], s.x))


def repeat(words: Words, s: State) -> None:
    """Turn `again` into the last coloured command."""
    if s.name == "again" and s.last:
        s.name, s.x = s.last
    if s.name in words["colours"]:
        s.last = s.name, s.x


def dim(words: Words, s: State) -> None:
    """Change the number under the lamp."""
    if s.lit:
        s.x = words["k"] - s.x


def flip(_: Words, s: State) -> None:
    """Turn the lamp on or off."""
    s.lit = not s.lit


def reflect(words: Words, s: State) -> None:
    """Exchange the first two colours under the mirror."""
    if s.mirrored:
        if s.name == words["one"]:
            s.name = words["two"]
        elif s.name == words["two"]:
            s.name = words["one"]


def mirror(_: Words, s: State) -> None:
    """Put the mirror up or down."""
    s.mirrored = s.x > 0


def save(_: Words, s: State) -> None:
    """Save `a` under `x`."""
    s.saved[s.x] = s.a


def load(_: Words, s: State) -> None:
    """Put into `b` what is saved under `x`."""
    s.b = s.saved.get(s.x, s.b - s.x)


def loop(_: Words, s: State) -> None:
    """Open a loop of `x` rounds, or pass over it."""
    if s.x > 0:
        s.loops.append([s.position, s.x])
        return
    depth = 1
    while depth > 0 and s.position < len(s.commands):
        name = s.commands[s.position][0]
        depth += (name == "loop") - (name == "end")
        s.position += 1


def end(_: Words, s: State) -> None:
    """End a round of the loop opened last."""
    if s.loops:
        s.loops[-1][1] -= 1
        if s.loops[-1][1] > 0:
            s.position = s.loops[-1][0]
        else:
            s.loops.pop()


# --- with a statement left out, or a number one more or less ------------------------------------------------------


def cover_for_ever(_: Words, s: State) -> bool:
    """A `skip` that never ends."""
    return s.skipped > 0


def limit_without_end(_: Words, s: State) -> None:
    """A limit that only counts."""
    s.executed += 1


def reflect_first(words: Words, s: State) -> None:
    """A mirror that turns only the first colour."""
    if s.mirrored and s.name == words["one"]:
        s.name = words["two"]


def reflect_second(words: Words, s: State) -> None:
    """A mirror that turns only the second colour."""
    if s.mirrored and s.name == words["two"]:
        s.name = words["one"]


def mirror_at_zero(_: Words, s: State) -> None:
    """A mirror that 0 puts up."""
    s.mirrored = s.x >= 0


def mirror_above_one(_: Words, s: State) -> None:
    """A mirror that 1 does not put up."""
    s.mirrored = s.x > 1


def delay_longer(words: Words, s: State) -> None:
    """A delay of one command more."""
    s.due.append((s.executed + words["k"] + 1, s.x))


def delay_shorter(words: Words, s: State) -> None:
    """A delay of one command less."""
    s.due.append((s.executed + words["k"] - 1, s.x))


def loop_to_any_end(_: Words, s: State) -> None:
    """A loop that ends at the `end` of an inner one."""
    if s.x > 0:
        s.loops.append([s.position, s.x])
        return
    while s.position < len(s.commands):
        s.position += 1
        if s.commands[s.position - 1][0] == "end":
            return


def loop_to_the_last(_: Words, s: State) -> None:
    """A loop that is passed over with all that follows."""
    if s.x > 0:
        s.loops.append([s.position, s.x])
    else:
        s.position = len(s.commands)


def end_without_closing(_: Words, s: State) -> None:
    """An end that leaves the loop open."""
    if s.loops:
        s.loops[-1][1] -= 1
        if s.loops[-1][1] > 0:
            s.position = s.loops[-1][0]
