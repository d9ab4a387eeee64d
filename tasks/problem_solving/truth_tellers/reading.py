"""Who an answer says tells the truth.

Names alone are those who tell the truth, as asked. In sentences each name goes with its verb ("Anna and Tom tell
the truth, Eva lies") or with the label before it ("Truth-tellers: Anna, Tom. Liars: Eva"). "Anna or Tom", a name
on both sides, a negation beside a name, and "none" beside a name say nothing that can be judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.metrics.answers import fold, names_in, only_names, settle, tidy

Answer = frozenset[str]

_NONE_WORDS = ("none", "nobody", "personne", "aucun", "aucune")
_NONE = re.compile(r"\b(?:none|nobody|no one|aucune?)\b|(?<!une )(?<!la )(?<!chaque )(?<!cette )\bpersonne\b")
_ALL = re.compile(r"\b(?:everyone|everybody|all of them|they all|tout le monde|tous|toutes)\b")
_TRUTH = r"truth\w*|honest|knights?|verite|veridiques?|honnetes?"
_LIE = r"lies?|lying|liars?|knaves?|ment|mentent|menteurs?|menteuses?"
_LABEL = re.compile(rf"\b(?:(?P<truth>{_TRUTH})|(?P<lie>{_LIE}))\b")
_DENIED = re.compile(r"\b(?:not|never|pas|jamais|ni|nor)\b|n't\b")
_EITHER = re.compile(r"\b(?:or|ou)\b")
_CLAUSE = re.compile(r"[.;!?\n]+")


def read_truthful(text: str, people: Sequence[str], question: str = "") -> Answer | None:
    """The set of names that a text gives as telling the truth, or None if it gives no single one."""
    lined = _one_line_per_list(tidy(text, question), people)
    return settle(lined, lambda said: _candidates(said, people), lambda said: _bare(said, people))


def _bare(said: str, people: Sequence[str]) -> bool:
    return only_names(said, people, _NONE_WORDS)


def _one_line_per_list(text: str, people: Sequence[str]) -> str:
    """The text with names given one a line brought together on one line."""
    lines: list[str] = []
    last = False
    for line in text.split("\n"):
        bare = only_names(line, people)
        if bare and last:
            lines[-1] += f", {line}"
        else:
            lines.append(line)
        last = bare
    return "\n".join(lines)


def _candidates(said: str, people: Sequence[str]) -> list[Answer]:
    """The sets a passage can mean: one when it is clear, two when it is not, none when it names nobody."""
    sides: dict[str, set[str]] = {"truth": set(), "lie": set()}
    spoken = doubtful = False
    for clause in _CLAUSE.split(fold(said)):
        found = _clause(clause, people)
        spoken = spoken or found.get("truth") is not None
        doubtful = doubtful or "doubt" in found
        for side in sides:
            sides[side] |= set(found.get(side, ()))
    empty_and_not = spoken and bool(sides["truth"]) and _says_none(fold(said))
    if doubtful or empty_and_not or sides["truth"] & sides["lie"]:
        return [frozenset(), frozenset(people)]
    if spoken or sides["lie"] == set(people):
        return [frozenset(sides["truth"])]
    return []


def _clause(clause: str, people: Sequence[str]) -> dict[str, list[str]]:
    """The names of one clause by side ("truth", "lie"), or "doubt"; empty when it says nothing on anyone."""
    names = names_in(clause, people)
    labels = [str(match.lastgroup) for match in _LABEL.finditer(clause)]
    if not names:
        return _crowd(clause, people, labels)
    if _DENIED.search(clause) or (_EITHER.search(clause) and len(names) > 1):
        return {"doubt": names}
    if not labels:
        return {"truth": names}
    return _sided(clause, people, labels)


def _crowd(clause: str, people: Sequence[str], labels: list[str]) -> dict[str, list[str]]:
    """A clause on nobody or everybody."""
    lie = "lie" in labels
    if "lie" in labels and "truth" in labels:
        return {}
    if _says_none(clause):
        return {"truth": list(people)} if lie else {"truth": []}
    if _ALL.search(clause) and labels and not _DENIED.search(clause):
        return {"lie": list(people)} if lie else {"truth": list(people)}
    return {}


def _says_none(text: str) -> bool:
    return _NONE.search(text) is not None


def _sided(clause: str, people: Sequence[str], labels: list[str]) -> dict[str, list[str]]:
    """Names with their verb after them, or all after the label that opens the clause."""
    pieces = _LABEL.split(clause)[::3]  # the text between labels; the two groups of each label are dropped
    leading = not names_in(pieces[0], people)
    sides: dict[str, list[str]] = {}
    for label, piece in zip(labels, pieces[1:] if leading else pieces, strict=False):
        sides.setdefault(label, []).extend(names_in(piece, people))
    if not leading and names_in(pieces[-1], people):
        return {"doubt": names_in(pieces[-1], people)}
    return sides
