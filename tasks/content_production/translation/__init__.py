"""Translate: French and English into each other, then from and into Spanish, Italian and German.

A French item is told in French or asks for it, an English item in English. Level 1, for example:
`shirts = chemises`, `37 shirts`. The answer is `37 chemises`. Small grammars of five languages say the same clauses and
know which renderings are as good: tenses ("is washing", "has washed"), places first or last, synonyms, contractions,
word order, sayings.

How an answer is read: labels, code fences, bold marks and quotes are passed over; case and punctuation do not matter.
The value is the mean over sentences, paired in order so as to earn most; a sentence earns 1 when it is an accepted
rendering; 0 when it leaves words of the source, offers a choice, or has not the names and numbers of the source;
else chrF++ against the nearest rendering, rescaled so that 0 is what the source itself would earn (or 0.5, if that is
less), and at most 0.95. Sentences that are too many count as wrong ones; a text much longer than the reference earns 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

from harness.metrics.chrf import chrf
from harness.metrics.text import sentences
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.content_production.translation.drawing import LEVELS, draw_passage
from tasks.content_production.translation.reading import plain, worth
from tasks.content_production.translation.structure import Passage
from tasks.content_production.translation.telling import data, question, text

_LONGEST_READ = 8_000  # characters
_MOST_SAID = 1.6  # an answer longer than so many times the reference is a list of guesses
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M)
_LABEL = re.compile(
    r"^[ \t*_#]*(?:answer|translation|réponse|traduction|english|french|german|spanish|italian|français|anglais"
    r"|allemand|espagnol|italien|antwort|übersetzung|deutsch|traducción|español|traduzione|italiano)[ *_]*:[ *_]*"
    r"|^[^\n]{0,80}:[ *_]*$",
    re.I | re.M,
)
_NAMES = {
    "fr": {"fr": "français", "en": "anglais", "de": "allemand", "es": "espagnol", "it": "italien"},
    "en": {"fr": "French", "en": "English", "de": "German", "es": "Spanish", "it": "Italian"},
}
_LEXICON = {
    "fr": "Traduisez la dernière ligne en français ; la première ligne donne les mots. Ne donnez que la traduction.",
    "en": "Translate the last line into English; the first line gives the words. Give the translation only.",
}
_INSTRUCTION = {
    "fr": "Traduisez le texte {source} en {target}, phrase par phrase. Gardez les noms, et les nombres en chiffres. "
    "Ne donnez que la traduction.",
    "en": "Translate the {source} text into {target}, sentence by sentence. Keep the names, and numbers in digits. "
    "Give the translation only.",
}


class Translation(ProceduralTask[Passage]):
    """Sentences of five small grammars."""

    def draw(self, rng: Random, level: int, index: int) -> Passage:
        """A passage of the level."""
        return draw_passage(rng, level, index)

    def tell(self, structure: Passage, language: str) -> Telling:
        """The passage in the language that is translated from; the target is the passage in the other."""
        _, target = structure.pair(language)
        return Telling(question(structure, language), text(structure, target), data=data(structure, language))

    def instruction(self, level: int, language: str) -> str:
        """Which language to translate into."""
        rules = LEVELS[level - 1]
        if rules.lexicon:
            return _LEXICON[language]
        source, target = Passage((), rules.partner, rules.into).pair(language)
        names = _NAMES[language]
        return _INSTRUCTION[language].format(source=names[source], target=names[target])

    def answer(self, item: Item) -> str:
        """The telling in the target language."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """The mean over sentences of 1 for accepted renderings and rescaled chrF++ for others."""
        language = item.data["into"]
        read = _LABEL.sub("", _FENCE.sub("", text[:_LONGEST_READ])).replace("**", "").strip()
        said = [sentence for line in read.splitlines() for sentence in sentences(line)]
        whole, reference = plain(" ".join(said), language), plain(str(item.target), language)
        if not whole or len(whole) > _MOST_SAID * len(reference):
            return Judgement(0.0, read[:500], "no translation, or several")
        value = _paired(item, said) / max(len(said), len(item.data["sentences"]))
        near = chrf(whole, [reference])
        return Judgement(value, read[:2000], "" if value == 1 else f"chrF++ {near:.2f}", {"chrf": min(1.0, near)})


def _paired(item: Item, said: Sequence[str]) -> float:
    """The most that sentences can earn when they are paired in order, one with one."""
    wanted = list(zip(item.data["sentences"], item.data["source"], strict=True))
    apart = abs(len(said) - len(wanted))
    best = [0.0] * (len(wanted) + 1)  # by the number of sentences of the reference that are past
    for row, one in enumerate(said):
        last, best = best, best[:]
        for n, (sentence, source) in enumerate(wanted):
            earned = last[n] + worth(one, sentence, source, item.data["into"]) if abs(row - n) <= apart else 0.0
            best[n + 1] = max(last[n + 1], best[n], earned)
    return best[-1]


TASK = Translation(Path(__file__).parent)
