"""A sharded checkpoint's index refers only to shards in its own folder, and agrees with what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

SUFFIX = ".safetensors.index.json"
_SHOWN = 5  # tensors named in one finding

CODES = {
    "index.broken": "The index has no weight_map from tensor names to file names.",
    "index.path": "The index names a shard with a path: libraries follow it out of the folder.",
    "index.missing-shard": "The index names a shard that is not in the folder.",
    "index.tensor": "The index and the shards' headers do not list the same tensors.",
    "index.none": "Several .safetensors files and no index: it is not said which of them make the model.",
}
_REMEDY = "write the checkpoint again with `save_pretrained`"


def run(dossier: Dossier) -> Iterator[Finding]:
    """Check every index; demand one where there are several weight files."""
    indexes = [name for name in dossier.json_files if name.endswith(SUFFIX)]
    if not indexes and len(dossier.with_suffix(".safetensors")) > 1:
        yield finding("index.none", "checkpoint", "several weight files and no index", _REMEDY)
    for name in indexes:
        weights = dossier.json_object(name).get("weight_map")
        if not isinstance(weights, dict) or not all(isinstance(shard, str) for shard in weights.values()):
            yield finding("index.broken", name, "no weight_map from tensor names to file names", _REMEDY)
        else:
            yield from _check_map(dossier, name, weights)


def _check_map(dossier: Dossier, name: str, weights: Mapping[str, str]) -> Iterator[Finding]:
    for shard in sorted(set(weights.values())):
        if "/" in shard or "\\" in shard or shard in {"", ".", ".."}:
            yield finding(
                "index.path", name, f"names the shard {shard!r}", "shards lie beside the index: use plain names"
            )
        elif shard not in dossier.tree.entries:
            yield finding("index.missing-shard", name, f"names {shard!r}, which is not there", f"add it. {_REMEDY}")
        elif shard in dossier.tensors():
            yield from _compare(dossier, name, weights, shard)


def _compare(dossier: Dossier, name: str, weights: Mapping[str, str], shard: str) -> Iterator[Finding]:
    promised = {tensor for tensor, place in weights.items() if place == shard}
    held = {tensor.name for tensor in dossier.tensors()[shard]}
    if different := sorted(promised ^ held):
        shown = ", ".join(different[:_SHOWN]) + (" …" if len(different) > _SHOWN else "")
        what = f"disagrees with {shard} on {len(different)} tensors: {shown}"
        yield finding("index.tensor", name, what, _REMEDY)


CHECK = Check("shard index", CODES, run)
