"""Writing a publication's files: what has not changed is a hard link to the previous publication's file."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from harness.errors import PublishError
from leaderboard.owned import is_ours
from leaderboard.publication.place import umask


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the new publication."""

    path: str
    sha256: str
    size: int  # bytes
    changed: bool  # whether it is new, or not what the previous publication had there


class Writer:
    """Writes below one folder, beside the publication that stands."""

    def __init__(self, folder: Path, standing: Path) -> None:
        """`folder` is the new publication's, `standing` the one that it will replace, if there is one."""
        self.folder, self.standing = folder, standing
        self._mode = 0o666 & ~umask()

    def write(self, path: str, content: bytes) -> Written:
        """Write a file, or link to the same file of the publication that stands."""
        digest = hashlib.sha256(content).hexdigest()
        same = self._stands(path, content)
        if same:
            self.adopt(path, self.standing / path)
        else:
            with self._made(path).open("xb") as file:
                file.write(content)
        return Written(path, digest, len(content), not same)

    def adopt(self, path: str, source: Path) -> None:
        """Make `path` another name of the file `source`; a copy where the file system has no hard links.

        Of a file of another account it is a copy too: that account could go on writing into what is published and kept.
        """
        target = self._made(path)
        try:
            if not is_ours(source):
                raise PermissionError
            os.link(source, target, follow_symlinks=False)
        except OSError:
            shutil.copy2(source, target, follow_symlinks=False)

    def _made(self, path: str) -> Path:
        """Where `path` goes; PublishError where something is already."""
        target = self.folder / path
        if os.path.lexists(target):
            raise PublishError("two parts of the publication have one file", where=path)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _stands(self, path: str, content: bytes) -> bool:
        """Whether the standing publication has these very bytes there, as a file that a web server may read as well."""
        file = self.standing / path
        try:
            found = file.lstat()
        except OSError:
            return False
        usual = stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == self._mode
        return usual and found.st_size == len(content) and file.read_bytes() == content
