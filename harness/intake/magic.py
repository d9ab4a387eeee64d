"""What a file is by its bytes, whatever its name: pickles, archives, programs and GGUF."""

from __future__ import annotations

import pickletools
import re
import zlib

HEAD = 64 * 1024  # bytes looked at from the beginning
TAIL = 22 + 65_535  # bytes from the end in which a zip archive says where its parts are

_MARKS = (  # of the first bytes, a code and words
    (rb"GGUF", "bytes.gguf", "GGUF weights"),
    (rb"\x7fELF|#!/|MZ[^\0]{0,61}\0", "bytes.program", "a program"),
    (rb"PK\x03\x04", "bytes.archive", "a zip archive (torch.save and numpy.savez write one around pickles)"),
    (rb"PK\x05\x06|PK\x07\x08", "bytes.archive", "a zip archive"),
    (rb"\x1f\x8b", "bytes.archive", "a gzip archive"),
    (rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", "bytes.archive", "a bzip2 archive"),
    (rb"\xfd7zXZ\0", "bytes.archive", "an xz archive"),
    (rb"7z\xbc\xaf\x27\x1c", "bytes.archive", "a 7z archive"),
    (rb"\x28\xb5\x2f\xfd", "bytes.archive", "a zstandard archive"),
    (rb"\x04\x22\x4d\x18", "bytes.archive", "an lz4 archive"),
    (rb"Rar!\x1a\x07", "bytes.archive", "a rar archive"),
    (rb"MSCF\0\0\0\0", "bytes.archive", "a cabinet archive"),
    (rb"!<arch>\n", "bytes.archive", "an ar archive"),
    (rb"\x93NUMPY", "bytes.pickle", "a numpy array, which can hold pickles"),
    (rb"\x89HDF\r\n", "bytes.pickle", "an HDF5 file, which can hold code"),
)
_NAMES = {"STACK_GLOBAL", "EXT1", "EXT2", "EXT4"}  # opcodes that fetch a function; no text begins with one
_CALLS = {"REDUCE", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"}  # opcodes that call it
_DOTTED = re.compile(r"[A-Za-z_][\w.]* [A-Za-z_][\w.]*")  # how pickletools shows a module and a name


def identify(head: bytes) -> tuple[str, str] | None:
    """The code and description of what must not be there, or None."""
    for mark, code, what in _MARKS:
        if re.match(mark, head, re.DOTALL):
            return code, what
    if is_tar(head):
        return "bytes.archive", "a tar archive"
    if is_zlib(head):
        return "bytes.archive", "compressed data (joblib writes pickles so)"
    return ("bytes.pickle", "pickled Python objects") if is_pickle(head) else None


def is_tar(head: bytes) -> bool:
    """Whether a file begins with a tar header, of a version with a mark (`ustar`) or of the one before, by its sum."""
    if head[257:262] == b"ustar":
        return True
    field = head[148:156].strip(b" \0")
    if len(head) < 512 or not re.fullmatch(b"[0-7]{3,7}", field):
        return False
    return sum(head[:148] + b" " * 8 + head[156:512]) == int(field, 8)


def is_zlib(head: bytes) -> bool:
    """Whether a file is a zlib stream: the two bytes of its header (RFC 1950), and data that do decompress."""
    if len(head) < 8 or head[0] & 0x0F != 8 or int.from_bytes(head[:2], "big") % 31:
        return False
    try:
        return bool(zlib.decompressobj().decompress(head, 16))
    except zlib.error:
        return False


def holds_zip(tail: bytes, size: int) -> bool:
    """Whether a file's end makes it a zip archive, whatever it begins with (APPNOTE 6.3.10, section 4.3.16).

    Args:
        tail: the last `TAIL` bytes, or all of a shorter file.
        size: of the whole file.
    """
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        end = tail[place : place + 22]
        comment = int.from_bytes(end[20:22], "little")
        length, parts = int.from_bytes(end[12:16], "little"), int.from_bytes(end[10:12], "little")
        begin = place - length  # of the list of parts, which stands right before
        listed = begin < 0 or not parts or tail[begin : begin + 4] == b"PK\x01\x02"
        large = tail[max(0, place - 20) : place].startswith(b"PK\x06\x07")  # zip64: the true numbers stand before
        if len(end) == 22 and place + 22 + comment == len(tail) and (large or (length < size and listed)):
            return True
        place = tail.rfind(b"PK\x05\x06", 0, place)
    return False


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
