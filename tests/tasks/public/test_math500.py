"""MATH-500 asks as lm-eval's `minerva_math500`, and judges answers by what they mean."""

import importlib.metadata
import sys
import time
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion
from tasks.public.math500.equivalence import equivalent
from tasks.public.math500.reading import final_answer, strict_answer

NAME = "public/math500"
TASK = load_task(NAME)
LEVELS = (1, 2, 3, 4, 5)
SENTENCE = " So it is done.\nFinal Answer: The final answer is ${}$. I hope it is correct."


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 40) == []


def test_every_problem_is_in_one_level() -> None:
    """The levels share out the 350 problems."""
    assert [len(TASK.items(level, "en", "s", 500)) for level in LEVELS] == [29, 66, 76, 94, 85]


@pytest.fixture
def peer(lm_eval: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """lm-eval's task over the same rows; what its file imports for its other metric is not needed here."""
    other = ModuleType("math_verify")
    other.parse = other.verify = lambda *_, **__: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "math_verify", other)
    version = importlib.metadata.version
    told = {"antlr4-python3-runtime": "4.11"}
    monkeypatch.setattr(importlib.metadata, "version", lambda name: told.get(name) or version(name))
    return lm_eval("minerva_math/minerva_math500.yaml", 200, {"test": "math500/test.jsonl"})


def test_it_asks_as_lm_eval_and_judges_no_less(peer: Any) -> None:
    """The same prompts and stops; right where lm-eval's texts agree, also of other problems' answers, else wrong."""
    items = {TASK.request(item).messages[0].content: item for n in LEVELS for item in TASK.items(n, "en", "s", 500)}
    theirs = peer.task.config.process_docs.__globals__
    assert len(peer.documents) == 200
    targets = [items[document.prompt].target for document in peer.documents]
    for document, other in zip(peer.documents, [*targets[7:], *targets[:7]], strict=True):
        item = items[document.prompt]
        assert TASK.card.stop == document.sampling.stop
        for said in (item.target, other):
            text = SENTENCE.replace("{}", said)
            read = theirs["normalize_final_answer"](theirs["get_unnormalized_answer"](text))
            score = TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
            assert score.value == score.metrics["strict"] == float(read == document.row["answer"]), (item.target, said)


SAME = [
    ("\\frac{1}{2}", "\\dfrac12"),
    ("\\frac{1}{2}", "0.5"),
    ("\\frac{1}{2}", "1/2"),
    ("\\frac{1}{2}", "\\frac{2}{4}"),
    ("-\\frac{3}{4}", "\\frac{-3}{4}"),
    ("2\\frac{1}{3}", "\\frac{7}{3}"),
    ("-2\\frac{1}{3}", "-7/3"),
    ("12", "12.0"),
    ("12", "$12$."),
    ("12", "12 \\text{ cm}^2"),
    ("12", "12 square metres"),
    ("12", "12cm^2"),
    ("12", "\\text{12}"),
    ("12", "x = 12"),
    ("12", "12^\\circ"),
    ("\\$12,\\!500", "12500"),
    ("12,500", "12500"),
    (".00025", "2.5 \\times 10^{-4}"),
    ("\\pi", "\\pi \\text{ metres}"),
    ("\\pi", "pi"),
    ("2\\sqrt{3}", "\\sqrt{12}"),
    ("2\\sqrt3", "2sqrt(3)"),
    ("\\frac{\\sqrt{2}}{2}", "\\frac{1}{\\sqrt2}"),
    ("3 - 2i", "-2i+3"),
    ("2k+6", "2(k+3)"),
    ("x^2-1", "(x-1)(x+1)"),
    ("\\cot x", "\\frac{\\cos x}{\\sin x}"),
    ("y = 2x+1", "2x + 1"),
    ("2x - y + 3 = 0", "2x+3 = y"),
    ("1,-2", "-2, 1"),
    ("1,-2", "x=-2 \\text{ or } x=1"),
    ("2 \\pm \\sqrt{5}", "2-\\sqrt5, 2+\\sqrt5"),
    ("\\{1,2\\}", "\\{2, 1\\}"),
    ("\\left( 3, \\frac{\\pi}{2} \\right)", "(3, \\dfrac{\\pi}2)"),
    ("(2,\\infty)", "(2, ∞)"),
    ("(-\\infty,1)\\cup(2,3]", "(2,3] \\cup (-\\infty, 1)"),
    ("\\begin{pmatrix} 1 \\\\ -1/2 \\end{pmatrix}", "\\begin{bmatrix}1\\\\-\\frac{1}{2}\\end{bmatrix}"),
    ("52_8", "52_{8}"),
    ("\\text{(C)}", "C"),
    ("\\text{Tuesday}", "tuesday"),
    ("\\binom{5}{2}x", "10x"),
]
DIFFERENT = [
    ("\\frac{1}{3}", "0.333333333333"),
    ("12", "11+1"),
    ("12", "\\frac{24}{2}"),
    ("12", "13"),
    ("12", "-12"),
    ("12", "12x"),
    ("12", "12, 13"),
    ("12345678901234567", "12345678901234568"),
    ("\\frac{1}{23}", "\\frac{12}{3}"),
    ("(1,2)", "(2,1)"),
    ("(1,2)", "[1,2]"),
    ("1,-2", "1"),
    ("(2,\\infty)", "(2,3)"),
    ("52_8", "52_9"),
    ("2xy", "2ab"),
    ("2xyz", "2abc"),
    ("x^2-1", "x^2+1"),
    ("2x - y + 3 = 0", "2x - y = 3"),
    ("\\sqrt{2}", "1.41421356"),
    ("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\end{pmatrix}"),
    ("\\text{Tuesday}", "Monday"),
    ("3", ""),
]


@pytest.mark.parametrize(("wanted", "said"), SAME)
def test_other_ways_of_writing_are_right(wanted: str, said: str) -> None:
    """What a teacher takes for the same answer."""
    assert equivalent(said, wanted)
    assert equivalent(wanted, wanted)


@pytest.mark.parametrize(("wanted", "said"), DIFFERENT)
def test_other_answers_are_wrong(wanted: str, said: str) -> None:
    """What a teacher does not."""
    assert not equivalent(said, wanted)


def test_the_question_is_no_answer() -> None:
    """A formula to be rewritten earns nothing as it stands; the published answer always does."""
    question = "Factor $x^2 - 1$."
    assert not equivalent("x^2-1", "(x-1)(x+1)", question)
    assert equivalent("(x+1)(x-1)", "(x-1)(x+1)", question)
    assert equivalent("x^2 - 1", "x^2-1", question)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"Thus \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{1} no, \boxed{2}", "2"),
        (r"\boxed{1} \boxed{2} \boxed{3} \boxed{4}", ""),
        (r"\boxed{1}. Final Answer: The final answer is $2$. I hope it is correct.", "2"),
        (r"Final Answer: The final answer is $\boxed{3}$. I hope it is correct.", "3"),
        ("The answer is $x+1$.", "x+1"),
        ("Answer: 3.5 cm", "3.5 cm"),
        ("#### 42", "42"),
        ("So $n = 3$, and $2n=6$.", "6"),
        ("We get 7", "We get 7"),
        (r"\boxed{1", r"\boxed{1"),
        ("", ""),
    ],
)
def test_the_last_announcement_is_read(text: str, said: str) -> None:
    """Boxes and sentences count in order, lists of guesses do not."""
    assert final_answer(text) == said


def test_the_strict_answer_is_that_of_the_first_sentence() -> None:
    """As lm-eval reads it; nothing else counts for it."""
    assert strict_answer(SENTENCE.replace("{}", "7") * 2) == "7"
    assert strict_answer(r"\boxed{7}") == ""


HOSTILE = [
    "9^{9^{9^{9}}}",
    "((((2^{64})^{64})^{64})^{64})^{64}",
    "170!!!!",
    "\\frac{1}{0}",
    "0^{-1}",
    "\\tan{\\frac{\\pi}{2}}^{99999999}",
    "{" * 100_000,
    "\\sqrt" * 5_000,
    "\\frac" * 100,
    "-" * 900 + "1",
    "(" * 400 + "1" + ")" * 400,
    "1+" * 300 + "1",
    "x^" * 300 + "x",
    "9" * 900,
    "," * 900,
    "\\pm" * 300,
    "\\cup" * 200,
    "&\\\\" * 300,
    "\\text{" * 200,
    "__import__('os').system('true')",
    "\ud800\x00",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("wanted", ["12", "x^2-1", "1,-2", "\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}"])
def test_hostile_answers_are_wrong_at_once(text: str, wanted: str) -> None:
    """No text takes more than a moment, and none is run."""
    started = time.perf_counter()
    assert not equivalent(text, wanted)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    "piece", ["\\boxed{", "Answer: 1\n", "{", "$", "Final Answer: The final answer is ", "\\boxed{1}"]
)
def test_long_texts_take_linear_time(piece: str) -> None:
    """A megabyte is read within a second."""
    text = piece * (1_000_000 // len(piece))
    started = time.perf_counter()
    final_answer(text)
    strict_answer(text)
    assert time.perf_counter() - started < 1


@given(
    st.text(alphabet=st.sampled_from("0129.,+-*/^_!|=()[]{}\\ $xyei&")), st.sampled_from(["12", "x+1", "1,2", "\\pi"])
)
def test_any_text_is_judged(text: str, wanted: str) -> None:
    """No text raises, and a text is equivalent to itself where it is an answer at all."""
    assert equivalent(text, wanted) in (True, False)
    assert final_answer(text) is not None
