"""Formulas written in LaTeX: a parser of ours, from a text of at most 200 tokens to a tree.

Whatever cannot be read is a ValueError.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

_MOST_TOKENS, _MOST_DEPTH = 200, 40
_TOKEN = re.compile(r"\\[a-zA-Z]+|[0-9]+(?:\.[0-9]*)?|\.[0-9]+|\S")
_NUMBER = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")
_FUNCTIONS = frozenset(f"\\{name}" for name in "sin cos tan cot sec csc arcsin arccos arctan ln log exp".split())
_CONSTANTS = frozenset({"\\pi", "e", "i"})
_GREEK = "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi rho sigma tau phi chi psi omega"
_LETTERS = frozenset((*string.ascii_letters, *(f"\\{name}" for name in _GREEK.split())))
_CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|"}


@dataclass(frozen=True, slots=True)
class Node:
    """A number (its text), a letter, a constant, or an operation on parts."""

    kind: str
    parts: tuple[Node, ...] = ()
    text: str = ""


def parse(text: str) -> Node:
    """The formula that a text is, from its first character to its last; ValueError where it is none."""
    tokens = _TOKEN.findall(text)
    if not 0 < len(tokens) <= _MOST_TOKENS:
        raise ValueError("no formula, or one too long")
    return _Reader(tokens).whole()


class _Reader:
    """Recursive descent: sums of products of signed powers of atoms."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    def whole(self) -> Node:
        found = self.sum()
        if self.place < len(self.tokens):
            raise ValueError(f"{self.next!r} is not expected")
        return found

    @property
    def next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token where it is one of these; the empty text where it is not."""
        found = self.next
        if found not in wanted:
            return ""
        self.place += 1
        return found

    def must(self, wanted: str) -> None:
        if not self.take(wanted):
            raise ValueError(f"{wanted!r} is missing")

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise ValueError("nested too deep")
        found = self.product()
        while sign := self.take("+", "-"):
            found = Node(sign, (found, self.product()))
        self.depth -= 1
        return found

    def product(self) -> Node:
        found = self.signed()
        while True:
            if sign := self.take("*", "/"):
                found = Node(sign, (found, self.signed()))
            elif self.next and self.next not in "+-)]}|=<>,!&^_" and not self.next.startswith("\\end"):
                found = Node("*", (found, self.power()))
            else:
                return found

    def signed(self) -> Node:
        signs = 0
        while sign := self.take("+", "-"):
            signs += sign == "-"
        found = self.mixed()
        return Node("negative", (found,)) if signs % 2 else found

    def mixed(self) -> Node:
        """A power, or a whole number with a fraction of whole numbers beside it, which is added to it."""
        found = self.power()
        if not found.text.isdigit() or self.next != "\\frac":
            return found
        right = self.power()
        added = right.kind == "frac" and all(part.text.isdigit() for part in right.parts)
        return Node("+" if added else "*", (found, right))

    def power(self) -> Node:
        found = self.atom()
        while True:
            if self.take("!"):
                found = Node("!", (found,))
            elif self.take("^"):
                found = Node("^", (found, self.exponent()))
            else:
                return found

    def exponent(self) -> Node:
        """What is raised: a group in braces, a number, a letter, a command with its own."""
        return Node("negative", (self.atom(),)) if self.take("-") else self.atom()

    def argument(self) -> Node:
        """What a command takes: a group in braces, a command with its own, or one character."""
        token = self.next
        if _NUMBER.fullmatch(token) and len(token) > 1:
            self.tokens[self.place : self.place + 1] = list(token)
        return self.atom()

    def atom(self) -> Node:
        token = self.next
        self.place += 1
        self.depth += 1
        if not token or self.depth > _MOST_DEPTH:
            raise ValueError("the formula ends, or is nested too deep")
        found = self.read(token)
        self.depth -= 1
        return found

    def read(self, mark: str) -> Node:
        if _NUMBER.fullmatch(mark):
            return Node("number", text=mark)
        if mark in _CLOSING:
            inner = self.sum()
            self.must(_CLOSING[mark])
            return Node("abs", (inner,)) if mark == "|" else inner
        if mark in ("\\frac", "\\binom"):
            return Node(mark[1:], (self.argument(), self.argument()))
        if mark == "\\sqrt":
            return self.root()
        if mark in _FUNCTIONS:
            return self.function(mark)
        if mark not in _CONSTANTS and mark not in _LETTERS:
            raise ValueError(f"{mark!r} cannot be read")
        return Node("constant" if mark in _CONSTANTS else "letter", text=mark)

    def root(self) -> Node:
        index = Node("number", text="2")
        if self.take("["):
            index = self.sum()
            self.must("]")
        return Node("root", (self.argument(), index))

    def function(self, name: str) -> Node:
        """A function of what is written beside it, with its power or base before that."""
        base = self.argument() if name == "\\log" and self.take("_") else None
        power = self.exponent() if self.take("^") else None
        inner = self.power() if self.next in ("(", "{", "[") else self.factors()
        found = Node("call", (inner,), name)
        if base:
            found = Node("/", (found, Node("call", (base,), name)))
        return Node("^", (found, power)) if power else found

    def factors(self) -> Node:
        """The factors that a function without brackets takes ("sin 2x")."""
        found = self.power()
        while _NUMBER.fullmatch(self.next) or self.next in _CONSTANTS or (len(self.next) == 1 and self.next.isalpha()):
            found = Node("*", (found, self.power()))
        return found
