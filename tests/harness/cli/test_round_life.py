"""`defi round new|close|draw|reveal`: each step once, in order, with reasons where it is refused."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from harness.attest.keys import new_key
from harness.attest.log import append, read_log
from harness.attest.log_head import read_head
from harness.canonical import sha256_file, sha256_json
from harness.commitment import commitment, seed_of
from harness.record import RunPaths, write_json
from harness.sealed_round import VARIABLE, logged_facts

SCHEMA = Path(__file__).parents[3] / "docs/schemas/seed.schema.json"
ROUND = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: sealed
languages: [fr, en]
levels: 1
counts: 2
tasks: [understanding/reading_choice]
level_weights: uniform
conditions: {isolation: required}
submissions: [baselines/null, baselines/echo]
"""
VALUE = "8f3c1e7a" * 8  # of a beacon
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command in a workspace with one sealed round and the organisers' own entries."""
    monkeypatch.delenv(VARIABLE, raising=False)
    for folder in (workspace / "submissions").iterdir():
        if folder.name != "baselines":
            shutil.rmtree(folder)
    (workspace / "configs/round/spring.yaml").write_text(ROUND)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    return call


def later(**shift: float) -> str:
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(**shift)).isoformat()


def seed_file(workspace: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((workspace / "runs/spring/seed.json").read_bytes())
    jsonschema.validate(content, json.loads(SCHEMA.read_bytes()))
    return content


def close(call: Call) -> None:
    assert call("round", "new", "spring")[0] == 0
    assert call("round", "close", "spring", "--source", "drand")[0] == 0


def finish(workspace: Path, *names: str, state: str = "scored") -> None:
    for name in names:
        run = RunPaths(workspace / "runs/spring" / name)
        write_json(run.submission, {})
        write_json(run.state, {"state": state, "reason": "", "since": ""})


def test_the_whole_life_is_published_step_by_step(call: Call, workspace: Path) -> None:
    """Every step keeps the schema, adds its own part, changes nothing that was published, and stands in the log."""
    seen: list[dict[str, object]] = []
    for words in (
        ("new", "spring"),
        ("close", "spring", "--source", "drand"),
        ("draw", "spring", "--randomness", VALUE, "--dated", ""),
        ("reveal", "spring"),
    ):
        if words[0] == "reveal":
            finish(workspace, "baselines/null", "baselines/echo")
        assert call("round", *(word or later() for word in words))[0] == 0
        now = seed_file(workspace)
        if seen:
            assert {key: value for key, value in seen[-1].items() if value is not None}.items() <= now.items()
        seen.append(now)
    entries = read_log(workspace / "runs/spring/log.jsonl")
    steps = ("opened", "closed", "drawn", "ended", "revealed")  # its records were made by hand: nothing was running
    assert [entry.event for entry in entries] == [f"round.{step}" for step in steps]
    assert {one.event: one.facts for one in entries if one.event != "round.ended"} == logged_facts(seen[-1])
    assert seed_of(workspace / "runs/spring")


def test_the_commitment_covers_rules_and_generator(call: Call, workspace: Path) -> None:
    """Anyone computes both digests from what is published, and after the reveal the commitment."""
    assert call("round", "new", "spring")[0] == 0
    now = seed_file(workspace)
    rules = now["rules"]
    assert rules["text"] == sha256_file(workspace / "runs/spring/rules.md")  # type: ignore[index]
    assert (workspace / "runs/spring/rules.md").read_text() == "Nobody cheats.\n"
    assert (now["rules_digest"], now["generator_digest"]) == (sha256_json(rules), sha256_json(now["generator"]))
    kept = json.loads((workspace / "secrets/spring.json").read_text())
    secret, salt = bytes.fromhex(kept["secret"]), bytes.fromhex(kept["salt"])
    assert now["commitment"] == commitment(secret, salt, "spring", now["generator_digest"], now["rules_digest"])  # type: ignore[arg-type]


def test_the_closing_lists_every_eligible_entry_by_its_digest(call: Call, workspace: Path) -> None:
    """An entry that breaks a rule is named and left out; one that the round lists and the closing does not, as well."""
    path = workspace / "submissions/baselines/null/manifest.yaml"
    path.write_text(path.read_text() + "\nsurprise: 1\n")
    call("round", "new", "spring")
    code, out, _ = call("round", "close", "spring", "--source", "drand")
    assert code == 0
    listed = seed_file(workspace)["closed"]["submissions"]  # type: ignore[index]
    assert "baselines/null" not in listed
    assert set(listed) == {f"baselines/{name}" for name in ("constant", "echo", "oracle", "random")}
    assert "not eligible: baselines/null (schema.unknown-key)" in out
    assert "not listed" in out


def test_a_step_out_of_order_is_refused(call: Call, workspace: Path) -> None:
    """The refusal says where the round stands and what comes next, and changes no file."""
    options = {"close": ["--source", "drand"], "reveal": ["--force", "withdrawn"]}
    wrong = {
        "": [("close", "not been opened", "new"), ("draw", "not been opened", "new")],
        "new": [
            ("new", "was begun on", "close"),
            ("open", "open already", "close"),
            ("draw", "only open", "close"),
            ("reveal", "only open", "close"),
        ],
        "close": [("close", "closed already", "draw"), ("reveal", "only closed", "draw")],
        "draw": [("close", "closed already", "run"), ("draw", "drawn already", "run")],
        "reveal": [("draw", "drawn already", "publish"), ("reveal", "revealed already", "publish")],
    }

    def step(name: str) -> tuple[int, str, str]:
        return call("round", name, "spring", *options.get(name, []))

    for done, refused in wrong.items():
        options["draw"] = ["--randomness", VALUE, "--dated", later()]
        assert not done or step(done)[0] == 0
        before = {path: path.read_bytes() for path in (workspace / "runs").rglob("*") if path.is_file()}
        for name, said, next_step in refused:
            code, _, err = step(name)
            assert (code, said in err, next_step in err.partition("remedy:")[2]) == (1, True, True), (done, name, err)
        assert before == {path: path.read_bytes() for path in (workspace / "runs").rglob("*") if path.is_file()}


def test_randomness_must_be_later_than_the_closing(call: Call, workspace: Path) -> None:
    """What was known before the closing, or is not known yet, is refused: either could have been chosen."""
    early = later()
    close(call)
    for value, dated, said in (
        (VALUE, early, "not later than the closing"),
        (VALUE, later(minutes=5), "in the future"),
        (VALUE, "2027-03-01T12:00:00", "no time with an offset"),
        (VALUE, "yesterday", "no time with an offset"),
        (" ", later(), "0 characters long"),
        ("8f3c1e7a9b2d4f", later(), "14 characters long"),
        ("0" * 64, later(), "it holds 0 bits"),
        ("2027-03-01 12:00:00", later(), "bits, and 64 are the least"),
    ):
        code, _, err = call("round", "draw", "spring", "--randomness", value, "--dated", dated)
        assert (code, said in err) == (1, True), err
    assert seed_file(workspace)["randomness"] is None


def test_randomness_comes_from_where_it_was_announced(call: Call, workspace: Path) -> None:
    """Another source could have been looked through for a good value; more exact words about the same one are taken."""
    call("round", "new", "spring")
    assert "no source of randomness is announced" in call("round", "close", "spring", "--source", " ")[2]
    assert call("round", "close", "spring", "--source", "drand")[0] == 0
    words = ("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    for source in ("my dice", "drandom", "not drand"):
        code, _, err = call(*words, "--source", source)
        assert (code, "another source of randomness than was announced" in err) == (1, True), err
    assert call(*words, "--source", "drand, round 123456")[0] == 0
    assert seed_file(workspace)["randomness"]["source"] == "drand, round 123456"  # type: ignore[index]


def test_every_step_is_signed_where_there_is_a_key(
    call: Call, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of the log after its signed head would be believed by nobody."""
    new_key(tmp_path / "organiser.key")
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "organiser.key"))
    close(call)
    assert read_head(workspace / "runs/spring/log-head.json")[1]["size"] == 2


def test_the_closing_moment_itself_is_not_later(call: Call, workspace: Path) -> None:
    """Randomness of the very moment of the closing was there when it was closed."""
    close(call)
    at = seed_file(workspace)["closed"]["at"]  # type: ignore[index]
    assert "not later" in call("round", "draw", "spring", "--randomness", VALUE, "--dated", at)[2]


def test_a_round_is_drawn_and_run_as_it_was_opened(call: Call, workspace: Path) -> None:
    """What decides the items is part of the commitment; title and submissions may change."""
    close(call)
    path = workspace / "configs/round/spring.yaml"
    words = ("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    for old, new in (("counts: 2", "counts: 3"), ("levels: 1", "levels: 2"), ("[fr, en]", "[fr]")):
        path.write_text(ROUND.replace(old, new))
        assert "another configuration; changed: " in call(*words)[2]
    path.write_text(ROUND.replace("Spring", "Spring 2027").replace("baselines/echo]", "baselines/oracle]"))
    assert call(*words)[0] == 0
    path.write_text(ROUND.replace(old, new))
    assert "another configuration; changed: " in call("run", "baselines/null", "--round", "spring", "tracking=none")[2]


def test_an_override_cannot_change_a_sealed_round(call: Call) -> None:
    """Not its items, and not its seed."""
    close(call)
    call("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    run = ("run", "baselines/null", "--round", "spring", "tracking=none")
    assert "changed: counts" in call(*run, "round.counts=1")[2]
    trial = call(*run, "round.name=trial")
    assert trial[0] == 1
    assert "not been opened" in trial[2]


def test_another_generator_is_refused_until_the_reveal(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks stay as committed while items are secret; a scorer is mended after the reveal, and judges again."""
    close(call)
    call("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    run = ("run", "baselines/null", "--round", "spring", "tracking=none")
    assert call(*run)[0] == 0
    with monkeypatch.context() as patched:
        patched.setattr("harness.config.task_digest", lambda name: "f" * 64)
        assert "not those that the round committed to: understanding/reading_choice" in call(*run)[2]
    monkeypatch.setattr("harness.config._shared_digest", lambda: "f" * 64)
    assert "not those that the round committed to: shared" in call(*run)[2]
    assert call("round", "reveal", "spring", "--force", "echo withdrew")[0] == 0
    assert call(*run)[0] == 0


def test_a_submission_after_the_closing_is_refused(call: Call, workspace: Path) -> None:
    """One that is new, and one that was changed; those that were listed run, whatever their comments say."""
    close(call)
    call("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    run = ("--round", "spring", "tracking=none")
    shutil.copytree(workspace / "submissions/baselines/null", workspace / "submissions/baselines/late")
    manifest = workspace / "submissions/baselines/late/manifest.yaml"
    manifest.write_text(manifest.read_text().replace('entry: "null"', "entry: late"))
    code, _, err = call("run", "baselines/late", *run)
    assert (code, "came after the intake closed" in err) == (1, True), err
    echo = workspace / "submissions/baselines/echo/manifest.yaml"
    whole = echo.read_text()
    echo.write_text(whole.replace("organisers@", "others@"))
    code, _, err = call("run", "baselines/echo", *run)
    assert (code, "was changed after the intake closed" in err) == (1, True), err
    echo.write_text(f"# listed\n{whole}")
    assert call("run", "baselines/echo", *run)[0] == 0


def test_the_reveal_waits_for_every_run(call: Call, workspace: Path) -> None:
    """Who has not ended is named; `--force` publishes why, and who was left behind."""
    close(call)
    call("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    finish(workspace, "baselines/null")
    finish(workspace, "baselines/oracle", state="failed")  # not in the round's list, but begun
    code, _, err = call("round", "reveal", "spring")
    assert code == 1
    assert "baselines/echo (not started), baselines/oracle (failed)" in err
    assert seed_file(workspace)["secret"] is None
    assert call("round", "reveal", "spring", "--force", "echo withdrew")[0] == 0
    told = seed_file(workspace)["revealed"]
    assert told["unfinished"] == {"baselines/echo": "not started", "baselines/oracle": "failed"}  # type: ignore[index]
    assert told["reason"] == "echo withdrew"  # type: ignore[index]


def test_a_lost_or_other_secret_is_said(call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the secret nothing is drawn or run, and another one is not taken for it."""
    close(call)
    words = ("round", "draw", "spring", "--randomness", VALUE, "--dated", later())
    (workspace / "secrets/spring.json").rename(workspace / "kept")
    assert "not on this machine" in call(*words)[2]
    monkeypatch.setenv(VARIABLE, "11" * 64)
    assert "not the one that the round committed to" in call(*words)[2]
    monkeypatch.delenv(VARIABLE)
    (workspace / "kept").rename(workspace / "secrets/spring.json")
    assert call(*words)[0] == 0
    (workspace / "secrets/spring.json").unlink()
    err = call("run", "baselines/null", "--round", "spring", "tracking=none")[2]
    assert "not on this machine" in err


def test_a_step_that_was_interrupted_before_the_log_is_made_good(call: Call, workspace: Path) -> None:
    """The file was written and the log not: the next step, or the same one, writes the missing line."""
    call("round", "new", "spring")
    (workspace / "runs/spring/log.jsonl").unlink()
    assert call("round", "new", "spring")[0] == 1
    assert [entry.event for entry in read_log(workspace / "runs/spring/log.jsonl")] == ["round.opened"]


def test_a_round_without_rules_is_not_opened(call: Call, workspace: Path) -> None:
    """There is nothing to commit to; and no secret is left lying about."""
    (workspace / "docs/rounds.md").unlink()
    assert "no rules" in call("round", "new", "spring")[2]
    assert not (workspace / "secrets").exists()


def test_the_status_says_where_a_sealed_round_stands(call: Call) -> None:
    """Before there is a seed as well."""
    assert "not opened: `defi round new spring`" in call("round", "status", "spring")[1]
    close(call)
    assert "closed" in (out := call("round", "status", "spring")[1])
    assert "next is `defi round draw spring`" in out


def test_a_refused_closing_has_gone_through_no_entry(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """State, source and date come first: nobody reads who is listed of a round that is not closed by that."""
    asked: list[str] = []
    monkeypatch.setattr("harness.cli.round_life.check_submission", lambda *_, **__: asked.append("intake"))
    assert call("round", "new", "spring")[0] == 0
    code, out, err = call("round", "close", "spring")
    assert (code, out, "no source of randomness is announced" in err) == (1, "", True)
    append(workspace / "runs/spring/log.jsonl", "round.closed", {})
    for words in ((), ("--dry-run",), ("--source", "drand")):
        code, out, err = call("round", "close", "spring", *words)
        assert (code, out, "the round is closed already" in err) == (1, "", True)
    assert asked == []


def test_a_publication_that_is_too_early_computes_nothing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standings of a large round take their time: where the round stands comes first."""
    monkeypatch.setattr("leaderboard.table.build", lambda folder: pytest.fail("computed"))
    close(call)
    code, _, err = call("round", "publish", "spring", "--out", "site")
    assert (code, "the round is only closed" in err) == (1, True)
