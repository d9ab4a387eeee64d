"""Is a sealed record still what was sealed? Hashes alone, for whoever computes with it; `harness.verify` asks more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.attest.errors import AttestationError
from harness.attest.files import read_canonical
from harness.attest.sealing import ATTESTATION, SEAL, is_sealed, record_files
from harness.attest.statement import read_statement, subjects
from harness.canonical import sha256_file

_SHOWN = 4  # findings: one is enough to refuse a record


def damage(run: Path) -> str:
    """What of a sealed record is not as it was sealed, in words; empty where all is, and for a record without a seal.

    No key is needed: signatures are for `defi verify`. What is found here is damage, or somebody's careless edit.
    """
    if not is_sealed(run):
        return ""
    try:
        found = list(_damaged(run))
    except AttestationError as error:
        return f"{error.where}: {error.what}"
    except (KeyError, TypeError, AttributeError) as error:  # canonical JSON of another shape
        return f"{SEAL}: cannot be read ({type(error).__name__})"
    return ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")


def _damaged(run: Path) -> Iterator[str]:
    seal = read_canonical(run / SEAL)
    sealed = {name: facts["sha256"] for name, facts in seal["files"].items()}
    found = {name: sha256_file(run / name) for name in record_files(run)}
    yield from (
        f"{name} is not as it was sealed"
        for name in sorted(sealed.keys() | found.keys())
        if sealed.get(name) != found.get(name)
    )
    here = run.parent.parent.name, f"{run.parent.name}/{run.name}"
    if (seal["round"], seal["submission"]) != here:
        yield f"{SEAL} is of {seal['submission']} in the round {seal['round']}"
    if (run / ATTESTATION).exists():
        _, statement = read_statement(run / ATTESTATION)
        if subjects(statement, ATTESTATION).get(SEAL) != sha256_file(run / SEAL):
            yield f"{SEAL} is not the one that was signed"
