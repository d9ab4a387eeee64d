"""Where a manifest should be and is not: what the person probably meant."""

from __future__ import annotations

import os
from pathlib import Path

from harness.errors import UsageError
from harness.intake.finding import harmless
from harness.intake.manifest import NAME
from harness.workspace import Workspace

_SHOWN = 10


def demand_manifest(path: Path, workspace: Workspace) -> None:
    """Return when there is something to read at `path`; UsageError with the likeliest remedy otherwise."""
    if not os.path.lexists(path):
        raise UsageError("there is nothing here to check", where=str(path), remedy=_elsewhere(path, workspace))
    if not path.is_dir() or os.path.lexists(path / NAME):
        return
    misnamed = [other for other in ("manifest.yml", "manifest.YAML", "Manifest.yaml") if (path / other).is_file()]
    if misnamed:
        raise UsageError(f"no {NAME} here", where=str(path), remedy=f"rename {misnamed[0]} to {NAME}")
    raise UsageError(f"no {NAME} in this folder", where=str(path), remedy=_inside(path))


def _elsewhere(path: Path, workspace: Workspace) -> str:
    meant = workspace.submissions / path
    if not path.is_absolute() and (meant / NAME).is_file():
        return f"did you mean {meant}?"
    return "give the folder of an entry, such as submissions/TEAM/ENTRY"


def _inside(path: Path) -> str:
    """The entries one or two folders down (a team's, or all)."""
    found = sorted(str(m.parent) for pattern in ("*", "*/*") for m in path.glob(f"{pattern}/{NAME}"))
    if not found:
        return "give the folder of an entry; `defi submission new TEAM/ENTRY` starts one"
    more = f" … ({len(found)} in all)" if len(found) > _SHOWN else ""
    return f"give one of the entries in it: {harmless(', '.join(found[:_SHOWN]), 1200)}{more}"
