"""Is the plan the one its hash names?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.canonical import sha256_json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """The hash computed again over everything else in `plan.json`, and whose plan it is."""
    plan = evidence.plan
    if sha256_json({key: value for key, value in plan.items() if key != "hash"}) != plan["hash"]:
        yield failed("plan.json", "its hash is not the hash of what it holds")
        return
    expected = {"round": plan["round"]["name"], "submission": plan["submission"]}
    for name, value in expected.items():
        if (evidence.folder / "seal.json").exists() and evidence.seal[name] != value:
            yield failed("plan.json", f"a plan of the {name} {value}, sealed for {evidence.seal[name]}")
            return
    named, here = f"{plan['round']['name']}/{plan['submission']}", "/".join(evidence.folder.parts[-3:])
    if named != here:
        yield failed("plan.json", f"a plan of {named}, in the folder {here}")
        return
    yield ok(f"plan {plan['hash'][:12]} of {counted(len(evidence.planned), 'item')}, hash computed again")
