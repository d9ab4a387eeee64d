"""All questions put to one record, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from harness.attest.keys import PublicKey
from harness.errors import DefiError, RecordError
from harness.verify import (
    columns,
    commitment,
    completions,
    estimates,
    hashes,
    items,
    judging,
    log,
    plan,
    scores,
    seals,
    signatures,
    statement,
    structure,
    submission,
)
from harness.verify.evidence import Evidence
from harness.verify.report import Check, Report, Verdict, failed

CHECKS: dict[str, Callable[[Evidence], Iterable[Check]]] = {
    "files": structure.check,
    "hashes": hashes.check,
    "signatures": signatures.check,
    "statement": statement.check,
    "log": log.check,
    "seals": seals.check,
    "columns": columns.check,
    "plan": plan.check,
    "submission": submission.check,
    "commitment": commitment.check,
    "items": items.check,
    "completions": completions.check,
    "scores": scores.check,
    "judging": judging.check,
    "estimates": estimates.check,
}
_SHOWN = 20  # findings of one check: the rest is counted


def verify_record(folder: Path, keys: Sequence[PublicKey] = (), manifest: Path | None = None) -> Report:
    """Check a record offline.

    Args:
        folder: the record, `runs/<round>/<team>/<entry>`; the round's log and seed are looked for above it.
        keys: public keys whose owners must have signed.
        manifest: the entry's `manifest.yaml`, where it is at hand.

    Raises:
        RecordError: there is no such folder. What is wrong inside it is in the report, never an exception.
    """
    if not folder.is_dir():
        raise RecordError("no such record", where=str(folder), remedy="give runs/ROUND/TEAM/ENTRY")
    whole = folder.resolve()
    evidence = Evidence(whole, keys, manifest)
    found = tuple(check for name, look in CHECKS.items() for check in _answers(name, look, evidence))
    return Report("/".join(whole.parts[-3:]), found)


def _answers(name: str, look: Callable[[Evidence], Iterable[Check]], evidence: Evidence) -> Iterator[Check]:
    told = [dataclasses.replace(check, name=name) for check in _guarded(look, evidence)]
    yield from told[:_SHOWN]
    if rest := told[_SHOWN:]:
        verdict: Verdict = "failed" if any(check.verdict == "failed" for check in rest) else "not checked"
        yield Check(verdict, f"and {len(rest)} more", name=name)


def _guarded(look: Callable[[Evidence], Iterable[Check]], evidence: Evidence) -> Iterator[Check]:
    """A check's answers; where the record is too damaged to be looked at, that it failed, and on what."""
    try:
        yield from look(evidence)
    except DefiError as error:
        yield failed(error.where, error.what)
    except Exception as error:  # whatever a damaged or hostile file makes a reader do, the others are still asked
        yield failed("", f"cannot be looked at: {type(error).__name__}: {str(error)[:120]}")
