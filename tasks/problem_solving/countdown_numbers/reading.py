"""The expression that an answer gives: `harness.metrics.answers.settle` over the expressions of a passage.

"(3 + 5) x 3 = 24" is the expression before the sign; a chain of steps ("3 + 5 = 8 x 3 = 24") is several, and so no
answer. A number alone is an expression only where one is asked for.
"""

from __future__ import annotations

import re

from harness.metrics.answers import settle, tidy

_TIMES = re.compile(r"(?<=[\d)\s])[xX*·∙⋅](?=[\s\d(])")
_SIGNS = str.maketrans({"−": "-", "–": "-", "÷": "/", "∕": "/", "✕": "×", "✖": "×"})
_LABEL = re.compile(r"^ *(?:[-•] |[0-9]{1,2}[.)] )(?=.)", re.M)
_RUN = r"[0-9(-][0-9+×/() -]*"
_CHAIN = re.compile(rf"{_RUN}(?:=[0-9+×/() -]+)*")
_OPERATOR = re.compile(r"[0-9)] *[-+×/]")
_EITHER = re.compile(r"\b(?:or|ou|not|pas)\b", re.I)
_BARE = re.compile(r"[0-9+×/() =.,-]+")
_NUMBER = re.compile(r"[0-9]+")
_TEX = (("\\times", "×"), ("\\cdot", "×"), ("\\div", "/"), ("\\left", ""), ("\\right", ""))


def read_expression(text: str, question: str = "", *, lone: bool = False) -> str | None:
    """The one expression a text gives, with signs + - × /, or None; `lone` lets it be a single number."""
    for written, sign in _TEX:
        text = text.replace(written, sign)
    clean = tidy(_signs(text), _signs(question))
    clean = _LABEL.sub("", clean)
    return settle(clean, lambda said: _candidates(said, lone=lone), lambda said: _bare(said, lone=lone))


def _signs(text: str) -> str:
    return _TIMES.sub("×", text.translate(_SIGNS))


def _candidates(said: str, *, lone: bool) -> list[str]:
    """The different expressions of a passage; where alternatives are offered, all and none."""
    parts = [part.replace(" ", "") for chain in _CHAIN.findall(said) for part in chain.split("=")]
    found = [part for part in parts if _OPERATOR.search(part)]
    if not found and lone:
        found = [number for part in parts for number in _NUMBER.findall(part)]
    different = list(dict.fromkeys(_unwrapped(part) for part in found))
    return [*different, "or"] if different and _EITHER.search(said) else different


def _unwrapped(part: str) -> str:
    """An expression without the sign or bracket left by the words around it."""
    while part.startswith("(") and part.count("(") > part.count(")"):
        part = part[1:]
    while part.endswith((")", "-", "+", "/", "×", "(")) and (part[-1] != ")" or part.count(")") > part.count("(")):
        part = part[:-1]
    return part


def _bare(said: str, *, lone: bool) -> bool:
    return bool(_BARE.fullmatch(said.strip())) and bool(_candidates(said, lone=lone))
