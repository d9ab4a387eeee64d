"""`make fuzz`: every target for a bounded time, or those named: `python -m fuzz --seconds 60 manifest`."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fuzz.seeds import seeds
from fuzz.targets import TARGETS

_ROOT = Path(__file__).resolve().parent.parent
_WORK = _ROOT / ".cache" / "fuzz"
_SCRATCH = Path("/dev/shm")  # noqa: S108 - a folder of our own in it: a hundred times quicker than a disk
_LONGEST = 4096  # bytes of an input
_SLOWEST = 10  # seconds for one input
_MEMORY = 2048  # MiB


def main() -> int:
    """Fuzz; 0 when nothing crashed, 1 with the place of the input when something did, 2 without atheris."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    chosen = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install atheris==3.0.0 (Linux, Python 3.11 to 3.13)", file=sys.stderr)
        return 2
    broken = [name for name in chosen.targets or TARGETS if not _fuzz(name, chosen.seconds)]
    return 1 if broken else 0


def _fuzz(name: str, seconds: int) -> bool:
    """Whether a target withstood; its corpus grows from run to run in `.cache/fuzz/`."""
    corpus, crashes = _WORK / name, _WORK / "crashes" / name
    shutil.rmtree(crashes, ignore_errors=True)
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds(name):
        (corpus / hashlib.sha256(seed).hexdigest()).write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", f"-timeout={_SLOWEST}", f"-rss_limit_mb={_MEMORY}"]
    with tempfile.TemporaryDirectory(prefix="defi-fuzz-", dir=_SCRATCH if _SCRATCH.is_dir() else None) as folder:
        command = [sys.executable, "-m", "fuzz.one", name, folder, str(corpus), f"-artifact_prefix={crashes}/", *limits]
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    found = sorted(crashes.iterdir())
    said = done.stdout.splitlines()
    if done.returncode == 0 and not found:
        runs = next((line for line in reversed(said) if line.startswith("Done ")), f"{seconds} s")
        print(f"{name}: withstood ({runs})", flush=True)
        return True
    print("\n".join(said[-40:]))
    places = ", ".join(str(path.relative_to(_ROOT)) for path in found) or "none kept: it ended before the first input"
    print(f"{name}: BROKEN (exit {done.returncode}); input: {places}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
