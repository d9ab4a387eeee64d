"""The checkpoint brings a tokenizer that gives a text back, adds nothing after it, and at most one token before it.

A model that reads its end-of-sequence token after every prompt goes on with another text; one that reads two
beginnings was never trained so. One that reads another text than was asked has not answered the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.intake.dossier import TOKENIZER_FILES, Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding, Json

_REMEDY = "mend the post-processor in tokenizer.json (and add_eos_token in tokenizer_config.json)"

CODES = {
    "tokenizer.none": "The checkpoint lacks tokenizer.json or tokenizer_config.json.",
    "tokenizer.refused": "transformers cannot load the tokenizer, or it makes no token of a sentence.",
    "tokenizer.limits": "Loading the tokenizer took more than a minute or 4 GiB.",
    "tokenizer.end": "The tokenizer adds a special token after the text: every prompt would look finished.",
    "tokenizer.beginning": "The tokenizer adds more than one special token before the text.",
    "tokenizer.text": "The tokenizer loses, adds or exchanges text: what it makes of sentences is not those sentences.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look for the files, then at what the tokenizer makes of some texts."""
    if dossier.checkpoint is None:
        return
    for name in TOKENIZER_FILES:
        if name not in dossier.tree.entries:
            remedy = "save it with `tokenizer.save_pretrained(folder)` (a fast tokenizer)"
            yield finding("tokenizer.none", name, "missing", remedy)
    if not dossier.can_tokenize:
        return
    answer = dossier.examination.get("tokenizer")
    if answer is None:
        yield finding("tokenizer.limits", "tokenizer.json", "loading the tokenizer broke the limits", _REMEDY)
    elif "error" in answer and {"error", "unknown"} & dossier.examination.get("architecture", {}).keys():
        return  # `architecture` reports it: the library reads config.json first
    elif "error" in answer or answer["empty"]:
        what = answer.get("error") or "makes no token of a sentence"
        yield finding("tokenizer.refused", "tokenizer.json", what, "save it again with `tokenizer.save_pretrained`")
    else:
        yield from _read_otherwise(answer)


def _read_otherwise(answer: Mapping[str, Json]) -> Iterator[Finding]:
    """Where what the model reads is not what it is asked."""
    for what in answer.get("losses", ()):
        remedy = "use a tokenizer that spells what it has read, with a token for what it does not know"
        yield finding("tokenizer.text", "tokenizer.json", what, remedy)
    if answer["last"]:
        what = f"adds {answer['last']!r} after the text"
        yield finding("tokenizer.end", "tokenizer.json", what, _REMEDY)
    if answer["front"] > 1:
        what = f"adds {answer['front']} special tokens before the text"
        yield finding("tokenizer.beginning", "tokenizer.json", what, _REMEDY)


CHECK = Check("tokenizer", CODES, run)
