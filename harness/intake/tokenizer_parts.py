"""The parts that a tokenizer may be made of: those that turn a text into tokens and leave it the same text.

A normaliser is a program that rewrites the prompt after it was hashed: one that may replace words could empty the
questions it does not like, or write answers into others. So each part is of a known kind, with the settings that
published models use; whatever could drop, add or exchange words is refused, before a library is shown the file.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from harness.intake.split_patterns import COVERING, odd_pattern
from harness.types import Json

KEYS = ("normalizer", "pre_tokenizer", "post_processor", "decoder")
_MOST = 32  # parts, in all sequences together
_MARK = "▁"  # SentencePiece's visible space
_DEEPEST = 4
_SAFE_REPLACEMENTS = (  # (pattern, content) of the normalisers of published models
    ({"String": " "}, _MARK),  # Gemma, Llama 2, Mistral
    ({"Regex": " {2,}"}, " "),  # XGLM: several spaces are one
    ({"Regex": " {2,}"}, _MARK),  # T5, XLM-R
)
_KEEPING = ("Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")  # ways to split that drop nothing
_SAFE_SPELLINGS = (({"String": _MARK}, " "),)  # of decoders


class Odd(NamedTuple):
    """A part that is refused."""

    code: str  # part, pattern
    place: str
    what: str


Rule = Callable[[Mapping[str, Json]], str]  # why a part's settings are refused; empty when they are not


def odd_parts(tokenizer: Mapping[str, Json]) -> Iterator[Odd]:
    """Everything in a tokenizer.json that is no part of the allowed kind, or cuts, fills or draws at random."""
    for key in ("truncation", "padding"):
        if tokenizer.get(key) is not None:
            yield Odd("part", key, f"{key} is set: a prompt is never cut or filled up; write null")
    model = tokenizer.get("model")
    if isinstance(model, dict) and model.get("dropout") not in (None, 0):
        yield Odd("part", "model.dropout", "the tokenizer draws merges at random: write null")
    found = [(key, place, part) for key in KEYS for place, part in _leaves(key, tokenizer.get(key))]
    if len(found) > _MOST:
        yield Odd("part", "tokenizer.json", f"it has more than {_MOST} parts")
    for key, place, part in found[:_MOST]:
        yield from _judge(key, place, part)


def _leaves(place: str, part: Json, depth: int = 0) -> Iterator[tuple[str, Json]]:
    """The parts of a part that is a sequence, at any depth that is allowed; itself otherwise."""
    inner = _members(part) if isinstance(part, dict) and part.get("type") == "Sequence" else None
    if inner is None or depth > _DEEPEST:  # too deep, a sequence stays one, and `_judge` knows no such part
        if part is not None:
            yield place, part
        return
    for number, one in enumerate(itertools.islice(inner, _MOST + 1)):
        yield from _leaves(f"{place}.{number}", one, depth + 1)


def _members(sequence: Mapping[str, Json]) -> list[Json] | None:
    keys = ("normalizers", "pretokenizers", "processors", "decoders")
    return next((sequence[key] for key in keys if isinstance(sequence.get(key), list)), None)


def _judge(key: str, place: str, part: Json) -> Iterator[Odd]:
    kind = part.get("type") if isinstance(part, dict) else None
    rules = _KINDS[key]
    if not isinstance(kind, str) or kind not in rules:
        yield Odd("part", place, f"{str(kind)[:60]} is none of: {', '.join(rules)}")
        return
    if why := rules[kind](part):
        yield Odd("pattern" if why.startswith(_PATTERN) else "part", place, f"{kind} {why}")


# --- settings ------------------------------------------------------------------------------------------------------

_PATTERN = "has a pattern that "


def _any(_: Mapping[str, Json]) -> str:
    return ""


def _replaces(part: Mapping[str, Json]) -> str:
    if (part.get("pattern"), part.get("content")) in _SAFE_REPLACEMENTS:
        return ""
    return f"may only write {_MARK!r} for a space, or one space for several: it would rewrite the question"


def _spells(part: Mapping[str, Json]) -> str:
    if (part.get("pattern"), part.get("content")) in _SAFE_SPELLINGS:
        return ""
    return f"may only write a space for {_MARK!r}: it would rewrite the answer"


def _prepends(part: Mapping[str, Json]) -> str:
    return "" if part.get("prepend") in (_MARK, " ") else f"may only put {_MARK!r} or a space before the text"


def _strips(part: Mapping[str, Json]) -> str:
    return "" if part.get("content") in (" ", _MARK) else "may only take away spaces"


def _marks(part: Mapping[str, Json]) -> str:
    return "" if part.get("replacement") == _MARK else f"may only write {_MARK!r} for a space"


def _delimits(part: Mapping[str, Json]) -> str:
    return "" if str(part.get("delimiter")).isspace() else "drops its delimiter, which may only be a space"


def _isolates(part: Mapping[str, Json]) -> str:
    return "" if part.get("behavior", "Isolated") in _KEEPING else "drops what it finds (Removed): write Isolated"


def _splits(part: Mapping[str, Json]) -> str:
    pattern, behaviour = part.get("pattern"), part.get("behavior")
    if not isinstance(pattern, dict) or len(pattern) != 1 or pattern.keys() - {"String", "Regex"}:
        return "has no pattern of the form {String: …} or {Regex: …}"
    ((kind, text),) = pattern.items()
    if not isinstance(text, str):
        return "has no pattern of the form {String: …} or {Regex: …}"
    if kind == "Regex" and (why := odd_pattern(text)):
        return _PATTERN + why
    spaces = kind == "String" and text.isspace() and not part.get("invert")
    covers = kind == "Regex" and text in COVERING and part.get("invert")
    if behaviour not in _KEEPING and not spaces and not covers:
        return "drops a part of the text (Removed): write Isolated, and invert: false"
    return ""


_KINDS: Mapping[str, Mapping[str, Rule]] = {
    "normalizer": {
        **dict.fromkeys(("NFC", "NFD", "NFKC", "NFKD", "Nmt", "Lowercase", "Strip", "StripAccents"), _any),
        **dict.fromkeys(("BertNormalizer", "ByteLevel", "Precompiled"), _any),
        "Prepend": _prepends,
        "Replace": _replaces,
    },
    "pre_tokenizer": {
        **dict.fromkeys(("ByteLevel", "Digits", "BertPreTokenizer", "Whitespace", "WhitespaceSplit"), _any),
        **dict.fromkeys(("UnicodeScripts", "FixedLength"), _any),
        "CharDelimiterSplit": _delimits,
        "Metaspace": _marks,
        "Punctuation": _isolates,
        "Split": _splits,
    },
    "post_processor": dict.fromkeys(("TemplateProcessing", "ByteLevel", "BertProcessing", "RobertaProcessing"), _any),
    "decoder": {
        **dict.fromkeys(("ByteLevel", "ByteFallback", "Fuse", "WordPiece", "BPEDecoder"), _any),
        "Metaspace": _marks,
        "Replace": _spells,
        "Strip": _strips,
    },
}
