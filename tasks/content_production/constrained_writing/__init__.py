"""Write a text that meets as many conditions at once as the level's number.

Level 1, for example: `Write a text with the words "Paul" and "cat".` A generator builds the same text in French and
in English from a bank of sentence parts, reads the conditions off it, and checks that the text meets them all: it is
the gold answer, and the proof that the conditions can be met together.

How an answer is read: the first paragraph is the text; an opening line that ends with a colon, a label (`Answer:`),
list marks, code fences, bold marks and quotes around it are passed over. The value is 1 when the text is a text at
all (`floor.py`, all of it said in the instruction) and every condition holds, else 0. `metrics["constraints"]` is the
share of the conditions that hold, 0 when the text is none. Case and accents never matter.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.metrics.text import paragraph
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.content_production.constrained_writing.constraints import Text, from_json
from tasks.content_production.constrained_writing.floor import SHORTEST, fault
from tasks.content_production.constrained_writing.recipe import Piece, draw

_INSTRUCTION = {
    "fr": (
        "Écrivez, en un seul paragraphe, un texte qui respecte toutes les consignes : de vraies phrases, sans "
        "répétitions, d'au moins {shortest} mots, terminées par . ! ou ?, contenant aussi d'autres mots que ceux des "
        "consignes ; {limit} mots au plus. On compte les mots entre les espaces ; majuscules et accents sont "
        "indifférents. "
        "Ne donnez que le texte."
    ),
    "en": (
        "Write, in one paragraph, a text that meets all the conditions: real sentences, without repetitions, of at "
        "least {shortest} words, ending with . ! or ?, holding other words than the required ones as well; {limit} "
        "words at most. Words are counted between spaces; capitals and accents do not matter. Give the text only."
    ),
}
_QUESTION = {"fr": "Écrivez un texte avec", "en": "Write a text with"}
_LONGEST_READ = 20_000  # characters: more cannot be a text of the length allowed


class ConstrainedWriting(ProceduralTask[Piece]):
    """Conditions read off a witness text; all must hold."""

    def draw(self, rng: Random, level: int, index: int) -> Piece:
        """A witness in both languages and the conditions it meets."""
        return draw(rng, level, index)

    def tell(self, structure: Piece, language: str) -> Telling:
        """The conditions as a list; the target is the witness."""
        conditions = structure.conditions[language]
        data = {"constraints": [condition.to_json() for condition in conditions]}
        said = [condition.say(language) for condition in conditions]
        if len(said) == 1:
            question = f"{_QUESTION[language]} {said[0]}."
        else:
            colon = " :" if language == "fr" else ":"
            question = f"{_QUESTION[language]}{colon}\n" + "\n".join(f"- {line}" for line in said)
        return Telling(question, structure.witness[language], data=data)

    def instruction(self, level: int, language: str) -> str:
        """The floor that every text must reach."""
        return _INSTRUCTION[language].format(shortest=SHORTEST, limit=_limit(level))

    def answer(self, item: Item) -> str:
        """The witness."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """All or nothing, with the share of the conditions met beside it."""
        read = paragraph(text[:_LONGEST_READ])
        conditions = [from_json(data) for data in item.data["constraints"]]
        given = [word for condition in conditions for word in condition.given()]
        source = f"{self.instruction(item.level, item.language)}\n{item.question}"
        reason = fault(read, item.language, _limit(item.level), given, source)
        if reason:
            return Judgement(0.0, read[:500], reason, {"constraints": 0.0})
        said = Text(read)
        broken = [condition.say(item.language) for condition in conditions if not condition.holds(said)]
        share = 1 - len(broken) / len(conditions)
        return Judgement(float(not broken), read, "; ".join(broken), {"constraints": share})


def _limit(level: int) -> int:
    """Most words of an answer."""
    return 30 + 10 * level


TASK = ConstrainedWriting(Path(__file__).parent)
