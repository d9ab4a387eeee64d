"""The search for leaks finds a planted text however it is written, and nothing where nothing is."""

import base64
import codecs
import gzip
import html
import io
import json
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from leaks import leaks

SECRET = "Zéphyrœuvre d’Aÿ, quaggacœlacanthe n° 7"
RAW = bytes(range(7, 39))


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def png(kind: bytes, content: bytes) -> bytes:
    header = chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(kind, content) + chunk(b"IEND", b"")


def parquet(text: str) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.table({"a": [["x", text]], "b": [{"k": 1}]}), stream, compression="zstd")
    return stream.getvalue()


def zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.json", json.dumps({"text": text}))
    return stream.getvalue()


WAYS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: f"<p>{text}</p>".encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "cp1252": lambda text: text.encode("cp1252"),
    "latin-1": lambda text: text.replace("œ", "oe").replace("’", "'").encode("latin-1"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "upper": lambda text: text.upper().encode(),
    "without accents": lambda text: unicodedata.normalize("NFD", text.replace("œ", "oe")).encode("ascii", "ignore"),
    "reversed": lambda text: text[::-1].encode(),
    "rot13": lambda text: codecs.encode(text, "rot13").encode(),
    "json": lambda text: json.dumps({"x": text}).encode(),
    "json within json": lambda text: json.dumps(json.dumps(text)).encode(),
    "entities, decimal": lambda text: "".join(f"&#{ord(c)};" for c in text).encode(),
    "entities, hexadecimal": lambda text: "".join(f"&#X{ord(c):X};" for c in text).encode(),
    "entities, some": lambda text: html.escape(text).replace("é", "&eacute;").encode("ascii", "xmlcharrefreplace"),
    "escaped twice": lambda text: html.escape(text.encode("ascii", "xmlcharrefreplace").decode()).encode(),
    "with markup inside": lambda text: f"{text[:9]}<wbr><bdi>{text[9:14]}</bdi>\n   {text[14:]}".encode(),
    "with soft hyphens": lambda text: "\xad".join(text).encode(),
    "url": lambda text: urllib.parse.quote(text).encode(),
    "url, every letter": lambda text: "".join(f"%{b:02x}" for b in text.encode()).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX of utf-16": lambda text: text.encode("utf-16-le").hex().upper().encode(),
    "base64": lambda text: b"data:," + base64.b64encode(b"ab" + text.encode() + b"yz"),
    "base64, url": lambda text: base64.urlsafe_b64encode(b"?" + text.encode()),
    "base64 of gzip": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "base32": lambda text: base64.b32encode(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode("utf-16")),
    "gzip in zip": lambda text: zipped(base64.b64encode(gzip.compress(text.encode())).decode()),
    "zip": zipped,
    "parquet": parquet,
    "png text": lambda text: png(b"tEXt", b"Comment\0" + text.replace("œ", "oe").replace("’", "'").encode("latin-1")),
    "png compressed": lambda text: png(b"zTXt", b"Comment\0\0" + zlib.compress(text.encode())),
    "png international": lambda text: png(b"iTXt", b"Comment\0\x01\0fr\0\0" + zlib.compress(text.encode())),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_text_is_found_however_it_is_written(tmp_path: Path, way: str) -> None:
    """Encodings, escapes, compressions and containers: the file is named, and the secret by its name."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_bytes(
        b"before \n" * (way[:3] not in {"gzi", "zip", "png", "par"}) + WAYS[way](SECRET)
    )
    found = leaks(tmp_path, {"mine": SECRET, "another": "une tout autre chose"})
    assert list(found) == ["mine"]
    assert all(place.startswith("deep/file (") for place in found["mine"])


@pytest.mark.parametrize("shift", range(3))
def test_bytes_are_found_at_any_place_of_base64(tmp_path: Path, shift: int) -> None:
    """Raw bytes, as a key has them, are found raw, in hexadecimal, and in base64 wherever they begin."""
    for name, content in {
        "raw": RAW,
        "hex": RAW.hex().encode(),
        "base64": base64.b64encode(b"x" * shift + RAW + b"tail"),
        "hex in base64": base64.b64encode(b"x" * shift + RAW.hex().encode() + b"tail"),
    }.items():
        (tmp_path / name).write_bytes(content)
    found = leaks(tmp_path, {"key": RAW})["key"]
    assert {place.partition(" (")[0] for place in found} == {"raw", "hex", "base64", "hex in base64"}


def test_names_of_files_and_targets_of_links_are_searched(tmp_path: Path) -> None:
    """A secret in a path, or in where a link leads, is one too."""
    (tmp_path / SECRET.replace(" ", "-").lower()).touch()
    (tmp_path / "link").symlink_to(f"/nowhere/{SECRET}")
    places = leaks(tmp_path, {"mine": SECRET})["mine"]
    assert any("(path," in place for place in places)
    assert any("(link," in place for place in places)


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    """Texts that share words, letters or beginnings with a secret are none."""
    (tmp_path / "a.html").write_text(f"<p>{SECRET[:-9]} and {SECRET[12:]}</p>", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(RAW[:-4] + b"\0" + RAW[4:])
    assert leaks(tmp_path, {"text": SECRET, "bytes": RAW}) == {}


def test_a_secret_that_chance_would_find_is_refused(tmp_path: Path) -> None:
    """Too few letters are no secret to search for."""
    (tmp_path / "a").write_text("x")
    with pytest.raises(AssertionError, match="so short"):
        leaks(tmp_path, {"short": "as; 12 ?"})
