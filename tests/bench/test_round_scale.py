"""The benchmark as it is run: its tables say what the simulations came to."""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # bench/ stands beside the packages

from bench import round_scale
from bench.scale.scenario import Scenario


def test_it_prints_and_yields_what_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three results with their tables, less being better; as many submissions and seeds as are asked for."""
    few, variants = argparse.Namespace(rows=6, pairs=2), round_scale._variants
    monkeypatch.setattr(round_scale, "options", lambda: few)
    monkeypatch.setattr(round_scale, "_variants", lambda base: itertools.islice(variants(base), 3))
    days, hours, overhead = round_scale.measure()
    assert [one.name for one in (days, hours, overhead)] == ["scale-days", "scale-gpu-hours", "scale-overhead"]
    assert days.reached == (days.ratio.median >= 1)
    assert hours.conditions["runs"] == 2
    assert 0 < overhead.ours < 1
    assert days.conditions["sensitivity"][0][0] == "nothing"
    rooms = [float(row[4].replace(",", "")) for row in days.conditions["limits"]]
    assert rooms == sorted(rooms)
    shown = capsys.readouterr().out
    assert "Scaled until it breaks" in shown
    assert "refused on one node" in shown


def test_every_variant_is_a_scenario_of_its_own() -> None:
    """Names are not repeated, and each but the first differs from the base."""
    base = Scenario()
    found = dict(round_scale._variants(base))
    assert len(found) == len(list(round_scale._variants(base)))
    assert [name for name, one in found.items() if one == base] == ["nothing"]
