r"""The ways of writing one answer brought to one: LaTeX without layout, units and other words.

`clean` keeps what a formula means ("\dfrac12", "\frac 1 2" and "\frac{1}{2}" are one text); `bare` is good for
comparing only. Both take any text and run in linear time; a text of over 1,000 characters is no answer.
"""

from __future__ import annotations

import re

_LONGEST = 1000
_LAYOUT = re.compile(
    r"(\\\\)|\\left(?![a-z])|\\right(?![a-z])|\\(?:displaystyle|textstyle|limits|big|Big|bigl|bigr)(?![a-z])"
    r"|\\[,!;: ]|~|\\q?quad(?![a-z])|(\\[a-zA-Z]+\s)(?=\s*[a-zA-Z])|\$|\\[()\[\]]|\s"
)
_SIGNS = {
    "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac", "\\dbinom": "\\binom", "\\tbinom": "\\binom",
    "\\cdot": "*", "\\times": "*", "\\div": "/", "\\{": "{", "\\}": "}", "\\lbrace": "{", "\\rbrace": "}",
    "\\lvert": "|", "\\rvert": "|", "\\vert": "|", "−": "-", "–": "-", "×": "*", "·": "*", "π": "\\pi", "∞": "\\infty",
    "√": "\\sqrt", "∪": "\\cup", "±": "\\pm", "\\mathrm{i}": "i", "\\mathrm{e}": "e", "\\$": "", "\\%": "", "%": "",
    "^\\circ": "", "^{\\circ}": "", "\\degree": "", "\\circ": "", "°": "", "{,}": ",",
    ",\\!": ",", "+\\infty": "\\infty",
}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(sign) + ("(?![a-zA-Z])" if sign[-1:].isalpha() else "") for sign in _SIGNS))
_TEXT = re.compile(r"\\(?:text|mbox|textbf|textit|textrm|mathrm|mathbf|mathit|operatorname)\s*\{([^{}]*)\}")
_AND = re.compile(r",?\s*\b(?:and|or)\b\s*")
_UNIT_TEXT = re.compile(rf"{_TEXT.pattern}(?:\^\{{?[0-9]\}}?)?")
_UNIT = re.compile(
    r"(?<=[0-9}])(?:\s+[a-zA-Z]{3,}|\s*(?:cm|mm|km|kg|ft|in|mi|hr|lb|oz))(?:\s+[a-zA-Z]{2,})*(?:\^\{?[0-9]\}?)?\s*$"
)
_PLAIN = re.compile(r"(?<![\\a-zA-Z])(sqrt|pi|sin|cos|tan|cot|sec|csc|log|ln|infty)(?![a-zA-Z])")
_SHORT_FRACTION = re.compile(r"\\frac(?:\{([^{}]*)\}|([0-9a-zA-Z]))(?:\{([^{}]*)\}|([0-9a-zA-Z]))")
_SHORT_ROOT = re.compile(r"\\sqrt([0-9a-zA-Z])")
_SHORT_POWER = re.compile(r"([\^_])\{([0-9a-zA-Z])\}")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_COMMANDS = re.compile(r"\\[a-zA-Z]+")


def clean(text: str) -> str:
    """An answer in its one form; the empty text where there is none."""
    if len(text) > _LONGEST:
        return ""
    said = _SIGN.sub(lambda sign: _SIGNS[sign.group()], text.replace("\\$", "").replace("$", "").strip().rstrip("."))
    said = _words(said)
    said = _without_layout(said).rstrip(".,;").removeprefix("+")
    said = _SHORT_FRACTION.sub(lambda m: f"\\frac{{{m[1] or m[2] or ''}}}{{{m[3] or m[4] or ''}}}", said)
    said = _SHORT_POWER.sub(r"\1\2", _SHORT_ROOT.sub(r"\\sqrt{\1}", said))
    return said.replace(",", "") if _THOUSANDS.fullmatch(said) else said


def bare(text: str) -> str:
    """A text without layout, spaces and braces."""
    said = _SIGN.sub(lambda sign: _SIGNS[sign.group()], text)
    return _without_layout(said).replace("{", "").replace("}", "")


def _without_layout(text: str) -> str:
    """The text without spaces and sizes; the rows of a matrix stay apart, and a command and the letter after it."""
    return _LAYOUT.sub(lambda found: found[1] or found[2] or "", text)


def _words(text: str) -> str:
    """The text without its words, where it holds more than words."""
    if "\\begin" in text:
        return text
    said = _AND.sub(",", _TEXT.sub(r" \1 ", text))
    if not any(c.isdigit() for c in said) and not _COMMANDS.search(said):
        return _PLAIN.sub(r"\\\1", said)
    kept = _UNIT_TEXT.sub(_unit, text)
    return _PLAIN.sub(r"\\\1", _UNIT.sub("", _AND.sub(",", kept)))


def _unit(found: re.Match[str]) -> str:
    """What stays of words beside a number: numbers, and what joins two."""
    said = found[1].strip()
    if any(c.isdigit() for c in said):
        return said
    return "," if said in ("and", "or") else " "
