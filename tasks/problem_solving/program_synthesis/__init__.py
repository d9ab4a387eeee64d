"""Program synthesis: write a function from its specification and examples; hidden tests in the sandbox judge it.

Level 1 returns a number plus or minus another, half of level 2 a product plus or minus a number; then come pipelines
of one to seven steps over lists, words and groups, and from level 8 on machines that change a state by rules: up to
nine abilities (loops, undo, delays …) that interact. The parts of references are given twice, as lines of Python and as
functions of ours: nothing is evaluated to run them, and tests prove that both agree.
"""

from __future__ import annotations

import builtins
import functools
from pathlib import Path
from random import Random
from typing import Final

from harness.sandbox import call_all
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Message
from tasks.problem_solving.program_synthesis.drawing import PIPELINES, draw_pipeline, draw_sum
from tasks.problem_solving.program_synthesis.hidden import same
from tasks.problem_solving.program_synthesis.machine import MACHINES, draw_machine
from tasks.problem_solving.program_synthesis.problem import Problem
from tasks.problem_solving.program_synthesis.reading import read_program
from tasks.problem_solving.program_synthesis.telling import tell_problem

_INSTRUCTION: Final = {
    "fr": "Répondez par un seul bloc de code Python, entre ```python et ```, avec la bibliothèque standard seulement.",
    "en": "Answer with one block of Python code, between ```python and ```, with the standard library only.",
}
_ENDED: Final = {
    "slow": "slow: the time ran out at hidden test {}",
    "memory": "memory: the memory ran out at hidden test {}",
    "flooded": "flooded: too much was written at hidden test {}",
    "blocked": "blocked: the program tried what the sandbox forbids, at hidden test {}",
    "crashed": "crashed: the program ended at hidden test {}",
}
_HALF_SUMS: Final = 2  # the level where every other item is a sum, and the rest chains of one step
_FIRST_MACHINE: Final = min(MACHINES)
_MOST_SHOWN: Final = 4_000  # characters of a program shown as the answer


class ProgramSynthesis(ProceduralTask[Problem]):
    """Functions judged by 12 to 14 hidden tests: 1 if every one passes, else 0; the metric `tests` is their share.

    The program is the last block of code that defines the function (`reading.read_program`); it runs in the sandbox
    only, and values are compared outside it: as Python's == does, but True is not 1, and a tuple may stand for a list
    (`hidden.same`). A text without such a block scores 0 and opens no sandbox.
    """

    def draw(self, rng: Random, level: int, index: int) -> Problem:
        """A problem of the level."""
        return _draw(rng.randrange(2**64), level, index % 2)

    def tell(self, structure: Problem, language: str) -> Telling:
        """The specification and examples; the target holds the hidden tests."""
        tests = [[list(call), value] for call, value in structure.tests]
        target = {"function": structure.draft.function, "tests": tests}
        return Telling(tell_problem(structure, language), target, data={"solution": structure.draft.source})

    def instruction(self, level: int, language: str) -> str:
        """The language and the form of the answer."""
        return _INSTRUCTION[language]

    def answer(self, item: Item) -> str:
        """The reference program."""
        return f"```python\n{item.data['solution']}\n```"

    def example(self, item: Item) -> list[Message]:
        """The item itself; of machines the first level's, which serves all: longer ones show no more."""
        if item.level > _FIRST_MACHINE:
            (item,) = self.items(_FIRST_MACHINE, item.language, "shots", 1)
        return super().example(item)

    def judge(self, item: Item, text: str) -> Judgement:
        """Run the program on the hidden tests; SandboxUnavailableError where there is no sandbox."""
        function, tests = item.target["function"], item.target["tests"]
        program = read_program(text, function, item.question)
        if program is None:
            return Judgement(0.0, reason=f"no block of Python code defines `{function}`")
        outcome = call_all(program, function, [call for call, _ in tests])
        answers = outcome.answers
        right = [
            not answer.error and same(expected, answer.value)
            for (_, expected), answer in zip(tests, answers, strict=False)
        ]
        share = sum(right) / len(tests)
        shown = program[:_MOST_SHOWN]
        if outcome.verdict != "done":
            reason = _ENDED[outcome.verdict].format(len(answers) + 1)
            return Judgement(0.0, shown, reason, {"tests": share})
        if share == 1.0:
            return Judgement(1.0, shown, metrics={"tests": 1.0})
        wrong = right.index(False)
        error = _known_error(answers[wrong].error)
        reason = f"{error} at hidden test {wrong + 1}" if error else f"wrong at hidden test {wrong + 1}"
        return Judgement(0.0, shown, f"{reason}; {sum(right)} of {len(tests)} pass", {"tests": share})


def _known_error(said: str) -> str:
    """The kind of an exception, where Python has it: a program's own name or message could tell a hidden input."""
    kind = said.partition(":")[0]
    known = getattr(builtins, kind, None)
    return kind if isinstance(known, type) and issubclass(known, BaseException) else "an error" if said else ""


@functools.lru_cache(maxsize=2_048)
def _draw(seed: int, level: int, turn: int) -> Problem:
    """The problem of a seed: the same for both languages, and drawn once for both, as drawing tries many programs."""
    rng = Random(seed)
    if level == 1:
        return draw_sum(rng, turn)
    if level == _HALF_SUMS and turn == 0:
        return draw_sum(rng, rng.randrange(2), times=True)
    return draw_pipeline(rng, level) if level in PIPELINES else draw_machine(rng, level)


TASK = ProgramSynthesis(Path(__file__).parent)
