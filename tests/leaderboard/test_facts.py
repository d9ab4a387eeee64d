"""What a table says beside its figures, and that a publication's digest does not depend on it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from trial import FakeRun, frozen, run, up_to

from harness.attest.keys import SigningKey, new_key, read_signing_key
from harness.attest.log import append
from harness.attest.sealing import ATTESTATION, seal
from harness.commitment import commitment
from harness.record import RoundPaths, freeze_round, write_json, write_scores
from harness.rulings import EVENT, Ruling
from leaderboard.facts import note_facts, standings_alone
from leaderboard.feedback import FILE, Announcement
from leaderboard.publish import round_json
from leaderboard.standing import size_class
from leaderboard.table import build_table

Table = dict[str, Any]
ONE, TWO = "alpha/two", "bravo/one"


@pytest.fixture(scope="module")
def schema(checkout: Path) -> Table:
    """The published JSON Schema."""
    return json.loads((checkout / "docs/schemas/round.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two contestants' records and a baseline's, none of them sealed."""
    paths, listed = RoundPaths(tmp_path, "trial"), frozen()
    listed["round"]["submissions"] = [ONE, TWO, "organisers/null"]
    freeze_round(paths, listed)
    for made in (run(ONE, up_to(2)), run(TWO, up_to(1)), run("organisers/null", baseline=True)):
        _record(paths, made)
    return paths.folder


def _record(paths: RoundPaths, made: FakeRun) -> None:
    files = paths.run(made.team, made.entry)
    write_json(files.submission, made.submission)
    write_json(files.state, {"state": "scored", "reason": ""})
    write_json(files.plan, {**(made.plan or {}), "submission_digest": "d" * 64})
    write_json(files.conditions, made.conditions)
    write_scores(files, made.scores)


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """Somebody's key."""
    new_key(tmp_path / "keys/k")
    return read_signing_key(tmp_path / "keys/k")


def _row(table: Table, name: str) -> Table:
    return next(row for row in table["standings"] if row["submission"] == name)


def test_a_round_in_the_open_without_a_log_says_so(folder: Path, schema: Table) -> None:
    """Nothing sealed, asked, opened or corrected: empty facts of the published shape."""
    made = build_table(folder)
    jsonschema.validate(made, schema)
    assert {name: made["round"][name] for name in ("commitment", "published", "corrections")} == {
        "commitment": None,
        "published": None,
        "corrections": [],
    }
    row = _row(made, ONE)
    assert (row["attestation"], row["cases"], row["feedback"]) == (None, [], None)


def test_what_a_team_declares_is_in_its_row(folder: Path, schema: Table) -> None:
    """Country and weights as declared, unknown where they are not; the size by tenfold classes."""
    path = folder / ONE / "submission.json"
    write_json(path, {**json.loads(path.read_bytes()), "country": "FR", "weights": "closed", "parameters": 10**10})
    made = build_table(folder)
    jsonschema.validate(made, schema)
    assert [(row["country"], row["weights"], row["size_class"]) for row in made["standings"]] == [
        ("FR", "closed", "10b_to_100b"),
        (None, "unknown", "under_1b"),
        (None, "unknown", "under_1b"),
    ]
    sizes = [size_class(n) for n in (None, 0, 1, 10**9 - 1, 10**9, 10**11)]
    assert sizes == ["unknown", "none", "under_1b", "under_1b", "1b_to_10b", "from_100b"]


def test_a_seal_and_its_signatures_are_named(folder: Path, schema: Table, key: SigningKey) -> None:
    """The seal's number, time and digest, and whose key its signature names; of a record that was changed nothing."""
    for name in ("judging.json", "estimates.json"):
        write_json(folder / ONE / name, {})
    (folder / ONE / "completions.jsonl").write_text("")
    sealed = seal(folder / ONE, key)
    made = build_table(folder)
    jsonschema.validate(made, schema)
    found = _row(made, ONE)["attestation"]
    assert (found["seal"], found["sealed"], found["keys"]) == (1, sealed["sealed"], [key.public.id])
    assert _row(made, TWO)["attestation"] is None
    (folder / ONE / ATTESTATION).write_text("{}")
    assert _row(build_table(folder), ONE)["attestation"] is None


def test_an_open_case_is_a_number_and_a_date(folder: Path, schema: Table) -> None:
    """Why it was opened stays with the organisers; once closed, what people found is told."""
    for number in (1, 2):
        append(folder / "log.jsonl", "case.opened", {"case": number, "submission": ONE, "sha256": "0" * 64})
        write_json(folder / f"cases/{number}.json", {"case": number, "submission": ONE, "why": "a suspicion"})
    ruling = Ruling(1, "close-case", ONE, "another machine", "the jury", "2027", case=1, outcome="unfounded")
    append(folder / "log.jsonl", EVENT, ruling.facts())
    made = build_table(folder)
    jsonschema.validate(made, schema)
    first, second = _row(made, ONE)["cases"]
    assert (first["state"], first["outcome"], first["reason"], first["closed"]) == (
        "closed",
        "unfounded",
        "another machine",
        "2027",
    )
    assert (second["state"], second["outcome"], second["reason"], second["closed"]) == ("open", "", "", None)
    assert "suspicion" not in json.dumps(made)
    assert _row(made, TWO)["cases"] == []


def test_a_team_is_told_of_by_its_last_answer(folder: Path, schema: Table) -> None:
    """How often it asked, and how often it was a new best; a torn last line does not count, a baseline has none."""
    from harness.journal import Journal

    with Journal(folder / FILE) as journal:
        for asked, changes in ((1, 1), (2, 1), (3, 2)):
            share = {'t/1/x","share":{"y': 0.5} if asked == 1 else {}
            journal.append(Announcement("alpha", "two", "2027", 0.5, True, 0.1, asked, changes, share))
    with (folder / FILE).open("ab") as stream:
        stream.write(b'{"team":"alpha"')
    made = build_table(folder)
    jsonschema.validate(made, schema)
    assert _row(made, ONE)["feedback"] == {"asked": 3, "changes": 2}
    assert _row(made, TWO)["feedback"] is None


def test_a_commitment_is_told_with_its_reveal(folder: Path, schema: Table) -> None:
    """Before the reveal that there is one; after it whether the secret that was shown is the one committed to."""
    secret, salt = b"s" * 32, b"t" * 32
    said = {
        "schema": "grand-defi/seed/1",
        "round": "trial",
        "commitment": commitment(secret, salt, "trial", "g" * 64, "r" * 64),
        "generator": {},
        "generator_digest": "g" * 64,
        "rules": {"text": "0" * 64, "round": {}},
        "rules_digest": "r" * 64,
        "opened": "2027",
        "closed": None,
        "randomness": None,
        "seed_sha256": None,
        "secret": None,
        "salt": None,
        "revealed": None,
    }
    write_json(folder / "seed.json", said)
    made = note_facts(build_table(folder), folder)
    jsonschema.validate(made, schema)
    facts = made["round"]["commitment"]
    assert (facts["state"], facts["revealed"], facts["kept"]) == ("opened", None, None)
    drawn = {"value": "v", "source": "beacon", "dated": "2027", "drawn": "2027"}
    said |= {
        "closed": {"at": "2027", "source": "beacon", "submissions": {}},
        "randomness": drawn,
        "seed_sha256": "e" * 64,
    }
    said |= {"secret": secret.hex(), "salt": salt.hex(), "revealed": {"at": "2028", "unfinished": {}, "reason": ""}}
    for shown, kept in ((secret.hex(), True), ((b"x" * 32).hex(), False), ("no secret", False)):
        write_json(folder / "seed.json", {**said, "secret": shown})
        made = note_facts(made, folder)
        jsonschema.validate(made, schema)
        facts = made["round"]["commitment"]
        assert (facts["state"], facts["revealed"], facts["kept"]) == ("revealed", "2028", kept)
    assert secret.hex() not in json.dumps(made)


def test_frozen_standings_do_not_move_with_what_is_told(folder: Path, schema: Table, key: SigningKey) -> None:
    """A correction, a closed case, a seal: the notices change, and what a publication freezes stays to the byte."""
    before = build_table(folder)
    facts = {"number": 2, "standings_sha256": "a" * 64, "without": {}, "reason": ""}
    append(folder / "log.jsonl", "round.published", {**facts, "number": 1})
    append(folder / "log.jsonl", "round.corrected", {**facts, "correction": "judged anew", "former": "b" * 64})
    append(folder / "log.jsonl", "case.opened", {"case": 1, "submission": ONE, "sha256": "0" * 64})
    after = note_facts(before, folder)
    jsonschema.validate(after, schema)
    (notice,) = after["round"]["corrections"]
    assert (notice["number"], notice["reason"], notice["former"]) == (2, "judged anew", "b" * 64)
    assert after["round"]["published"] <= notice["at"]  # in one millisecond, where the machine is quick
    frozen_bytes = round_json(standings_alone(before))
    assert round_json(standings_alone(after)) == frozen_bytes
    assert round_json(after) != round_json(before)
    jsonschema.validate(json.loads(frozen_bytes), schema)
    assert round_json(standings_alone(json.loads(round_json(after)))) == frozen_bytes  # as any reader can
