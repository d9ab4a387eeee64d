"""The declared number of parameters is what the safetensors headers hold: classes and budgets go by it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

_TOLERANCE = 0.01  # stored buffers and padded vocabularies are no reason to refuse an entry

CODES = {
    "parameters.count": "The declared number of parameters differs by more than 1 % from what the weight files hold.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Count over all sound weight files; broken ones are reported elsewhere and make a count meaningless."""
    declared, held = dossier.declared("parameters", int), dossier.tensors()
    if declared is None or not held or len(held) != len(dossier.headers):
        return
    counted = sum(tensor.count for header in held.values() for tensor in header)
    if abs(declared - counted) > _TOLERANCE * counted:
        what = f"{declared:,} declared, and the weight files hold {counted:,}"
        yield finding("parameters.count", "manifest.yaml: parameters", what, f"write `parameters: {counted}`")


CHECK = Check("parameters", CODES, run)
