"""Rewriting: every sentence must change, only right forms score, and nothing else may be added."""

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.text import sentences
from harness.task import load_task
from harness.task_check import check_task
from harness.types import LANGUAGES, Completion, Item
from tasks.content_production.rewriting import TASK, lexicon
from tasks.content_production.rewriting.drawing import LEVELS, Clause, Passage, Sentence, difficulty, draw_passage
from tasks.content_production.rewriting.french import conjugated
from tasks.content_production.rewriting.reading import accepted, plain
from tasks.content_production.rewriting.telling import order, source

NAME = "content_production/rewriting"
ALL = range(1, TASK.card.levels + 1)
BAD_FRENCH = re.compile(
    r"\b[Dd]e les?\b|\b[àÀ] les?\b|\b[Ss]i ils?\b"
    r"|\b(?:[Qq]ue|[Dd]e|[Jj]e|[Nn]e|[Ll]e|[Ll]a|[Mm]a|[Tt]a|[Ss]a) [aeiouyéèêAEIOUYÉ]"
    r"|  | ,|None|\{|[jn]'[^aeiouyéèêh]"
)
VERBS = {verb.base: (verb, things) for verb, things in lexicon.THINGS}


def clause(
    verb: str, thing: int, subject: str | int = "I", count: int = 1, owner: str | None = None, no: bool = False
) -> Clause:
    """A clause in the garden."""
    found, things = VERBS[verb]
    return Clause(subject, found, things[thing], count, owner, (0, 2), no)


def item(language: str, changes: tuple[str, ...], *made: Sentence, level: int = 1, both: bool = False) -> Item:
    """An item with chosen clauses; "I" becomes "she"."""
    told = TASK.tell(Passage(made, changes, True, both), language)  # type: ignore[arg-type]
    return Item("x", NAME, level, language, "x", 0, told.question, told.target, data=told.data)


def value(it: Item, text: str) -> float:
    """The score of a text."""
    found = TASK.score(it, Completion(it.id, text, "stop", 0, 0, "")).value
    assert found is not None
    return found


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """Some items of every level and language."""
    return [i for level in ALL for language in LANGUAGES for i in TASK.items(level, language, "tests", 20)]


def test_promises() -> None:
    """Gold scores 1, baselines 0, items are distinct and pinned."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


def test_difficulty_grows() -> None:
    """The stated proxy grows strictly, sentences and people never become fewer."""
    assert all(low < high for low, high in pairwise(map(difficulty, ALL)))
    for low, high in pairwise(LEVELS):
        assert low.sentences <= high.sentences
        assert low.cast <= high.cast


def test_every_sentence_must_change(items: list[Item]) -> None:
    """No sentence of the source is already right: repeating the question earns nothing, with or without its order."""
    for it in items:
        _, _, text = it.question.partition("\n")
        given = [plain(one, bool(it.data["contractions"])) for one in sentences(text)]
        wanted = [accepted(one["clauses"], one["joiner"]) for one in it.data["sentences"]]
        assert len(given) == len(wanted)
        assert not any(one in right for one, right in zip(given, wanted, strict=True)), it.question
        assert value(it, text) == 0


def test_tellings_are_parallel() -> None:
    """Both languages tell the same numbers and sentences."""
    for level in ALL:
        for fr, en in zip(TASK.items(level, "fr", "p", 5), TASK.items(level, "en", "p", 5), strict=True):
            assert re.findall(r"\d+", fr.question) == re.findall(r"\d+", en.question)
            assert len(fr.data["sentences"]) == len(en.data["sentences"])


def test_short_items_never_coincide() -> None:
    """Ten thousand items of the first levels are all different."""
    for level in (1, 2):
        seen = {source(draw_passage(Random(n % 7), level, n), "en") for n in range(10_000)}
        assert len(seen) == 10_000


def test_the_beginning_is_easy() -> None:
    """Level 1 only puts "she" for "I"; in French nothing but the pronoun changes."""
    for fr, en in zip(TASK.items(1, "fr", "easy", 50), TASK.items(1, "en", "easy", 50), strict=True):
        order, _, text = fr.question.partition("\n")
        assert order == "Récrivez avec « elle » au lieu de « je » :"
        assert fr.target == re.sub("^Je ", "Elle ", text)
        assert en.question.startswith('Rewrite with "she" instead of "I":\nI ')
        assert str(en.target).startswith("She ")


def test_french_grammar() -> None:
    """Elision, contraction and spaces, before and after the change."""
    for level in ALL:
        for n in range(40):
            passage = draw_passage(Random(f"{level}/{n}"), level, n)
            for text in (source(passage, "fr"), TASK.tell(passage, "fr").target, order(passage, "fr")):
                assert not BAD_FRENCH.search(text), text


FORMS = [
    ("wash", "je", "past", "lavais"),
    ("wash", "tu", "present", "laves"),
    ("wash", "vous", "present", "lavez"),
    ("wash", "elle", "future", "lavera"),
    ("take", "vous", "present", "prenez"),
    ("take", "il", "past", "prenait"),
    ("take", "je", "future", "prendrai"),
    ("write", "elle", "past", "écrivait"),
    ("write", "tu", "future", "écriras"),
    ("finish", "il", "past", "finissait"),
    ("finish", "vous", "present", "finissez"),
    ("open", "je", "present", "ouvre"),
    ("open", "elle", "future", "ouvrira"),
    ("sell", "il", "present", "vend"),
    ("sell", "je", "past", "vendais"),
    ("choose", "tu", "past", "choisissais"),
    ("build", "elle", "past", "construisait"),
    ("build", "je", "future", "construirai"),
    ("photograph", "elle", "future", "photographiera"),
]


def test_english_plurals() -> None:
    """Dresses, boxes and stories, word for word; no plural in `sss`."""
    plurals = {noun.en: noun.ens for _, nouns in lexicon.THINGS for noun in nouns}
    assert plurals["dress"] == "dresses"
    assert (plurals["box"], plurals["story"], plurals["boat"]) == ("boxes", "stories", "boats")
    assert [lexicon._plural(noun) for noun in ("watch", "brush", "day", "knife", "shelf")] == [
        "watches", "brushes", "days", "knives", "shelves",
    ]  # fmt: skip
    assert not [plural for plural in plurals.values() if re.search(r"(?:ss|x|ch|sh)s$|[^aeiou]ys$|[^f]fs$", plural)]
    assert ("sans bruit", "quietly") in lexicon.ADJUNCTS


@pytest.mark.parametrize(("verb", "who", "tense", "form"), FORMS)
def test_conjugation_pins(verb: str, who: str, tense: str, form: str) -> None:
    """Forms, word for word."""
    assert conjugated(VERBS[verb][0], who, tense) == form  # type: ignore[arg-type]


def test_french_agreement_pins() -> None:
    """Participles, possessives and elision, word for word."""
    passive = item(
        "fr", ("voice", "future"), Sentence((clause("write", 0, 0, 3),)), Sentence((clause("take", 0, 5, no=True),))
    )
    assert passive.target == (
        "3 lettres seront écrites par Paul dans le jardin. La photo ne sera pas prise par la voisine dans le jardin."
    )
    owned = item("fr", ("person",), Sentence((clause("open", 1, owner="I"), clause("help", 2, owner="I", no=True)), 1))
    assert owned.question.endswith("J'ouvre mon armoire dans le jardin, mais je n'aide pas mon élève dans le jardin.")
    assert owned.target == "Elle ouvre son armoire dans le jardin, mais elle n'aide pas son élève dans le jardin."
    assert [noun.frs for _, nouns in VERBS.values() for noun in nouns if noun.fr in ("bateau", "vélo")][:2] == [
        "vélos",
        "bateaux",
    ]


WASH = Sentence((clause("wash", 0, count=3),))
BOTH = Sentence((clause("repair", 0, owner="I"), clause("close", 0, no=True)), 0)
EN1, FR1 = item("en", ("person",), WASH), item("fr", ("person",), WASH)
EN2 = item("en", ("person", "future"), WASH, BOTH)
FR2 = item("fr", ("person", "future"), WASH, BOTH)
PASSIVE = Sentence((clause("draw", 1, 0),))
ENP, FRP = item("en", ("voice",), PASSIVE), item("fr", ("voice", "past"), PASSIVE)
FORMAL = Sentence((clause("wash", 2, "you", owner="you", no=True),))
ENR, FRR = item("en", ("register",), FORMAL), item("fr", ("register",), FORMAL)
CORPUS: list[tuple[Item, str, float]] = [
    (EN1, "She washes 3 shirts in the garden.", 1),
    (EN1, "she washes 3 shirts in the garden", 1),
    (EN1, "In the garden, she washes 3 shirts.", 1),
    (EN1, "Answer: She washes 3 shirts in the garden.", 1),
    (EN1, "Here is the text:\n\n**She washes 3 shirts in the garden.**", 1),
    (EN1, '"She washes 3 shirts in the garden."', 1),
    (EN1, "```\nShe washes 3 shirts in the garden.\n```", 1),
    (EN1, "She wash 3 shirts in the garden.", 0),
    (EN1, "He washes 3 shirts in the garden.", 0),
    (EN1, "She washes 4 shirts in the garden.", 0),
    (EN1, "She washed 3 shirts in the garden.", 0),
    (EN1, "She washes 3 shirts.", 0),
    (EN1, "She washes 3 shirts in the big garden.", 0),
    (EN1, "I wash 3 shirts in the garden.", 0),
    (EN1, "She washes 3 shirts in the garden. He washes 3 shirts in the garden.", 0),
    (EN1, "She he washes wash 3 shirts in the garden.", 0),
    (EN1, "", 0),
    (EN1, "She", 0),
    (
        EN2,
        "She will wash 3 shirts in the garden. "
        "She will repair her bicycle in the garden and she will not close the door in the garden.",
        1,
    ),
    (
        EN2,
        "She'll wash 3 shirts in the garden. "
        "In the garden she will repair her bicycle and she won’t close the door in the garden.",
        1,
    ),
    (
        EN2,
        "She will wash 3 shirts in the garden. "
        "She will repair her bicycle in the garden and will not close the door in the garden.",
        1,
    ),
    (
        EN2,
        "She will wash 3 shirts in the garden. "
        "She will repair my bicycle in the garden and will not close the door in the garden.",
        0.5,
    ),
    (EN2, "She will wash 3 shirts in the garden.", 0.5),
    (EN2, "She will repair her bicycle in the garden and not close the door in the garden.", 0.5),
    (ENP, "The house is drawn by Paul in the garden.", 1),
    (ENP, "The house is drawn in the garden by Paul.", 1),
    (ENP, "In the garden, the house is drawn by Paul.", 1),
    (ENP, "Paul is drawn by the house in the garden.", 0),
    (ENP, "The house is drew by Paul in the garden.", 0),
    (ENR, "You do not wash your car in the garden.", 1),
    (ENR, "You don't wash your car in the garden.", 0),
    (FR1, "Elle lave 3 chemises dans le jardin.", 1),
    (FR1, "Réponse : elle lave 3 chemises dans le jardin", 1),
    (FR1, "Dans le jardin, elle lave 3 chemises.", 1),
    (FR1, "« Elle lave 3 chemises dans le jardin. »", 1),
    (FR1, "Elle laves 3 chemises dans le jardin.", 0),
    (FR1, "Il lave 3 chemises dans le jardin.", 0),
    (
        FR2,
        "Elle lavera 3 chemises dans le jardin. "
        "Elle réparera son vélo dans le jardin et elle ne fermera pas la porte dans le jardin.",
        1,
    ),
    (
        FR2,
        "Elle lavera 3 chemises dans le jardin. "
        "Elle réparera son vélo dans le jardin et ne fermera pas la porte dans le jardin.",
        1,
    ),
    (
        FR2,
        "Elle lavera 3 chemises dans le jardin. "
        "Elle réparera mon vélo dans le jardin et ne fermera pas la porte dans le jardin.",
        0.5,
    ),
    (FR2, "Elle laverait 3 chemises dans le jardin. Elle répara son vélo dans le jardin.", 0),
    (FRP, "La maison était dessinée par Paul dans le jardin.", 1),
    (FRP, "La maison était dessinée dans le jardin par Paul.", 1),
    (FRP, "La maison était dessiné par Paul dans le jardin.", 0),
    (FRR, "Vous ne lavez pas votre voiture dans le jardin.", 1),
    (FRR, "Vous ne lavez pas ta voiture dans le jardin.", 0),
    (FRR, "Tu ne laves pas ta voiture dans le jardin.", 0),
]


@pytest.mark.parametrize(("it", "text", "expected"), CORPUS)
def test_judge_corpus(it: Item, text: str, expected: float) -> None:
    """Order and form are free where the language leaves them so; a wrong form is wrong."""
    assert value(it, text) == expected


def test_lists_of_guesses_earn_nothing() -> None:
    """Neither every pronoun nor the whole prompt is an answer."""
    guesses = " ".join(f"{who} washes 3 shirts in the garden." for who in ("He", "She", "It", "They"))
    assert value(EN1, guesses) == 0
    request = TASK.request(TASK.items(1, "en", "attack", 1)[0])
    (it,) = TASK.items(1, "en", "attack", 1)
    assert value(it, "\n".join(message.content for message in request.messages)) == 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    """No text raises, and none without the sentence scores."""
    assert value(FR2, text) == 0


@pytest.mark.parametrize("text", ["\ud800 " * 500_000, "\0" * 1_000_000, "a. " * 300_000, "\u0300" * 100_000])
def test_hostile_texts_score_nothing(text: str) -> None:
    """A megabyte of noise is judged quickly."""
    assert value(FR1, text) == 0
