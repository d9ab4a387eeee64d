"""Earlier publications, kept beside the one that stands, and the way back to any of them.

Each lies whole in `.DIR.publications/NNNN/`. Files that several publications share are one file with several names,
so keeping one costs what it changed.
"""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.errors import PublishError, UnknownNameError
from leaderboard.publication.listing import PUBLICATION, Listing, read_listing, refuse_changed, refuse_foreign, sha256
from leaderboard.publication.place import beside, put, workshop
from leaderboard.publication.writing import Writer


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication that is kept."""

    number: int  # in the order of publishing
    folder: Path
    listing: Listing
    digest: str  # SHA-256 of its `publication.json`

    @property
    def rounds(self) -> list[str]:
        """The folders of its rounds, as they are called in `rounds/`."""
        return sorted({path.split("/")[1] for path in self.listing.files if path.startswith("rounds/")})

    @property
    def at(self) -> datetime.datetime:
        """When it was published."""
        return datetime.datetime.fromtimestamp((self.folder / PUBLICATION).stat().st_mtime, datetime.UTC)


def kept(out: Path) -> list[Publication]:
    """The publications that are kept for `out`, the earliest first."""
    home, found = beside(out), []
    for folder in sorted(home.glob("[0-9]*"), key=lambda folder: int(folder.name) if folder.name.isdecimal() else 0):
        listing = read_listing(folder)
        if folder.name.isdecimal() and listing and not folder.is_symlink():
            found.append(Publication(int(folder.name), folder, listing, sha256(folder, PUBLICATION)))
    return found


def standing(out: Path) -> Publication | None:
    """The kept publication that stands in `out`; None where none of them does."""
    digest, found = sha256(out, PUBLICATION), [*reversed(kept(out))]
    same = [one for one in found if one.digest == digest]  # several when one was published again later
    put_back = [one for one in same if (one.folder / PUBLICATION).samefile(out / PUBLICATION)]
    return next(iter([*put_back, *same]), None)


def keep(made: Path, out: Path) -> Path | None:
    """Keep the publication in `made`, unless it is the one that was kept last; its folder if it is new."""
    known = kept(out)
    if known and known[-1].digest == sha256(made, PUBLICATION):
        return None
    taken = [int(one.name) for one in beside(out).iterdir() if one.name.isdecimal()]  # damaged ones too
    folder = beside(out) / f"{max(taken, default=0) + 1:04d}"
    half = folder.with_name(f".{folder.name}")  # swept away with all such names if nobody comes to finish it
    try:
        _link_all(made, half)
        half.rename(folder)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return folder


def prune(out: Path, most: int) -> None:
    """Forget the earliest publications beyond `most` besides the one that stands."""
    here = standing(out)
    others = [one for one in kept(out) if not here or one.number != here.number]
    for one in others[: max(len(others) - most, 0)]:
        shutil.rmtree(one.folder)
    if most == 0 and here:
        shutil.rmtree(here.folder)


def roll_back(out: Path, number: int | None = None) -> Publication:
    """Put a kept publication back: the one of that number, or the one before what stands.

    PublishError when it is not what was published any more, or when `out` holds files that no publication wrote.
    """
    with workshop(out) as made:
        chosen = _chosen(out, number)
        refuse_foreign(out)
        remedy = f"choose another one: defi publish --out {out} --list"
        refuse_foreign(chosen.folder)  # a link to a folder would be followed
        refuse_changed(chosen.folder, chosen.listing, "", remedy)
        _link_all(chosen.folder, made)
        put(made, out)
    return chosen


def _chosen(out: Path, number: int | None) -> Publication:
    found, here = kept(out), standing(out)
    if number is None:
        earlier = [one for one in found if here is None or one.number < here.number]
        if not earlier:
            raise PublishError(
                "no earlier publication is kept", where=str(out), remedy="see what there is with --list; publish anew"
            )
        return earlier[-1]
    if wanted := [one for one in found if one.number == number]:
        return wanted[0]
    raise UnknownNameError("publication", str(number), [str(one.number) for one in found], where=str(out))


def _link_all(source: Path, target: Path) -> None:
    """Every listed file of `source` below `target`, and the list."""
    listing, writer = read_listing(source), Writer(target, target)
    target.mkdir(exist_ok=True)
    target.chmod(source.stat().st_mode & 0o777)
    for path in (*(listing.files if listing else ()), PUBLICATION):
        writer.adopt(path, source / path)
