"""A synthetic round table of any size, in the shape of docs/schemas/round.schema.json, for the tests of the site."""

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from leaderboard.standing import size_class

Table = dict[str, Any]

_TASKS = (
    ("problem_solving/word_problems", "generate", "Problèmes en mots", "Word problems", 0.0),
    ("problem_solving/truth_tellers", "choose", "Chevaliers et menteurs", "Knights and knaves", 0.25),
    ("content_production/constrained_writing", "generate", "Écriture sous contraintes", "Constrained writing", 0.0),
    ("content_production/structured_output", "generate", "Sortie structurée", "Structured output", 0.0),
    ("understanding/reading_choice", "choose", "Lecture à choix", "Reading with options", 0.25),
    ("interaction/twenty_questions", "dialogue", "Vingt questions", "Twenty questions", 0.0),
)
_ENTRIES = (  # team, entry, title, ability (in levels), parameters
    ("atelier-loire", "cormoran-8b", "Cormoran 8B", 7.6, 8_030_000_000),
    ("helios", "helios-large", "Helios Large", 7.4, 70_600_000_000),
    ("pole-sud", "manchot", "Manchot 3B Instruct", 5.9, 3_210_000_000),
    ("nordlys", "aurora-1b", "Aurora 1B", 4.4, 1_240_000_000),
    ("mistral-gagnant", "caramel", "Caramel, version pédagogique", 4.4, 1_500_000_000),
    ("open-lab", "smol-360m", "Smol 360M", 2.6, 362_000_000),
    ("open-lab", "smol-135m", "Smol 135M Instruct", 1.7, 134_515_008),
    ("tard-venus", "fragment", "Fragment 7B", 6.5, 7_000_000_000),
)
_BASELINES = (("oracle", 99.0), ("random", -1.0), ("constant", -1.0), ("echo", -1.0), ("null", -1.0))
UNMEASURED = {
    "measured": False,
    "joules": None,
    "per_correct": None,
    "idle": None,
    "scope": "none",
    "by_task": {},
    "why": "no NVIDIA driver",
}
_COUNTRIES = {"atelier-loire": "FR", "helios": "GR", "nordlys": "NO", "mistral-gagnant": "FR", "open-lab": "US"}
_DRIFT = (0.0, 0.4, -0.6, 0.8, -0.3, 0.1)  # what each task adds to its difficulty


def _estimate(value: float, half: float, least: float = 0.0) -> Table:
    low, high = max(least, value - half), min(1.0, value + half)
    return {"value": round(value, 6), "low": round(min(low, value), 6), "high": round(max(high, value), 6)}


def _curve(rng: Random, ability: float, drift: float, chance: float, levels: int) -> list[Table]:
    points, least = [], -chance / (1 - chance)
    for level in range(1, levels + 1):
        for language, shift, items in (("all", 0.15, 40), ("fr", 0.4, 20), ("en", -0.1, 20)):
            true = 1 / (1 + math.exp(-1.3 * (ability - shift - drift - level)))
            value = 1.0 if ability > 50 else min(1.0, max(least, true + rng.gauss(0, 0.05 if ability < 0 else 0.03)))
            half = 1.96 * math.sqrt(max(true * (1 - true), 0.01) / items)
            bounds = _estimate(value, half, least)
            points.append(
                {"level": level, "language": language, **bounds, "items": items, "clusters": 20, "unscored": 0}
            )
    return points


def _area(curve: list[Table], language: str, half: float) -> Table:
    values = [point["value"] for point in curve if point["language"] == language]
    return _estimate(sum(values) / len(values), half, -1.0)


def _cleared(curve: list[Table], threshold: float, language: str = "all") -> int:
    cleared = 0
    for point in (point for point in curve if point["language"] == language):
        if point["low"] <= threshold:
            break
        cleared = point["level"]
    return cleared


def _task_result(rng: Random, ability: float, task: Table, drift: float) -> Table:
    curve = _curve(rng, ability, drift, task["chance"][0], task["levels"])
    languages = {
        code: {"level_cleared": _cleared(curve, 0.5, code), "area": _area(curve, code, 0.045)} for code in ("fr", "en")
    }
    return {
        "level_cleared": _cleared(curve, 0.5),
        "level_cleared_80": _cleared(curve, 0.8),
        "area": _area(curve, "all", 0.035),
        "by_language": languages,
        "curve": curve,
        "unscored": 0.0,
        "cap_hit": round(rng.random() * 0.04, 6),
        "beyond": 0.0,
        "late": 0.0,
    }


def _mean(estimates: list[Table], half: float) -> Table:
    return _estimate(sum(one["value"] for one in estimates) / len(estimates), half, -1.0)


def _task(name: str, kind: str, french: str, english: str, chance: float, levels: int) -> Table:
    options = ["Alice", "Bruno", "Chloé", "David"] if kind == "choose" else []
    questions = {"fr": "Léa a {n} pommes ; combien en a-t-elle ?", "en": "Lea has {n} apples. How many are there?"}
    return {
        "name": name,
        "track": name.split("/", maxsplit=1)[0],
        "title": {"fr": french, "en": english},
        "skill": {"fr": "Suivre un énoncé jusqu'au bout : sans rien oublier !", "en": "Follow a text to its end."},
        "judging": {"fr": "Le nombre est comparé à la réponse.", "en": "The number is compared with the answer."},
        "ladder": {"fr": "Le nombre d'étapes.", "en": "The number of steps."},
        "kind": kind,
        "license": "Apache-2.0",
        "source": "generated",
        "levels": levels,
        "card_levels": 12,
        "languages": ["fr", "en"],
        "chance": [chance] * levels,
        "counts": [20] * levels,
        "samples": [
            {
                "level": level,
                "language": code,
                "question": questions[code].format(n=level),
                "options": options,
                "answer": options[level % 4] if options else {"pommes": level} if level == 2 else str(level),
            }
            for level in range(1, min(levels, 3) + 1)
            for code in ("fr", "en")
        ],
    }


def _standing(rng: Random, tasks: list[Table], entry: tuple[str, str, str, float, int], baseline: bool) -> Table:
    team, name, title, ability, parameters = entry
    by_task = {
        task["name"]: _task_result(rng, ability, task, drift)
        for task, drift in zip(tasks, _DRIFT[: len(tasks)], strict=True)
    }
    areas = [result["area"] for result in by_task.values()]
    tracks: dict[str, list[Table]] = {}
    for task, result in by_task.items():
        tracks.setdefault(task.split("/")[0], []).append(result["area"])
    by_language = {
        code: _mean([result["by_language"][code]["area"] for result in by_task.values()], 0.025)
        for code in ("fr", "en")
    }
    levels = max(task["levels"] for task in tasks)
    return {
        "submission": f"{team}/{name}",
        "team": team,
        "entry": name,
        "title": title,
        "baseline": baseline,
        "country": _COUNTRIES.get(team),
        "weights": "unknown" if baseline else "closed" if team == "helios" else "open",
        "size_class": size_class(parameters),
        "division": "controlled",
        "departures": [],
        "state": "scored",
        "reason": "",
        "provisional": False,
        "rank": [1, 1],
        "level_cleared": max(0, min(levels, int(ability))),
        "level_cleared_80": max(0, min(levels, int(ability - 1))),
        "area": _mean(areas, 0.02),
        "horizons": _horizons(ability, levels),
        "by_task": by_task,
        "by_track": {track: _mean(values, 0.03) for track, values in tracks.items()},
        "by_language": by_language,
        "language_gap": _estimate(by_language["fr"]["value"] - by_language["en"]["value"], 0.02, -1.0),
        "energy": dict(UNMEASURED),
        "unscored": 0.0,
        "cap_hit": round(rng.random() * 0.03, 6),
        "beyond": 0.0,
        "late": 0.0,
        "items": sum(sum(task["counts"]) * 2 for task in tasks),
        "seconds": round(100 + rng.random() * 5000, 3),
        "declared": _declared(parameters),
        "digest": f"{rng.getrandbits(256):064x}",
        "plan": f"{rng.getrandbits(256):064x}",
        "conditions": {"hardware": {"cpu": "x86_64", "cores": 2}, "packages": {"torch": "2.13.0"}, "network": "off"},
        "attestation": _attestation(rng),
        "cases": [],
        "feedback": None if baseline else {"asked": 3, "changes": 2},
    }


def _declared(parameters: int) -> Table:
    """What the team says of its model."""
    return {
        "license": "Apache-2.0",
        "languages": ["fr", "en"],
        "parameters": parameters,
        "dtype": "float32",
        "prompting": "chat",
        "training_data": "Public web text until June.",
        "contact": "equipe@example.org",
        "context_length": 8192,
        "engine": "transformers",
    }


def _attestation(rng: Random) -> Table:
    """The seal of its record, and who signed it."""
    return {
        "seal": 1,
        "sealed": "2026-11-02T10:00:00+00:00",
        "seal_sha256": f"{rng.getrandbits(256):064x}",
        "keys": ["5e" * 32],
    }


def _horizons(ability: float, levels: int) -> Table:
    """Levels at which a logistic of slope 1.3 falls to one half, and to four fifths."""

    def said(level: float) -> Any:
        return "below" if level < 1 else "above" if level > levels else round(level, 3)

    return {
        share: {"value": said(at), "low": said(at - 0.4), "high": said(at + 0.4)}
        for share, at in (("50", ability), ("80", ability - math.log(4) / 1.3))
    }


def _rank(rows: list[Table]) -> list[Table]:
    """Rank intervals and comparisons that agree: a gap of more than 4 points is real."""
    comparisons, ahead, behind = [], dict.fromkeys(range(len(rows)), 0), dict.fromkeys(range(len(rows)), 0)
    for i, first in enumerate(rows):
        for j in range(i + 1, len(rows)):
            gap = first["area"]["value"] - rows[j]["area"]["value"]
            real = gap > 0.04
            behind[j] += real
            ahead[i] += real
            pair = {"a": first["submission"], "b": rows[j]["submission"], "difference": gap}
            pair |= {"low": gap - 0.04, "high": gap + 0.04, "real": real}
            comparisons.append({**pair, "parts": _parts(first, rows[j])} if len(rows) <= 60 else pair)
    for n, row in enumerate(rows):
        row["rank"] = [1 + behind[n], len(rows) - ahead[n]]
    return comparisons


def _parts(first: Table, second: Table) -> Table:
    """Differences by track and language, wider than that of the whole."""
    found: Table = {}
    for kind in ("track", "language"):
        for name, area in first[f"by_{kind}"].items():
            gap = area["value"] - second[f"by_{kind}"][name]["value"]
            found.setdefault(kind, {})[name] = [gap, gap - 0.06, gap + 0.06]
    return found


def example_table(submissions: int = 8, tasks: int = 5, levels: int = 10, seed: int = 7) -> Table:
    """A plausible round: ties, one entry without a rank, one provisional one, and the five baselines."""
    rng = Random(seed)
    cards = [_task(*task, levels) for task in _TASKS[:tasks]]
    entries = list(_ENTRIES[:submissions])
    more = range(len(entries), submissions)
    entries += [(f"team-{n}", f"entry-{n}", f"Model {n}", rng.uniform(1, 9), 10**9) for n in more]
    rows = [_standing(rng, cards, entry, baseline=False) for entry in entries]
    for row in rows:
        if row["entry"] == "fragment":
            row.update(state="failed", reason="the engine stopped at item 412 of 2000", rank=None, provisional=True)
            row.update(horizons={"50": None, "80": None})
            row.update(area=None, level_cleared=0, level_cleared_80=0, plan=None, language_gap=None)
            row["by_task"] = dict(list(row["by_task"].items())[:2])
            row["attestation"] = None
            row["by_track"] = dict.fromkeys(row["by_track"])
            row["by_language"] = dict.fromkeys(row["by_language"])
        if row["entry"] == "caramel":
            row.update(provisional=True, unscored=0.021)
            row["cases"] = [
                {"number": 1, "opened": "2026-11-03T09:00:00.000+00:00", "state": "closed", "outcome": "unfounded",
                 "closed": "2026-11-05T09:00:00.000+00:00", "reason": "the machine was another one"},
                {"number": 2, "opened": "2026-11-06T09:00:00.000+00:00", "state": "open", "outcome": "",
                 "closed": None, "reason": ""},
            ]  # fmt: skip
    ranked = sorted((row for row in rows if row["rank"]), key=lambda row: -row["area"]["value"])
    comparisons = _rank(ranked)
    baselines = [
        _standing(rng, cards, ("baselines", name, name.title(), ability, 0), baseline=True)
        for name, ability in _BASELINES
    ]
    return {
        "schema": "grand-defi/round/3",
        "generator": "grand-defi 0.1.0",
        "round": {
            "name": "example",
            "title": {"fr": "Manche d'essai : automne", "en": "Trial round: autumn"},
            "date": "2026-11-01",
            "languages": ["fr", "en"],
            "level_weights": [round(1 / levels, 6)] * levels,
            "thresholds": [0.5, 0.8],
            "confidence": 0.95,
            "certifiable": {"level": max(levels - 1, 1), "level_80": max(levels - 3, 0)},
            "items": sum(sum(card["counts"]) * 2 for card in cards),
            "commitment": None,
            "published": None,
            "corrections": [],
        },
        "tracks": [
            {"name": track, "tasks": [card["name"] for card in cards if card["track"] == track]}
            for track in dict.fromkeys(card["track"] for card in cards)
        ],
        "tasks": cards,
        "standings": [*ranked, *baselines, *(row for row in rows if not row["rank"])],
        "comparisons": comparisons,
    }


@pytest.fixture(scope="session")
def make_table() -> Callable[..., Table]:
    """The generator itself, for tests that need another size or change a value."""
    return example_table


@pytest.fixture(scope="session")
def table() -> Table:
    """Eight submissions, five tasks, ten levels, two languages and the baselines. Not to be changed."""
    return example_table()
