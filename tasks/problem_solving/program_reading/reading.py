"""What an answer says that a program prints."""

from __future__ import annotations

import re

from harness.metrics.answers import final_answers, tidy

_SAID = re.compile(r"^.*\b(?:prints?|outputs?|displays?|shows?|affiche(?:ra)?|is|est|donne)\b\s*:?\s*", re.I)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[a-z]*[ \t]*$", re.M)
_QUOTES = str.maketrans(dict.fromkeys("\"'«»“”‘’`,", " "))
_BARE = re.compile(r"[\d\[\]' ,.-]*(?:[^\W\d_]+[\d\[\]' ,.-]*)?")  # at most one word: it could be an output
_MOST = 500  # characters of a line that can be an answer


def read_output(text: str, question: str = "") -> str | None:
    """The one output that a text announces, in the form of `normal`; None where it announces none or several."""
    if question and (place := text.rfind(question)) >= 0:
        text = text[place + len(question) :]  # before the fences go: the question has one
    plain = tidy(_FENCE.sub("", text[-20_000:]))
    if announced := [normal(said) for said in final_answers(plain)]:
        return announced[-1] if len(set(announced)) <= 2 else None
    lines = [line for line in plain.split("\n") if line.strip()]
    if not lines:
        return None
    said = normal(_SAID.sub("", lines[-1][:_MOST]))
    others = {normal(line[:_MOST]) for line in lines[:-1] if _BARE.fullmatch(line[:_MOST])}
    return None if others - {said} else said


def normal(output: str) -> str:
    """An output without quotes, commas, outer or repeated spaces, case, or a period at its end."""
    spaced = " ".join(output.translate(_QUOTES).split()).casefold().removesuffix(".").rstrip()
    return spaced.replace("[ ", "[").replace(" ]", "]").replace("−", "-")
