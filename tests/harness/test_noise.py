"""The measure of a noise floor, on engines whose noise is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pytest

from harness.engine.base import Engine
from harness.errors import EngineError
from harness.noise import Circumstance, Noise, _plan, draw_requests, measure
from harness.task import load_task
from harness.types import Completion, Json, Message, Request, RoundTask, Sampling

ASKED = [
    *(Request(f"c{n}", "en", (Message("user", "?"),), Sampling(0), ("a", "b", "c")) for n in range(4)),
    *(Request(f"t{n}", "en", (Message("user", "?"),), Sampling(4)) for n in range(4)),
]


class Noisy:
    """Answers the same but for what `moves` makes of an answer: it is told the options and all that was asked."""

    tolerance = 0.1
    loaded: list[Mapping[str, Json]] = []  # noqa: RUF012 - shared on purpose: every engine that was ever entered

    def __init__(self, options: Mapping[str, Json], moves: Any, dtype: str | None = "float32") -> None:
        """Keep the options; `moves` may change an answer or leave it out (None)."""
        self.options, self.moves = {"dtype": dtype, **options}, moves

    @property
    def identity(self) -> Mapping[str, Json]:
        return {"name": "noisy", **self.options}

    def __enter__(self) -> Self:
        self.loaded.append(self.options)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to free."""

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        for request in requests:
            scores = tuple(-1.0 - 0.01 * int(request.item[1:]) * n for n in range(len(request.options)))
            said = Completion(request.item, f"said {request.item}", "stop", 1, 1, "", option_logprobs=scores)
            moved = self.moves(said, self.options, [one.item for one in requests])
            if moved is not None:
                yield moved


def measured(moves: Any, options: Sequence[str] = (), dtype: str | None = "float32", repeats: int = 2) -> Noise:
    Noisy.loaded.clear()

    def make(changed: Mapping[str, Json]) -> Engine:
        return Noisy(changed, moves, changed.get("dtype", dtype))

    return measure(make, ASKED, options, repeats)


def still(done: Completion, options: Mapping[str, Json], asked: list[str]) -> Completion:
    return done


def test_an_engine_without_noise_has_none() -> None:
    """Nothing moves, every repeat is compared in full, and the sums stand in the floor."""
    found = measured(still)
    assert [one.name for one in found.repeats] == ["again", "order 1", "order 2", "one at a time"]
    assert (found.choose, found.generate) == (4, 4)
    assert all((one.logprobs, one.choices, one.texts) == (12, 4, 4) for one in found.repeats)
    assert (found.floor.logprobs, found.floor.choices, found.floor.texts) == (48, 16, 16)
    assert (found.floor.largest, found.floor.changed, found.floor.differ, found.floor.unlike) == (0.0, (), (), ())
    assert found.within
    assert found.float32 is None


def test_what_depends_on_neighbours_is_seen_alone() -> None:
    """A difference that comes with the batch shows in the run that has none, with its size, choice and margin."""

    def moves(done: Completion, options: Mapping[str, Json], asked: list[str]) -> Completion:
        if len(asked) > 1 or done.item not in ("c1", "t2"):
            return done
        first, *rest = done.option_logprobs or (0.0,)
        return dataclasses.replace(done, text="other", option_logprobs=(first - 0.05, *rest) if rest else ())

    found = measured(moves)
    alone = found.repeats[-1]
    assert alone.name == "one at a time"
    assert alone.largest == found.floor.largest == pytest.approx(0.05)
    assert [(change.item, change.margin) for change in alone.changed] == [("c1", pytest.approx(0.01))]
    assert alone.differ == ("t2",)
    assert found.within
    assert all(not one.changed and not one.differ for one in found.repeats[:-1])


def test_orders_are_other_orders() -> None:
    """Shuffled runs ask all requests together, each in an order of its own."""
    orders = []

    def moves(done: Completion, options: Mapping[str, Json], asked: list[str]) -> Completion:
        orders.append(tuple(asked))
        return done

    measured(moves, repeats=3)
    whole = list(dict.fromkeys(order for order in orders if len(order) > 1))
    assert len(whole) == 4
    assert all(sorted(order) == sorted(r.item for r in ASKED) for order in whole)


def test_only_options_that_the_engine_has_are_tried() -> None:
    """Limits are taken from what the engine can be told: an option of another engine never reaches it."""
    names = lambda *options: {one.name: one.options for one in _plan(set(options), 0)}  # noqa: E731
    assert names() == {"first": {}, "again": {}, "one at a time": {}}
    assert names("rows", "memory", "dtype")["one row"].keys() == {"rows", "memory"}
    assert names("rows", "memory", "dtype")["little at a time"].keys() == {"memory"}
    other = names("max_sequences", "batched_tokens", "memory")
    assert other["one row"] == {"max_sequences": 1}
    assert other["little at a time"].keys() == {"batched_tokens"}
    measured(still, ["rows", "memory"])
    assert [sorted(options) for options in Noisy.loaded] == [
        ["dtype"],
        ["dtype", "memory", "rows"],
        ["dtype", "memory"],
    ]


def test_less_than_float32_is_compared_with_it() -> None:
    """In bfloat16 a float32 run is the reference, and is no part of the floor."""

    def moves(done: Completion, options: Mapping[str, Json], asked: list[str]) -> Completion:
        if options["dtype"] == "float32" or not done.option_logprobs:
            return done
        return dataclasses.replace(done, option_logprobs=tuple(score + 0.3 for score in done.option_logprobs))

    found = measured(moves, dtype="bfloat16")
    assert found.float32 is not None
    assert found.float32.largest == pytest.approx(0.3)
    assert found.float32.options == {"dtype": "float32"}
    assert found.floor.largest == 0.0
    assert found.within
    assert measured(still, dtype=None).float32 is None


def test_beyond_the_tolerance_is_said() -> None:
    """One log-likelihood of one repeat is enough."""

    def moves(done: Completion, options: Mapping[str, Json], asked: list[str]) -> Completion:
        if len(asked) > 1 or done.item != "c0":
            return done
        return dataclasses.replace(done, option_logprobs=(-1.2, *done.option_logprobs[1:]))

    found = measured(moves)
    assert found.floor.largest == pytest.approx(0.2)
    assert not found.within
    assert found.floor.p999 <= found.floor.largest


def test_an_answer_in_one_run_only_is_no_difference_of_numbers() -> None:
    """An item that is answered once and refused once is named; one without an answer at all is an error of ours."""

    def refuses(done: Completion, options: Mapping[str, Json], asked: list[str]) -> Completion:
        gone = len(asked) == 1 and done.item == "c3"
        return Completion(done.item, "", "error", 1, 0, "", error="no") if gone else done

    found = measured(refuses)
    assert found.repeats[-1].unlike == ("c3",)
    assert found.repeats[-1].choices == 3
    with pytest.raises(EngineError, match="1 of 8 requests got no answer") as caught:
        measured(lambda done, options, asked: None if done.item == "t0" else done)
    assert caught.value.where == "first"


def test_requests_are_of_both_kinds_and_languages() -> None:
    """Half to choose, half to write, over languages and levels; distinct; the same again from the same seed."""
    tasks = [
        RoundTask(name, 3, (1, 1, 1)) for name in ("understanding/reading_choice", "problem_solving/word_problems")
    ]
    asked = draw_requests(tasks, ("fr", "en"), "public samples", 24)
    assert len({request.item for request in asked}) == len(asked) == 24
    assert sum(bool(request.options) for request in asked) == 12
    assert sum(request.language == "fr" for request in asked) == 12
    assert {request.item.split("/")[3] for request in asked} == {"L01", "L02", "L03"}
    assert asked == draw_requests(tasks, ("fr", "en"), "public samples", 24)
    only = draw_requests(tasks[1:], ("fr",), "public samples", 5)
    assert [bool(request.options) for request in only] == [False] * 5
    item = load_task(tasks[0].name).items(1, "fr", "public samples", 1)[0]
    assert load_task(tasks[0].name).request(item) in draw_requests(tasks[:1], ("fr",), "public samples", 30)


def test_a_circumstance_is_as_configured_unless_it_says_otherwise() -> None:
    """The first run is the engine as it is."""
    assert _plan({"rows", "memory"}, 1)[0] == Circumstance("first", {}, None, False)
