"""The manifest lists exactly the files of the checkpoint folder."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.file_types import is_allowed
from harness.intake.finding import finding
from harness.intake.hashing import UNREAD
from harness.intake.strict import RefusedError
from harness.intake.tree import Entry, is_safe
from harness.types import Finding

CODES = {
    "files.missing": "A file the manifest lists is not in the checkpoint folder.",
    "files.unlisted": "A file in the checkpoint folder is not listed: libraries could load what nobody hashed.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Compare both lists; say the exact lines to add for what is not listed."""
    if dossier.checkpoint is None or not dossier.tree.complete:
        return  # without end: `paths` reports it, and nothing there is hashed
    for name in sorted(dossier.listed.keys() - dossier.tree.entries.keys()):
        remedy = f"put {name} into the folder, or remove it from `files`"
        yield finding("files.missing", name, "listed and not there", remedy)
    listed = dossier.raw.get("files")
    if listed is None or listed == {}:
        yield from _whole(dossier)
        return
    for name, entry in dossier.tree.entries.items():
        if name not in (listed if isinstance(listed, dict) else {}) and _is_listable(dossier, entry):
            yield finding("files.unlisted", name, "in the folder and not listed", _remedy(dossier, name))


def _is_listable(dossier: Dossier, entry: Entry) -> bool:
    """What must not be there at all is reported for that alone."""
    return entry.kind == "file" and is_allowed(entry.name) and entry.name not in dossier.pointers


def _remedy(dossier: Dossier, name: str) -> str:
    digest = dossier.digests.get(name)
    if isinstance(digest, str):
        return f"remove the file, or add under `files`: {_line(name, digest)}"
    return f"{digest.what if digest else 'not hashed'}: mend that, then list the file with its SHA-256"


def _whole(dossier: Dossier) -> Iterator[Finding]:
    """Nothing is listed yet: one finding with the whole section, ready to copy."""
    lines = []
    for entry in dossier.tree.entries.values():
        digest = dossier.digests.get(entry.name)
        if not _is_listable(dossier, entry) or not is_safe(entry.name) or digest is None:
            continue
        if isinstance(digest, RefusedError):
            yield finding(f"hash.{digest.code}", entry.name, digest.what, UNREAD[digest.code])
        else:
            lines.append(f"  {_line(entry.name, digest)}")
    if lines:
        what = f"lists none of the {len(lines)} files in the folder"
        block = "\n".join(("put these lines in the place of `files: {}`:", "files:", *lines))
        yield Finding("files.unlisted", "error", "manifest.yaml: files", what, block)  # safe names: nothing to escape


def _line(name: str, digest: str) -> str:
    return f'{json.dumps(name, ensure_ascii=False)}: "{digest}"'


CHECK = Check("files", CODES, run)
