"""Nothing leaves the checkpoint folder: no link, no `..`, no pipe or device, a bounded number of files and of bytes.

Libraries follow links and index names with `../` without a word (PLATFORM: both were loaded).
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.tree import DEEPEST, MOST_BYTES, MOST_ENTRIES, Entry, is_safe
from harness.types import Finding

CODES = {
    "path.link": "A symbolic link: what it points at can change after the check, or lie outside the folder.",
    "path.hard-link": "A file with a second name elsewhere: whoever holds that name can change it after the check.",
    "path.special": "A pipe, socket or device: reading one can hang or reach hardware.",
    "path.unsafe": "A file name that is absolute, climbs with `..`, or holds a backslash or control character.",
    "path.too-many": f"More than {MOST_ENTRIES:,} files, folders deeper than {DEEPEST}, or a folder closed to us.",
    "path.too-large": f"The files take more than {MOST_BYTES >> 40} TiB together, so none is hashed.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at names and kinds only."""
    if not dossier.tree.complete:
        what = "the folder is too large, too deep or closed to walk"
        yield finding("path.too-many", "checkpoint", what, "keep only the checkpoint's own files, all readable")
    if dossier.tree.size > MOST_BYTES:
        what = f"the files take {dossier.tree.size:,} bytes together, at most {MOST_BYTES:,} are read"
        yield finding("path.too-large", "checkpoint", what, "keep only the checkpoint's own files; see sparse files")
    for entry in dossier.tree.entries.values():
        if entry.kind == "link":
            yield finding("path.link", entry.name, "a symbolic link", "put the file itself in its place")
        elif entry.kind == "special":
            yield finding("path.special", entry.name, "not an ordinary file", "remove it")
        elif entry.links > 1 and not _is_ours(dossier, entry):
            what = f"the same bytes have {entry.links} names on this disk"
            yield finding(
                "path.hard-link", entry.name, what, "copy it: `cp --reflink=auto` into a new file, then rename"
            )
    for name in sorted(dossier.tree.entries.keys() | dossier.listed.keys()):
        if not is_safe(name):
            yield finding("path.unsafe", repr(name), "this file name is not safe", "use plain names inside the folder")


def _is_ours(dossier: Dossier, entry: Entry) -> bool:
    """Whether a file lies in the cache of this workspace, where the intake itself made it."""
    return dossier.cache is not None and entry.path.resolve().is_relative_to(dossier.cache.resolve())


CHECK = Check("paths", CODES, run)
