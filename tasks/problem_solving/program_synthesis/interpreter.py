"""Our interpreter of reference programs: statements, and runs of a program or of its near misses."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from harness.errors import TaskError
from tasks.problem_solving.program_synthesis.cells import Cells
from tasks.problem_solving.program_synthesis.expressions import NEAR, OPERATORS, Endless, Env, expression, target

_MOST_TURNS: Final = 600  # turns of loops: a near miss may never end
_TABLE: Final = 3  # cases from which on a chain is a table
_BREAK: Final = ("break",)
_CONTINUE: Final = ("continue",)
_TURNS: Final = " turns"  # no variable's name
Signal = tuple[Any, ...] | None  # how a statement leaves its block
Statement = Callable[[Env], Signal]


class Reference:
    """A compiled reference program: a single function of the reference language."""

    def __init__(self, source: str) -> None:
        """Compile the text; TaskError if it leaves the language."""
        (definition,) = ast.parse(source).body
        if not isinstance(definition, ast.FunctionDef):
            raise TaskError("a reference program is one function", where="program_synthesis")
        self.cells = Cells()
        self.parameters = [argument.arg for argument in definition.args.args]
        self._body = _block(definition.body, self.cells)

    def __call__(self, arguments: Sequence[Any]) -> Any:
        """What the function returns; whatever its operations raise, and Endless."""
        env: Env = {_TURNS: 0, **dict(zip(self.parameters, copied(arguments), strict=True))}
        signal = self._body(env)
        return signal[1] if signal else None

    def tried(self, arguments: Sequence[Any]) -> Any:
        """What it returns, or the name of what it raises: a near miss may fail in any way."""
        try:
            return self(arguments)
        except (ArithmeticError, AttributeError, Endless, LookupError, MemoryError, TypeError, ValueError) as error:
            return (type(error).__name__,)


def copied(value: Any) -> Any:
    """A copy of plain data with lists of its own; tuples become lists."""
    if isinstance(value, list | tuple):
        return [copied(part) for part in value]
    return {key: copied(part) for key, part in value.items()} if isinstance(value, dict) else value


def _block(nodes: Sequence[ast.stmt], cells: Cells) -> Statement:
    """Statements in order; near misses drop one, or swap two neighbours."""
    parts = tuple(_statement(node, cells) for node in nodes)
    dropped = [(*parts[:n], *parts[n + 1 :]) for n in range(len(parts))]
    swapped = [
        (*parts[:n], parts[n + 1], parts[n], *parts[n + 2 :])
        for n in range(len(parts) - 1)
        if not (_first_value(nodes[n]) and _first_value(nodes[n + 1]))
    ]
    cell = cells.new(parts, (*dropped, *swapped), "order", nodes[0].lineno)

    def run(env: Env) -> Signal:
        for part in cell.value:
            signal: Signal = part(env)
            if signal is not None:
                return signal
        return None

    return run


def _first_value(node: ast.stmt) -> bool:
    """Whether a statement gives a variable a value that depends on nothing: its place among its like is free."""
    return isinstance(node, ast.Assign) and not any(isinstance(part, ast.Name) for part in ast.walk(node.value))


def _statement(node: ast.stmt, cells: Cells) -> Statement:
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise TaskError(f"{type(node).__name__} is not part of the reference language", where="program_synthesis")
    return compiler(node, cells)


def _return(node: ast.Return, cells: Cells) -> Statement:
    if node.value is None:
        raise TaskError("a reference program returns a value", where="program_synthesis")
    value = expression(node.value, cells)
    return lambda env: ("return", value(env))


def _assign(node: ast.Assign, cells: Cells) -> Statement:
    value, place = expression(node.value, cells), node.targets[0]
    if isinstance(place, ast.Subscript):
        whole, key = expression(place.value, cells), expression(place.slice, cells)
        return lambda env: operator.setitem(whole(env), key(env), value(env))
    assign = target(place)
    return lambda env: assign(env, value(env))


def _augmented(node: ast.AugAssign, cells: Cells) -> Statement:
    value, action = expression(node.value, cells), OPERATORS[type(node.op)]
    cell = cells.new(action, (NEAR[action],) if action in NEAR else (), "operator", node.lineno)
    if isinstance(node.target, ast.Subscript):
        whole, key = expression(node.target.value, cells), expression(node.target.slice, cells)

        def change(env: Env) -> None:
            holder, place = whole(env), key(env)
            holder[place] = cell.value(holder[place], value(env))

        return change
    if not isinstance(node.target, ast.Name):
        raise TaskError("only names and elements are changed in place", where=ast.unparse(node))
    name = node.target.id
    return lambda env: env.__setitem__(name, cell.value(env[name], value(env)))


def _if(node: ast.If, cells: Cells) -> Statement:
    if len(table := _table(node)) >= _TABLE:
        return _dispatch(node, table, cells)
    test = expression(node.test, cells)
    cell = cells.new(None, (True, False), "test", node.lineno)
    body = _block(node.body, cells)
    other = _block(node.orelse, cells) if node.orelse else None

    def run(env: Env) -> Signal:
        if test(env) if cell.value is None else cell.value:
            return body(env)
        return other(env) if other else None

    return run


def _table(node: ast.If) -> dict[str, list[ast.stmt]]:
    """The cases of a chain `if name == "…": … elif name == "…": …` with no other end, by the text compared with."""
    table: dict[str, list[ast.stmt]] = {}
    link: ast.stmt | None = node
    while isinstance(link, ast.If):
        match link.test:
            case ast.Compare(ast.Name("name"), [ast.Eq()], [ast.Constant(str(text))]):
                table[text] = link.body
            case _:
                return {}
        if len(link.orelse) > 1:
            return {}
        link = link.orelse[0] if link.orelse else None
    return table if link is None else {}


def _dispatch(node: ast.If, table: dict[str, list[ast.stmt]], cells: Cells) -> Statement:
    """A long chain of cases, found at once: machines spend most of their time there."""
    name = expression(ast.copy_location(ast.Name("name", ast.Load()), node), cells)
    cases = {text: _block(body, cells) for text, body in table.items()}

    def run(env: Env) -> Signal:
        case = cases.get(name(env))
        return case(env) if case else None

    return run


def _for(node: ast.For, cells: Cells) -> Statement:
    assign, source = target(node.target), expression(node.iter, cells)
    body = _block(node.body, cells)

    def run(env: Env) -> Signal:
        for value in source(env):
            assign(env, value)
            _turn(env)
            signal = body(env)
            if signal == _BREAK:
                break
            if signal is not None and signal != _CONTINUE:
                return signal
        return None

    return run


def _while(node: ast.While, cells: Cells) -> Statement:
    test, body = expression(node.test, cells), _block(node.body, cells)

    def run(env: Env) -> Signal:
        while test(env):
            _turn(env)
            signal = body(env)
            if signal == _BREAK:
                break
            if signal is not None and signal != _CONTINUE:
                return signal
        return None

    return run


def _turn(env: Env) -> None:
    env[_TURNS] += 1
    if env[_TURNS] > _MOST_TURNS:
        raise Endless


def _expression(node: ast.Expr, cells: Cells) -> Statement:
    value = expression(node.value, cells)

    def run(env: Env) -> None:
        value(env)

    return run


_COMPILERS: Final[dict[type[ast.stmt], Callable[[Any, Cells], Statement]]] = {
    ast.Return: _return,
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Expr: _expression,
    ast.Break: lambda *_: lambda _: _BREAK,
    ast.Continue: lambda *_: lambda _: _CONTINUE,
}
