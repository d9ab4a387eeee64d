"""Rewrite a text in another person, tense, register or voice, and change nothing else.

Level 1, for example: `Rewrite with "she" instead of "I": I wash 3 shirts in the garden.` The answer is `She washes 3
shirts in the garden.` A small grammar of both languages says the same clauses before and after the change.

How an answer is read: labels, list marks, code fences, bold marks and quotes are passed over. A sentence is right when
its words are those of one of the accepted sayings: where and when may come first or last, the agent of a passive on
either side of them, the subject need not be repeated, English contractions are free unless they are what must change;
case and punctuation never matter, accents do. The value is the number of right sentences, in order, over the number
of sentences (the text's or the answer's, whichever is larger); an answer of twice as many sentences is a list of
guesses and earns 0.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from harness.metrics.text import sentences
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.content_production.rewriting.drawing import Passage, draw_passage
from tasks.content_production.rewriting.reading import accepted, matches, plain
from tasks.content_production.rewriting.telling import Parts, joined, order, source, target, text

_LONGEST_READ = 20_000  # characters
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M)
_MARK = re.compile(r"^[ \t]*(?:[-*•–—>]+|#{1,4}|[0-9]{1,2}[.)])[ \t]+", re.M)
_LABEL = re.compile(r"^[ \t*_#]*(?:answer|text|réponse|texte)[ *_]*:[ *_]*|^[^\n]{0,80}:[ *_]*$", re.I | re.M)
_INSTRUCTION = {
    "fr": "Récrivez le texte comme il est demandé, phrase par phrase, sans rien changer d'autre. Donnez le texte seul.",
    "en": "Rewrite the text as asked, sentence by sentence, and change nothing else. Give the text only.",
}


class Rewriting(ProceduralTask[Passage]):
    """Clauses of a small grammar, before and after a change."""

    def draw(self, rng: Random, level: int, index: int) -> Passage:
        """The clauses and the changes."""
        return draw_passage(rng, level, index)

    def tell(self, structure: Passage, language: str) -> Telling:
        """What to change, and the text; the target is the text changed."""
        parts = target(structure, language)
        data = {
            "sentences": [
                {"clauses": [_json(clause) for clause in clauses], "joiner": joined(sentence, language)}
                for clauses, sentence in zip(parts, structure.sentences, strict=True)
            ],
            "contractions": "register" in structure.changes,
        }
        question = f"{order(structure, language)}\n{source(structure, language)}"
        return Telling(question, text(parts, structure.sentences, language), data=data)

    def instruction(self, level: int, language: str) -> str:
        """The same at all levels: the question says what to change."""
        return _INSTRUCTION[language]

    def answer(self, item: Item) -> str:
        """The text changed."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """The share of sentences that are right."""
        contracted = bool(item.data["contractions"])
        found = [plain(sentence, contracted) for sentence in _sentences(text[:_LONGEST_READ])]
        wanted = [accepted(sentence["clauses"], sentence["joiner"]) for sentence in item.data["sentences"]]
        if len(found) >= 2 * len(wanted):
            return Judgement(0.0, " / ".join(found)[:500], f"{len(found)} sentences, {len(wanted)} expected")
        right = matches(found, wanted)
        reason = "" if right == len(wanted) == len(found) else f"{right} right sentences of {len(wanted)}"
        return Judgement(right / max(len(wanted), len(found)), " / ".join(found)[:2000], reason)


def _sentences(text: str) -> list[str]:
    """The sentences of an answer, line by line."""
    bare = _LABEL.sub("", _MARK.sub("", _FENCE.sub("", text)))
    return [sentence for line in bare.splitlines() for sentence in sentences(line)]


def _json(clause: Parts) -> dict[str, str | bool]:
    return {"head": clause.head, "body": clause.body, "adjunct": clause.adjunct, "passive": clause.passive}


TASK = Rewriting(Path(__file__).parent)
