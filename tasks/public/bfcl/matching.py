"""Whether calls are among those that the published answers allow, by the published rules for Python.

An answer gives, for each argument, the values that are right; an empty text among them means that it may lack. Types
are exact, but for whole numbers where a float is wanted. Texts are compared without case, spaces and ,./-_*^ signs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.types import Json
from tasks.public.bfcl.reading import Arguments, Call

_TYPES: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
    "any": str,
}
_LARGEST = 10**300  # what a float can still hold
_SIGNS = re.compile(r"[ ,./\-_*^]")


def matching(calls: Sequence[Call], answers: Sequence[Json], functions: Sequence[Json]) -> bool:
    """Whether there are as many calls as answers, and each answer takes the first call left that it allows."""
    left = list(calls)
    described = {function["name"]: function for function in functions}
    for answer in answers:
        ((name, allowed),) = answer.items()
        fitting = [n for n, call in enumerate(left) if _call_fits(call, described[name], allowed)]
        if not fitting:
            return False
        left.pop(fitting[0])
    return not left


def _call_fits(call: Call, function: Json, allowed: Mapping[str, Sequence[Json]]) -> bool:
    name, arguments = call
    parameters = function["parameters"]["properties"]
    needed = {*function["parameters"]["required"], *(key for key, values in allowed.items() if "" not in values)}
    if name != function["name"] or not needed <= arguments.keys() <= (parameters.keys() & allowed.keys()):
        return False
    return all(_fits(value, parameters[key], allowed[key]) for key, value in arguments.items())


def _fits(value: Any, parameter: Json, values: Sequence[Json]) -> bool:
    """Whether an argument has the parameter's type, or that of the values, and is one of these."""
    wanted = _TYPES[parameter["type"]]
    inner = _TYPES[parameter["items"]["type"]] if parameter["type"] in ("array", "tuple") else None
    if parameter["type"] == "tuple" and type(value) is tuple:
        value = list(value)
    if parameter["type"] == "float" and type(value) is int and abs(value) < _LARGEST:
        value = float(value)
    said = _type_of(values)
    if type(value) is not wanted:
        return type(value) is said and value in values
    if inner is not None and not any(_all_of(inner, value, one) for one in values):
        return False
    return _is_one_of(value, values, inner) if said in (wanted, None) else value in values


def _is_one_of(value: Any, values: Sequence[Json], inner: type | None) -> bool:
    """Whether a value is one of the right ones, each kind compared in its way."""
    if isinstance(value, dict):
        return any(_dict_fits(value, one) for one in values if one != "")
    if inner is dict:
        return any(_dicts_fit(value, one) for one in values)
    if isinstance(value, str):
        return _plain(value) in [_plain(one) for one in values if isinstance(one, str)]
    if isinstance(value, list):
        return _plain_list(value) in [_plain_list(one) for one in values]
    return value in values


def _type_of(values: Sequence[Json]) -> type | None:
    """The type of the first value that says something."""
    return next((type(one) for one in values if one != ""), None)


def _all_of(inner: type, value: Any, one: Json) -> bool:
    """Whether all elements have the inner type, or that of the elements of a right value."""
    return not isinstance(one, list) or all(type(element) in (inner, _type_of(one)) for element in value)


def _dict_fits(value: Arguments, allowed: Mapping[str, Sequence[Json]]) -> bool:
    needed = {key for key, values in allowed.items() if "" not in values}
    if not needed <= value.keys() <= allowed.keys():
        return False
    return all(_plain(one) in [_plain(right) for right in allowed[key]] for key, one in value.items())


def _dicts_fit(value: Sequence[Any], allowed: Sequence[Json]) -> bool:
    """One by one, in order."""
    if len(value) != len(allowed):
        return False
    return all(isinstance(one, dict) and _dict_fits(one, right) for one, right in zip(value, allowed, strict=True))


def _plain(value: Any) -> Any:
    """A text as it is compared; other values as they are."""
    return _SIGNS.sub("", value).lower().replace("'", '"') if isinstance(value, str) else value


def _plain_list(values: Sequence[Any]) -> list[Any]:
    return [_plain(value) for value in values]
