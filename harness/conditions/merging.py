"""The conditions of a record that was asked in parts, from the conditions of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.conditions.budgets import charged
from harness.conditions.energy import total
from harness.types import Json

_LOADED = ("controlled", "open")  # divisions that a part has which loaded the model and was not refused
_MACHINE = ("hardware", "packages", "system")


def merged(parts: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """One record's conditions: a part's facts, with everything that was spent added up.

    The facts are of the latest part that loaded the model: what the budget left for none knows neither division nor
    isolation. Machines that differ stand in `earlier`; one part in the open division puts the whole there.

    Args:
        parts: `conditions.json` of every part that asked anything; none where nothing was asked.
    """
    if not parts:
        return {}
    ordered = sorted(parts, key=lambda part: part["ended"])
    told = next((part for part in reversed(ordered) if part["division"] in _LOADED), ordered[-1])
    energy = total([session for part in ordered for session in part["energy"]["sessions"]])
    spent = _spent([part["spent"] for part in ordered])
    given = _given([part["budget"].get("given_back", {}) for part in ordered])
    over = [part["budget"]["overrun"] for part in ordered if part["budget"]["overrun"]]
    return {
        **told,
        "division": "open" if any(part["division"] == "open" for part in ordered) else told["division"],
        "departures": _once(one for part in ordered for one in part["departures"]),
        "energy": energy,
        "budget": {
            "planned": told["budget"]["planned"],
            "spent": charged(spent["engine_seconds"], energy["joules"], given),
            "given_back": given,
            "overrun": over[0] if over else "",
        },
        "earlier": _others([*(part for part in ordered if part is not told), told]),
        "spent": spent,
        "ended": ordered[-1]["ended"],
    }


def _given(parts: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """What was given back of the budget, by reason, added up."""
    found: dict[str, dict[str, float]] = {}
    for part in parts:
        for why, amount in part.items():
            known = found.get(why, {})
            found[why] = {key: round(known.get(key, 0.0) + value, 3) for key, value in amount.items()}
    return found


def _spent(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Sums; of memory the most that any machine held."""
    keys = dict.fromkeys(key for part in parts for key in part)
    added = {key: round(sum(part.get(key, 0) for part in parts), 3) for key in keys}
    return {**added, "peak_memory_bytes": max(part["peak_memory_bytes"] for part in parts)}


def _others(ordered: Sequence[Mapping[str, Json]]) -> list[Json]:
    """The machines of all parts and sessions that are not those of the last one here, each once."""
    last = {key: ordered[-1].get(key) for key in _MACHINE}
    own = [{key: part.get(key) for key in (*_MACHINE, "ended")} for part in ordered[:-1]]
    told = [one for part, machine in zip(ordered, [*own, None], strict=True) for one in (*part["earlier"], machine)]
    found: list[Json] = []
    seen = [last]
    for one in told:
        machine = None if one is None else {key: one.get(key) for key in _MACHINE}
        if machine is not None and machine not in seen:
            seen.append(machine)
            found.append(one)
    return found


def _once(values: Iterable[Json]) -> list[Json]:
    found: list[Json] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
