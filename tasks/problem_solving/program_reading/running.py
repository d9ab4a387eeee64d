"""Running a program of the small language: what it prints, what its variables become, how many steps it takes."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tasks.problem_solving.program_reading.syntax import (
    Append,
    Assign,
    Call,
    Const,
    Def,
    Expression,
    For,
    If,
    Index,
    Op,
    Print,
    Program,
    Return,
    Slice,
    Statement,
    Value,
    Var,
    While,
)

Frame = dict[str, Value]
_OPERATORS: dict[str, Callable[[Any, Any], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_LAZY = frozenset({"and", "or"})
_LONGEST = 40  # letters of a word, items of a list


class Overrun(Exception):  # noqa: N818 - a program that is too long is redrawn, not an error
    """The program takes too many steps, or its numbers grow too large."""


@dataclass(slots=True)
class Run:
    """A run of a program."""

    most_steps: int
    most: int  # the largest number allowed
    steps: int = 0
    printed: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    functions: dict[str, Def] = field(default_factory=dict)
    frame: Frame = field(default_factory=dict)

    def go_on(self, statements: Program) -> bool:
        """Run more statements; False, and as if nothing had been run, where they take or make too much."""
        kept = {name: value.copy() if isinstance(value, list | dict) else value for name, value in self.frame.items()}
        steps, traced, printed = self.steps, len(self.trace), len(self.printed)
        try:
            _execute(statements, self.frame, self)
        except Overrun:
            self.frame, self.steps = kept, steps
            del self.trace[traced:], self.printed[printed:]
            return False
        return True


def _execute(body: tuple[Statement, ...], frame: Frame, state: Run) -> Value | None:
    """Run statements; the value returned, if one is."""
    for statement in body:
        state.steps += 1
        if state.steps > state.most_steps:
            raise Overrun
        found = _STEPS[type(statement)](statement, frame, state)
        if found is not None:
            return found
    return None


def _append(statement: Append, frame: Frame, state: Run) -> None:
    _list(frame[statement.name]).append(_int(_value(statement.value, frame, state)))
    state.trace.append(f"{statement.name}={_shown(frame[statement.name])}")


def _branch(statement: If, frame: Frame, state: Run) -> Value | None:
    holds = _value(statement.test, frame, state)
    return _execute(statement.body if holds else statement.other, frame, state)


def _while(loop: While, frame: Frame, state: Run) -> Value | None:
    while _value(loop.test, frame, state):
        found = _execute(loop.body, frame, state)
        if found is not None:
            return found
    return None


def _for(loop: For, frame: Frame, state: Run) -> Value | None:
    source = _value(loop.source, frame, state)
    items: Iterable[int | str] = source if isinstance(source, list | dict | str) else ()
    for item in list(items):
        frame[loop.name] = item
        found = _execute(loop.body, frame, state)
        if found is not None:
            return found
    return None


def _define(statement: Def, _frame: Frame, state: Run) -> None:
    state.functions[statement.name] = statement


def _return(statement: Return, frame: Frame, state: Run) -> Value:
    return _value(statement.value, frame, state)


def _print(statement: Print, frame: Frame, state: Run) -> None:
    state.printed.append(" ".join(_shown(_value(e, frame, state)) for e in statement.values))


def _assign(statement: Assign, frame: Frame, state: Run) -> None:
    value = _value(statement.value, frame, state)
    if statement.place is not None:
        place, base = _value(statement.place, frame, state), frame[statement.name]
        if isinstance(base, dict):
            old = base.get(str(place), 0)
            base[str(place)] = _int(_operated(statement.operator, old, value, state) if statement.operator else value)
        else:
            old = _list(base)[_int(place)]
            new = _operated(statement.operator, old, value, state) if statement.operator else value
            _list(base)[_int(place)] = _int(new)
    elif statement.operator:
        frame[statement.name] = _operated(statement.operator, frame[statement.name], value, state)
    else:
        frame[statement.name] = value
    state.trace.append(f"{statement.name}={_shown(frame[statement.name])}")


def _value(e: Expression, frame: Frame, state: Run) -> Value:
    if type(e) is Var:
        return frame[e.name]
    return _VALUES[type(e)](e, frame, state)


def _indexed(e: Index, frame: Frame, state: Run) -> Value:
    base, place = _value(e.base, frame, state), _value(e.place, frame, state)
    return base[str(place)] if isinstance(base, dict) else _sequence(base)[_int(place)]


def _sliced(e: Slice, frame: Frame, state: Run) -> Value:
    base = _sequence(_value(e.base, frame, state))
    if e.start is None and e.stop is None:
        return base[::-1]
    start, stop = (None if part is None else _int(_value(part, frame, state)) for part in (e.start, e.stop))
    return base[start:stop]


def _operation(e: Op, frame: Frame, state: Run) -> Value:
    state.steps += 1
    left, sign, right = _value(e.left, frame, state), e.operator, e.right
    if sign in _LAZY:
        return left if bool(left) == (sign == "or") else _value(right, frame, state)
    if type(right) is Const:
        return _operated(sign, left, _constant(right, frame, state), state)
    return _operated(sign, left, _value(right, frame, state), state)


def _operated(sign: str, left: Value, right: Value, state: Run) -> Value:
    """As Python would, within the sizes allowed; a wrong type is an error as it is there."""
    found = _OPERATORS[sign](left, right)
    large = not -state.most <= found <= state.most if isinstance(found, int) else len(found) > _LONGEST
    if large:
        raise Overrun
    return found


def _call(e: Call, frame: Frame, state: Run) -> Value:
    arguments = [_value(argument, frame, state) for argument in e.arguments]
    if e.name in state.functions:
        function = state.functions[e.name]
        state.trace.append(f"{e.name}({', '.join(map(_shown, arguments))})")
        found = _execute(function.body, dict(zip(function.parameters, arguments, strict=True)), state)
        if found is None:
            raise Overrun
        state.trace.append(f"return {_shown(found)}")
        return found
    if e.name == "range":
        return list(range(*map(_int, arguments)))
    if e.name == "len":
        return len(_sized(arguments[0]))
    if e.name == "sum":
        return sum(_list(arguments[0]))
    numbers = _list(arguments[0]) if isinstance(arguments[0], list) else [_int(a) for a in arguments]
    return max(numbers) if e.name == "max" else min(numbers)


def _constant(e: Const, _frame: Frame, _state: Run) -> Value:
    if not isinstance(e.value, tuple):
        return e.value
    pairs = [item for item in e.value if isinstance(item, tuple)]
    return dict(pairs) if pairs else [item for item in e.value if isinstance(item, int)]


def _shown(value: Value) -> str:
    """A value as `print` writes it."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}': {n}" for key, n in value.items()) + "}"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _int(value: Value) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(f"not a number: {value!r}")


def _list(value: Value) -> list[int]:
    if isinstance(value, list):
        return value
    raise TypeError(f"not a list: {value!r}")


def _sequence(value: Value) -> str | list[int]:
    if isinstance(value, str | list):
        return value
    raise TypeError(f"not a sequence: {value!r}")


def _sized(value: Value) -> str | list[int] | dict[str, int]:
    if isinstance(value, str | list | dict):
        return value
    raise TypeError(f"it has no length: {value!r}")


_STEPS: dict[type, Callable[[Any, Frame, Run], Value | None]] = {
    Assign: _assign,
    Append: _append,
    If: _branch,
    For: _for,
    While: _while,
    Def: _define,
    Return: _return,
    Print: _print,
}
_VALUES: dict[type, Callable[[Any, Frame, Run], Value]] = {  # but for variables
    Const: _constant,
    Op: _operation,
    Call: _call,
    Index: _indexed,
    Slice: _sliced,
}
