"""BIG-Bench Hard (Suzgun et al. 2022, arXiv:2210.09261): 27 tasks, first 150 rows of each.

The prompt is the published one, read from the source: a description, three examples with their chain of thought, and
the question. It is lm-evaluation-harness's `bbh_cot_fewshot` to the letter, but for one task (sports understanding),
where that harness begins the reasoning on a new line and the published examples do not. Stops are that harness's, with
"Q:" for its "Q", which cuts any word that has one.

The value is the last answer announced ("the answer is …"), read with some tolerance: "(B)", "B" and "(B) the text" are
the same option, case, final points and commas between words do not count, nor do spaces between brackets. `strict`
among the metrics is that harness's rule: the first one announced, as it is but for its last character.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item

# Easier to harder, in our judgement.
LEVELS: Mapping[int, Sequence[str]] = {
    1: (
        "boolean_expressions",
        "date_understanding",
        "formal_fallacies",
        "navigate",
        "object_counting",
        "penguins_in_a_table",
        "reasoning_about_colored_objects",
        "ruin_names",
        "snarks",
        "temporal_sequences",
        "web_of_lies",
    ),
    2: (
        "causal_judgement",
        "disambiguation_qa",
        "hyperbaton",
        "sports_understanding",
        "tracking_shuffled_objects_five_objects",
        "tracking_shuffled_objects_seven_objects",
        "tracking_shuffled_objects_three_objects",
        "word_sorting",
    ),
    3: (
        "dyck_languages",
        "geometric_shapes",
        "logical_deduction_five_objects",
        "logical_deduction_seven_objects",
        "logical_deduction_three_objects",
        "movie_recommendation",
        "multistep_arithmetic_two",
        "salient_translation_error_detection",
    ),
}
_LONGEST_READ, _LONGEST_ANSWER = 20_000, 500
_STRICT = re.compile(r"the answer is (.*).")
_ANNOUNCED = re.compile(r"\banswer is:?[ \t]*\n?", re.IGNORECASE)
_MARKUP = re.compile(r"[*`\"$]")
_AN_OPTION = re.compile(r"\([A-Z]\)")
_OPTION = re.compile(r"\(([A-Za-z])\)|([A-Z])(?:[.):,]|$)")
_WORD = re.compile(r"[a-z]+")
_NUMBER = re.compile(r"-?[0-9]+")
_BEFORE_WORDS = re.compile(r"[^a-z]*")
_NO_BRACKETS = re.compile(r"[^][(){}<>]+")


class Bbh(PublicTask):
    """Tasks that language models found hard."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """All rows of the level's tasks."""
        return [{"task": task, **row} for task in LEVELS[level] for row in self.source.rows(task)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The question with its options; its target is the published text."""
        return Telling(structure["input"], structure["target"], data={"task": structure["task"]})

    def prompt(self, item: Item) -> str | None:
        """The task's prompt and the question."""
        return f"{self._examples(item.data['task'])}\n\nQ: {item.question}\nA: Let's think step by step.\n"

    def answer(self, item: Item) -> str:
        """The target announced as in the examples."""
        return f"So the answer is {item.target}."

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the last answer announced is the target."""
        read = text[-_LONGEST_READ:]
        _, *announced = _ANNOUNCED.split(read)
        said = announced[-1].partition("\n")[0].strip()[:_LONGEST_ANSWER] if announced else ""
        first = _STRICT.search(read)
        strict = float(first is not None and first.group(1) == item.target)
        right = bool(said) and _form(said, item.target) == _form(item.target, item.target)
        return Judgement(float(right), said, "" if announced else "no answer is announced", {"strict": strict})

    @functools.cache  # noqa: B019 - a task lives as long as the process, and has 27 of them
    def _examples(self, task: str) -> str:
        """A published prompt below its canary."""
        lines = self.source.rows(f"{task}_prompt")
        return "\n".join(lines[lines.index("-----") + 1 :]).strip()


def _form(said: str, target: str) -> str:
    """What counts of an answer where the target is an option, a word, a number, brackets, or several words."""
    said = " ".join(_MARKUP.sub("", said).replace("−", "-").split())
    if _AN_OPTION.fullmatch(target):
        option = _OPTION.match(said)
        return (option.group(1) or option.group(2)).upper() if option else ""
    said = said.lower()
    if target.isalpha():
        return _first(_WORD, said)
    if _NUMBER.fullmatch(target):
        return _first(_NUMBER, said.replace(",", ""))
    if not _NO_BRACKETS.sub("", target):
        return " ".join(said.replace(",", " ").rstrip(". ").split())
    return _NO_BRACKETS.sub("", _first(_BEFORE_WORDS, said))


def _first(pattern: re.Pattern[str], said: str) -> str:
    """What a text begins with."""
    found = pattern.match(said)
    return found.group() if found else ""


TASK = Bbh(Path(__file__).parent)
