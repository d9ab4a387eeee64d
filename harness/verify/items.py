"""Made again from the seed, are the items those that were planned?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.canonical import sha256_json
from harness.plan import request_of
from harness.prompt import PromptStyle, prompt_sha256
from harness.types import Item
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, not_checked, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """Every item, every request, and every prompt where no chat template is needed for it."""
    if evidence.seed is None:
        yield not_checked("the seed is not revealed")
        return
    if why := evidence.unmakeable:
        yield not_checked(f"the items cannot be made here: {why}")
        return
    plain = evidence.plan["style"]["kind"] == "plain"
    style = PromptStyle("plain", date=evidence.plan["style"]["date"]) if plain else None
    wrong = 0
    for item in evidence.items:
        if other := _other(evidence, item, style):
            wrong += 1
            yield failed("plan.json", f"{item.id}: another {other} than the seed gives")
    if not wrong:
        what = "items, requests and prompts" if plain else "items and requests"
        yield ok(f"{len(evidence.items)} {what} made again from the seed, each with its planned hash")
    if evidence.hidden and evidence.anchors is not None:
        words = f"the seed of the set {evidence.anchors.set} is published when no round asks it any more"
        yield not_checked(f"{counted(len(evidence.hidden), 'anchor')}, which other rounds ask too: {words}")
    if not plain:
        yield not_checked("prompts: the chat template is in the checkpoint")


def _other(evidence: Evidence, item: Item, style: PromptStyle | None) -> str:
    """What of an item is not as planned; empty where all is."""
    request = request_of(item)
    made = {"item": sha256_json(item), "request": sha256_json(request)}
    if style is not None:
        made["prompt"] = prompt_sha256(style.render(request.messages, request.language))
    planned = evidence.planned[item.id]
    return ", ".join(
        kind for kind, digest in made.items() if evidence.as_planned(kind, digest, item.id) != planned[f"{kind}_sha256"]
    )
