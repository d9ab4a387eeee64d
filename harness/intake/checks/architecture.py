"""The weight files hold exactly the tensors that config.json's architecture has.

A tensor that is missing is filled with random numbers by transformers, one that is too many is dropped: either way the
model that answers is not the one that was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.intake.bounds import out_of_bounds
from harness.intake.dossier import Check, Dossier
from harness.intake.finding import did_you_mean, finding
from harness.types import Finding

_SHOWN = 20  # tensors named one by one
_REMEDY = "save model and configuration together with `save_pretrained`, and declare the new hashes"

CODES = {
    "architecture.bounds": "config.json asks for a size no model has (512 layers, 65,536 wide, 2,000,000 tokens …).",
    "architecture.files": "There is no model.safetensors and no model.safetensors.index.json: no weights are found.",
    "architecture.unknown": "transformers has no causal language model of this model_type built in.",
    "architecture.refused": "transformers cannot build the model that config.json describes.",
    "architecture.limits": "Building the empty model took more than a minute or 4 GiB.",
    "architecture.missing": "The files lack a tensor: transformers would fill it with random numbers.",
    "architecture.unexpected": "The files hold a tensor that the architecture has no place for.",
    "architecture.shape": "A tensor has another shape than config.json gives it.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Bound the sizes, then compare what the architecture expects with the headers."""
    if not dossier.json_object("config.json"):
        return  # `json_files` reports it
    absurd = list(_absurd(dossier))
    yield from absurd
    if absurd or not dossier.can_build:
        return
    if not dossier.shapes and len(dossier.headers) > 1:
        return  # `shard_index` reports it
    if not dossier.shapes:
        what = "neither model.safetensors nor an index that names the weight files"
        yield finding("architecture.files", "checkpoint", what, _REMEDY)
        return
    answer = dossier.examination.get("architecture")
    if answer is None:
        yield finding("architecture.limits", "config.json", "building the model broke the limits", _REMEDY)
    elif "unknown" in answer:
        yield _unknown(answer)
    elif "error" in answer:
        yield finding("architecture.refused", "config.json", answer["error"], _REMEDY)
    else:
        yield from _differences(answer)


def _absurd(dossier: Dossier) -> Iterator[Finding]:
    for place, value, largest in out_of_bounds(dossier.json_object("config.json")):
        if type(value) is float:
            what, remedy = f"{value!r} is not a whole number", "write it without a decimal point"
        else:
            shown = f"{value:,}" if abs(value) < 10**30 else "a number of more than thirty digits"
            what, remedy = f"{shown} is a size no model has", f"write the model's own; at most {largest:,}"
        yield finding("architecture.bounds", f"config.json: {place}", what, remedy)


def _unknown(answer: dict[str, Any]) -> Finding:
    kind = answer["unknown"]
    hint = did_you_mean(str(kind), answer["valid"]) if kind else ""
    what = f"model_type {kind!r} is no causal language model of transformers" if kind else "model_type is missing"
    remedy = f"{hint}use an architecture that transformers has built in (AutoModelForCausalLM)"
    return finding("architecture.unknown", "config.json: model_type", what, remedy)


def _differences(answer: dict[str, Any]) -> Iterator[Finding]:
    shapes = {name: f"has shape {held}, config.json gives it {wanted}" for name, held, wanted in answer["mismatched"]}
    for code, names, words in (
        ("missing", answer["missing"], "the weight files lack this tensor"),
        ("unexpected", answer["unexpected"], "the architecture has no such tensor"),
        ("shape", list(shapes), ""),
    ):
        for name in names[:_SHOWN]:
            yield finding(f"architecture.{code}", name, words or shapes[name], _REMEDY)
        if len(names) > _SHOWN:
            what = f"{len(names) - _SHOWN} more like this, {len(names)} in all"
            yield finding(f"architecture.{code}", "checkpoint", what, _REMEDY)


CHECK = Check("architecture", CODES, run)
