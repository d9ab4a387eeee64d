"""Other numbers in a public problem: right where changed, left alone where that is not safe."""

from __future__ import annotations

import dataclasses
import re
from random import Random

import pytest

from harness.contamination.perturbation import renumbered
from harness.types import Item


def item(question: str, reasoning: str, target: str) -> Item:
    return Item("public/x/en/L01/00000", "public/x", 1, "en", "c", 0, question, target, data={"reasoning": reasoning})


SALE = item(
    "Nora sold 46 lamps in March, and half as many in May. She has $18 left. How many lamps did she sell?",
    "In May she sold 46/2 = <<46/2=23>>23 lamps.\nIn all 46+23 = <<46+23=69>>69 lamps.\n",
    "69",
)


@pytest.mark.parametrize("seed", range(20))
def test_the_new_answer_follows_from_the_new_number(seed: int) -> None:
    """Half as many and the sum are computed again; constants, unused numbers and words stay."""
    other = renumbered(SALE, Random(seed))
    assert other is not None
    number = int(other.question.split()[2])
    assert number != 46
    assert 10 <= number <= 99
    assert number % 2 == 0  # half a lamp was never sold
    assert other.target == str(number + number // 2)
    assert other.question == SALE.question.replace("46", str(number))


@pytest.mark.parametrize(
    ("question", "reasoning", "target"),
    [
        pytest.param("He has 12 pens.", "No calculation.", "12", id="no working"),
        pytest.param("He has 12 pens and 12 cups.", "<<12+12=24>>", "24", id="a number said twice"),
        pytest.param("He has 12 pens and 3 cups.", "<<12+3=14>>", "14", id="working that is wrong"),
        pytest.param("A half is 0.5, a rate 20%, a date 3/4.", "<<20*.5=10>>", "10", id="percent and fractions"),
        pytest.param("He has 12 pens.", "<<12**2=144>>", "144", id="a power"),
        pytest.param("He has 12 pens.", "<<__import__('os')=12>>", "12", id="a program"),
        pytest.param("He has 12 pens.", "<<12/0=12>>", "12", id="nothing to divide by"),
        pytest.param("He has 12 pens and 24 cups.", "<<12*2=24>><<24+1=25>>", "25", id="a result that is also told"),
    ],
)
def test_what_is_not_safe_is_left_alone(question: str, reasoning: str, target: str) -> None:
    """No working, or one that is ambiguous, wrong or no plain arithmetic: no other problem is made up."""
    found = renumbered(item(question, reasoning, target), Random(0))
    if question == "He has 12 pens and 24 cups.":  # only the 12 may change, and the 24 said in the question stays
        assert found is None or "24 cups" in found.question
    else:
        assert found is None


@pytest.mark.parametrize("seed", range(8))
def test_one_equation_is_worked_again(seed: int) -> None:
    """Where a set publishes an equation, its numbers change and those that only distract stay."""
    question = "Ana has 46 red and 12 blue beads. She loses 17 red ones. How many red beads has she left?"
    asked = item(question, "", "29")
    changed = renumbered(dataclasses.replace(asked, data={"equation": "( 46.0 - 17.0 )"}), Random(seed))
    assert changed is not None
    has, blue, loses = (int(number) for number in re.findall(r"\d+", changed.question))
    assert blue == 12
    assert (has, loses) != (46, 17)
    assert changed.target == str(has - loses)
    assert has > loses > blue, "in their order, as in the published problem"
    wrong = dataclasses.replace(asked, data={"equation": "( 46.0 - 18.0 )"})
    assert renumbered(wrong, Random(seed)) is None, "a published answer that the equation does not give"
