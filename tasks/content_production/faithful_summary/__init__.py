"""Summarise a report within a number of words: keep what is essential, leave the rest, make nothing up.

Level 1, for example: `Report: the sports club, Nantes. Coffee was served in the hall. It was decided to repair the
roof: Marie Lambert will see to it.`, in 25 words at most. What is essential is said in the instruction: decisions,
figures and incidents. A good answer: `Marie Lambert will repair the roof.`

How an answer is read: a line that only announces ("Summary:"), list marks, bold marks and code fences are passed
over. The value is 0 for a text that is too long, that is no prose of the language (`harness.metrics.prose`), or that
copies a longer run of words than the instruction allows (`copying.py`). Otherwise it is the mean over the essential
facts of the share of their details that is told (`reading.py`: names by either part, dates in any form, amounts in
digits or words, things by any of their names), less a quarter for each number or name that the report does not hold and
for each rejected proposal told as adopted.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from random import Random

from harness.metrics import prose
from harness.metrics.text import fold, word_forms, words
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Json
from tasks.content_production.faithful_summary import copying, judging, reading
from tasks.content_production.faithful_summary.drawing import (
    COPIED,
    LEVELS,
    Decision,
    Fact,
    Figure,
    Report,
    draw_report,
)
from tasks.content_production.faithful_summary.telling import report, summary

_LONGEST_READ = 20_000  # characters
_MADE_UP = 0.25  # off for each
_FORMS = 1.4  # parts of a word between two spaces, on average ("l'archive"): more are joined to escape the limit
_SPARE = 3  # words beside the multiple
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M)
_MARK = re.compile(r"^[ \t]*(?:[-*•–—>]+|#{1,4}|[0-9]{1,2}[.)])[ \t]+", re.M)
_LABEL = re.compile(r"^[ \t*_#]*(?:answer|summary|réponse|résumé)[ *_]*:[ *_]*|^[^\n]{0,80}:[ *_]*$", re.I | re.M)
_INSTRUCTION = {
    "fr": (
        "Résumez le compte rendu en phrases complètes, sans dépasser le nombre de mots indiqué. L'essentiel : chaque "
        "décision adoptée, chaque bilan chiffré, chaque incident, avec {what}. Laissez le reste de côté et n'inventez "
        "rien. "
        "Ne recopiez jamais plus de {copied} mots de suite. Ne donnez que le résumé."
    ),
    "en": (
        "Summarise the report in full sentences, within the number of words stated. What is essential: every decision "
        "adopted, every count reported, every incident, with {what}. Leave out the rest and make nothing up. Never "
        "copy more than {copied} words in a row. Give the summary only."
    ),
}
_WHAT = {
    "fr": ("le responsable", "le responsable, le lieu et la date", "le responsable, le lieu, la date et le coût"),
    "en": (
        "who is in charge",
        "who is in charge, the place and the date",
        "who is in charge, the place, date and cost",
    ),
}
_CORRECTED = {"fr": " (le montant rectifié s'il y en a un)", "en": " (the corrected amount, if any)"}
_LIMIT = {"fr": "En {n} mots au plus.", "en": "In {n} words at most."}


class FaithfulSummary(ProceduralTask[Report]):
    """Reports whose facts and their importance are known."""

    def draw(self, rng: Random, level: int, index: int) -> Report:
        """The facts and what surrounds them."""
        return draw_report(rng, level)

    def tell(self, structure: Report, language: str) -> Telling:
        """The report and the number of words; the target is a summary."""
        target, rules = summary(structure, language), LEVELS[structure.level - 1]
        limit = math.ceil(rules.slack * len(words(target))) + _SPARE
        text = report(structure, language)
        data = {
            "limit": limit,
            "source": text,
            "facts": [_fact(fact, language) for fact in structure.facts],
            "rejected": [list(line.work.thing.known(language)) for line in structure.rejected],
        }
        return Telling(f"{text}\n{_LIMIT[language].format(n=limit)}", target, data=data)

    def instruction(self, level: int, language: str) -> str:
        """What is essential, and what is not allowed."""
        rules = LEVELS[level - 1]
        what = _WHAT[language][rules.details - 1] + (_CORRECTED[language] if rules.corrected else "")
        return _INSTRUCTION[language].format(what=what, copied=COPIED)

    def answer(self, item: Item) -> str:
        """The summary made with the report."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """Coverage of what is essential, less what is made up."""
        read = tidy(text[:_LONGEST_READ])
        limit = int(item.data["limit"])
        count = max(len(words(read)), math.ceil(len(word_forms(read)) / _FORMS))
        reason = f"{count} words, {limit} at most" if count > limit else prose.fault(read, item.language)
        if not reason and copying.copies(read, item.data["source"], COPIED):
            reason = f"more than {COPIED} words in a row are the report's"
        if reason:
            return Judgement(0.0, read[:500], reason, {"coverage": 0.0, "made_up": 0.0})
        return _weighed(item, read)


def tidy(text: str) -> str:
    """The summary itself."""
    return _LABEL.sub("", _MARK.sub("", _FENCE.sub("", text))).replace("**", "").replace("__", "").strip()


def _weighed(item: Item, read: str) -> Judgement:
    found, facts = prose.lines_and_sentences(read), item.data["facts"]
    shares = judging.coverage(found, facts, item.language)
    costs = [fact["details"]["cost"] for fact in facts if fact["details"].get("cost")]
    made = reading.invented(found, item.data["source"], {len(facts), sum(costs)}, item.language)
    wrong = made + judging.adopted(found, item.data["rejected"])
    covered = sum(shares) / len(shares)
    value = covered * max(0.0, 1 - _MADE_UP * len(wrong))
    missing = [fact["known"][0] for fact, share in zip(facts, shares, strict=True) if share < 1]
    reason = "; ".join(
        part
        for part in (missing and f"missing: {', '.join(missing)}", wrong and f"made up: {', '.join(wrong[:8])}")
        if part
    )
    return Judgement(value, read[:2000], reason, {"coverage": covered, "made_up": float(len(wrong))})


def _fact(fact: Fact, language: str) -> Json:
    """A fact as the judge reads it; a detail that the level does not have is left out."""
    if isinstance(fact, Decision):
        cost = {"cost": fact.cost} if fact.cost is not None else {}
        by = {"by": list(fact.by)} if fact.by else {}
        details = {"who": [fold(name) for name in fact.who.split()], **by, **cost}
        return {"known": list(fact.work.thing.known(language)), "details": details, "old": fact.old}
    if isinstance(fact, Figure):
        return {"known": list(fact.what.known(language)), "details": {"cost": fact.now}}
    cost = {"cost": fact.cost} if fact.cost is not None else {}
    details = {"where": list(fact.where.known(language)), "by": list(fact.on or ()), **cost}
    return {"known": list(fact.what.known(language)), "details": details}


TASK = FaithfulSummary(Path(__file__).parent)
