"""Canary items: a part of a round's items asked twice, as they are or in other words.

A repeat is the very same request: an answer that differs by more than noise depends on something that it must not. A
rewording keeps the question, its meaning and its target, and changes what stands around it: other worked examples, one
more sentence of introduction, options in another order. A model that answers by what the question says hardly notices;
one that recognises the prompt does. Canaries are kept in the record and never scored into a standing.

They are asked after the round's own items, by `harness.asking.Asking` like those:

    drawn = draw_canaries(items, round_.seed, *rates(round_.conditions))
    Asking(drawn.items, drawn.prompts(style), style, said, ask=drawn.ask)
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from harness.dialogue import next_request
from harness.errors import RoundError
from harness.prompt import PromptStyle, prompt_sha256
from harness.rewording import reworded
from harness.task import load_task
from harness.tolerances import at_least
from harness.types import Completion, Item, Json, Message, Request, ScoreRow

SCHEMA = "grand-defi/canaries/1"
Kind = Literal["repeat", "reword"]
KINDS: tuple[Kind, ...] = ("repeat", "reword")
ALPHA = 1e-3  # chance that an honest model is doubted, at most, over both tests
LEAN = 0.65  # share of discordant pairs that the original may win: other examples may be worse ones
_SPARE, _SPARE_SHARE = 2, 0.02  # canaries that may end in an error of ours before that is a doubt
_DEFAULT = {"repeat": 0.0, "reword": 0.0}  # a round that says nothing has none


@dataclass(frozen=True, slots=True)
class Canary:
    """One item asked again: `item` has an id of its own, and the target that belongs to its options."""

    original: Item
    item: Item
    kind: Kind
    before: tuple[Message, ...] = ()  # of a rewording: what stands before the question

    def ask(self, said: Sequence[str]) -> Request | None:
        """What is asked after the texts said so far; None when the canary is answered."""
        task = load_task(self.item.task)
        request = next_request(task, self.item, said)
        if request is None or self.kind == "repeat":
            return request
        first = len(task.request(self.item).messages) - 1  # where the question stands
        return dataclasses.replace(request, messages=(*self.before, *request.messages[first:]))


@dataclass(frozen=True, slots=True)
class Canaries:
    """All canaries of a round, by the ids that they are asked under."""

    drawn: Mapping[str, Canary]

    @property
    def items(self) -> list[Item]:
        """What is asked."""
        return [canary.item for canary in self.drawn.values()]

    def ask(self, item: Item, said: Sequence[str]) -> Request | None:
        """The next request of a canary's item."""
        return self.drawn[item.id].ask(said)

    def prompts(self, style: PromptStyle) -> dict[str, str]:
        """The hash of every canary's first prompt."""
        asked = {name: canary.ask(()) for name, canary in self.drawn.items()}
        return {
            name: prompt_sha256(style.render(request.messages, request.language))
            for name, request in asked.items()
            if request is not None
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """An item's answer and its canary's."""

    kind: Kind
    item: str
    same: bool  # whether two answers to a repeat are alike: text and finish, or the options chosen
    first: float | None  # score of the item itself; None: unscored
    second: float | None  # score of the canary


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """What canaries tell of a run."""

    repeats: int
    differ: int  # repeats that were answered otherwise
    rate: float  # of repeats that noise may change
    repeat_p: float  # chance of as many by noise alone
    reworded: int
    original: float | None  # mean score of the reworded items as the round asked them
    changed: float | None  # and in other words
    wins: int  # pairs in which the original scored more
    losses: int
    reword_p: float  # chance of as many wins where the original wins at most `LEAN` of such pairs
    mcnemar_p: float  # exact, two-sided: wins against losses at one half (McNemar 1947)
    unanswered: int  # canaries that ended in an error, of items that were answered
    doubts: tuple[str, ...]  # repeat, reword, unanswered

    def to_json(self) -> dict[str, Json]:
        """As `canaries.json` holds it."""
        return {"schema": SCHEMA, **dataclasses.asdict(self), "doubts": list(self.doubts), "alpha": ALPHA, "lean": LEAN}


def rates(conditions: Mapping[str, Json]) -> tuple[float, float]:
    """The shares of items that a round's `conditions` ask again: repeated, reworded; RoundError on anything else."""
    given = conditions.get("canaries", {})
    where, remedy = "conditions.canaries", "for instance {repeat: 0.02, reword: 0.05}"
    if not isinstance(given, Mapping) or given.keys() - _DEFAULT.keys():
        raise RoundError(f"{given!r} is not shares of items, `repeat` and `reword`", where=where, remedy=remedy)
    shares = {**_DEFAULT, **given}
    for name, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise RoundError(f"{share!r} is no share", where=f"{where}.{name}", remedy="from 0 to 1")
    return float(shares["repeat"]), float(shares["reword"])


def draw_canaries(items: Iterable[Item], seed: str, repeat: float = 0.02, reword: float = 0.05) -> Canaries:
    """The canaries of a round: which items, and how they are reworded, only who has the seed can say."""
    known = list(items)
    drawn = [Canary(item, _named(item, "repeat"), "repeat") for item in _least(known, seed, "repeat", repeat)]
    for item in _least(known, seed, "reword", reword):
        other = reworded(item, Random(_keyed(seed, "words", item.id)))
        drawn += [Canary(item, _named(other.item, "reword"), "reword", other.before)] if other else []
    return Canaries({canary.item.id: canary for canary in drawn})


def _named(item: Item, kind: Kind) -> Item:
    return dataclasses.replace(item, id=f"{item.id}~{kind}")


def pairs(
    drawn: Canaries, done: Mapping[str, Completion], again: Mapping[str, Completion], rows: Iterable[ScoreRow]
) -> list[Pair]:
    """Items that were answered both times.

    Args:
        drawn: the round's canaries.
        done: the run's completions, by item.
        again: the canaries' completions, by their own ids.
        rows: the run's scores.
    """
    values = {row.item: row.value for row in rows}
    found = []
    for canary in drawn.drawn.values():
        first, second = done.get(canary.original.id), again.get(canary.item.id)
        if first is None or second is None or {"error", "late"} & {first.finish, second.finish}:
            continue
        score = load_task(canary.item.task).score(canary.item, second).value
        same = canary.kind == "repeat" and _alike(first, second)
        found.append(Pair(canary.kind, canary.original.id, same, values.get(canary.original.id), score))
    return found


def unanswered(drawn: Canaries, done: Mapping[str, Completion], again: Mapping[str, Completion]) -> int:
    """How many canaries ended in an error although their item was answered: errors do not choose."""
    ends = [(done.get(canary.original.id), again.get(canary.item.id)) for canary in drawn.drawn.values()]
    return sum(bool(a and b and a.finish not in ("error", "late") and b.finish == "error") for a, b in ends)


def read(found: Sequence[Pair], rate: float, unanswered: int = 0) -> CanaryReport:
    """Judge the pairs; `rate` is the share of answers that the engine's noise may change (docs/noise.md)."""
    repeats = [pair for pair in found if pair.kind == "repeat"]
    scored = [(p.first, p.second) for p in found if p.kind == "reword" and p.first is not None and p.second is not None]
    wins, losses = sum(a > b for a, b in scored), sum(a < b for a, b in scored)
    differ = sum(not pair.same for pair in repeats)
    repeat_p, reword_p = at_least(differ, len(repeats), rate), at_least(wins, wins + losses, LEAN)
    doubts: list[str] = [kind for kind, p in zip(KINDS, (repeat_p, reword_p), strict=True) if p < ALPHA / len(KINDS)]
    if unanswered > max(_SPARE, _SPARE_SHARE * len(found)):
        doubts.append("unanswered")
    return CanaryReport(
        repeats=len(repeats),
        differ=differ,
        rate=rate,
        repeat_p=repeat_p,
        reworded=len(scored),
        original=sum(a for a, _ in scored) / len(scored) if scored else None,
        changed=sum(b for _, b in scored) / len(scored) if scored else None,
        wins=wins,
        losses=losses,
        reword_p=reword_p,
        mcnemar_p=min(1.0, 2 * at_least(max(wins, losses), wins + losses, 0.5)),
        unanswered=unanswered,
        doubts=tuple(doubts),
    )


# --- drawing and judging -------------------------------------------------------------------------------------------


def _least(items: Sequence[Item], seed: str, kind: Kind, share: float) -> list[Item]:
    """The share of the items whose keyed hashes are least: at least one where any are wanted."""
    number = max(1, round(share * len(items))) if share > 0 and items else 0
    return sorted(items, key=lambda item: _keyed(seed, kind, item.id))[:number]


def _keyed(seed: str, use: str, name: str) -> bytes:
    return hmac.new(seed.encode(), f"canary\x1f{use}\x1f{name}".encode(), hashlib.sha256).digest()


def _alike(first: Completion, second: Completion) -> bool:
    """Of a dialogue the first turn: what noise changes there changes all that follows."""
    if first.option_logprobs or second.option_logprobs:
        return _best(first) == _best(second)
    if first.turns or second.turns:
        return (first.turns or (first.text,))[0] == (second.turns or (second.text,))[0]
    return (first.text, first.finish) == (second.text, second.finish)


def _best(done: Completion) -> set[int]:
    return {place for place, score in enumerate(done.option_logprobs) if score == max(done.option_logprobs)}
