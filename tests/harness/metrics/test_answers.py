"""Reading numbers and names out of free text."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.metrics.answers import (
    conclusion,
    final_answers,
    in_parts,
    names_in,
    numbers,
    only_names,
    read_number,
    tidy,
)

ASKED = "Emma has 12 apples and gives 5 apples to Tom. How many apples does Emma have now?"

READ = {
    "7": 7,
    " 7.\n": 7,
    "**7**": 7,
    "`7`": 7,
    "$7$": 7,
    "7 apples": 7,
    "7 pommes rouges.": 7,
    "-7": -7,
    "7,0": 7,
    "seven": 7,
    "Sept.": 7,
    "une": 1,
    "Emma has seven apples.": 7,
    "1,234": 1234,
    "1 234": 1234,
    "1\u202f234 €": 1234,
    "1\u00a0234,50": Fraction(2469, 2),
    "3.5": Fraction(7, 2),
    "3,5": Fraction(7, 2),
    "The answer is 7.": 7,
    "La réponse est 7 pommes.": 7,
    "La reponse est donc : 7": 7,
    "Answer: 7. That is 12 - 5 = 7.": 7,
    "12-5=7; 7+3=10. Réponse : 10": 10,
    "Answer:\n7": 7,
    "**Final answer:** 7": 7,
    "#### 7": 7,
    "So \\boxed{7}.": 7,
    "12 - 5 = 7": 7,
    "12 minus 5 leaves 7": 7,
    "Emma has 12 apples.\n\n12 - 5 = 7\n\nSo Emma has **7** apples.": 7,
    "1. Start with 12.\n2. Take 5 away.\n\nThat leaves 7.": 7,
    "7\n\nExplanation: 12 - 5 = 7, and 3 is not needed": 7,
    "Answer: 6. Wait, I made a mistake. Answer: 7": 7,
    "<think>5? 6?</think>7": 7,
    f"{ASKED} 7": 7,
    "The answer is not 10 but 7": 7,
    "La réponse n'est pas 10 mais 7": 7,
    "Answer: 7 (not 10)": 7,
    "Réponse : 7 et non 10": 7,
    "Not 10 but 7.": 7,
    "It is 7, more than 6.": 7,
    "Answer: _7_": 7,
    "__7__": 7,
}

UNREAD = [
    "",
    "A",
    "apples",
    "6 or 7",
    "6 ou 7",
    "Answer: 6 or 7",
    "1 2 3 4 5 6 7",
    "1, 2, 3, 4, 6, 7",
    "1. 2. 3. 4. 6. 7.",
    "1\n2\n3\n6\n7",
    "Answer: 1\nAnswer: 2\nAnswer: 7",
    "six seven",
    "twenty-one",
    "soixante-dix",
    "x7",
    "<think>it must be 7",
    " ".join(str(n) for n in range(1000)),
    "\n".join(f"Answer: {n}" for n in range(1000)),
    f"Answer: 7\n{ASKED}",
    "The answer is not 7",
    "The answer isn't 7",
    "The answer cannot be 7",
    "La réponse n'est pas 7",
    "La réponse n'est pas égale à 7",
    "Answer: not 7",
    "Answer: not seven",
    "Réponse : pas 7",
    "7 is not the answer",
    "7 is wrong",
    "Answer: less than 7",
    "Answer: more than 7",
    "Answer: at least 7",
    "Réponse : moins de 7",
    "Réponse : au plus 7",
    "Réponse : 7 ou plus",
]


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_reads_a_number_as_a_person_would(text: str, value: Fraction) -> None:
    """Form, units, labels and short calculations do not hide a number (sglang #29933)."""
    assert read_number(text, ASKED) == value


@pytest.mark.parametrize("text", UNREAD)
def test_reads_nothing_in_hedges_lists_and_quotations(text: str) -> None:
    """Several candidates, a denied or bounding number, a repeated prompt are no answer (inspect_evals #2097)."""
    assert read_number(text, ASKED) is None


@given(st.integers(0, 10**9), st.sampled_from(["{}", "{} €", "Answer: {}", "Réponse : {}.", "It is {}."]))
def test_every_form_of_a_number_is_read_back(value: int, form: str) -> None:
    """What is written with digits, or with groups in either language, is read as the same number."""
    for written in (str(value), f"{value:,}", f"{value:,}".replace(",", " "), f"{value:,}".replace(",", "\u202f")):
        assert read_number(form.format(written)) == value


@given(st.text() | st.text(alphabet="0123456789 .,=-\n:Answer\ud800\0"), st.text(max_size=20))
def test_any_text_is_safe(text: str, question: str) -> None:
    """No text raises, with lone surrogates and NULs too."""
    value = read_number(text, question)
    assert value is None or isinstance(value, Fraction)


@pytest.mark.parametrize(
    "piece",
    ["1", "1,000", "a", " ", "\n", "*", "Answer: ", "é", "\u0301\u0327", "[", "1. ", "- ", "$", "=", "#", "_", "not 9 "]
    + ["\n#", ". ", " .", "1. a\n"],
)
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    """No repeated pattern of a megabyte takes half a second."""
    text = "a" + (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    start = time.process_time()
    read_number(text, ASKED)
    names_in(text, ["Emma", "Tom"])
    assert time.process_time() - start < 0.5


def test_a_number_too_long_to_be_meant_is_no_target() -> None:
    """Thousands of digits neither raise nor equal a natural number."""
    assert read_number("9" * 5000) == Fraction(-1, 7)


def test_numbers_are_read_in_order() -> None:
    """Groups of three are one number; other runs are several."""
    assert numbers("1,234 and 5 678, then 9 10, A11 and 2.5") == [1234, 5678, 9, 10, Fraction(5, 2)]


def test_final_answers_stop_at_the_sentence() -> None:
    """A mark announces the rest of its sentence, or the next line."""
    assert final_answers("Answer: 5. And so on. Réponse :\n6 pommes\nEnd") == ["5.", "6 pommes"]


def test_tidy_drops_what_precedes_a_repeated_question() -> None:
    """A quotation of the prompt with its worked examples is not an answer."""
    assert tidy(f"Answer: 3\n{ASKED}", ASKED) == ""


def test_names_are_whole_words_whatever_case_and_accents() -> None:
    """Emma is found in "EMMA" but not in "Emmanuel"; a longer name is not read as a shorter one."""
    assert names_in("EMMA, léa, Emmanuel et Tomas", ["Emma", "Lea", "Tom"]) == ["Emma", "Lea"]
    assert names_in("Victoria", ["Victor", "Victoria"]) == ["Victoria"]
    assert names_in("anything", []) == []


def test_only_names_allows_nothing_else() -> None:
    """A bare list holds names, "and" or "et", and the words it is given."""
    assert only_names("- Emma, Tom and Lea.", ["Emma", "Tom", "Lea"])
    assert only_names("None.", ["Emma"], ["none"])
    assert not only_names("Emma lies", ["Emma"])
    assert not only_names("and", ["Emma"])
    assert not only_names("", ["Emma"])


def test_a_conclusion_begins_with_the_last_announced_answer() -> None:
    """Nothing announced: the whole text; one correction: what follows it; three different answers: none."""
    assert conclusion("a; b") == "a; b"
    assert conclusion("I think so.\nAnswer: a; b\nc") == "a; b\nc"
    assert conclusion("Answer: a\nRéponse : b") == "b"
    assert conclusion("Answer: a\nAnswer: b\nAnswer: c") is None
    assert conclusion("") == ""


def test_parts_stand_on_one_line_or_on_as_many() -> None:
    """Semicolons come before commas, commas before lines; repeated lines count once, rival ones are no answer."""
    assert in_parts("a; b", 2) == ["a", " b"]
    assert in_parts("so:\na, x; b", 2) == ["a, x", " b"]
    assert in_parts("a, b", 2) == ["a", " b"]
    assert in_parts("a, b", 2, ";") is None
    assert in_parts("a\n\nb", 2) == ["a", "b"]
    assert in_parts("a; b\na; b", 2) == ["a", " b"]
    assert in_parts("a; b\nb; a", 2) is None
    assert in_parts("a\nb\nc", 2) is None
    assert in_parts("a, b", 1) == ["a, b"]
    assert in_parts("", 1) is None


@given(st.text(max_size=200), st.integers(1, 5))
def test_parts_of_any_text(text: str, count: int) -> None:
    """No text raises, and where there are parts there are as many as asked for."""
    parts = in_parts(conclusion(text) or "", count)
    assert parts is None or len(parts) == count
