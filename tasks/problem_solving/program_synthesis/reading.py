"""Finding the program in an answer. Texts are parsed to recognise a program, and never run here."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from typing import Final

_LIMIT: Final = 40_000  # characters: longer than any token budget; of a longer text the end is read
_DEEPEST: Final = 200  # brackets open at once: no program that a person writes has more
_FENCE: Final = re.compile(r"[ \t]*(?:```+|~~~+)[ \t]*([\w+-]*)[ \t]*\r?")
_STARTS: Final = re.compile(r"(?:def|async def|class|import|from|@\w)\b|@\w|[A-Za-z_]\w*[ \t]*=[^=]")
_GOES_ON: Final = re.compile(r"[ \t]|#|[)\]}]|(?:if|for|while|try|except|finally|else|elif|with)\b|$")


def read_program(text: str, function: str, question: str = "") -> str | None:
    """The last block of code that defines `function`; without fences, the last run of lines that does.

    What precedes a repetition of the question is a quotation of the prompt. None where nothing defines the function.
    """
    if question and (place := text.rfind(question)) >= 0:
        text = text[place + len(question) :]
    text = text[-_LIMIT:].replace("\r\n", "\n")
    blocks, fenced = _blocks(text)
    for block in reversed(blocks if fenced else _runs(text.strip("\n"))):
        if defines(block, function):
            return block
    return None


def _blocks(text: str) -> tuple[list[str], bool]:
    """What stands between fences, and whether there are any; an open last block goes on to the end."""
    blocks: list[str] = []
    inside: list[str] | None = None
    for line in text.split("\n"):
        if _FENCE.fullmatch(line):
            if inside is not None:
                blocks.append("\n".join(inside))
            inside = [] if inside is None else None
        elif inside is not None:
            inside.append(line)
    if inside:
        blocks.append("\n".join(inside))
    return [textwrap.dedent(block) for block in blocks], bool(blocks)


def _runs(text: str) -> list[str]:
    """Runs of lines that look like code at the left margin, prose between them left out."""
    runs: list[list[str]] = []
    going = False
    lines = textwrap.dedent(text.lstrip(" ") if text[:1] == " " else text).split("\n")
    for line in (_unquoted(line) for line in lines):
        starts = _STARTS.match(line) is not None
        if starts and not going:
            runs.append([])
        going = starts or (going and _GOES_ON.match(line) is not None)
        if going:
            runs[-1].append(line)
    return ["\n".join(run) for run in runs]


def _unquoted(line: str) -> str:
    """A line without the single backquotes around it."""
    bare = line.strip()
    return bare[1:-1] if len(bare) > 2 and bare[0] == bare[-1] == "`" and "`" not in bare[1:-1] else line


def defines(source: str, function: str) -> bool:
    """Whether a text is Python and gives the name a value at its top level."""
    if function not in source or _too_deep(source):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a text is no reason to warn here
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(function in _names(node) for node in tree.body)


def _names(node: ast.stmt) -> list[str]:
    """The names that a statement at the top level defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else []


def _too_deep(source: str) -> bool:
    """Whether brackets, signs or indents pile up so high that a parser might give in."""
    depth = 0
    for character in source:
        if character in "([{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif character in ")]}":
            depth = max(0, depth - 1)
    return re.search(r"(?:[-+~][ \t]*|\bnot[ \t]+|\blambda\b[^:\n]{0,20}:[ \t]*){100}", source) is not None
