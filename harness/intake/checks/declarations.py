"""What a team must declare is declared in its own words: training data, languages, title, contact."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import LANGUAGES, Finding

_TEXTS = ("title", "training_data", "contact", "license")
_SHORTEST = 20  # characters of a training-data declaration that says something

CODES = {
    "declaration.placeholder": "A text of the template (between ‹ and ›, or < and >) was left as it is.",
    "declaration.empty": "A declaration is blank.",
    "declaration.training-data": "The training-data declaration is too short to say anything.",
    "declaration.languages": "None of the declared languages is one of the contest's; it is asked in them anyway.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at the texts a person wrote."""
    for key in _TEXTS:
        text, where = dossier.declared(key, str), f"manifest.yaml: {key}"
        if text is None:
            continue
        if not text.strip():
            yield finding("declaration.empty", where, "is blank", f"fill in `{key}`")
        elif is_placeholder(text):
            yield finding("declaration.placeholder", where, "still holds the template's text", "write your own")
        elif key == "training_data" and len(text.strip()) < _SHORTEST:
            remedy = "say in a sentence what the model was trained on, or that it is not known"
            yield finding("declaration.training-data", where, "too short to say anything", remedy)
    languages = dossier.declared("languages", list)
    if languages and not set(LANGUAGES) & {str(language) for language in languages}:
        what = f"none of {', '.join(LANGUAGES)} is declared"
        remedy = "nothing to do: the round asks every entry in all its languages"
        yield finding("declaration.languages", "manifest.yaml: languages", what, remedy, "warning")


def is_placeholder(text: str) -> bool:
    """Whether a text is one that stands in the template, in its marks or without them."""
    return text.lstrip().startswith(("<", "‹")) or text.strip() == "you@example.org"


CHECK = Check("declarations", CODES, run)
