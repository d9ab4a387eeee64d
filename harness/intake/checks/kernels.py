"""No configuration chooses an attention implementation that is fetched from elsewhere.

transformers 5.23 downloads and runs a kernel for `attn_implementation: "someone/kernel"`, remote code allowed or not.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.strict import RefusedError, settings
from harness.types import Finding, Json

_BUILT_IN = ("eager", "sdpa", "flex_attention", "flash_attention_2", "flash_attention_3")

CODES = {
    "code.kernel": "A configuration names an attention implementation that is not built in: its kernel is fetched.",
    "code.adapter": "An adapter configuration makes the library fetch another model; merge the adapter first.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at every `*attn_implementation*` key, and for adapters."""
    for name, value in dossier.json_files.items():
        if name.rpartition("/")[2] == "adapter_config.json":
            remedy = "merge the adapter into the weights (`merge_and_unload`) and save the whole model"
            yield finding("code.adapter", name, "an adapter's configuration", remedy)
        if isinstance(value, RefusedError):
            continue
        for place, key, chosen in settings(value):
            if "attn_implementation" in key and not _is_built_in(chosen):
                remedy = f"remove the key, or choose one of {', '.join(_BUILT_IN)}"
                yield finding("code.kernel", f"{name}: {place}", f"chooses the implementation {chosen!r}", remedy)


def _is_built_in(chosen: Json) -> bool:
    if isinstance(chosen, dict):  # one a part of the model
        return all(_is_built_in(part) for part in chosen.values())
    return chosen is None or chosen in _BUILT_IN


CHECK = Check("kernels", CODES, run)
