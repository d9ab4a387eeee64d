"""Expressions of the reference language, compiled to functions of the variables. Nothing is ever evaluated as Python.

The language is the part of Python that the catalogue is written in; any other construct is a TaskError.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any, Final

from harness.errors import TaskError
from tasks.problem_solving.program_synthesis.cells import Cells

_LONGEST: Final = 2_000  # elements of a sum of two lists or texts: a near miss may grow for ever
Env = dict[str, Any]
Code = Callable[[Env], Any]


class Endless(Exception):  # noqa: N818 - how a run ends, not an error
    """A run turned in its loops too often, or its values grew too long."""


def _add(left: Any, right: Any) -> Any:
    if type(left) is not int and type(left) is type(right) and len(left) + len(right) > _LONGEST:
        raise Endless
    return left + right


def _last_greatest(values: Any, **how: Any) -> Any:
    return max(list(values)[::-1], **how)


def _turned(values: Any, **how: Any) -> Any:
    return sorted(values, **how)[::-1]


OPERATORS: Final[dict[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: _add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
NEAR: Final[dict[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    operator.lt: operator.le,
    operator.le: operator.lt,
    operator.gt: operator.ge,
    operator.ge: operator.gt,
    _add: operator.sub,
    operator.sub: _add,
}
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "abs": abs, "all": all, "any": any, "chr": chr, "dict": dict, "enumerate": lambda *a: list(enumerate(*a)),
    "int": int, "len": len, "list": list, "max": max, "min": min, "ord": ord, "range": range, "set": set,
    "sorted": sorted, "str": str, "sum": sum, "zip": lambda *a: list(zip(*a, strict=False)),
}  # fmt: skip
_OTHERS: Final[dict[str, tuple[Callable[..., Any], ...]]] = {
    "max": (min, _last_greatest), "min": (max,), "any": (all,), "all": (any,), "sorted": (_turned,),
}  # fmt: skip
_METHODS: Final[dict[str, Callable[..., Any]]] = {
    "append": list.append, "count": lambda x, *a: x.count(*a), "get": dict.get, "index": lambda x, *a: x.index(*a),
    "insert": list.insert, "isdigit": str.isdigit, "items": lambda x: list(x.items()), "join": str.join,
    "keys": lambda x: list(x.keys()), "lower": str.lower, "pop": lambda x, *a: x.pop(*a), "remove": list.remove,
    "replace": str.replace, "reverse": list.reverse, "setdefault": dict.setdefault, "sort": list.sort,
    "split": str.split, "startswith": str.startswith, "upper": str.upper, "values": lambda x: list(x.values()),
}  # fmt: skip


def expression(node: ast.expr, cells: Cells) -> Code:
    """The function that an expression is; TaskError for what the language does not have."""
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise TaskError(f"{type(node).__name__} is not part of the reference language", where="program_synthesis")
    return compiler(node, cells)


def _constant(node: ast.Constant, cells: Cells) -> Code:
    value = node.value
    if type(value) is not int:
        return lambda _: value
    cell = cells.new(value, (value + 1, value - 1), "constant", node.lineno)
    return lambda _: cell.value


def _name(node: ast.Name, _: Cells) -> Code:
    name = node.id
    return lambda env: env[name]


def _binary(node: ast.BinOp, cells: Cells) -> Code:
    left, right = expression(node.left, cells), expression(node.right, cells)
    action = OPERATORS[type(node.op)]
    if action not in NEAR:
        return lambda env: action(left(env), right(env))
    cell = cells.new(action, (NEAR[action],), "operator", node.lineno)
    return lambda env: cell.value(left(env), right(env))


def _compare(node: ast.Compare, cells: Cells) -> Code:
    if len(node.ops) != 1:
        raise TaskError("comparisons are not chained in the reference language", where="program_synthesis")
    left, right = expression(node.left, cells), expression(node.comparators[0], cells)
    action = OPERATORS[type(node.ops[0])]
    if action not in NEAR:
        return lambda env: action(left(env), right(env))
    cell = cells.new(action, (NEAR[action],), "operator", node.lineno)
    return lambda env: cell.value(left(env), right(env))


def _unary(node: ast.UnaryOp, cells: Cells) -> Code:
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return _constant(ast.copy_location(ast.Constant(-node.operand.value), node), cells)  # type: ignore[operator]
    inner = expression(node.operand, cells)
    if isinstance(node.op, ast.Not):
        return lambda env: not inner(env)
    cell = cells.new(-1, (1,), "operator", node.lineno)
    return lambda env: cell.value * inner(env)


def _boolean(node: ast.BoolOp, cells: Cells) -> Code:
    parts = [expression(value, cells) for value in node.values]
    cell = cells.new(isinstance(node.op, ast.And), (not isinstance(node.op, ast.And),), "operator", node.lineno)

    def run(env: Env) -> Any:
        value = None
        for part in parts:
            value = part(env)
            if bool(value) is not cell.value:
                break
        return value

    return run


def _choice(node: ast.IfExp, cells: Cells) -> Code:
    test, body, other = (expression(part, cells) for part in (node.test, node.body, node.orelse))
    cell = cells.new(None, (True, False), "test", node.lineno)

    def run(env: Env) -> Any:
        holds = test(env) if cell.value is None else cell.value
        return body(env) if holds else other(env)

    return run


def _list(node: ast.List, cells: Cells) -> Code:
    parts = [expression(part, cells) for part in node.elts]
    return lambda env: [part(env) for part in parts]


def _tuple(node: ast.Tuple, cells: Cells) -> Code:
    parts = [expression(part, cells) for part in node.elts]
    return lambda env: tuple([part(env) for part in parts])


def _dict(node: ast.Dict, cells: Cells) -> Code:
    keys = [expression(key, cells) for key in node.keys if key is not None]
    values = [expression(value, cells) for value in node.values]
    return lambda env: {key(env): value(env) for key, value in zip(keys, values, strict=True)}


def _subscript(node: ast.Subscript, cells: Cells) -> Code:
    whole = expression(node.value, cells)
    if not isinstance(node.slice, ast.Slice):
        place = expression(node.slice, cells)
        return lambda env: whole(env)[place(env)]
    ends = (node.slice.lower, node.slice.upper, node.slice.step)
    low, high, step = (None if end is None else expression(end, cells) for end in ends)
    return lambda env: whole(env)[slice(low and low(env), high and high(env), step and step(env))]


def _call(node: ast.Call, cells: Cells) -> Code:
    places = [expression(argument, cells) for argument in node.args]
    named = {word.arg: expression(word.value, cells) for word in node.keywords if word.arg}
    if isinstance(node.func, ast.Attribute):
        method, whole = _METHODS[node.func.attr], expression(node.func.value, cells)
        return lambda env: method(whole(env), *[place(env) for place in places])
    if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
        raise TaskError("this function is not part of the reference language", where=ast.unparse(node))
    function = _FUNCTIONS[node.func.id]
    others = _OTHERS.get(node.func.id, ()) if "key" in named else _OTHERS.get(node.func.id, ())[:1]
    cell = cells.new(function, others, "choice", node.lineno)
    if not named:
        return lambda env: cell.value(*[place(env) for place in places])
    return lambda env: cell.value(*[place(env) for place in places], **{key: of(env) for key, of in named.items()})


def _lambda(node: ast.Lambda, cells: Cells) -> Code:
    """A sorting key of one parameter; without the last part of a tuple, it is another rule for ties."""
    name = node.args.args[0].arg
    if not isinstance(node.body, ast.Tuple):
        body = expression(node.body, cells)
        return lambda env: lambda value: body({**env, name: value})
    parts = [expression(part, cells) for part in node.body.elts]
    cell = cells.new(len(parts), (len(parts) - 1,), "choice", node.lineno)
    return lambda env: lambda value: tuple([part({**env, name: value}) for part in parts[: cell.value]])


def _comprehension(node: ast.ListComp | ast.GeneratorExp, cells: Cells) -> Code:
    clauses = []
    for clause in node.generators:
        source, test = expression(clause.iter, cells), None
        if clause.ifs:
            test = expression(clause.ifs[0], cells)
        cell = cells.new(True, (False,) if test else (), "test", node.lineno)
        clauses.append((target(clause.target), source, test, cell))
    element = expression(node.elt, cells)

    def walk(env: Env, depth: int) -> Iterator[Any]:
        if depth == len(clauses):
            yield element(env)
            return
        assign, source, test, cell = clauses[depth]
        for value in source(env):
            assign(env, value)
            if test is None or not cell.value or test(env):
                yield from walk(env, depth + 1)

    return lambda env: list(walk(dict(env), 0))


def target(node: ast.expr) -> Callable[[Env, Any], None]:
    """What assigns to a name or to several."""
    if isinstance(node, ast.Name):
        name = node.id
        return lambda env, value: env.__setitem__(name, value)
    if not isinstance(node, ast.Tuple):
        raise TaskError(f"nothing can be assigned to {ast.unparse(node)}", where="program_synthesis")
    parts = [target(part) for part in node.elts]

    def assign(env: Env, value: Any) -> None:
        for part, one in zip(parts, value, strict=True):
            part(env, one)

    return assign


_COMPILERS: Final[dict[type[ast.expr], Callable[[Any, Cells], Code]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.IfExp: _choice,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
}
