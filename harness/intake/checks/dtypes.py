"""The weights are stored in number formats that the reference engine computes with."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

_KNOWN = ("F64", "F32", "BF16", "F16")
_DECLARED = {"float32": 32, "bfloat16": 16, "float16": 16}

CODES = {
    "dtype.stored": "Weights are stored in a format the reference engine does not compute with (quantised or integer).",
    "dtype.narrower": "The declared dtype has fewer bits than the stored weights: the model will be rounded.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at the dtypes in the headers."""
    bits = _DECLARED.get(dossier.declared("dtype", str) or "", 64)
    for name, header in dossier.tensors().items():
        stored = {tensor.dtype for tensor in header}
        if foreign := sorted(stored - set(_KNOWN)):
            remedy = f"save the weights in one of {', '.join(_KNOWN)}"
            yield finding("dtype.stored", name, f"holds tensors of dtype {', '.join(foreign)}", remedy)
        elif bits < 32 and "F32" in stored:
            remedy = "declare `dtype: float32` to compute in the stored precision"
            yield finding("dtype.narrower", name, "stored in 32 bits, computed in 16", remedy, "warning")


CHECK = Check("dtypes", CODES, run)
