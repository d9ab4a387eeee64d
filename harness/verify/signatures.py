"""Did those who are believed sign this record?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.attest.sealing import ATTESTATION
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """Every key that was given must have signed; a signature whose key was not given says nothing."""
    if not evidence.attested:
        words = "nobody signed this record"
        yield failed(ATTESTATION, words) if evidence.keys else not_checked(words)
        return
    envelope, _ = evidence.attestation
    for key in evidence.keys:
        if envelope.signed_by(key):
            yield ok(f"signed by the key {key.id}")
        else:
            yield failed(ATTESTATION, f"no valid signature of the key {key.id}")
    given = {key.id for key in evidence.keys}
    for one in envelope.signatures:
        if one.keyid not in given:
            yield not_checked(f"a signature names the key {one.keyid}: give its public key with --key")
    if not envelope.signatures:
        yield failed(ATTESTATION, "an envelope without a signature")
