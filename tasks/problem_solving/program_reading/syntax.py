"""A small language that is a part of Python: expressions, statements, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass

Value = int | str | bool | list[int] | dict[str, int]


@dataclass(frozen=True, slots=True)
class Const:
    """A number, a word, or lists and dictionaries of them given as items."""

    value: int | str | tuple[int, ...] | tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Var:
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Op:
    """`left operator right`: + - * // % < > == != <= >= and or."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the program, or one of `len`, `sum`, `max`, `min`, `range`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """`base[place]`."""

    base: Expression
    place: Expression


@dataclass(frozen=True, slots=True)
class Slice:
    """`base[start:stop]`, or `base[::-1]` where both are None."""

    base: Expression
    start: Expression | None = None
    stop: Expression | None = None


Expression = Const | Var | Op | Call | Index | Slice


@dataclass(frozen=True, slots=True)
class Assign:
    """`name = value`, `name[place] = value`, `name += value`."""

    name: str
    value: Expression
    place: Expression | None = None
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Append:
    """`name.append(value)`."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class If:
    """`if test: ... else: ...`."""

    test: Expression
    body: tuple[Statement, ...]
    other: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class For:
    """`for name in source: ...`."""

    name: str
    source: Expression
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class While:
    """`while test: ...`."""

    test: Expression
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Def:
    """`def name(parameters): ...`."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Print:
    """`print(values)`."""

    values: tuple[Expression, ...]


Statement = Assign | Append | If | For | While | Def | Return | Print
Program = tuple[Statement, ...]

_BINDS = {
    "or": 1,
    "and": 2,
    "<": 3,
    ">": 3,
    "<=": 3,
    ">=": 3,
    "==": 3,
    "!=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "//": 5,
    "%": 5,
}
_TIGHTEST = 9


def write(program: Program) -> str:
    """The program as Python writes it."""
    return "\n".join(line for statement in program for line in _lines(statement))


def _lines(statement: Statement) -> list[str]:
    if isinstance(statement, Assign):
        return [_simple(statement)]
    if isinstance(statement, If):
        lines = [f"if {expression(statement.test)}:", *_indented(statement.body)]
        return [*lines, "else:", *_indented(statement.other)] if statement.other else lines
    if isinstance(statement, For):
        return [f"for {statement.name} in {expression(statement.source)}:", *_indented(statement.body)]
    if isinstance(statement, While):
        return [f"while {expression(statement.test)}:", *_indented(statement.body)]
    if isinstance(statement, Def):
        return [f"def {statement.name}({', '.join(statement.parameters)}):", *_indented(statement.body)]
    return [_simple(statement)]


def _simple(statement: Assign | Append | Return | Print) -> str:
    if isinstance(statement, Assign):
        place = "" if statement.place is None else f"[{expression(statement.place)}]"
        return f"{statement.name}{place} {statement.operator}= {expression(statement.value)}"
    if isinstance(statement, Append):
        return f"{statement.name}.append({expression(statement.value)})"
    if isinstance(statement, Return):
        return f"return {expression(statement.value)}"
    return f"print({', '.join(map(expression, statement.values))})"


def _indented(body: tuple[Statement, ...]) -> list[str]:
    return [f"    {line}" for statement in body for line in _lines(statement)]


def expression(e: Expression) -> str:
    """An expression as Python writes it."""
    return _written(e)[0]


def _written(e: Expression) -> tuple[str, int]:
    """The text of an expression, and how tightly it binds."""
    if isinstance(e, Var):
        return e.name, _TIGHTEST
    if isinstance(e, Const):
        return _constant(e), _TIGHTEST
    if isinstance(e, Op):
        level = _BINDS[e.operator]
        strict = level == 3  # a < b < c would be a chain
        left, right = _wrapped(e.left, level + strict), _wrapped(e.right, level + 1)
        return f"{left} {e.operator} {right}", level
    if isinstance(e, Index | Slice):
        return f"{_wrapped(e.base, _TIGHTEST)}[{_bracketed(e)}]", _TIGHTEST
    return f"{e.name}({', '.join(map(expression, e.arguments))})", _TIGHTEST


def _bracketed(e: Index | Slice) -> str:
    if isinstance(e, Index):
        return expression(e.place)
    if e.start is None and e.stop is None:
        return "::-1"
    start, stop = ("" if part is None else expression(part) for part in (e.start, e.stop))
    return f"{start}:{stop}"


def _wrapped(e: Expression, least: int) -> str:
    text, level = _written(e)
    return text if level >= least else f"({text})"


def _constant(e: Const) -> str:
    if isinstance(e.value, int):
        return str(e.value)
    if isinstance(e.value, str):
        return f'"{e.value}"'
    items = [f'"{item[0]}": {item[1]}' if isinstance(item, tuple) else str(item) for item in e.value]
    pairs = any(isinstance(item, tuple) for item in e.value)
    return f"{{{', '.join(items)}}}" if pairs else f"[{', '.join(items)}]"
