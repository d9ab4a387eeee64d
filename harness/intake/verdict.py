"""All checks over one submission, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import plain
from harness.errors import CheckpointError
from harness.intake.checkpoint import Announce, resolve_source
from harness.intake.checks import CHECKS
from harness.intake.dossier import Dossier, Scope
from harness.intake.find import demand_manifest
from harness.intake.finding import finding
from harness.intake.manifest import CODES as MANIFEST_CODES
from harness.intake.manifest import inspect_manifest, manifest_file, to_source, to_submission
from harness.types import Finding, Json
from harness.workspace import Workspace

CODES = {
    "checkpoint.unresolved": "The checkpoint cannot be found, fetched or converted, so its files could not be checked.",
    "smoke.failed": "Eight public items were asked, and the run failed or an item has no answer that could be judged.",
    "smoke.silent": "Eight public items were asked, and every answer is empty.",
    "signature.wrong": "The manifest is not signed by the key that was given, or has changed since it was signed.",
    "intake.fault": "A check of ours failed. It is not the team's fault, and the entry waits until it is mended.",
}


_USUAL = Scope()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the intake says of a submission."""

    submission: str  # TEAM/ENTRY, as the manifest says, else as the folders say
    findings: tuple[Finding, ...]

    @property
    def eligible(self) -> bool:
        """Whether no finding is an error."""
        return not any(found.severity == "error" for found in self.findings)

    def to_json(self) -> dict[str, Json]:
        """The shape of `docs/schemas/findings.schema.json`."""
        return {"submission": self.submission, "eligible": self.eligible, "findings": plain(self.findings)}


def check_submission(
    path: Path, workspace: Workspace, announce: Announce = lambda _: None, scope: Scope = _USUAL
) -> Verdict:
    """Apply every rule to a submission and report all that it breaks.

    Args:
        path: the folder of the entry, or its `manifest.yaml`.
        workspace: where converted checkpoints are kept.
        announce: is told what takes long.
        scope: how far to look.

    Raises:
        UsageError: there is nothing at `path`, or a folder without a manifest.
    """
    demand_manifest(path, workspace)
    folder = manifest_file(path).parent.resolve()
    raw, findings = inspect_manifest(path)
    if raw is None:
        return Verdict(f"{folder.parent.name}/{folder.name}", tuple(findings))
    dossier, unresolved = _open(folder, raw, findings, workspace, announce, scope)
    return Verdict(_identity(dossier), (*findings, *unresolved, *_apply(dossier)))


def explanations() -> Mapping[str, str]:
    """Every code with what it means, in the order in which findings are shown."""
    codes = dict(MANIFEST_CODES) | CODES
    for check in CHECKS:
        codes |= check.codes
    return codes


def _open(
    folder: Path,
    raw: Mapping[str, Json],
    broken: Sequence[Finding],
    workspace: Workspace,
    announce: Announce,
    scope: Scope,
) -> tuple[Dossier, list[Finding]]:
    """The dossier; the checkpoint is resolved even when other parts of the manifest are broken."""
    submission = None if broken else to_submission(dict(raw))
    source_broken = any(found.where.startswith("manifest.yaml: checkpoint") for found in broken)
    if source_broken or "checkpoint" not in raw:
        return Dossier(folder, raw, None, None, workspace.cache, scope), []
    files = raw.get("files")
    listed = list(files) if isinstance(files, dict) else []
    try:
        checkpoint = resolve_source(to_source(raw["checkpoint"]), folder, workspace.cache, listed, announce)
    except CheckpointError as error:
        found = finding("checkpoint.unresolved", error.where or "checkpoint", error.what, error.remedy)
        return Dossier(folder, raw, submission, None, workspace.cache, scope), [found]
    return Dossier(folder, raw, submission, checkpoint, workspace.cache, scope), []


def _apply(dossier: Dossier) -> Iterator[Finding]:
    for check in CHECKS:
        try:
            yield from check.run(dossier)
        except Exception as error:  # a hostile file may break a rule of ours: the other rules still speak
            what = f"the check {check.name!r} failed: {type(error).__name__}: {error}"
            yield finding("intake.fault", "intake", what, "tell the organisers, with the manifest and this message")


def _identity(dossier: Dossier) -> str:
    if dossier.submission:
        return dossier.submission.id
    return f"{dossier.folder.parent.name}/{dossier.folder.name}"
