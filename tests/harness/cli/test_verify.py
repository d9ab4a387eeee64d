"""`defi verify`: a line a check, one sentence, and exit 1 where anything fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import made
import pytest

from harness.attest.keys import new_key, read_signing_key
from harness.attest.log_head import append_signed
from harness.attest.sealing import seal
from harness.cli import verify as verb
from harness.cli.main import main
from harness.config import Settings
from harness.errors import RecordError
from harness.pipeline import Job, evaluate
from harness.record import RunPaths
from harness.types import Json, Round, RoundTask

SCHEMA = Path(__file__).parents[3] / "docs/schemas/verification.schema.json"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A sealed and signed record of one task; the keys lie beside the rounds."""
    run = tmp_path / "runs" / "tiny" / "baselines" / "null"
    round_ = Round(
        name="tiny",
        title={"fr": "Petite manche", "en": "Tiny round"},
        date="2026-11-22",
        seed="s",
        languages=("fr",),
        tasks=(RoundTask("understanding/reading_choice", 1, (2,)),),
        level_weights=(1.0,),
        submissions=(),
    )
    entry = made.entry(entry="null", engine="null")
    settings = Settings(round_, {"_target_": "harness.engine.baselines.Null"}, {"workers": 1}, {"uri": None})
    evaluate(Job(settings, entry, None, RunPaths(run)))
    new_key(tmp_path / "organiser.key")
    seal(run, read_signing_key(tmp_path / "organiser.key"))
    return run


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Call the command outside any workspace: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEFI_ROOT", raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(["verify", *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_record_that_holds(sealed: Path, call: Call, tmp_path: Path) -> None:
    """Exit 0, a line a check with what was compared, and in the last sentence what was not."""
    code, out, _ = call(str(sealed), "--key", str(tmp_path / "organiser.key.pub"))
    lines = out.splitlines()
    assert code == 0
    assert any(line.startswith("ok           signatures  signed by the key ") for line in lines)
    assert lines[-1] == "tiny/baselines/null: what was checked holds; not checked: log, submission, replay."
    assert lines[-2].startswith("not checked  replay ")


def test_a_record_that_does_not(sealed: Path, call: Call, tmp_path: Path) -> None:
    """Exit 1, the file named, and the sentence says so."""
    data = bytearray((sealed / "completions.parquet").read_bytes())
    data[40] ^= 1
    (sealed / "completions.parquet").write_bytes(bytes(data))
    code, out, _ = call(str(sealed), "--key", str(tmp_path / "organiser.key.pub"))
    assert code == 1
    assert "failed       hashes      completions.parquet: " in out
    assert "NOT as it says (hashes" in out.splitlines()[-1]


def test_a_head_that_was_kept_is_compared(sealed: Path, call: Call, tmp_path: Path) -> None:
    """The log must go on from it: exit 0 where it does, 1 where it was rolled back."""
    log, kept = sealed.parents[1] / "log.jsonl", tmp_path / "kept.json"
    before = {path: path.read_bytes() for path in (log, log.with_name("log-head.json"))}
    append_signed(log, "result.voided", {"submission": "baselines/null"}, read_signing_key(tmp_path / "organiser.key"))
    kept.write_bytes(log.with_name("log-head.json").read_bytes())
    for path, data in before.items():
        path.write_bytes(data)
    words = (str(sealed), "--key", str(tmp_path / "organiser.key.pub"), "--head")
    assert call(*words, str(log.with_name("log-head.json")))[0] == 0
    code, out, _ = call(*words, str(kept))
    assert code == 1
    assert "lines were cut off" in out


def test_without_a_key_it_is_not_called_signed(sealed: Path, call: Call) -> None:
    """Nothing failed, and the sentence names the signatures among what was not checked."""
    code, out, _ = call(str(sealed))
    assert code == 0
    assert "signatures" in out.splitlines()[-1].partition("not checked: ")[2]
    assert not any(line.startswith("ok") and " signatures " in line for line in out.splitlines())


def test_json_for_programs(sealed: Path, call: Call) -> None:
    """One document with every check, the replay among them."""
    code, out, _ = call(str(sealed), "--json")
    told = json.loads(out)
    assert code == 0
    jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert told["failed"] is False
    assert {check["verdict"] for check in told["checks"]} == {"ok", "not checked"}
    assert told["checks"][-1]["name"] == "replay"
    assert told["replay"] is None


def test_what_the_record_says_moves_no_cursor(sealed: Path, call: Call) -> None:
    """An escape or a line end in a file's name, or anywhere else in a record, is shown as its code."""
    (sealed / "a\x1b[2Jb\nok           signatures").write_text("x")
    code, out, _ = call(str(sealed))
    assert code == 1
    assert "\x1b" not in out
    assert "a\\x1b[2Jb\\nok " in out


@pytest.mark.parametrize(
    ("agrees", "verdict", "code"),
    [(True, "ok", 0), (False, "failed", 1), (None, "not checked", 0)],
)
def test_a_replay_is_one_check_more(
    sealed: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    agrees: bool | None,
    verdict: str,
    code: int,
) -> None:
    """A doubt fails and names its case; another engine than the record's proves nothing either way."""
    found: dict[str, Json] = {
        "answers": 3,
        "items": ["a", "b"],
        "agrees": agrees,
        "doubts": [] if agrees else ["text"],
        "changed": ["version"] if agrees is None else [],
        "case": "cases/1.json",
    }
    monkeypatch.setattr(verb, "_replayed", lambda record, fraction: found)
    got, out, _ = call(str(sealed), "--replay", "0.5", "--json")
    told = json.loads(out)
    assert (got, told["checks"][-1]["verdict"], told["replay"]) == (code, verdict, found)


def test_a_record_that_is_not_whole_is_not_asked_again(
    sealed: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No model is loaded for what has failed already, and the replay is not called ok."""
    monkeypatch.setattr(verb, "_replayed", lambda *_: pytest.fail("asked again"))
    (sealed / "plan.json").write_text("{}")
    code, out, _ = call(str(sealed), "--replay", "0.5")
    assert code == 1
    assert "not checked  replay" in out


@pytest.mark.parametrize(("words", "wanted"), [(("nothing",), 2), ((".",), 2), ((".", "--key", "none.pub"), 1)])
def test_what_is_not_there_is_an_error(words: tuple[str, ...], wanted: int, call: Call) -> None:
    """No such record is a wrong argument, no such key an error: words, and no report."""
    code, out, error = call(*words)
    assert (code, out) == (wanted, "")
    assert error.startswith("Error: ")


def test_an_unsealed_record_is_not_proven(sealed: Path, call: Call) -> None:
    """Exit 1 and "not sealed", for programs too; not "NOT as it says", and no model is asked."""
    for name in ("seal.json", "attestation.json"):
        (sealed / name).unlink()
    for name in ("log.jsonl", "log-head.json"):
        (sealed.parents[1] / name).unlink()
    code, out, _ = call(str(sealed), "--replay", "0.5")
    lines = out.splitlines()
    assert code == 1
    assert lines[0] == "not checked  files       not sealed: set DEFI_KEY and run the same command again"
    assert "not sealed" in lines[-1]
    assert "NOT as it says" not in lines[-1]
    assert not any(line.startswith("failed") for line in lines)
    told = json.loads(call(str(sealed), "--json")[1])
    jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert (told["failed"], told["sealed"]) == (False, False)


def test_a_replay_that_cannot_be_had_is_said(sealed: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the reveal, say: the reason on the replay's line, and the last sentence after it."""

    def unknown(*_: object) -> dict[str, Json]:
        raise RecordError("the round's seed is not revealed yet", remedy="reveal it first")

    monkeypatch.setattr(verb, "_replayed", unknown)
    code, out, error = call(str(sealed), "--replay", "0.5")
    words = "no answer could be asked for again: the round's seed is not revealed yet; reveal it first"
    assert (code, error) == (0, "")
    assert out.splitlines()[-2] == f"not checked  replay      {words}"
    assert "not checked: " in out.splitlines()[-1]


def test_a_rounds_folder_is_a_wrong_argument(sealed: Path, call: Call) -> None:
    """Exit 2, and the records that could have been meant."""
    code, out, error = call(str(sealed.parents[1]))
    assert (code, out) == (2, "")
    assert f"name one: {sealed}" in error


def test_the_teams_key_is_its_own(sealed: Path, call: Call, tmp_path: Path) -> None:
    """Given beside the organisers', it is asked of the manifest, and not of the attestation."""
    new_key(tmp_path / "team.key")
    keys = ("--key", str(tmp_path / "organiser.key.pub"), "--team-key", str(tmp_path / "team.key.pub"))
    code, out, _ = call(str(sealed), *keys)
    assert code == 0
    assert "no valid signature of the key" not in out
    assert "and the team's signature: the manifest is not at hand" in out
