r"""Where a solution says its final answer.

The last box ("\boxed{…}") or "the final answer is …" counts, whichever comes later; four different ones are a list of
guesses and none counts. Without either, what the last "the answer is", "Answer:" or "####" announces; else the last
formula between dollars of the last line, or that line. Takes any text, in linear time.
"""

from __future__ import annotations

import re

_LONGEST_READ = 20_000
_LONGEST_ANSWER = 1000
_MOST_DIFFERENT = 3
_HOPED = "I hope it is correct."
_STRICT = re.compile(r"Final Answer: The final answer is(.{0,1000}?). I hope it is correct.")
_ANNOUNCED = re.compile(r"(?:final answer|answer|réponse finale|réponse)(?: is|:| est)\s{0,20}:?|####", re.I)
_BOX = re.compile(r"\\(?:boxed|fbox)\s?\{")
_HOPE = re.compile(r"\.?\s{0,5}I hope it is correct.*")
_DOLLAR = re.compile(r"(?<!\\)\$")
_SENTENCE_END = re.compile(r"\.(?:\s|$)")


def strict_answer(text: str) -> str:
    """What the first sentence as the worked examples have it says; empty where there is none."""
    found = _STRICT.search(text[-_LONGEST_READ:] + _HOPED)
    return _said(found.group(1).strip()) if found else ""


def final_answer(text: str) -> str:
    """The final answer as it is written; empty where there is none, or too many."""
    read = text[-_LONGEST_READ:]
    if boxes := _boxes(read):
        sentences = [place for place, _ in _sentences(read, "final answer is")]
        if not sentences or boxes[-1][0] > sentences[-1]:
            return boxes[-1][1] if len({said for _, said in boxes}) <= _MOST_DIFFERENT else ""
    if announced := _sentences(read):
        return announced[-1][1] if len({said for _, said in announced}) <= _MOST_DIFFERENT else ""
    return _last_formula(read)


def _sentences(text: str, wanted: str = "") -> list[tuple[int, str]]:
    """Places of announcements and what each says: a box, a formula between dollars, or the rest of its sentence."""
    marks = [mark for mark in _ANNOUNCED.finditer(text) if wanted in mark.group().lower()]
    found = []
    for mark in marks:
        rest = text[mark.end() : mark.end() + _LONGEST_ANSWER].lstrip().partition("\n")[0]
        found.append((mark.start(), _said(_HOPE.sub("", rest))))
    return [(place, said) for place, said in found if said]


def _said(rest: str) -> str:
    if box := _boxes(rest):
        return box[0][1]
    if rest.startswith("$"):
        return next((part.strip() for part in _DOLLAR.split(rest) if part.strip()), "")
    return _SENTENCE_END.split(rest, maxsplit=1)[0].strip("*` ")


def _boxes(text: str) -> list[tuple[int, str]]:
    """Places and contents of the boxes that are closed, the innermost where they are nested."""
    found = []
    starts = list(_BOX.finditer(text))
    for start, following in zip(starts, [*(s.start() for s in starts), len(text)][1:], strict=True):
        end = min(following, start.end() + _LONGEST_ANSWER)
        if (closed := _closing(text, start.end(), end)) >= 0:
            found.append((start.start(), text[start.end() : closed].strip()))
    return found


def _closing(text: str, start: int, end: int) -> int:
    """Place of the brace that closes a group which begins at `start`, -1 where it stays open."""
    depth = 1
    for place in range(start, end):
        if text[place] in "{}" and text[place - 1] != "\\":
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place
    return -1


def _last_formula(text: str) -> str:
    """What the last line says: its last formula between dollars, else what follows its last equals sign."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return ""
    parts = _DOLLAR.split(lines[-1])
    said = parts[-2] if len(parts) > 2 else lines[-1]
    return said.rpartition("=")[2].strip().rstrip(".")
