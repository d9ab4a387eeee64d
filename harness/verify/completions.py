"""Do the answers belong to the plan: its items, its prompts, each once?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.journal import read_all
from harness.metrics.ladder import open_items
from harness.record import read_scores, read_turns
from harness.types import OWN_FAULTS, Completion
from harness.verify.comparing import goes_on
from harness.verify.evidence import Evidence
from harness.verify.in_turn import asked_out_of_turn
from harness.verify.report import Check, counted, failed, not_checked, ok

_NAME = "completions.jsonl"


def check(evidence: Evidence) -> Iterator[Check]:
    """Every line's item, turn and prompt hash. Later turns' prompts follow from what was said, and are not hashed.

    An item without an answer, or a dialogue without its end, would be left out of the means: both fail.
    """
    heard = dict.fromkeys(evidence.planned, 0)
    prompts = evidence.seed is not None  # a sealed round's hashes need its seed
    wrong = 0
    for number, line in enumerate(read_all(Completion, evidence.run.completions), 1):
        problem = _problem(evidence, line, heard, prompts=prompts)
        if problem:
            wrong += 1
            yield failed(f"{_NAME}, line {number}", f"{line.item}: {problem}")
    values = {row.item: row.value for row in read_scores(evidence.run)}
    silent = open_items(evidence.plan, {item: values.get(item) for item, turns in heard.items() if turns})
    early = asked_out_of_turn(evidence)
    yield from (failed(_NAME, f"{item}: asked, and no answer is there") for item in silent)
    yield from (failed(_NAME, f"{item}: answered, and its turn had not come") for item in early)
    if not wrong and not silent and not early:
        what = "item and prompt" if prompts else "item"
        asked = sum(turns > 0 for turns in heard.values())
        yield ok(f"{counted(sum(heard.values()), 'answer')} to {counted(asked, 'item')}: {what} as planned")
        if asked < len(heard):
            yield ok(f"{counted(len(heard) - asked, 'item')} not asked: the round stops where a level is decided")
    if prompts and evidence.hidden:
        yield not_checked(f"prompt hashes of {counted(len(evidence.hidden), 'anchor')}: their seed is not published")
    if not prompts:
        yield not_checked("prompt hashes: the seed is not revealed")
    if wrong:
        return
    turns = read_turns(evidence.run)
    yield from _faults(turns)
    yield from _open(evidence, turns)


def _faults(turns: Mapping[str, Sequence[Completion]]) -> Iterator[Check]:
    """Answers that are said to be lacking by our fault: nobody can tell from a record, and they are not scored."""
    errors = [item for item, said in turns.items() if said[-1].finish == "error"]
    if errors:
        shown = ", ".join(errors[:4]) + (" …" if len(errors) > 4 else "")
        have = "has" if len(errors) == 1 else "have"
        yield not_checked(f"{len(errors)} of {len(turns)} items {have} an error of ours for an answer: {shown}")


def _open(evidence: Evidence, turns: Mapping[str, Sequence[Completion]]) -> Iterator[Check]:
    """Dialogues that were not over."""
    if not any(task["kind"] == "dialogue" for task in evidence.plan["tasks"].values()):
        return
    if evidence.seed is None:
        yield not_checked("ends of dialogues: the seed is not revealed")
        return
    if why := evidence.unmakeable:
        yield not_checked(f"ends of dialogues, whose items cannot be made here: {why}")
        return
    for item in evidence.items:
        said = turns.get(item.id, ())
        if said and said[-1].finish not in ("error", *OWN_FAULTS) and goes_on(item, said):
            yield failed(_NAME, f"{item.id}: the dialogue was not over")


def _problem(evidence: Evidence, line: Completion, heard: dict[str, int], *, prompts: bool) -> str:
    """What is wrong with a line; it is counted where nothing is."""
    if line.item not in heard:
        return "not an item of the plan"
    if line.turn != heard[line.item]:
        return f"turn {line.turn}, and {heard[line.item]} is its next one"
    heard[line.item] += 1
    if prompts and line.item not in evidence.hidden and not line.turn and line.finish != "error":
        wanted = evidence.planned[line.item]["prompt_sha256"]
        return (
            ""
            if evidence.as_planned("prompt", line.prompt_sha256, line.item) == wanted
            else "asked with another prompt"
        )
    return ""
