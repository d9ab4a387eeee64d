r"""Which regular expressions a pre-tokenizer may split a text with: those that cannot run away.

The engine behind them (Oniguruma) backtracks, so a pattern can take longer than anybody waits. What published
tokenizers use is a small part of its language: alternatives of classes and literals, each with a quantifier of its own,
short optional groups, a look at the next character. Whatever keeps to that part needs at most a polynomial of a low
degree in the length of a text; the rest is refused by its construction, before any library compiles it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LONGEST = 2_000  # characters; the longest published one, DeepSeek-V2's list of letters, has 700
_DEEPEST = 4
_UNBOUNDED = 2  # quantifiers without an upper bound on one way through the pattern
_WAYS = 256  # other choices on one way: optional parts, counts, alternatives inside
_ESCAPE = re.compile(
    r"\\(?:[pP]\{\^?\w+\}|[sSdDwWhHrntfvb]|[^\w\s]|x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}| )"
)
_COUNT = re.compile(r"\{(\d{1,3})?(,)?(\d{1,3})?\}")
_PUBLISHED = (r"(?=(\d{3})+(?!\d))",)  # SuperBPE: thousands from the right
_CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_START, _MORE = r"[^\r\n\p{L}\p{N}]?", r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
COVERING = frozenset({  # published, and every character of a text is in one of their matches
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",  # GPT-2
    _CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + _REST,  # cl100k: Llama 3, Phi-4, OLMo 2
    _CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + _REST,  # Qwen 2
    f"{_START}{_UPPER}*{_LOWER}+{_CONTRACTIONS}?|{_START}{_UPPER}+{_LOWER}*{_CONTRACTIONS}?" + r"|\p{N}{1,3}" + _MORE,
    f"{_START}{_UPPER}*{_LOWER}+|{_START}{_UPPER}+{_LOWER}*" + r"|\p{N}" + _MORE,  # Tekken; above it o200k
})  # fmt: skip


class _Cost(NamedTuple):
    unbounded: int
    ways: int


class _OddError(ValueError):
    """The pattern leaves the part of the language that is allowed."""


def odd_pattern(pattern: str) -> str:
    """Why a pattern is refused; empty for one that may be used."""
    if pattern in _PUBLISHED or pattern in COVERING:
        return ""
    if not pattern or len(pattern) > _LONGEST:
        return f"has {len(pattern):,} characters (1 to {_LONGEST:,} are allowed)"
    reader = _Reader(pattern)
    try:
        reader.alternatives(0)
        if reader.place < len(pattern):
            return f"has a bracket too many at character {reader.place}"
    except _OddError as error:
        return str(error)
    return ""


class _Reader:
    """Recursive descent, to a bounded depth."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.place = 0

    def alternatives(self, depth: int) -> _Cost:
        """Up to the end, or the bracket that closes the group: the costs of the costliest way."""
        if depth > _DEEPEST:
            raise _OddError(f"has groups nested deeper than {_DEEPEST}")
        branches = [self._branch(depth)]
        while self._take("|"):
            branches.append(self._branch(depth))
        inside = len(branches) if depth else 1  # at the outermost level the first that matches ends the search
        return _Cost(max(b.unbounded for b in branches), inside * max(b.ways for b in branches))

    def _branch(self, depth: int) -> _Cost:
        unbounded, ways = 0, 1
        while self.place < len(self.text) and self.text[self.place] not in "|)":
            cost = self._quantified(depth)
            unbounded, ways = unbounded + cost.unbounded, ways * cost.ways
            if unbounded > _UNBOUNDED or ways > _WAYS:
                raise _OddError(f"has too many ways to match (near character {self.place})")
        return _Cost(unbounded, ways)

    def _quantified(self, depth: int) -> _Cost:
        group = self.text[self.place] == "("
        cost = self._group(depth) if group else self._atom()
        if self.place >= len(self.text) or self.text[self.place] not in "*+?{":
            return cost
        if self._take("?"):
            self._mark()
            return _Cost(cost.unbounded, cost.ways + 1)
        if group:
            raise _OddError(f"repeats a group (character {self.place}): repeat a class, or make the group optional")
        if self._take("*") or self._take("+"):
            self._mark()
            return _Cost(1, 1)
        return self._count(depth)

    def _mark(self) -> None:
        """A lazy or possessive mark behind `*`, `+` or `?`; a third quantifier would nest."""
        _ = self._take("+") or self._take("?")
        if self.text[self.place : self.place + 1] in ("*", "+", "?", "{") and self.place < len(self.text):
            raise _OddError(f"has a quantifier of a quantifier at character {self.place}")

    def _count(self, depth: int) -> _Cost:
        found = _COUNT.match(self.text, self.place)
        if not found or not (found[1] or found[3]):
            raise _OddError(f"has a brace at character {self.place} that is no count: write it with a backslash")
        self.place = found.end()
        least = int(found[1] or 0)
        most = int(found[3]) if found[3] else least
        if self._take("+") and (depth or (self.place < len(self.text) and self.text[self.place] != "|")):
            raise _OddError(f"has a quantifier of a quantifier at character {self.place}")
        if self.text[self.place : self.place + 1] in {"*", "?", "{"}:
            raise _OddError(f"has a quantifier of a quantifier at character {self.place}")
        return _Cost(1, 1) if found[2] and not found[3] else _Cost(0, max(1, most - least + 1))

    def _group(self, depth: int) -> _Cost:
        self.place += 1
        looks = False
        if self._take("?"):
            opening = next((o for o in (":", "i:", "=", "!") if self.text.startswith(o, self.place)), "")
            if not opening:
                raise _OddError(f"has a group of a kind that is not allowed at character {self.place}")
            self.place += len(opening)
            looks = opening in "=!"
        cost = self.alternatives(depth + 1)
        if not self._take(")"):
            raise _OddError("has a bracket that is never closed")
        if looks and (cost.unbounded or self.text[self.place : self.place + 1] in {"*", "+", "?", "{"}):
            raise _OddError(f"looks ahead without a bound (character {self.place})")
        return cost

    def _atom(self) -> _Cost:
        """One escape, class or character."""
        here = self.text[self.place]
        if here == "\\":
            self._escape()
        elif here == "[":
            self._class(0)
        elif here in "*+?{":
            raise _OddError(f"has a quantifier of nothing at character {self.place}")
        else:
            self.place += 1
        return _Cost(0, 1)

    def _escape(self) -> None:
        found = _ESCAPE.match(self.text, self.place)
        if not found:
            raise _OddError(f"has an escape that is not allowed at character {self.place}")
        self.place = found.end()

    def _class(self, depth: int) -> None:
        """To the bracket that closes it; classes may hold classes."""
        if depth > _DEEPEST:
            raise _OddError(f"has classes nested deeper than {_DEEPEST}")
        self.place += 1
        self._take("^")
        first = True
        while self.place < len(self.text):
            here = self.text[self.place]
            if here == "]" and not first:
                self.place += 1
                return
            if here == "\\":
                self._escape()
            elif here == "[":
                self._class(depth + 1)
            else:
                self.place += 1
            first = False
        raise _OddError("has a class that is never closed")

    def _take(self, word: str) -> bool:
        found = self.text.startswith(word, self.place)
        self.place += len(word) if found else 0
        return found
