"""All questions put to one record, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from harness.attest.keys import PublicKey
from harness.errors import DefiError, UsageError
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
from harness.verify.report import Check, Report, Verdict, counted, failed, not_checked

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
_OF_A_SEAL = ("hashes", "signatures", "statement", "seals", "columns")  # with nothing to compare where there is none
_MARKS = ("submission.json", "plan.json", "seal.json", "attestation.json")  # a folder with one of them is a record
_SHOWN = 20  # findings of one check: the rest is counted


def verify_record(
    folder: Path,
    keys: Sequence[PublicKey] = (),
    manifest: Path | None = None,
    kept: Path | None = None,
    team: PublicKey | None = None,
) -> Report:
    """Check a record offline.

    Args:
        folder: the record, `runs/<round>/<team>/<entry>`; the round's log and seed are looked for above it.
        keys: public keys whose owners must have signed.
        manifest: the entry's `manifest.yaml`, where it is at hand.
        kept: a copy of `log-head.json` from an earlier day, which the log must continue.
        team: the public key whose owner must have signed the manifest.

    Raises:
        UsageError: the folder is no record. What is wrong inside one is in the report, never an exception.
    """
    _refuse_other_folder(folder)
    whole = folder.resolve()
    evidence = Evidence(whole, keys, manifest, kept, team)
    found = tuple(check for name, look in CHECKS.items() for check in _answers(name, look, evidence))
    return Report("/".join(whole.parts[-3:]), found, evidence.sealed)


def _refuse_other_folder(folder: Path) -> None:
    """UsageError where there is no record: none at all, or those of a round or of a team, which it names."""
    if not folder.is_dir():
        raise UsageError("no such record", where=str(folder), remedy="give runs/ROUND/TEAM/ENTRY")
    if any((folder / name).exists() for name in _MARKS):
        return
    inside = sorted(str(path.parent) for depth in ("*", "*/*") for path in folder.glob(f"{depth}/submission.json"))
    if not inside:
        raise UsageError("no record is in this folder", where=str(folder), remedy="give runs/ROUND/TEAM/ENTRY")
    shown = ", ".join(inside[:_SHOWN]) + (" …" if len(inside) > _SHOWN else "")
    what = f"{counted(len(inside), 'record')} below this folder, and one is checked at a time"
    raise UsageError(what, where=str(folder), remedy=f"name one: {shown}")


def _answers(name: str, look: Callable[[Evidence], Iterable[Check]], evidence: Evidence) -> Iterator[Check]:
    chosen = _unsealed if name in _OF_A_SEAL and not evidence.sealed else look
    told = [dataclasses.replace(check, name=name) for check in _guarded(chosen, evidence)]
    yield from told[:_SHOWN]
    if rest := told[_SHOWN:]:
        verdict: Verdict = "failed" if any(check.verdict == "failed" for check in rest) else "not checked"
        yield Check(verdict, f"and {len(rest)} more", name=name)


def _unsealed(_: Evidence) -> Iterator[Check]:
    yield not_checked("nothing to compare: the record is not sealed")


def _guarded(look: Callable[[Evidence], Iterable[Check]], evidence: Evidence) -> Iterator[Check]:
    """A check's answers; where the record is too damaged to be looked at, that it failed, and on what."""
    try:
        yield from look(evidence)
    except DefiError as error:
        yield failed(error.where, error.what)
    except Exception as error:  # whatever a damaged or hostile file makes a reader do, the others are still asked
        yield failed("", f"cannot be looked at: {type(error).__name__}: {str(error)[:120]}")
