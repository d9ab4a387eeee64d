"""Judged again by the code at hand, do the answers earn what the record says?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.canonical import changed_fields, dumps
from harness.record import read_completions, read_json, read_scores
from harness.scoring import judging_digests, score_items
from harness.types import ScoreRow
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, not_checked, ok

_NAME = "scores.jsonl"


def check(evidence: Evidence) -> Iterator[Check]:
    """Every answer, with the items made again from the seed."""
    if evidence.seed is None:
        yield not_checked("the seed is not revealed: no answer can be compared with its item")
        return
    if why := evidence.unmakeable:
        yield not_checked(f"no answer can be compared with its item, which cannot be made here: {why}")
        return
    now = judging_digests({item.task for item in evidence.items})
    then = read_json(evidence.run.judging, {})
    other = [name for name in changed_fields(then, now) if name != "harness"]
    recorded = {row.item: row for row in read_scores(evidence.run)}
    heard, stops = read_completions(evidence.run), bool(evidence.plan["round"].get("stopping"))
    asked = [item for item in evidence.items if not stops or item.id in heard]
    again = list(score_items(asked, heard))
    differ = [row for row in again if row.item not in recorded or dumps(row) != dumps(recorded[row.item])]
    here = [row for row in differ if _unjudged_here(row, recorded.get(row.item))]
    wrong = [row for row in differ if not _unjudged_here(row, recorded.get(row.item))]
    code = f"other code judged ({', '.join(other)}; harness {then.get('harness')})" if other else "the same code judged"
    if wrong and (not other or then.get("harness") == now["harness"]):
        if other:
            yield failed("judging.json", f"{code}, and calls itself the version that judges here")
        yield from (failed(_NAME, f"{row.item}: {_words(recorded.get(row.item), row)}") for row in wrong)
    elif wrong:
        yield not_checked(f"{len(wrong)} of {len(again)} scores differ, but {code}: check out that version")
    if here:
        yield not_checked(f"{counted(len(here), 'answer')} cannot be judged on this machine: {here[0].reason[:120]}")
    if evidence.hidden:
        yield not_checked(f"{counted(len(evidence.hidden), 'answer')} to anchors, whose seed is not published yet")
    if not differ:
        yield ok(f"{counted(len(again), 'answer')} judged again, each with the same result; {code}")


def _unjudged_here(row: ScoreRow, recorded: ScoreRow | None) -> bool:
    """A score that could not be computed here, and could where the record was made: no sandbox, for instance."""
    return row.value is None and recorded is not None and recorded.value is not None


def _words(recorded: ScoreRow | None, again: ScoreRow) -> str:
    if recorded is None:
        return "no score in the record"
    if recorded.value != again.value:
        return f"the record says {recorded.value}, and judged again it is {again.value}"
    return "the same value with other words about it"
