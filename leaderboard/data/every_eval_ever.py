"""Export to the schema of Every Eval Ever 0.3.0 (EvalEval Coalition, https://github.com/evaleval/every_eval_ever).

One file a submission that has an area, where its datastore wants it: `data/COLLECTION/DEVELOPER/MODEL/UUID.json`. What
is exported is aggregates, which its authors call documentation; an item's answers are not part of it. Its identifiers
are to be UUIDs of version 4: ours have that form and are hashes, so that the same table gives the same names.
"""

from __future__ import annotations

import calendar
import datetime
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from harness.types import Json
from leaderboard.data import licence
from leaderboard.names import slug
from leaderboard.ranking.design import Design, TaskDesign, Weights, area_weights

VERSION = "0.3.0"
_METHOD = "clustered; at the effective number of items (Korn & Graubard 1998), or Student's t where it is narrower"
_LEVELS = "Every level up to it is shown to be above 0.5, at 95 per cent (fixed-sequence test)."
_AREA = "Area under the difficulty curve: mean score by level, corrected for chance; 0 is blind guessing."
_AVAILABLE = {"open": "open_weights", "closed": "closed_weights", "unknown": "unknown"}
_TAKEN = {"data", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
_STAMP = (1980, 1, 1, 0, 0, 0)  # of every file in the archive: no clock


def archive(table: Mapping[str, Json], address: str) -> bytes:
    """Every submission's file in one zip; `address` is where the round stands on the web, or empty."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path, log in logs(table, address):
            info = zipfile.ZipInfo(path, _STAMP)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            text = json.dumps(log, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            packed.writestr(info, text.encode("utf-8", "backslashreplace"))
    return stream.getvalue()


def logs(table: Mapping[str, Json], address: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Path and content of each submission's file; baselines are no models, and what has no area has no result."""
    collection, least = f"grand-defi-{slug(table['round']['name'])}", _Least(table)
    for row in table["standings"]:
        if row["baseline"] or not row["area"]:
            continue
        model = f"{_component(row['team'])}/{_component(row['entry'])}"
        head = _head(table, row, model, address)
        results = list(_results(table, row, least, address))
        yield f"data/{collection}/{model}/{_uuid(head['evaluation_id'])}.json", {**head, "evaluation_results": results}


def _head(table: Mapping[str, Json], row: Mapping[str, Json], model: str, address: str) -> dict[str, Json]:
    """All of a file but its results."""
    settings, declared = table["round"], row["declared"]
    program, _, version = table["generator"].partition(" ")
    seal = row.get("attestation")
    made = _epoch(seal["sealed"] if seal else settings["date"])
    details = {
        "deployment_type": "self_deployed",
        "model_availability": _AVAILABLE[row["weights"]],
        "license": declared["license"],
        "precision": declared["dtype"],
        "parameters": declared["parameters"],
        "country": row["country"],
        "manifest_sha256": row["digest"],
    }
    facts = {
        "round": settings["name"],
        "division": row["division"],
        "rank_best": row["rank"] and row["rank"][0],
        "rank_worst": row["rank"] and row["rank"][1],
        "provisional": row["provisional"] or None,
        "plan": row["plan"],
        "seal_sha256": seal and seal["seal_sha256"],
        "data_license": licence.NAME,
    }
    return {
        "schema_version": VERSION,
        "evaluation_id": f"grand-defi-{slug(settings['name'])}/{model}/{made}",
        "evaluation_timestamp": made,
        "retrieved_timestamp": made,
        "source_metadata": {
            "source_name": settings["title"].get("en") or settings["name"],
            "source_type": "documentation",
            "source_organization_name": licence.PUBLISHER,
            **({"source_organization_url": address} if address else {}),
            "evaluator_relationship": "third_party",
            "additional_details": _strings(facts),
        },
        "eval_library": {"name": program, "version": version or "unknown"},
        "model_info": {
            "name": row["title"] or model,
            "id": model,
            "developer": row["team"],
            **({"inference_engine": {"name": declared["engine"]}} if declared["engine"] else {}),
            "additional_details": _strings(details),
        },
    }


def _results(
    table: Mapping[str, Json], row: Mapping[str, Json], least: _Least, address: str
) -> Iterator[dict[str, Json]]:
    """The whole round's area and level, and the areas of its tracks, languages and tasks."""
    items = row["items"]
    yield _area(table, row, ("round", "all"), row["area"], least.of(), items, address)
    if row["level_cleared"] is not None:
        yield _level(table, row, address)
    for track, area in row["by_track"].items():
        yield from _known(table, row, ("track", track), area, least.of(track=track), None, address)
    for language, area in row["by_language"].items():
        yield from _known(table, row, ("language", language), area, least.of(language=language), None, address)
    for name, task in row["by_task"].items():
        asked = sum(point["items"] for point in task["curve"] if point["language"] == "all")
        yield from _known(table, row, ("task", name), task["area"], least.of(task=name), asked, address)


def _known(*given: Json) -> Iterator[dict[str, Json]]:
    if given[3] is not None:
        yield _area(*given)


def _area(
    table: Mapping[str, Json],
    row: Mapping[str, Json],
    part: tuple[str, str],
    area: Mapping[str, Json],
    least: float,
    items: int | None,
    address: str,
) -> dict[str, Json]:
    interval = {
        "lower": area["low"],
        "upper": area["high"],
        "confidence_level": table["round"]["confidence"],
        "method": _METHOD,
    }
    uncertainty = {"confidence_interval": interval, **({} if items is None else {"num_samples": items})}
    metric = {
        "evaluation_description": _AREA,
        "metric_id": "grand_defi.area",
        "metric_name": "Area under the difficulty curve",
        "metric_kind": "chance_corrected_accuracy",
        "metric_unit": "proportion",
        "lower_is_better": False,
        "score_type": "continuous",
        "min_score": least,
        "max_score": 1.0,
    }
    return _result(table, row, part, metric, {"score": area["value"], "uncertainty": uncertainty}, address)


def _level(table: Mapping[str, Json], row: Mapping[str, Json], address: str) -> dict[str, Json]:
    metric = {
        "evaluation_description": _LEVELS,
        "metric_id": "grand_defi.level_cleared",
        "metric_name": "Level cleared",
        "metric_kind": "level",
        "metric_unit": "levels",
        "metric_parameters": {"threshold": table["round"]["thresholds"][0], "confidence": table["round"]["confidence"]},
        "lower_is_better": False,
        "score_type": "continuous",
        "min_score": 0,
        "max_score": max(task["levels"] for task in table["tasks"]),
    }
    return _result(table, row, ("round", "level_cleared"), metric, {"score": row["level_cleared"]}, address)


def _result(
    table: Mapping[str, Json],
    row: Mapping[str, Json],
    part: tuple[str, str],
    metric: Mapping[str, Json],
    score: Mapping[str, Json],
    address: str,
) -> dict[str, Json]:
    settings = table["round"]
    kind, name = part
    source = {"dataset_name": f"{licence.PUBLISHER} {settings['name']}" + ("" if kind == "round" else f" {name}")}
    known = {"source_type": "url", "url": [address]} if address else {"source_type": "other"}
    return {
        "evaluation_result_id": f"grand-defi/{settings['name']}/{row['submission']}/{kind}/{name}",
        "evaluation_name": f"grand-defi/{settings['name']}" + ("" if kind == "round" else f"/{name}"),
        "source_data": {**source, **known},
        "metric_config": dict(metric),
        "score_details": dict(score),
    }


class _Least:
    """The least that an area can be: nothing right anywhere, which correction for chance puts below 0."""

    def __init__(self, table: Mapping[str, Json]) -> None:
        self._known: dict[tuple[tuple[str, str], ...], float] = {}
        self._chance = {task["name"]: task["chance"] for task in table["tasks"]}
        parts = tuple(_design(task) for task in table["tasks"])
        settings = table["round"]
        self._design = Design(parts, tuple(settings["languages"]), tuple(settings["level_weights"]))

    def of(self, **part: str) -> float:
        """Of the whole round, a track, a language or a task."""
        key = tuple(part.items())
        if key not in self._known:
            weights: Weights = area_weights(self._design, **part)
            chances = ((self._chance[task][level - 1], weight) for (task, level, _), weight in weights.items())
            lowest = -sum(weight * chance / (1.0 - chance) for chance, weight in chances)
            self._known[key] = round(lowest - 1e-6, 6) if lowest < 0 else 0.0  # as rounded figures may be below
        return self._known[key]


def _design(task: Mapping[str, Json]) -> TaskDesign:
    shape: Sequence[Sequence[Json]] = (task["languages"], task["chance"], task["counts"])
    return TaskDesign(task["name"], task["track"], *map(tuple, shape))


def _component(name: str) -> str:
    """A folder of the datastore: a name that no system has taken."""
    made = slug(name)
    return f"{made}~" if made.partition(".")[0] in _TAKEN else made


def _epoch(iso: str) -> str:
    """Seconds since 1970 of an ISO time or date, as the schema wants them."""
    moment = datetime.datetime.fromisoformat(iso)
    return str(calendar.timegm(moment.utctimetuple()))


def _strings(facts: Mapping[str, Json]) -> dict[str, str]:
    """Their details are texts, whatever they are; what is not known is left out."""
    return {key: str(value) for key, value in facts.items() if value is not None}


def _uuid(name: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(name.encode("utf-8", "replace")).digest()[:16], version=4))
