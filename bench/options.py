"""What the words of `python -m bench` mean."""

from __future__ import annotations

import argparse
import functools
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@functools.cache
def options() -> argparse.Namespace:
    """The command line, read once."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Side-by-side figures, written to bench/out/.")
    parser.add_argument("names", nargs="*", help="benchmarks to run; all when none is named")
    parser.add_argument("--rows", type=int, help="documents asked, instead of each benchmark's own number")
    parser.add_argument("--pairs", type=int, default=3, help="runs of each side, in turn")
    parser.add_argument("--batch", type=int, help="the peer's batch size, instead of the best of a short sweep")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], help="this dtype alone")
    parser.add_argument("--threads", type=int, help="threads of both sides, instead of what torch decides")
    return parser.parse_args()


def data_folder() -> Path:
    """Where benchmark rows are: DEFI_DATA, or the folder beside the checkout."""
    return Path(os.environ.get("DEFI_DATA", ROOT.parent / "shared" / "data"))
