"""Reading: find one word in a passage of facts, through as many facts as the level asks for.

The options are not listed in the prompt: each is scored by its log-likelihood as the answer. A listing would cost
tokens in every worked example and bring in the biases of lettered lists (a preference for A); the worked examples
show a chat model the form well enough. Four options of one type (colours, cities, professions, animals, instruments or
first names), each one word, stand in the passage from level 3 on; at level 1 only the right one does, at level 2 two.

"Anna's car is red. Paul's car is blue. … / What colour is Anna's car?": red, blue, green, pink.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Protocol

from harness.task import ProceduralTask, Telling
from tasks.understanding.reading_choice import english, french
from tasks.understanding.reading_choice.drawing import draw_story
from tasks.understanding.reading_choice.story import Fact, Query, Story


class _Voice(Protocol):
    """What a language's module offers."""

    INSTRUCTION: str

    def sentence(self, fact: Fact) -> str: ...

    def question(self, query: Query) -> str: ...

    def value_text(self, kind: str, value: int) -> str: ...


_VOICES: dict[str, _Voice] = {"fr": french, "en": english}


class ReadingChoice(ProceduralTask[Story]):
    """A passage, a question, four options."""

    def draw(self, rng: Random, level: int, index: int) -> Story:
        """Draw facts and a question that they answer in exactly one way."""
        return draw_story(rng, level)

    def tell(self, structure: Story, language: str) -> Telling:
        """Passage, then question, on two lines."""
        voice = _VOICES[language]
        passage = " ".join(voice.sentence(fact) for fact in structure.facts)
        options = tuple(voice.value_text(structure.query.ask, option) for option in structure.options)
        return Telling(f"{passage}\n{voice.question(structure.query)}", target=0, options=options)

    def instruction(self, level: int, language: str) -> str:
        """Read, and answer in one word."""
        return _VOICES[language].INSTRUCTION


TASK = ReadingChoice(Path(__file__).parent)
