"""Writing under constraints: conditions are provably satisfiable, and only a real text that meets them all scores."""

import math
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UnknownNameError
from harness.metrics.text import first_letters, sentences, word_forms, words
from harness.task import generator, load_task
from harness.task_check import check_task
from harness.types import LANGUAGES, Completion, Item
from tasks.content_production.constrained_writing import TASK, lexicon, recipe
from tasks.content_production.constrained_writing import constraints as c
from tasks.content_production.constrained_writing.witness import vocabulary

NAME = "content_production/constrained_writing"
LEVELS = range(1, TASK.card.levels + 1)


def item(language: str, *conditions: c.Constraint, level: int = 1) -> Item:
    """An item with chosen conditions."""
    question = "; ".join(condition.say(language) for condition in conditions)
    data = {"constraints": [condition.to_json() for condition in conditions]}
    return Item("x", NAME, level, language, "x", 0, question, "", data=data)


def value(it: Item, text: str) -> float | None:
    """The score of a text."""
    return TASK.score(it, Completion(it.id, text, "stop", 0, 0, "")).value


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """Some items of every level and language."""
    return [i for level in LEVELS for language in LANGUAGES for i in TASK.items(level, language, "tests", 8)]


def test_promises() -> None:
    """Gold scores 1, baselines 0, items are distinct and pinned."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


def test_witness_proves_satisfiability(items: list[Item]) -> None:
    """The gold answer meets every condition, in the language at hand."""
    for it in items:
        assert all(c.from_json(data).holds(c.Text(it.target)) for data in it.data["constraints"]), it.id


def test_a_text_is_read_as_the_metrics_read_it(items: list[Item]) -> None:
    """Forms, counts and initials read once for all conditions are those of `harness.metrics.text`."""
    for text in [it.target for it in items] + ["L'eau, dit M. Paul, coule . Où ?", "", "...", "a\u00a0!b « c »."]:
        read = c.Text(text)
        assert read.forms == word_forms(text)
        assert (read.words, read.initials) == (len(words(text)), first_letters(text))
        assert read.lengths == tuple(len(words(sentence)) for sentence in sentences(text))


def test_the_vocabulary_holds_no_banned_letter() -> None:
    """Without some letters and long words, exactly the words that fit are left."""
    known = vocabulary("bdr", 8)
    assert known.nouns
    for pair in lexicon.NOUNS:
        forms = word_forms(f"{pair.fr} {pair.en}")
        fits = max(map(len, forms)) <= 8 and not set("bdr") & set("".join(forms))
        assert (pair in known.nouns) == fits, pair.fr


def test_every_condition_matters(items: list[Item]) -> None:
    """The witness of one item does not satisfy another item of its level."""
    by_level = {(it.level, it.language, it.index): it for it in items}
    for it in items:
        other = by_level[it.level, it.language, (it.index + 1) % 8]
        assert value(it, other.target) == 0.0


def test_level_is_the_number_of_conditions(items: list[Item]) -> None:
    """Difficulty grows: level n asks for n conditions of n kinds, over no fewer sentences than below."""
    for it in items:
        kinds = [data["kind"] for data in it.data["constraints"]]
        assert len(kinds) == len(set(kinds)) == it.level
    lengths = {it.level: len(c.base.word_forms(it.target)) for it in items if it.language == "en"}
    assert lengths[12] > lengths[8] > lengths[4] > lengths[1]


def test_tellings_are_parallel(items: list[Item]) -> None:
    """French and English ask for the same kinds with the same numbers and letters."""
    same = ("kind", "low", "high", "letters", "times", "place", "limit", "count", "counts")
    grouped: dict[str, list[Any]] = {}
    for it in items:
        shape = [{k: v for k, v in data.items() if k in same} for data in it.data["constraints"]]
        grouped.setdefault(it.cluster, []).append(shape)
    assert all(len(shapes) == 2 and shapes[0] == shapes[1] for shapes in grouped.values())


def test_french_grammar(items: list[Item]) -> None:
    """No missing elision or contraction, no wrong article, no double space, in questions and witnesses."""
    wrong = r"\b(de le|de les|à le|à les|si il|que il|le [aeiouéè]\w*|la [aeiouéè]\w*|de [aeiouéè]\w*)\b|  |\(|None"
    for it in items:
        if it.language == "fr":
            quoted = re.sub(r"« [^»]* »", "« x »", it.question)
            assert not re.search(wrong, quoted), quoted
            assert not re.search(wrong, it.target), it.target
    feminine = {noun.fr for noun in lexicon.NOUNS if noun.gender == "f"}
    for article, noun in re.findall(r"\b(une?) (\w+)", " ".join(it.target for it in items if it.language == "fr")):
        assert (article == "une") == (noun in feminine), noun


def test_english_grammar(items: list[Item]) -> None:
    """`a` and `an` fit the next word."""
    for article, word in re.findall(r"\b(an?) (\w+)", " ".join(it.target for it in items if it.language == "en")):
        assert (article == "an") == (word[0] in "aeiou" and not word.startswith("use")), word


def test_adverbs_fit_their_verbs() -> None:
    """One adverb of manner a sentence at most, and only with a verb of an action: nobody wants a piano politely."""
    manner = "|".join(pair.en for pair in lexicon.OFTEN + lexicon.ENDS if pair in lexicon.MANNER)
    actions = {pair.en for pair in lexicon.ACTIONS}
    verbs = "|".join(pair.en for pair in lexicon.VERBS)
    said = [s for level in LEVELS for it in TASK.items(level, "en", "manner", 40) for s in sentences(it.target)]
    found = [sentence for sentence in said if re.search(rf"\b(?:{manner})\b", sentence)]
    assert len(found) > 20
    for sentence in found:
        assert len(re.findall(rf"\b(?:{manner})\b", sentence)) == 1, sentence
        verb = re.search(rf"\b(?:{verbs})\b", sentence)
        assert verb, sentence
        assert verb.group() in actions, sentence


def test_english_stands_in_the_rain() -> None:
    """Under the bridge, but in the rain, the snow and the sun, whatever French says."""
    places = {f"{key.partition(':')[2]} the {place.en}" for key, group in lexicon.PLACES.items() for place in group}
    assert {"in the rain", "in the snow", "in the sun", "under the bridge", "on the bridge"} <= places
    assert not {"under the rain", "under the snow", "under the sun"} & places


def test_the_first_items_differ() -> None:
    """At the low levels no two of 10,000 indices, nor a worked example, have the same name and noun to include."""
    assert math.gcd(len(lexicon.NAMES) * len(lexicon.NOUNS), recipe._STRIDE) == 1
    keys = {recipe._key(Random(n % 7), n) for n in (*range(10_000), *range(1_000_000, 1_000_003))}
    assert len(keys) == 10_003
    for level in (1, 2, 3):
        for it in TASK.items(level, "en", "keys", 50):
            rng = generator(NAME, level, "keys", it.index)
            assert {pair.en for pair in recipe._key(rng, it.index)} == set(it.data["constraints"][0]["words"])


def test_lexicon_pairs_are_single_words() -> None:
    """Every pair is one word in each language, nouns have a gender, and no place needs an elision."""
    places = [place for group in lexicon.PLACES.values() for place in group]
    groups = (lexicon.NAMES, lexicon.NOUNS, lexicon.ADJECTIVES, lexicon.VERBS, lexicon.OFTEN, lexicon.ENDS, places)
    for group in groups:
        assert all(pair.fr and pair.en and " " not in pair.fr + pair.en for pair in group)
    assert all(noun.gender in ("m", "f") for noun in (*lexicon.NOUNS, *places))
    assert all(place.fr[0] not in "aeiouéèêh" for place in places)
    for distinct in (lexicon.NAMES, lexicon.NOUNS, lexicon.VERBS, lexicon.COMMON):
        assert len({pair.fr for pair in distinct}) == len({pair.en for pair in distinct}) == len(distinct)


CASES: list[tuple[c.Constraint, str, bool]] = [
    (c.Include(("cat", "Zoe")), "Zoé has a CAT.", True),
    (c.Include(("cat", "Zoe")), "Zoe has two cats.", False),
    (c.Include(("eau", "chat")), "Le chat boit l'eau.", True),
    (c.Avoid(("is",)), "This island shines.", True),
    (c.Avoid(("is",)), "It IS here.", False),
    (c.Register("however", ("cool",)), "He, however, sleeps.", True),
    (c.Register("however", ("cool",)), "He, however, is cool.", False),
    (c.Register("however", ("cool",)), "He sleeps.", False),
    (c.Repeat("cat", 2), "A cat sees a cat.", True),
    (c.Repeat("cat", 2), "A cat sees a cat and a cat.", False),
    (c.LastWord("garden"), "He is in the garden!", True),
    (c.LastWord("garden"), "The garden is big.", False),
    (c.LastWord("garden"), "", False),
    (c.Each("often"), "I often eat. I often run.", True),
    (c.Each("often"), "I often eat. I run.", False),
    (c.Each("often"), "", False),
    (c.InSentence(2, "dog"), "A cat. A dog.", True),
    (c.InSentence(2, "dog"), "A dog. A cat.", False),
    (c.InSentence(3, "dog"), "A dog. A dog.", False),
    (c.Before("cat", "dog"), "A cat. A dog. A cat.", True),
    (c.Before("cat", "dog"), "A cat and a dog.", False),
    (c.Before("cat", "dog"), "A cat.", False),
    (c.NoLetters("ez"), "Un chat noir.", True),
    (c.NoLetters("ez"), "Un été.", False),
    (c.LongestWord(4), "L'eau, vite !", True),
    (c.LongestWord(4), "Seven cats.", False),
    (c.Shout(), "Go away !", True),
    (c.Shout(), "Go! Away.", False),
    (c.SentenceCount(2, 2), "One. Two.", True),
    (c.SentenceCount(2, 2), "One. Two. Three.", False),
    (c.WordCount(3, 4), "One, two — three.", True),
    (c.WordCount(3, 4), "One two.", False),
    (c.Initials("AB"), "À table. Bien.", True),
    (c.Initials("AB"), "Bien. À table.", False),
    (c.Ascending(3), "Ann is. Bob is. Éva is.", True),
    (c.Ascending(3), "Ann is. Bob is. Bob was.", False),
    (c.Ascending(3), "Ann is. Bob is.", False),
    (c.Lengths((2, 1)), "One two. Three.", True),
    (c.Lengths((2, 1)), "One. Two three.", False),
    (c.Chain(), "Ann sees Bob. Bob sees a cat.", True),
    (c.Chain(), "Ann sees Bob. Ann sees a cat.", False),
    (c.Chain(), "Ann sees Bob.", False),
    (c.Ring(), "Ann sees Bob. Bob sees Ann.", True),
    (c.Ring(), "Ann.", False),
]


@pytest.mark.parametrize(("condition", "text", "holds"), CASES)
def test_conditions(condition: c.Constraint, text: str, holds: bool) -> None:
    """Each kind holds where a person says so, and survives being written down."""
    assert condition.holds(c.Text(text)) is holds
    assert c.from_json(condition.to_json()) == condition


def test_every_kind_is_tested() -> None:
    """No kind without a case for and a case against."""
    for verdict in (True, False):
        assert {condition.kind for condition, _, holds in CASES if holds is verdict} == set(c.KINDS)


def test_unknown_kind() -> None:
    """A kind that does not exist is refused with the kinds that do."""
    with pytest.raises(UnknownNameError, match="in_sentence"):
        c.from_json({"kind": "rhyme"})


EN = item("en", c.Include(("Paul", "cat")))
FR = item("fr", c.Include(("Paul", "chat")))
TWO = item("en", c.Include(("Paul", "cat")), c.SentenceCount(2, 2), c.NoLetters("z"), level=3)
CORPUS: list[tuple[Item, str, float]] = [
    (EN, "Paul has a cat.", 1.0),
    (EN, "paul has a CAT!", 1.0),
    (EN, "**Paul has a cat.**", 1.0),
    (EN, '"Paul has a cat."', 1.0),
    (EN, "Answer: Paul has a cat.", 1.0),
    (EN, "Here is a text:\n\nPaul has a cat.", 1.0),
    (EN, "```text\nPaul has a cat.\n```", 1.0),
    (EN, "Paul has a cat.\n\nThis text meets the condition.", 1.0),
    (EN, "The cat's friend, Paul, sleeps on the sofa. He is happy.", 1.0),
    (EN, "Paul has a dog.", 0.0),
    (EN, "Paul has two cats.", 0.0),
    (EN, "Paul has a cat", 0.0),
    (EN, "Paul cat.", 0.0),
    (EN, "Paul, cat.", 0.0),
    (EN, "Paul cat Paul cat.", 0.0),
    (EN, "Paul cat cat cat cat the the the.", 0.0),
    (EN, "Paul and cat.", 0.0),
    (EN, 'the words "Paul" and "cat".', 0.0),
    (EN, f"Write a text with {EN.question}.", 0.0),
    (EN, TASK.instruction(1, "en") + " Paul has a cat.", 0.0),
    (EN, "Paul has a cat. " * 3, 0.0),
    (EN, "Paul has a cat. " + "The dog sees another big animal here. " * 40, 0.0),
    (EN, "Paul a un chat, un cat et un chien.", 0.0),
    (EN, "", 0.0),
    (EN, "A", 0.0),
    (FR, "Paul a un chat.", 1.0),
    (FR, "Voici un texte :\n\nPaul a un chat.", 1.0),
    (FR, "« Paul aime le chat de la voisine. »", 1.0),
    (FR, "Réponse : Le chat de Paul dort\u202f!", 1.0),
    (FR, "Il dort avec Paul, l’adorable chat.", 1.0),
    (FR, "Paul has a chat with the others.", 0.0),
    (FR, "Paul a un chien.", 0.0),
    (FR, "Paul chat.", 0.0),
    (FR, f"Écrivez un texte avec {FR.question}.", 0.0),
    (TWO, "Paul has a cat. It is very happy.", 1.0),
    (TWO, "1. Paul has a cat.\n2. It is very happy.", 1.0),
    (TWO, "Paul has a cat. It is lazy now.", 0.0),
    (TWO, "Paul has a cat and it is happy.", 0.0),
]


@pytest.mark.parametrize(("it", "text", "expected"), CORPUS)
def test_judge_corpus(it: Item, text: str, expected: float) -> None:
    """Wrapping is tolerated; salads, copies, repetitions and another language are not."""
    assert value(it, text) == expected


def test_share_of_conditions() -> None:
    """`constraints` counts the conditions met, even where the value is zero."""
    judged = TASK.judge(TWO, "Paul has a cat. It is lazy now.")
    assert judged.metrics == {"constraints": pytest.approx(2 / 3)}
    assert judged.reason == "no letter z"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    """No text raises, and none without the words asked for scores."""
    assert value(TWO, text) == 0.0 or ("paul" in text.lower() and "cat" in text.lower())


@pytest.mark.parametrize("text", ["\ud800 " * 500_000, "\0" * 1_000_000, "a. " * 300_000, "Paul cat " * 100_000])
def test_hostile_texts_score_nothing(text: str) -> None:
    """A megabyte of noise is judged quickly."""
    assert value(TWO, text) == 0.0
