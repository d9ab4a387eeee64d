"""The search for what must not be in a folder: in every file and path, inside containers, in every way to write a text.

    found = leaks(folder, {"target": "Zéphyrœuvre Quœlque"})
    assert found == {}, found

A file is searched as bytes, for each way in which a program could have written the secret, and as text: decoded,
unescaped, without markup, folded to its letters and digits. Containers (gzip, zlib in PNG, zip, Parquet, base64 inside
a text) are opened, and what is in them searched in turn.
"""

from __future__ import annotations

import base64
import bz2
import codecs
import contextlib
import html
import io
import json
import lzma
import os
import quopri
import re
import struct
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

_DEPTH = 4  # containers within containers
_LEAST = 12  # letters and digits of a secret, fewer than which chance would find
_CODECS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "cp1252")
_ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")


def leaks(folder: Path, secrets: Mapping[str, str | bytes]) -> dict[str, list[str]]:
    """Of each secret that was found, by its name: the files that hold it, with the way it was written."""
    needles, skeletons = _needles(secrets), _skeletons(secrets)
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        contents: list[tuple[str, bytes]] = [("path", os.fsencode(name))]
        if path.is_symlink():
            contents.append(("link", os.fsencode(path.readlink())))
        elif path.is_file():
            contents += unpacked(path.read_bytes())
        for inside, data in contents:
            for secret, way in _in_bytes(data, needles) | _in_text(data, skeletons):
                found[secret].add(f"{name} ({inside}, {way})")
    return {secret: sorted(places) for secret, places in sorted(found.items())}


def unpacked(data: bytes, inside: str = "file", depth: int = _DEPTH) -> Iterator[tuple[str, bytes]]:
    """The content, and what is packed in it, each with how it was reached."""
    yield inside, data
    if depth == 0:
        return
    for kind, content in _contents(data):
        yield from unpacked(content, f"{inside} > {kind}", depth - 1)


def _contents(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"\x1f\x8b"):
        yield "gzip", zlib.decompressobj(wbits=31).decompress(data)
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((f"zip:{name}", archive.read(name)) for name in archive.namelist())
    elif data.startswith(b"PAR1"):
        yield "parquet", _parquet(data)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _png(data)
    elif data.startswith(b"BZh"):
        yield "bzip2", bz2.decompress(data)
    elif data.startswith(b"\xfd7zXZ\x00"):
        yield "xz", lzma.decompress(data)
    elif data.startswith((b"\x78\x01", b"\x78\x9c", b"\x78\xda")):
        with_rest = zlib.decompressobj()
        yield "zlib", with_rest.decompress(data)
    else:
        yield from _encoded(data)


def _encoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What a text holds as base64: a source map, a picture in the page."""
    pieces = {match.group() for match in _ENCODED.finditer(data)}
    decoded = []
    for piece in sorted(pieces):
        body = piece.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        raw = base64.b64decode(body + b"=" * (-len(body) % 4) if len(body) % 4 != 1 else body[:-1])
        decoded.append(raw)
        if raw.startswith((b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\x89PNG")):
            yield "base64", raw
    if decoded:
        yield "base64", b"\n".join([b"", *decoded])


def _parquet(data: bytes) -> bytes:
    """Every text of a table, its columns' names and its metadata, a line each."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(data))
    schema = file.schema_arrow
    lines: list[str] = [*schema.names, *(f"{k!r} {v!r}" for k, v in (schema.metadata or {}).items())]
    for group in file.read().to_pylist():
        lines += [value if isinstance(value, str) else repr(value) for value in group.values()]
    return "\n".join(lines).encode("utf-8", "backslashreplace")


def _png(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The chunks of a picture that are texts, unpacked; pixels are no text."""
    place = 8
    while place + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        content = data[place + 8 : place + 8 + size]
        if kind in (b"zTXt", b"iTXt", b"iCCP"):
            yield kind.decode(), content
            for start in (at for at, byte in enumerate(content) if byte == 0x78):  # where zlib may begin
                with contextlib.suppress(zlib.error):
                    yield f"{kind.decode()} zlib", zlib.decompressobj().decompress(content[start:])
        elif kind in (b"tEXt", b"eXIf"):
            yield kind.decode(), content
        place += 12 + size


# --- as bytes ----------------------------------------------------------------------------------------------------


def _needles(secrets: Mapping[str, str | bytes]) -> list[tuple[bytes, str, str]]:
    """`(bytes, secret's name, way)`, each content once."""
    known: dict[bytes, tuple[str, str]] = {}
    for name, secret in secrets.items():
        for way, needle in _ways(secret):
            known.setdefault(needle, (name, way))
    return [(needle, *said) for needle, said in known.items()]


def _ways(secret: str | bytes) -> Iterator[tuple[str, bytes]]:
    """How a program may write a secret."""
    if isinstance(secret, bytes):
        yield from _of_bytes("raw", secret)
        yield from _of_bytes("hex", secret.hex().encode())
        return
    assert len(_skeleton(secret)) >= _LEAST, f"{secret!r} is so short that chance would find it"
    for form, text in _spelled(secret):
        for codec in _CODECS:
            try:
                raw = text.encode(codec)
            except UnicodeEncodeError:
                continue
            yield from _of_bytes(f"{form} {codec}", raw)
        yield f"{form} json", json.dumps(text)[1:-1].encode()
        yield f"{form} json upper", _upper_escapes(json.dumps(text)[1:-1]).encode()
        yield f"{form} decimal", "".join(f"&#{ord(letter)};" for letter in text).encode()
        yield f"{form} hexadecimal", "".join(f"&#x{ord(letter):x};" for letter in text).encode()
        yield f"{form} url", urllib.parse.quote(text).encode()
        yield f"{form} url all", "".join(f"%{byte:02X}" for byte in text.encode()).encode()
        yield f"{form} printable", quopri.encodestring(text.encode()).replace(b"=\n", b"")


def _spelled(secret: str) -> Iterator[tuple[str, str]]:
    forms = {
        "as it is": secret,
        "NFC": unicodedata.normalize("NFC", secret),
        "NFD": unicodedata.normalize("NFD", secret),
        "folded": secret.casefold(),
        "upper": secret.upper(),
        "reversed": secret[::-1],
        "rot13": codecs.encode(secret, "rot13"),
    }
    yield from {text: (form, text) for form, text in reversed(forms.items())}.values()


def _of_bytes(form: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield form, raw
    yield f"{form} reversed", raw[::-1]
    yield f"{form} hex", raw.hex().encode()
    yield f"{form} HEX", raw.hex().upper().encode()
    for encode, kind in ((base64.b64encode, "base64"), (base64.urlsafe_b64encode, "base64 url")):
        for shift in range(3):  # wherever it stands in what was encoded; letters that neighbours share are cut off
            coded = encode(b"\0" * shift + raw)
            yield f"{form} {kind} {shift}", coded[4 * bool(shift) : len(coded) - 4]
    yield f"{form} base32", base64.b32encode(raw)[: len(raw) * 8 // 5 // 8 * 8]


def _upper_escapes(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: f"\\u{match.group(1).upper()}", text)


def _in_bytes(data: bytes, needles: Iterable[tuple[bytes, str, str]]) -> set[tuple[str, str]]:
    return {(name, way) for needle, name, way in needles if needle in data}


# --- as text -----------------------------------------------------------------------------------------------------


def _skeletons(secrets: Mapping[str, str | bytes]) -> dict[str, str]:
    """Letters and digits of each secret text, and backwards, with its name."""
    texts = {_skeleton(secret): name for name, secret in secrets.items() if isinstance(secret, str)}
    return texts | {text[::-1]: name for text, name in texts.items()}


@cache
def _skeleton(text: str) -> str:
    return _letters(text)


def _letters(text: str) -> str:
    """Letters and digits alone: no case, no accent, no ligature, no mark, no space."""
    spread = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", spread))


def _in_text(data: bytes, skeletons: Mapping[str, str]) -> set[tuple[str, str]]:
    found = set()
    for codec in _codecs(data):
        for way, text in _readings(data.decode(codec, "replace")):
            letters = _letters(text)
            found |= {(name, f"{codec} {way}") for skeleton, name in skeletons.items() if skeleton in letters}
    return found


def _codecs(data: bytes) -> list[str]:
    """How a file may have to be read: as UTF-8, or as what is none; with two bytes a letter where many are zero."""
    try:
        data.decode()
        codecs_ = ["utf-8"]
    except UnicodeDecodeError:
        codecs_ = ["utf-8", "latin-1"]
    wide = data[:4096].count(0) >= min(len(data), 4096) // 8 > 0
    return [*codecs_, *(("utf-16-le", "utf-16-be") if wide else ())]


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """What readers of some format make of a text, one unescaping after another."""
    yield "read", text
    plain = html.unescape(re.sub(r"<[^>]*>", "", text))
    yield "as a page", plain
    if "&" in plain:
        yield "as a page in a page", html.unescape(re.sub(r"<[^>]*>", "", plain))
    if "\\" in plain:
        yield (
            "as JSON",
            re.sub(
                r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[nrtbf])",
                lambda match: chr(int(match.group(1) or match.group(2) or "20", 16)),
                plain,
            ),
        )
    if "%" in plain:
        yield "as an address", urllib.parse.unquote(plain, errors="replace")
