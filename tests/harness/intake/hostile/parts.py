"""Pieces of hostile checkpoints: pickles that would leave a mark, archives, headers, templates."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from safetensors.numpy import save_file

Json = dict[str, Any]


class Mark:
    """Pickles as a program that leaves a mark: were anything to load it, the mark would be found."""

    def __init__(self, place: Path) -> None:
        """Leave it at `place`."""
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return (exec, (f"import pathlib; pathlib.Path({str(self.place)!r}).write_text('executed')",))


def pickled(place: Path, protocol: int = 4) -> bytes:
    return pickle.dumps(Mark(place), protocol=protocol)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(name: str, content: bytes, form: int = tarfile.USTAR_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        facts = tarfile.TarInfo(name)
        facts.size = len(content)
        archive.addfile(facts, io.BytesIO(content))
    return out.getvalue()


def nested(content: bytes) -> bytes:
    """A pickle in a zip in a tar in a gzip file."""
    return gzip.compress(tarred("inner.zip", zipped(data=content)))


def header(entries: Any, data: bytes = b"", length: int | None = None) -> bytes:
    """A safetensors file with this header (bytes as they are) and a claimed length."""
    text = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(begin: int, end: int, shape: list[int] | None = None, dtype: str = "U8") -> Json:
    return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}


def polyglot(content: bytes) -> bytes:
    """Sound safetensors, whose last tensor is a zip archive: torch.load would read the archive."""
    archive = zipped(data=content)
    return header({"w": tensor(0, len(archive))}, archive)


def save(folder: Path, **tensors: Any) -> None:
    save_file(tensors, folder / "model.safetensors")


def change(folder: Path, name: str, **keys: Any) -> None:
    """Change keys of a JSON file."""
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def words(size: int, **more: Any) -> str:
    """A tokenizer.json of so many words, with other parts as given."""
    added = [{"id": 0, "content": "<unk>", "special": True, "single_word": False, "lstrip": False, "rstrip": False,
              "normalized": False}]  # fmt: skip
    model = {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0} | {f"w{n}": n for n in range(1, size)}}
    parts = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None}
    rest = {"pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None, "model": model}
    return json.dumps(parts | rest | more)
