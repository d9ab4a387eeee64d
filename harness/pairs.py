"""Blind pairs: two entries' answers to one item, side by side, with no name; and what people or a model say of them.

`pairs.jsonl` goes to judges: an opaque id, the prompt, two texts. The key, which entry wrote which, is another file
that stays behind. Labels come back as `{"pair": …, "winner": "first" | "second" | "tie", "judge": …}`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal, TypeVar, get_args

from harness.canonical import dumps
from harness.errors import UnknownNameError, UsageError

Winner = Literal["first", "second", "tie"]
OUTCOMES: Mapping[Winner, float] = {"first": 1.0, "tie": 0.5, "second": 0.0}
_HIDDEN = 16  # letters of a pair's id


@dataclass(frozen=True, slots=True)
class Pair:
    """What a judge sees."""

    id: str  # tells nothing of item or entries
    language: str
    prompt: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Whose texts a pair holds; never shown to a judge."""

    id: str
    item: str
    first: str  # TEAM/ENTRY
    second: str
    cluster: str = ""  # of the item: its French and English tellings are one prompt

    @property
    def prompt(self) -> str:
        """What judgements are clustered by."""
        return self.cluster or self.item


@dataclass(frozen=True, slots=True)
class Label:
    """One judgement of one pair."""

    pair: str
    winner: Winner
    judge: str  # a pseudonym of the person, or the model's TEAM/ENTRY
    shown: float | None = None  # of a model asked in both orders: mean of what its first places got; 1/2 is even


Row = TypeVar("Row", Pair, KeyRow, Label)


def draw_pairs(
    answers: Mapping[str, Mapping[str, str]],
    prompts: Mapping[str, tuple[str, str]],
    seed: str,
    each: int = 2,
    clusters: Mapping[str, str] | None = None,
) -> tuple[list[Pair], list[KeyRow]]:
    """Up to `each` pairs an item, entries as often as one another, sides and order drawn by the seed.

    Args:
        answers: texts by entry and item.
        prompts: language and text by item.
        seed: whoever has it can tell who wrote what: it belongs to the key.
        each: pairs an item.
        clusters: of items that tell one structure; none: every item is its own.
    """
    drawn, joined = [], clusters or {}
    for item, (language, prompt) in sorted(prompts.items()):
        rng = Random(_keyed(seed, "draw", item))
        entries = sorted(entry for entry, texts in answers.items() if item in texts)
        rng.shuffle(entries)
        around = list(zip(entries, [*entries[1:], *entries[:1]], strict=True))  # neighbours in a ring: all alike often
        for one, other in around[: min(each, len(entries) * (len(entries) - 1) // 2)]:
            first, second = (one, other) if rng.random() < 0.5 else (other, one)
            name = _keyed(seed, item, first, second).hex()[:_HIDDEN]
            shown = Pair(name, language, prompt, answers[first][item], answers[second][item])
            drawn.append((shown, KeyRow(name, item, first, second, joined.get(item, ""))))
    drawn.sort(key=lambda both: both[0].id)  # a keyed hash: no order of items or entries is left
    return [pair for pair, _ in drawn], [row for _, row in drawn]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """One object a line; the file must not exist yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(f"{dumps(row)}\n" for row in rows)
    except FileExistsError as error:
        raise UsageError("there is a file here already", where=str(path), remedy="name another, or move it") from error


def read_rows(path: Path, kind: type[Row]) -> list[Row]:
    """Rows of pairs, key or labels; UsageError names the line that is none."""
    if not path.is_file():
        raise UsageError("no such file", where=str(path), remedy="`defi pairs export` writes pairs and their key")
    fields = dataclasses.fields(kind)
    known, required = {f.name for f in fields}, {f.name for f in fields if f.default is dataclasses.MISSING}
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UsageError(f"not JSON: {error}", where=where) from error
        if not isinstance(row, dict) or row.keys() - known or required - row.keys():
            raise UsageError("wrong keys", where=where, remedy=f"valid: {', '.join(sorted(known))}")
        if not all(isinstance(row[key], str) for key in required):
            raise UsageError("every value is a text", where=where)
        found.append(kind(**row))
    return found


def read_labels(path: Path, pairs: Iterable[str]) -> list[Label]:
    """Labels of known pairs; a judge says one thing of a pair, in one of the three words."""
    labels, known, seen = read_rows(path, Label), set(pairs), set[tuple[str, str]]()
    for number, label in enumerate(labels, 1):
        where = f"{path}:{number}"
        if label.winner not in get_args(Winner):
            raise UnknownNameError("winner", str(label.winner), get_args(Winner), where=where)
        if label.pair not in known:
            raise UsageError(f"no pair is called {label.pair!r}", where=where, remedy="label the pairs of this key")
        if (label.pair, label.judge) in seen:
            raise UsageError(f"{label.judge} has judged {label.pair} twice", where=where, remedy="keep one of the two")
        seen.add((label.pair, label.judge))
    return labels


def balance(rows: Sequence[KeyRow]) -> dict[str, int]:
    """In how many pairs each entry stands."""
    found: dict[str, int] = {}
    for row in rows:
        for entry in (row.first, row.second):
            found[entry] = found.get(entry, 0) + 1
    return found


def _keyed(seed: str, *parts: str) -> bytes:
    return hmac.new(seed.encode(), "\x1f".join(("pairs", *parts)).encode(), hashlib.sha256).digest()
