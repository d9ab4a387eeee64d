"""Reference programs as functions: chains of steps, and machines that read numbers or commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tasks.problem_solving.program_synthesis.problem import Act, Call, Part, Program
from tasks.problem_solving.program_synthesis.state import State, nothing

_MOST_TURNS: Final = 600  # commands read: a machine without its limit may turn in its loops for very long


class Ended:
    """What a guard returns when it ends the function with a value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        """End with this value."""
        self.value = value

    def __eq__(self, other: object) -> bool:
        """Whether both end with the same value."""
        return isinstance(other, Ended) and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]  # values are lists, too


class Chain:
    """Steps one after the other: functions of the value so far and of the second argument."""

    def __init__(self, parts: Sequence[Part], acts: Sequence[Act] = ()) -> None:
        """The steps of the parts; `acts` stand for them in a chain with an error."""
        self._parts = parts
        self._acts = acts or [part.act for part in parts]

    def run(self, call: Call) -> Any:
        """What the last step gives, or what a guard ends with."""
        value, second = call if len(call) > 1 else (call[0], None)
        for act in self._acts:
            value = act(value, second)
            if type(value) is Ended:
                return value.value
        return value

    def fewer(self) -> Iterator[tuple[Program, str]]:
        """One part left out, or changed by leaving something out."""
        for n, part in enumerate(self._parts):
            for act in part.fewer:
                yield self._with(n, [act]), ""

    def near(self) -> Iterator[tuple[Program, str]]:
        """A number one more or less, or two neighbouring parts in the other order."""
        for n, part in enumerate(self._parts):
            for act in part.near:
                yield self._with(n, [act]), ""
        for n in range(len(self._acts) - 1):
            yield self._with(n, [self._acts[n + 1], self._acts[n]]), ""

    def _with(self, n: int, acts: list[Act]) -> Chain:
        return Chain(self._parts, [*self._acts[:n], *acts, *self._acts[n + len(acts) :]])


class Stream:
    """A machine that applies its parts to every number."""

    def __init__(self, start: int, parts: Sequence[Part], acts: Sequence[Act] = ()) -> None:
        """The machine of the parts; `acts` stand for them in one with an error."""
        self._start, self._parts = start, parts
        self._acts = acts or [part.act for part in parts]

    def run(self, call: Call) -> list[Any]:
        """The state after all numbers."""
        state = State(self._start, [])
        for x in call[0]:
            state.x = x
            for act in self._acts:
                act(state)
        return [state.a, state.b, state.pile]

    def fewer(self) -> Iterator[tuple[Program, str]]:
        """A statement left out."""
        return self._changed([part.fewer for part in self._parts])

    def near(self) -> Iterator[tuple[Program, str]]:
        """A number one more or less, or a condition dropped."""
        return self._changed([part.near for part in self._parts])

    def _changed(self, variants: Sequence[Sequence[Act]]) -> Iterator[tuple[Program, str]]:
        for n, acts in enumerate(variants):
            for act in acts:
                yield Stream(self._start, self._parts, [*self._acts[:n], act, *self._acts[n + 1 :]]), ""


class Commanded:
    """A machine that executes commands: what precedes each, what its name does, and what follows."""

    def __init__(self, start: int, before: Sequence[Part], done: Mapping[str, Part], after: Sequence[Part]) -> None:
        """The machine of these parts."""
        self._start, self._parts = start, (before, done, after)
        self._before = [part.act for part in before]
        self._done = {name: part.act for name, part in done.items()}
        self._after = [part.act for part in after]

    def run(self, call: Call) -> list[Any]:
        """The state at the end."""
        commands = call[0]
        s, before, done, after = State(self._start, commands), self._before, self._done, self._after
        for _ in range(_MOST_TURNS):
            if s.position >= len(commands):
                break
            s.name, s.x = commands[s.position]
            s.position += 1
            for act in before:
                if act(s):
                    break
            else:
                done.get(s.name, nothing)(s)
                for act in after:
                    act(s)
        return [s.a, s.b, s.pile]

    def fewer(self) -> Iterator[tuple[Program, str]]:
        """A statement left out."""
        return self._changed("fewer")

    def near(self) -> Iterator[tuple[Program, str]]:
        """A number one more or less, or a condition dropped."""
        return self._changed("near")

    def _changed(self, which: str) -> Iterator[tuple[Program, str]]:
        before, done, after = self._parts
        for name, part in done.items():  # what fails most often comes first
            for act in getattr(part, which):
                yield self._with(self._before, {**self._done, name: act}, self._after), name
        for n, part in enumerate(after):
            for act in getattr(part, which):
                yield self._with(self._before, self._done, [*self._after[:n], act, *self._after[n + 1 :]]), ""
        for n, part in reversed(list(enumerate(before))):
            for act in getattr(part, which):
                yield self._with([*self._before[:n], act, *self._before[n + 1 :]], self._done, self._after), ""

    def _with(self, before: list[Act], done: dict[str, Act], after: list[Act]) -> Commanded:
        other = Commanded.__new__(Commanded)
        other._start, other._parts = self._start, self._parts
        other._before, other._done, other._after = before, done, after
        return other
