"""Columns beside the standings that decide no place in them: horizons, and open-ended production by blind pairs."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import PublishError
from harness.types import Json, ScoreRow
from leaderboard.ranking import Scores, Stratum
from leaderboard.ranking.horizons import horizons
from leaderboard.ranking.rows import as_rows

PRODUCTION = "production.json"
REPLICATES = 500  # not the ranks' 1,000: bounds to a tenth of a level, and half of the time for 1,000 submissions
_SHAPE = Path(__file__).with_name("production.schema.json")  # published as docs/schemas/production.schema.json
_DECIMALS = 3  # of a level; what depends on the order of additions is far beyond them
_LONGEST = 200  # characters of what a file says wrongly


def horizon_columns(
    scores: Scores,
    rows: Sequence[Sequence[ScoreRow]],
    shares: Sequence[float],
    *,
    replicates: int = REPLICATES,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[dict[str, Json]]:
    """`horizons` of each standing: by share in per cent, value and bounds as levels, "below" or "above".

    None where a mean that the area needs does not exist: a curve over half of the tasks is another's. `rows` are each
    submission's, those that `scores` were made of. Submissions that were asked the same clusters are resampled
    together and all others apart, so nobody's bounds depend on who else is there.
    """
    none: dict[str, Json] = {_percent(share): None for share in shares}
    found = [dict(none) for _ in rows]
    together: dict[frozenset[str], list[int]] = {}
    for place in np.flatnonzero(scores.whole).tolist():
        together.setdefault(as_rows(rows[place]).layout.clusters, []).append(place)
    for asked, places in together.items():
        chosen = _asked(scores.select(places), asked)
        for share, result in horizons(
            chosen, tuple(shares), replicates=replicates, confidence=confidence, seed=seed
        ).items():
            for column, place in enumerate(places):
                found[place][_percent(share)] = _shown(result.to_json(column))
    return found


def _percent(share: float) -> str:
    return f"{share:.0%}".removesuffix("%")


def _shown(horizon: Mapping[str, Json] | None) -> dict[str, Json] | None:
    if horizon is None:
        return None
    return {key: value if isinstance(value, str) else round(value, _DECIMALS) for key, value in horizon.items()}


def _asked(scores: Scores, clusters: Collection[str]) -> Scores:
    """The scores without the clusters that only others were asked."""
    return Scores(scores.design, tuple(_only(stratum, clusters) for stratum in scores.strata), scores.size)


def _only(stratum: Stratum, clusters: Collection[str]) -> Stratum:
    kept = [place for place, name in enumerate(stratum.clusters) if name in clusters]
    if len(kept) == len(stratum.clusters):
        return stratum
    names = tuple(stratum.clusters[place] for place in kept)
    return replace(stratum, clusters=names, sums=stratum.sums[:, kept], counts=stratum.counts[:, kept])


def read_production(path: Path, names: Collection[str], out: Collection[str] = ()) -> dict[str, Json] | None:
    """`production` of round.json from the file that `defi pairs rate --round` wrote; None where there is no file.

    `names` are the round's submissions: no other is ever shown, and none of those that are `out`, withdrawn or
    disqualified after they were rated. A judge model that is no submission is left unnamed. PublishError says what is
    wrong with the file.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        found = json.loads(text, parse_constant=_no_number)
    except ValueError as error:
        raise _unusable(path, f"not JSON: {error}") from error
    check_production(found, names, path)
    found["standings"] = [row for row in found["standings"] if row["submission"] not in out]
    judge = found["judge"]
    return found if judge is None or judge["name"] in names else {**found, "judge": {**judge, "name": ""}}


def check_production(found: Any, names: Collection[str], path: Path) -> None:
    """Raise PublishError unless this is a production column of submissions that are all in the round."""
    from jsonschema.exceptions import best_match

    if wrong := best_match(_validator().iter_errors(found)):
        place = ".".join(str(part) for part in wrong.absolute_path) or "the whole"
        raise _unusable(path, f"{place}: {wrong.message[:_LONGEST]}")
    rated = Counter(row["submission"] for row in found["standings"])
    if twice := sorted(name for name, times in rated.items() if times > 1):
        raise _unusable(path, f"rated twice: {', '.join(twice)}")
    if strangers := sorted(rated.keys() - set(names)):
        raise PublishError(
            f"rates what is not in the round: {', '.join(strangers)}",
            where=_where(path),
            remedy="export pairs of the round's own entries; it has " + (", ".join(sorted(names)) or "none"),
        )


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(_SHAPE.read_text(encoding="utf-8")))


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _unusable(path: Path, what: str) -> PublishError:
    return PublishError(
        what, where=_where(path), remedy="write it again with `defi pairs rate --round ROUND`, or remove it"
    )


def _where(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
