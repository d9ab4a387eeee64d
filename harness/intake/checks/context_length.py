"""The declared context length is one the model's positions reach."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

_KEYS = ("max_position_embeddings", "n_positions", "max_sequence_length", "n_ctx", "seq_length")

CODES = {
    "context.too-long": "More context is declared than config.json gives the model positions for.",
    "context.zero": "A model must declare how long a prompt and its answer may be together.",
    "context.positions": "config.json gives the number of positions as something else than a whole number.",
    "context.unknown": "config.json does not say how many positions the model has, so nothing can be checked.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Compare the declaration with config.json (or its text part)."""
    declared = dossier.declared("context_length", int)
    config = dossier.json_object("config.json")
    if declared is None or not config:
        return
    where = "manifest.yaml: context_length"
    if declared == 0:
        yield finding("context.zero", where, "0 is declared", "declare the model's context length in tokens")
        return
    text = config.get("text_config")
    parts = (config, text) if isinstance(text, dict) else (config,)
    given = {key: part[key] for part in parts for key in _KEYS if part.get(key) is not None}
    found = [number for number in given.values() if type(number) is int]
    for key in given.keys() - {key for key, number in given.items() if type(number) is int}:
        what = f"{given[key]!r} is not a whole number"
        yield finding(
            "context.positions", f"config.json: {key}", what, f"write {key} without a decimal point or quotes"
        )
    if not given:
        remedy = "nothing to do if the architecture has no limit; the organisers will look"
        yield finding("context.unknown", "config.json", "names no maximum position", remedy, "warning")
    elif found and declared > max(found):
        what = f"{declared} tokens declared, and config.json has {max(found)} positions"
        yield finding("context.too-long", where, what, f"declare at most {max(found)}")


CHECK = Check("context length", CODES, run)
