"""Do the answers belong to the plan: its items, its prompts, each once?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.journal import read_all
from harness.types import Completion
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok

_NAME = "completions.jsonl"


def check(evidence: Evidence) -> Iterator[Check]:
    """Every line's item, turn and prompt hash. Later turns' prompts follow from what was said, and are not hashed."""
    planned, heard = evidence.planned, dict.fromkeys(evidence.planned, 0)
    prompts = evidence.seed is not None  # a sealed round's hashes need its seed
    wrong = 0
    for number, line in enumerate(read_all(Completion, evidence.run.completions), 1):
        problem = _problem(evidence, line, heard, prompts=prompts)
        if problem:
            wrong += 1
            yield failed(f"{_NAME}, line {number}", f"{line.item}: {problem}")
    silent = sum(turns == 0 for turns in heard.values())
    if not wrong:
        unanswered = f", {silent} without an answer" if silent else ""
        what = "item and prompt" if prompts else "item"
        yield ok(f"{sum(heard.values())} answers to {len(planned)} items{unanswered}: {what} as planned")
    if not prompts:
        yield not_checked("prompt hashes: the seed is not revealed")


def _problem(evidence: Evidence, line: Completion, heard: dict[str, int], *, prompts: bool) -> str:
    """What is wrong with a line; it is counted where nothing is."""
    if line.item not in heard:
        return "not an item of the plan"
    if line.turn != heard[line.item]:
        return f"turn {line.turn}, and {heard[line.item]} is its next one"
    heard[line.item] += 1
    if prompts and not line.turn and line.finish != "error":
        wanted = evidence.planned[line.item]["prompt_sha256"]
        return "" if evidence.as_planned("prompt", line.prompt_sha256) == wanted else "asked with another prompt"
    return ""
