"""A text that follows given instructions, built from them: IFEval and M-IFEval have no reference answers.

A witness proves that a row's instructions can be followed together, and that the rules let them be. It is composed of
plain clauses, and of what each instruction asks for; a few variants are tried, and the rules say which of them will do.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.public.instructions.base import Settings
from harness.public.instructions.phrases import CLAUSES
from harness.public.instructions.verdict import verdict
from harness.types import Json

_AT_LEAST = ("at least", "au moins", "al menos", None)
_OPTION = {"en": "My answer is yes.", "fr": "Oui.", "es": "Sí."}
_TITLE = {"en": "<<Garden>>", "fr": "##Jardin##", "es": "<<Parque>>"}
_NOTE = "OK"  # a word in capitals


@dataclass(frozen=True, slots=True)
class _Style:
    """One variant of a witness."""

    mark: str  # what ends a sentence
    long: bool  # whether every part has a sentence of its own, or there are as few words as possible
    spare: int  # how much more there is than what is asked for, so that a mark more or less does no harm
    first: int  # place of the first clause among those that will do
    ready: bool  # whether what is asked for stands before the clauses


def witness(kinds: Sequence[str], settings: Sequence[Settings], language: str) -> str | None:
    """A text that strictly follows every instruction; None where no variant does."""
    asked = _Asked(kinds, settings, language)
    for style in _styles():
        text = _Draft(asked, style).text()
        if all(verdict(text, kinds, settings).strict):
            return text
    return None


def _styles() -> Iterator[_Style]:
    for long, mark, spare, first, ready in itertools.product(
        (True, False), (".", "!", ""), (3, 0), range(5), (False, True)
    ):
        yield _Style(mark, long, spare, first, ready)


class _Asked:
    """The instructions by kind, without the language they are given in."""

    def __init__(self, kinds: Sequence[str], settings: Sequence[Settings], language: str) -> None:
        self.language = language
        self.all = [(kind.removeprefix(f"{language}:"), own) for kind, own in zip(kinds, settings, strict=True)]
        self.kinds = dict(self.all)
        self.written: str = self.value("response_language", "language") or language

    def value(self, name: str, key: str) -> Json:
        """A setting of the kind whose name ends so; None where it is not asked for."""
        return next((own.get(key) for kind, own in self.all if kind.endswith(f":{name}")), None)

    def has(self, name: str) -> bool:
        """Whether a kind is asked for."""
        return any(kind.endswith(f":{name}") for kind in self.kinds)

    def least(self, name: str, key: str, relation: str = "relation") -> int:
        """How many are asked for where it is "at least", else 0."""
        asked = (own for kind, own in self.all if kind.endswith(f":{name}") and own.get(relation) in _AT_LEAST)
        return max((int(own[key]) for own in asked), default=0)

    def clauses(self) -> list[str]:
        """The clauses that no instruction forbids; of those, where a letter is unwanted, the ones with fewest of it."""
        known = CLAUSES.get(self.written, CLAUSES["en"])
        avoided = [word.lower() for word in self.value("forbidden_words", "forbidden_words") or ()]
        if self.value("frequency", "relation") not in _AT_LEAST:
            avoided.append(self.value("frequency", "keyword").lower())
        allowed = [clause for clause in known if not any(word in clause.split() for word in avoided)] or list(known)
        letter = self.value("letter_frequency", "letter")
        wanted = self.least("letter_frequency", "let_frequency", "let_relation") > 0
        if letter is None or wanted:
            return allowed
        fewest = min(clause.count(letter) for clause in allowed)
        return [clause for clause in allowed if clause.count(letter) == fewest]


class _Draft:
    """One variant of a witness, put together from its parts."""

    def __init__(self, asked: _Asked, style: _Style) -> None:
        self.asked, self.style = asked, style
        found = asked.clauses()
        self.clauses = itertools.cycle(found[style.first % len(found) :] + found[: style.first % len(found)])

    def text(self) -> str:
        """All parts in order, then what concerns the whole."""
        asked = self.asked
        body = self.body()
        if asked.has("two_responses"):
            body = f"{self.sentence()} {self.sentence()}\n******\n{body}"
        if asked.has("title"):
            body = f"{_TITLE[asked.language]}\n{body}"
        if request := asked.value("repeat_prompt", "prompt_to_repeat"):
            body = f"{request.strip()}\n{body}"
        if marker := asked.value("postscript", "postscript_marker"):
            body = f"{body}\n{marker.strip()} {self.sentence()}"
        if phrase := asked.value("end_checker", "end_phrase"):
            body = f"{body} {phrase.strip()}"
        return self.finished(body)

    def finished(self, text: str) -> str:
        """Case, JSON and quotation marks."""
        asked = self.asked
        if any(kind.endswith("_lowercase") for kind in asked.kinds):
            text = text.lower()
        if any(kind.endswith("_capital") for kind in asked.kinds):
            text = text.upper()
        if asked.has("no_comma"):
            text = text.replace(",", "") if not asked.has("repeat_prompt") else text
        if asked.has("json_format"):
            return json.dumps(text, ensure_ascii=False)
        return f'"{text}"' if asked.has("quotation") else text

    def sentence(self) -> str:
        """The next clause, as a sentence where there may be many."""
        clause = next(self.clauses)
        return f"{clause[0].upper()}{clause[1:]}{self.style.mark}" if self.style.long else clause

    def body(self) -> str:
        """The paragraphs; what is asked for in any place is in the last of them."""
        asked = self.asked
        count = asked.value("number_paragraphs", "num_paragraphs") or 1
        count = asked.value("nth_paragraph_first_word", "num_paragraphs") or count
        between = "\n\n" if asked.has("nth_paragraph_first_word") else "\n***\n"
        parts = [self.sentence() for _ in range(count)]
        extra = [" ".join(self.wanted()), self.filler()]
        parts[-1] = " ".join(part for part in (extra if self.style.ready else extra[::-1]) if part) or parts[-1]
        parts[-1] = "\n".join([parts[-1], *self.sections(), *self.bullets()])
        if word := asked.value("nth_paragraph_first_word", "first_word"):
            place = asked.value("nth_paragraph_first_word", "nth_paragraph") - 1
            parts[place] = f"{word} {parts[place]}"
        return between.join(parts)

    def sections(self) -> list[str]:
        """Headings, each with a sentence where there is room."""
        heading = self.asked.value("multiple_sections", "section_spliter") or ""
        count = self.asked.value("multiple_sections", "num_sections") or 0
        return [f"{heading.strip()} {n}\n{self.sentence()}" for n in range(1, count + 1)]

    def bullets(self) -> list[str]:
        """The lines of a list."""
        mark = "*" if self.asked.language == "es" else "-"
        return [f"{mark} {self.sentence()}" for _ in range(self.asked.value("number_bullet_lists", "num_bullets") or 0)]

    def filler(self) -> str:
        """As many words and sentences as are asked for at least, or one sentence."""
        asked = self.asked
        words = asked.least("number_words", "num_words") + self.style.spare
        count = asked.least("number_sentences", "num_sentences")
        count += self.style.spare * (count > 0)
        said: list[str] = []
        while not said or len(" ".join(said).split()) < words or len(said) < count:
            said.append(self.sentence())
        return " ".join(said)

    def wanted(self) -> Iterator[str]:
        """Words, letters and marks that may stand anywhere."""
        asked = self.asked
        for kind, own in asked.all:
            if kind.endswith(":existence"):
                yield from own["keywords"]
            if kind.endswith(":frequency") and own.get("relation") in _AT_LEAST:
                yield from [own["keyword"].strip()] * own["frequency"]
        yield from [_NOTE] * asked.least("capital_word_frequency", "capital_frequency", "capital_relation")
        yield (asked.value("letter_frequency", "letter") or "") * asked.least(
            "letter_frequency", "let_frequency", "let_relation"
        )
        yield from ("[OK]",) * (asked.value("number_placeholders", "num_placeholders") or 0)
        yield from ("*OK*",) * (asked.value("number_highlighted_sections", "num_highlights") or 0)
        if asked.has("constrained_response"):
            yield _OPTION[asked.language]
        if asked.language in _LOCAL:
            yield from _LOCAL[asked.language](asked)


def _french(asked: _Asked) -> Iterator[str]:
    """What only French instructions ask for."""
    words: Mapping[str, str] = asked.value("accents", "word_to_accentuate") or {}
    yield from words.values()
    if asked.has("informal_address"):
        yield "toi"


def _spanish(asked: _Asked) -> Iterator[str]:
    """What only Spanish instructions ask for."""
    yield from ["más"] * asked.least("tildes", "num_words")
    yield from ["niño"] * (asked.value("enie", "let_frequency") or 0)
    yield from ["pingüino"] * (asked.value("dieresis", "let_frequency") or 0)
    if asked.has("question_marks"):
        yield "¿no?"
    if asked.has("exclamation_marks"):
        yield "¡no!"


_LOCAL = {"fr": _french, "es": _spanish}
