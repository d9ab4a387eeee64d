"""Sealed sets: opened by their identity alone, in memory only, and only as they were pinned."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from harness.canonical import sha256_json
from harness.cli.main import main
from harness.vault import VARIABLE, VaultError, encrypt, find_identities, new_identity, pin, pin_path, rows

ROWS = [{"level": 1, "question": "Quelle est la clé ?", "answer": n} for n in range(5)]
IDENTITY = x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command: exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(list(words))
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def sealed(folder: Path, content: object = ROWS) -> Path:
    path = folder / "rows.age"
    path.write_bytes(encrypt(content, [RECIPIENT]))  # type: ignore[arg-type]
    pin_path(path).write_text(json.dumps(pin(content)))  # type: ignore[arg-type]
    return path


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(json_values, min_size=1))
def test_whatever_rows_are_sealed_come_back(content: list[object]) -> None:
    """Any JSON, with line separators and accents inside, survives and keeps its hash."""
    lines = pyrage.decrypt(encrypt(content, [RECIPIENT]), [IDENTITY]).decode().split("\n")
    assert [json.loads(line) for line in lines if line] == content
    assert pin(content)["sha256"] == sha256_json(content)


def test_half_a_character_survives(tmp_path: Path) -> None:
    """A lone surrogate, as JSON can escape it, is no reason to fail."""
    assert rows(sealed(tmp_path, ["\ud800"]), [str(IDENTITY)]) == ["\ud800"]


def test_every_recipient_can_open(tmp_path: Path) -> None:
    """Each by its own identity, and nobody else."""
    other, stranger = x25519.Identity.generate(), x25519.Identity.generate()
    path = sealed(tmp_path)
    path.write_bytes(encrypt(ROWS, [RECIPIENT, str(other.to_public())]))
    assert rows(path, [str(IDENTITY)]) == rows(path, [str(stranger), str(other)]) == ROWS
    with pytest.raises(VaultError, match="none of the identities"):
        rows(path, [str(stranger)])


def test_nothing_of_a_row_is_on_the_disk(tmp_path: Path) -> None:
    """Neither when it is sealed nor when it is opened: no word of a row is in any file beside it."""
    path = sealed(tmp_path)
    rows(path, [str(IDENTITY)])
    words = ["Quelle est", base64.b64encode(b"Quelle est la cl").decode()[:20], b"Quelle est".hex()]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["rows.age", "rows.age.json"]
    for one in tmp_path.iterdir():
        assert not any(word.encode() in one.read_bytes() for word in words)


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    """What age encrypts it authenticates: a damaged set is no set, wherever the damage is."""
    path = sealed(tmp_path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(VaultError):
            rows(path, [str(IDENTITY)])
    path.write_bytes(whole[:-1])
    with pytest.raises(VaultError, match="damaged"):
        rows(path, [str(IDENTITY)])


def test_other_rows_than_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    """A whole set, sealed by somebody who has the recipient, is not the set."""
    path = sealed(tmp_path)
    path.write_bytes(encrypt([*ROWS[:-1], {**ROWS[-1], "answer": 99}], [RECIPIENT]))
    with pytest.raises(VaultError, match="not the pinned"):
        rows(path, [str(IDENTITY)])


def test_a_set_without_its_pin_or_its_file_is_said(tmp_path: Path) -> None:
    """What is missing is named."""
    path = sealed(tmp_path)
    pin_path(path).write_text('{"schema": "other"}')
    with pytest.raises(VaultError, match="not a pin"):
        rows(path, [str(IDENTITY)])
    pin_path(path).unlink()
    with pytest.raises(VaultError, match="pin beside"):
        rows(path, [str(IDENTITY)])
    pin_path(path).write_text(json.dumps(pin(ROWS)))
    path.unlink()
    with pytest.raises(VaultError, match="no sealed set"):
        rows(path, [str(IDENTITY)])


@pytest.mark.parametrize("recipient", ["age1nope", str(IDENTITY), ""], ids=["no key", "an identity", "nothing"])
def test_a_wrong_recipient_is_refused_and_an_identity_not_repeated(recipient: str) -> None:
    """Somebody may give the identity by mistake: it is not shown again."""
    with pytest.raises(VaultError, match="no recipient") as told:
        encrypt(ROWS, [recipient])
    assert str(IDENTITY) not in str(told.value)


def test_an_identity_is_found_in_the_environment_its_file_or_the_workspace(tmp_path: Path) -> None:
    """The key itself, the path of a file with comments as age-keygen writes it, or secrets/age.txt."""
    for name in ("configs", "submissions", "secrets"):
        (tmp_path / name).mkdir()
    environment = {"DEFI_ROOT": str(tmp_path)}
    with pytest.raises(VaultError, match="no identity here"):
        find_identities(environment)
    recipient = new_identity(tmp_path / "secrets/age.txt")
    (found,) = find_identities(environment)
    assert str(x25519.Identity.from_str(found).to_public()) == recipient
    assert find_identities({VARIABLE: str(tmp_path / "secrets/age.txt")}) == [found]
    assert find_identities({VARIABLE: str(IDENTITY)}) == [str(IDENTITY)]
    with pytest.raises(VaultError, match="no identity here"):
        find_identities({VARIABLE: str(tmp_path / "none")})


def test_an_identity_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Made with mode 600, never written over, and refused in any other mode."""
    path = tmp_path / "age.txt"
    new_identity(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(VaultError, match="a file already"):
        new_identity(path)
    path.chmod(0o640)
    with pytest.raises(VaultError, match="others can read"):
        find_identities({VARIABLE: str(path)})


def test_a_wrong_identity_is_not_repeated(tmp_path: Path) -> None:
    """The error says what an identity looks like, and nothing of what was given."""
    with pytest.raises(VaultError, match="no identity") as told:
        rows(sealed(tmp_path), ["AGE-SECRET-KEY-1WRONG"])
    assert "WRONG" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_set_is_sealed_from_the_command_line(call: Call, tmp_path: Path) -> None:
    """An identity, a sealed set with its pin, and no writing over either."""
    clear, out, key = tmp_path / "rows.jsonl", tmp_path / "rows.age", tmp_path / "secrets/age.txt"
    clear.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    code, said, _ = call("vault", "new-identity", str(key))
    assert code == 0
    recipient = said.split()[1]
    assert call("vault", "seal", str(clear), "--recipient", recipient, "--out", str(out))[0] == 0
    assert rows(out, find_identities({VARIABLE: str(key)})) == ROWS
    again = call("vault", "seal", str(clear), "--recipient", recipient, "--out", str(out))
    assert (again[0], "sealed set already" in again[2]) == (2, True)
    clear.write_text('{"a": 1}\n{"secret words"\n')
    wrong = call("vault", "seal", str(clear), "--recipient", recipient, "--out", str(tmp_path / "b.age"))
    assert (wrong[0], "line 2" in wrong[2], "secret words" in wrong[2]) == (1, True, False)
    assert not (tmp_path / "b.age").exists()
    missing = call("vault", "seal", str(tmp_path / "none"), "--recipient", recipient, "--out", str(tmp_path / "b.age"))
    assert missing[0] == 2
