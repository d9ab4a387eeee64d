"""From a round table to a static site in one step: a reader sees the previous site or the new one, never half of one.

The site is built in a temporary folder beside its place, then takes that place by renaming. `publication.json` lists
every file with its SHA-256; only a folder that such a list fully describes is ever replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import PublishError
from harness.types import Json
from leaderboard.site import routes
from leaderboard.site.pages import render_pages
from leaderboard.site.sources import Sources
from leaderboard.site.templating import FOLDER as SITE_FOLDER
from leaderboard.table import SCHEMA

PUBLICATION = "publication.json"
PUBLICATION_SCHEMA = "grand-defi/publication/1"


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was published, and where."""

    root: Path
    pages: int
    files: int
    bytes: int


def publish(table: Json, out: Path) -> SiteReport:
    """Write the site of a round table to the folder `out`, replacing the site that was there.

    Raises PublishError when the table is none of ours, or when `out` holds files that no publication wrote.
    """
    if table.get("schema") != SCHEMA:
        raise PublishError(
            f"the table's schema is {table.get('schema')!r}, this version publishes {SCHEMA!r}",
            where="round.json",
            remedy="make the table with `defi rank --json` of the same version",
        )
    out = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow a link that is itself the published place
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _workshop(out) as workshop:
        digests: dict[str, str] = {}
        total = pages = 0
        for path, content in _files(table):
            digests[path] = hashlib.sha256(content).hexdigest()
            total += len(content)
            pages += path.endswith(".html")
            _write(workshop / path, content)
        _write(workshop / PUBLICATION, _publication(table, digests))
        _exchange(workshop, out)
    return SiteReport(out, pages, len(digests) + 1, total)


def _files(table: Json) -> Iterator[tuple[str, bytes]]:
    """Every file of the site but the list of them."""
    try:
        data = round_json(table)
    except ValueError as error:
        raise PublishError(
            f"the table cannot be written as JSON: {error}",
            where="round.json",
            remedy="a value is NaN or infinite; an estimate without items must be null",
        ) from error
    yield routes.ROUND_JSON, data
    yield routes.ICON, (SITE_FOLDER / routes.ICON).read_bytes()
    for path, html in render_pages(Sources(table)):
        yield path, html.encode("utf-8")


def round_json(table: Json) -> bytes:
    """The table as UTF-8 JSON, a line for each task, standing and comparison: quick to write, and `diff` can read it.

    A lone surrogate (a model may emit one) becomes its JSON escape. ValueError on NaN and infinities.
    """

    def line(value: Json) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    parts = []
    for key, value in table.items():
        rows = isinstance(value, list) and value
        text = "[\n" + ",\n".join(map(line, value)) + "\n]" if rows else line(value)
        parts.append(f"{line(key)}: {text}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "backslashreplace")


def _publication(table: Json, digests: dict[str, str]) -> bytes:
    listing = {
        "schema": PUBLICATION_SCHEMA,
        "generator": table["generator"],
        "round": table["round"]["name"],
        "files": digests,
    }
    return json.dumps(listing, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


# --- putting it in place -----------------------------------------------------------------------------------------


def _refuse_foreign(out: Path) -> None:
    """Raise unless `out` is free, empty, or wholly the work of an earlier publication."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise PublishError("this is a file or a link, not a folder", where=str(out), remedy="choose a folder")
    if not out.exists() or not any(out.iterdir()):
        return
    ours = _published_files(out)
    foreign = [path for path in _walk(out) if path not in ours]
    if foreign:
        shown = ", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else "")
        raise PublishError(
            f"this folder holds files that no publication wrote: {shown}",
            where=str(out),
            remedy="choose another folder, or move these files away: publishing replaces the whole folder",
        )


def _published_files(out: Path) -> set[str]:
    """The files that the list in `out` claims; none when there is no list that we can read."""
    try:
        listing = json.loads((out / PUBLICATION).read_text(encoding="utf-8"))
        if listing["schema"] == PUBLICATION_SCHEMA:
            return {*listing["files"], PUBLICATION}
    except (OSError, ValueError, KeyError, TypeError):
        return set()  # without a list nothing here is ours, and the caller says so
    return set()


def _walk(out: Path) -> Iterator[str]:
    """Every file and link below `out`, as paths with slashes."""
    for folder, folders, names in os.walk(out):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted(names + links):
            yield (Path(folder) / name).relative_to(out).as_posix()


@contextlib.contextmanager
def _workshop(out: Path) -> Iterator[Path]:
    """A new folder beside `out` with the permissions of any folder; gone at the end, whatever happened."""
    workshop = Path(tempfile.mkdtemp(prefix=f".{out.name}.building-", dir=out.parent))
    try:
        mask = os.umask(0)
        os.umask(mask)
        workshop.chmod(0o777 & ~mask)  # mkdtemp's 0700 would hide the site from a web server
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _exchange(workshop: Path, out: Path) -> None:
    """Put `workshop` in the place of `out`; when that fails, the previous site stands there again."""
    if not out.exists():
        workshop.rename(out)
        return
    previous = workshop.with_name(workshop.name.replace(".building-", ".previous-"))
    out.rename(previous)
    try:
        workshop.rename(out)
    except OSError as error:
        previous.rename(out)
        raise PublishError(f"the new site cannot take its place: {error}", where=str(out)) from error
    shutil.rmtree(previous)
