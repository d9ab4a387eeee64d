"""In a round that stops by itself, was every item asked when its turn had come, and not otherwise?

What is asked next follows from the answers before it (`harness.metrics.ladder`), and what may be asked once may be
asked ever after. So a journal tells by its order alone whether an answer was added where a level was decided, or above
a level that failed, and whether lines were moved to another wave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.attest.sealing import FORMER
from harness.journal import read_all
from harness.metrics.ladder import open_items
from harness.types import Completion, Json, ScoreRow
from harness.verify.evidence import Evidence

MOST = 50  # items that are named


def asked_out_of_turn(evidence: Evidence) -> list[str]:
    """The items of a record that no judgement of it explains; none where the round asks everything.

    A record that was judged again keeps its former judgements, and what was asked followed from one of them.
    """
    if not evidence.plan["round"].get("stopping"):
        return []
    heard = [line.item for line in read_all(Completion, evidence.run.completions) if line.item in evidence.planned]
    judged = [evidence.run.scores, *sorted((evidence.folder / FORMER).glob("*/scores.jsonl"))]
    found = [
        out_of_turn(evidence.plan, heard, {row.item: row.value for row in read_all(ScoreRow, path)}) for path in judged
    ]
    return [item for item in found[0] if all(item in early for early in found)]


def out_of_turn(plan: Mapping[str, Json], heard: Sequence[str], values: Mapping[str, float | None]) -> list[str]:
    """The items of `heard` that the round would not have asked, or not yet, by what had been answered before.

    No more than `MOST` of them: one is enough, and each costs a look at the whole plan.

    Args:
        plan: as its JSON.
        heard: the item of each line of the journal, in the journal's order; the turns of a dialogue are lines.
        values: raw score of each item; None, or no entry, where it could not be scored.
    """
    if not plan.get("round", {}).get("stopping"):
        return []
    last = {item: number for number, item in enumerate(heard)}
    admitted = set(open_items(plan, {}))
    early: list[str] = []
    done: dict[str, float | None] = {}
    for number, item in enumerate(heard):
        if len(early) == MOST:
            break
        if item not in admitted:  # the turn of others may have come: what is done since then tells
            admitted.update(open_items(plan, done))
            early += [item] if item not in admitted else []
            admitted.add(item)
        if last[item] == number:
            done[item] = values.get(item)
    return early
