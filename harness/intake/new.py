"""Starting an entry: the template is copied, and its two names filled in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from harness.errors import UsageError
from harness.intake.checks.identity import ORGANISERS, RESERVED
from harness.intake.manifest import NAME
from harness.workspace import Workspace

_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
_RULE = "2 to 40 lowercase letters a-z, digits and hyphens, with no hyphen first or last"


def new_submission(name: str, workspace: Workspace) -> Path:
    """Make `submissions/TEAM/ENTRY/` from the template; the new folder.

    Raises:
        UsageError: the name is not TEAM/ENTRY, is reserved, or the entry exists already.
    """
    team, entry = _split(name)
    template, folder = workspace.submissions / "template", workspace.submissions / team / entry
    if folder.exists():
        remedy = "choose another entry name, or edit the manifest that is there"
        raise UsageError("this entry exists already", where=str(folder), remedy=remedy)
    if not (template / NAME).is_file():
        remedy = "restore submissions/template/manifest.yaml from the project"
        raise UsageError("the template is missing", where=str(template / NAME), remedy=remedy)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(template, folder)
    manifest = folder / NAME
    text = manifest.read_text(encoding="utf-8")
    for key, value in (("team", team), ("entry", entry)):
        text = re.sub(rf"(?m)^{key}:.*$", f'{key}: "{value}"', text, count=1)
    manifest.write_text(text, encoding="utf-8")
    return folder


def _split(name: str) -> tuple[str, str]:
    parts = name.split("/")
    if len(parts) != 2:
        raise UsageError(f"{name!r} is not TEAM/ENTRY", remedy="write the two names with one slash: my-team/my-model")
    for part in parts:
        if not _WORD.fullmatch(part):
            raise UsageError(f"{part!r} cannot be a team or entry name", where=name, remedy=f"use {_RULE}")
    team, entry = parts
    for key, part in (("team", team), ("entry", entry)):
        if part in RESERVED or (key == "team" and part == ORGANISERS):
            remedy = f"choose another; reserved: {', '.join((*RESERVED, ORGANISERS))}"
            raise UsageError(f"the {key} name {part!r} is reserved", where=name, remedy=remedy)
    return team, entry
