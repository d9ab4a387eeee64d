"""Records of a sealed round with anchors: what can be checked while the anchors are in use, and what afterwards."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import made
import pytest

from harness.anchors import anchors_sha256, is_anchor
from harness.attest.keys import SigningKey
from harness.attest.log import append
from harness.attest.log_head import append_signed
from harness.attest.sealing import seal
from harness.canonical import sha256_json
from harness.commitment import commitment, round_seed, seed_sha256
from harness.config import Settings, code_digests
from harness.pipeline import Job, evaluate
from harness.record import RunPaths
from harness.sealed_round import logged_facts, rules_digest
from harness.types import Anchors, Json, Round, RoundTask
from harness.verify import Check, verify_record

SECRET, SALT, RANDOMNESS, SHARED = b"s" * 32, b"t" * 32, "8f3c1e7a" * 8, "a5" * 32
ANCHORS = {"share": 0.15, "set": "year", "sha256": anchors_sha256(SHARED)}
TASK, RULES, DIGEST = "problem_solving/word_problems", b"the rules", "cd" * 32


def published(*, revealed: bool) -> dict[str, Json]:
    """`seed.json` as a round with anchors publishes it."""
    generator, opened = code_digests([TASK]), {"name": "tiny", "anchors": ANCHORS}
    rules = {"text": hashlib.sha256(RULES).hexdigest(), "round": opened}
    digests = sha256_json(generator), rules_digest(rules["text"], opened)
    told = {"at": "2026-12-01T00:00:00+00:00", "unfinished": {}, "reason": ""}
    drawn = {"dated": "2026-11-02T00:00:00+00:00", "source": "a beacon", "drawn": "2026-11-03T00:00:00+00:00"}
    return {
        "schema": "grand-defi/seed/1",
        "round": "tiny",
        "commitment": commitment(SECRET, SALT, "tiny", *digests),
        "generator": generator,
        "generator_digest": digests[0],
        "rules": rules,
        "rules_digest": digests[1],
        "opened": "2026-10-01T00:00:00+00:00",
        "closed": {"at": "2026-11-01T00:00:00+00:00", "source": "a beacon", "submissions": {"team/one": DIGEST}},
        "randomness": {"value": RANDOMNESS, **drawn},
        "seed_sha256": seed_sha256(round_seed(SECRET, RANDOMNESS, "tiny")),
        "revealed": told if revealed else None,
        "secret": SECRET.hex() if revealed else None,
        "salt": SALT.hex() if revealed else None,
    }


def record(folder: Path, key: SigningKey, share: float = 0.15) -> Path:
    """A sealed record of a revealed round, of which `share` are anchors though 0.15 was committed to."""
    run = folder / "tiny" / "team" / "one"
    round_ = Round(
        name="tiny",
        title={"fr": "Petite manche", "en": "Tiny round"},
        date="2026-11-22",
        seed=round_seed(SECRET, RANDOMNESS, "tiny"),
        languages=("fr", "en"),
        tasks=(RoundTask(TASK, 1, (14,)),),
        level_weights=(1.0,),
        submissions=(),
        sealed=True,
        anchors=Anchors(share, SHARED, "year", anchors_sha256(SHARED)),
    )
    publish(run.parents[1], published(revealed=False))
    for event, facts in logged_facts(published(revealed=False)).items():
        append(run.parents[1] / "log.jsonl", event, facts)
    settings = Settings(round_, {"_target_": "harness.engine.baselines.Null"}, {"workers": 1}, {"uri": None})
    evaluate(Job(settings, made.entry(team="team", entry="one", engine="null", digest=DIGEST), None, RunPaths(run)))
    seal(run, key)
    publish(run.parents[1], published(revealed=True))
    told = logged_facts(published(revealed=True))["round.revealed"]
    append_signed(run.parents[1] / "log.jsonl", "round.revealed", told, key)
    return run


def publish(round_: Path, value: Json) -> None:
    round_.mkdir(exist_ok=True, parents=True)
    (round_ / "seed.json").write_text(json.dumps(value))
    (round_ / "rules.md").write_bytes(RULES)


def retire(run: Path, seed: str = SHARED) -> None:
    (run.parents[1] / "anchors.json").write_text(json.dumps({"schema": "grand-defi/anchors/1", "seed": seed}))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, organiser: SigningKey) -> Path:
    return record(tmp_path_factory.mktemp("anchors"), organiser)


@pytest.fixture
def run(made_once: Path) -> Path:
    """The record, its anchors in use."""
    (made_once.parents[1] / "anchors.json").unlink(missing_ok=True)
    return made_once


def told(run: Path, organiser: SigningKey) -> dict[str, list[Check]]:
    checks: dict[str, list[Check]] = {}
    for check in verify_record(run, [organiser.public]).checks:
        checks.setdefault(check.verdict, []).append(check)
    return checks


def words(checks: list[Check], name: str) -> str:
    return "\n".join(check.words for check in checks if check.name == name)


def test_anchors_in_use_are_counted_and_everything_else_is_checked(run: Path, organiser: SigningKey) -> None:
    """After the reveal 24 own items are made again; the 4 anchors are said to be open, and fail nothing."""
    checks = told(run, organiser)
    assert "failed" not in checks
    assert "24 items, requests and prompts made again" in words(checks["ok"], "items")
    assert "24 answers judged again" in words(checks["ok"], "judging")
    for name in ("items", "judging", "completions"):
        assert "4 " in words(checks["not checked"], name)
        assert "anchor" in words(checks["not checked"], name)


def test_retired_anchors_are_checked_like_any_item(run: Path, organiser: SigningKey) -> None:
    """With their published seed, which has the committed digest, all 28 items are made again; another seed fails."""
    retire(run)
    checks = told(run, organiser)
    assert "failed" not in checks
    assert "28 items, requests and prompts made again" in words(checks["ok"], "items")
    assert not words(checks["not checked"], "items")
    retire(run, "ab" * 32)
    checks = told(run, organiser)
    assert "not the seed of the anchors that the round committed to" in words(checks["failed"], "items")


def test_the_answers_to_hidden_anchors_are_not_forgotten(run: Path, organiser: SigningKey) -> None:
    """They are in the plan, and every one has its judgement."""
    items = json.loads((run / "plan.json").read_text())["items"]
    assert sum(is_anchor(item["id"]) for item in items) == 4
    assert "28 judgements, one for every item of the plan" in words(told(run, organiser)["ok"], "scores")


def test_no_item_hides_as_an_anchor(tmp_path: Path, organiser: SigningKey) -> None:
    """A plan of which fewer or other places are anchors than the round committed to fails."""
    checks = told(record(tmp_path, organiser, share=0.08), organiser)
    assert "other anchors than those that the round committed to" in words(checks["failed"], "items")


def test_anchors_stand_where_they_must(tmp_path: Path, organiser: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many anchors as there should be, at places that somebody chose, fail while nobody can make them again."""
    with monkeypatch.context() as chosen:
        chosen.setattr("harness.anchors.places", lambda count, share: [place < 2 for place in range(count)])
        run = record(tmp_path, organiser)
    assert "anchors are not where they must be" in words(told(run, organiser)["failed"], "items")
