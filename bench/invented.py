"""A round of invented records as files: as many submissions, tasks and items as a benchmark wants.

Each record has what a table reads: the entry, its state, a plan, answers with their seconds, and scores. Scores are
drawn on a logistic ladder in both languages; the texts are as short as those of a small model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.attest.sealing import seal
from harness.record import RoundPaths, RunPaths, freeze_round, write_json
from harness.types import TRACKS, Json

LANGUAGES = ("fr", "en")

_MACHINE = {
    "hardware": {"processor": "Invented 9654", "cores": 96, "memory_bytes": 2**39, "accelerators": ["H100"] * 4},
    "system": {"kernel": "6.1", "python": "3.11.9"},
    "packages": {"torch": "2.13.0", "transformers": "5.23.0", "vllm": "0.20.0"},
    "network": "isolated",
    "isolation": {"kind": "bubblewrap"},
}


@dataclass(frozen=True, slots=True)
class Invented:
    """The size of a round."""

    submissions: int
    tasks: int = 10
    levels: int = 10
    count: int = 15  # items per level and language
    sealed: int = 0  # of the submissions, sealed as a finished record is
    seed: int = 20261122

    @property
    def items(self) -> int:
        """Of each submission."""
        return self.tasks * self.levels * self.count * len(LANGUAGES)

    @property
    def names(self) -> list[str]:
        """The entries; one in twenty is a baseline."""
        return [f"team-{number % 97:02d}/entry-{number:04d}" for number in range(self.submissions)]


def write_round(size: Invented, root: Path, *, records: bool = True) -> RoundPaths:
    """The round `invented` with all its records, or without any."""
    paths = RoundPaths(root, "invented")
    freeze_round(paths, frozen(size))
    for number in range(size.submissions if records else 0):
        write_record(size, paths, number)
    return paths


def frozen(size: Invented) -> dict[str, Json]:
    """The round as it was opened."""
    names = _tasks(size)
    said = dict.fromkeys(LANGUAGES, "invented")
    shared = {"kind": "generate", "license": "Apache-2.0", "source": "invented", "levels": size.levels}
    words = dict.fromkeys(("title", "skill", "judging", "ladder"), said)
    return {
        "round": {
            "name": "invented",
            "title": said,
            "date": "2026-11-22",
            "languages": list(LANGUAGES),
            "level_weights": [1 / size.levels] * size.levels,
            "submissions": size.names,
            "tasks": [{"name": name, "levels": size.levels, "counts": [size.count] * size.levels} for name in names],
        },
        "cards": [
            {"name": name, "track": name.partition("/")[0], "languages": list(LANGUAGES)}
            | {"chance": [0.0] * size.levels, **shared, **words}
            for name in names
        ],
        "samples": [],
    }


def write_record(size: Invented, paths: RoundPaths, number: int) -> RunPaths:
    """One submission's record."""
    rng = np.random.default_rng([size.seed, number])
    team, _, entry = size.names[number].partition("/")
    run = paths.run(team, entry)
    items = _items(size)
    ability = rng.normal(size.levels / 2, 2.0)
    hard = np.random.default_rng(size.seed).normal(0.0, 1.0, len(items))  # of the items, the same for everybody
    level = np.array([item["level"] for item in items])
    right = rng.random(len(items)) < 1 / (1 + np.exp(-(ability - level - hard)))
    seconds = rng.random(len(items))
    head = {"team": team, "entry": entry, "title": f"Model {entry}", "digest": f"{number:064x}"}
    write_json(run.submission, {**head, "baseline": number % 20 == 0, **_declared(number)})
    write_json(run.state, {"state": "scored", "reason": ""})
    write_json(run.plan, {"hash": f"{number:064x}", "items": [{"id": item["item"], **item} for item in items]})
    energy = {"measured": True, "joules": 1e4, "idle": "keep", "scope": "gpu"}
    write_json(run.conditions, {"division": "controlled", "energy": energy, **_MACHINE})
    _lines(run.scores, [_score(item, bool(one)) for item, one in zip(items, right, strict=True)])
    _lines(run.completions, [_completion(item, float(one)) for item, one in zip(items, seconds, strict=True)])
    if number < size.sealed:
        for name in ("judging.json", "estimates.json"):
            write_json(run.folder / name, {})
        seal(run.folder)
    return run


def _declared(number: int) -> dict[str, Json]:
    """What a team says of its model: every filter of the site has something to tell apart."""
    return {
        "parameters": 10**8 * (1 + number * number % 4_000),
        "license": ("Apache-2.0", "MIT", "LicenseRef-Invented")[number % 3],
        "country": ("FR", "DE", "US", "CN", "JP", "BR", "IN", "CA")[number % 8],
        "weights": ("open", "closed")[number % 2],
        "languages": ["fr", "en", "de", "es"],
        "dtype": "bfloat16",
        "prompting": "chat",
        "training_data": "Web pages, books and code until the summer of 2026, sorted and without double pages. " * 4,
        "contact": "https://example.org/model",
        "context_length": 32_768,
        "engine": "transformers",
    }


def _tasks(size: Invented) -> list[str]:
    return [f"{TRACKS[number % len(TRACKS)]}/invented_{number}" for number in range(size.tasks)]


def _items(size: Invented) -> list[dict[str, Json]]:
    return [
        {
            "item": f"{task}/{language}/L{level:02d}/{index:05d}",
            "task": task,
            "level": level,
            "language": language,
            "cluster": f"{task}/L{level:02d}/{index:05d}",
            "index": index,
        }
        for task in _tasks(size)
        for level in range(1, size.levels + 1)
        for language in LANGUAGES
        for index in range(size.count)
    ]


def _score(item: Mapping[str, Json], right: bool) -> dict[str, Json]:
    judged = {"value": float(right), "category": "right" if right else "wrong", "capped": False, "chance": 0.0}
    return {**item, **judged, "answer": "forty-two", "reason": "", "metrics": {}}


def _completion(item: Mapping[str, Json], seconds: float) -> dict[str, Json]:
    told = {"text": "The answer is forty-two. " * 4, "finish": "stop", "prompt_sha256": "0" * 64, "error": ""}
    return {"item": item["item"], **told, "prompt_tokens": 120, "completion_tokens": 24, "seconds": seconds, "turn": 0}


def _lines(path: Path, rows: list[dict[str, Json]]) -> None:
    text = "\n".join(json.dumps(row, sort_keys=True, separators=(",", ":")) for row in rows)
    path.write_text(text + "\n", encoding="utf-8")
