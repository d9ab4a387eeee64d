"""Knights and knaves: who always tells the truth, who always lies?

Level 1 says it outright; then people speak about one another, with comparisons, conditions, counts, and what one
would say that another would say. Exactly one assignment fits, found by enumeration.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.truth_tellers.claims import Puzzle
from tasks.problem_solving.truth_tellers.puzzle import LEVELS, NAMES, draw_puzzle
from tasks.problem_solving.truth_tellers.reading import read_truthful
from tasks.problem_solving.truth_tellers.telling import spelled, tell_puzzle

_NONE = {"fr": "personne", "en": "none"}
_RULE = {
    "fr": "Chaque personne dit toujours la vérité ou ment toujours. Répondez par les noms de celles qui disent la "
    "vérité, ou par « personne ».",
    "en": "Each person either always tells the truth or always lies. Answer with the names of those who tell the "
    'truth, or "none".',
}
_SAME_KIND = {
    "fr": " Deux personnes sont du même type si elles disent toutes les deux la vérité ou mentent toutes les deux.",
    "en": " Two people are of the same kind if both tell the truth or both lie.",
}
_REASONED = {
    "fr": " Vous pouvez raisonner brièvement ; terminez alors par « Réponse : » et les noms.",
    "en": ' You may reason briefly; then end with "Answer:" and the names.',
}
_FIRST_REASONED = 4  # from this level on, something must be deduced


class TruthTellers(ProceduralTask[Puzzle]):
    """Puzzles whose answer is the exact set of those who tell the truth; judged by `reading.read_truthful`."""

    def draw(self, rng: Random, level: int, index: int) -> Puzzle:
        """A puzzle of the level."""
        return draw_puzzle(rng, level)

    def tell(self, structure: Puzzle, language: str) -> Telling:
        """The puzzle and the names; where one person alone is named, any name could have been meant."""
        people = NAMES if len(structure.names) == 1 else structure.names
        return Telling(tell_puzzle(structure, language), list(structure.truthful), data={"people": list(people)})

    def instruction(self, level: int, language: str) -> str:
        """The rule and the form; what "the same kind" means, and leave to reason, where they are needed."""
        compared = _SAME_KIND[language] if "same" in LEVELS[level - 1].kinds else ""
        return _RULE[language] + compared + (_REASONED[language] if level >= _FIRST_REASONED else "")

    def answer(self, item: Item) -> str:
        """The names, or the word for nobody."""
        return ", ".join(spelled(name, item.language) for name in item.target) or _NONE[item.language]

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the text names exactly those who tell the truth."""
        named = read_truthful(text, item.data["people"], item.question)
        if named is None:
            return Judgement(0.0, reason="no single set of names can be read as the answer")
        said = ", ".join(name for name in item.data["people"] if name in named) or _NONE[item.language]
        right = named == frozenset(item.target)
        return Judgement(float(right), said, "" if right else f"the answer is {self.answer(item)}")


TASK = TruthTellers(Path(__file__).parent)
