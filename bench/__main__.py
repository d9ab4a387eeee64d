"""`make bench`: every benchmark, or those named: `python -m bench startup`."""

from __future__ import annotations

import sys

from bench import overhead, startup
from bench.result import publish

BENCHMARKS = {"startup": lambda: [startup.measure()], "overhead": overhead.measure}


def main(names: list[str]) -> int:
    """Run and publish; an unknown name lists the valid ones."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown benchmark {unknown[0]!r}; valid: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or list(BENCHMARKS):
        for result in BENCHMARKS[name]():
            publish(result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
