"""Conditions on a text: each can be said in French and English, checked, and written down as JSON.

Case and accents never matter. A word counts when it stands alone between spaces, punctuation or apostrophes.
"""

from tasks.content_production.constrained_writing.constraints.base import KINDS, Constraint, Text, from_json, has
from tasks.content_production.constrained_writing.constraints.shape import (
    Ascending,
    Chain,
    Initials,
    Lengths,
    LongestWord,
    NoLetters,
    Ring,
    SentenceCount,
    Shout,
    WordCount,
)
from tasks.content_production.constrained_writing.constraints.wording import (
    Avoid,
    Before,
    Each,
    Include,
    InSentence,
    LastWord,
    Register,
    Repeat,
)

__all__ = [
    "KINDS",
    "Ascending",
    "Avoid",
    "Before",
    "Chain",
    "Constraint",
    "Each",
    "InSentence",
    "Include",
    "Initials",
    "LastWord",
    "Lengths",
    "LongestWord",
    "NoLetters",
    "Register",
    "Repeat",
    "Ring",
    "SentenceCount",
    "Shout",
    "Text",
    "WordCount",
    "from_json",
    "has",
]
