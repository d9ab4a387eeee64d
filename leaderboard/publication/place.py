"""A publication takes its place at one instant: built in a folder beside it, then exchanged with what stands there.

Beside `DIR` lies `.DIR.publications/`: the lock, what is being built, and the publications that are kept. The folder
that was replaced stays there until the next publishing, so that whoever was reading it can finish.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.errors import PublishError

_BUILDING = ".building-"
_LOCK = "lock"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)  # of this kernel, or of this file system


def beside(out: Path) -> Path:
    """The folder that keeps what belongs to the publication in `out` and is not of it.

    PublishError where `out` is the whole file system.
    """
    place = Path(os.path.abspath(out))  # noqa: PTH100 - `.` and `..` have no name of their own, and a link keeps its own
    if not place.name:
        raise PublishError("the root of the file system cannot be a site", where=str(out), remedy="choose a folder")
    return place.with_name(f".{place.name}.publications")


@contextlib.contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """A new folder beside `out` that nobody else publishes to meanwhile; gone when publishing fails.

    What an interrupted publishing left is swept away first. PublishError when another process is publishing here.
    """
    home = beside(out)
    with _locked(home):
        for entry in home.iterdir():
            if entry.name.startswith("."):
                _sweep(entry)
        made = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=home))
        made.chmod(0o777 & ~umask())  # mkdtemp's 0700 would hide the site from a web server
        try:
            yield made
        except OSError as error:  # for instance a full disk
            shutil.rmtree(made, ignore_errors=True)
            remedy = "make room, or mend the folder, and publish again; what stands is whole"
            raise PublishError(f"publishing stopped: {error}", where=str(out), remedy=remedy) from error
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


def put(made: Path, out: Path) -> None:
    """Put `made` in the place of `out`; afterwards `made` holds what stood there, if anything did.

    PublishError when that fails; then `out` is as it was.
    """
    try:
        if not out.exists():
            made.rename(out)
        elif not exchange(made, out):
            _two_renames(made, out)
    except OSError as error:
        remedy = "the folder around it must be writable; what stood there stands, whole"
        raise PublishError(f"the new site cannot take its place: {error}", where=str(out), remedy=remedy) from error


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders at one instant (renameat2, Linux); False where the system cannot."""
    call = _renameat2()
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def umask() -> int:
    """The permissions that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _renameat2() -> Callable[..., int] | None:
    """The C library's function, or None where it has none."""
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return function


def _sweep(entry: Path) -> None:
    """Remove a folder, or a file or link that a file manager left."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _two_renames(made: Path, out: Path) -> None:
    """The same in three steps: for some microseconds there is no site, never half of one."""
    aside = made.with_name(f"{made.name}-replaced")
    out.rename(aside)
    try:
        made.rename(out)
    except OSError:
        aside.rename(out)
        raise
    aside.rename(made)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Hold the lock of `home`; at the end a `home` with nothing else in it is gone."""
    if home.is_symlink():  # whatever begins with a dot would be swept away where it leads: a home folder's settings
        remedy = "somebody put it there: see where it leads, then remove it"
        raise PublishError("this is a link, not a folder of ours", where=str(home), remedy=remedy)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:  # for instance no right to write beside the site
        remedy = "publish as who may write there, or choose another folder; what stands is whole"
        raise PublishError(f"nothing can be built here: {error.strerror}", where=str(home), remedy=remedy) from error
    try:
        _take(lock, home)  # whoever has to wait removes nothing: the lock is another's
        try:
            yield
        finally:
            if [entry.name for entry in home.iterdir()] == [_LOCK]:
                (home / _LOCK).unlink()
                home.rmdir()
    finally:
        os.close(lock)


def _take(lock: int, home: Path) -> None:
    """Lock, or say who must wait; the file may have gone with its last holder, then it is no lock any more."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = os.path.samestat(os.fstat(lock), (home / _LOCK).stat())
    except (BlockingIOError, FileNotFoundError):
        held = False
    if not held:
        raise PublishError(
            "another process is publishing here", where=str(home), remedy="wait until it has finished, then try again"
        )
