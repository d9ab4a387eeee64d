"""No file of the checkpoint asks for code: `auto_map` and its like name Python files to run."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.strict import RefusedError, settings
from harness.types import Finding

_KEYS = ("auto_map", "trust_remote_code", "custom_generate", "custom_pipelines", "custom_code")
_VOCABULARIES = ("tokenizer.json", "vocab.json")  # their keys are tokens, not settings

CODES = {
    "code.auto-map": "A configuration file names code to load (auto_map and its like): only built-in classes are run.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look for the keys at any depth of every configuration file."""
    for name, value in dossier.json_files.items():
        if isinstance(value, RefusedError) or name.rpartition("/")[2] in _VOCABULARIES:
            continue
        for place, key, _ in settings(value):
            if key in _KEYS:
                remedy = "remove the key, and use an architecture that transformers has built in"
                yield finding("code.auto-map", f"{name}: {place}", f"asks for code through {key!r}", remedy)


CHECK = Check("remote code", CODES, run)
