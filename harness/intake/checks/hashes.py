"""Every listed file has the SHA-256 that the manifest says; see `hashing`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.hashing import UNREAD
from harness.intake.strict import RefusedError
from harness.types import Finding

_SHA256 = re.compile("[0-9a-f]{64}")

CODES = {
    "hash.wrong": "A file's SHA-256 is not the declared one: it is another file, or it was damaged on the way.",
    "hash.unreadable": "A file cannot be read to the end.",
    "hash.changed": "A file changed while it was read: what was checked is not what is there.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """One finding a file; links and devices are never opened."""
    for name, actual in dossier.digests.items():
        declared = dossier.listed.get(name)
        if declared is None or not _SHA256.fullmatch(declared):
            continue  # `files` and the schema report these
        if isinstance(actual, RefusedError):
            yield finding(f"hash.{actual.code}", name, actual.what, UNREAD[actual.code])
        elif actual != declared:
            what = f"SHA-256 is {actual}, declared {declared}"
            yield finding("hash.wrong", name, what, "restore the file, or declare the hash of the right one")


CHECK = Check("hashes", CODES, run)
