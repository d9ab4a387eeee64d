"""A passage in two languages: the text of either, and all that is as good as the telling in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.types import Json
from tasks.content_production.translation.structure import Clause, Passage, Sentence
from tasks.content_production.translation.tongue import Said, Tongue
from tasks.content_production.translation.tongues import TONGUES


def text(passage: Passage, language: str) -> str:
    """The passage as told."""
    return " ".join(told(passage, language))


def told(passage: Passage, language: str) -> list[str]:
    """The sentences as told."""
    return [_sentence(sentence, TONGUES[language]) for sentence in passage.sentences]


def question(passage: Passage, language: str) -> str:
    """The passage in the language that is translated from, after its words in both where they are given."""
    source, target = passage.pair(language)
    line = text(passage, source)
    if not passage.lexicon:
        return line
    (clause,) = passage.sentences[0].clauses
    pairs = zip(_words(clause, TONGUES[source]), _words(clause, TONGUES[target]), strict=True)
    return "\n".join([", ".join(f"{one} = {two}" for one, two in pairs), line])


def data(passage: Passage, language: str) -> dict[str, Json]:
    """The target language, the source's sentences, and the pieces of every sentence in the target language."""
    source, target = passage.pair(language)
    tongue = TONGUES[target]
    pieces = [_pieces(sentence, tongue) for sentence in passage.sentences]
    return {"into": target, "source": told(passage, source), "sentences": pieces}


def arranged(order: str, said: Sequence[str]) -> str:
    """Pieces (who, finite verb, rest of the verb, thing, adjunct) in an order."""
    return " ".join(piece for mark in order if (piece := said["WVRTA".index(mark)]))


def _sentence(sentence: Sentence, tongue: Tongue) -> str:
    if sentence.idiom is not None:
        return f"{tongue.idioms[sentence.idiom][0]}."
    first, *others = sentence.clauses
    line = _first(tongue.said(first))
    if first.bare:
        return line
    for clause in others:
        word, place = tongue.links[sentence.link][0]
        comma = "," if place == "under" or word in tongue.after_comma else ""
        line = f"{line}{comma} {word} {_first(tongue.said(clause, place))}"
    return tongue.smooth(f"{line}.")


def _first(said: Said) -> str:
    finite, _, rest = said.verbs[0].partition("|")
    return arranged(said.orders[0], (said.who, finite, rest, said.things[0], *(said.adjuncts[:1] or ("",))))


def _pieces(sentence: Sentence, tongue: Tongue) -> Json:
    if sentence.idiom is not None:
        return {"idiom": list(tongue.idioms[sentence.idiom])}
    clauses = [tongue.said(clause) for clause in sentence.clauses]
    links = []
    if len(clauses) > 1:
        links = [[word, list(tongue.orders(place))] for word, place in tongue.links[sentence.link]]
    return {
        "clauses": [[s.who, list(s.verbs), list(s.things), list(s.adjuncts)] for s in clauses],
        "orders": list(clauses[0].orders),
        "links": links,
    }


def _words(clause: Clause, tongue: Tongue) -> list[str]:
    """The verb, the plural and its quality, apart, in the forms that the text needs."""
    plural = tongue.thing(replace(clause, quality=None))[0].split()[1]
    verb = [] if clause.bare else [tongue.verb(clause)[0]]
    quality = [word for word in tongue.thing(clause)[0].split()[1:] if word != plural]
    return [*verb, plural, *quality]
