"""Instructions on form: what a text contains, how it is laid out, begins and ends. The other half of IFEval's kinds.

As in `wording.py`, the rules are those that the data's authors publish in words, from an instruction's id and settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from harness.public.instructions.base import Rule, Settings, compare
from harness.public.instructions.reading import bullets, highlights, marked, titled
from harness.public.instructions.wording import Speech

_RULE = re.compile(r"\s?\*\*\*\s?")  # Markdown's divider between paragraphs
_TWO = "******"  # what two responses are separated with
_FENCES = ("```json", "```Json", "```JSON", "```")
_POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\.", "P.D.": r"p\.\s?d\."}  # a blank may stand inside


def layout(speech: Speech) -> Mapping[str, Rule]:
    """The rules on layout for one language, by kind."""
    return {
        "length_constraints:number_paragraphs": _paragraphs,
        "detectable_content:number_placeholders": _placeholders,
        "detectable_content:postscript": _postscript,
        "detectable_format:number_bullet_lists": lambda text, settings: bullets(text) == settings["num_bullets"],
        "detectable_format:number_highlighted_sections": _highlights,
        "detectable_format:multiple_sections": _sections,
        "detectable_format:constrained_response": lambda text, _: any(one in text for one in speech.options),
        "detectable_format:json_format": _json,
        "detectable_format:title": lambda text, _: titled(text, "<<", ">>"),
        "combination:two_responses": _two_responses,
        "combination:repeat_prompt": _repeats,
        "startend:end_checker": _ends,
        "startend:quotation": lambda text, _: wrapped(text, '"', '"'),
    }


def wrapped(text: str, opening: str, closing: str) -> bool:
    """Whether all of a text stands between two marks."""
    text = text.strip()
    return len(text) > 1 and text.startswith(opening) and text.endswith(closing)


def _paragraphs(text: str, settings: Settings) -> bool:
    """Exactly so many between dividers; nothing may be empty but what is before the first and after the last."""
    parts = _RULE.split(text)
    if not all(part.strip() for part in parts[1:-1]):
        return False
    outer = parts[:1] + parts[1:][-1:]
    return bool(len(parts) - sum(not part.strip() for part in outer) == settings["num_paragraphs"])


def _placeholders(text: str, settings: Settings) -> bool:
    return compare(len(marked(text, "[", "]")), settings, "relation", "num_placeholders")


def _postscript(text: str, settings: Settings) -> bool:
    marker = settings["postscript_marker"].strip()
    return re.search(_POSTSCRIPTS.get(marker, re.escape(marker.lower())), text.lower()) is not None


def _highlights(text: str, settings: Settings) -> bool:
    return compare(highlights(text), settings, "relation", "num_highlights")


def _sections(text: str, settings: Settings) -> bool:
    """So many headings: the word with a number."""
    heading = re.compile(rf"{re.escape(settings['section_spliter'].strip())}\s?\d+")
    return compare(sum(1 for _ in heading.finditer(text)), settings, "relation", "num_sections")


def _json(text: str, _: Settings) -> bool:
    """JSON, in a fence or bare."""
    text = text.strip()
    for fence in _FENCES:
        text = text.removeprefix(fence)
    try:
        json.loads(text.removesuffix("```").strip())
    except (ValueError, RecursionError):  # nested deeper than anything reads it back
        return False
    return True


def _two_responses(text: str, _: Settings) -> bool:
    """Two that differ, with the separator between them; it may stand at either end too."""
    parts = text.split(_TWO)
    if not all(part.strip() for part in parts[1:-1]):
        return False
    said = [part.strip() for part in parts if part.strip()]
    return len(said) == 2 and said[0] != said[1]


def _repeats(text: str, settings: Settings) -> bool:
    return text.strip().lower().startswith(settings["prompt_to_repeat"].strip().lower())


def _ends(text: str, settings: Settings) -> bool:
    return text.strip().strip('"').lower().endswith(settings["end_phrase"].strip().lower())
