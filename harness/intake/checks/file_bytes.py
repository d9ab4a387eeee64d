"""What a file's first bytes say, whatever its name: pickles, archives and GGUF are refused in disguise too."""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

_HEAD = 64 * 1024  # bytes looked at
_ARCHIVES = {
    b"PK\x03\x04": "a zip archive (torch.save writes one around a pickle)",
    b"PK\x05\x06": "a zip archive",
    b"\x1f\x8b\x08": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
    b"Rar!": "a rar archive",
}
_NAMES = {"STACK_GLOBAL", "EXT1", "EXT2", "EXT4"}  # opcodes that fetch a function; no text begins with one
_CALLS = {"REDUCE", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"}  # opcodes that call it
_DOTTED = re.compile(r"[A-Za-z_][\w.]* [A-Za-z_][\w.]*")  # how pickletools shows a module and a name

CODES = {
    "bytes.pickle": "The file is a pickle under another name: loading one runs code of the sender.",
    "bytes.archive": "The file is an archive under another name: what it holds cannot be checked.",
    "bytes.gguf": "The file is GGUF under another name.",
    "bytes.lfs": "The file is a Git LFS pointer: the real one has not been fetched.",
    "bytes.program": "The file is a program (ELF, Windows, or a script that names its interpreter) under another name.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Read the head of every ordinary file but sound safetensors, whose first bytes, a length, can be any."""
    sound = dossier.tensors()
    for entry in dossier.tree.files():
        if entry.name in dossier.pointers:
            what, remedy = "this is a Git LFS pointer, not the file itself", "run `git lfs pull`, then check again"
            yield finding("bytes.lfs", entry.name, what, remedy)
        if entry.name in sound or entry.name in dossier.pointers:
            continue
        try:
            with entry.path.open("rb") as stream:
                head = stream.read(_HEAD)
        except OSError:
            continue  # `hashes` reports it
        if disguise := identify(head):
            code, what = disguise
            yield finding(code, entry.name, what, "remove the file; weights come as safetensors only")


def identify(head: bytes) -> tuple[str, str] | None:
    """The code and description of what must not be there, or None."""
    if head[:4] == b"GGUF":
        return "bytes.gguf", "GGUF weights"
    if head[:4] == b"\x7fELF" or head[:3] == b"#!/" or (head[:2] == b"MZ" and b"\0" in head[:64]):
        return "bytes.program", "a program"
    for magic, what in _ARCHIVES.items():
        if head.startswith(magic):
            return "bytes.archive", what
    if head[257:262] == b"ustar":
        return "bytes.archive", "a tar archive"
    return ("bytes.pickle", "pickled Python objects") if is_pickle(head) else None


def is_pickle(head: bytes) -> bool:
    """Whether bytes are a pickle: a protocol mark (2 and later), or opcodes that fetch a function and call it.

    The opcodes are only listed, never executed. A text may begin like a pickle by chance; it does not go on to name
    a module's function and call it before anything unreadable comes.
    """
    if len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5:
        return True
    named = False
    try:
        for opcode, argument, _ in pickletools.genops(head):
            if opcode.name in _NAMES or (opcode.name in {"GLOBAL", "INST"} and _DOTTED.fullmatch(str(argument))):
                named = True
            if named and (opcode.name == "INST" or opcode.name in _CALLS):
                return True
    except Exception:  # pickletools raises many kinds of error on bytes that are no pickle
        return False
    return False


CHECK = Check("file bytes", CODES, run)
