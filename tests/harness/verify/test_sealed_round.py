"""A record of a sealed round: what can be checked before the reveal, and what after."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import made
import pytest

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
from harness.types import Json, Round, RoundTask
from harness.verify import Check, verify_record

SECRET, SALT, RANDOMNESS = b"s" * 32, b"t" * 32, "8f3c1e7a" * 8
RULES = b"the rules"
DIGEST = "cd" * 32


def drawn(value: str, dated: str = "2026-11-02T00:00:00+00:00", source: str = "a beacon") -> dict[str, Json]:
    return {"value": value, "dated": dated, "source": source, "drawn": "2026-11-03T00:00:00+00:00"}


def published(*, revealed: bool) -> dict[str, Json]:
    """`seed.json` as a round publishes it."""
    seed, generator = round_seed(SECRET, RANDOMNESS, "tiny"), code_digests(["problem_solving/word_problems"])
    rules = {"text": hashlib.sha256(RULES).hexdigest(), "round": {"name": "tiny"}}
    digests = sha256_json(generator), rules_digest(rules["text"], {"name": "tiny"})
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
        "randomness": drawn(RANDOMNESS),
        "seed_sha256": seed_sha256(seed),
        "revealed": {"at": "2026-12-01T00:00:00+00:00", "unfinished": {}, "reason": ""} if revealed else None,
        "secret": SECRET.hex() if revealed else None,
        "salt": SALT.hex() if revealed else None,
    }


@pytest.fixture
def run(tmp_path: Path, organiser: SigningKey) -> Path:
    """A sealed record of a sealed round that is not revealed."""
    folder = tmp_path / "tiny" / "team" / "one"
    round_ = Round(
        name="tiny",
        title={"fr": "Petite manche", "en": "Tiny round"},
        date="2026-11-22",
        seed=round_seed(SECRET, RANDOMNESS, "tiny"),
        languages=("fr", "en"),
        tasks=(RoundTask("problem_solving/word_problems", 1, (2,)),),
        level_weights=(1.0,),
        submissions=(),
        sealed=True,
    )
    entry = made.entry(team="team", entry="one", engine="null", digest=DIGEST)
    publish(folder.parents[1], published(revealed=False))
    for event, facts in logged_facts(published(revealed=False)).items():
        append(folder.parents[1] / "log.jsonl", event, facts)
    settings = Settings(round_, {"_target_": "harness.engine.baselines.Null"}, {"workers": 1}, {"uri": None})
    evaluate(Job(settings, entry, None, RunPaths(folder)))
    seal(folder, organiser)
    return folder


def publish(round_: Path, value: Json) -> None:
    round_.mkdir(exist_ok=True, parents=True)
    (round_ / "seed.json").write_text(json.dumps(value))
    (round_ / "rules.md").write_bytes(RULES)


def reveal(run: Path, key: SigningKey | None) -> None:
    publish(run.parents[1], published(revealed=True))
    facts = logged_facts(published(revealed=True))["round.revealed"]
    append_signed(run.parents[1] / "log.jsonl", "round.revealed", facts, key)


def told(run: Path, organiser: SigningKey) -> list[Check]:
    return list(verify_record(run, [organiser.public]).checks)


def test_before_the_reveal_what_needs_the_seed_is_not_checked(run: Path, organiser: SigningKey) -> None:
    """Nothing fails, and items, prompts, judging and the secret are said to be open."""
    checks = told(run, organiser)
    assert [check for check in checks if check.verdict == "failed"] == []
    open_ = {check.name for check in checks if check.verdict == "not checked"}
    assert {"items", "judging", "commitment", "completions"} <= open_


def test_after_the_reveal_everything_is_checked(run: Path, organiser: SigningKey) -> None:
    """Items made again have the keyed hashes of the plan, prompts too, and the answers earn the same again."""
    reveal(run, organiser)
    checks = told(run, organiser)
    assert [check for check in checks if check.verdict == "failed"] == []
    open_ = {check.name: check.words for check in checks if check.verdict == "not checked"}
    assert open_.keys() == {"submission", "log", "commitment"}
    assert f"the randomness {RANDOMNESS}, dated 2026-11-02" in open_["commitment"]  # nobody can look it up offline
    assert open_["commitment"].endswith("look it up at its source, a beacon")


def test_a_reveal_that_nobody_signed_is_not_checked(
    run: Path, organiser: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps after the log's signed head are told by whoever could write there; that is said, and fails nothing."""
    monkeypatch.delenv("DEFI_KEY", raising=False)
    reveal(run, None)
    checks = told(run, organiser)
    assert [check for check in checks if check.verdict == "failed"] == []
    open_ = "\n".join(check.words for check in checks if check.verdict == "not checked")
    assert "1 step of the round not under the log's signed head" in open_
    assert "round.revealed: after the signed head" in open_


def test_other_code_than_the_committed_one_is_named(
    run: Path, organiser: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verifier whose tasks, or the code they share, are not those committed to is told so, by name."""
    monkeypatch.setattr("harness.config._shared_digest", lambda: "f" * 64)
    open_ = [check.words for check in told(run, organiser) if check.verdict == "not checked"]
    assert "the code here is not what the round committed to (shared): check out that version" in open_


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("secret", (b"u" * 32).hex(), "not the one committed to"),
        ("salt", (b"u" * 32).hex(), "not the one committed to"),
        ("commitment", "0" * 64, "not the commitment that was attested"),
        ("seed_sha256", "0" * 64, "do not give the seed"),
        ("rules_digest", "x", "not the one committed to"),
    ],
)
def test_another_secret_than_the_committed_one_is_found(
    run: Path, organiser: SigningKey, key: str, value: str, words: str
) -> None:
    """Whatever of the commitment's parts is not the first one."""
    reveal(run, organiser)
    publish(run.parents[1], {**published(revealed=True), key: value})
    wrong = [check for check in told(run, organiser) if check.verdict == "failed" and check.name == "commitment"]
    assert any(words in check.words for check in wrong)


def test_other_randomness_than_the_logged_one_is_found(run: Path, organiser: SigningKey) -> None:
    """Randomness exchanged after the fact gives another seed than the plan's, and is not what the log says."""
    reveal(run, organiser)
    other = drawn("chosen")
    seed = seed_sha256(round_seed(SECRET, "chosen", "tiny"))
    publish(run.parents[1], {**published(revealed=True), "randomness": other, "seed_sha256": seed})
    wrong = {check.words for check in told(run, organiser) if check.verdict == "failed"}
    assert "tells the steps of the round otherwise than the log" in wrong
    assert "planned with another seed than the one that was revealed" in wrong


def test_a_submission_that_was_not_listed_is_found(run: Path, organiser: SigningKey) -> None:
    """What was run must be among what the intake closed with, byte for byte of its manifest."""
    said = published(revealed=False)
    said["closed"]["submissions"] = {"team/one": "ee" * 32}
    publish(run.parents[1], said)
    assert any("not among the submissions" in check.words for check in told(run, organiser))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"generator": {"another": "g"}}, "generator is not the one"),
        ({"rules": {"text": "0" * 64, "round": {}}}, "rules are not those"),
        ({"randomness": drawn(RANDOMNESS, "2026-10-31T00:00:00+00:00")}, "not dated after the closing"),
        ({"randomness": drawn(RANDOMNESS, source="my dice")}, "of my dice, and a beacon was announced"),
        ({"randomness": drawn("0" * 64)}, "too weak"),
    ],
)
def test_what_the_digests_stand_for_is_compared(
    run: Path, organiser: SigningKey, change: dict[str, Json], words: str
) -> None:
    """Generator, rules and the order of closing and drawing are published with their digests, and must fit them."""
    publish(run.parents[1], {**published(revealed=False), **change})
    assert any(words in check.words for check in told(run, organiser) if check.verdict == "failed")


def test_other_rules_are_found(run: Path, organiser: SigningKey) -> None:
    """The text of the rules is the one that was committed to; where it is not at hand, that is said."""
    (run.parents[1] / "rules.md").write_text("other rules")
    assert "rules.md" in {check.where for check in told(run, organiser) if check.verdict == "failed"}
    (run.parents[1] / "rules.md").unlink()
    assert any("rules.md" in check.words for check in told(run, organiser) if check.verdict == "not checked")


def resigned(run: Path, key: SigningKey, event: str, facts: dict[str, Json]) -> None:
    """One more line under the log's head."""
    append_signed(run.parents[1] / "log.jsonl", event, facts, key)


def asked(run: Path, organiser: SigningKey) -> list[tuple[str, str]]:
    """What is said of when the model was asked."""
    words = ("asked", "its items were public")
    return [(one.verdict, one.words) for one in told(run, organiser) if any(word in one.words for word in words)]


def test_a_record_of_before_the_reveal_was_asked_before_it(run: Path, organiser: SigningKey) -> None:
    """The log's order says so, once the reveal is in it; before, there is nothing to compare."""
    assert ("ok", "asked before the reveal: so the log orders them") not in asked(run, organiser)
    reveal(run, organiser)
    assert ("ok", "asked before the reveal: so the log orders them") in asked(run, organiser)


def test_a_record_asked_after_the_reveal_is_found(run: Path, organiser: SigningKey) -> None:
    """Begun or gone on with when its items were public: failed, with both lines; another entry's run is nothing."""
    reveal(run, organiser)
    resigned(run, organiser, "run.state", {"submission": "team/two", "state": "running"})
    resigned(run, organiser, "run.state", {"submission": "team/one", "state": "scored"})  # judged again, not asked
    assert ("ok", "asked before the reveal: so the log orders them") in asked(run, organiser)
    resigned(run, organiser, "run.state", {"submission": "team/one", "state": "running"})
    found = [one for one in told(run, organiser) if one.verdict == "failed"]
    lines = [json.loads(line) for line in (run.parents[1] / "log.jsonl").read_text().splitlines()]
    shown = next(n for n, line in enumerate(lines, 1) if line["event"] == "round.revealed")
    words = f"its items were public when it was asked: the reveal is line {shown}"
    assert [(one.name, one.where, one.words) for one in found] == [
        ("commitment", f"log.jsonl, line {len(lines)}", words)
    ]


def test_a_log_that_does_not_say_when_is_not_believed(run: Path, organiser: SigningKey) -> None:
    """A record whose asking has no line was asked at an unknown time."""
    log = run.parents[1] / "log.jsonl"
    kept = [json.loads(line) for line in log.read_text().splitlines()]
    log.unlink()
    log.with_name("log-head.json").unlink()
    for line in [line for line in kept if line["event"] != "run.state"]:
        append(log, line["event"], line["facts"])
    reveal(run, organiser)
    assert ("not checked", "when team/one was asked: the log does not say") in asked(run, organiser)
