"""The vocabulary is frozen, says one thing per field, and keeps targets away from engines."""

import dataclasses
import inspect
import typing

import pytest

from harness import types
from harness.canonical import dumps
from harness.types import LANGUAGES, TRACKS, CheckpointSource, Completion, Item, Message, Request, Sampling, Submission

CLASSES = [cls for cls in vars(types).values() if dataclasses.is_dataclass(cls)]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_frozen_and_slotted(cls: type) -> None:
    """Nothing given can be changed, and a mistyped field is an error rather than a new attribute."""
    assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(cls)
    assert cls.__doc__


def test_fields_are_named_for_what_engines_may_see() -> None:
    """A Request has exactly these fields: no target, no data, no gold (DESIGN.md: an engine never sees a target)."""
    assert {field.name for field in dataclasses.fields(Request)} == {
        "item",
        "language",
        "messages",
        "sampling",
        "turn",
        "options",
    }
    assert {field.name for field in dataclasses.fields(Message)} == {"role", "content"}
    assert {field.name for field in dataclasses.fields(Sampling)} == {
        "max_new_tokens",
        "stop",
        "temperature",
        "top_p",
        "seed",
    }


def test_sampling_is_greedy_unless_told() -> None:
    """Every sampling parameter is explicit and the default is greedy (lighteval #342: temperature 1.0 unnoticed)."""
    assert Sampling(8) == Sampling(max_new_tokens=8, stop=(), temperature=0.0, top_p=1.0, seed=0)


def test_tracks_are_the_literal() -> None:
    """The tuple that programs loop over is the type that mypy checks."""
    assert typing.get_args(types.Track) == TRACKS
    assert LANGUAGES == ("fr", "en")


def test_submission_id() -> None:
    """A submission is known as TEAM/ENTRY."""
    assert str(inspect.getdoc(Submission.id)).startswith("`TEAM/ENTRY`")
    submission = Submission(
        team="team",
        entry="entry",
        title="",
        engine="null",
        checkpoint=CheckpointSource("none"),
        files={},
        dtype="float32",
        prompting="plain",
        license="MIT",
        languages=LANGUAGES,
        training_data="",
        contact="",
        baseline=True,
        parameters=0,
        context_length=0,
        digest="",
    )
    assert submission.id == "team/entry"
    with pytest.raises(dataclasses.FrozenInstanceError):
        submission.team = "other"  # type: ignore[misc]


def test_serialised_things_are_json() -> None:
    """Items and completions have a canonical form: they can be hashed and written."""
    item = Item("a/b/en/L01/00000", "a/b", 1, "en", "a/b/L01/00000", 0, "1 + 1?", {"answer": [2]})
    assert '"target":{"answer":[2]}' in dumps(item)
    assert dumps(Completion("x", "2", "stop", 1, 1, "")).startswith('{"completion_tokens":1,')
