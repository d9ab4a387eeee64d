"""The conditions of a record from those of its parts: sums, and the facts of a part that knows them."""

from __future__ import annotations

from typing import Any

from harness.conditions.merging import merged

KEPT = {"division": "controlled", "isolation": {"kind": "bubblewrap"}}
NOT_LOADED = {"division": None, "isolation": None}


def part(ended: str, seconds: float, **facts: Any) -> dict[str, Any]:
    """One part's `conditions.json`, in short."""
    energy = {"measured": True, "joules": 10.0, "scope": "gpu", "idle": "keep", "missing": {}}
    budget = {"planned": {"seconds": 40}, "spent": {"seconds": seconds, "joules": 10.0}, "overrun": ""}
    spent = {"engine_seconds": seconds, "peak_memory_bytes": 5}
    whole = {"ended": ended, "departures": [], "earlier": [], "budget": budget, "spent": spent, "hardware": {"n": 1}}
    return {**KEPT, **whole, "energy": {"sessions": [energy]}, **facts}


def test_parts_that_loaded_no_model_leave_the_record_its_place() -> None:
    """Shards that began after the budget was spent know neither division nor isolation: those that loaded do."""
    found = merged([part("1", 20.0), part("2", 20.0), part("3", 0.0, **NOT_LOADED, hardware={"n": 2})])
    assert (found["division"], found["isolation"]) == ("controlled", KEPT["isolation"])
    assert found["ended"] == "3"
    assert [one["hardware"] for one in found["earlier"]] == [{"n": 2}]
    assert (found["hardware"], found["spent"]["engine_seconds"]) == ({"n": 1}, 40.0)
    assert merged([part("1", 1.0, division="open"), part("2", 0.0, **NOT_LOADED)])["division"] == "open"
    assert merged([part("1", 1.0), part("2", 0.0, division="refused")])["division"] == "controlled"
    assert merged([part("1", 0.0, **NOT_LOADED)])["division"] is None


def test_what_was_given_back_is_added_up_and_not_charged() -> None:
    """By its reason, over all parts; a part of an earlier version has none."""
    given = {"stopped": {"seconds": 3.0, "joules": 2.0}}
    one, two = part("1", 20.0), part("2", 20.0)
    one["budget"] |= {"given_back": given}
    two["budget"] |= {"given_back": given}
    found = merged([one, two, part("3", 1.0)])["budget"]
    assert found["given_back"] == {"stopped": {"seconds": 6.0, "joules": 4.0}}
    assert found["spent"] == {"seconds": 35.0, "joules": 26.0}
