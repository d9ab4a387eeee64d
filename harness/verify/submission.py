"""Is the submission the one that was planned, and its manifest the one that was received?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.attest.statement import MANIFEST as MANIFEST_TYPE
from harness.attest.statement import MANIFEST_SIGNATURE, read_statement, verify_manifest
from harness.intake.manifest import read_manifest
from harness.record import read_json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """`submission.json` against the plan; the manifest's digest and the team's signature where it is at hand."""
    said, plan = read_json(evidence.run.submission, {}), evidence.plan
    pairs = {
        "submission": (f"{said.get('team')}/{said.get('entry')}", plan["submission"]),
        "digest": (said.get("digest"), plan["submission_digest"]),
        "files": (said.get("files"), plan["checkpoint"]),
    }
    wrong = [name for name, (one, other) in pairs.items() if one != other]
    yield from (failed("submission.json", f"`{name}` is not the plan's") for name in wrong)
    if not wrong:
        yield ok(f"{plan['submission']}, digest {plan['submission_digest'][:12]}, as planned")
    yield from _manifest(evidence)


def _manifest(evidence: Evidence) -> Iterator[Check]:
    path = evidence.manifest
    if path is None or not path.exists():
        yield not_checked("the digest was not computed again: the manifest is not at hand")
        return
    digest = read_manifest(path).digest
    if digest != evidence.plan["submission_digest"]:
        yield failed(path.name, "the manifest here has another digest than the one that was run")
        return
    yield ok("the manifest has that digest")
    if (path.parent / MANIFEST_SIGNATURE).exists():
        yield _signed(evidence, path.parent, digest)


def _signed(evidence: Evidence, folder: Path, digest: str) -> Check:
    envelope, _ = read_statement(folder / MANIFEST_SIGNATURE, MANIFEST_TYPE)
    signers = [key for key in evidence.keys if envelope.signed_by(key)]
    if not signers:
        return not_checked("the team signed its manifest with a key that was not given: --key")
    verify_manifest(folder, signers[0], digest)
    return ok(f"the manifest is signed by the key {signers[0].id}")
