"""`make bench`: every benchmark, or those named: `python -m bench choice --rows 16 --dtype float32`."""

from __future__ import annotations

import sys

from bench import bare, dry_run, items, overhead, pages, ranking, round_scale, site, startup, versus_hf, vllm_speed
from bench.options import options
from bench.result import publish

BENCHMARKS = {
    "startup": lambda: [startup.measure()],
    "items": items.measure,
    "overhead": overhead.measure,
    "ranking": ranking.measure,
    "scale": round_scale.measure,
    "site": site.measure,
    "pages": pages.measure,
    "dry-run": dry_run.measure,
    "choice": lambda: versus_hf.measure(versus_hf.CHOICE),
    "passages": lambda: versus_hf.measure(versus_hf.PASSAGES),
    "generation": lambda: versus_hf.measure(versus_hf.GENERATION),
    "bare": bare.measure,
    "vllm-choice": lambda: vllm_speed.measure(vllm_speed.CHOOSE),
    "vllm-generation": lambda: vllm_speed.measure(vllm_speed.GENERATE),
    "vllm-overhead": lambda: vllm_speed.measure(vllm_speed.OVERHEAD),
}


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
    sys.exit(main(options().names))
