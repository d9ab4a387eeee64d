"""IFEval's 25 kinds of instruction, in English."""

from __future__ import annotations

from collections.abc import Mapping

from harness.public.instructions.base import Rule
from harness.public.instructions.layout import layout
from harness.public.instructions.wording import Speech, wording

# langdetect passes over words in capitals, but for their first letters; the published rule asks it all the same
_OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
SPEECH = Speech("en", "english", "english", _OPTIONS, lowered=False)
RULES: Mapping[str, Rule] = {**wording(SPEECH), **layout(SPEECH)}
