"""Five ways to see that a model has met a set before. Each gives a p-value, and says what its null hypothesis is."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from harness.contamination.likelihood import Reading, Reads
from harness.contamination.sets import Suspected
from harness.contamination.statistics import MIN_K, min_k_plus_plus, order_test, permutation, rank_test, sign_flip
from harness.engine.base import Engine
from harness.errors import EngineError
from harness.task import load_task
from harness.types import Item, Json, ScoreRow

METHODS = ("perturbed_pairs", "revealed_gap", "min_k", "completion", "order", "canary")
LEAST = 8  # items, or shards' worth of them, below which nothing can be shown
ALLOWANCE = 0.05  # of a score, that an honest model may lose where a public problem's numbers are changed
_SHARD_TEXTS, _SHARDS, _ORDERS = 6, 10, 24
_CONTROLS = 499  # other canaries: the least p-value is 0.002
_JOINT = "\n\n"
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one method found."""

    method: str
    p: float | None  # None: it could not be used; `words` says why
    statistic: float | None
    items: int
    words: str  # what was compared
    null: str = ""  # what is true of a model that has not seen the set, and how p follows
    facts: Mapping[str, Json] = field(default_factory=dict)


def not_made(method: str, words: str) -> Evidence:
    """A method that could not be used, and why: never a silence."""
    return Evidence(method, None, None, 0, words)


def perturbed_pairs(engine: Engine, suspected: Suspected, *, public: bool, seed: int = 0) -> Evidence:
    """Does the model answer the very items better than the same items with other numbers and names?

    The engine must have been entered. EngineError where it leaves a request without an answer.
    """
    if len(suspected.pairs) < LEAST:
        return not_made("perturbed_pairs", f"{len(suspected.pairs)} items have a pair, of {LEAST} needed")
    firsts, seconds = (ask(engine, [pair[side] for pair in suspected.pairs], f"~{side}") for side in (0, 1))
    kept = [
        (a, b, pair[0].cluster)
        for a, b, pair in zip(firsts, seconds, suspected.pairs, strict=True)
        if a is not None and b is not None
    ]
    if len(kept) < LEAST:
        return not_made("perturbed_pairs", f"{len(kept)} pairs were scored, of {LEAST} needed")
    differences = [a - b for a, b, _ in kept]
    allowance = ALLOWANCE if public else 0.0
    p = sign_flip(differences, [cluster for *_, cluster in kept], allowance=allowance, seed=seed)
    return Evidence(
        "perturbed_pairs",
        p,
        sum(differences) / len(kept),
        len(kept),
        f"mean score less that of pairs: {suspected.changed}",
        "either of a pair could have been the suspected one: signs of the differences flipped, 9,999 times",
        {
            "suspected": sum(a for a, *_ in kept) / len(kept),
            "changed": sum(b for _, b, _ in kept) / len(kept),
            "allowance": allowance,
        },
    )


def revealed_gap(revealed: Sequence[ScoreRow], sealed: Sequence[ScoreRow], seed: int = 0) -> Evidence:
    """Does an entry score more on items that were public when it was made than on sealed items of the same levels?"""
    own, other = ([row for row in rows if row.value is not None] for rows in (revealed, sealed))
    shared = {(row.task, row.level, row.language) for row in own} & {(r.task, r.level, r.language) for r in other}
    own, other = ([row for row in rows if (row.task, row.level, row.language) in shared] for rows in (own, other))
    if min(len(own), len(other)) < LEAST:
        return not_made("revealed_gap", f"fewer than {LEAST} scored items of the same levels in both records")
    values = ([row.value or 0.0 for row in own], [row.value or 0.0 for row in other])
    strata = ([f"{row.task} {row.level}" for row in own], [f"{row.task} {row.level}" for row in other])
    clusters = ([row.cluster for row in own], [f"sealed {row.cluster}" for row in other])
    gap, p = permutation(*values, strata, clusters, seed)
    return Evidence(
        "revealed_gap",
        p,
        gap,
        len(own),
        "mean score on revealed items less that on sealed ones, level by level",
        "revealed and sealed items are drawn alike: labels of clusters permuted within task and level, 9,999 times",
        {"sealed_items": len(other)},
    )


def min_k(own: Sequence[Reading], fresh: Sequence[Reading], suspected: Suspected, seed: int = 0) -> Evidence:
    """Are the least likely tokens of suspected texts less surprising than those of fresh ones?"""
    values = [[min_k_plus_plus(one.logprob, one.mean, one.spread) for one in side] for side in (own, fresh)]
    words = f"Min-K%++ (K = {MIN_K:.0%}) of suspected texts less that of fresh ones"
    return _compared("min_k", values, suspected, words, seed)


def completion(own: Sequence[Reading], fresh: Sequence[Reading], suspected: Suspected, seed: int = 0) -> Evidence:
    """Does the model know how suspected texts go on better than it knows of fresh ones?

    What is tested is the share of right next tokens in second halves. Whole halves recited are counted beside it: in a
    family whose sentences are alike, a few tokens tell apart what was seen, and hardly any text is recited whole.
    """
    values = [[one.recalled for one in side] for side in (own, fresh)]
    words = "share of next tokens known in the second halves, suspected texts less fresh ones"
    recited = {"recited": sum(one.recited for one in own), "recited_fresh": sum(one.recited for one in fresh)}
    return _compared("completion", values, suspected, words, seed, recited)


def order(reader: Reads, texts: Sequence[str], seed: int, told: Told = lambda _done, _all: None) -> Evidence:
    """Is the published order of the set more likely to the model than other orders of the same texts?

    Shards of neighbours are joined, each also in other orders; texts that together exceed the context are no shard.
    """
    shards = _shards(reader, texts)
    if len(shards) < 2:
        return not_made("order", "fewer than two shards of neighbouring texts fit the model's context")
    rng, table = Random(f"order {seed}"), []
    for number, shard in enumerate(shards, 1):
        orders = [list(shard), *(rng.sample(shard, len(shard)) for _ in range(_ORDERS))]
        table.append([reader.likelihood(_JOINT.join(one)) for one in orders])
        told(number, len(shards))
    excess, exact, student = order_test(table, seed)
    return Evidence(
        "order",
        exact,
        excess,
        sum(len(shard) for shard in shards),
        "log-likelihood of shards in the published order less that in other orders",
        "the order of a set is arbitrary: of each shard any order could have been the published one, 9,999 draws",
        {"shards": len(shards), "orders": _ORDERS, "student_p": student},
    )


def canary(reader: Reads, given: str, seed: int, told: Told = lambda _done, _all: None) -> Evidence:
    """Is a string that was published with the set likelier than strings of the same form?"""
    rng, own = Random(f"canary {seed}"), reader.likelihood(given)
    if sum(letter.isdigit() for letter in given) < LEAST:
        return not_made("canary", f"a canary needs {LEAST} digits or more to be told from others of its form")
    controls = []
    for number in range(1, _CONTROLS + 1):
        controls.append(reader.likelihood(like_canary(given, rng)))
        told(number, _CONTROLS)
    return Evidence(
        "canary",
        rank_test(own, controls),
        own - sum(controls) / len(controls),
        1,
        "log-likelihood of the canary less that of others of its form",
        f"the canary was drawn like {_CONTROLS} others: its rank among them is uniform",
        {"controls": _CONTROLS, "higher": sum(value >= own for value in controls)},
    )


def like_canary(given: str, rng: Random) -> str:
    """A string of the same form: words that hold a digit get other hexadecimal or decimal digits."""
    letters = []
    for word in given.replace("-", " - ").split(" "):
        if not any(letter.isdigit() for letter in word):
            letters.append(word)
            continue
        hexadecimal = all(letter in string.hexdigits for letter in word) and any(letter.isalpha() for letter in word)
        upper = word.upper() == word
        alphabet = (string.hexdigits[:16].upper() if upper else string.hexdigits[:16]) if hexadecimal else string.digits
        drawn = [rng.choice(alphabet) if hexadecimal or letter.isdigit() else letter for letter in word]
        letters.append("".join(drawn))
    return " ".join(letters).replace(" - ", "-")


def ask(engine: Engine, items: Sequence[Item], mark: str) -> list[float | None]:
    """Score of the engine's answer to every item, in order; None is unscored. `mark` tells two askings apart."""
    requests = [dataclasses.replace(load_task(item.task).request(item), item=f"{item.id}{mark}") for item in items]
    answers = {answer.item: answer for answer in engine.run(requests)}
    if missing := [request.item for request in requests if request.item not in answers]:
        raise EngineError(f"{len(missing)} requests were left without an answer", where=missing[0])
    return [
        load_task(item.task).score(item, dataclasses.replace(answers[f"{item.id}{mark}"], item=item.id)).value
        for item in items
    ]


def _compared(
    method: str,
    values: Sequence[Sequence[float]],
    suspected: Suspected,
    words: str,
    seed: int,
    more: Mapping[str, Json] | None = None,
) -> Evidence:
    own, fresh = values
    if min(len(own), len(fresh)) < LEAST:
        return not_made(method, f"needs {LEAST} texts of the set and as many that nobody has seen")
    gap, p = permutation(own, fresh, suspected.strata, suspected.groups, seed)
    null = "suspected and fresh texts are drawn alike: labels permuted, 9,999 times"
    return Evidence(method, p, gap, len(own), words, null, {"fresh": len(fresh), **(more or {})})


def _shards(reader: Reads, texts: Sequence[str]) -> list[list[str]]:
    """Up to ten runs of neighbours of equal size, spread over the set."""
    size = min(_SHARD_TEXTS, max(3, len(texts) // 4))
    starts = range(0, len(texts) - size + 1, size)
    runs = [list(texts[start : start + size]) for start in starts]
    fitting = [run for run in runs if reader.fits(_JOINT.join(run))]  # how many is told in the facts
    step = max(1, len(fitting) // _SHARDS)
    return fitting[::step][:_SHARDS]
