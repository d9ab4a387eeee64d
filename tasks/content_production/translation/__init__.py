"""Translate from the other language: French items are told in English, English items in French.

Level 1, for example: `Paul lave 3 chemises.` The answer is `Paul washes 3 shirts.` A small bilingual grammar says the
same clauses in both languages and knows which renderings are as good: tenses ("is washing", "has washed"), places
first or last, synonyms, contractions, idioms.

How an answer is read: labels, code fences, bold marks and quotes are passed over; case and punctuation do not matter.
Sentences that are accepted renderings count as the reference. The value is 1 when all are; else chrF++ against the
reference, rescaled so that 0 is what the source itself would earn (or 50, if that is less), and at most 0.95. Texts
much longer than the reference earn 0.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from harness.metrics.text import sentences
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Json
from tasks.content_production.translation.drawing import Passage, draw_passage
from tasks.content_production.translation.lexicon import IDIOMS
from tasks.content_production.translation.reading import chrf, plain, renderings
from tasks.content_production.translation.telling import clauses, link, text

_LONGEST_READ = 8_000  # characters
_MOST_SAID = 2  # an answer of more than this many times the reference is a list of guesses
_BLIND = 50.0  # chrF++ of a sentence of the right form that says something else
_NOT_ALL = 0.95
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M)
_LABEL = re.compile(
    r"^[ \t*_#]*(?:answer|translation|english|french|réponse|traduction|français|anglais)[ *_]*:[ *_]*"
    r"|^[^\n]{0,80}:[ *_]*$",
    re.I | re.M,
)
_INSTRUCTION = {
    "fr": "Traduisez le texte en français. Gardez les nombres en chiffres. Ne donnez que la traduction.",
    "en": "Translate the text into English. Keep numbers in digits. Give the translation only.",
}
_OTHER = {"fr": "en", "en": "fr"}


class Translation(ProceduralTask[Passage]):
    """Sentences of a bilingual grammar."""

    def draw(self, rng: Random, level: int, index: int) -> Passage:
        """A passage of the level."""
        return draw_passage(rng, level, index)

    def tell(self, structure: Passage, language: str) -> Telling:
        """The passage in the other language; the target is the passage in this one."""
        data: dict[str, Json] = {"sentences": []}
        for sentence in structure.sentences:
            if sentence.idiom is not None:
                data["sentences"].append({"idiom": list(IDIOMS[sentence.idiom][language == "en"])})
                continue
            said = [
                [one.who, list(one.verb), list(one.thing), list(one.adjunct)] for one in clauses(sentence, language)
            ]
            data["sentences"].append({"clauses": said, "link": list(link(sentence, language))})
        return Telling(text(structure, _OTHER[language]), text(structure, language), data=data)

    def instruction(self, level: int, language: str) -> str:
        """Which language to translate into."""
        return _INSTRUCTION[language]

    def answer(self, item: Item) -> str:
        """The telling in the item's language."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 for accepted renderings, rescaled chrF++ for others."""
        read = _LABEL.sub("", _FENCE.sub("", text[:_LONGEST_READ])).replace("**", "").strip()
        said = [plain(sentence) for line in read.splitlines() for sentence in sentences(line)]
        reference = [plain(sentence) for sentence in sentences(str(item.target))]
        if not said or len(" ".join(said)) > _MOST_SAID * len(" ".join(reference)):
            return Judgement(0.0, read[:500], "no translation, or several")
        accepted = [renderings(sentence) for sentence in item.data["sentences"]]
        right = len(said) == len(accepted) and all(one in good for one, good in zip(said, accepted, strict=True))
        if right:
            return Judgement(1.0, read[:2000])
        return _near(item, read, said, reference, accepted)


def _near(item: Item, read: str, said: list[str], reference: list[str], accepted: list[set[str]]) -> Judgement:
    """What is not right in every sentence."""
    if len(said) == len(accepted):  # an accepted rendering is as good as the reference's
        triples = zip(said, accepted, reference, strict=True)
        said = [wanted if one in good else one for one, good, wanted in triples]
    whole = " ".join(reference)
    blind = max(_BLIND, chrf(plain(item.question), [whole]))
    score = chrf(" ".join(said), [whole])
    value = min(_NOT_ALL, max(0.0, (score - blind) / (100 - blind)))
    return Judgement(value, read[:2000], f"chrF++ {score:.1f}, blind {blind:.1f}", {"chrf": score / 100})


TASK = Translation(Path(__file__).parent)
