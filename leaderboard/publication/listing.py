"""`publication.json`: every file of a publication with its SHA-256, and what a folder holds beside them."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import PublishError

PUBLICATION = "publication.json"
SCHEMA = "grand-defi/publication/2"
_FIRST_SCHEMA = "grand-defi/publication/1"  # one round, in the root: replaced, never added to
_SHOWN = 5
_NOWHERE = frozenset({"", ".", ".."})  # parts of a path that name no file


@dataclass(frozen=True, slots=True)
class Listing:
    """What a publication says it is."""

    generator: str  # that published last
    current: str  # the round that the front page shows
    url: str  # where the publication stands on the web, with a slash at its end; empty when nobody said
    contact: str  # where the organisers are reached; empty when nobody said
    files: Mapping[str, str]  # SHA-256 by path; this list itself is not in it

    def encoded(self) -> bytes:
        """As `publication.json`; the same files always give the same bytes."""
        said = {"schema": SCHEMA, "generator": self.generator, "current": self.current, "url": self.url}
        said["contact"] = self.contact
        files = dict(sorted(self.files.items()))
        return json.dumps({**said, "files": files}, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


def read_listing(folder: Path) -> Listing | None:
    """The list in `folder`; None where none is that we can read: then nothing there is a publication's."""
    file = folder / PUBLICATION
    if not file.is_file():  # a pipe would never end
        return None
    try:
        raw = json.loads(file.read_bytes())
        if raw["schema"] == _FIRST_SCHEMA:
            return _sound(Listing(raw["generator"], "", "", "", raw["files"]))
        if raw["schema"] == SCHEMA:
            contact = raw.get("contact", "")  # earlier ones do not have it
            return _sound(Listing(raw["generator"], raw["current"], raw["url"], contact, raw["files"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return None


def _sound(found: Listing) -> Listing | None:
    """The list, unless it says what none of ours says: no path of ours leads out of its folder, or is a folder."""
    said = (found.generator, found.current, found.url, found.contact)
    files = found.files if isinstance(found.files, dict) else {"": ""}
    inside = all(path.isascii() and path.isprintable() and _NOWHERE.isdisjoint(path.split("/")) for path in files)
    return found if inside and all(isinstance(word, str) for word in (*said, *files.values())) else None


def demand_publication(folder: Path) -> None:
    """Raise unless a publication stands in `folder`."""
    if read_listing(folder) is None:
        remedy = "publish a round here first: --round ROUND"
        raise PublishError("no publication is here", where=str(folder), remedy=remedy)


def refuse_foreign(folder: Path) -> None:
    """Raise unless `folder` is free, empty, or wholly the work of an earlier publication."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError("this is a file or a link, not a folder", where=str(folder), remedy="choose a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return
    found = read_listing(folder)
    ours = {*found.files, PUBLICATION} if found else set()
    foreign = [*itertools.islice((path for path in walk(folder) if path not in ours), _SHOWN + 1)]  # not a whole disk's
    if foreign:
        raise PublishError(
            f"this folder holds files that no publication wrote: {shortened(foreign)}",
            where=str(folder),
            remedy="choose another folder, or move these files away: publishing replaces the whole folder",
        )


def refuse_changed(folder: Path, listing: Listing, under: str, remedy: str) -> None:
    """Raise when a listed file whose path starts with `under` is missing or is not what was published."""
    changed = [
        path for path, digest in listing.files.items() if path.startswith(under) and sha256(folder, path) != digest
    ]
    if changed:
        what = f"these files are not as they were published: {shortened(changed)}"
        raise PublishError(what, where=str(folder), remedy=remedy)


def sha256(folder: Path, path: str) -> str:
    """A file's digest; empty where no regular file is, links included."""
    file = folder / path
    if file.is_symlink() or not file.is_file():
        return ""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def walk(folder: Path) -> Iterator[str]:
    """Every file and link below `folder`, as paths with slashes."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted(names + links):
            yield (Path(place) / name).relative_to(folder).as_posix()


def shortened(names: list[str]) -> str:
    """The first few names."""
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
