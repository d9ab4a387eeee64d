"""FrenchMedMCQA reads sets of letters as a person does, and its Hamming score is the authors'."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion
from tasks.public.frenchmedmcqa.reading import read_letters

NAME = "public/frenchmedmcqa"
TASK = load_task(NAME)


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 200) == []


def test_every_question_is_in_one_level() -> None:
    """Questions with one right proposition, then those with several."""
    levels = [TASK.items(level, "fr", "s", 500) for level in (1, 2)]
    assert [len(items) for items in levels] == [164, 148]
    assert [min(len(item.target) for item in items) for items in levels] == [1, 2]
    assert max(len(item.target) for item in levels[0]) == 1


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (" A, C", "AC"),
        ("b", "B"),
        ("BDE", "BDE"),
        ("a, c et e", "ACE"),
        ("C. Le lactose", "C"),
        ("**Réponse : B**", "B"),
        ("Réponses : A, C, E.", "ACE"),
        ("Réponse :\n- A. Le glucose\n- D. Le lactose", "AD"),
        ("Le glucose est un ose.\nLes bonnes réponses sont donc A, B et D.", "ABD"),
        ("Les propositions exactes sont : B et C", "BC"),
        ("Réponse : B. Le glucose, D. Le lactose", "BD"),
        ("Réponse : A\nJe me trompe.\nRéponse : D", "D"),
        (r"On trouve \boxed{A, D}.", "AD"),
        ("<think>Réponse : A</think>Réponse : (E)", "E"),
        ("La réponse A est fausse, et B aussi. C est la seule qui convienne.", "C"),
        ("A est une enzyme ? Non. Il reste D.", "D"),
        ("B et D sont justes. A est fausse.", "BD"),
        ("A. Oui\nB. Non\nRéponse : A", "A"),
        ("Réponse : a priori aucune", ""),
        ("A mon avis, rien ne convient", ""),
        ("Réponse : A B C D E F G H", ""),
        ("Réponse : A\nRéponse : B\nRéponse : C\nRéponse : D", ""),
        ("La vitamine manque d'acide.", ""),
        ("Je ne sais pas.", ""),
        ("", ""),
    ],
)
def test_letters_are_read_as_a_person_does(text: str, letters: str) -> None:
    """Form is forgiven, lists of everything are not."""
    assert "".join(sorted(read_letters(text))) == letters


def test_the_question_repeated_says_nothing() -> None:
    """Letters of the propositions are no answer before the answer."""
    (item,) = TASK.items(2, "fr", "s", 1)
    assert read_letters(item.question, item.question) == frozenset()
    assert read_letters(f"{item.question}\nB, C", item.question) == {"B", "C"}


def test_metrics_are_those_of_the_authors() -> None:
    """Exact match and letters in common over letters in either, for every set of letters on 60 questions."""
    every = [set(letters) for size in range(1, 6) for letters in combinations("ABCDE", size)]
    for item in [*TASK.items(1, "fr", "s", 30), *TASK.items(2, "fr", "s", 30)]:
        wanted = set(item.target)
        for said in every:
            score = TASK.score(item, Completion(item.id, ", ".join(sorted(said)), "stop", 1, 1, ""))
            assert score.value == float(said == wanted)
            assert score.metrics["hamming"] == sum(letter in wanted for letter in said) / len(said | wanted)


@given(st.text(alphabet=st.sampled_from("ABCDEFGHabe ,.;:()[]\n-'’«}{\\#éréponsest\ud800")))
def test_any_text_is_read(text: str) -> None:
    """What is read are propositions, whatever the text."""
    assert read_letters(text) <= set("ABCDE")


@pytest.mark.parametrize("piece", ["A, ", "Réponse : A\n", "réponse ", "A. x\n", "(", "\\boxed{", "a b, "])
def test_long_texts_take_linear_time(piece: str) -> None:
    """A megabyte is read within a second."""
    started = time.perf_counter()
    read_letters(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - started < 1
