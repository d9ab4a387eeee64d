"""One target under atheris: `python -m fuzz.one TARGET FOLDER [libFuzzer's arguments]`, called by `python -m fuzz`."""

from __future__ import annotations

import sys
from pathlib import Path


def main(name: str, folder: Path, arguments: list[str]) -> None:
    """Fuzz until libFuzzer's own limits; it ends the process itself, with a code other than 0 after a crash.

    Args:
        name: of a target.
        folder: an empty one, where the target puts its files.
        arguments: corpus and limits.
    """
    import atheris

    with atheris.instrument_imports(include=["harness"]):
        from fuzz.targets import TARGETS

    see = TARGETS[name](folder)
    atheris.Setup([f"fuzz.{name}", *arguments], lambda data: see(bytes(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
