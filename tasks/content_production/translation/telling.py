"""A passage in both languages: for every part, the rendering that is told and those that are as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.content_production.translation.drawing import Clause, Passage, Sentence
from tasks.content_production.translation.lexicon import (
    ADJUNCTS,
    IDIOMS,
    LINKS,
    NAMES,
    QUALITIES,
    THINGS,
    Choices,
    Noun,
    Quality,
    Verb,
)

_VOWELS = tuple("aeiouyéèêhAEIOUYÉH")
_COMMA = ("mais", "but")
_NE_ELIDED = "n'"


@dataclass(frozen=True, slots=True)
class Said:
    """A clause: who, the verb, the thing, where or when; the first of each is what is told."""

    who: str
    verb: Choices
    thing: Choices
    adjunct: Choices


def clauses(sentence: Sentence, language: str) -> list[Said]:
    """The clauses of a sentence."""
    return [_french(clause) if language == "fr" else _english(clause) for clause in sentence.clauses]


def link(sentence: Sentence, language: str) -> Choices:
    """What may stand between two clauses."""
    return LINKS[sentence.link][language == "en"]


def text(passage: Passage, language: str) -> str:
    """The passage as told."""
    return " ".join(_told(sentence, language) for sentence in passage.sentences)


def _told(sentence: Sentence, language: str) -> str:
    if sentence.idiom is not None:
        return f"{IDIOMS[sentence.idiom][language == 'en'][0]}."
    parts = [" ".join((one.who, one.verb[0], one.thing[0], *one.adjunct[:1])) for one in clauses(sentence, language)]
    if len(parts) == 1:
        return f"{parts[0]}."
    word = link(sentence, language)[0]
    line = f"{parts[0]}{',' if word in _COMMA else ''} {word} {parts[1]}."
    return elided(line) if language == "fr" else line


def elided(text: str) -> str:
    """The text with `que` elided: "parce qu'Anna"."""
    for vowel in _VOWELS:
        text = text.replace(f" que {vowel}", f" qu'{vowel}")
    return text


# --- French ------------------------------------------------------------------------------------------------------


def _french(clause: Clause) -> Said:
    verb, noun = THINGS[clause.thing]
    forms = _tenses_fr(verb, clause.tense)
    adjunct = () if clause.adjunct is None else (ADJUNCTS[clause.adjunct][0],)
    return Said(
        NAMES[clause.who][0],
        tuple(_denied_fr(form) for form in forms) if clause.denied else forms,
        (_thing_fr(clause, noun),),
        adjunct,
    )


def _tenses_fr(verb: Verb, tense: str) -> Choices:
    if tense == "present":
        return (verb.present,)
    if tense == "past":
        return f"a {verb.participle}", verb.imperfect
    return verb.future, f"va {verb.infinitive}"


def _denied_fr(form: str) -> str:
    verb, space, rest = form.partition(" ")
    return f"{_NE_ELIDED if verb.startswith(_VOWELS) else 'ne '}{verb} pas{space}{rest}"


def _thing_fr(clause: Clause, noun: Noun) -> str:
    quality = None if clause.quality is None else QUALITIES[clause.quality]
    said = _described(noun, quality, clause.count > 1)
    vowel, feminine = said.startswith(_VOWELS), noun.gender == "f"
    if clause.article == "count":
        return f"{clause.count} {said}"
    if clause.article == "the":
        return f"l'{said}" if vowel else f"{'la' if feminine else 'le'} {said}"
    if clause.article == "a":
        return f"{'une' if feminine else 'un'} {said}"
    if clause.article == "this":
        return f"{'cette' if feminine else 'cet' if vowel else 'ce'} {said}"
    return f"{'sa' if feminine and not vowel else 'son'} {said}"


def _described(noun: Noun, quality: Quality | None, many: bool) -> str:
    name = noun.frs if many else noun.fr
    if quality is None:
        return name
    form = quality.forms[2 * many + (noun.gender == "f")]
    return f"{form} {name}" if quality.before else f"{name} {form}"


# --- English -----------------------------------------------------------------------------------------------------


def _english(clause: Clause) -> Said:
    verb, noun = THINGS[clause.thing]
    adjunct = () if clause.adjunct is None else ADJUNCTS[clause.adjunct][1]
    return Said(NAMES[clause.who][0], _tenses_en(verb, clause), _thing_en(clause, noun), adjunct)


def _tenses_en(verb: Verb, clause: Clause) -> Choices:
    no = "not " if clause.denied else ""
    if clause.tense == "present":
        return f"does not {verb.base}" if no else verb.third, f"is {no}{verb.doing}"
    if clause.tense == "past":
        return f"did not {verb.base}" if no else verb.past, f"was {no}{verb.doing}", f"has {no}{verb.done}"
    return f"will {no}{verb.base}", f"is {no}going to {verb.base}", f"will {no}be {verb.doing}"


def _thing_en(clause: Clause, noun: Noun) -> Choices:
    names: Sequence[str] = noun.ens if clause.count > 1 else noun.en
    if clause.quality is not None:
        names = [f"{quality} {name}" for name in names for quality in QUALITIES[clause.quality].en]
    if clause.article == "a":
        return tuple(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in names)
    if clause.article == "this":
        return tuple(f"{this} {name}" for this in ("this", "that") for name in names)
    own = "her" if NAMES[clause.who][1] == "f" else "his"
    article = {"count": str(clause.count), "own": own}.get(clause.article, "the")
    return tuple(f"{article} {name}" for name in names)
