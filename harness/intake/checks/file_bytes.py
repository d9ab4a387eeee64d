"""What a file's first and last bytes say, whatever its name: pickles, archives and GGUF are refused in disguise too.

An archive is refused as such, so nothing is ever unpacked, and what it holds (a pickle in a zip in a tar …) never
matters. A zip archive is read from its end: sound safetensors may be one as well, which torch would unpickle.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.magic import HEAD, TAIL, holds_zip, identify
from harness.intake.tree import Entry
from harness.types import Finding

CODES = {
    "bytes.pickle": "The file is a pickle under another name: loading one runs code of the sender.",
    "bytes.archive": "The file is an archive under another name: what it holds cannot be checked.",
    "bytes.gguf": "The file is GGUF under another name.",
    "bytes.lfs": "The file is a Git LFS pointer: the real one has not been fetched.",
    "bytes.program": "The file is a program (ELF, Windows, or a script that names its interpreter) under another name.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Read both ends of every ordinary file; but sound safetensors begin with a length, whose bytes can be any."""
    sound = dossier.tensors()
    for entry in dossier.tree.files():
        if entry.name in dossier.pointers:
            what, remedy = "this is a Git LFS pointer, not the file itself", "run `git lfs pull`, then check again"
            yield finding("bytes.lfs", entry.name, what, remedy)
            continue
        try:
            disguise = _disguise(entry, sound=entry.name in sound)
        except OSError:
            continue  # `hashes` reports it
        if disguise:
            code, what = disguise
            yield finding(code, entry.name, what, "remove the file; weights come as safetensors only")


def _disguise(entry: Entry, *, sound: bool) -> tuple[str, str] | None:
    with entry.path.open("rb") as stream:
        found = None if sound else identify(stream.read(HEAD))
        stream.seek(max(0, entry.size - TAIL))
        if found is None and holds_zip(stream.read(TAIL), entry.size):
            return "bytes.archive", "a zip archive that begins like something else"
    return found


CHECK = Check("file bytes", CODES, run)
