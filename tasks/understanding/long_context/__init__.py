"""Long registers of payments: find some by their key, count them, add them, or tell which is the most recent.

Documents double from 1,000 tokens to 128,000 at level 8 (estimated as characters / 4). Beyond, more is asked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.understanding.long_context.drawing import draw_register
from tasks.understanding.long_context.reading import read_amounts
from tasks.understanding.long_context.register import LEVELS, Register
from tasks.understanding.long_context.telling import ask, tell_document

_RULE = {
    "fr": "Lisez le registre, puis répondez à la question qui le suit par le nombre seulement.",
    "en": "Read the register, then answer the question that follows it with the number only.",
}
_SEVERAL = {
    "fr": " S'il en faut plusieurs, écrivez-les sur une ligne, séparés par des points-virgules.",
    "en": " If there are several, write them on one line, separated by semicolons.",
}
_EXAMPLE = {
    "fr": " Exemple : « Le 3 mai, Paul Lenoir a versé 57 euros à Lyon pour le dossier XA-1234. » Question : Combien "
    "d'euros ont été versés pour le dossier XA-1234 ? Réponse : 57",
    "en": ' Example: "On 3 May, Paul Lenoir handed over 57 euros in Lyon for file XA-1234." Question: How many euros '
    "were paid for file XA-1234? Answer: 57",
}


class LongContext(ProceduralTask[Register]):
    """Registers whose question is answered by one number or several; judged by `reading`.

    There are no worked examples, for each would be as long as the document; the instruction carries a short one.
    """

    def draw(self, rng: Random, level: int, index: int) -> Register:
        """A register of the level; the kinds of question take turns."""
        return draw_register(rng, level, index)

    def tell(self, structure: Register, language: str) -> Telling:
        """The document, then the question."""
        asked = ask(structure.query, language)
        document = tell_document(structure.entries, language)
        label = "Question :" if language == "fr" else "Question:"
        data = {"asked": asked, "kind": structure.query.kind}
        return Telling(f"{document}\n\n{label} {asked}", list(structure.answer), data=data)

    def instruction(self, level: int, language: str) -> str:
        """The form of the answer, with a tiny example."""
        several = _SEVERAL[language] if LEVELS[level - 1].keys > 1 else ""
        return _RULE[language] + several + _EXAMPLE[language]

    def answer(self, item: Item) -> str:
        """The numbers, with semicolons."""
        return "; ".join(map(str, item.target))

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if every number is right; `parts` tells the share that is."""
        said = read_amounts(text, item.question, item.data["asked"], len(item.target))
        if said is None:
            return Judgement(0.0, reason=f"{len(item.target)} numbers cannot be read as the answer")
        right = [a == b for a, b in zip(said, item.target, strict=True)]
        reason = "" if all(right) else f"the answer is {self.answer(item)}"
        return Judgement(float(all(right)), "; ".join(map(str, said)), reason, {"parts": sum(right) / len(right)})


TASK = LongContext(Path(__file__).parent)
