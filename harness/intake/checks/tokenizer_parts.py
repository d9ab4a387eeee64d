"""A tokenizer is made of known parts that turn a text into tokens, and cannot rewrite, drop or look for words in it.

Looked at twice: in tokenizer.json, before any library is shown it, and in what the library makes of the checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import TOKENIZER_FILES, Check, Dossier
from harness.intake.finding import finding
from harness.intake.tokenizer_parts import Odd, odd_parts
from harness.types import Finding

_REMEDIES = {
    "part": "leave the part out, or use the one that the finding names; `--explain tokenizer.part` lists the kinds",
    "pattern": "split with a published pattern (GPT-2, Llama 3, Qwen 2, Tekken, o200k), or a simpler one",
}

CODES = {
    "tokenizer.part": (
        "The tokenizer has a part that could rewrite, drop or cut a prompt or an answer, or that draws at random."
    ),
    "tokenizer.pattern": "A pre-tokenizer splits with a regular expression that could run away.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Every part that is refused: of the file, else of what the library loaded."""
    odd = list(odd_parts(dossier.json_object(TOKENIZER_FILES[0])))
    if not odd and dossier.can_tokenize:
        answer = dossier.examination.get("tokenizer") or {}
        odd = [Odd(*one) for one in answer.get("parts", ())]
    for code, place, what in odd:
        where = place if place in TOKENIZER_FILES else f"tokenizer.json: {place}"
        yield finding(f"tokenizer.{code}", where, what, _REMEDIES[code])


CHECK = Check("tokenizer parts", CODES, run)
