"""Words, sentences, letters and JSON are read from any text as a person would read them."""

import json
import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.metrics import text as t

HOSTILE = {
    "empty": "",
    "nul": "\0" * 1000,
    "surrogates": "\ud800\udfff" * 1000,
    "marks": "a" + "\u0301\u0323" * 250_000,
    "braces": "{" * 1_000_000,
    "brackets": "[" * 1_000_000,
    "quotes": '{"' * 500_000,
    "escapes": '{"' + "\\" * 1_000_000,
    "strings": '{"a":"' * 150_000,
    "spaces": " \n" * 500_000,
    "points": ". " * 500_000,
    "dots": "." * 1_000_000,
    "closers": "a " + '"' * 1_000_000,
    "colons": "a:\n\n" * 250_000,
    "fences": "```\n" * 250_000,
    "digits": '{"a":' + "9" * 1_000_000 + "}",
    "nested": "[" * 20_000 + "]" * 20_000,
    "pairs": '{"a":1} ' * 100_000,
}


@pytest.mark.parametrize(
    ("raw", "folded"),
    [("Été", "ete"), ("e\u0301te\u0301", "ete"), ("Œuvre", "oeuvre"), ("L’eau", "l'eau"), ("ﬁn", "fin"), ("ß", "ss")],
)
def test_fold(raw: str, folded: str) -> None:
    """Case, accents, ligatures and apostrophes are folded, composed or not."""
    assert t.fold(raw) == folded


def slow_fold(text: str) -> str:
    """Folding by its definition, a character at a time."""
    decomposed = (
        "'" if c in "’‘ʼ`´" else unicodedata.normalize("NFKD", c).casefold().replace("œ", "oe").replace("æ", "ae")
        for c in text
    )
    return "".join(c for run in decomposed for c in run if not unicodedata.combining(c))


def slow_sentences(text: str) -> list[str]:
    """Sentences by their definition: every word is asked whether it ends one."""
    found: list[list[str]] = [[]]
    for run in re.sub(r"\s([!?…»:;]|\.+(?=\s|$))", r"\1", text).split():
        found[-1].append(run)
        if t.ends_sentence(run):
            found.append([])
    return [" ".join(runs) for runs in found if any(c.isalnum() for run in runs for c in run)]


def test_ascii_is_folded_as_any_text() -> None:
    """The short way of plain characters gives what their definition gives, control characters included."""
    every = "".join(map(chr, range(128)))
    assert t.fold(every) == slow_fold(every) == "".join(map(t.fold, every))


@given(st.text() | st.text(st.characters(max_codepoint=127)) | st.text(".!?…\"'»”’)]*_ \t\x1c\x85aB9é`´·"))
def test_short_ways_change_nothing(text: str) -> None:
    """Folding, words and sentences are those of their definitions, on any text."""
    assert t.fold(text) == slow_fold(text)
    assert t.words(text) == [run for run in text.split() if any(c.isalnum() for c in run)]
    assert t.sentences(text) == slow_sentences(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Le chat dort.", 3),
        ("L'eau, bien sûr !", 3),
        ("Qui\u202f?", 1),
        ("un - deux — trois", 3),
        ("", 0),
        ("7 ans", 2),
    ],
)
def test_words_count_as_in_a_word_processor(text: str, count: int) -> None:
    """Marks that stand alone are no words; an apostrophe does not part a word."""
    assert len(t.words(text)) == count


def test_word_forms_part_at_apostrophes() -> None:
    """`l'eau` holds the word `eau`."""
    assert t.word_forms("L'Eau-de-vie!") == ["l", "eau", "de", "vie"]
    assert t.letters("Ça va, Zoé ?") == "cavazoe"


def test_contains_run() -> None:
    """Runs are whole forms and may overlap; an empty run occurs nowhere."""
    assert t.contains_run(["a", "a", "a"], ["a", "a"]) == 2
    assert t.contains_run(["cats"], ["cat"]) == 0
    assert t.contains_run(["a"], []) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Smith pays 3.50 euros. He leaves...", ["Mr. Smith pays 3.50 euros.", "He leaves..."]),
        ("Quoi\u202f? Rien !", ["Quoi?", "Rien!"]),
        ('He said "no." Then he left', ['He said "no."', "Then he left"]),
        ("« Oui. » Il part.", ["« Oui.»", "Il part."]),
        ("... !", []),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """Marks close a sentence before a space or the end; titles and decimal points do not."""
    assert t.sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "ends"), [("Yes.", True), ("Yes", False), ('"Yes!"', True), ("Mr.", False), ("Oui !", True), ("", False)]
)
def test_ends_sentence(text: str, ends: bool) -> None:
    """A closing mark, perhaps inside quotes, but not that of a title."""
    assert t.ends_sentence(text) is ends


def test_first_letters() -> None:
    """One letter a sentence, without accents or opening marks."""
    assert t.first_letters("Élan vital. « Marc » dort ! la fin") == "EML"


@pytest.mark.parametrize(
    "text",
    [
        "A cat. A dog.",
        "Here is a text:\n\nA cat. A dog.",
        "Here is a text:\nA cat. A dog.",
        "**Answer:** A cat. A dog.",
        "Texte : A cat. A dog.",
        "```\nA cat. A dog.\n```",
        '"A cat. A dog."',
        "« A cat. A dog. »",
        "- A cat.\n- A dog.",
        "1. A cat.\n2. A dog.",
        "A cat. A dog.\n\nI have met all conditions.",
        "*A cat. A dog.*",
    ],
)
def test_paragraph_drops_what_wraps_an_answer(text: str) -> None:
    """Preambles, labels, marks around it and later paragraphs are no part of the text."""
    assert t.paragraph(text) == "A cat. A dog."


def test_paragraph_keeps_an_opening_line_that_goes_on() -> None:
    """A colon followed by a small letter is inside a sentence, not the end of a preamble."""
    assert t.paragraph("Nora has a duck:\nit is white.") == "Nora has a duck: it is white."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('Sure:\n```json\n{"a": [1, 2]}\n```\nDone.', [{"a": [1, 2]}]),
        ('{"a": 1} and again {"a": 1.0}', [{"a": 1}]),
        ('{"a": 1} {"a": true}', [{"a": 1}, {"a": True}]),
        ('{oops {"a": "}{"}', [{"a": "}{"}]),
        ('[{"a": 1}]', []),
        ('{"a": 1, "a": 2}', []),
        ('{"a": NaN}', []),
        ('{"a": ' + "1" * 41 + "}", []),
        ('{"a": 1', []),
        ("{'a': 1}", []),
        ('{"a": "\\"}"}', [{"a": '"}'}]),
        ('see [1] and {"a": 1}', [{"a": 1}]),
        ("", []),
    ],
)
def test_json_objects(text: str, expected: list[object]) -> None:
    """Different outermost objects, each once; broken, ambiguous and listed ones are not read."""
    assert t.json_objects(text) == expected


def test_json_depth() -> None:
    """An object nested deeper than allowed is not read (its inside is, like that of any broken one)."""
    deep = {"a": {"a": {"a": {"a": 1}}}}
    assert t.json_objects(json.dumps(deep), max_depth=4) == [deep]
    assert t.json_objects(json.dumps(deep), max_depth=3) == [deep["a"]]
    assert t.json_objects('{"a": ' * 40 + "1" + "}" * 40, max_depth=8) == []


def test_same_json_tells_types() -> None:
    """True is not one, one is one point zero, order matters in lists only."""
    assert t.same_json({"a": 1, "b": [1]}, {"b": [1.0], "a": 1})
    assert not t.same_json({"a": True}, {"a": 1})
    assert not t.same_json([1, 2], [2, 1])
    assert not t.same_json("1", 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_linear_time(name: str) -> None:
    """A megabyte of anything is read in seconds, without an error."""
    start = time.process_time()
    text = HOSTILE[name]
    for function in (t.sentences, t.paragraph, t.words, t.word_forms, t.ends_sentence, t.json_objects):
        function(text)
    assert time.process_time() - start < 8


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    """Sentences hold the words of the text and no others; an answer's paragraph brings no letter of its own."""
    assert [f for s in t.sentences(text) for f in t.word_forms(s)] == t.word_forms(text)
    assert set(t.letters(t.paragraph(text))) <= set(t.letters(text))
    assert all(isinstance(value, dict) for value in t.json_objects(text))
