"""Is the submission the one that was planned, and its manifest the one that was received?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.attest.errors import AttestationError
from harness.attest.statement import MANIFEST_SIGNATURE, verify_manifest
from harness.canonical import changed_fields, plain
from harness.intake.manifest import read_manifest
from harness.record import read_json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok

_UNSAID = {"country": "", "weights": ""}  # that records of before these keys do not hold


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
        also = ", and the team's signature" if evidence.team is not None else ""
        yield not_checked(f"title, declarations and digest of submission.json{also}: the manifest is not at hand")
        return
    declared = read_manifest(path)
    digest = declared.digest
    if digest != evidence.plan["submission_digest"]:
        yield failed(path.name, "the manifest here has another digest than the one that was run")
        return
    said = {**_UNSAID, **read_json(evidence.run.submission, {})}
    if changed := list(changed_fields(plain(declared), said)):
        yield failed("submission.json", f"not what the manifest declares: {', '.join(changed[:8])}")
    else:
        yield ok("the manifest has that digest, and declares what submission.json says")
    yield from _signed(evidence, path.parent, digest)


def _signed(evidence: Evidence, folder: Path, digest: str) -> Iterator[Check]:
    """The team's key is one of its own: those who attest records do not sign manifests."""
    there = (folder / MANIFEST_SIGNATURE).exists()
    if evidence.team is None:
        if there:
            yield not_checked("the team's signature of its manifest: give its public key with --team-key")
        return
    if not there:
        yield failed(MANIFEST_SIGNATURE, "the team did not sign its manifest")
        return
    try:
        verify_manifest(folder, evidence.team, digest)
    except AttestationError as error:
        yield failed(MANIFEST_SIGNATURE, error.what)
    else:
        yield ok(f"the manifest is signed by the team's key {evidence.team.id}")
