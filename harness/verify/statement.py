"""Does the signed statement say what the record's files say?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.attest.sealing import ATTESTATION, SEAL
from harness.canonical import changed_fields, sha256_json
from harness.record import read_json
from harness.types import Json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok

_FILES = {
    "declared": "submission.json",
    "conditions": "conditions.json",
    "judging": "judging.json",
    "seal": SEAL,
    "harness": ATTESTATION,
}


def check(evidence: Evidence) -> Iterator[Check]:
    """The predicate, field by field; the log's head in it is the log's question."""
    if evidence.statement is None:
        yield not_checked("there is no statement signed by a key that was given")
        return
    said = evidence.statement["predicate"]
    wrong = list(changed_fields({**said, "log": None, "commitment": None}, _found(evidence, said)))
    for name in wrong:
        where = _FILES.get(name.partition(".")[0], "plan.json")
        yield failed(where, f"its `{name}` is not the one that was signed")
    if not wrong and not evidence.keys:
        yield not_checked("the files are what the statement says, and whose statement it is nobody knows without --key")
    elif not wrong:
        yield ok("submission, plan, conditions, judging code and seal are those that were signed")


def _found(evidence: Evidence, said: dict[str, Json]) -> dict[str, Json]:
    return {
        "round": evidence.plan["round"]["name"],
        "submission": evidence.plan["submission"],
        "submission_digest": evidence.plan["submission_digest"],
        "declared": sha256_json(read_json(evidence.run.submission)),
        "plan": evidence.plan["hash"],
        "conditions": sha256_json(read_json(evidence.run.conditions)),
        "judging": read_json(evidence.run.judging),
        "harness": said["harness"],  # the version that sealed: nothing to compare it with
        "seal": evidence.seal["number"],
        "log": None,
        "commitment": None,
    }
