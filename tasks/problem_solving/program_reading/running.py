"""Running a program of the small language: what it prints, what its variables become, how many steps it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

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
    Program,
    Return,
    Slice,
    Statement,
    Value,
    Var,
    While,
)

Frame = dict[str, Value]
_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


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
        found = _step(statement, frame, state)
        if found is not None:
            return found
    return None


def _step(statement: Statement, frame: Frame, state: Run) -> Value | None:
    if isinstance(statement, Assign):
        _assign(statement, frame, state)
    elif isinstance(statement, Append):
        _list(frame[statement.name]).append(_int(_value(statement.value, frame, state)))
        state.trace.append(f"{statement.name}={_shown(frame[statement.name])}")
    elif isinstance(statement, If):
        holds = _value(statement.test, frame, state)
        return _execute(statement.body if holds else statement.other, frame, state)
    elif isinstance(statement, For):
        return _repeat(statement, frame, state)
    elif isinstance(statement, While):
        while _value(statement.test, frame, state):
            found = _execute(statement.body, frame, state)
            if found is not None:
                return found
    elif isinstance(statement, Def):
        state.functions[statement.name] = statement
    elif isinstance(statement, Return):
        return _value(statement.value, frame, state)
    else:
        state.printed.append(" ".join(_shown(_value(e, frame, state)) for e in statement.values))
    return None


def _repeat(loop: For, frame: Frame, state: Run) -> Value | None:
    source = _value(loop.source, frame, state)
    items: Iterable[int | str] = source if isinstance(source, list | dict | str) else ()
    for item in list(items):
        frame[loop.name] = item
        found = _execute(loop.body, frame, state)
        if found is not None:
            return found
    return None


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
    if isinstance(e, Const):
        return _constant(e)
    if isinstance(e, Var):
        return frame[e.name]
    if isinstance(e, Op):
        return _operation(e, frame, state)
    if isinstance(e, Call):
        return _call(e, frame, state)
    base = _value(e.base, frame, state)
    if isinstance(e, Index):
        place = _value(e.place, frame, state)
        return base[str(place)] if isinstance(base, dict) else _sequence(base)[_int(place)]
    return _sliced(e, _sequence(base), frame, state)


def _sliced(e: Slice, base: str | list[int], frame: Frame, state: Run) -> Value:
    if e.start is None and e.stop is None:
        return base[::-1]
    start, stop = (None if part is None else _int(_value(part, frame, state)) for part in (e.start, e.stop))
    return base[start:stop]


def _operation(e: Op, frame: Frame, state: Run) -> Value:
    state.steps += 1
    left = _value(e.left, frame, state)
    if e.operator == "and":
        return _value(e.right, frame, state) if left else left
    if e.operator == "or":
        return left or _value(e.right, frame, state)
    return _operated(e.operator, left, _value(e.right, frame, state), state)


def _operated(operator: str, left: Value, right: Value, state: Run) -> Value:
    if operator in {"==", "!="}:
        return (left == right) == (operator == "==")
    if operator == "+" and isinstance(left, str):
        found: Value = left + str(right)
    elif operator == "+" and isinstance(left, list):
        found = left + _list(right)
    elif operator == "+":
        found = _int(left) + _int(right)
    elif operator == "*" and isinstance(left, str):
        found = left * _int(right)
    else:
        found = _OPERATORS[operator](_int(left), _int(right))
    large = abs(found) > state.most if isinstance(found, int) else len(found) > 40
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


def _constant(e: Const) -> Value:
    if isinstance(e.value, int | str):
        return e.value
    pairs = [item for item in e.value if isinstance(item, tuple)]
    return dict(pairs) if pairs else [item for item in e.value if isinstance(item, int)]


def _shown(value: Value) -> str:
    """A value as `print` writes it."""
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
