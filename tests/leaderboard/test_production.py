"""The column of open-ended production: people decide, a model narrows, and its leanings are published."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from harness.errors import PublishError
from harness.pairs import KeyRow, Label, Pair, draw_pairs
from leaderboard.production import SCHEMA, production

SHAPE = json.loads((Path(__file__).parents[2] / "docs/schemas/production.schema.json").read_text())
WORTH = {"a/best": 1.0, "b/good": 0.3, "c/fair": -0.3, "j/own": -1.0}


def drawn(
    prompts: int = 300, labelled: int = 120, *, lean: float = 0.0
) -> tuple[list[Pair], list[KeyRow], list[Label], list[Label]]:
    """Pairs of four entries; people judge the first prompts, a model of team j judges all, and favours its own."""
    rng = np.random.default_rng(5)
    told = {f"t/en/L01/{n:05d}": ("en", f"prompt {n}") for n in range(prompts)}
    answers = {name: {item: "word " * int(rng.integers(5, 30)) + name[0] for item in told} for name in WORTH}
    pairs, key = draw_pairs(answers, told, "s")
    human, model = [], []
    for row in key:
        gap = WORTH[row.first] - WORTH[row.second]
        truth = rng.random() < 1 / (1 + np.exp(-gap))
        kind = "first" if truth else "second"
        said = kind if rng.random() < 0.8 else ("second" if truth else "first")
        if "j/own" in (row.first, row.second) and rng.random() < lean:
            said = "first" if row.first == "j/own" else "second"
        model.append(Label(row.id, said, "j/judge", 0.5))
        if int(row.item[-5:]) < labelled:
            human.append(Label(row.id, kind, "person"))
    return pairs, key, human, model


def by_name(found: dict) -> dict:
    return {row["submission"]: row for row in found["standings"]}


def test_people_decide_the_order() -> None:
    """Entries come in the order of their strength, each with a rank interval that holds its true place."""
    pairs, key, human, _ = drawn()
    found = production(pairs, key, human)
    assert found["schema"] == SCHEMA
    assert [row["submission"] for row in found["standings"]] == list(WORTH)
    for place, row in enumerate(found["standings"], 1):
        assert row["rank"][0] <= place <= row["rank"][1]
    assert found["judge"] is None
    jsonschema.validate(json.loads(json.dumps(found, allow_nan=False)), SHAPE)


def test_a_judge_narrows_win_rates_and_moves_no_strength() -> None:
    """With a model's judgements the same strengths, and win rates with shorter intervals that still hold the truth."""
    pairs, key, human, model = drawn()
    alone, both = by_name(production(pairs, key, human)), by_name(production(pairs, key, human, model))
    for name in WORTH:
        assert both[name]["strength"] == alone[name]["strength"]
        widths = [rate["high"] - rate["low"] for rate in (both[name]["win_rate"], alone[name]["win_rate"])]
        assert widths[0] < widths[1]
    best = both["a/best"]["win_rate"]
    truth = np.mean([1 / (1 + np.exp(-(1.0 - WORTH[other]))) for other in ("b/good", "c/fair", "j/own")])
    assert best["low"] <= truth <= best["high"]


def test_a_judge_that_favours_its_team_is_said_to_and_gains_it_nothing() -> None:
    """The leaning is published with its p-value, and the win rate of its team stays where people put it."""
    pairs, key, human, model = drawn(lean=0.5)
    found = production(pairs, key, human, model)
    leans = {lean["name"]: lean for lean in found["judge"]["leans"]}
    assert leans["own team"]["p"] < 0.001
    assert leans["own team"]["value"] > 0.1
    assert leans["length"]["p"] > 0.01
    assert leans["position"]["value"] == 0.0
    jsonschema.validate(json.loads(json.dumps(found, allow_nan=False)), SHAPE)
    assert 0.3 < found["judge"]["agreement"]["value"] < 0.7
    own = by_name(found)["j/own"]["win_rate"]
    people = by_name(production(pairs, key, human))["j/own"]["win_rate"]
    assert own["value"] == pytest.approx(people["value"], abs=0.06)
    judged = np.mean([(one.winner == "first") == (r.first == "j/own") for one, r in zip(model, key, strict=True)
                      if "j/own" in (r.first, r.second)])  # fmt: skip
    assert judged > own["high"]  # the judge alone would have lifted its team


def test_a_model_alone_decides_nothing() -> None:
    """No human label, no column; and a judge seen with too few of them is shown and not used."""
    pairs, key, human, model = drawn()
    with pytest.raises(PublishError, match="no human label"):
        production(pairs, key, [], model)
    few = {label.pair for label in human[:15]}
    found = production(pairs, key, human, [label for label in model if label.pair in few])
    assert not found["judge"]["used"]
    assert by_name(found)["a/best"]["win_rate"]["weight"] == 0.0


def test_labels_of_two_models_are_refused() -> None:
    """One judge at a time: an average of two has no agreement of its own."""
    pairs = [Pair("p", "en", "q", "x", "y")]
    key = [KeyRow("p", "i", "a/b", "c/d")]
    labels = [Label("p", "tie", "m/one"), Label("p", "tie", "m/two")]
    with pytest.raises(PublishError, match="several judge models"):
        production(pairs, key, [Label("p", "tie", "person")], labels)
