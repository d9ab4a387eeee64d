"""One way to write a value down, so that a hash means the same everywhere."""

import dataclasses
import hashlib
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.canonical import changed_fields, dumps, plain, sha256_file, sha256_json, sha256_text
from harness.types import Message, Sampling

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_golden_form() -> None:
    """Sorted keys, no spaces, characters as they are; tuples are lists, dataclasses are objects."""
    value = {"b": (1, 2.5), "a": Message("user", "né"), "c": None}
    assert dumps(value) == '{"a":{"content":"né","role":"user"},"b":[1,2.5],"c":null}'
    assert sha256_json(value) == hashlib.sha256(dumps(value).encode()).hexdigest()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_not_a_number_is_refused(number: float) -> None:
    """NaN equals nothing, itself included: it has no hash."""
    with pytest.raises(ValueError, match="JSON compliant"):
        dumps({"deep": [number]})


def test_unknown_things_are_refused() -> None:
    """What JSON cannot hold is an error, never its `repr`: that may change from run to run."""
    with pytest.raises(TypeError):
        dumps({"a": {1, 2}})
    with pytest.raises(TypeError):
        dumps(Path("x"))


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    """Two mappings with the same entries have one form."""
    assert dumps(dict(reversed(value.items()))) == dumps(value)


@given(JSON, JSON)
def test_different_values_have_different_forms(one: object, other: object) -> None:
    """The form determines the value."""
    assert (dumps(one) == dumps(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(entry) for entry in value] if isinstance(value, list) else value


def test_plain_keeps_dataclass_types_whole() -> None:
    """An instance becomes an object of its fields; a class is left alone, and then refused."""
    assert plain(Sampling(5)) == {"max_new_tokens": 5, "stop": [], "temperature": 0.0, "top_p": 1.0, "seed": 0}
    assert plain(Sampling) is Sampling
    assert set(plain(Sampling(5))) == {field.name for field in dataclasses.fields(Sampling)}


def test_lone_surrogates_have_a_hash() -> None:
    """A model may emit half a character: its text still has a hash, of its own."""
    assert sha256_text("\ud800") != sha256_text("\udfff")
    assert sha256_text("é") == hashlib.sha256("é".encode()).hexdigest()


def test_file_hash(tmp_path: Path) -> None:
    """A file longer than one piece hashes as a whole."""
    data = b"0123456789" * 200_000
    (tmp_path / "f").write_bytes(data)
    assert sha256_file(tmp_path / "f") == hashlib.sha256(data).hexdigest()


CHANGES: list[tuple[object, object, list[str]]] = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
    ({"a": 1}, {"a": 2}, ["a"]),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ["a.c"]),
    ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["a[1].b"]),
    ({"a": [1]}, {"a": [1, 2]}, ["a"]),
    ({"a": 1}, {}, ["a"]),
    ({}, {"z": 1, "y": 2}, ["y", "z"]),
    (1, 2, ["(all)"]),
]


@pytest.mark.parametrize(("before", "after", "names"), CHANGES)
def test_changed_fields(before: object, after: object, names: list[str]) -> None:
    """Differences are named by their dotted path, and only they."""
    assert list(changed_fields(before, after)) == names


@pytest.mark.parametrize(
    ("before", "after"), [({"a": None}, {}), ({}, {"a": None}), ({"a": 1}, {"a": True}), ({"a": 1}, {"a": 1.0})]
)
def test_every_change_of_hash_has_a_name(before: object, after: object) -> None:
    """Where two values hash differently, a field is named: missing is not null, and 1 is neither true nor 1.0."""
    assert sha256_json(before) != sha256_json(after)
    assert list(changed_fields(before, after)) == ["a"]


@given(JSON, JSON)
def test_no_change_without_a_name(before: object, after: object) -> None:
    """Fields are named exactly when the canonical forms differ."""
    assert bool(list(changed_fields(before, after))) == (dumps(before) != dumps(after))
