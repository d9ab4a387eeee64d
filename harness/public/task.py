"""The base class of public benchmarks: documents of a level and a language, in the seeded order of a round."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import ClassVar

from harness.errors import TaskError
from harness.public.source import Row, Source
from harness.task import ProceduralTask, Telling, generator
from harness.types import Item, Message, Request, Sampling


class PublicTask(ProceduralTask[Row]):
    """A benchmark gives `documents` and `tell`, and `prompt` where it has a published one; it judges like any task.

    Options stay in the order they were published in. A level has as many items as documents, however many are asked
    for. Where `parallel` is true, document n says the same in every language, and these share a cluster.
    """

    parallel = True
    source_class: ClassVar[type[Source]] = Source  # what reads the rows

    def __init__(self, folder: Path) -> None:
        """Read the card and the sources in `folder`; no row is read yet."""
        super().__init__(folder)
        self.source = self.source_class(folder)

    @abstractmethod
    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows of a level in a language, in the order of the source."""

    def prompt(self, item: Item) -> str | None:
        """The published prompt, with its worked examples; None where instruction and question are messages."""
        return None

    def instruction(self, level: int, language: str) -> str:
        """Not asked for where there is a published prompt."""
        raise TaskError("a benchmark defines prompt() or instruction()", where=self.card.name)

    def draw(self, rng: Random, level: int, index: int) -> Row:
        """Nothing is drawn: rows are given."""
        raise TaskError("a public benchmark draws nothing", where=self.card.name)

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        """The first `count` documents in the order of `seed`, or all there are."""
        self.check_place(level, language)
        documents = self._documents(level, language)
        order = _order(self.card.name, level, seed, len(documents))[:count]
        return [self._document(level, language, place, index) for index, place in enumerate(order)]

    def request(self, item: Item) -> Request:
        """The published prompt as it is, or messages."""
        if (text := self.prompt(item)) is None:
            return super().request(item)
        sampling = Sampling(max_new_tokens=self.card.max_new_tokens[item.level - 1], stop=self.card.stop)
        return Request(item.id, item.language, (Message("verbatim", text),), sampling, item.options)

    def pin(self) -> None:
        """After a deliberate change of the source: take its rows as they are now."""
        self.source.pin()
        self.source = self.source_class(Path(self.source.where).parent)

    @functools.cache  # noqa: B019 - a task lives as long as the process, and its levels bound the keys
    def _documents(self, level: int, language: str) -> tuple[Row, ...]:
        return tuple(self.documents(level, language))

    def _document(self, level: int, language: str, place: int, index: int) -> Item:
        told: Telling = self.tell(self._documents(level, language)[place], language)
        name, rung = self.card.name, f"L{level:02d}"
        return Item(
            id=f"{name}/{language}/{rung}/{index:05d}",
            task=name,
            level=level,
            language=language,
            cluster=f"{name}/{'' if self.parallel else language + '/'}{rung}/{place:05d}",
            index=index,
            question=told.question,
            target=told.target,
            options=told.options,
            data=told.data,
        )


@functools.lru_cache(maxsize=1024)
def _order(name: str, level: int, seed: str, total: int) -> tuple[int, ...]:
    """Places of the documents in the order of a seed, the same in every language."""
    return tuple(generator(name, level, seed, 0).sample(range(total), total))
