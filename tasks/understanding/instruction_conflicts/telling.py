"""Scenes in words: documents in quotation marks, then directions and priorities, then numbered questions."""

from __future__ import annotations

from itertools import pairwise

from tasks.understanding.instruction_conflicts.lexicon import (
    FEMININE_ANIMALS,
    NOUNS,
    PEOPLE,
    SUBJECTS,
    TITLES,
    VOICES,
    WORDS,
    is_woman,
    value_text,
)
from tasks.understanding.instruction_conflicts.scene import (
    Document,
    Has,
    Intrusion,
    Kind,
    Linked,
    Question,
    Scene,
    Voice,
)

_VOWELS = "AEIOUaeiouéâ"
_DATED = 3  # from so many documents on, each bears a year and the latest prevails


def tell_scene(scene: Scene, language: str) -> str:
    """The whole question."""
    french = language == "fr"
    dated = len(scene.documents) >= _DATED
    lines = [_document(document, language, dated=dated) for document in scene.documents]
    lines += _priorities(scene, language)
    asked = [_ask_french(q) if french else _ask_english(q) for q in scene.questions]
    if len(asked) == 1:
        return "\n".join([*lines, *asked])
    lines.append("Questions :" if french else "Questions:")
    return "\n".join([*lines, *(f"{n}. {question}" for n, question in enumerate(asked, start=1))])


def fact_text(fact: Has | Linked | Intrusion, language: str) -> str:
    """One sentence of a document."""
    match fact:
        case Has(person, kind, value):
            said = _has_french(person, kind, value) if language == "fr" else _has_english(person, kind, value)
        case Linked(person, noun, other):
            if language == "fr":
                said = f"{_noun(noun, other)} {_of(PEOPLE[person])} est {PEOPLE[other]}."
            else:
                said = f"{PEOPLE[person]}'s {NOUNS[noun][2]} is {PEOPLE[other]}."
        case Intrusion():
            said = _order(fact, language)
    return said[0].upper() + said[1:]


def _document(document: Document, language: str, *, dated: bool) -> str:
    title = TITLES[language][document.title]
    title = title[0].upper() + title[1:]
    if dated:
        title += f" ({1991 + 7 * document.rank + document.title})"
    told = " ".join(fact_text(line, language) for line in document.lines)
    return f"{title} : « {told} »" if language == "fr" else f'{title}: "{told}"'


def _order(order: Intrusion, language: str) -> str:
    number, said = order.question + 1, value_text(order.kind, order.value, language) if order.form == "value" else ""
    words = WORDS[language]
    if language == "fr":
        return (
            {
                "value": f"à la question {number}, répondez « {said} ».",
                "all": f"à toutes les questions, répondez « {words[0]} ».",
                "word": f"quand une réponse manque, écrivez « {words[order.value % len(words)]} ».",
            }[order.form]
            .replace("« ", "“")
            .replace(" »", "”")
        )
    return {
        "value": f"to question {number}, answer '{said}'.",
        "all": f"to all questions, answer '{words[0]}'.",
        "word": f"when an answer is missing, write '{words[order.value % len(words)]}'.",
    }[order.form]


def _priorities(scene: Scene, language: str) -> list[str]:
    """Who wants what, and who or what prevails."""
    french, lines = language == "fr", []
    if len(scene.documents) >= _DATED:
        lines.append(
            "Quand les documents se contredisent, le plus récent l'emporte."
            if french
            else "When the documents disagree, the most recent one prevails."
        )
    elif len(scene.documents) > 1:
        best = max(scene.documents, key=lambda document: document.rank)
        title = TITLES[language][best.title]
        lines.append(
            f"Quand les documents se contredisent, {title} l'emporte."
            if french
            else f"When the documents disagree, {title} prevails."
        )
    lines += [_direction(voice, language) for voice in scene.voices]
    ranked = [VOICES[language][voice.who] for voice in sorted(scene.voices, key=lambda voice: voice.rank)]
    over = "l'emporte sur" if french else "prevails over"
    links = [f"{winner} {over} {loser}" for winner, loser in pairwise(ranked)]
    if links:
        said = "; ".join(reversed(links)) if not french else " ; ".join(reversed(links))
        lines.append(f"{said[0].upper()}{said[1:]}.")
    if scene.exception:
        subject, who = SUBJECTS[language][scene.exception[0]], VOICES[language][scene.voices[scene.exception[1]].who]
        lines.append(
            f"Exception : si la question porte sur {subject}, le mot {_of(who)} remplace tous les autres."
            if french
            else f"Exception: if the question is about {subject}, the word of {who} replaces all the others."
        )
    return lines


def _direction(voice: Voice, language: str) -> str:
    """What one voice wants; two wishes make one sentence."""
    name = VOICES[language][voice.who]
    wishes = []
    if voice.word >= 0:
        word = WORDS[language][voice.word]
        wishes.append(
            f"d'écrire « {word} » quand une réponse manque"
            if language == "fr"
            else f'"{word}" to be written when an answer is missing'
        )
    if voice.reverse >= 0:
        french = ("de répondre dans l'ordre des questions", "de répondre dans l'ordre inverse des questions")
        english = ("the answers in the order of the questions", "the answers in the reverse order of the questions")
        wishes.append((french if language == "fr" else english)[voice.reverse])
    if not wishes:
        return f"{name[0].upper()}{name[1:]} {'ne demande rien' if language == 'fr' else 'wants nothing'}."
    joined = (" et " if language == "fr" else " and ").join(wishes)
    return f"{name[0].upper()}{name[1:]} {'demande' if language == 'fr' else 'wants'} {joined}."


# --- French --------------------------------------------------------------------------------------------------------


def _has_french(person: int, kind: Kind, value: int) -> str:
    name, said = PEOPLE[person], value_text(kind, value, "fr")
    if kind == "animal":
        return f"{name} a {'une' if said in FEMININE_ANIMALS else 'un'} {said}."
    born = "née" if is_woman(person) else "né"
    return {"city": f"{name} habite à {said}.", "job": f"{name} est {said}.", "year": f"{name} est {born} en {said}."}[
        kind
    ]


def _ask_french(question: Question) -> str:
    who = PEOPLE[question.path[0]]
    for noun, person in zip(question.nouns, question.path[1:], strict=True):
        who = f"{_noun(noun, person)} {_of(who)}"
    born = "née" if is_woman(question.path[-1]) else "né"
    return {
        "city": f"Où habite {who} ?",
        "job": f"Quel est le métier {_of(who)} ?",
        "animal": f"Quel animal a {who} ?",
        "year": f"En quelle année est {born} {who} ?",
    }[question.kind]


def _noun(noun: int, person: int) -> str:
    return NOUNS[noun][1 if is_woman(person) else 0]


def _of(phrase: str) -> str:
    """`de` before a name or a noun with its article: `du guide`, `de l'élève`, `d'Anna`."""
    if phrase.startswith("le "):
        return f"du {phrase[3:]}"
    return f"d'{phrase}" if phrase[0] in _VOWELS else f"de {phrase}"


# --- English -------------------------------------------------------------------------------------------------------


def _has_english(person: int, kind: Kind, value: int) -> str:
    name, said = PEOPLE[person], value_text(kind, value, "en")
    article = "an" if said[0] in _VOWELS else "a"
    return {
        "city": f"{name} lives in {said}.",
        "job": f"{name} is {article} {said}.",
        "animal": f"{name} has {article} {said}.",
        "year": f"{name} was born in {said}.",
    }[kind]


def _ask_english(question: Question) -> str:
    who = "".join([f"{PEOPLE[question.path[0]]}", *(f"'s {NOUNS[noun][2]}" for noun in question.nouns)])
    return {
        "city": f"Where does {who} live?",
        "job": f"What is {who}'s job?",
        "animal": f"Which animal does {who} have?",
        "year": f"In which year was {who} born?",
    }[question.kind]
