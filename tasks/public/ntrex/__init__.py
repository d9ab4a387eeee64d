"""NTREX-128: news sentences translated by people; from English into seven languages, and from French into English.

An item's language is the one to write. The value is sentence chrF++ above what copying the source or the whole prompt
would earn, on the scale where the reference earns 1; `chrf` among the metrics is the usual figure. There is no
published prompt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from harness.metrics.chrf import chrf
from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item

_BLIND = 0.2  # chrF++ that any text of the right script and length may earn
_LABELS = 0.03  # more than that, the words that a prompt style puts around a question can add to a copy
_WORDS = (14, 26)  # English words of the longest sentence of levels 1 and 2
_LONGEST_READ = 20_000
_WRAPPING = re.compile(r"^```\w*\n|\n?```\s*$|\*\*")
_ANNOUNCED = re.compile(r"^[^\n]{0,80}:[ \u00a0]*\n+(?=\S)")
_QUOTES = "\"'«»“”„ \u00a0\u202f\n"
_INSTRUCTION = {
    "fr": "Traduisez en français la phrase anglaise. Donnez seulement la traduction.",
    "en": "Translate the French sentence into English. Give only the translation.",
    "de": "Übersetzen Sie den englischen Satz ins Deutsche. Geben Sie nur die Übersetzung an.",
    "es": "Traduzca al español la frase inglesa. Dé solo la traducción.",
    "it": "Traduca in italiano la frase inglese. Dia soltanto la traduzione.",
    "nl": "Vertaal de Engelse zin in het Nederlands. Geef alleen de vertaling.",
    "pl": "Przetłumacz angielskie zdanie na polski. Podaj tylko tłumaczenie.",
    "pt": "Traduza a frase inglesa para português. Dê apenas a tradução.",
}


class Ntrex(PublicTask):
    """Translation of news sentences."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """Sentences of the level's length, in English words, with source and reference."""
        english, written = self.source.rows("en"), self.source.rows(language)
        given = self.source.rows("fr") if language == "en" else english
        low, high = (0, *_WORDS)[level - 1], (*_WORDS, 10_000)[level - 1]
        lines = zip(english, given, written, strict=True)
        return [{"given": said, "written": one} for line, said, one in lines if low < len(line.split()) <= high]

    def tell(self, structure: Row, language: str) -> Telling:
        """The sentence, with its reference."""
        return Telling(structure["given"], structure["written"])

    def instruction(self, level: int, language: str) -> str:
        """Which language to translate into."""
        return _INSTRUCTION[language]

    def answer(self, item: Item) -> str:
        """The reference."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """Sentence chrF++ of the text, without a line that announces it, quotation marks and fences."""
        read = _WRAPPING.sub("", text[:_LONGEST_READ].strip())
        reference = str(item.target)
        quoted = reference.strip(_QUOTES) != reference
        read = _ANNOUNCED.sub("", read).strip(None if quoted else _QUOTES)
        score = chrf(read, [reference]) if read else 0.0
        copies = (item.question, f"{_INSTRUCTION[item.language]}\n{item.question}")
        blind = max(_BLIND, *(chrf(copy, [reference]) + _LABELS for copy in copies))
        value = max(0.0, (score - blind) / (1 - blind)) if blind < 1 else float(score == 1)
        return Judgement(min(1.0, value), read[:2000], f"chrF++ {score:.3f}, copying {blind:.3f}", {"chrf": score})


TASK = Ntrex(Path(__file__).parent)
