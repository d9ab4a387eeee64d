"""Are the files of a sealed record there, and no others?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.attest.sealing import ATTESTATION, NEEDED, SCHEMA, SEAL, record_files
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, not_checked, ok

NOT_SEALED = "not sealed: set DEFI_KEY and run the same command again"


def check(evidence: Evidence) -> Iterator[Check]:
    """Names only; what is in the files is the next question."""
    if not evidence.sealed:
        yield not_checked(NOT_SEALED)
        return
    if not (evidence.folder / SEAL).exists():
        yield failed(SEAL, f"it is gone, and {ATTESTATION} is here: the record was sealed")
        return
    if evidence.seal.get("schema") != SCHEMA:
        yield failed(SEAL, f"not of the schema {SCHEMA}")
        return
    there, sealed = set(record_files(evidence.folder)), set(evidence.seal["files"])
    yield from (failed(name, "sealed, and not here") for name in sorted(sealed - there))
    yield from (failed(name, "here, and not sealed") for name in sorted(there - sealed))
    yield from (failed(name, "missing from the seal") for name in sorted(set(NEEDED) - sealed))
    if there == sealed and sealed >= set(NEEDED):
        yield ok(f"{counted(len(there), 'file')}, none missing and none beside them")
