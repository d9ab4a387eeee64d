"""The plan that an answer gives.

The moves are those after the last "Answer:" or "Réponse :" (of at most two different plans), else those of the whole
text, read as one plan: a text that offers several plans is simulated from end to end, and so fails. Moves written
with arrows are read alone where there are any; else those with a verb ("move K to T"), else "K on T".
"""

from __future__ import annotations

import re

from harness.metrics.answers import final_answers, tidy
from tasks.problem_solving.blocks_planning.world import TABLE, Move

_MOST = 200  # moves read
_BLOCK = r"(?<![\w'])(?:(?:the|le|block|bloc) ){0,2}([a-z])(?![\w'])"
_PLACE = r"(?:(?:the|top|of|block|le|la|bloc|dessus|de|on|to|sur) ){0,4}(table|[a-z](?![\w']))"
_ARROW = r" ?(?:-+>|=+>|[→⇒➔➜>]|\\to\b|\\rightarrow\b) ?"
_TO = r" (?:(?:from|de|depuis) [a-z] )?(?:on ?to|to|on|upon|sur|vers|[aà]) "
_ARROWS = re.compile(_BLOCK + _ARROW + _PLACE)
_VERBS = re.compile(
    r"\b(?:move|put|place|take|stack|unstack|d[ée]place[rz]?|met(?:s|tez|tre)?|pose[rz]?|place[rz]|empile[rz]?) "
    + _BLOCK
    + _TO
    + _PLACE
)
_PLAIN = re.compile(_BLOCK + _TO + _PLACE)
_AGAIN = re.compile(_ARROW)
_PILED = re.compile(r"(?:(?<=\[)|(?<=\[[A-Z] )|(?<=\[[A-Z] [A-Z] ))[A-Z](?=[ \]])")  # the lowest blocks of a pile
_HEDGE = re.compile(r"\b(?:or|ou|not|never|pas|jamais|either|soit)\b|n't\b")
_ANNOUNCED = re.compile(r"\b(?:answer|r[ée]ponse)(?: finale)? ?:", re.IGNORECASE)


def read_plan(text: str, question: str = "") -> list[Move] | None:
    """The moves in order, or None where no single plan can be read."""
    clean = tidy(text, question)
    if question and set(_PILED.findall(clean)) - set(_PILED.findall(question)):
        return None  # piles of blocks that do not exist
    pieces = _ANNOUNCED.split(clean)
    plans = [plan for piece in pieces[1:] if (plan := _moves(piece))]
    if len(pieces) == 1 or not plans:
        said = final_answers(clean)
        return _moves(said[-1]) if said and _moves(said[-1]) else _moves(clean) if len(pieces) == 1 else None
    if len({tuple(plan) for plan in plans}) > 2 or len(pieces) > 4:
        return None
    return plans[-1]


def _moves(text: str) -> list[Move] | None:
    """Every move of a passage, in the first form that it uses."""
    lowered = " ".join(text.lower().split(" "))
    if _HEDGE.search(lowered):
        return None
    for form in (_ARROWS, _VERBS, _PLAIN):
        found = list(form.finditer(lowered))
        if found:
            chained = any(_AGAIN.match(lowered, move.end()) for move in found)
            return None if chained or len(found) > _MOST else [_move(*move.groups()) for move in found]
    return None


def _move(block: str, to: str) -> Move:
    return block.upper(), TABLE if to == TABLE else to.upper()
