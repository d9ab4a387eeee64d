"""Sample items for people: by level, with JSON told apart from prose."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.types import Json

_DECODER = json.JSONDecoder()


def by_level(task: Json, language: str) -> list[tuple[int, list[Json]]]:
    """A task's sample items in one language, by level."""
    levels: dict[int, list[Json]] = {}
    for sample in task["samples"]:
        if sample["language"] == language:
            levels.setdefault(sample["level"], []).append(sample)
    return sorted(levels.items())


def answer_text(sample: Json) -> str:
    """A sample's answer for people: a text as it is, JSON for what is no text."""
    answer = sample["answer"]
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, indent=2)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """`("text", …)` and `("json", …)` by turns, verbatim but for the white space between them.

    JSON is an object with at least one key: braces and brackets of ordinary prose stay prose.
    """
    begin = place = 0
    while (place := text.find("{", place)) >= 0:
        end = _object_end(text, place)
        if end is None:
            place += 1
            continue
        if prose := text[begin:place].strip():
            yield "text", prose
        yield "json", text[place:end]
        begin = place = end
    if prose := text[begin:].strip():
        yield "text", prose


def _object_end(text: str, start: int) -> int | None:
    """Where the JSON object that starts here ends; None where none does."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return end if value else None
