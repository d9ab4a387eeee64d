"""Open-ended production: a column of its own, from blind pairs. Never part of the area or of the level cleared.

Strengths and ranks come from people's judgements alone. A judge model only narrows the interval of win rates, by
prediction-powered inference, and its agreement with people and its leanings stand beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.canonical import plain
from harness.errors import PublishError
from harness.pairs import OUTCOMES, KeyRow, Label, Pair
from leaderboard.ranking.agreement import Lean, cohen_kappa, position_lean, side_lean
from leaderboard.ranking.pairwise import Comparisons, Strengths, Ties, fit
from leaderboard.ranking.predictions import MIN_LABELLED, powered_mean
from leaderboard.ranking.style import counts, style_covariates

SCHEMA = "grand-defi/production/1"
MIN_AGREED = 20  # pairs that both people and the judge have judged, below which the judge is not used


def production(
    pairs: Sequence[Pair],
    key: Sequence[KeyRow],
    human: Sequence[Label],
    judge: Sequence[Label] = (),
    *,
    ties: Ties = "half",
    seed: int = 0,
) -> dict[str, Any]:
    """`production` of round.json.

    Args:
        pairs: what was judged.
        key: who wrote what.
        human: people's labels.
        judge: one model's labels of the same pairs and of others.
        ties: how they count, see `pairwise.fit`.
        seed: of the rank intervals' draws.

    Raises:
        PublishError: nobody has labelled anything, labels of two models, or no finite strengths.
    """
    names = {label.judge for label in judge}
    if not human or len(names) > 1:
        what = "labels of several judge models" if human else "no human label"
        raise PublishError(what, where="production", remedy="a model judges only beside people, one model at a time")
    texts, rows = {pair.id: pair for pair in pairs}, {row.id: row for row in key}
    entries = tuple(sorted({name for label in human for name in (rows[label.pair].first, rows[label.pair].second)}))
    strengths = _strengths(entries, texts, rows, human, ties, seed)
    people = _means(human)
    model = {label.pair: OUTCOMES[label.winner] for label in judge}
    both = sorted(people.keys() & model.keys())
    used = model if len(both) >= MIN_AGREED else {}
    standings = [_standing(place, strengths, rows, people, used) for place in range(len(entries))]
    standings.sort(key=lambda row: (-row["strength"]["value"], row["submission"]))
    return {
        "schema": SCHEMA,
        "prompts": strengths.prompts,
        "comparisons": len(human),
        "ties": sum(label.winner == "tie" for label in human),
        "people": len({label.judge for label in human}),
        "standings": standings,
        "style": [
            {"name": name, **_interval(*row)} for name, row in zip(strengths.labels, strengths.effects, strict=True)
        ],
        "judge": _judge(names.pop(), both, texts, rows, people, judge) if names else None,
    }


def _strengths(
    entries: tuple[str, ...],
    texts: Mapping[str, Pair],
    rows: Mapping[str, KeyRow],
    human: Sequence[Label],
    ties: Ties,
    seed: int,
) -> Strengths:
    place = {name: number for number, name in enumerate(entries)}
    styles, labels = style_covariates(
        [texts[label.pair].first for label in human], [texts[label.pair].second for label in human]
    )
    data = Comparisons(
        entries,
        np.array([place[rows[label.pair].first] for label in human], dtype=np.intp),
        np.array([place[rows[label.pair].second] for label in human], dtype=np.intp),
        np.array([OUTCOMES[label.winner] for label in human]),
        tuple(rows[label.pair].prompt for label in human),
        styles,
        labels,
    )
    return fit(data, ties=ties, seed=seed)


def _standing(
    place: int,
    strengths: Strengths,
    rows: Mapping[str, KeyRow],
    people: Mapping[str, float],
    model: Mapping[str, float],
) -> dict[str, Any]:
    name = strengths.names[place]
    bounds = (strengths.strength[place], strengths.low[place], strengths.high[place])
    rank = [int(strengths.best[place]), int(strengths.worst[place])]
    rate = _win_rate(name, rows, people, model)
    return {"submission": name, "rank": rank, "strength": _interval(*bounds), "win_rate": rate}


def _win_rate(
    name: str, rows: Mapping[str, KeyRow], people: Mapping[str, float], model: Mapping[str, float]
) -> dict[str, Any] | None:
    """Share of pairs won, ties half: people's labels, and the judge's on prompts that no person labelled."""

    def own(pair: str, outcome: float) -> float:
        return outcome if rows[pair].first == name else 1.0 - outcome

    mine = [pair for pair, row in rows.items() if name in (row.first, row.second)]
    told = [pair for pair in mine if pair in people and (not model or pair in model)]
    labelled = {rows[pair].prompt for pair in told}
    others = [pair for pair in mine if pair in model and pair not in people and rows[pair].prompt not in labelled]
    if len(labelled) < MIN_LABELLED:
        return None
    found = powered_mean(
        [own(pair, people[pair]) for pair in told],
        [own(pair, model.get(pair, 0.5)) for pair in told],
        [own(pair, model[pair]) for pair in others],
        clusters=[rows[pair].prompt for pair in told],
        other_clusters=[rows[pair].prompt for pair in others],
    )
    more = {"weight": round(found.weight, 4), "labelled": found.labelled, "judged": found.judged}
    return {**_interval(found.value, found.low, found.high), **more}


def _judge(
    name: str,
    both: Sequence[str],
    texts: Mapping[str, Pair],
    rows: Mapping[str, KeyRow],
    people: Mapping[str, float],
    labels: Sequence[Label],
) -> dict[str, Any]:
    """How far the judge can be trusted."""
    model = {label.pair: OUTCOMES[label.winner] for label in labels}
    said, truth = [model[pair] for pair in both], [people[pair] for pair in both]
    rounded = [0.5 + np.sign(value - 0.5) / 2 for value in truth]  # what most people said
    try:
        agreement = plain(cohen_kappa(said, rounded))
    except ValueError:
        agreement = None  # nothing to agree on: the page says so
    team = name.partition("/")[0]
    items = [rows[pair].prompt for pair in both]
    longer = [counts(texts[pair].first)[0] - counts(texts[pair].second)[0] for pair in both]
    own = [(rows[p].first.partition("/")[0] == team) - (rows[p].second.partition("/")[0] == team) for p in both]
    shown = [(label.shown, rows[label.pair].prompt) for label in labels if label.shown is not None]
    leans: list[Lean] = [
        position_lean([value for value, _ in shown], [item for _, item in shown]),
        side_lean("length", said, truth, longer, items),
        side_lean("own team", said, truth, own, items),
    ]
    used = len(both) >= MIN_AGREED
    return {"name": name, "used": used, "pairs": len(both), "agreement": agreement, "leans": [plain(x) for x in leans]}


def _means(labels: Sequence[Label]) -> dict[str, float]:
    """What people say of each pair, on the mean."""
    found: dict[str, list[float]] = defaultdict(list)
    for label in labels:
        found[label.pair].append(OUTCOMES[label.winner])
    return {pair: sum(values) / len(values) for pair, values in found.items()}


def _interval(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": round(float(value), 6), "low": round(float(low), 6), "high": round(float(high), 6)}
