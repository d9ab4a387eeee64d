"""Rank intervals from evidence that is kept on disk: who arrived since costs his own pairs only.

The evidence (`ranking.ranks.Evidence`) is kept under the hash of all that it follows from but the scores: the round's
design and clusters, the seed, the number of resamplings and the code itself. Beside it stands of whom it is, with the
hash of each one's scores. Where they all are still there, unchanged, the new ones are added (`ranking.increment`);
where anybody's scores changed or left, or too many are new, everything is computed again. The ranking is the same.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from leaderboard import ranking
from leaderboard.kept import FOLDER, load, save
from leaderboard.ranking import Ranking, Scores, Weights
from leaderboard.ranking.increment import add
from leaderboard.ranking.ranks import Evidence, gather, settle
from leaderboard.ranking.rows import Rows
from leaderboard.ranking.scores import Bools

_FILE = "evidence.npz"
_ARRIVALS = 20  # at most: an arrival costs about a fiftieth of the whole
Names = npt.NDArray[np.str_]


class KeptRanks:
    """The evidence of one round's folder."""

    def __init__(self, round_folder: Path) -> None:
        """Nothing is read or written before it is needed."""
        self._path = round_folder / FOLDER / _FILE
        self.arrivals = 0  # of the last ranking: how many were added to what was kept; -1 where nothing could be used

    def rank(
        self,
        scores: Scores,
        rows: Sequence[Rows],
        weights: Weights,
        contestants: Bools,
        *,
        replicates: int,
        confidence: float,
        seed: int,
    ) -> Ranking:
        """As `ranking.rank`; `rows` are each submission's, those that `scores` were made of."""
        names = np.array([f"{own.key}{int(one)}" for own, one in zip(rows, contestants, strict=True)], dtype=np.str_)
        basis = _basis(scores, weights, replicates, seed)
        known = _read(self._path, basis)
        order = _order(known[0] if known else None, names)
        if known and order is not None:
            before, evidence = len(known[0]), known[1]
            for number in range(before, len(order)):
                arrived = scores.select(order[: number + 1])
                evidence = add(evidence, arrived, weights, contestant=bool(contestants[order[number]]))
            self.arrivals = len(order) - before
        else:
            order, self.arrivals = list(range(len(names))), -1
            evidence = gather(scores, weights, contestants, replicates=replicates, seed=seed)
        if self.arrivals:
            save(self._path, basis, {"names": names[order], **_arrays(evidence)})
        return _turned(settle(evidence, confidence), order)


def _order(known: Names | None, names: Names) -> list[int] | None:
    """Places of the known ones, in the order of the evidence, then those of the new ones; None if it is of no use."""
    if known is None or not 0 < len(names) - len(known) + 1 <= _ARRIVALS + 1:
        return None
    places: dict[str, list[int]] = {}
    for place, name in reversed(list(enumerate(names.tolist()))):
        places.setdefault(name, []).append(place)  # two entries may have the very same scores
    try:
        order = [places[name].pop() for name in known.tolist()]
    except (KeyError, IndexError):  # somebody's scores changed, or left
        return None
    return order + sorted(set(range(len(names))) - set(order))


def _turned(found: Ranking, order: list[int]) -> Ranking:
    """A ranking of submissions in some order as one in their own."""
    back = np.argsort(order)
    turned = {}
    for field in dataclasses.fields(Ranking):
        value = getattr(found, field.name)
        turned[field.name] = value[np.ix_(back, back)] if value.ndim == 2 else value[back]
    return Ranking(**turned)


def _basis(scores: Scores, weights: Weights, replicates: int, seed: int) -> str:
    """SHA-256 of all that evidence follows from but the scores."""
    strata = [(s.task, s.level, s.languages, s.chance, s.clusters) for s in scores.strata]
    shares = sorted((*cell, weight) for cell, weight in weights.items())
    text = json.dumps([_code(), dataclasses.asdict(scores.design), strata, shares, replicates, seed])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@functools.cache
def _code() -> str:
    """SHA-256 of the code that evidence comes from, and numpy's version: its generator's draws may change."""
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted(Path(ranking.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _arrays(evidence: Evidence) -> dict[str, npt.NDArray[Any]]:
    """The fields of evidence as arrays; a mapping by place as its keys and its values."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for field in dataclasses.fields(Evidence):
        value = getattr(evidence, field.name)
        if isinstance(value, Mapping):
            arrays[f"{field.name}.keys"] = np.array(list(value), dtype=np.int_)
            arrays[f"{field.name}.values"] = np.array(list(value.values()), dtype=np.float64)
        else:
            arrays[field.name] = np.asarray(value)
    return arrays


def _read(path: Path, basis: str) -> tuple[Names, Evidence] | None:
    """Whose evidence is kept, and the evidence; None where there is none of this basis."""
    found = load(path, basis)
    if found is None:
        return None
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Evidence):
        if f"{field.name}.keys" in found:
            keys, stacked = found[f"{field.name}.keys"], found[f"{field.name}.values"]
            values[field.name] = dict(zip(keys.tolist(), stacked, strict=True))
        else:
            value = found[field.name]
            values[field.name] = value if value.ndim else value.item()
    return found["names"], Evidence(**values)
