"""The calls that a text writes as Python expressions. They are parsed, never evaluated."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

Arguments = Mapping[str, Any]
Call = tuple[str, Arguments]  # a function's name, and its arguments by name

_LONGEST_READ = 8_000
_FENCED = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
_SUMS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FAULTS = (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError)


def read_calls(text: str) -> list[Call]:
    """The calls of a text that is nothing else, of its first code fence that is, or of its last line that is a list."""
    text = text[-_LONGEST_READ:]
    lists = [line for line in text.split("\n") if line.strip().startswith("[") and line.strip().endswith("]")]
    for part in (text, *_FENCED.findall(text), *lists[-1:]):
        if calls := strict_calls(part):
            return calls
    return []


def strict_calls(text: str) -> list[Call]:
    """The calls of a text that is nothing else, as the published reader takes it: brackets and quotes may lack."""
    text = text.strip("`\n ")
    text = text if text.startswith("[") else f"[{text}"
    text = text if text.endswith("]") else f"{text}]"
    if len(text) > _LONGEST_READ + 2:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash in a string
            body = ast.parse(text.strip().strip("'"), mode="eval").body
        elements = [body] if isinstance(body, ast.Call) else list(getattr(body, "elts", []))
        return [_call(element) for element in elements]
    except _FAULTS:
        return []


def _call(node: ast.expr) -> Call:
    """A call with its arguments; those without a name are passed over, as published. ValueError for anything else."""
    if not isinstance(node, ast.Call):
        raise ValueError("not a call")
    return _name(node.func), {str(keyword.arg): _value(keyword.value) for keyword in node.keywords}


def _name(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id] if isinstance(node, ast.Name) else parts))


def _value(node: ast.expr) -> Any:  # noqa: PLR0911 - one return a kind of node
    """A literal; names, calls and subscripts stand for themselves, and sums of numbers for their result."""
    match node:
        case ast.Constant():
            return "..." if node.value is ... else node.value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.BinOp():
            return _sum(node)
        case ast.List():
            return [_value(element) for element in node.elts]
        case ast.Tuple():
            return tuple(_value(element) for element in node.elts)
        case ast.Dict():
            return {_value(k): _value(v) for k, v in zip(node.keys, node.values, strict=True) if k is not None}
        case ast.Name():
            return node.id
        case ast.Call() if node.keywords:
            name, arguments = _call(node)
            return {name: arguments}
        case ast.Call() | ast.Subscript():
            return ast.unparse(node)
    raise ValueError("not a value")


def _sum(node: ast.BinOp) -> int | float:
    """What four kinds of sums give for numbers; no power, no repetition of a text."""
    sides = [_value(side) for side in (node.left, node.right)]
    if type(node.op) not in _SUMS or any(type(side) not in (int, float) for side in sides):
        raise ValueError("not a sum of numbers")
    result: int | float = _SUMS[type(node.op)](*sides)
    return result
