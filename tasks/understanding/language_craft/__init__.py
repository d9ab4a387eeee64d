"""Mastery of the language itself: numbers in words, conjugation, agreement, and words that sound alike.

A level has gaps of one grade; from level 5 on an item has several, and all must be right.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.understanding.language_craft.exercise import LEVELS, Gap, draw_exercise
from tasks.understanding.language_craft.reading import fills, read_gaps
from tasks.understanding.language_craft.telling import told

_ONE = {
    "fr": "Répondez seulement par le nombre en lettres, ou par ce qui manque à la phrase.",
    "en": "Answer only with the number in words, or with what is missing from the sentence.",
}
_MANY = {
    "fr": "Pour chaque ligne, donnez le nombre en lettres, ou ce qui manque à la phrase. Répondez sur une seule ligne, "
    "dans l'ordre, en séparant les réponses par des points-virgules.",
    "en": "For each line, give the number in words, or what is missing from the sentence. Answer on a single line, in "
    "order, with semicolons between the answers.",
}


class LanguageCraft(ProceduralTask[tuple[Gap, ...]]):
    """Gaps to fill, judged by `reading`: exact spelling, of which tradition's and 1990's forms are both right."""

    def draw(self, rng: Random, level: int, index: int) -> tuple[Gap, ...]:
        """The gaps of an item: kinds in turn, so that each comes equally often."""
        return draw_exercise(rng, level, index)

    def tell(self, structure: tuple[Gap, ...], language: str) -> Telling:
        """One line a gap; the target is the usual form of each."""
        tellings = [told(gap, language) for gap in structure]
        lines = [f"{one.sentence} {one.order}" for one in tellings]
        if len(lines) > 1:
            lines = [f"{n}. {line}" for n, line in enumerate(lines, start=1)]
        data = {
            "kinds": [gap.kind for gap in structure],
            "sentences": [one.sentence for one in tellings],
            "accepted": [list(one.accepted) for one in tellings],
        }
        return Telling("\n".join(lines), [one.accepted[0] for one in tellings], data=data)

    def instruction(self, level: int, language: str) -> str:
        """The form of the answer: one text, or as many as there are lines."""
        return (_ONE if LEVELS[level - 1][0] == 1 else _MANY)[language]

    def answer(self, item: Item) -> str:
        """The usual forms in order."""
        return (" ; " if item.language == "fr" else "; ").join(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if every gap is filled rightly; `gaps` tells the share that is."""
        said = read_gaps(text, item.question, len(item.target))
        if said is None:
            return Judgement(0.0, reason=f"{len(item.target)} separate answers cannot be read")
        rows = zip(said, item.data["kinds"], item.data["sentences"], item.data["accepted"], strict=True)
        right = [fills(a, forms, sentence, item.language, number=kind == "number") for a, kind, sentence, forms in rows]
        share = sum(right) / len(right)
        reason = "" if all(right) else f"the answer is {self.answer(item)}"
        return Judgement(float(all(right)), "; ".join(said), reason, {"gaps": share})


TASK = LanguageCraft(Path(__file__).parent)
