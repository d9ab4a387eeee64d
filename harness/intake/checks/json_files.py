"""Every JSON file parses within limits on size and depth and says no key twice."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.strict import RefusedError
from harness.types import Finding

CODES = {
    "json.syntax": "A JSON file does not parse (NaN and Infinity are no JSON).",
    "json.too-large": "A JSON file is larger than 16 MiB (tokenizer.json: 128 MiB).",
    "json.too-deep": "A JSON file is nested deeper than 64 levels: libraries crash on it.",
    "json.duplicate-key": "A JSON file says a key twice in one object, and readers disagree on which one counts.",
    "json.not-a-file": "A JSON file changed into something else while it was read.",
    "json.unreadable": "A JSON file cannot be read.",
    "json.no-config": "There is no config.json, or it is no object: the architecture is unknown.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """One finding for every refused file, and for a missing configuration."""
    for name, value in dossier.json_files.items():
        if isinstance(value, RefusedError) and name not in dossier.pointers:
            remedy = "write the file again with `save_pretrained`"
            yield finding(f"json.{value.code}", name, value.what, remedy)
    config = dossier.json_files.get("config.json")
    if dossier.checkpoint and not isinstance(config, dict | RefusedError):
        yield finding("json.no-config", "config.json", "missing, or no object", "save the model with `save_pretrained`")


CHECK = Check("json files", CODES, run)
