"""Explanations of a whole table: both languages say the same things of everyone, and real French is French."""

import re
from string import Formatter
from typing import Any

import pytest
import yaml

from leaderboard.explain import explain
from leaderboard.site.language import FOLDER

CODES = ("fr", "en")
_NO_BREAK = "\u00a0\u202f"


def catalogue(code: str) -> dict[str, str]:
    """The sentences as they are written."""
    return yaml.safe_load((FOLDER / f"explain.{code}.yaml").read_text(encoding="utf-8"))


def test_both_languages_have_the_same_sentences() -> None:
    """Same keys, same values to fill in."""
    fields = [
        {key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in catalogue(code).items()}
        for code in CODES
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("code", CODES)
def test_everyone_can_be_explained(table: dict[str, Any], code: str) -> None:
    """Every standing, baselines and the one without a rank included, gives finished sentences."""
    for row in table["standings"]:
        sentences = explain(table, row["submission"], code)
        assert sentences[0].startswith(row["submission"])
        assert len(sentences) >= (7 if row["rank"] else 1)
        assert not [one for one in sentences if "{" in one or "None" in one]


def test_french_typography(table: dict[str, Any]) -> None:
    """No-break spaces before : ; % and inside «\u202f»; no decimal point."""
    for row in table["standings"]:
        for sentence in explain(table, row["submission"], "fr"):
            if "Raison enregistrée" in sentence:
                continue
            assert not re.search(rf"[^{_NO_BREAK}][:;%»](?:\s|$)", sentence), sentence
            assert not re.search(r"\d\.\d", sentence.replace(row["submission"], "")), sentence


def test_whom_it_beats_is_what_the_comparisons_say(table: dict[str, Any]) -> None:
    """The first of the table is ahead of those it really beats and of nobody else."""
    first = table["standings"][0]["submission"]
    beaten = [pair["b"] for pair in table["comparisons"] if pair["a"] == first and pair["real"]]
    (sentence,) = [one for one in explain(table, first) if one.startswith("It is shown to be ahead of")]
    assert all(name in sentence for name in beaten[:5])
    (behind,) = [one for one in explain(table, beaten[-1]) if one.startswith("It is shown to be behind")]
    assert first in behind


def test_a_long_list_is_cut(make_table: Any) -> None:
    """Of many that are beaten, five are named and the others counted."""
    crowd = make_table(submissions=30)
    (sentence,) = [
        one
        for one in explain(crowd, crowd["standings"][0]["submission"])
        if one.startswith("It is shown to be ahead of")
    ]
    assert sentence.count("/") == 5
    assert re.search(r"and \d+ others\.$", sentence)


def test_what_a_round_cannot_certify_is_said(table: dict[str, Any]) -> None:
    """One that is above the threshold where the round has too few questions is told so."""
    said = " ".join(" ".join(explain(table, row["submission"])) for row in table["standings"])
    row = {**table["standings"][0], "level_cleared": 8}
    for result in row["by_task"].values():
        assert [point for point in result["curve"] if point["level"] == 9]
    high = {
        **row,
        "by_task": {n: {**r, "curve": [{**p, "value": 0.9} for p in r["curve"]]} for n, r in row["by_task"].items()},
    }
    changed = {**table, "round": {**table["round"], "certifiable": {"level": 8, "level_80": 5}}, "standings": [high]}
    sentences = explain(changed, row["submission"])
    assert (
        "Level 9 stops it: its mean there is 90.0, above 50, but with so few questions that may be luck." in sentences
    )
    assert "This round has enough questions to certify level 8 at the most." in sentences
    assert "stops it" in said
