"""Write a text that follows an outline: titles in order, words by part, mentions, and references between parts.

Level 1, for example: `Subject: the garden. 1. "The first steps": 50 words at most; mention: tools.` The answer is
the title on a line of its own and a sentence or two under it. The generator writes a witness beside each outline: the
gold answer, and the proof that the outline can be followed.

How an answer is read: a title may bear a number, `#` or bold marks; case and accents do not matter; 25 words may
precede the first title. The value is 0 unless every title stands once and in order, the whole text is prose with no
repetitions (`harness.metrics.prose`), and the first part names the subject; else it is the share of the parts that
meet all their conditions: number of words, words to mention (singular or plural), title quoted, a year of the
writer's choice given, or the same year as another part's, and real sentences of the language.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.metrics import prose
from harness.metrics.text import contains_run, word_forms
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Json
from tasks.content_production.outlined_text.drawing import LANGUAGES, LEAST, Outline, Section, draw_outline
from tasks.content_production.outlined_text.reading import lacks, parts

_LONGEST_READ = 40_000  # characters
_INSTRUCTION = {
    "fr": (
        "Écrivez un texte sur le sujet donné en suivant le plan. Chaque partie : son titre seul sur une ligne (## puis "
        "le titre), puis de vraies phrases, sans répétitions, dont le nombre de mots est dans les bornes (titre non "
        "compris). La première partie nomme le sujet. Ne donnez que le texte."
    ),
    "en": (
        "Write a text on the given subject that follows the outline. Each part: its title alone on a line (## and the "
        "title), then real sentences, without repetitions, whose number of words is within the bounds (title not "
        "counted). The first part names the subject. Give the text only."
    ),
}


class OutlinedText(ProceduralTask[Outline]):
    """Outlines with a witness."""

    def draw(self, rng: Random, level: int, index: int) -> Outline:
        """An outline of the level."""
        return draw_outline(rng, level, index)

    def tell(self, structure: Outline, language: str) -> Telling:
        """The subject and the parts; the target is the witness."""
        place = LANGUAGES.index(language)
        say = _line_fr if language == "fr" else _line_en
        head = f"Sujet : {structure.subject[0]}." if language == "fr" else f"Subject: {structure.subject[1]}."
        lines = [f"{n}. {say(section)}" for n, section in enumerate(structure.sections, 1)]
        target = "\n".join(f"## {section.title[place]}\n{section.body[place]}" for section in structure.sections)
        data = {
            "subject": structure.subject[place].split()[-1],
            "sections": [_json(section, place) for section in structure.sections],
        }
        return Telling("\n".join([head, *lines]), target, data=data)

    def instruction(self, level: int, language: str) -> str:
        """The form of the answer."""
        return _INSTRUCTION[language]

    def answer(self, item: Item) -> str:
        """The witness."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """The share of the parts that meet their conditions."""
        sections = item.data["sections"]
        read = text[:_LONGEST_READ]
        bodies = parts(read, [section["title"] for section in sections])
        if bodies is None:
            return Judgement(0.0, read[:500], "the titles of the outline are not there, once each and in order")
        if not contains_run(word_forms(bodies[0]), word_forms(item.data["subject"])):
            return Judgement(0.0, read[:500], "the first part does not name the subject")
        if reason := prose.fault("\n".join(bodies), item.language):
            return Judgement(0.0, read[:500], reason)
        faults = [list(lacks(n, bodies, sections, item.language)) for n in range(len(sections))]
        reason = "; ".join(f"part {n}: {', '.join(found)}" for n, found in enumerate(faults, 1) if found)
        return Judgement(sum(not found for found in faults) / len(faults), read[:2000], reason)


def _line_fr(section: Section) -> str:
    size = f"{section.low} à {section.high} mots" if section.low > LEAST else f"{section.high} mots au plus"
    said = [f"« {section.title[0]} » : {size}"]
    said.append(f"parlez de : {', '.join(word[0] for word in section.words)}")
    if section.cites is not None:
        said.append(f"citez le titre de la partie {section.cites + 1}")
    if section.gives:
        said.append("donnez une année, une seule")
    if section.repeats is not None:
        said.append(f"reprenez l'année de la partie {section.repeats + 1}")
    return " ; ".join(said) + "."


def _line_en(section: Section) -> str:
    size = f"{section.low} to {section.high} words" if section.low > LEAST else f"{section.high} words at most"
    said = [f'"{section.title[1]}": {size}']
    said.append(f"mention: {', '.join(word[1] for word in section.words)}")
    if section.cites is not None:
        said.append(f"quote the title of part {section.cites + 1}")
    if section.gives:
        said.append("give a year, one only")
    if section.repeats is not None:
        said.append(f"repeat the year of part {section.repeats + 1}")
    return "; ".join(said) + "."


def _json(section: Section, place: int) -> Json:
    return {
        "title": section.title[place],
        "low": section.low,
        "high": section.high,
        "words": [word[place] for word in section.words],
        "cites": section.cites,
        "gives": section.gives,
        "repeats": section.repeats,
    }


TASK = OutlinedText(Path(__file__).parent)
