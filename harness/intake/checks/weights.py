"""Every weight is a finite number (asked for with `--weights`, as it reads every byte of the weight files once more).

transformers loads NaN without a word (PLATFORM), and such a model's answers score zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.hashing import UNREAD
from harness.intake.numbers import Numbers, scan
from harness.intake.strict import RefusedError
from harness.types import Finding

_SHOWN = 20  # tensors named one by one

CODES = {
    "weights.not-finite": "A tensor holds NaN or infinity: the model's answers would be no answers.",
    "weights.zero": "A matrix holds nothing but zeros: it was probably never trained, or not saved.",
    "weights.unread": "A weight file could not be read to the end, or changed while its numbers were looked at.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at every number of the files with a sound header, if the examination goes so far."""
    if not dossier.scope.weights:
        return
    held = dossier.tensors()
    files = [(dossier.tree.entries[name], header) for name, header in held.items()]
    for name, numbers in scan(files, dossier.scope.watch).items():
        if isinstance(numbers, RefusedError):
            yield finding("weights.unread", name, numbers.what, UNREAD[numbers.code])
            continue
        matrices = {tensor.name for tensor in held[name] if len(tensor.shape) > 1}
        yield from _not_finite(name, [seen for seen in numbers if seen.not_finite])
        yield from _zero(name, [seen for seen in numbers if seen.zero and seen.name in matrices])


def _not_finite(file: str, bad: Sequence[Numbers]) -> Iterator[Finding]:
    remedy = "train or convert again, and save a checkpoint whose numbers are all finite"
    for seen in bad[:_SHOWN]:
        what = f"{seen.not_finite:,} of {seen.count:,} numbers are NaN or infinite"
        yield finding("weights.not-finite", f"{file}: {seen.name}", what, remedy)
    if len(bad) > _SHOWN:
        yield finding("weights.not-finite", file, f"{len(bad) - _SHOWN} more tensors, {len(bad)} in all", remedy)


def _zero(file: str, empty: Sequence[Numbers]) -> Iterator[Finding]:
    if empty:
        shown = ", ".join(seen.name for seen in empty[:5]) + (" …" if len(empty) > 5 else "")
        remedy = "nothing to do if it is meant so; else save the trained weights"
        yield finding("weights.zero", file, f"{len(empty)} matrices of zeros alone: {shown}", remedy, "warning")


CHECK = Check("weights", CODES, run)
