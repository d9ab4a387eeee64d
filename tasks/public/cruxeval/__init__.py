"""CRUXEval (Gu et al. 2024, arXiv:2401.03065): what a short function gives (level 1), or what gives it (level 2).

The prompts are the authors' own direct ones, two worked examples and "[ANSWER]". lm-evaluation-harness's tasks
`cruxeval_output` and `cruxeval_input` differ: other blanks, three strings without quotes, no "[ANSWER]" at the end.
The value is pass@1.

How an answer is read: up to "[/ANSWER]", after an "[ANSWER]", inside the first code fence; of its first statement, such
as `assert f(…) == …`, the side that was asked for, or all where it has no sides. It is parsed and evaluated in a
sandbox where neither the function nor what is expected is known, so an output must be written out: `f(…)` is none. Of
an input, the arguments come out as plain data and go to the function in a sandbox of its own.

The published runner executes the assertion with the answer in it, which a patched `f` would pass, as would
`f(1) and "the output"`; it splits the text at "==", also within a string; and it takes a function or a range as an
argument, so level 2 leaves out the few problems whose own input is no literal.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.sandbox import call_all
from harness.sandbox.grading import LIMITS, Grade, failed, fault, fenced, shown
from harness.task import Judgement, Telling
from harness.types import Item
from tasks.public.cruxeval.prompts import INPUT, OUTPUT

_LONGEST_READ = 20_000
_READ = """
import ast

def side(text, place):
    first = ast.parse(text).body[0]
    node = first.test if isinstance(first, ast.Assert) else first.value
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
        node = [node.left, *node.comparators][place]
    return compile(ast.Expression(node), "<answer>", "eval")

def output(text):
    return eval(side(text, 1), {})

def arguments(text):
    return eval(side(text, 0), {"f": lambda *places, **names: [places, names]})
"""
_CALLED = "\n\ndef called(places, names):\n    return f(*places, **names)\n"


class CruxEval(PublicTask):
    """Reading programs forwards and backwards."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """Every function; of those whose input is asked for, the ones that take literals."""
        return [row for row in self.source.rows("test") if level == 1 or _is_literal(f"[{row['input']}]")]

    def tell(self, structure: Row, language: str) -> Telling:
        """The function; its target is the whole assertion."""
        target = f"assert f({structure['input']}) == {structure['output']}"
        data = {"input": structure["input"], "output": structure["output"]}
        return Telling(structure["code"], target, data=data)

    def prompt(self, item: Item) -> str | None:
        """Instruction, two examples and the function with one half of the assertion."""
        template, key = (OUTPUT, "input") if item.level == 1 else (INPUT, "output")
        return template.replace("{code}", item.question).replace("{given}", item.data[key])

    def answer(self, item: Item) -> str:
        """The assertion."""
        return f"{item.target}\n[/ANSWER]"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the assertion holds."""
        said = _tagged(text[:_LONGEST_READ])
        if item.level == 1:
            found = _grade_output(said, item.data["output"])
        else:
            found = _grade_input(said, item.question, item.data["output"])
        return Judgement(found.value, said[:2000], found.reason)


def _grade_output(said: str, output: str) -> Grade:
    """Whether what is said of the output is what is expected."""
    outcome = call_all(_READ, "output", [(said,)], LIMITS)
    if broken := fault(outcome):
        return broken
    return _compared(outcome.answers[0].value, output, "it says")


def _grade_input(said: str, code: str, output: str) -> Grade:
    """Whether the function gives what is expected for these arguments."""
    outcome = call_all(_READ, "arguments", [(said,)], LIMITS)
    if broken := fault(outcome):
        return broken
    match outcome.answers[0].value:
        case [tuple() as places, dict() as names] if "f(" in said and all(isinstance(name, str) for name in names):
            outcome = call_all(code + _CALLED, "called", [(places, names)], LIMITS)
            return fault(outcome) or _compared(outcome.answers[0].value, output, f"f({shown(places)[1:-1]}) gives")
    return failed("wrong", "the answer is no call of f")


def _compared(value: object, output: str, words: str) -> Grade:
    """Plain data beside the row's own literal: no method of the program's can be called here."""
    return Grade("right") if value == ast.literal_eval(output) else failed("wrong", f"{words} {shown(value)}")


def _tagged(text: str) -> str:
    """The answer without its tags and fences."""
    text = text.partition("[/ANSWER]")[0]
    text = text.rpartition("[ANSWER]")[2]
    return (fenced(text) or [text])[0].strip()


def _is_literal(text: str) -> bool:
    """Whether a row's own text is a literal."""
    try:
        ast.literal_eval(text)
    except ValueError:
        return False
    return True


TASK = CruxEval(Path(__file__).parent)
