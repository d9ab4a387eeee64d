"""`make simulate`: every table, or those named: `python -m simulate levels ranks`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType


def names() -> list[str]:
    """The simulations there are: the package's modules that have a `main`."""
    found = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [name for name in found if name != "__main__" and hasattr(_module(name), "main")]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"simulate.{name}")


def main(arguments: list[str] | None = None) -> int:
    """Run and publish; 0 only when every bar was reached. An unknown name lists the valid ones."""
    parser = argparse.ArgumentParser(prog="python -m simulate", description="Statistical claims, shown by simulation.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names())}; all when none is named")
    chosen = parser.parse_args(arguments).names or names()
    if unknown := [name for name in chosen if name not in names()]:
        print(f"unknown simulation {unknown[0]!r}; valid: {', '.join(names())}", file=sys.stderr)
        return 2
    reached = [_module(name).main() for name in chosen]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
