"""IFBench's `format` kinds: nesting, lists, lines and templates."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from itertools import pairwise

from harness.public.instructions.base import Rule, Settings
from harness.public.instructions.rare.counting import plain, trimmed
from harness.public.instructions.reading import clauses, tokens

PARTS = ("My Answer:", "My Conclusion:", "Future Outlook:")
_LETTERED = re.compile(r"\W*a\W*b\W*c\W*", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_DEPTH, _QUOTE_DEPTH = 5, 3
_NO_EXPLANATION = string.digits + string.punctuation.replace('"', "")
_CURLY = str.maketrans("“”", '""')


def options(offered: str) -> list[str]:
    """The answers that an instruction offers in one line."""
    separator = "/" if "/" in offered else "or" if "or" in offered else ","
    return [option.strip() for option in offered.split(separator)]


def _option(text: str, settings: Settings) -> bool:
    """One of the options and nothing else; lettered ones exactly as they stand."""
    offered = options(settings["options"])
    if _LETTERED.match(settings["options"]):
        return text in offered
    return trimmed(text).lower() in [trimmed(option).lower() for option in offered]


def _parentheses(text: str, _: Settings) -> bool:
    """Brackets of any kind five deep, the innermost closed; a wrong one begins the count anew."""
    opened: list[str] = []
    deepest = 0
    for sign in text:
        if sign in "([{":
            opened.append(sign)
            deepest = max(deepest, len(opened))
        elif sign in _BRACKETS:
            if not opened or opened.pop() != _BRACKETS[sign]:
                opened, deepest = [], 0
            elif deepest >= _DEPTH:
                return True
    return False


def _quotes(text: str, _: Settings) -> bool:
    """Three levels of single and double quotes closed one inside the other; equal neighbours close each other."""
    opened: list[str] = []
    deepest = 0
    for sign in text:
        if opened and sign == opened[-1]:
            opened.pop()
            if deepest - len(opened) >= _QUOTE_DEPTH:
                return True
        elif sign in "\"'":
            opened.append(sign)
            deepest = max(deepest, len(opened))
    return False


def _word_lines(text: str, _: Settings) -> bool:
    text = plain(text).strip()
    return len([line for line in text.split("\n") if line]) == len(text.split())


def _stairs(text: str, _: Settings) -> bool:
    """Each line is indented more than the one before."""
    lines = [line for line in text.split("\n") if line.strip()]
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return all(before < after for before, after in pairwise(indents))


def _explained(text: str, _: Settings) -> bool:
    """No quotation follows another at once, and none ends the text."""
    text = "".join(text.translate(_CURLY).replace("'\"'", "").split())
    return '""' not in text and text.strip(_NO_EXPLANATION)[-1:] not in ('"', "")


def _thesis(text: str, _: Settings) -> bool:
    """Something in italics, and something after it."""
    for opening, closing in (("<i>", "</i>"), ("<em>", "</em>")):
        start = text.find(opening)
        end = text.find(closing, start)
        if start >= 0 and end >= 0:
            inside, after = text[start + len(opening) : end], text[end + len(closing) :]
            return bool(inside.strip()) and bool(after.strip())
    return False


def _sub_bullets(text: str, _: Settings) -> bool:
    """A hyphen after every star, before the next one."""
    return all("-" in part for part in text.split("*")[1:])


def _then_bullets(text: str, _: Settings) -> bool:
    """Two sentences at least, then two lines with stars at least, then nothing."""
    lines = text.split("\n")
    starred = [line.strip().startswith("*") for line in lines]
    first = starred.index(True) if True in starred else len(lines)
    said = sum(len(clauses(line.strip())) for line in lines[:first])
    return all(starred[first:]) and len(lines) - first >= 2 and said >= 2


def _title_case(text: str, _: Settings) -> bool:
    """No word begins with a small letter; one without small letters after it may be anything."""
    return not any(word[0].islower() and (word[1:].islower() or word[1:].isupper()) for word in tokens(text))


RULES: Mapping[str, Rule] = {
    "format:options": _option,
    "format:parentheses": _parentheses,
    "format:quotes": _quotes,
    "format:newline": _word_lines,
    "format:line_indent": _stairs,
    "format:quote_unquote": _explained,
    "format:list": lambda text, own: text.count(own["sep"]) >= 2,
    "format:thesis": _thesis,
    "format:sub-bullets": _sub_bullets,
    "format:no_bullets_bullets": _then_bullets,
    "format:title_case": _title_case,
    "format:output_template": lambda text, _: all(part in text for part in PARTS),
    "format:no_whitespace": lambda text, _: not any(sign.isspace() for sign in text),
}
