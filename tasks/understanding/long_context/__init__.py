"""Long registers of payments: find some by their key, count them, add them, or tell which is the most recent.

Levels 1 and 2 tell one payment several times among remarks.

Documents double from 1,000 tokens to 128,000 at level 8 (estimated as characters / 4). Beyond, more is asked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Message
from tasks.understanding.long_context.drawing import draw_register
from tasks.understanding.long_context.reading import read_amounts
from tasks.understanding.long_context.register import LEVELS, Register, excerpt
from tasks.understanding.long_context.telling import ask, labelled, tell_document

_SIMPLE = {
    "fr": "Lisez le registre, puis répondez à la question.",
    "en": "Read the register, then answer the question.",
}
_RULE = {
    "fr": "Lisez le registre, puis répondez à la question qui le suit par le nombre seulement.",
    "en": "Read the register, then answer the question that follows it with the number only.",
}
_SEVERAL = {
    "fr": " S'il en faut plusieurs, écrivez-les sur une ligne, séparés par des points-virgules.",
    "en": " If there are several, write them on one line, separated by semicolons.",
}


class LongContext(ProceduralTask[Register]):
    """Registers whose question is answered by one number or several; judged by `reading`.

    A worked example shows only an excerpt of its document, with all that its question needs.
    """

    def draw(self, rng: Random, level: int, index: int) -> Register:
        """A register of the level; the kinds of question take turns."""
        return draw_register(rng, level, index)

    def tell(self, structure: Register, language: str) -> Telling:
        """The document, then the question."""
        asked = ask(structure.query, language)
        end = f"\n\n{'Question :' if language == 'fr' else 'Question:'} {asked}"
        document = tell_document(structure.entries, language)
        short = tell_document(excerpt(structure), language)
        data = {
            "asked": asked,
            "kind": structure.query.kind,
            "codes": list(structure.query.codes),
            "short": short + end,
        }
        return Telling(document + end, list(structure.answer), data=data)

    def instruction(self, level: int, language: str) -> str:
        """The form of the answer."""
        if LEVELS[level - 1].others >= 0:
            return _SIMPLE[language]
        several = _SEVERAL[language] if LEVELS[level - 1].keys > 1 else ""
        return _RULE[language] + several

    def answer(self, item: Item) -> str:
        """The numbers, with semicolons; on the first levels, the file and its amount as the document tells them."""
        if LEVELS[item.level - 1].others >= 0:
            return labelled(item.data["codes"][0], item.target[0], item.language)
        return "; ".join(map(str, item.target))

    def example(self, item: Item) -> list[Message]:
        """An item's excerpt with its answer: a whole document would double the prompt."""
        return [Message("user", item.data["short"]), Message("assistant", self.answer(item))]

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if every number is right; `parts` tells the share that is."""
        said = read_amounts(text, item.question, item.data["asked"], len(item.target))
        if said is None:
            return Judgement(0.0, reason=f"{len(item.target)} numbers cannot be read as the answer")
        right = [a == b for a, b in zip(said, item.target, strict=True)]
        reason = "" if all(right) else f"the answer is {self.answer(item)}"
        return Judgement(float(all(right)), "; ".join(map(str, said)), reason, {"parts": sum(right) / len(right)})


TASK = LongContext(Path(__file__).parent)
