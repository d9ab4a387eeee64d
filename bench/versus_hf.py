"""Our engine against lm-eval's `hf` backend at its best batch size, in turn: wall time, items a second, memory.

choice       five worked examples shared by all, four options of several tokens
passages     no example, long passages with several questions each, four options
generation   five worked examples shared by all, answers that end when they end, at most 96 tokens

No ratio is reported when the answers differ: in float32 a log-likelihood by more than 1e-3, a greedy flag, or more than
one text, or one in fifty (they are equal up to ties: a batch of another size rounds otherwise). In bfloat16 the
differences are only shown.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.options import options
from bench.result import Result, compare
from bench.sides import MODEL, Run, Specification, run
from harness.types import Json

_SWEEP = (1, 8, 16)
_LOGPROB = 1e-3
_TEXTS = 0.02


@dataclass(frozen=True, slots=True)
class Workload:
    """One comparison."""

    name: str
    task: str
    rows: dict[str, int]  # by dtype: what keeps `make bench` under forty minutes on two cores
    bar: float


CHOICE = Workload("choice", "mmlu_five_shot", {"float32": 32, "bfloat16": 40}, 15)
PASSAGES = Workload("passages", "mmlu_history", {"float32": 16}, 3)
GENERATION = Workload("generation", "gsm8k_en", {"float32": 32}, 4)


def measure(workload: Workload) -> Iterator[Result]:
    """The workload in each of its dtypes."""
    chosen = options()
    rows = {chosen.dtype: chosen.rows or max(workload.rows.values())} if chosen.dtype else workload.rows
    for dtype, number in rows.items():
        yield from _measure(
            workload, Specification("hf", workload.task, chosen.rows or number, dtype, 1, chosen.threads)
        )


def _measure(workload: Workload, hf: Specification) -> Iterator[Result]:
    sweep = {} if options().batch else _swept(hf)
    hf = dataclasses.replace(hf, batch=options().batch or min(sweep, key=sweep.__getitem__))
    ours = dataclasses.replace(hf, side="ours")
    pairs: list[tuple[Run, Run]] = []
    for turn in range(options().pairs):
        first, second = (ours, hf) if turn % 2 == 0 else (hf, ours)
        done = {side.side: run(side) for side in (first, second)}
        pairs.append((done["ours"], done["hf"]))
        print(f"{workload.name} {hf.dtype}: ours {_said(done['ours'], hf)}; hf {_said(done['hf'], hf)}", flush=True)
    agreement = [agree(a.answers, b.answers, exact=hf.dtype == "float32") for a, b in pairs]
    more: dict[str, Json] = {
        "model": MODEL,
        "against": f"lm-eval 0.4.13 hf, batch {hf.batch}",
        "specification": dataclasses.asdict(hf),
        "sweep_seconds_an_item": sweep,
        "agreement": agreement,
        "items_a_second": {"ours": _rate(pairs, 0, hf.rows), "hf": _rate(pairs, 1, hf.rows)},
        "seconds": [[round(a.seconds, 2), round(b.seconds, 2)] for a, b in pairs],
    }
    name = f"{workload.name}-{hf.dtype}"
    yield compare(name, "s", [a.seconds for a, _ in pairs], [b.seconds for _, b in pairs], workload.bar, **more)
    memory: dict[str, Json] = {
        "above_the_model": [[a.above_bytes, b.above_bytes] for a, b in pairs],
        "whole_process": [[a.whole_peak_bytes, b.whole_peak_bytes] for a, b in pairs],
    }
    peaks = [a.peak_bytes for a, _ in pairs], [b.peak_bytes for _, b in pairs]
    yield compare(f"{name}-memory", "bytes", *peaks, 1, **more, **memory)


def agree(ours: Sequence[Json], peer: Sequence[Json], *, exact: bool) -> dict[str, Json]:
    """How far two lists of answers are apart; SystemExit when that is too far in the exact dtype."""
    pairs = list(zip(ours, peer, strict=True))
    if isinstance(ours[0], str):
        differ = sum(a != b for a, b in pairs)
        found: dict[str, Json] = {"texts": len(pairs), "texts_that_differ": differ}
        wrong = differ > max(1, _TEXTS * len(pairs))
    else:
        apart, flags = max(_apart(a[0], b[0]) for a, b in pairs), sum(a[1] != b[1] for a, b in pairs)
        found = {"options": len(pairs), "largest_difference": apart, "flags_that_differ": flags}
        wrong = apart > _LOGPROB or flags > 0
    if wrong and exact:
        raise SystemExit(f"the answers differ, so that no ratio means anything: {found}")
    return found


def _apart(ours: float, peer: float) -> float:
    return abs(ours - peer) if math.isfinite(ours - peer) else math.inf


def _swept(hf: Specification) -> dict[int, float]:
    """Seconds an item at each batch size, on a quarter of the rows."""
    few = dataclasses.replace(hf, rows=max(4, hf.rows // 4))
    found = {size: round(run(dataclasses.replace(few, batch=size)).seconds / few.rows, 3) for size in _SWEEP}
    print(f"{hf.task} {hf.dtype}: hf seconds an item by batch size, on {few.rows} documents: {found}", flush=True)
    return found


def _said(done: Run, hf: Specification) -> str:
    peak, above = done.peak_bytes / 1e6, done.above_bytes / 1e6
    rate = hf.rows / done.seconds
    return f"{done.seconds:.1f} s, {rate:.2f} items/s, peak {peak:.0f} MB ({above:.0f} above the model)"


def _rate(pairs: Sequence[tuple[Run, Run]], side: int, rows: int) -> list[float]:
    return [round(rows / pair[side].seconds, 3) for pair in pairs]
