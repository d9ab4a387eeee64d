"""Every listed file has the SHA-256 that the manifest says; files are streamed and always read for real."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.canonical import sha256_file
from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

_SHA256 = re.compile("[0-9a-f]{64}")

CODES = {
    "hash.wrong": "A file's SHA-256 is not the declared one: it is another file, or it was damaged on the way.",
    "hash.unreadable": "A file cannot be read to the end.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """One finding a file; links and devices are never opened."""
    for entry in dossier.tree.files():
        declared = dossier.listed.get(entry.name)
        if declared is None or not _SHA256.fullmatch(declared) or entry.name in dossier.pointers:
            continue  # `files`, the schema and `file_bytes` report these
        try:
            actual = sha256_file(entry.path)
        except OSError as error:
            yield finding("hash.unreadable", entry.name, f"cannot be read: {error.strerror}", "make it readable")
            continue
        if actual != declared:
            what = f"SHA-256 is {actual}, declared {declared}"
            yield finding("hash.wrong", entry.name, what, "restore the file, or declare the hash of the right one")


CHECK = Check("hashes", CODES, run)
