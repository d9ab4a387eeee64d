"""Is every byte of every file the one that was sealed, and attested?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.attest.sealing import ATTESTATION, SEAL, record_files
from harness.attest.statement import subjects
from harness.canonical import sha256_file
from harness.types import Json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """Each file against the signed statement where there is one, and against the seal."""
    found = {name: sha256_file(evidence.folder / name) for name in record_files(evidence.folder)}
    wrong = list(_compared(evidence, found))
    yield from wrong
    if not wrong:
        size = sum((evidence.folder / name).stat().st_size for name in found)
        by = f"{SEAL} and {ATTESTATION}" if evidence.statement else SEAL
        yield ok(f"{size} bytes in {counted(len(found), 'file')} are those that {by} name")


def _compared(evidence: Evidence, found: Mapping[str, str]) -> Iterator[Check]:
    if evidence.statement is not None:
        seal = sha256_file(evidence.folder / SEAL)
        signed = subjects(evidence.statement, ATTESTATION)
        yield from _against(signed, {**found, SEAL: seal}, "attested")
        if signed.get(SEAL) != seal:
            return  # what another seal says of a file is no reason to blame the file
    sealed: Mapping[str, Json] = evidence.seal["files"]
    yield from _against({name: facts["sha256"] for name, facts in sealed.items()}, found, "sealed")
    for name, facts in sealed.items():
        if name in found and facts["size"] != (evidence.folder / name).stat().st_size:
            yield failed(name, "not of the size that was sealed")


def _against(said: Mapping[str, str], found: Mapping[str, str], verb: str) -> Iterator[Check]:
    for name in sorted(said.keys() | found.keys()):
        if said.get(name) != found.get(name):
            yield failed(name, f"its SHA-256 is not the one that was {verb}")
