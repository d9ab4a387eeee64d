"""Nothing leaves the checkpoint folder: no link, no `..`, no pipe or device, and a bounded number of files.

Libraries follow links and index names with `../` without a word (PLATFORM: both were loaded).
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.tree import DEEPEST, MOST_ENTRIES, is_safe
from harness.types import Finding

CODES = {
    "path.link": "A symbolic link: what it points at can change after the check, or lie outside the folder.",
    "path.special": "A pipe, socket or device: reading one can hang or reach hardware.",
    "path.unsafe": "A file name that is absolute, climbs with `..`, or holds a backslash or control character.",
    "path.too-many": f"More than {MOST_ENTRIES:,} files, folders deeper than {DEEPEST}, or a folder closed to us.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at names and kinds only."""
    if not dossier.tree.complete:
        what = "the folder is too large, too deep or closed to walk"
        yield finding("path.too-many", "checkpoint", what, "keep only the checkpoint's own files, all readable")
    for entry in dossier.tree.entries.values():
        if entry.kind == "link":
            yield finding("path.link", entry.name, "a symbolic link", "put the file itself in its place")
        elif entry.kind == "special":
            yield finding("path.special", entry.name, "not an ordinary file", "remove it")
    for name in sorted(dossier.tree.entries.keys() | dossier.listed.keys()):
        if not is_safe(name):
            yield finding("path.unsafe", repr(name), "this file name is not safe", "use plain names inside the folder")


CHECK = Check("paths", CODES, run)
