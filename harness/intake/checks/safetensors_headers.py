"""Every safetensors file has a sound header: the tensors cover the data exactly, with known dtypes."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.strict import RefusedError
from harness.types import Finding

CODES = {
    "safetensors.truncated": "The file ends before its header or its tensors do.",
    "safetensors.header": "The header is not JSON of the right form, is too long, or names an unknown dtype.",
    "safetensors.offsets": "Tensors overlap, leave gaps, lie out of bounds, or bytes follow the last one.",
    "safetensors.unreadable": "The file cannot be read.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """One finding for every file that was refused."""
    for name, header in dossier.headers.items():
        if isinstance(header, RefusedError) and name not in dossier.pointers:
            remedy = "write the file again with `save_pretrained`, and copy it whole"
            yield finding(f"safetensors.{header.code}", name, header.what, remedy)


CHECK = Check("safetensors headers", CODES, run)
