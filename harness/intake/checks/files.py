"""The manifest lists exactly the files of the checkpoint folder."""

from __future__ import annotations

from collections.abc import Iterator

from harness.canonical import sha256_file
from harness.intake.checks.file_types import is_allowed
from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.tree import Entry
from harness.types import Finding

CODES = {
    "files.missing": "A file the manifest lists is not in the checkpoint folder.",
    "files.unlisted": "A file in the checkpoint folder is not listed: libraries could load what nobody hashed.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Compare both lists; say the exact line to add for what is not listed."""
    if dossier.checkpoint is None:
        return
    for name in sorted(dossier.listed.keys() - dossier.tree.entries.keys()):
        remedy = f"put {name} into the folder, or remove it from `files`"
        yield finding("files.missing", name, "listed and not there", remedy)
    for name, entry in dossier.tree.entries.items():
        if name not in (dossier.declared("files", dict) or {}):
            yield finding("files.unlisted", name, "in the folder and not listed", _remedy(entry))


def _remedy(entry: Entry) -> str:
    if entry.kind == "file" and is_allowed(entry.name):
        try:
            return f'remove the file, or add under `files`: "{entry.name}": {sha256_file(entry.path)}'
        except OSError as error:
            return f"make it readable ({error.strerror}), then list it with its SHA-256"
    return "remove it from the folder"


CHECK = Check("files", CODES, run)
