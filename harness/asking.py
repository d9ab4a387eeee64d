"""What a run still has to ask: one request an open item, and after each answer the next turn or none."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence

from harness.conditions.budgets import Budget, capped
from harness.dialogue import next_request
from harness.errors import EngineError, PromptError
from harness.plan import task_of
from harness.prompt import PromptStyle, prompt_sha256
from harness.record import together
from harness.types import OWN_FAULTS, Completion, Item, Request

Ask = Callable[[Item, Sequence[str]], Request | None]  # an item and what was said so far


class Asking:
    """The open items of a run, with what has been said in each.

    Items are asked in waves: every open item's next request goes to the engine together, so that dialogues share
    batches like everything else.
    """

    def __init__(
        self,
        items: Iterable[Item],
        prompts: Mapping[str, str],
        style: PromptStyle,
        said: Mapping[str, list[Completion]],
        budget: Budget | None = None,
        ask: Ask | None = None,
        admitted: Iterable[str] | None = None,
    ) -> None:
        """`prompts` are the planned hashes of the first turns; `said` is what a record holds already.

        `budget` is the submission's: no item is asked for more tokens than it leaves. `ask` gives an item's next
        request, by default its task's. Only `admitted` items are asked, by default all; `admit` adds others.
        """
        self._budget = budget or Budget()
        self._ask = ask or (lambda item, texts: next_request(task_of(item), item, texts))
        self._items = {item.id: item for item in items}
        self._prompts, self._style = prompts, style
        self._said = {item: list(said.get(item, ())) for item in self._items}
        self.open: dict[str, Request] = {}
        self._silent: set[str] = set()
        self._admitted: set[str] = set()
        self.admit(self._items if admitted is None else admitted)

    def admit(self, items: Iterable[str]) -> None:
        """Let more of the items be asked; once is enough."""
        for item in items:
            if item not in self._admitted:
                self._admitted.add(item)
                self._open(item)

    @property
    def answered(self) -> dict[str, Completion]:
        """What is finished, the turns of a dialogue put together."""
        done = self._admitted - self.open.keys()
        return {item: together(said) for item, said in self._said.items() if said and item in done}

    def wave(self) -> list[Request]:
        """Everything that is asked now."""
        self._silent = set(self.open)
        return list(self.open.values())

    def checked(self, answer: Completion) -> Completion:
        """An answer with the number of its turn; EngineError where it answers what was not asked, or another prompt."""
        if answer.item not in self._silent:
            raise EngineError("the engine answered what it was not asked", where=answer.item)
        asked = answer.finish in ("stop", "length")  # what is no answer earns nothing, whatever was asked
        if asked and answer.prompt_sha256 != self._expected(answer.item):
            raise EngineError("the engine asked another prompt than the plan's", where=answer.item)
        return dataclasses.replace(answer, turn=self.open[answer.item].turn)

    def heard(self, completion: Completion) -> bool:
        """Take an answer in; whether its item is finished."""
        self._silent.discard(completion.item)
        self._said[completion.item].append(completion)
        del self.open[completion.item]
        self._open(completion.item)
        return completion.item not in self.open

    def late(self, reason: str) -> list[Completion]:
        """What a spent budget leaves unanswered: every open item, which ends so."""
        return [
            Completion(name, "", "late", 0, 0, self._expected(name), error=reason, turn=request.turn)
            for name, request in self.open.items()
        ]

    def refuse_silence(self) -> None:
        """EngineError when a wave left requests without an answer."""
        if self._silent:
            raise EngineError(f"the engine left {len(self._silent)} requests without an answer")

    def _open(self, name: str) -> None:
        item, turns = self._items[name], self._said[name]
        if turns and turns[-1].finish in ("error", *OWN_FAULTS):
            return
        request = self._ask(item, [turn.text for turn in turns])
        if request is not None:
            self.open[name] = capped(request, self._budget, sum(turn.completion_tokens for turn in turns))

    def _expected(self, name: str) -> str:
        request = self.open[name]
        if not request.turn:
            return self._prompts[name]
        try:
            return prompt_sha256(self._style.render(request.messages, request.language))
        except PromptError:  # a template that refuses long dialogues: the engine says so too
            return prompt_sha256("")
