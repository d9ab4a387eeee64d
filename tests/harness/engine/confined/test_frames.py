"""The channel: whatever comes, a message or a ChannelError."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.canonical import plain
from harness.engine.confined.frames import LONGEST, ChannelError, Frames
from harness.engine.confined.messages import answered, asked, read_request, told
from harness.types import Completion, Message, Request, Sampling

REQUEST = Request("track/task/1/fr/0", "fr", (Message("user", "?"),), Sampling(8, ("\n",)), options=("a", "b"))
ANSWER = Completion("0", "x", "stop", 3, 2, "0" * 64, (-1.0, -2.0), (True, False), 0.5)


@pytest.fixture
def pipe() -> Iterator[tuple[int, Frames]]:
    """A descriptor to write to, and the frames that read from it."""
    reading, writing = os.pipe()
    frames = Frames(reading, os.open(os.devnull, os.O_WRONLY))
    yield writing, frames
    frames.close()


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(json)
def test_every_value_passes(value: object) -> None:
    """What is sent is what is received, half characters included."""
    reading, writing = os.pipe()
    frames = Frames(reading, writing)
    frames.send(value)
    assert frames.receive(5) == value
    frames.close()


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_message_or_an_error(data: bytes) -> None:
    """Any bytes, framed as they are or behind a right length, give a value or a ChannelError."""
    for sent in (data, struct.pack(">I", len(data)) + data):
        reading, writing = os.pipe()
        os.write(writing, sent)
        os.close(writing)
        frames = Frames(reading, os.open(os.devnull, os.O_WRONLY))
        try:
            frames.receive(5)
        except ChannelError:
            pass
        finally:
            frames.close()


@pytest.mark.parametrize("data", [b"", b"\0", struct.pack(">I", LONGEST + 1), b"\0\0\0\2[", b"\0\0\0\3NaN"])
def test_what_is_no_message_is_refused(pipe: tuple[int, Frames], data: bytes) -> None:
    """Nothing, half a length, too long, half a message, no number."""
    writing, frames = pipe
    os.write(writing, data)
    os.close(writing)
    with pytest.raises(ChannelError):
        frames.receive(5)


def test_silence_ends(pipe: tuple[int, Frames]) -> None:
    """Who says nothing, or half a message, is not waited for."""
    writing, frames = pipe
    os.write(writing, b"\0\0")
    with pytest.raises(ChannelError, match="silent"):
        frames.receive(0.05)
    os.close(writing)


def test_a_request_arrives_whole_and_without_its_name() -> None:
    """The worker gets all that the engine needs, under a number."""
    message = asked(REQUEST, 5)
    assert "track/task" not in str(message)
    assert plain(read_request(message)) == {**plain(REQUEST), "item": "5"}


def test_an_answer_arrives_whole() -> None:
    """What an engine yields is what the harness gets, under the item's name."""
    found = answered({"completion": told(ANSWER)}, {0: REQUEST})
    assert found == Completion("track/task/1/fr/0", *list(_values(ANSWER))[1:])


BAD = [
    {"item": 1},
    {"item": True},
    {"item": "0"},
    {"text": 3},
    {"finish": "right"},
    {"finish": "late"},
    {"prompt_tokens": -1},
    {"prompt_tokens": 1.5},
    {"completion_tokens": None},
    {"prompt_sha256": "0" * 63},
    {"option_logprobs": [1.0]},
    {"option_logprobs": ["a", "b"]},
    {"option_greedy": [1, 0]},
    {"seconds": "long"},
    {"error": ["x"]},
]


@pytest.mark.parametrize("change", BAD, ids=str)
def test_an_answer_of_another_form_is_refused(change: dict[str, object]) -> None:
    """Each field is what it must be, or the answer is none."""
    with pytest.raises(ChannelError):
        answered({"completion": {**told(ANSWER), **change}}, {0: REQUEST})


def test_more_than_was_asked_is_not_taken() -> None:
    """Fields that no answer has stay where they are: nothing of them reaches a record."""
    found = answered({"completion": {**told(ANSWER), "turn": 7, "score": 1.0, "turns": ["a"]}}, {0: REQUEST})
    assert (found.turn, found.turns) == (0, ())


@given(st.dictionaries(st.sampled_from(sorted(told(ANSWER))), json))
def test_any_change_of_an_answer_is_an_answer_or_an_error(change: dict[str, object]) -> None:
    """Whatever stands in an answer's fields, there is a completion of this item or a ChannelError."""
    try:
        found = answered({"completion": {**told(ANSWER), **change}}, {0: REQUEST})
    except ChannelError:
        return
    assert found.item == REQUEST.item


def _values(completion: Completion) -> Iterator[object]:
    for name in completion.__slots__:
        yield getattr(completion, name)
