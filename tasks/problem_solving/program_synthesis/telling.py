"""Saying a problem in French and in English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tasks.problem_solving.program_synthesis.problem import Call, Parameter, Problem

_WRITE: Final = {"fr": "Écrivez la fonction Python `{}`", "en": "Write the Python function `{}`"}
_RETURNING: Final = {"fr": "qui renvoie {}", "en": "that returns {}"}
_TYPES: Final = {
    "fr": {
        "n": "`{}` est un entier",
        "ns": "`{}` est une liste d'entiers, parfois vide",
        "stream": "`{}` est une liste d'entiers, parfois vide",
        "s": "`{}` est un texte de lettres minuscules de a à z et d'espaces, parfois vide",
        "ws": "`{}` est une liste de mots en lettres minuscules de a à z, parfois vide",
        "nn": "`{}` est une liste, parfois vide, de groupes, qui sont des listes non vides d'entiers",
        "commands": "`{}` est une liste, parfois vide, de commandes, qui sont des listes [nom, entier]",
    },
    "en": {
        "n": "`{}` is an integer",
        "ns": "`{}` is a list of integers, sometimes empty",
        "stream": "`{}` is a list of integers, sometimes empty",
        "s": "`{}` is a text of lower-case letters from a to z and spaces, sometimes empty",
        "ws": "`{}` is a list of words of lower-case letters from a to z, sometimes empty",
        "nn": "`{}` is a list, sometimes empty, of groups, which are non-empty lists of integers",
        "commands": "`{}` is a list, sometimes empty, of commands, which are lists [name, integer]",
    },
}
_RESULT: Final = {"fr": "Renvoyez le résultat.", "en": "Return the result."}
_STATE: Final = {
    "fr": "À la fin, renvoyez la liste [`a`, `b`, `pile`].",
    "en": "At the end, return the list [`a`, `b`, `pile`].",
}
_EXAMPLES: Final = {"fr": "Exemples :", "en": "Examples:"}


def tell_problem(problem: Problem, language: str) -> str:
    """The question: what the function takes and does, and examples."""
    draft = problem.draft
    head = _WRITE[language].format(f"{draft.function}({', '.join(p.name for p in draft.parameters)})")
    parts = [part.said(language) for part in draft.parts]
    if draft.parameters[0].type == "n":
        lines = [f"{head} {_RETURNING[language].format(parts[0])}."]
    elif draft.notes:
        lines = [f"{head}. {_takes(draft.parameters, language)}", draft.notes.said(language), *_numbered(parts)]
        lines.append(_STATE[language])
    elif len(parts) == 1:
        lines = [f"{head}. {_takes(draft.parameters, language)} {parts[0]} {_RESULT[language]}"]
    else:
        lines = [f"{head}. {_takes(draft.parameters, language)}", *_numbered(parts), _RESULT[language]]
    return "\n".join([*lines, _EXAMPLES[language], *(_example(draft.function, *one) for one in problem.examples)])


def _takes(parameters: Sequence[Parameter], language: str) -> str:
    joint = " ; " if language == "fr" else "; "
    return joint.join(_TYPES[language][p.type].format(p.name) for p in parameters) + "."


def _numbered(parts: Sequence[str]) -> list[str]:
    return [f"{n}. {part}" for n, part in enumerate(parts, start=1)]


def _example(function: str, call: Call, value: Any) -> str:
    return f"{function}({', '.join(repr(argument) for argument in call)}) -> {value!r}"
